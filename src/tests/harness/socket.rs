//! One WebSocket connection, message by message; tungstenite judges the server's framing.
//!
//! Every frame must hold exactly one message ([FR5]): [`ReceivedMessage::parse`] fails the test otherwise.

use std::net::SocketAddr;

use bytes::Bytes;
use client_protocol::frame::{ClientMessage, ReceivedMessage, SUBPROTOCOL};
use client_protocol::varint;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, client_async};
use yrs::updates::decoder::Decode as _;
use yrs::{Doc, Transact as _, Update};

use super::within;

/// What a connection hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Message(ReceivedMessage),
    Closed(u16, String),
    Lost,
}

/// A connection of a client.
pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
}

impl Socket {
    /// As an unmodified `y-websocket` provider connects.
    pub(crate) async fn stock(address: SocketAddr, document: &str) -> Self {
        Self::open(address, document, false).await.expect("the server lets us in")
    }

    /// As our own client connects.
    pub(crate) async fn calit(address: SocketAddr, document: &str) -> Self {
        Self::open(address, document, true).await.expect("the server lets us in")
    }

    /// Connects, or tells why not.
    pub(crate) async fn open(address: SocketAddr, document: &str, is_ours: bool) -> Result<Self, String> {
        let url = format!("ws://{address}/sync/{document}");
        let mut request = url.into_client_request().map_err(|error| error.to_string())?;
        if is_ours {
            request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        }
        let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let (stream, _) = client_async(request, stream).await.map_err(|error| error.to_string())?;
        Ok(Self { stream })
    }

    /// Sends one message in one frame.
    pub(crate) async fn send(&mut self, message: ClientMessage) {
        let mut out = Vec::new();
        message.write(&mut out);
        self.send_frame(out).await;
    }

    pub(crate) async fn send_update(&mut self, update: impl Into<Bytes>) {
        self.send(ClientMessage::Update(update.into())).await;
    }

    /// Sends a frame as it is. The server may have closed: that shows in what is heard.
    pub(crate) async fn send_frame(&mut self, frame: Vec<u8>) {
        let _ = self.stream.send(Message::Binary(frame.into())).await;
    }

    /// Says goodbye with a close frame.
    pub(crate) async fn say_goodbye(&mut self) {
        let _ = self.stream.close(None).await;
    }

    /// The next thing that is heard, without a deadline, for those who wait for several things.
    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Binary(frame))) => {
                    let message = ReceivedMessage::parse(frame.clone());
                    return Heard::Message(message.unwrap_or_else(|error| panic!("[FR5] {error}: {frame:02x?}")));
                }
                Some(Ok(Message::Close(frame))) => {
                    let frame = frame.expect("the server gives a code");
                    return Heard::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("the server sent {other:?}"),
                Some(Err(_)) | None => return Heard::Lost,
            }
        }
    }

    /// The next message.
    pub(crate) async fn next(&mut self) -> ReceivedMessage {
        match within("a message of the server", self.hear()).await {
            Heard::Message(message) => message,
            other => panic!("a message was due, not {other:?}"),
        }
    }

    /// Reads on until a message is the one that is looked for.
    pub(crate) async fn find<T>(&mut self, what: &str, mut pick: impl FnMut(ReceivedMessage) -> Option<T>) -> T {
        let search = async {
            loop {
                match self.hear().await {
                    Heard::Message(message) => match pick(message) {
                        Some(found) => return found,
                        None => continue,
                    },
                    other => panic!("{what} was due, not {other:?}"),
                }
            }
        };
        within(what, search).await
    }

    /// Reads on until the server closes.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        let search = async {
            loop {
                match self.hear().await {
                    Heard::Closed(code, reason) => return (code, reason),
                    Heard::Lost => panic!("the connection ended without a close frame"),
                    Heard::Message(_) => {}
                }
            }
        };
        within("a close frame", search).await
    }

    /// Asks for the whole document; returns it as an update.
    pub(crate) async fn fetch(&mut self) -> Bytes {
        self.fetch_hearing(|_| {}).await
    }

    /// Asks for the whole document, and shows what is heard before the answer.
    pub(crate) async fn fetch_hearing(&mut self, mut show: impl FnMut(&ReceivedMessage)) -> Bytes {
        self.send(ClientMessage::SyncStep1(Bytes::from_static(&[0]))).await;
        self.find("a step 2", |message| match message {
            ReceivedMessage::SyncStep2(update) => Some(update),
            other => {
                show(&other);
                None
            }
        })
        .await
    }

    /// The cumulative acknowledgement of at least so many frames; returns frames and position.
    pub(crate) async fn ack(&mut self, at_least: u64) -> (u64, u64) {
        self.find("an acknowledgement", |message| match message {
            ReceivedMessage::Ack { frames, position } if frames >= at_least => Some((frames, position)),
            _ => None,
        })
        .await
    }
}

/// A document as it stands on the server, read by a newcomer.
pub(crate) async fn fetch(address: SocketAddr, document: &str) -> Doc {
    let mut socket = Socket::stock(address, document).await;
    let update = socket.fetch().await;
    let doc = Doc::new();
    apply(&doc, &update);
    doc
}

pub(crate) fn apply(doc: &Doc, update: &[u8]) {
    let update = Update::decode_v1(update).expect("the server sends what yrs can read");
    doc.transact_mut().apply_update(update).expect("the server sends what yrs can apply");
}

/// A frame with several messages.
pub(crate) fn frame_of(messages: &[ClientMessage]) -> Vec<u8> {
    let mut out = Vec::new();
    messages.iter().for_each(|message| message.write(&mut out));
    out
}

/// A sync message whose payload lies about its length.
pub(crate) fn lying(kind: u64, declared: u64, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0];
    varint::write(&mut out, kind);
    varint::write(&mut out, declared);
    out.extend_from_slice(payload);
    out
}
