//! Somebody who reads 1 KB a second in a busy room: what that costs the server, and the others.
//!
//! Two servers with the same room and the same edits take turns; the slow one is in the first of them all the time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use client_protocol::frame::ClientMessage;
use client_protocol::varint;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use yrs::{Doc, Text as _, Transact as _};

use super::crowd::join;
use super::table::{Row, Table};
use super::{Bench, percentile};
use crate::edits::update_frame;
use crate::process::Process;
use crate::socket::{Kind, Sender, Socket, framed};

/// Members of a room besides the slow one. Each author stays below what one connection may send.
const MEMBERS: usize = 20;
const AUTHORS: usize = 4;
const EDITS_PER_SECOND: f64 = 1_000.0;

/// What an edit brings: a sentence or two, so that the kernels on the way to the slow one (4 MB on loopback) are full in time.
const EDIT_BYTES: usize = 500;

const DOCUMENT: &str = "busy";

const SLICE: Duration = Duration::from_secs(2);

/// Slices of each room at least: it takes some seconds until the slow one is behind.
const SLICES_MIN: usize = 8;

/// How long deliveries may still come after a slice.
const SETTLE: Duration = Duration::from_millis(300);

/// What the slow one reads at once, and how often: 1 KB a second. A small buffer, so that its kernel does not read for it.
const SIP_BYTES: usize = 256;
const SIP_EVERY: Duration = Duration::from_millis(250);
const RECEIVE_BUFFER: u32 = 4_096;

/// When each edit of each author was sent.
type Sent = Rc<RefCell<HashMap<u64, Vec<Instant>>>>;

struct Room {
    server: Process,
    authors: Vec<Sender>,
    sent: Sent,
    latencies: Rc<RefCell<Vec<f64>>>,
    /// Edits of each author so far.
    turns: usize,
    /// The server's memory before the first edit, and at its highest after a slice, in bytes.
    rest: u64,
    highest: u64,
    readers: JoinSet<anyhow::Result<()>>,
}

pub(super) async fn run(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    let slices = SLICES_MIN.max((bench.seconds / SLICE.as_secs_f64()).ceil() as usize);
    let each = (EDITS_PER_SECOND * SLICE.as_secs_f64()) as usize / AUTHORS * slices;
    let frames: Vec<Vec<Bytes>> = (0..AUTHORS).map(|author| sentences(author, each)).collect();
    let mut rooms = [Room::gather(bench.server()?).await?, Room::gather(bench.server()?).await?];
    let address = rooms[0].server.address;
    rooms[0].readers.spawn_local(dawdle(address));
    for slice in 0..2 * slices {
        // Each goes first as often as second.
        rooms[(slice + slice / 2) % 2].play(&frames).await?;
    }
    let metrics = rooms[0].server.metrics().await?;
    let collapsed = metrics.get("calit_updates_collapsed_total").copied().unwrap_or(0.0);
    for room in &mut rooms {
        if let Some(ended) = room.readers.try_join_next() {
            ended??;
        }
    }
    let [slow, quick] = rooms;
    let (mut with, mut without) = (slow.latencies.take(), quick.latencies.take());
    for (name, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let what = format!("edit to peer, {name}, {EDITS_PER_SECOND} edits/s, with somebody who reads 1 KB/s");
        let note = if share == 0.5 { "floor: the same room without; by turns" } else { "" };
        let value = percentile(&mut with, share);
        costs.add(Row::new(what, "ms", value).floor(percentile(&mut without, share)).note(note));
    }
    let note = format!(
        "floor: the same room without; {collapsed} updates that the slow one could not take became a diff that is due"
    );
    let what = format!("memory above rest at its highest, {} s of such edits", SLICE.as_secs() as usize * slices);
    costs.add(Row::new(what, "MB", slow.grown()).floor(quick.grown()).note(note));
    slow.end().await?;
    quick.end().await
}

