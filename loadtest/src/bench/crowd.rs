//! A crowd: many members of many rooms, one of whom edits in each.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use client_protocol::frame::ClientMessage;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::socket::{Kind, Sender, Socket, framed};

/// How long a server may take to answer a join.
const JOIN_TIMEOUT: Duration = Duration::from_secs(30);

/// How long after the last edit deliveries may still come.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(5);

/// The update and the state vector of an empty document.
const EMPTY_UPDATE: &[u8] = &[0, 0];
const EMPTY_STATE_VECTOR: &[u8] = &[0];

/// Joins as a client with an empty copy does. Returns when the first sync is complete, with its size.
pub(super) async fn join(server: SocketAddr, document: &str) -> anyhow::Result<(Socket, usize)> {
    let joining = async {
        let mut socket = Socket::connect(server, document).await?;
        let step_1 = ClientMessage::SyncStep1(Bytes::from_static(EMPTY_STATE_VECTOR));
        let step_2 = ClientMessage::SyncStep2(Bytes::from_static(EMPTY_UPDATE));
        socket.sender().send(&[framed(&step_1), framed(&step_2)].concat()).await?;
        let first_sync = socket.skim_step_2().await?;
        Ok((socket, first_sync))
    };
    timeout(JOIN_TIMEOUT, joining).await.context("the first sync did not arrive")?
}

/// What a benchmark plays.
#[derive(Clone, Copy)]
pub(super) struct Scene {
    /// The rooms are named after it.
    pub(super) name: &'static str,
    pub(super) rooms: usize,
    /// Members of each room, the author among them.
    pub(super) members: usize,
    /// Edits that an author sends at once.
    pub(super) burst: usize,
    /// Such bursts a second, all rooms together.
    pub(super) turns_per_second: f64,
}

/// What the members have seen.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) updates: Cell<u64>,
    pub(super) presence_frames: Cell<u64>,
    pub(super) bytes: Cell<u64>,
    /// Diffs in place of updates: a member could not keep up.
    pub(super) diffs: Cell<u64>,
    /// From sending to receiving, in milliseconds: of members on the author's replica, and of those on another one.
    pub(super) latencies: RefCell<Vec<f64>>,
    pub(super) latencies_elsewhere: RefCell<Vec<f64>>,
    lost: RefCell<Option<String>>,
}

/// Members of rooms that are connected and read.
pub(super) struct Crowd {
    scene: Scene,
    authors: Vec<Author>,
    /// Every member's sending side, by room.
    pub(super) senders: Vec<Sender>,
    pub(super) tally: Rc<Tally>,
    turns: usize,
    _readers: JoinSet<()>,
}

struct Author {
    sender: Sender,
    /// When each edit was sent.
    sent: Rc<RefCell<Vec<Instant>>>,
}

impl Crowd {
    /// Lets everybody join.
    pub(super) async fn gather(server: SocketAddr, scene: Scene) -> anyhow::Result<Self> {
        Self::gather_over(&[server], scene).await
    }

    /// Lets everybody join, by turns on each of these replicas; the author is on the first one.
    pub(super) async fn gather_over(replicas: &[SocketAddr], scene: Scene) -> anyhow::Result<Self> {
        let tally = Rc::new(Tally::default());
        let (mut readers, mut authors, mut senders) = (JoinSet::new(), Vec::new(), Vec::new());
        for room in 0..scene.rooms {
            let sent = Rc::new(RefCell::new(Vec::new()));
            for member in 0..scene.members {
                let (socket, _) = join(replicas[member % replicas.len()], &format!("{}-{room}", scene.name)).await?;
                if member == 0 {
                    authors.push(Author { sender: socket.sender(), sent: Rc::clone(&sent) });
                }
                senders.push(socket.sender());
                let is_elsewhere = member % replicas.len() > 0;
                readers.spawn_local(read(socket, Rc::clone(&tally), Rc::clone(&sent), is_elsewhere));
            }
        }
        Ok(Self { scene, authors, senders, tally, turns: 0, _readers: readers })
    }

    /// Edits for a while at the scene's pace and waits for the last delivery. Returns how many there were; the edits
    /// are taken from `frames`, the same in each room.
    pub(super) async fn play(&mut self, duration: Duration, frames: &[Bytes]) -> anyhow::Result<u64> {
        let before = self.tally.updates.get();
        let mut ticks = interval(Duration::from_secs_f64(1.0 / self.scene.turns_per_second));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let end = Instant::now() + duration;
        let mut edits = 0;
        while Instant::now() < end {
            ticks.tick().await;
            let author = &self.authors[self.turns % self.authors.len()];
            let start = self.turns / self.authors.len() * self.scene.burst;
            let burst = frames.get(start..start + self.scene.burst).context("too few edits were prepared")?.concat();
            author.sent.borrow_mut().extend(std::iter::repeat_n(Instant::now(), self.scene.burst));
            author.sender.send(&burst).await?;
            self.turns += 1;
            edits += self.scene.burst as u64;
        }
        self.settle(before + edits * (self.scene.members as u64 - 1)).await?;
        Ok(self.tally.updates.get() - before)
    }

    async fn settle(&self, expected: u64) -> anyhow::Result<()> {
        let deadline = Instant::now() + SETTLE_TIMEOUT;
        while self.tally.updates.get() < expected && self.tally.diffs.get() == 0 {
            ensure!(self.tally.lost.borrow().is_none(), "a member was lost: {:?}", self.tally.lost.borrow());
            let seen = self.tally.updates.get();
            ensure!(Instant::now() < deadline, "{} deliveries are missing", expected - seen);
            sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }
}

/// Reads until the connection ends or the crowd is dropped.
async fn read(mut socket: Socket, tally: Rc<Tally>, sent: Rc<RefCell<Vec<Instant>>>, is_elsewhere: bool) {
    let mut seen = 0;
    let latencies = if is_elsewhere { &tally.latencies_elsewhere } else { &tally.latencies };
    let error = loop {
        let outcome = socket.receive(|payload| {
            tally.bytes.set(tally.bytes.get() + payload.len() as u64);
            match Kind::of(payload) {
                Kind::Update => {
                    if let Some(sent) = sent.borrow().get(seen) {
                        latencies.borrow_mut().push(sent.elapsed().as_secs_f64() * 1000.0);
                    }
                    seen += 1;
                    tally.updates.set(tally.updates.get() + 1);
                }
                Kind::Presence => tally.presence_frames.set(tally.presence_frames.get() + 1),
                Kind::Step2 => tally.diffs.set(tally.diffs.get() + 1),
                Kind::Ack | Kind::Other => {}
            }
        });
        if let Err(error) = outcome.await {
            break error;
        }
    };
    *tally.lost.borrow_mut() = Some(format!("{error:#}"));
}
