//! Who is here: SPEC section PR.

use std::net::SocketAddr;

use client_protocol::frame::{ClientMessage, ReceivedMessage};
use tokio::time::{Duration, Instant, timeout};

use crate::harness::awareness::{self, Entry, entry, goodbye};
use crate::harness::backend::Setup;
use crate::harness::client::{Client, Dialect};
use crate::harness::server::Server;
use crate::harness::socket::{Heard, Socket, frame_of};

/// How long the state of a lost connection stays.
const LINGER: Duration = Duration::from_secs(3);

async fn announce(socket: &mut Socket, entries: &[Entry]) {
    socket.send(ClientMessage::Awareness(awareness::update(entries))).await;
}

/// A connection that is in the room by now: what others announce from here on reaches it once.
async fn join(server: &Server) -> Socket {
    join_at(server.address()).await
}

async fn join_at(replica: SocketAddr) -> Socket {
    let mut socket = Socket::stock(replica, "room").await;
    socket.find("step 1", |message| matches!(message, ReceivedMessage::SyncStep1(_)).then_some(())).await;
    socket
}

/// The next presence that says anything.
async fn heard(socket: &mut Socket) -> Vec<Entry> {
    socket.find("presence", entries_of).await
}

fn entries_of(message: ReceivedMessage) -> Option<Vec<Entry>> {
    match message {
        ReceivedMessage::Awareness(update) => Some(awareness::entries(&update)).filter(|entries| !entries.is_empty()),
        _ => None,
    }
}

