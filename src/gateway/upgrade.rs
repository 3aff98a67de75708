//! From an HTTP request to a member of a room.
//!
//! Promises: everything that can be refused is refused before the upgrade, with a status and a problem document; the
//! document is loaded by then, so that the first sync is never an empty one. After the upgrade the bare TCP socket is
//! taken out of hyper, and hyper's buffers are given back.

use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::Response;
use bytes::Bytes;
use client_protocol::frame::SUBPROTOCOL;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::Gateway;
use super::connection::Connection;
use super::origin;
use super::problem::Problem;
use crate::access::{Identity, Mode};
use crate::document::{DocumentId, DocumentKind};
use crate::room::hub::RoomHandle;
use crate::room::outbox::Outbox;
use crate::room::session::{Dialect, Newcomer};

const PREFIX: &str = "/sync/";

/// What our app adds to the address; stock clients add what they like, which is ignored.
#[derive(Deserialize)]
pub(super) struct Parameters {
    guest: Option<String>,
}

/// `GET /sync/{document}`: a WebSocket upgrade, or the problem that an upgrade would meet (426 when there is none).
pub(super) async fn sync(
    State(gateway): State<Gateway>,
    Query(parameters): Query<Parameters>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    mut request: Request,
) -> Result<Response, Problem> {
    let outcome = admit(&gateway, &parameters, &method, uri.path(), &headers).await;
    let counter = match &outcome {
        Ok(_) => "accepted",
        Err(_) if gateway.shutdown.is_cancelled() => "draining",
        Err(_) => "refused",
    };
    gateway.metrics.upgrades.get(counter).inc();
    let (identity, room, handshake) = outcome?;
    let upgrade = hyper::upgrade::on(&mut request);
    let dialect = handshake.dialect;
    let response = handshake.response();
    let tasks = gateway.tasks.clone();
    tasks.spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        if let Some((stream, early)) = into_socket(upgraded) {
            serve(gateway, stream, early, identity, dialect, room).await;
        }
    });
    response
}

/// Everything that is decided before the upgrade.
async fn admit(
    gateway: &Gateway,
    parameters: &Parameters,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Result<(Identity, RoomHandle, Handshake), Problem> {
    if gateway.shutdown.is_cancelled() {
        return Err(Problem::draining());
    }
    origin::check(headers, gateway.mode, gateway.is_loopback)?;
    let document = document_of(path, gateway.mode)?;
    let identity = gateway.mode.admit(&document, parameters.guest.as_deref())?;
    let handshake = match Handshake::read(headers) {
        // Opening a plain document makes it; a question about it must not.
        Err(problem) if document.kind() == DocumentKind::Open => return Err(problem),
        handshake => handshake,
    };
    let room = gateway.hub.open(&document).await?;
    if method != Method::GET {
        return Err(Problem::upgrade_required("A WebSocket begins with GET."));
    }
    Ok((identity, room, handshake?))
}

/// The document that a path names. The name is everything behind `/sync/`, slashes included, percent-decoded once.
fn document_of(path: &str, mode: Mode) -> Result<DocumentId, Problem> {
    let raw = path.strip_prefix(PREFIX).ok_or_else(Problem::not_found)?;
    let name = percent_decode(raw);
    match mode {
        Mode::Open => {
            let unreadable = || Problem::bad_request("The document's name is not valid UTF-8.");
            Ok(DocumentId::parse_open(&name.ok_or_else(unreadable)?)?)
        }
        // The same answer as for a document that does not exist: nothing is learned by guessing.
        Mode::Demo | Mode::Closed => name.and_then(|name| DocumentId::parse(&name).ok()).ok_or_else(Problem::not_found),
    }
}

fn percent_decode(raw: &str) -> Option<String> {
    let mut out = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits = [bytes.next()?, bytes.next()?];
        let digits = std::str::from_utf8(&digits).ok().filter(|digits| !digits.starts_with('+'))?;
        out.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(out).ok()
}

/// The WebSocket part of a request (RFC 6455 §4.2.1).
struct Handshake {
    accept: String,
    protocol: Option<String>,
    dialect: Dialect,
}

impl Handshake {
    fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let has = |name: header::HeaderName, token: &str| {
            let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).any(|part| part.trim().eq_ignore_ascii_case(token))
        };
        if !has(header::UPGRADE, "websocket") || !has(header::CONNECTION, "upgrade") {
            return Err(Problem::upgrade_required("Connect with a WebSocket client, for example y-websocket."));
        }
        if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
            return Err(Problem::upgrade_required("Only version 13 of the WebSocket protocol is spoken."));
        }
        let key = headers.get(header::SEC_WEBSOCKET_KEY).and_then(|key| key.to_str().ok());
        let key =
            key.filter(|key| key.len() == 24).ok_or_else(|| Problem::bad_request("Sec-WebSocket-Key is missing."))?;
        let offered = offered_protocols(headers).ok_or_else(|| Problem::bad_request("A subprotocol is no token."))?;
        let is_ours = offered.contains(&SUBPROTOCOL);
        // A browser that offers subprotocols fails the handshake when none is selected.
        let protocol = if is_ours { Some(SUBPROTOCOL) } else { offered.first().copied() };
        Ok(Self {
            accept: derive_accept_key(key.as_bytes()),
            protocol: protocol.map(str::to_owned),
            dialect: if is_ours { Dialect::Calit } else { Dialect::Stock },
        })
    }

    fn response(self) -> Result<Response, Problem> {
        let mut response = Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_ACCEPT, self.accept);
        if let Some(protocol) = self.protocol {
            response = response.header(header::SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        response.body(Body::empty()).map_err(|_| Problem::bad_request("The subprotocol is not a token."))
    }
}

