//! Many people in rooms over all replicas, what they have seen, and the question at the end whether anything was lost.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use client_protocol::frame::{ClientMessage, ReceivedMessage};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use yrs::types::ToJson as _;
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{Any, Doc, ReadTxn as _, StateVector, Transact as _, Update};

use super::cluster::{Balancer, Cluster};
use super::member::Member;
use crate::socket::{Kind, Socket, framed};

/// People in a room.
pub(super) const ROOM: usize = 50;

/// How often it is looked whether everybody is where they should be.
const LOOK: Duration = Duration::from_millis(20);

/// How long a replica may take to hand out a document.
const FETCH_TIMEOUT: Duration = Duration::from_secs(10);

/// What everybody is told to do.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Orders {
    /// The mean pause between two edits of one person; nobody edits without it.
    pub(super) edit_every: Option<Duration>,
    /// Whoever is connected loses the connection when this grows.
    pub(super) cuts: u32,
}

/// What all people together have seen.
pub(super) struct Seen {
    pub(super) balancer: Rc<Balancer>,
    /// From losing a connection to being in step again.
    pub(super) back_ms: RefCell<Vec<f64>>,
    /// From an edit to its acknowledgement, over however many connections.
    pub(super) ack_ms: RefCell<Vec<f64>>,
    /// The longest time in which nobody was acknowledged anything.
    pub(super) silence: Cell<Duration>,
    last_ack: Cell<Instant>,
    /// Attempts that led to no connection.
    pub(super) refused: Cell<u64>,
    /// Replicas that met somebody without all that was acknowledged to them; they may have it a moment later.
    pub(super) behind: Cell<u64>,
    /// The last ending that nobody had asked for.
    pub(super) odd_ending: RefCell<Option<String>>,
}

impl Seen {
    fn new(balancer: Rc<Balancer>) -> Self {
        Self {
            balancer,
            back_ms: RefCell::default(),
            ack_ms: RefCell::default(),
            silence: Cell::default(),
            last_ack: Cell::new(Instant::now()),
            refused: Cell::default(),
            behind: Cell::default(),
            odd_ending: RefCell::default(),
        }
    }

    pub(super) fn acknowledged(&self, made: Instant) {
        self.ack_ms.borrow_mut().push(made.elapsed().as_secs_f64() * 1000.0);
        self.silence.set(self.silence.get().max(self.last_ack.get().elapsed()));
        self.last_ack.set(Instant::now());
    }

    pub(super) fn ended(&self, ending: &anyhow::Error) {
        let text = format!("{ending:#}");
        let is_known = ["1012", "hung up", "is cut", "reset", "connect", "Broken pipe"];
        if !is_known.iter().any(|known| text.contains(known)) {
            *self.odd_ending.borrow_mut() = Some(text);
        }
    }

    /// Forgets what was seen so far.
    pub(super) fn begin(&self) {
        self.back_ms.take();
        self.ack_ms.take();
        self.silence.take();
        self.last_ack.set(Instant::now());
        self.refused.take();
        self.behind.take();
    }
}

/// People who live for as long as this.
pub(super) struct Party {
    pub(super) members: Vec<Rc<Member>>,
    pub(super) seen: Rc<Seen>,
    orders: watch::Sender<Orders>,
    _lives: JoinSet<()>,
}

/// What people knew when they left.
pub(super) struct Ledger {
    /// Room, client, and the newest clock that was acknowledged.
    entries: Vec<(String, u64, u32)>,
}

impl Party {
    /// Lets so many people come, by rooms; returns when all are in step.
    pub(super) async fn gather(cluster: &Cluster, people: usize) -> anyhow::Result<Self> {
        let seen = Rc::new(Seen::new(Rc::clone(&cluster.balancer)));
        let (orders, _) = watch::channel(Orders::default());
        let (mut members, mut lives) = (Vec::new(), JoinSet::new());
        for number in 0..people {
            let member = Rc::new(Member::new(format!("party-{}", number / ROOM), 700_000 + number as u64));
            members.push(Rc::clone(&member));
            lives.spawn_local(member.live(Rc::clone(&seen), orders.subscribe()));
        }
        let party = Self { members, seen, orders, _lives: lives };
        party.until_all(Member::is_synced, Duration::from_secs(30)).await.context("not all came")?;
        Ok(party)
    }

