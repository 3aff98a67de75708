//! Editors who work on one document for a while: they type, delete and move cards, each on a copy of their own.
//!
//! At the end, when every edit has been acknowledged, all copies must be equal, or the run fails. A connection that is
//! lost fails the run too: coming back is the business of the convergence tests.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use client_protocol::frame::{ClientMessage, ReceivedMessage};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use yrs::types::ToJson as _;
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{Any, Doc, Map as _, MapRef, ReadTxn as _, StateVector, Text as _, TextRef};
use yrs::{Transact as _, Update, WriteTxn as _};

use crate::edits::{add_card, place};
use crate::socket::{Sender, Socket, framed};

/// Cards that all editors share: few, so that they meet.
const CARDS: u64 = 8;

/// Longest pause of an editor between two edits: two to ten edits a second.
const PAUSE_MS: u64 = 400;

/// How long the copies may take to become equal after the last edit.
const REST_TIMEOUT: Duration = Duration::from_secs(20);

/// What `loadtest sessions` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The document, as `ws://127.0.0.1:8080/sync/NAME`; the address is an IP address and a port.
    #[arg(long)]
    url: String,
    /// Editors at once.
    #[arg(long, default_value_t = 20)]
    clients: u64,
    /// How long they edit.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The same seed makes the same edits.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// One editor's copy, and what the others wait for.
struct Copy {
    doc: Doc,
    /// Sync frames sent and acknowledged.
    sent: u64,
    acked: u64,
    /// When each frame that is not acknowledged was sent.
    waiting: Vec<(u64, Instant)>,
    ack_millis: Vec<f64>,
    received: u64,
}

/// Plays the editors and compares their copies.
pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (server, document) = parse(&arguments.url)?;
    let end = Instant::now() + Duration::from_secs(arguments.seconds);
    let mut copies = Vec::new();
    let mut editors = JoinSet::new();
    for number in 0..arguments.clients {
        let copy = Rc::new(RefCell::new(Copy::new(1 + number + (arguments.seed << 16))));
        copies.push(Rc::clone(&copy));
        let socket = Socket::connect(server, &document).await?;
        editors.spawn_local(edit(socket, copy, Random(arguments.seed * 1_000_003 + number), end));
    }
    let rest = timeout(Duration::from_secs(arguments.seconds) + REST_TIMEOUT, at_rest(&copies, end));
    tokio::select! {
        editor = editors.join_next() => bail!("an editor stopped: {editor:?}"),
        rest = rest => rest.with_context(|| format!("the copies differ or wait; seed {}", arguments.seed))?,
    }
    report(&copies);
    Ok(())
}

fn parse(url: &str) -> anyhow::Result<(SocketAddr, String)> {
    let parts = url.strip_prefix("ws://").and_then(|rest| rest.split_once("/sync/"));
    let (server, document) = parts.context("the address looks like ws://127.0.0.1:8080/sync/NAME")?;
    Ok((server.parse().context("the address is an IP address and a port")?, document.to_owned()))
}

