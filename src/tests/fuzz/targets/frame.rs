//! Any bytes as a frame from a client and from a server: a frame is read to its last byte or not at all, what was read
//! is written as it was (numbers in their shortest form), and nothing but the handles is allocated.
#![no_main]

use bytes::Bytes;
use calit_fuzz::allocated_by;
use client_protocol::frame::{ClientMessage, ClientMessages, ReceivedMessage, Role, ServerMessage};
use client_protocol::limits::MESSAGES_PER_FRAME_MAX;
use libfuzzer_sys::fuzz_target;

/// Owners of shared bytes, and the texts of a server's message.
const HANDLE_BYTES: usize = 1024;

fuzz_target!(init: calit_fuzz::start(seeds()), |input: &[u8]| {
    let frame = Bytes::copy_from_slice(input);
    let (messages, allocated) = allocated_by(|| ClientMessages::parse(frame.clone()));
    assert!(allocated <= HANDLE_BYTES);
    if let Ok(messages) = messages {
        let messages: Vec<ClientMessage> = messages.collect();
        assert!((1..=MESSAGES_PER_FRAME_MAX).contains(&messages.len()));
        let written = write(&messages);
        assert!(written.len() <= input.len());
        let again = ClientMessages::parse(written.into()).expect("what was written");
        assert!(again.eq(messages));
    }
    let (received, allocated) = allocated_by(|| ReceivedMessage::parse(frame));
    assert!(allocated <= HANDLE_BYTES + 2 * input.len());
    if let Ok(received) = received {
        let mut written = Vec::new();
        sent(&received).write(&mut written);
        assert_eq!(ReceivedMessage::parse(written.into()), Ok(received));
    }
});

fn write(messages: &[ClientMessage]) -> Vec<u8> {
    let mut frame = Vec::new();
    messages.iter().for_each(|message| message.write(&mut frame));
    frame
}

fn sent(received: &ReceivedMessage) -> ServerMessage<'_> {
    match received {
        ReceivedMessage::SyncStep1(payload) => ServerMessage::SyncStep1(payload),
        ReceivedMessage::SyncStep2(payload) => ServerMessage::SyncStep2(payload),
        ReceivedMessage::Update(payload) => ServerMessage::Update(payload),
        ReceivedMessage::Awareness(payload) => ServerMessage::Awareness(payload),
        ReceivedMessage::Ack { frames, position } => ServerMessage::Ack { frames: *frames, position: *position },
        ReceivedMessage::Welcome { role, session } => ServerMessage::Welcome { role: *role, session },
        ReceivedMessage::Drain { delay_ms } => ServerMessage::Drain { delay_ms: *delay_ms },
        ReceivedMessage::Storage { ok, reason } => ServerMessage::Storage { ok: *ok, reason },
        ReceivedMessage::Refused { code, reason } => ServerMessage::Refused { code: *code, reason },
        ReceivedMessage::Outcome { key, ok, json } => ServerMessage::Outcome { key, ok: *ok, json },
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let payload = Bytes::from_static(b"payload");
    let client = [
        ClientMessage::SyncStep1(payload.clone()),
        ClientMessage::SyncStep2(payload.clone()),
        ClientMessage::Update(payload.clone()),
        ClientMessage::Awareness(payload),
        ClientMessage::QueryAwareness,
        ClientMessage::Command { key: "key".into(), json: "{}".into() },
    ];
    let server = [
        ServerMessage::Ack { frames: 300, position: 1 << 40 },
        ServerMessage::Welcome { role: Role::Editor, session: "session" },
        ServerMessage::Drain { delay_ms: 1500 },
        ServerMessage::Storage { ok: false, reason: "disk full" },
        ServerMessage::Refused { code: 1008, reason: "malformed" },
        ServerMessage::Outcome { key: "key", ok: true, json: "{}" },
    ];
    let mut seeds = vec![write(&client)];
    seeds.extend(client.chunks(1).map(write));
    seeds.extend(server.iter().map(|message| {
        let mut frame = Vec::new();
        message.write(&mut frame);
        frame
    }));
    seeds
}
