//! Somebody who reads 1 KB a second in a busy room: what that costs the server, and the others.
//!
//! Two rooms with the same edits take turns; the slow one is in the first of them all the time.

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

use super::crowd::join;
use super::table::{Row, Table};
use super::{Bench, percentile};
use crate::edits::Editor;
use crate::socket::{Kind, Sender, Socket, framed};

/// Members of a room besides the slow one. Each author stays below what one connection may send.
const MEMBERS: usize = 20;
const AUTHORS: usize = 4;
const EDITS_PER_SECOND: f64 = 1_000.0;

const SLICE: Duration = Duration::from_secs(2);

/// Slices of each room at least: the kernels on the way to the slow one hold what some seconds bring.
const SLICES_MIN: usize = 6;

/// How long deliveries may still come after a slice.
const SETTLE: Duration = Duration::from_millis(300);

/// What the slow one reads at once, and how often: 1 KB a second. A small buffer, so that its kernel does not read for it.
const SIP_BYTES: usize = 256;
const SIP_EVERY: Duration = Duration::from_millis(250);
const RECEIVE_BUFFER: u32 = 4_096;

/// When each edit of each author was sent.
type Sent = Rc<RefCell<HashMap<u64, Vec<Instant>>>>;

struct Room {
    authors: Vec<Sender>,
    sent: Sent,
    latencies: Rc<RefCell<Vec<f64>>>,
    /// Edits of each author so far.
    turns: usize,
    /// What the server's memory grew by while this room was busy, in megabytes, each time.
    grown: Vec<f64>,
    readers: JoinSet<anyhow::Result<()>>,
}

pub(super) async fn run(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    let slices = SLICES_MIN.max((bench.seconds / SLICE.as_secs_f64()).ceil() as usize);
    let each = (EDITS_PER_SECOND * SLICE.as_secs_f64()) as usize / AUTHORS * slices;
    let frames: Vec<Vec<Bytes>> = (0..AUTHORS).map(|author| Editor::new(client(author)).frames(each)).collect();
    let server = bench.server()?;
    let mut rooms = [Room::gather(server.address, "slow").await?, Room::gather(server.address, "quick").await?];
    rooms[0].readers.spawn_local(dawdle(server.address));
    for _ in 0..slices {
        for room in &mut rooms {
            let before = server.memory()?;
            room.play(&frames).await?;
            room.grown.push((server.memory()? as f64 - before as f64) / 1e6);
        }
    }
    let behind = server.fell_behind().await?;
    for room in &mut rooms {
        if let Some(ended) = room.readers.try_join_next() {
            ended??;
        }
    }
    let [slow, quick] = &mut rooms;
    let (mut with, mut without) = (slow.latencies.take(), quick.latencies.take());
    for (name, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let what = format!("edit to peer, {name}, {EDITS_PER_SECOND} edits/s, with somebody who reads 1 KB/s");
        let note = if share == 0.5 { "floor: the same room without; by turns" } else { "" };
        let value = percentile(&mut with, share);
        costs.add(Row::new(what, "ms", value).floor(percentile(&mut without, share)).note(note));
    }
    let note = format!(
        "over {} s of edits; floor: the same room without; the slow one fell behind {behind} times",
        SLICE.as_secs() as usize * slices
    );
    let what = format!("memory that the server gains in {} s of it, p50", SLICE.as_secs());
    let (grown, least) = (percentile(&mut slow.grown, 0.5), percentile(&mut quick.grown, 0.5));
    costs.add(Row::new(what, "MB", grown).floor(least).note(note));
    drop(rooms);
    server.stop().await
}

fn client(author: usize) -> u64 {
    600_000 + author as u64
}

impl Room {
    async fn gather(server: SocketAddr, name: &str) -> anyhow::Result<Self> {
        let (sent, latencies): (Sent, Rc<RefCell<Vec<f64>>>) = Default::default();
        let (mut authors, mut readers) = (Vec::new(), JoinSet::new());
        for member in 0..MEMBERS {
            let (socket, _) = join(server, name).await?;
            if member < AUTHORS {
                authors.push(socket.sender());
            }
            readers.spawn_local(read(socket, Rc::clone(&sent), Rc::clone(&latencies)));
        }
        Ok(Self { authors, sent, latencies, turns: 0, grown: Vec::new(), readers })
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
        Ok(())
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
    let mut socket = Socket::upgrade(socket.connect(server).await?, server, "slow").await?;
    let step_1 = ClientMessage::SyncStep1(Bytes::from_static(&[0]));
    socket.sender().send(&framed(&step_1)).await?;
    loop {
        socket.sip(SIP_BYTES).await?;
        sleep(SIP_EVERY).await;
    }
}
