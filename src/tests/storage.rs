//! A store that cannot write: [AC4]. The test holds SQLite's write lock, as a backup or a stuck disk would.

use std::path::Path;

use client_protocol::frame::ReceivedMessage;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Executor as _, SqliteConnection};

use crate::harness::author::{self, Author, value};
use crate::harness::client::{Client, Dialect};
use crate::harness::server::Server;
use crate::harness::socket::Socket;

/// Nobody writes to the store of a data directory while this is held.
pub(crate) async fn hold(data: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(data.join("calit.db"));
    let mut connection = options.connect().await.expect("the server's database");
    connection.execute("BEGIN IMMEDIATE").await.expect("the write lock");
    connection
}

pub(crate) async fn release(mut connection: SqliteConnection) {
    connection.execute("ROLLBACK").await.expect("the lock is ours");
}

/// [AC4]
#[tokio::test]
async fn while_the_store_cannot_write_people_are_told_and_go_on() {
    let server = Server::open();
    let ann = Client::join(Dialect::Calit, server.address(), "room", 1).await;
    let bob = Client::join(Dialect::Calit, server.address(), "room", 2).await;
    let lock = hold(&server.data()).await;

    ann.edit(|txn| author::set(txn, "key", "not saved"));
    bob.until("the edit all the same", |state| value(&state.doc, "key").is_some()).await;
    for client in [&ann, &bob] {
        let is_warned = |notice: &ReceivedMessage| matches!(notice, ReceivedMessage::Storage { ok: false, reason } if !reason.is_empty());
        client.until("the warning", |state| state.notices.iter().any(is_warned)).await;
    }
    let late = Client::join(Dialect::Calit, server.address(), "room", 3).await;
    late.until("a newcomer is warned", |state| !state.notices.is_empty()).await;
    assert_eq!(late.look(|state| value(&state.doc, "key")).as_deref(), Some("not saved"));
    assert_eq!(ann.look(|state| state.ledger.acked), 0, "acknowledged without a commit");
    release(lock).await;

    ann.saved().await;
    for client in [&ann, &bob, &late] {
        let is_well = ReceivedMessage::Storage { ok: true, reason: String::new() };
        client.until("all is well", |state| state.notices.last() == Some(&is_well)).await;
        assert_eq!(client.look(|state| state.connections), 1);
    }
}

/// [AC1] [AC2]
#[tokio::test]
async fn nobody_hears_of_an_edit_as_saved_before_its_commit() {
    let server = Server::open();
    let mut stock = Socket::stock(server.address(), "room").await;
    let mut ours = Socket::calit(server.address(), "room").await;
    ours.fetch().await;
    let lock = hold(&server.data()).await;
    let update = Author::new(1).set("key", "value");
    let other = Author::new(2).set("other", "value");
    stock.send_update(update.clone()).await;
    ours.send_update(other.clone()).await;

    // The others have it at once; the authors have not heard of it when the answer to a later question comes.
    let relayed =
        |wanted: bytes::Bytes| move |message| (message == ReceivedMessage::Update(wanted.clone())).then_some(());
    ours.find("Stock's update", relayed(update.clone())).await;
    stock
        .fetch_hearing(|message| assert_ne!(*message, ReceivedMessage::Update(update.clone()), "echoed uncommitted"))
        .await;
    ours.fetch_hearing(|message| assert!(!matches!(message, ReceivedMessage::Ack { .. }), "{message:?}")).await;
    release(lock).await;

    stock.find("the echo", relayed(update)).await;
    ours.ack(1).await;
}

/// [AC4]
#[tokio::test]
async fn what_was_not_saved_is_not_there_after_a_crash_and_was_not_acknowledged() {
    let mut server = Server::open();
    let ann = Client::join(Dialect::Calit, server.address(), "room", 1).await;
    ann.edit(|txn| author::set(txn, "saved", "1"));
    ann.saved().await;
    let lock = hold(&server.data()).await;
    ann.edit(|txn| author::set(txn, "lost", "2"));
    ann.until("the warning", |state| !state.notices.is_empty()).await;

    ann.lose_connection();
    server.kill();
    release(lock).await;
    server.start();

    let after = crate::harness::socket::fetch(server.address(), "room").await;
    assert_eq!((value(&after, "saved").as_deref(), value(&after, "lost")), (Some("1"), None));
    assert_eq!(ann.look(|state| state.ledger.acked), 1);
    ann.connect(server.address());
    ann.saved().await;
    let healed = crate::harness::socket::fetch(server.address(), "room").await;
    assert_eq!(value(&healed, "lost").as_deref(), Some("2"), "the author's copy brings it back");
}