/// Sentences that an author writes, one after the other.
fn sentences(author: usize, count: usize) -> Vec<Bytes> {
    let doc = Doc::with_client_id(client(author));
    let text = doc.get_or_insert_text(format!("text {author}"));
    let sentence = |_| {
        let mut txn = doc.transact_mut();
        text.push(&mut txn, &"x".repeat(EDIT_BYTES));
        update_frame(txn.encode_update_v1())
    };
    (0..count).map(sentence).collect()
}

fn client(author: usize) -> u64 {
    600_000 + author as u64
}

impl Room {
    async fn gather(server: Process) -> anyhow::Result<Self> {
        let (sent, latencies): (Sent, Rc<RefCell<Vec<f64>>>) = Default::default();
        let (mut authors, mut readers) = (Vec::new(), JoinSet::new());
        for member in 0..MEMBERS {
            let (socket, _) = join(server.address, DOCUMENT).await?;
            if member < AUTHORS {
                authors.push(socket.sender());
            }
            readers.spawn_local(read(socket, Rc::clone(&sent), Rc::clone(&latencies)));
        }
        let rest = server.memory()?;
        Ok(Self { server, authors, sent, latencies, turns: 0, rest, highest: rest, readers })
    }

    /// The authors edit in turn for a slice.
    async fn play(&mut self, frames: &[Vec<Bytes>]) -> anyhow::Result<()> {
        let mut ticks = interval(Duration::from_secs_f64(1.0 / EDITS_PER_SECOND));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let end = Instant::now() + SLICE;
        while Instant::now() < end && self.turns / AUTHORS < frames[0].len() {
            ticks.tick().await;
            let author = self.turns % AUTHORS;
            self.sent.borrow_mut().entry(client(author)).or_default().push(Instant::now());
            self.authors[author].send(&frames[author][self.turns / AUTHORS]).await?;
            self.turns += 1;
        }
        sleep(SETTLE).await;
        self.highest = self.highest.max(self.server.memory()?);
        Ok(())
    }

    /// In megabytes.
    fn grown(&self) -> f64 {
        (self.highest - self.rest) as f64 / 1e6
    }

    async fn end(self) -> anyhow::Result<()> {
        drop((self.authors, self.readers));
        self.server.stop().await
    }
}

/// Reads what arrives at once and notes how long it was under way.
async fn read(mut socket: Socket, sent: Sent, latencies: Rc<RefCell<Vec<f64>>>) -> anyhow::Result<()> {
    let mut seen: HashMap<u64, usize> = HashMap::new();
    loop {
        let take = |payload: &[u8]| {
            if Kind::of(payload) == Kind::Update
                && let Some(author) = author(payload)
            {
                let seen = seen.entry(author).or_default();
                if let Some(sent) = sent.borrow().get(&author).and_then(|sent| sent.get(*seen)) {
                    latencies.borrow_mut().push(sent.elapsed().as_secs_f64() * 1000.0);
                }
                *seen += 1;
            }
        };
        socket.receive(take).await?;
    }
}

/// Whose edit an update is: the client of its first block.
fn author(payload: &[u8]) -> Option<u64> {
    let mut bytes = Bytes::copy_from_slice(payload.get(2..)?);
    let mut update = varint::read_bytes(&mut bytes)?;
    let (_clients, _blocks) = (varint::read(&mut update)?, varint::read(&mut update)?);
    varint::read(&mut update)
}

/// Joins and reads 1 KB a second, for as long as it is let.
async fn dawdle(server: SocketAddr) -> anyhow::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    let mut socket = Socket::upgrade(socket.connect(server).await?, server, DOCUMENT).await?;
    let step_1 = ClientMessage::SyncStep1(Bytes::from_static(&[0]));
    socket.sender().send(&framed(&step_1)).await?;
    loop {
        socket.sip(SIP_BYTES).await?;
        sleep(SIP_EVERY).await;
    }
}
