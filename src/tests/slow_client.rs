//! A member whose socket cannot keep up: [SY6].

use bytes::Bytes;
use client_protocol::frame::ClientMessage;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Duration, Instant};
use yrs::{GetString as _, ReadTxn as _, Text as _, TransactionMut, WriteTxn as _};

use crate::harness::author::{self, value};
use crate::harness::client::{Client, Dialect};
use crate::harness::proxy::{Proxy, Weather};
use crate::harness::server::Server;
use crate::harness::{eventually, eventually_within, raw, within};

/// More than the buffers of the kernel on both sides hold.
const FLOOD_BYTES: usize = 10_000_000;

/// One update of the flood.
const CHUNK_BYTES: usize = 100_000;

/// What the server may grow by while one member is slow: more than its memory goes up and down by on a busy machine, and
/// less than [`FLOODS`] would take if they were kept.
const SLOW_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// What the server and its kernel may hold of updates for one socket: 64 KiB and 128 KiB, and what was begun.
#[cfg(target_os = "linux")]
const HELD_BYTES_MAX: usize = 1_000_000;

/// How often people flood the room while a member is slow.
const FLOODS: usize = 5;

fn paste(txn: &mut TransactionMut<'_>, bytes: usize) {
    let text = txn.get_or_insert_text("text");
    let len = text.len(txn);
    text.insert(txn, len, &"x".repeat(bytes));
}

fn len(client: &Client) -> usize {
    client.read(|txn| txn.get_text("text").map_or(0, |text| text.get_string(txn).len()))
}

/// People paste until the room has passed on more than any kernel buffers; pasted text is removed again, so that the document
/// stays small and only a diff is short. What was pasted is saved before more is: how much is on its way at once, and what
/// the heap keeps of that, would say nothing of the slow one.
async fn flood(writers: &[Client]) {
    for round in 0..FLOOD_BYTES / CHUNK_BYTES {
        let writer = &writers[round % writers.len()];
        writer.edit(|txn| paste(txn, CHUNK_BYTES));
        writer.edit(|txn| {
            let text = txn.get_or_insert_text("text");
            let len = text.len(txn);
            text.remove_range(txn, 0, len);
        });
        writer.saved().await;
    }
}

/// [SY6]
#[tokio::test]
async fn a_slow_reader_stays_and_catches_up_by_a_diff() {
    let server = Server::alone(&["--open"]);
    let mut writers = Vec::new();
    for id in 1..=18 {
        writers.push(Client::join(Dialect::Calit, server.address(), "room", id).await);
    }
    // Once without a slow member: what the pasting itself costs is not counted.
    flood(&writers).await;
    let proxy = Proxy::to(server.address()).await;
    proxy.weather(Weather { bytes_per_second: Some(1_000), ..Weather::default() });
    let slow = Client::join(Dialect::Stock, proxy.address, "room", 99).await;
    let (diffs, before) = (slow.look(|state| state.diffs), server.resident_bytes());

    for _ in 0..FLOODS {
        flood(&writers).await;
    }
    writers[0].edit(|txn| author::set(txn, "last", "word"));
    // The slow reader would need hours for all of it.
    writers[1].until("the last word", |state| value(&state.doc, "last").is_some()).await;

    assert!(server.metric("calit_updates_collapsed_total").await > 0.0, "the slow reader never fell behind");
    let grown = server.resident_bytes().saturating_sub(before);
    assert!(grown < SLOW_BYTES_MAX, "the server grew by {grown} B");
    assert_eq!(slow.look(|state| value(&state.doc, "last")), None);
    proxy.weather(Weather::default());
    slow.until("the last word, by a diff", |state| value(&state.doc, "last").is_some()).await;
    assert_eq!(
        (slow.look(|state| state.connections), slow.look(|state| state.closes.len())),
        (1, 0),
        "the slow reader was cut off"
    );
    // One for each time that it fell behind: a second time is possible while the first diff is on its way.
    let diffs = slow.look(|state| state.diffs) - diffs;
    assert!((1..=2).contains(&diffs), "it caught up with {diffs} diffs");
    assert!(
        slow.look(|state| state.updates) < 200,
        "it was sent {} updates all the same",
        slow.look(|state| state.updates)
    );
    within("it is in step again", async {
        writers[0].edit(|txn| author::set(txn, "after", "live"));
        slow.until("a live edit", |state| value(&state.doc, "after").is_some()).await;
    })
    .await;
    assert_eq!(len(&slow), len(&writers[0]));
}

/// [SY6]
#[cfg(target_os = "linux")]
#[tokio::test]
async fn who_reads_nothing_is_behind_long_before_the_kernel_is_full() {
    let server = Server::open();
    let writer = Client::join(Dialect::Calit, server.address(), "room", 1).await;
    let stalled = silent_socket(&server).await;

    let pasted = fill(&server, &writer).await;

    assert!(pasted < HELD_BYTES_MAX, "{pasted} B were held for somebody who reads nothing");
    drop(stalled);
}

