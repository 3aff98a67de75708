//! Frames, byte by byte: SPEC section FR. What is inside of well-formed messages is in `refusals.rs`.

use client_protocol::frame::{ClientMessage, ReceivedMessage};
use client_protocol::limits::{FRAME_BYTES_MAX, MESSAGES_PER_FRAME_MAX};
use tokio::time::{Duration, Instant};

use crate::harness::author::{Author, value};
use crate::harness::raw::{BINARY, RawSocket, frame, header};
use crate::harness::server::Server;
use crate::harness::socket::{self, Socket, frame_of};

/// A violation is answered within this time.
const ANSWER: Duration = Duration::from_secs(5);

/// Sends bytes on a connection of their own; the code with which the server closes.
async fn code_after(server: &Server, what: &str, bytes: &[u8]) -> u16 {
    let mut socket = RawSocket::open(server.address(), "room").await;
    let started = Instant::now();
    socket.send(bytes).await;
    let code = socket.close_code().await;
    assert!(started.elapsed() < ANSWER, "{what}: answered after {:?}", started.elapsed());
    code
}

/// [FR1]
#[tokio::test]
async fn frames_that_break_rfc_6455_close_with_1002() {
    let server = Server::open();
    let mut unmasked = frame(BINARY, &[3]);
    unmasked[1] &= 0x7f;
    let half = [frame(0x02, &[0, 0]), frame(BINARY, &[3])].concat();
    let cases = [
        ("unmasked", unmasked),
        ("RSV1, as a compressed message has it", frame(0xc2, &[3])),
        ("RSV2", frame(0xa2, &[3])),
        ("RSV3", frame(0x92, &[3])),
        ("a reserved data opcode", frame(0x83, &[3])),
        ("a reserved control opcode", frame(0x8b, &[])),
        ("a fragmented ping", frame(0x09, &[])),
        ("a long ping", frame(0x89, &[0; 126])),
        ("a long close", frame(0x88, &[3; 126])),
        ("a stray continuation", frame(0x80, &[3])),
        ("a message within a message", half),
        ("half a close code", frame(0x88, &[3])),
        ("close code 0", frame(0x88, &[0, 0])),
        ("close code 1005", frame(0x88, &1005_u16.to_be_bytes())),
        ("close code 1006", frame(0x88, &1006_u16.to_be_bytes())),
        ("close code 5000", frame(0x88, &5000_u16.to_be_bytes())),
    ];

    for (what, bytes) in cases {
        assert_eq!(code_after(&server, what, &bytes).await, 1002, "{what}");
    }
}

/// [FR2]
#[tokio::test]
async fn text_closes_with_1003() {
    let server = Server::open();

    assert_eq!(code_after(&server, "text", &frame(0x81, b"hello")).await, 1003);
    assert_eq!(code_after(&server, "text that is no UTF-8", &frame(0x81, &[0xff, 0xfe])).await, 1003);
    assert_eq!(code_after(&server, "a close reason that is no UTF-8", &frame(0x88, &[3, 232, 0xff])).await, 1007);
}

/// [FR3]
#[tokio::test]
async fn a_message_that_is_too_big_closes_with_1009_at_its_header() {
    let server = Server::open();
    let mib = FRAME_BYTES_MAX as u64;
    let update_header = [header(BINARY, mib + 1), frame(BINARY, &[0, 2])[6..].to_vec()].concat();
    let fragments: Vec<u8> = std::iter::once(frame(0x02, &[0; 100_000]))
        .chain((0..10).map(|_| frame(0x00, &[0; 100_000])))
        .flatten()
        .collect();
    let cases = [
        ("2^62 announced", header(BINARY, 1 << 62)),
        ("200 MB announced, then silence", header(BINARY, 200_000_000)),
        ("a step 2 of 9 MiB announced", header(BINARY, 9 * mib)),
        ("an update above 1 MiB, at its first bytes", update_header),
        ("fragments without an end", fragments),
    ];

    for (what, bytes) in cases {
        assert_eq!(code_after(&server, what, &bytes).await, 1009, "{what}");
    }
}

/// [FR3]
#[tokio::test]
async fn a_step_2_may_be_larger_than_a_frame() {
    let server = Server::open();
    let author = Author::new(1);
    let words = "a long spell offline ".repeat(100_000);
    author.append(&words);
    let mut socket = Socket::calit(server.address(), "room").await;

    socket.send(ClientMessage::SyncStep2(author.state())).await;

    assert_eq!(socket.ack(1).await.0, 1);
    assert_eq!(crate::harness::author::text(&socket::fetch(server.address(), "room").await), words);
}

/// [FR4]
#[tokio::test]
async fn a_frame_may_hold_64_messages() {
    let server = Server::open();
    let author = Author::new(1);
    let messages: Vec<_> =
        (0..MESSAGES_PER_FRAME_MAX).map(|number| ClientMessage::Update(author.append(&number.to_string()))).collect();
    let mut socket = Socket::calit(server.address(), "room").await;

    socket.send_frame(frame_of(&messages)).await;
    assert_eq!(socket.ack(64).await.0, 64);

    socket.send_frame(vec![3; MESSAGES_PER_FRAME_MAX + 1]).await;
    assert_eq!(socket.closed().await.0, 1008);
}

