//! Hostile input while two good clients edit: every class of it closes its own connection with the right code, touches
//! nothing, costs bounded memory, and the good pair does not notice.

use bytes::Bytes;
use client_protocol::frame::{ClientMessage, ReceivedMessage};
use client_protocol::varint;
use tokio::time::{Duration, Instant};

use crate::harness::author::{self, Author, value};
use crate::harness::awareness;
use crate::harness::client::{Client, Dialect, converge};
use crate::harness::server::Server;
use crate::harness::socket::{Heard, Socket, lying};
use crate::harness::within;

/// What the server's memory may grow by over all attacks. The cheapest of them cost a bare yrs server 258 MB.
const GROWTH_BYTES_MAX: u64 = 96 * 1024 * 1024;

/// The good pair's slowest edit may take this long to be seen, on two busy cores and unoptimised code.
const LATENCY_MAX: Duration = Duration::from_secs(2);

/// Two people who edit on and on.
struct GoodPair {
    clients: [Client; 2],
    round: u32,
    slowest: Duration,
}

impl GoodPair {
    async fn join(server: &Server) -> Self {
        let ann = Client::join(Dialect::Calit, server.address(), "room", 1).await;
        let bob = Client::join(Dialect::Stock, server.address(), "room", 2).await;
        Self { clients: [ann, bob], round: 0, slowest: Duration::ZERO }
    }

    /// Each edits, and sees the other's edit.
    async fn edit(&mut self, what: &str) {
        self.round += 1;
        let round = self.round.to_string();
        let started = Instant::now();
        let [ann, bob] = &self.clients;
        ann.edit(|txn| author::set(txn, "ann", &round));
        bob.edit(|txn| author::set(txn, "bob", &round));
        for client in [ann, bob] {
            let is_seen = |doc: &yrs::Doc| ["ann", "bob"].iter().all(|key| value(doc, key).as_ref() == Some(&round));
            client.until(&format!("both edits after {what}"), |state| is_seen(&state.doc)).await;
        }
        self.slowest = self.slowest.max(started.elapsed());
    }

    async fn end(self) {
        for client in &self.clients {
            client.saved().await;
            assert_eq!(client.look(|state| state.connections), 1, "somebody of the good pair was cut off");
        }
        converge(&self.clients, |client| client.look(|state| author::text(&state.doc))).await;
        assert!(self.slowest < LATENCY_MAX, "the good pair waited {:?} for an edit", self.slowest);
    }
}

/// Sends a frame on a connection of its own; the code with which the server closes.
async fn code_after(server: &Server, frame: Vec<u8>) -> u16 {
    let mut socket = Socket::stock(server.address(), "room").await;
    socket.send_frame(frame).await;
    socket.closed().await.0
}

fn update(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    ClientMessage::Update(Bytes::copy_from_slice(bytes)).write(&mut out);
    out
}

fn step_2(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    ClientMessage::SyncStep2(Bytes::copy_from_slice(bytes)).write(&mut out);
    out
}

fn step_1(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    ClientMessage::SyncStep1(Bytes::copy_from_slice(bytes)).write(&mut out);
    out
}

fn presence(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    ClientMessage::Awareness(Bytes::copy_from_slice(bytes)).write(&mut out);
    out
}

fn numbers(numbers: &[u64]) -> Vec<u8> {
    let mut out = Vec::new();
    numbers.iter().for_each(|number| varint::write(&mut out, *number));
    out
}

/// An update with one struct of client 99: its content is under the key `k` of the root map `map`.
fn one_struct(content_kind: u8, content: &[u8]) -> Vec<u8> {
    let mut out = numbers(&[1, 1, 99, 0]);
    out.extend_from_slice(&[0x20 | content_kind, 1]);
    varint::write_bytes(&mut out, b"map");
    varint::write_bytes(&mut out, b"k");
    out.extend_from_slice(content);
    out.push(0);
    out
}

/// A plain value of nested arrays.
fn nested_arrays(depth: usize) -> Vec<u8> {
    let mut value = numbers(&[1]);
    value.extend([117, 1].repeat(depth));
    value.push(126);
    one_struct(8, &value)
}

/// Counts that promise a billion of something.
const BILLION: u64 = 0x3fff_ffff;

