//! "Saved" means saved: SPEC section AC, as far as the store works. `storage.rs` has the store that does not,
//! `crash.rs` the proof by `kill -9`.

use bytes::Bytes;
use client_protocol::frame::{ClientMessage, ReceivedMessage};

use crate::harness::author::{Author, value};
use crate::harness::server::Server;
use crate::harness::socket::{self, Socket};

/// [AC1]
#[tokio::test]
async fn acknowledgements_count_frames_and_are_cumulative() {
    let server = Server::open();
    let author = Author::new(1);
    let mut socket = Socket::calit(server.address(), "room").await;
    let (mut frames, mut position) = (0, 0);
    for number in 0..50 {
        socket.send_update(author.append(&number.to_string())).await;
    }

    while frames < 50 {
        let (next_frames, next_position) = socket.ack(frames + 1).await;
        assert!(next_frames <= 50, "{next_frames} frames acknowledged, 50 sent");
        assert!(next_position > position, "the log went from {position} to {next_position}");
        (frames, position) = (next_frames, next_position);
    }
}

/// [AC1]
#[tokio::test]
async fn an_update_that_only_deletes_is_acknowledged_and_kept() {
    let mut server = Server::open();
    let author = Author::new(1);
    let mut socket = Socket::calit(server.address(), "room").await;
    socket.send_update(author.set("key", "value")).await;
    let (_, before) = socket.ack(1).await;

    socket.send_update(author.remove("key")).await;
    let (frames, after) = socket.ack(2).await;
    server.kill();
    server.start();

    assert_eq!(frames, 2);
    assert!(after > before, "a delete went into the log at {after}, after {before}");
    assert_eq!(value(&socket::fetch(server.address(), "room").await, "key"), None);
}

/// [AC2]
#[tokio::test]
async fn a_stock_client_gets_its_own_update_back() {
    let server = Server::open();
    let author = Author::new(1);
    let mut socket = Socket::stock(server.address(), "room").await;
    let updates = [author.set("key", "value"), author.remove("key")];
    for update in &updates {
        socket.send_update(update.clone()).await;
    }

    for update in updates {
        let echo = socket.find("the echo", |message| match message {
            ReceivedMessage::Update(echo) => Some(echo),
            _ => None,
        });
        assert_eq!(echo.await, update);
    }
}

/// [AC2]
#[tokio::test]
async fn our_own_client_gets_an_acknowledgement_and_no_echo() {
    let server = Server::open();
    let author = Author::new(1);
    let mut socket = Socket::calit(server.address(), "room").await;
    for number in 0..10 {
        socket.send_update(author.append(&number.to_string())).await;
    }

    let mut acked = 0;
    while acked < 10 {
        match socket.next().await {
            ReceivedMessage::Ack { frames, .. } => acked = frames,
            ReceivedMessage::Update(update) => panic!("our own client got {update:?} back"),
            _ => {}
        }
    }
}

/// [AC3]
#[tokio::test]
async fn a_frame_set_aside_holds_back_every_acknowledgement() {
    let server = Server::open();
    let (torn, whole) = (Author::new(1), Author::new(2));
    let mut socket = Socket::calit(server.address(), "room").await;
    let _lost = torn.set("first", "1");

    socket.send_update(torn.set("second", "2")).await;
    socket.send_update(whole.set("third", "3")).await;
    // Answers come in order, so an acknowledgement of the second frame would come before this one's.
    let no_ack = |message: &ReceivedMessage| assert!(!matches!(message, ReceivedMessage::Ack { .. }), "{message:?}");
    socket.fetch_hearing(no_ack).await;
    // Nor does a commit bring it that holds the second frame.
    let mut other = Socket::stock(server.address(), "room").await;
    other.send_update(Author::new(3).set("fourth", "4")).await;
    other.find("the echo of the fourth", |message| matches!(message, ReceivedMessage::Update(_)).then_some(())).await;
    socket.fetch_hearing(no_ack).await;
    socket.send(ClientMessage::SyncStep2(torn.state())).await;

    assert_eq!(socket.ack(1).await.0, 3);
}

/// [AC5]
#[tokio::test]
async fn a_step_2_that_brings_nothing_new_is_acknowledged() {
    let server = Server::open();
    let author = Author::new(1);
    let mut socket = Socket::calit(server.address(), "room").await;

    socket.send(ClientMessage::SyncStep2(Bytes::from_static(&[0, 0]))).await;
    assert_eq!(socket.ack(1).await.0, 1);

    socket.send_update(author.set("key", "value")).await;
    socket.send(ClientMessage::SyncStep2(author.state())).await;
    assert_eq!(socket.ack(3).await.0, 3);
}

/// [AC1]
#[tokio::test]
async fn every_connection_counts_from_one() {
    let server = Server::open();
    let author = Author::new(1);
    let mut first = Socket::calit(server.address(), "room").await;
    first.send_update(author.set("a", "1")).await;
    first.send_update(author.set("b", "2")).await;
    first.ack(2).await;

    let mut second = Socket::calit(server.address(), "room").await;
    second.send_update(author.set("c", "3")).await;

    assert_eq!(second.ack(1).await.0, 1);
}