/// Returns when everything is acknowledged and all copies are equal.
async fn at_rest(copies: &[Rc<RefCell<Copy>>], end: Instant) {
    sleep_until(end).await;
    loop {
        let contents: Vec<_> = copies.iter().map(|copy| copy.borrow().content()).collect();
        let is_saved = copies.iter().all(|copy| copy.borrow().acked == copy.borrow().sent);
        if is_saved && contents.windows(2).all(|pair| pair[0] == pair[1]) {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
}

fn report(copies: &[Rc<RefCell<Copy>>]) {
    let (mut edits, mut received, mut millis) = (0, 0, Vec::new());
    for copy in copies {
        edits += copy.borrow().sent;
        received += copy.borrow().received;
        millis.extend_from_slice(&copy.borrow().ack_millis);
    }
    let [p50, p99] = [0.5, 0.99].map(|share| crate::bench::percentile(&mut millis, share));
    println!(
        "{} editors, {edits} frames sent and acknowledged (p50 {p50:.1} ms, p99 {p99:.1} ms), {received} received; \
         all copies are equal",
        copies.len()
    );
}

/// One editor: takes in what arrives, edits now and then until `end`, and goes on listening.
async fn edit(mut socket: Socket, copy: Rc<RefCell<Copy>>, mut random: Random, end: Instant) -> anyhow::Result<()> {
    let sender = socket.sender();
    let step_1 = copy.borrow().doc.transact().state_vector().encode_v1();
    sender.send(&framed(&ClientMessage::SyncStep1(step_1.into()))).await?;
    let mut next = Instant::now() + Duration::from_millis(random.below(PAUSE_MS));
    loop {
        let mut inbound = Vec::new();
        tokio::select! {
            received = socket.receive(|payload| inbound.push(Bytes::copy_from_slice(payload))) => received?,
            () = sleep_until(next), if next < end => {
                let update = copy.borrow().change(&mut random);
                send(&sender, &copy, ClientMessage::Update(update.into())).await?;
                next = Instant::now() + Duration::from_millis(random.below(PAUSE_MS));
            }
        }
        for payload in inbound {
            let answer = copy.borrow_mut().take(payload)?;
            if let Some(answer) = answer {
                send(&sender, &copy, answer).await?;
            }
        }
    }
}

async fn send(sender: &Sender, copy: &Rc<RefCell<Copy>>, message: ClientMessage) -> anyhow::Result<()> {
    let number = {
        let mut copy = copy.borrow_mut();
        copy.sent += 1;
        copy.sent
    };
    copy.borrow_mut().waiting.push((number, Instant::now()));
    sender.send(&framed(&message)).await
}

impl Copy {
    fn new(client: u64) -> Self {
        let doc = Doc::with_client_id(client);
        Self { doc, sent: 0, acked: 0, waiting: Vec::new(), ack_millis: Vec::new(), received: 0 }
    }

    /// Takes in a message; returns the answer that it asks for.
    fn take(&mut self, payload: Bytes) -> anyhow::Result<Option<ClientMessage>> {
        match ReceivedMessage::parse(payload)? {
            ReceivedMessage::SyncStep1(state_vector) => {
                let lacking = self.doc.transact().encode_diff_v1(&StateVector::decode_v1(&state_vector)?);
                return Ok(Some(ClientMessage::SyncStep2(lacking.into())));
            }
            ReceivedMessage::SyncStep2(update) | ReceivedMessage::Update(update) => {
                self.received += 1;
                self.doc.transact_mut().apply_update(Update::decode_v1(&update)?)?;
            }
            ReceivedMessage::Ack { frames, .. } => self.acknowledge(frames)?,
            ReceivedMessage::Refused { code, reason } => bail!("refused: {code} {reason}"),
            _ => {}
        }
        Ok(None)
    }

    fn acknowledge(&mut self, frames: u64) -> anyhow::Result<()> {
        ensure!(frames <= self.sent, "{frames} frames are acknowledged and {} were sent", self.sent);
        self.acked = self.acked.max(frames);
        let done = self.waiting.iter().take_while(|(number, _)| *number <= frames).count();
        self.ack_millis.extend(self.waiting.drain(..done).map(|(_, sent)| sent.elapsed().as_secs_f64() * 1000.0));
        Ok(())
    }

    /// Makes an edit on a card that all share.
    fn change(&self, random: &mut Random) -> Vec<u8> {
        let client = self.doc.client_id().get();
        let mut txn = self.doc.transact_mut();
        let cards = txn.get_or_insert_map("cards");
        let id = format!("shared{}", random.below(CARDS));
        let card = cards.get(&txn, &id).and_then(|card| card.cast::<MapRef>().ok());
        let title =
            card.as_ref().and_then(|card| card.get(&txn, "title")).and_then(|title| title.cast::<TextRef>().ok());
        let position =
            card.as_ref().and_then(|card| card.get(&txn, "position")).and_then(|place| place.cast::<MapRef>().ok());
        match (title, position, random.below(4)) {
            (Some(_), Some(position), 0) => {
                position.insert(&mut txn, client.to_string(), place(client, random.below(10_000) as usize));
            }
            (Some(title), Some(_), 1) if title.len(&txn) > 0 => {
                // Letters are of one byte here, so every offset is between two of them.
                let at = random.below(u64::from(title.len(&txn))) as u32;
                title.remove_range(&mut txn, at, 1);
            }
            (Some(title), Some(_), _) => {
                let at = random.below(u64::from(title.len(&txn)) + 1) as u32;
                title.insert(&mut txn, at, "word ");
            }
            _ => add_card(&mut txn, &cards, &id, client, 0),
        }
        txn.encode_update_v1()
    }

    /// Everything that can be seen, and how much of everybody's edits it holds.
    fn content(&self) -> (Any, StateVector) {
        let txn = self.doc.transact();
        let cards = txn.get_map("cards").map_or(Any::Null, |cards| cards.to_json(&txn));
        (cards, txn.state_vector())
    }
}

/// A small generator of numbers that look random (splitmix64); the same seed gives the same numbers.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value ^ (value >> 31)) % limit.max(1)
    }
}
