//! Documents over the wire: SPEC section SY.

use bytes::Bytes;
use client_protocol::frame::{ClientMessage, ReceivedMessage, Role};
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{ReadTxn as _, StateVector, Transact as _};

use crate::harness::author::{Author, text, value};
use crate::harness::awareness;
use crate::harness::client::{Client, Dialect, converge};
use crate::harness::server::Server;
use crate::harness::socket::{self, Socket};
use crate::harness::within;

fn update_of(message: ReceivedMessage) -> Option<Bytes> {
    match message {
        ReceivedMessage::Update(update) => Some(update),
        _ => None,
    }
}

fn state_vector_of(message: ReceivedMessage) -> Option<StateVector> {
    match message {
        ReceivedMessage::SyncStep1(bytes) => Some(StateVector::decode_v1(&bytes).expect("a state vector")),
        _ => None,
    }
}

/// [SY1]
#[tokio::test]
async fn the_server_speaks_first() {
    let server = Server::open();
    let mut first = Socket::calit(server.address(), "room").await;

    assert!(
        matches!(first.next().await, ReceivedMessage::Welcome { role: Role::Editor, session } if !session.is_empty())
    );
    assert_eq!(first.next().await, ReceivedMessage::SyncStep1(Bytes::from_static(&[0])));

    let here = awareness::update(&[awareness::entry(7, 1, "{}")]);
    first.send(ClientMessage::Awareness(here.clone())).await;
    first.find("its own presence", |message| (message == ReceivedMessage::Awareness(here.clone())).then_some(())).await;
    let mut second = Socket::stock(server.address(), "room").await;
    assert!(matches!(second.next().await, ReceivedMessage::SyncStep1(_)));
    assert_eq!(second.next().await, ReceivedMessage::Awareness(here));
}

/// [SY2]
#[tokio::test]
async fn a_step_1_is_answered_with_all_that_the_client_lacks() {
    let server = Server::open();
    let author = Author::new(1);
    let mut writer = Socket::calit(server.address(), "room").await;
    writer.send_update(author.set("before", "known")).await;
    let known = author.doc.transact().state_vector().encode_v1();
    writer.send_update(author.set("after", "new")).await;
    writer.ack(2).await;

    let mut reader = Socket::stock(server.address(), "room").await;
    reader.send(ClientMessage::SyncStep1(known.into())).await;
    let diff = reader.find("a step 2", |message| match message {
        ReceivedMessage::SyncStep2(update) => Some(update),
        _ => None,
    });
    let carried = yrs::Update::decode_v1(&diff.await).expect("a diff").state_vector_lower();
    let all = socket::fetch(server.address(), "room").await;

    assert_eq!(carried.iter().map(|(client, clock)| (client.get(), *clock)).collect::<Vec<_>>(), [(1, 1)]);
    assert_eq!((value(&all, "before").as_deref(), value(&all, "after").as_deref()), (Some("known"), Some("new")));
}

/// [SY2]
#[tokio::test]
async fn a_late_joiner_receives_everything() {
    let server = Server::open();
    let early = Client::join(Dialect::Stock, server.address(), "room", 1).await;
    early.edit(|txn| crate::harness::author::set(txn, "key", "값"));
    early.saved().await;

    let late = Client::join(Dialect::Calit, server.address(), "room", 2).await;

    assert_eq!(late.look(|state| value(&state.doc, "key")).as_deref(), Some("값"));
}

/// [SY3]
#[tokio::test]
async fn updates_reach_every_member_in_the_order_the_server_took_them_in() {
    let server = Server::alone(&["--open"]);
    let mut readers = [Socket::stock(server.address(), "room").await, Socket::calit(server.address(), "room").await];
    for reader in &mut readers {
        reader.fetch().await;
    }
    let (ann, bob) = (Author::new(1), Author::new(2));
    let mut writers =
        [(Socket::calit(server.address(), "room").await, ann), (Socket::stock(server.address(), "room").await, bob)];
    let mut sent = [Vec::new(), Vec::new()];
    for round in 0..100 {
        for (who, (socket, author)) in writers.iter_mut().enumerate() {
            let update = author.append(&format!("{who}.{round} "));
            sent[who].push(update.clone());
            socket.send_update(update).await;
        }
    }

    let mut heard = Vec::new();
    for reader in &mut readers {
        let mut updates = Vec::new();
        while updates.len() < 200 {
            updates.push(reader.find("an update", update_of).await);
        }
        heard.push(updates);
    }

    assert_eq!(heard[0], heard[1], "the readers saw different orders");
    for updates in sent {
        let own: Vec<&Bytes> = heard[0].iter().filter(|update| updates.contains(update)).collect();
        assert_eq!(own, updates.iter().collect::<Vec<_>>(), "an author's updates changed their order");
    }
}

