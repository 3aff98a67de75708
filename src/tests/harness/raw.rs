//! A WebSocket down to its bytes: sends what no honest client would, and reads what comes back.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{http, within};

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const CLOSE: u8 = 0x88;

/// The first byte of a whole binary frame.
pub(crate) const BINARY: u8 = 0x82;

/// One frame of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) first: u8,
    pub(crate) payload: Vec<u8>,
}

/// A socket after the handshake.
pub(crate) struct RawSocket {
    stream: TcpStream,
}

impl RawSocket {
    pub(crate) async fn open(address: SocketAddr, document: &str) -> Self {
        let (stream, response) = http::upgrade(address, &format!("/sync/{document}"), &[]).await;
        assert_eq!(response.status, 101, "{response:?}");
        Self { stream }
    }

    /// Sends a head that is written out, with whatever follows it at once.
    pub(crate) async fn with_head(address: SocketAddr, bytes: &[u8]) -> Self {
        let (stream, response) = http::send(address, bytes).await;
        assert_eq!(response.status, 101, "{response:?}");
        Self { stream }
    }

    /// Sends bytes as they are. The server may have hung up in the middle: that shows in what it answered.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let _ = within("the server takes bytes", self.stream.write_all(bytes)).await;
    }

    /// The next frame; `None` when the connection has ended.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        within("a frame of the server", async {
            let first = self.stream.read_u8().await.ok()?;
            let len = match self.stream.read_u8().await.ok()? {
                126 => usize::from(self.stream.read_u16().await.ok()?),
                127 => usize::try_from(self.stream.read_u64().await.ok()?).ok()?,
                short => usize::from(short),
            };
            let mut payload = vec![0; len];
            self.stream.read_exact(&mut payload).await.ok()?;
            Some(Frame { first, payload })
        })
        .await
    }

    /// Reads on until the server closes; the code of its close frame.
    pub(crate) async fn close_code(&mut self) -> u16 {
        while let Some(frame) = self.next().await {
            if frame.first == CLOSE {
                return u16::from_be_bytes([frame.payload[0], frame.payload[1]]);
            }
        }
        panic!("the connection ended without a close frame");
    }
}

/// A frame as a client sends it: masked.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = header(first, payload.len() as u64);
    out.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    out
}

/// The header of a masked frame that announces `len` bytes.
pub(crate) fn header(first: u8, len: u64) -> Vec<u8> {
    let mut out = vec![first];
    match len {
        0..=125 => out.push(0x80 | len as u8),
        126..=0xffff => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(len as u16).to_be_bytes());
        }
        _ => {
            out.push(0x80 | 127);
            out.extend_from_slice(&len.to_be_bytes());
        }
    }
    out.extend_from_slice(&MASK);
    out
}
