//! Bodies of requests: bounded in size and time before anything is made of them.

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use bytes::{Bytes, BytesMut};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout, timeout_at};

use super::problem::Problem;
use crate::transfer::FILE_BYTES_MAX;

/// Largest JSON body, in bytes: a name has 800 at most, the rest is room for what is to come.
const JSON_BYTES_MAX: usize = 64 * 1024;

/// How long a sender may be silent in the middle of a body.
const PAUSE_MAX: Duration = Duration::from_secs(20);

/// How long a whole body may take: 50 MiB at 3.5 Mbit/s. It is held in memory meanwhile.
const BODY_TIME_MAX: Duration = Duration::from_secs(120);

/// Reads a small JSON body.
pub(super) async fn json<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    let bytes = read(body, JSON_BYTES_MAX).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        // The message may quote what was sent.
        let message: String = error.to_string().chars().take(200).collect();
        Problem::bad_request(format!("The body is not the JSON that is expected here: {message}."))
    })
}

/// Reads a file.
pub(super) async fn file(body: Body) -> Result<Bytes, Problem> {
    read(body, FILE_BYTES_MAX).await
}

async fn read(mut body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let deadline = Instant::now() + BODY_TIME_MAX;
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut bytes = BytesMut::new();
    while let Some(chunk) = next(&mut body, deadline).await? {
        if announced > bytes_max || bytes.len() + chunk.len() > bytes_max {
            discard(body, bytes_max, deadline).await;
            return Err(Problem::too_large(bytes_max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Reads on and forgets what comes, up to twice the size of a body: a browser that is still sending does not look for an answer.
async fn discard(mut body: Body, bytes_max: usize, deadline: Instant) {
    let mut len = 0;
    while len <= 2 * bytes_max
        && let Ok(Some(chunk)) = next(&mut body, deadline).await
    {
        len += chunk.len();
    }
}

/// The next piece of a body, `None` at its end.
async fn next(body: &mut Body, deadline: Instant) -> Result<Option<Bytes>, Problem> {
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
        let frame = timeout_at(deadline, timeout(PAUSE_MAX, frame)).await;
        match frame {
            Ok(Ok(None)) => return Ok(None),
            Ok(Ok(Some(Ok(frame)))) => {
                // Trailers say nothing here.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Ok(Ok(Some(Err(_)))) => return Err(Problem::bad_request("The request broke off in the middle.")),
            Ok(Err(_)) | Err(_) => return Err(Problem::too_slow()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_of_the_limit_is_read_and_a_longer_one_is_not() {
        assert_eq!(read(Body::from("four"), 4).await.expect("it fits").as_ref(), b"four");
        assert!(read(Body::from("five!"), 4).await.is_err());
    }
}