/// [SY4]
#[tokio::test]
async fn updates_that_the_gate_does_not_let_in_hurt_only_their_sender() {
    let server = Server::open();
    let mut pair = GoodPair::join(&server).await;
    pair.edit("nothing").await;
    let before = server.resident_bytes();
    let good = Author::new(3).set("key", "value");
    let empty_clients =
        [numbers(&[40_000]), (0..40_000).flat_map(|client| numbers(&[0, client + 100, 0])).collect(), vec![0]];
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("no update", update(&[])),
        ("a billion clients", update(&numbers(&[BILLION]))),
        ("a billion structs", update(&numbers(&[1, BILLION, 99, 0]))),
        ("a billion deletes", update(&numbers(&[0, 1, 99, BILLION]))),
        ("a billion deleting clients", step_2(&numbers(&[0, BILLION]))),
        (
            "a billion keys in a plain map",
            update(&one_struct(8, &[numbers(&[1]), vec![118], numbers(&[BILLION])].concat())),
        ),
        (
            "a billion items in a plain array",
            update(&one_struct(8, &[numbers(&[1]), vec![117], numbers(&[BILLION])].concat())),
        ),
        ("truncated", update(&good[..good.len() - 3])),
        ("bytes behind the end", update(&[&good[..], &[0, 0]].concat())),
        ("40,000 empty clients", step_2(&empty_clients.concat())),
        ("8,000 nested arrays", update(&nested_arrays(8_000))),
        ("100 nested arrays in a step 2", step_2(&nested_arrays(100))),
        ("the JSON content kind", update(&one_struct(2, &[1, 2, b'{', b'}']))),
        ("a subdocument", update(&one_struct(9, &[1, b'a', 118, 0]))),
        ("an unknown content kind", update(&one_struct(11, &[0]))),
        ("an unknown shared type", update(&one_struct(7, &[77]))),
        ("text that is no UTF-8", update(&one_struct(4, &[2, 0xff, 0xfe]))),
        (
            "a clock above 2^31",
            update(&[numbers(&[1, 1, 99, 1 << 31]), vec![0x28, 1, 1, b'm', 1, b'k', 1, 126, 0]].concat()),
        ),
        ("a client id above 2^53", update(&[1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0])),
        ("a client twice", update(&[numbers(&[2, 0, 99, 0, 0, 99, 0]), vec![0]].concat())),
        ("a length that lies", lying(2, 1_000_000, &good)),
        ("v2 encoding", update(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    ];

    for (what, frame) in cases {
        assert_eq!(code_after(&server, frame).await, 1008, "{what}");
        pair.edit(what).await;
    }

    assert!(server.resident_bytes() < before + GROWTH_BYTES_MAX, "{} B grew to {} B", before, server.resident_bytes());
    pair.end().await;
}

/// [SY4]
#[tokio::test]
async fn state_vectors_and_presence_that_lie_hurt_only_their_sender() {
    let server = Server::open();
    let mut pair = GoodPair::join(&server).await;
    let before = server.resident_bytes();
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let cases = [
        ("a state vector of a billion", step_1(&numbers(&[BILLION]))),
        ("a truncated state vector", step_1(&numbers(&[2, 1, 1]))),
        ("no state vector", step_1(&[])),
        ("bytes behind a state vector", step_1(&[0, 0])),
        ("a billion presences", presence(&numbers(&[BILLION]))),
        (
            "a presence of 200 KB",
            presence(&awareness::update(&[awareness::entry(9, 1, &format!("\"{}\"", "x".repeat(200_000)))])),
        ),
        ("a presence that is no JSON", presence(&awareness::update(&[awareness::entry(9, 1, "{nope")]))),
        ("a presence nested deeply", presence(&awareness::update(&[awareness::entry(9, 1, &deep)]))),
        ("a presence that is no UTF-8", presence(&[1, 9, 1, 2, 0xff, 0xfe])),
        ("a truncated presence", presence(&[1, 9, 1, 9, b'{'])),
        ("a presence clock of 2^32 - 1", presence(&awareness::update(&[awareness::entry(9, (1 << 32) - 1, "{}")]))),
        (
            "10,000 ghosts",
            presence(&awareness::update(&(0..10_000).map(|id| awareness::entry(id, 1, "{}")).collect::<Vec<_>>())),
        ),
        ("one ghost twice", presence(&awareness::update(&[awareness::entry(9, 1, "{}"), awareness::goodbye(9, 1)]))),
    ];

    for (what, frame) in cases {
        assert_eq!(code_after(&server, frame).await, 1008, "{what}");
        pair.edit(what).await;
    }

    assert!(server.resident_bytes() < before + GROWTH_BYTES_MAX, "{} B grew to {} B", before, server.resident_bytes());
    pair.end().await;
}

/// [SY5] Updates that will never resolve are not kept: they cost the room nothing.
#[tokio::test]
async fn updates_that_never_resolve_are_not_stored() {
    let server = Server::open();
    let mut pair = GoodPair::join(&server).await;
    let before = server.resident_bytes();
    let mut flood = Socket::stock(server.address(), "room").await;
    for client in 0..1_000 {
        let author = Author::new(1_000 + client);
        let _lost = author.set("lost", "1");
        flood.send_update(author.append(&"x".repeat(200))).await;
    }
    pair.edit("a flood of gaps").await;

    let mut newcomer = Socket::stock(server.address(), "room").await;
    let state = newcomer.fetch().await;

    assert!(state.len() < 10_000, "a newcomer is sent {} bytes", state.len());
    assert!(server.resident_bytes() < before + GROWTH_BYTES_MAX);
    pair.end().await;
}

/// [SY6] One who asks for everything, again and again, without reading, costs bounded memory.
#[tokio::test]
async fn asking_without_reading_does_not_grow_the_server() {
    let server = Server::open();
    let mut pair = GoodPair::join(&server).await;
    let big = Author::new(9);
    big.append(&"a large document ".repeat(60_000));
    let mut writer = Socket::calit(server.address(), "room").await;
    writer.send(ClientMessage::SyncStep2(big.state())).await;
    writer.ack(1).await;
    pair.edit("a large document").await;
    let before = server.resident_bytes();

    let mut askers = Vec::new();
    for _ in 0..5 {
        let mut asker = Socket::stock(server.address(), "room").await;
        for _ in 0..200 {
            asker.send(ClientMessage::SyncStep1(Bytes::from_static(&[0]))).await;
            asker.send(ClientMessage::QueryAwareness).await;
        }
        askers.push(asker);
    }
    pair.edit("a thousand questions").await;

    assert!(server.resident_bytes() < before + GROWTH_BYTES_MAX, "{before} B grew to {} B", server.resident_bytes());
    for mut asker in askers {
        asker.find("one answer", |message| matches!(message, ReceivedMessage::SyncStep2(_)).then_some(())).await;
    }
    pair.end().await;
}

/// [PR1] Ghosts, forged clocks and goodbyes for others.
#[tokio::test]
async fn forged_presence_does_not_hide_anybody() {
    let server = Server::open();
    let mut pair = GoodPair::join(&server).await;
    let [ann, bob] = pair.clients.clone();
    ann.announce(Some(r#"{"user":"Ann"}"#));
    bob.until("Ann is here", |state| state.others.contains_key(&1)).await;

    let mut forger = Socket::stock(server.address(), "room").await;
    let last = (1 << 31) - 1;
    forger.send(ClientMessage::Awareness(awareness::update(&[awareness::goodbye(1, last)]))).await;
    forger.send(ClientMessage::Awareness(awareness::update(&[awareness::entry(7, last, "{}")]))).await;
    bob.until("the forger's own state", |state| state.others.contains_key(&7)).await;
    drop(forger);

    pair.edit("forged presence").await;
    assert!(bob.look(|state| state.others.contains_key(&1)), "somebody else said Ann's goodbye");
    bob.until("the ghost leaves", |state| !state.others.contains_key(&7)).await;
    pair.end().await;
}

/// [SY4] An item at the victim's next clock would leave two copies different for ever, with equal state vectors.
#[tokio::test]
async fn nobody_writes_under_the_client_id_of_somebody_who_is_here() {
    let server = Server::alone(&["--open"]);
    let guest = |digit: &str| format!("room?guest={}", digit.repeat(32));
    let ann = Client::join(Dialect::Calit, server.address(), &guest("a"), 1).await;
    ann.announce(Some(r#"{"user":"Ann"}"#));
    let bob = Client::join(Dialect::Calit, server.address(), &guest("b"), 2).await;
    bob.until("Ann is here", |state| state.others.contains_key(&1)).await;
    ann.edit(|txn| author::set(txn, "by", "Ann"));
    ann.saved().await;

    let forged = Author::new(1);
    crate::harness::socket::apply(&forged.doc, &Socket::stock(server.address(), "room").await.fetch().await);
    let mut forger = Socket::calit(server.address(), &guest("c")).await;
    forger.send_update(forged.set("by", "a forger")).await;

    assert_eq!(forger.closed().await.0, 1008);
    ann.edit(|txn| author::set(txn, "next", "Ann's"));
    bob.until("Ann's next edit", |state| value(&state.doc, "next").as_deref() == Some("Ann's")).await;
    assert_eq!(bob.look(|state| value(&state.doc, "by")).as_deref(), Some("Ann"));
}

/// [SY4] The gate of many bytes at random: whatever comes of it, the pair goes on.
#[tokio::test]
async fn mutated_updates_hurt_nobody() {
    let server = Server::open();
    let mut pair = GoodPair::join(&server).await;
    let seed = crate::harness::seed::Random::seed(1);
    let mut random = crate::harness::seed::Random::new(seed);
    println!("CALIT_SEED={seed}");

    for round in 0..150 {
        let author = Author::new(500 + round);
        author.append("some words to bend");
        let mut bytes = author.set("key", "and a value").to_vec();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len() as u64) as usize;
            bytes[at] = random.next() as u8;
        }
        let mut socket = Socket::stock(server.address(), "mutants").await;
        socket.send_frame(step_2(&author.state())).await;
        socket.send_frame(update(&bytes)).await;
        socket.send(ClientMessage::QueryAwareness).await;
        socket.say_goodbye().await;
        within("the connection ends", async { while matches!(socket.hear().await, Heard::Message(_)) {} }).await;
    }
    pair.edit("mutated updates").await;

    crate::harness::socket::fetch(server.address(), "mutants").await;
    pair.end().await;
}
