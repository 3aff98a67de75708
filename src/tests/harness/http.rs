//! As much HTTP as the tests need: one request, written as it is, and one response.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::within;

/// A response; the body is read only when the connection does not become a WebSocket.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Response {
    /// The first header of this name, in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The last segment of the problem document's type, after checking that the document agrees with the status.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem: serde_json::Value = serde_json::from_str(&self.body).expect("a problem document is JSON");
        assert_eq!(problem["status"], self.status, "{self:?}");
        for member in ["title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "no {member} in {self:?}");
        }
        let kind = problem["type"].as_str().expect("a problem has a type");
        kind.strip_prefix("https://calit.dev/problems/").unwrap_or_else(|| panic!("{kind}")).to_owned()
    }

    /// The body, which is JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    fn head(text: &str) -> Self {
        let mut lines = text.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let pairs = lines.filter_map(|line| line.split_once(':'));
        let headers = pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
        Self { status: status.unwrap_or_else(|| panic!("no status line: {text:?}")), headers, body: String::new() }
    }
}

/// A `GET` with these headers besides `Host`.
pub(crate) async fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut head = format!("GET {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        head.push_str(&format!("Host: {address}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    send(address, (head + "\r\n").as_bytes()).await.1
}

/// A request with a body and these headers besides `Host`.
pub(crate) async fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Response {
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nHost: {address}\r\n");
    head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let request = [head.as_bytes(), b"\r\n", body].concat();
    send(address, &request).await.1
}

/// A WebSocket handshake with these headers besides the ones it needs.
pub(crate) async fn upgrade(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> (TcpStream, Response) {
    let mut head = format!("GET {path} HTTP/1.1\r\n");
    let usual = [
        ("Host", address.to_string()),
        ("Connection", "Upgrade".into()),
        ("Upgrade", "websocket".into()),
        ("Sec-WebSocket-Version", "13".into()),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==".into()),
    ];
    for (name, value) in &usual {
        if !headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    send(address, (head + "\r\n").as_bytes()).await
}

/// Sends bytes and reads one response; of a `101` only the head.
pub(crate) async fn send(address: SocketAddr, request: &[u8]) -> (TcpStream, Response) {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        stream.write_all(request).await.expect("the server reads");
        let response = read(&mut stream).await;
        (stream, response)
    };
    within("an HTTP response", exchange).await
}

/// As [`send`], for a request that the server may refuse before it has read all of it.
pub(crate) async fn send_all_or_part(address: SocketAddr, request: &[u8]) -> (TcpStream, Response) {
    let exchange = async {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        let (mut from, mut to) = stream.into_split();
        let (_, response) = tokio::join!(to.write_all(request), async {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(from.read_u8().await.expect("the server answers before it hangs up"));
            }
            Response::head(&String::from_utf8_lossy(&head))
        });
        (from.reunite(to).expect("both halves are of one stream"), response)
    };
    within("an HTTP response", exchange).await
}

async fn read(stream: &mut TcpStream) -> Response {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = stream.read_u8().await;
        head.push(byte.unwrap_or_else(|error| panic!("{error} in {:?}", String::from_utf8_lossy(&head))));
    }
    let mut response = Response::head(&String::from_utf8_lossy(&head));
    if response.status == 101 {
        return response;
    }
    let len = response.header("content-length").and_then(|len| len.parse().ok());
    let mut body = Vec::new();
    match len {
        Some(len) => {
            body.resize(len, 0);
            stream.read_exact(&mut body).await.expect("the body is as long as announced");
        }
        None => drop(stream.read_to_end(&mut body).await.expect("the body ends")),
    }
    response.body = String::from_utf8(body).expect("bodies are text");
    response
}