/// The subprotocols that a client offers; `None` when one of them is no token (RFC 9110 §5.6.2). What is selected goes
/// back into a header, so it is checked first.
fn offered_protocols(headers: &HeaderMap) -> Option<Vec<&str>> {
    let is_token = |name: &str| {
        let is_token_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !name.is_empty() && name.bytes().all(is_token_byte)
    };
    let mut offered = Vec::new();
    for value in headers.get_all(header::SEC_WEBSOCKET_PROTOCOL) {
        for name in value.to_str().ok()?.split(',').map(str::trim) {
            offered.push(Some(name).filter(|name| is_token(name))?);
        }
    }
    Some(offered)
}

/// Takes the socket out of hyper, with what the client has sent already.
fn into_socket(upgraded: Upgraded) -> Option<(TcpStream, Bytes)> {
    let parts = upgraded.downcast::<TokioIo<TcpStream>>().ok()?;
    // A copy: the original keeps hyper's whole buffer alive.
    let early = Bytes::copy_from_slice(&parts.read_buf);
    Some((parts.io.into_inner(), early))
}

async fn serve(
    gateway: Gateway,
    stream: TcpStream,
    early: Bytes,
    identity: Identity,
    dialect: Dialect,
    room: RoomHandle,
) {
    let stream = Arc::new(stream);
    let socket = Arc::clone(&stream);
    let try_write = move |bytes: &[u8]| -> io::Result<usize> { socket.try_write(bytes) };
    let outbox = Arc::new(Outbox::new(Box::new(try_write)));
    let newcomer = Newcomer { outbox: Arc::clone(&outbox), dialect, role: identity.role, user: identity.user };
    let Ok(session) = room.join(newcomer).await else { return };
    gateway.metrics.connections.inc();
    let opened = gateway.metrics.connection_duration.start_timer();
    let metrics = gateway.metrics;
    let connection = Connection { stream, outbox, room, session, metrics: Arc::clone(&metrics) };
    connection.run(early).await;
    metrics.connections.dec();
    drop(opened);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_decoded_once() {
        assert_eq!(percent_decode("a%2Fb/%EA%B0%80%2525"), Some("a/b/가%25".to_owned()));
    }

    #[test]
    fn broken_escapes_are_refused() {
        for raw in ["%", "%1", "%zz", "%+1", "%ff"] {
            assert_eq!(percent_decode(raw), None, "{raw}");
        }
    }
}