/// [FR4]
#[tokio::test]
async fn one_unreadable_message_undoes_its_whole_frame() {
    let server = Server::open();
    let update = |number: u64| ClientMessage::Update(Author::new(number).set(&number.to_string(), "in"));
    let tails: [(&str, &[u8]); 8] = [
        ("an unknown type", &[127]),
        ("a type of ours", &[100, 1, 1]),
        ("the stock auth type", &[2, 0]),
        ("an unknown sync type", &[0, 3, 0]),
        ("a truncated payload", &[0, 2, 9, 0, 0]),
        ("a number without an end", &[0x80, 0x80, 0x80]),
        ("a number above 2^53", &[0, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        ("a type number in nine bytes", &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]),
    ];

    for (number, (what, tail)) in (1..).zip(tails) {
        let mut socket = Socket::calit(server.address(), "room").await;
        socket.send_frame([frame_of(&[update(number)]), tail.to_vec()].concat()).await;
        assert_eq!(socket.closed().await.0, 1008, "{what}");
        let doc = socket::fetch(server.address(), "room").await;
        assert_eq!(value(&doc, &number.to_string()), None, "the first message of a bad frame took effect: {what}");
    }
    let mut empty = Socket::calit(server.address(), "room").await;
    empty.send_frame(Vec::new()).await;
    assert_eq!(empty.closed().await.0, 1008, "an empty frame");
}

/// [FR5]
#[tokio::test]
async fn every_frame_of_the_server_holds_one_message() {
    let server = Server::open();
    let author = Author::new(1);
    let mut reader = Socket::calit(server.address(), "room").await;
    let mut writer = Socket::stock(server.address(), "room").await;
    reader.fetch().await;
    let mut frame = Vec::new();
    for number in 0..20 {
        ClientMessage::Update(author.append(&number.to_string())).write(&mut frame);
    }

    // One frame in; `Socket` fails at a frame that holds more than one message.
    writer.send_frame(frame).await;

    for socket in [&mut reader, &mut writer] {
        for _ in 0..20 {
            socket.find("an update", |message| matches!(message, ReceivedMessage::Update(_)).then_some(())).await;
        }
    }
}

/// [FR1]
#[tokio::test]
async fn a_ping_is_answered_and_fragments_are_joined() {
    let server = Server::open();
    let mut socket = RawSocket::open(server.address(), "room").await;
    socket.next().await;
    let bytes = [frame(0x02, &[0, 0]), frame(0x89, b"hi"), frame(0x80, &[1, 0])].concat();

    for byte in bytes {
        socket.send(&[byte]).await;
    }

    let pong = socket.next().await.expect("a pong");
    assert_eq!((pong.first, pong.payload.as_slice()), (0x8a, b"hi".as_slice()));
    let step_2 = socket.next().await.expect("the answer to a step 1 in two fragments");
    assert_eq!((step_2.first, step_2.payload), (BINARY, vec![0, 1, 2, 0, 0]));
}

/// [SY2]
#[tokio::test]
async fn frames_that_arrive_with_the_handshake_are_read() {
    let server = Server::open();
    let head = format!(
        "GET /sync/room HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        server.address()
    );
    let question = frame(BINARY, &[0, 0, 1, 0]);
    let (early, late) = question.split_at(7);

    let mut socket = RawSocket::with_head(server.address(), &[head.as_bytes(), &question, early].concat()).await;
    socket.send(late).await;

    for _ in 0..2 {
        while socket.next().await.expect("an answer").payload != [0, 1, 2, 0, 0] {}
    }
}

/// [CL1]
#[tokio::test]
async fn a_goodbye_is_answered_and_the_connection_ends() {
    let server = Server::open();
    for payload in [&[][..], &1000_u16.to_be_bytes(), &[0x0b, 0xb8, b'h', b'i']] {
        let mut socket = RawSocket::open(server.address(), "room").await;

        let started = Instant::now();
        socket.send(&frame(0x88, payload)).await;

        assert_eq!(socket.close_code().await, 1000);
        assert_eq!(socket.next().await, None, "bytes after the close frame");
        assert!(started.elapsed() < Duration::from_secs(1), "the server hung up after {:?}", started.elapsed());
    }
}

/// [FR7]
#[tokio::test]
async fn a_flood_is_read_slowly_and_nothing_is_lost() {
    let server = Server::open();
    let author = Author::new(1);
    let mut flood = Socket::calit(server.address(), "room").await;
    let mut other = Socket::calit(server.address(), "room").await;
    let updates: Vec<_> = (0..6_000).map(|_| author.append("x")).collect();
    let started = Instant::now();
    for update in updates {
        flood.send_update(update).await;
    }

    other.send_update(Author::new(2).set("in", "between")).await;
    other.ack(1).await;
    let quick = started.elapsed();
    flood.ack(6_000).await;

    // 2,000 at once, then 500 a second; one read may hold some 500 more.
    assert!(started.elapsed() >= Duration::from_secs(3), "6,000 messages were taken in {:?}", started.elapsed());
    assert!(quick < Duration::from_secs(5), "the other member waited {quick:?} for the flood");
    assert!(server.metric("calit_rate_limited_total").await > 0.0);
    assert_eq!(crate::harness::author::text(&socket::fetch(server.address(), "room").await).len(), 6_000);
}