    /// Has everybody edit at this pace, or nobody.
    pub(super) fn edit_every(&self, pause: Option<Duration>) {
        self.orders.send_modify(|orders| orders.edit_every = pause);
    }

    /// Cuts everybody's connection.
    pub(super) fn cut(&self) {
        self.orders.send_modify(|orders| orders.cuts += 1);
    }

    pub(super) async fn until_all(&self, is_so: fn(&Member) -> bool, within: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + within;
        while !self.members.iter().all(|member| is_so(member)) {
            let missing = self.members.iter().filter(|member| !is_so(member)).count();
            let odd = self.seen.odd_ending.borrow();
            ensure!(Instant::now() < deadline, "{missing} are missing; the last odd ending: {odd:?}");
            drop(odd);
            sleep(LOOK).await;
        }
        Ok(())
    }

    /// Waits until everything is acknowledged and all copies of a room are equal; then everybody leaves.
    pub(super) async fn leave(self, within: Duration) -> anyhow::Result<Ledger> {
        self.edit_every(None);
        let deadline = Instant::now() + within;
        self.until_all(|member| member.is_synced() && member.is_saved(), within).await?;
        for room in self.members.chunks(ROOM) {
            while !room.windows(2).all(|pair| pair[0].look(view) == pair[1].look(view)) {
                ensure!(Instant::now() < deadline, "the copies of {} differ", room[0].room);
                sleep(LOOK).await;
            }
        }
        let entry = |member: &Rc<Member>| (member.room.clone(), member.client, member.acked());
        Ok(Ledger { entries: self.members.iter().map(entry).collect() })
    }
}

impl Ledger {
    /// Kills every replica, so that only what is stored is left, and starts one. Returns how many people miss something
    /// that was acknowledged to them.
    pub(super) async fn missing(&self, cluster: &mut Cluster) -> anyhow::Result<usize> {
        let replicas = cluster.running().len();
        for replica in 0..replicas {
            cluster.kill_replica(replica);
            cluster.balancer.leave_out(replica);
        }
        cluster.start_replica(0).await?;
        let (mut missing, mut room, mut found) = (0, "", StateVector::default());
        for (their_room, client, acked) in &self.entries {
            if room != their_room {
                room = their_room;
                let fetching = timeout(FETCH_TIMEOUT, fetch(cluster.address(0)?, room));
                found = fetching.await.context("a document is not handed out")??.transact().state_vector();
            }
            missing += usize::from(found.get(&yrs::ClientID::new(*client)) < *acked);
        }
        Ok(missing)
    }
}

/// The document as somebody gets it who has nothing.
async fn fetch(server: std::net::SocketAddr, room: &str) -> anyhow::Result<Doc> {
    let mut socket = Socket::connect(server, room).await?;
    let step_1 = ClientMessage::SyncStep1(StateVector::default().encode_v1().into());
    socket.sender().send(&framed(&step_1)).await?;
    let mut answer = None;
    while answer.is_none() {
        let take = |payload: &[u8]| {
            if Kind::of(payload) == Kind::Step2 {
                answer = Some(Bytes::copy_from_slice(payload));
            }
        };
        socket.receive(take).await?;
    }
    let doc = Doc::with_client_id(1);
    if let Some(ReceivedMessage::SyncStep2(update)) = answer.map(ReceivedMessage::parse).transpose()? {
        doc.transact_mut().apply_update(Update::decode_v1(&update)?)?;
    }
    Ok(doc)
}

/// Everything that can be seen, and how much of everybody's edits it holds.
fn view(doc: &Doc) -> (Any, StateVector) {
    let txn = doc.transact();
    (txn.get_map("cards").map_or(Any::Null, |cards| cards.to_json(&txn)), txn.state_vector())
}