/// [SY6]
#[tokio::test]
async fn a_socket_that_takes_nothing_for_a_minute_is_closed_with_1013() {
    let server = Server::open();
    let writer = Client::join(Dialect::Calit, server.address(), "room", 1).await;
    let stalled = silent_socket(&server).await;
    let started = Instant::now();

    fill(&server, &writer).await;
    let closed = "calit_ws_closed_total{code=\"1013\",initiator=\"server\"}";
    let is_closed = async || (server.metric(closed).await == 1.0).then_some(());
    eventually_within(Duration::from_secs(100), "a stalled socket is closed", is_closed).await;

    assert!(started.elapsed() >= Duration::from_secs(60), "closed after {:?}", started.elapsed());
    eventually("it is gone", async || (server.metric("calit_ws_connections").await == 1.0).then_some(())).await;
    assert_eq!(writer.look(|state| state.connections), 1);
    drop(stalled);
}

/// [CL2]
#[tokio::test]
async fn a_stalled_member_does_not_hold_up_a_shutdown() {
    let mut server = Server::open();
    let writer = Client::join(Dialect::Calit, server.address(), "room", 1).await;
    let stalled = silent_socket(&server).await;
    fill(&server, &writer).await;

    let started = Instant::now();
    let status = server.term().await;

    assert_eq!(status.code(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(10), "the shutdown took {:?}", started.elapsed());
    drop(stalled);
}

/// Whoever pings without reading the answers is cut off before they fill the memory.
#[tokio::test]
async fn a_flood_of_pings_without_reading_is_cut_off() {
    let server = Server::open();
    let member = Client::join(Dialect::Calit, server.address(), "room", 1).await;
    let before = server.resident_bytes();
    let ping = raw::frame(0x89, &[0; 125]);
    let stalled = silent_socket(&server).await;

    let mut sent = 0;
    let flood = async || {
        while let Ok(len @ 1..) = stalled.try_write(&ping[sent % ping.len()..]) {
            sent += len;
        }
        (server.metric("calit_ws_connections").await == 1.0).then_some(())
    };
    eventually("the flood is cut off", flood).await;

    assert!(sent > CHUNK_BYTES, "cut off after {sent} B");
    assert!(server.resident_bytes() < before + SLOW_BYTES_MAX);
    member.edit(|txn| author::set(txn, "still", "here"));
    member.saved().await;
    assert_eq!(member.look(|state| state.connections), 1);
}

/// [SY6] The document on its way does not count as a queue: nothing of it would have to be sent twice.
#[tokio::test]
async fn who_is_still_receiving_a_large_document_is_not_behind() {
    let server = Server::open();
    let mut writers = Vec::new();
    for id in 1..=18 {
        let writer = Client::join(Dialect::Calit, server.address(), "room", id).await;
        for _ in 0..FLOOD_BYTES / CHUNK_BYTES / 18 + 1 {
            writer.edit(|txn| paste(txn, CHUNK_BYTES));
        }
        writers.push(writer);
    }
    for writer in &writers {
        writer.saved().await;
    }
    let writer = writers.remove(0);
    writers.iter().for_each(Client::disconnect);
    eventually("one is left, and has everything", async || {
        let is_alone = server.metric("calit_ws_connections").await == 1.0;
        (is_alone && len(&writer) >= FLOOD_BYTES).then_some(())
    })
    .await;
    let collapsed = server.metric("calit_updates_collapsed_total").await;
    let syncs = server.metric("calit_sync_duration_seconds_count").await;
    let newcomer = silent_socket(&server).await;
    eventually("the document is on its way", async || {
        (server.metric("calit_sync_duration_seconds_count").await > syncs).then_some(())
    })
    .await;

    for edits in 0..20 {
        writer.edit(|txn| author::set(txn, "edits", &edits.to_string()));
        writer.saved().await;
    }

    assert_eq!(server.metric("calit_updates_collapsed_total").await, collapsed);
    drop(newcomer);
}

/// Pastes until a member that does not read has fallen behind.
async fn fill(server: &Server, writer: &Client) -> usize {
    eventually("the stalled member is behind", async || {
        writer.edit(|txn| paste(txn, CHUNK_BYTES));
        writer.saved().await;
        (server.metric("calit_updates_collapsed_total").await > 0.0).then_some(())
    })
    .await;
    len(writer)
}

/// A member that asks for the document and never reads.
async fn silent_socket(server: &Server) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    let stream = socket.connect(server.address()).await.expect("the server listens");
    let head = format!(
        "GET /sync/room HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        server.address()
    );
    let mut question = Vec::new();
    ClientMessage::SyncStep1(Bytes::from_static(&[0])).write(&mut question);
    let bytes = [head.into_bytes(), raw::frame(raw::BINARY, &question)].concat();
    stream.writable().await.expect("the server reads");
    assert_eq!(stream.try_write(&bytes).expect("the server reads"), bytes.len());
    stream
}