/// [PR1]
#[tokio::test]
async fn nobody_speaks_for_somebody_else() {
    let server = Server::alone(&["--open"]);
    let mut ann = join(&server).await;
    announce(&mut ann, &[entry(1, 5, "{}")]).await;
    assert_eq!(heard(&mut ann).await, [entry(1, 5, "{}")]);

    let mut bob = join(&server).await;
    announce(&mut bob, &[entry(1, 6, r#"{"stolen":1}"#)]).await;
    announce(&mut bob, &[goodbye(1, 7), entry(2, 1, "{}")]).await;

    assert_eq!(heard(&mut ann).await, [entry(2, 1, "{}")]);
    ann.send(ClientMessage::QueryAwareness).await;
    assert!(heard(&mut ann).await.contains(&entry(1, 5, "{}")));
}

/// [PR1]
#[tokio::test]
async fn a_connection_speaks_for_four_clients_at_most() {
    let server = Server::open();
    let mut socket = join(&server).await;
    let crowd: Vec<Entry> = (1..=60).map(|client| entry(client, 1, "{}")).collect();

    announce(&mut socket, &crowd).await;

    assert_eq!(heard(&mut socket).await.len(), 4);
}

/// [PR1]
#[tokio::test]
async fn a_stock_client_may_repeat_what_it_hears_in_a_crowd() {
    let server = Server::open();
    let mut crowd = Vec::new();
    for client in 1..=30_u64 {
        let mut socket = join(&server).await;
        let own: Vec<Entry> = (0..4).map(|tab| entry(client * 4 + tab, 1, "{}")).collect();
        announce(&mut socket, &own).await;
        crowd.push(socket);
    }
    let mut repeater = join(&server).await;
    let mut everybody = Vec::new();
    while everybody.len() < 120 {
        repeater.send(ClientMessage::QueryAwareness).await;
        everybody = heard(&mut repeater).await;
    }

    announce(&mut repeater, &everybody).await;
    announce(&mut repeater, &[entry(1000, 1, "{}")]).await;

    let is_own = |entries: &Vec<Entry>| entries.contains(&entry(1000, 1, "{}"));
    repeater.find("its own presence", |message| entries_of(message).filter(is_own)).await;
}

/// [PR2]
#[tokio::test]
async fn a_state_above_4_kib_closes() {
    let server = Server::open();
    let mut socket = join(&server).await;
    let state_of = |bytes: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(bytes - 8));
    announce(&mut socket, &[entry(1, 1, &state_of(4096))]).await;
    assert_eq!(heard(&mut socket).await[0].state.as_ref().map(String::len), Some(4096));

    announce(&mut socket, &[entry(1, 2, &state_of(4097))]).await;

    assert_eq!(socket.closed().await.0, 1008);
}

/// [PR3]
#[tokio::test]
async fn many_states_leave_as_the_latest_to_the_author_too() {
    let server = Server::open();
    let mut ann = join(&server).await;
    let mut bob = Socket::calit(server.address(), "room").await;
    let burst: Vec<_> =
        (1..=50).map(|clock| ClientMessage::Awareness(awareness::update(&[entry(1, clock, "{}")]))).collect();

    ann.send_frame(frame_of(&burst)).await;

    assert_eq!(heard(&mut ann).await, [entry(1, 50, "{}")]);
    assert_eq!(heard(&mut bob).await, [entry(1, 50, "{}")]);
}

/// [PR4] [PR5]
#[tokio::test]
async fn a_goodbye_is_told_at_once_and_keeps_its_clock() {
    let server = Server::open();
    let mut ann = join(&server).await;
    let mut bob = join(&server).await;
    announce(&mut ann, &[entry(1, 9, "{}")]).await;
    assert_eq!(heard(&mut bob).await, [entry(1, 9, "{}")]);
    let started = Instant::now();

    ann.say_goodbye().await;

    assert_eq!(heard(&mut bob).await, [goodbye(1, 9)]);
    assert!(started.elapsed() < LINGER, "a close frame took {:?} to be seen", started.elapsed());
    let mut again = join(&server).await;
    announce(&mut again, &[entry(1, 9, "{}")]).await;
    assert_eq!(heard(&mut bob).await, [entry(1, 9, "{}")], "coming back with the same clock is seen");
}

/// [PR5]
#[tokio::test]
async fn a_null_state_is_a_goodbye() {
    let server = Server::open();
    let mut ann = join(&server).await;
    let mut bob = join(&server).await;
    announce(&mut ann, &[entry(1, 9, "{}")]).await;
    assert_eq!(heard(&mut bob).await, [entry(1, 9, "{}")]);

    announce(&mut ann, &[goodbye(1, 9)]).await;

    assert_eq!(heard(&mut bob).await, [goodbye(1, 9)]);
}

/// [PR5]
#[tokio::test]
async fn a_lost_connection_lingers_and_then_leaves() {
    let server = Server::open();
    let mut bob = join(&server).await;
    let mut ann = join(&server).await;
    announce(&mut ann, &[entry(1, 9, "{}")]).await;
    assert_eq!(heard(&mut bob).await, [entry(1, 9, "{}")]);
    let started = Instant::now();

    drop(ann);

    assert_eq!(heard(&mut bob).await, [goodbye(1, 9)]);
    let took = started.elapsed();
    assert!(took >= LINGER - Duration::from_millis(100), "seen as leaving after {took:?}");
}

/// [PR5]
#[tokio::test]
async fn a_reconnect_in_time_is_not_seen_as_leaving() {
    let server = Server::open();
    let bob = Client::join(Dialect::Calit, server.address(), "room", 2).await;
    let ann = Client::join(Dialect::Calit, server.address(), "room", 1).await;
    ann.announce(Some(r#"{"user":"Ann"}"#));
    bob.until("Ann is here", |state| state.others.contains_key(&1)).await;

    ann.lose_connection();
    ann.connect(server.address());
    ann.until("Ann is back", |state| state.connections == 2 && state.is_synced).await;

    let left = bob.until("Ann leaves", |state| !state.others.contains_key(&1));
    assert!(timeout(LINGER * 2, left).await.is_err(), "the reconnect was seen as leaving");
}

/// What is heard of somebody until an entry comes, with it.
async fn heard_of(client: u64, until: &Entry, socket: &mut Socket) -> Vec<Entry> {
    let mut all = Vec::new();
    while !all.contains(until) {
        all.append(&mut heard(socket).await);
    }
    all.retain(|entry| entry.client == client);
    all
}

/// [PR5]
#[tokio::test]
async fn a_reconnect_to_another_replica_is_not_seen_as_leaving() {
    let server = Server::on(Setup::Embedded { replicas: 3 }, &["--open"]);
    let mut others = Vec::new();
    for replica in 0..3 {
        others.push(join_at(server.address_of(replica)).await);
    }
    let (mut ann, mut bob) = (join_at(server.address_of(0)).await, join_at(server.address_of(0)).await);
    announce(&mut ann, &[entry(1, 9, "{}")]).await;
    announce(&mut bob, &[entry(2, 9, "{}")]).await;
    for other in &mut others {
        heard_of(1, &entry(1, 9, "{}"), other).await;
    }

    drop(ann);
    drop(bob);
    let mut again = join_at(server.address_of(1)).await;
    announce(&mut again, &[entry(1, 9, "{}")]).await;
    // Whoever was lost when Ann was, and does not come back, has left.
    let mut seen = Vec::new();
    for other in &mut others {
        seen.push(heard_of(1, &goodbye(2, 9), other).await);
    }
    announce(&mut again, &[entry(1, 10, "{}")]).await;

    for (other, seen) in others.iter_mut().zip(&mut seen) {
        seen.append(&mut heard_of(1, &entry(1, 10, "{}"), other).await);
        assert!(seen.iter().all(|entry| entry.state.is_some()), "seen as leaving: {seen:?}");
    }
    again.say_goodbye().await;
    for other in &mut others {
        assert_eq!(heard_of(1, &goodbye(1, 10), other).await, [goodbye(1, 10)]);
    }
}

/// [PR6]
#[tokio::test]
async fn a_query_is_answered_with_everybody() {
    let server = Server::open();
    let mut sockets = Vec::new();
    for client in 1..=3 {
        let mut socket = join(&server).await;
        announce(&mut socket, &[entry(client, 1, "{}")]).await;
        socket
            .find("its own presence", |message| {
                entries_of(message).filter(|all| all.iter().any(|e| e.client == client))
            })
            .await;
        sockets.push(socket);
    }
    let mut newcomer = join(&server).await;
    heard(&mut newcomer).await;

    // On another replica than theirs, it may take a moment until all have been heard of.
    let mut everybody = Vec::new();
    while everybody.len() < 3 {
        newcomer.send(ClientMessage::QueryAwareness).await;
        everybody = heard(&mut newcomer).await;
    }

    everybody.sort_by_key(|entry| entry.client);
    assert_eq!(everybody, [entry(1, 1, "{}"), entry(2, 1, "{}"), entry(3, 1, "{}")]);
}

/// [FR6]
#[tokio::test]
async fn a_quiet_connection_hears_something_every_15_seconds() {
    let server = Server::alone(&["--open"]);
    let mut socket = join(&server).await;
    socket.next().await;

    for _ in 0..2 {
        let keep_alive = timeout(Duration::from_secs(15), socket.hear()).await.expect("a data frame within 15 s");
        assert_eq!(keep_alive, Heard::Message(ReceivedMessage::Awareness(awareness::update(&[]))));
    }
}
