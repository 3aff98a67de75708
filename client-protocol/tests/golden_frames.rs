//! The golden frames of `fixtures/frames.json`, which the TypeScript twin reads and writes too: each one is read in every
//! direction in which it may go, and what was read is written again to the same bytes.

use bytes::Bytes;
use client_protocol::frame::{ClientMessage, ClientMessages, ReceivedMessage, Role, ServerMessage};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    name: String,
    from: From,
    hex: String,
    message: Option<Message>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum From {
    Client,
    Server,
    Both,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Message {
    Step1 { state_vector: String },
    Step2 { update: String },
    Update { update: String },
    Awareness { update: String },
    QueryAwareness,
    Ack { frames: u64, position: u64 },
    Welcome { role: String, session: String },
    Drain { delay_ms: u64 },
    Storage { ok: bool, reason: String },
    Refused { code: u64, reason: String },
    Command { key: String, json: String },
    Outcome { key: String, ok: bool, json: String },
    Unknown { number: u64 },
}

fn fixtures() -> Vec<Fixture> {
    serde_json::from_str(include_str!("../fixtures/frames.json")).expect("the fixtures are of this shape")
}

/// [SY1] [SY2] [SY3] [PR6] [FR4] [FR6] [CM1]
#[test]
fn golden_frames_of_clients_are_read_and_written() {
    for Fixture { name, hex, message, .. } in fixtures().into_iter().filter(|fixture| fixture.from != From::Server) {
        let read = ClientMessages::parse(bytes(&hex)).map(Iterator::collect::<Vec<_>>);

        let Some(expected) = message.as_ref().and_then(client_message) else {
            assert!(read.is_err(), "{name}: {read:?}");
            continue;
        };
        let mut written = Vec::new();
        expected.write(&mut written);
        assert_eq!(read, Ok(vec![expected]), "{name}");
        assert_eq!(written, bytes(&hex), "{name}");
    }
}

/// [AC1] [AC4] [CL2] [FR5] [SY8] [CM2]
#[test]
fn golden_frames_of_the_server_are_read_and_written() {
    for Fixture { name, hex, message, .. } in fixtures().into_iter().filter(|fixture| fixture.from != From::Client) {
        let read = ReceivedMessage::parse(bytes(&hex));

        let Some(expected) = message.as_ref().and_then(server_message) else {
            assert!(read.is_err(), "{name}: {read:?}");
            continue;
        };
        let mut written = Vec::new();
        as_sent(&expected).write(&mut written);
        assert_eq!(read, Ok(expected), "{name}");
        assert_eq!(written, bytes(&hex), "{name}");
    }
}

fn client_message(message: &Message) -> Option<ClientMessage> {
    Some(match message {
        Message::Step1 { state_vector } => ClientMessage::SyncStep1(bytes(state_vector)),
        Message::Step2 { update } => ClientMessage::SyncStep2(bytes(update)),
        Message::Update { update } => ClientMessage::Update(bytes(update)),
        Message::Awareness { update } => ClientMessage::Awareness(bytes(update)),
        Message::QueryAwareness => ClientMessage::QueryAwareness,
        Message::Command { key, json } => {
            ClientMessage::Command { key: key.as_str().into(), json: json.as_str().into() }
        }
        Message::Unknown { number } if *number > 107 => return None,
        _ => panic!("a client sends no such message"),
    })
}

fn server_message(message: &Message) -> Option<ReceivedMessage> {
    Some(match message {
        Message::Step1 { state_vector } => ReceivedMessage::SyncStep1(bytes(state_vector)),
        Message::Step2 { update } => ReceivedMessage::SyncStep2(bytes(update)),
        Message::Update { update } => ReceivedMessage::Update(bytes(update)),
        Message::Awareness { update } => ReceivedMessage::Awareness(bytes(update)),
        Message::Ack { frames, position } => ReceivedMessage::Ack { frames: *frames, position: *position },
        Message::Welcome { role, session } => {
            let role = if role == "editor" { Role::Editor } else { Role::Viewer };
            ReceivedMessage::Welcome { role, session: session.clone() }
        }
        Message::Drain { delay_ms } => ReceivedMessage::Drain { delay_ms: *delay_ms },
        Message::Storage { ok, reason } => ReceivedMessage::Storage { ok: *ok, reason: reason.clone() },
        Message::Refused { code, reason } => ReceivedMessage::Refused { code: *code, reason: reason.clone() },
        Message::Outcome { key, ok, json } => {
            ReceivedMessage::Outcome { key: key.clone(), ok: *ok, json: json.clone() }
        }
        Message::Unknown { number } if *number > 107 => return None,
        _ => panic!("the server sends no such message"),
    })
}

fn as_sent(message: &ReceivedMessage) -> ServerMessage<'_> {
    match message {
        ReceivedMessage::SyncStep1(state_vector) => ServerMessage::SyncStep1(state_vector),
        ReceivedMessage::SyncStep2(update) => ServerMessage::SyncStep2(update),
        ReceivedMessage::Update(update) => ServerMessage::Update(update),
        ReceivedMessage::Awareness(update) => ServerMessage::Awareness(update),
        ReceivedMessage::Ack { frames, position } => ServerMessage::Ack { frames: *frames, position: *position },
        ReceivedMessage::Welcome { role, session } => ServerMessage::Welcome { role: *role, session },
        ReceivedMessage::Drain { delay_ms } => ServerMessage::Drain { delay_ms: *delay_ms },
        ReceivedMessage::Storage { ok, reason } => ServerMessage::Storage { ok: *ok, reason },
        ReceivedMessage::Refused { code, reason } => ServerMessage::Refused { code: *code, reason },
        ReceivedMessage::Outcome { key, ok, json } => ServerMessage::Outcome { key, ok: *ok, json },
    }
}

fn bytes(hex: &str) -> Bytes {
    let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits");
    (0..hex.len()).step_by(2).map(digits).collect::<Vec<_>>().into()
}