/// [SY5]
#[tokio::test]
async fn an_update_without_its_predecessors_is_put_right_by_a_step_2() {
    let server = Server::open();
    let author = Author::new(1);
    let mut socket = Socket::calit(server.address(), "room").await;
    assert!(socket.find("the opening step 1", state_vector_of).await.is_empty());
    let _lost = author.set("first", "1");

    socket.send_update(author.set("second", "2")).await;

    assert!(socket.find("a step 1 of the server", state_vector_of).await.is_empty());
    let nothing = socket::fetch(server.address(), "room").await;
    assert_eq!(value(&nothing, "second"), None, "an update was applied without its predecessor");
    socket.send(ClientMessage::SyncStep2(author.state())).await;
    socket.ack(2).await;
    let all = socket::fetch(server.address(), "room").await;
    assert_eq!((value(&all, "first").as_deref(), value(&all, "second").as_deref()), (Some("1"), Some("2")));
}

/// [SY5]
#[tokio::test]
async fn a_delete_of_what_the_server_lacks_is_set_aside_too() {
    let server = Server::open();
    let author = Author::new(1);
    let mut socket = Socket::calit(server.address(), "room").await;
    socket.find("the opening step 1", state_vector_of).await;
    let _lost = author.set("key", "1");

    socket.send_update(author.remove("key")).await;

    assert!(socket.find("a step 1 of the server", state_vector_of).await.is_empty());
}

/// [SY5]
#[tokio::test]
async fn a_step_2_that_still_has_gaps_is_refused() {
    let server = Server::open();
    let author = Author::new(1);
    let _lost = author.set("first", "1");
    let torn = author.set("second", "2");
    let mut socket = Socket::calit(server.address(), "room").await;

    socket.send_update(torn.clone()).await;
    socket.send(ClientMessage::SyncStep2(torn)).await;

    assert_eq!(socket.closed().await.0, 1008);
}

/// [SY7]
#[tokio::test]
async fn a_board_takes_no_root_of_its_own_making() {
    let server = Server::demo();
    let board = crate::workspace::first_board(&server).await;
    let mut socket = Socket::calit(server.address(), &board).await;

    socket.send_update(Author::new(1).set("key", "a root named map")).await;

    assert_eq!(socket.closed().await.0, 1008);
    let after = socket::fetch(server.address(), &board).await;
    assert_eq!(value(&after, "key"), None);
}

/// [SY3]
#[tokio::test]
async fn offline_edits_of_two_people_merge() {
    let server = Server::open();
    let ann = Client::join(Dialect::Calit, server.address(), "room", 1).await;
    let bob = Client::join(Dialect::Stock, server.address(), "room", 2).await;
    ann.edit(|txn| crate::harness::author::set(txn, "shared", "start"));
    bob.until("the start", |state| value(&state.doc, "shared").is_some()).await;
    ann.disconnect();
    bob.lose_connection();

    ann.edit(|txn| crate::harness::author::set(txn, "ann", "offline"));
    bob.edit(|txn| crate::harness::author::set(txn, "bob", "offline"));
    ann.connect(server.address());
    bob.connect(server.address());

    ann.until("Bob's edit", |state| value(&state.doc, "bob").is_some()).await;
    bob.until("Ann's edit", |state| value(&state.doc, "ann").is_some()).await;
    within("both are saved", async { tokio::join!(ann.saved(), bob.saved()) }).await;
    converge(&[ann, bob], |client| client.look(|state| text(&state.doc))).await;
}
