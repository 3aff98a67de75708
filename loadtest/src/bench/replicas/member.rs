//! One person: keeps a copy, edits it with or without a connection, and comes back whenever the connection is lost, when the
//! protocol (SPEC, section CL) says so.
//!
//! Promises: what is counted as acknowledged was acknowledged by the server, on whatever connection; the ledger is the
//! person's own.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;

use anyhow::bail;
use bytes::Bytes;
use client_protocol::frame::{ClientMessage, ReceivedMessage};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{ReadTxn as _, StateVector, Transact as _, Update};

use super::party::{Orders, Seen};
use crate::edits::Editor;
use crate::sessions::Random;
use crate::socket::{Closed, Socket, framed};

/// How long a replica may take to answer a handshake before somebody tries another one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A person in a room.
pub(super) struct Member {
    pub(super) room: String,
    pub(super) client: u64,
    state: RefCell<State>,
}

/// What a person has and knows.
struct State {
    editor: Editor,
    /// The clock of the newest own edit that is acknowledged.
    acked: u32,
    /// Edits that are not acknowledged: the clock after each, and when it was made.
    waiting: VecDeque<(u32, Instant)>,
    /// Sync frames sent on this connection, and the own clock that each of the unacknowledged ones covers.
    frames: u64,
    covered: VecDeque<(u64, u32)>,
    /// On this connection: the server's step 1 is answered, and so is the own one.
    has_answered: bool,
    is_answered: bool,
    /// When the last connection was lost, until everything is in step again.
    lost_at: Option<Instant>,
    /// Attempts in a row that did not lead to a lasting connection.
    failures: u32,
    drain_ms: Option<u64>,
    next_edit: Instant,
    random: Random,
}

impl Member {
    pub(super) fn new(room: String, client: u64) -> Self {
        let state = State {
            editor: Editor::new(client),
            acked: 0,
            waiting: VecDeque::new(),
            frames: 0,
            covered: VecDeque::new(),
            has_answered: false,
            is_answered: false,
            lost_at: Some(Instant::now()),
            failures: 0,
            drain_ms: None,
            next_edit: Instant::now(),
            random: Random(client),
        };
        Self { room, client, state: RefCell::new(state) }
    }

    /// Connected, and in step since.
    pub(super) fn is_synced(&self) -> bool {
        self.state.borrow().lost_at.is_none()
    }

    /// Whether every own edit is acknowledged.
    pub(super) fn is_saved(&self) -> bool {
        self.state.borrow().waiting.is_empty()
    }

    /// The clock of the newest own edit that is acknowledged.
    pub(super) fn acked(&self) -> u32 {
        self.state.borrow().acked
    }

    /// Looks at the copy.
    pub(super) fn look<T>(&self, look: impl FnOnce(&yrs::Doc) -> T) -> T {
        look(&self.state.borrow().editor.doc)
    }

    /// Lives until dropped.
    pub(super) async fn live(self: Rc<Self>, seen: Rc<Seen>, mut orders: watch::Receiver<Orders>) {
        loop {
            let Err(ending) = self.connected(&seen, &mut orders).await;
            let pause = {
                let mut state = self.state.borrow_mut();
                state.lost_at.get_or_insert_with(Instant::now);
                state.failures += 1;
                state.pause(&ending)
            };
            seen.ended(&ending);
            self.wait(Instant::now() + pause, &mut orders).await;
        }
    }

    /// Edits without a connection.
    async fn wait(&self, until: Instant, orders: &mut watch::Receiver<Orders>) {
        loop {
            let every = orders.borrow_and_update().edit_every;
            tokio::select! {
                () = sleep_until(until) => return,
                () = self.next_edit(), if every.is_some() => drop(self.edit(every)),
                Ok(()) = orders.changed() => {}
            }
        }
    }

    /// One connection, from its beginning to its end.
    async fn connected(&self, seen: &Seen, orders: &mut watch::Receiver<Orders>) -> anyhow::Result<Infallible> {
        let cuts = orders.borrow_and_update().cuts;
        let connecting = async { Socket::connect(seen.balancer.next()?, &self.room).await };
        let connected = timeout(CONNECT_TIMEOUT, connecting).await.unwrap_or_else(|late| Err(late.into()));
        let mut socket = connected.inspect_err(|_| seen.refused.set(seen.refused.get() + 1))?;
        let sender = socket.sender();
        let step_1 = self.state.borrow_mut().begin();
        sender.send(&step_1).await?;
        loop {
            let order = *orders.borrow_and_update();
            if order.cuts != cuts {
                bail!("the line is cut");
            }
            let (mut inbound, mut outcome) = (Vec::new(), Ok(()));
            tokio::select! {
                received = socket.receive(|payload| inbound.push(Bytes::copy_from_slice(payload))) => outcome = received,
                () = self.next_edit(), if order.edit_every.is_some() => {
                    if let Some(frame) = self.edit(order.edit_every) {
                        sender.send(&frame).await?;
                    }
                }
                Ok(()) = orders.changed() => {}
            }
            for payload in inbound {
                let answer = self.state.borrow_mut().take(payload, seen)?;
                if let Some(answer) = answer {
                    sender.send(&answer).await?;
                }
            }
            outcome?;
        }
    }

    async fn next_edit(&self) {
        let next = self.state.borrow().next_edit;
        sleep_until(next).await;
    }

    /// Edits; returns the frame to send if there is a connection for it.
    fn edit(&self, every: Option<Duration>) -> Option<Vec<u8>> {
        let mut state = self.state.borrow_mut();
        // A mean pause of `every`, so that people do not edit in step.
        let bound = every.map_or(0, |every| every.as_millis() as u64 * 2);
        state.next_edit = Instant::now() + Duration::from_millis(state.random.below(bound));
        let update = state.editor.edit();
        let clock = state.clock();
        state.waiting.push_back((clock, Instant::now()));
        state.has_answered.then(|| state.covering(&ClientMessage::Update(update.into())))
    }
}

impl State {
    /// The own clock.
    fn clock(&self) -> u32 {
        let doc = &self.editor.doc;
        doc.transact().state_vector().get(&doc.client_id())
    }

    /// The first frame of a connection.
    fn begin(&mut self) -> Vec<u8> {
        (self.frames, self.has_answered, self.is_answered, self.drain_ms) = (0, false, false, None);
        self.covered.clear();
        framed(&ClientMessage::SyncStep1(self.editor.doc.transact().state_vector().encode_v1().into()))
    }

    /// A sync frame; it is noted what its acknowledgement will mean.
    fn covering(&mut self, message: &ClientMessage) -> Vec<u8> {
        self.frames += 1;
        self.covered.push_back((self.frames, self.clock()));
        framed(message)
    }

    /// Takes in a message; returns the frame that it asks for.
    fn take(&mut self, payload: Bytes, seen: &Seen) -> anyhow::Result<Option<Vec<u8>>> {
        match ReceivedMessage::parse(payload)? {
            ReceivedMessage::SyncStep1(theirs) => {
                let theirs = StateVector::decode_v1(&theirs)?;
                if theirs.get(&self.editor.doc.client_id()) < self.acked {
                    seen.behind.set(seen.behind.get() + 1);
                }
                let lacking = self.editor.doc.transact().encode_diff_v1(&theirs);
                let answer = self.covering(&ClientMessage::SyncStep2(lacking.into()));
                self.has_answered = true;
                self.in_step(seen);
                return Ok(Some(answer));
            }
            ReceivedMessage::SyncStep2(update) => {
                self.apply(&update)?;
                self.is_answered = true;
                self.in_step(seen);
            }
            ReceivedMessage::Update(update) => self.apply(&update)?,
            ReceivedMessage::Ack { frames, .. } => self.acknowledge(frames, seen),
            ReceivedMessage::Drain { delay_ms } => self.drain_ms = Some(delay_ms),
            ReceivedMessage::Refused { code, reason } => bail!("refused: {code} {reason}"),
            _ => {}
        }
        Ok(None)
    }

    fn apply(&self, update: &[u8]) -> anyhow::Result<()> {
        self.editor.doc.transact_mut().apply_update(Update::decode_v1(update)?)?;
        Ok(())
    }

    fn in_step(&mut self, seen: &Seen) {
        if self.has_answered && self.is_answered {
            self.failures = 0;
            if let Some(lost_at) = self.lost_at.take() {
                seen.back_ms.borrow_mut().push(lost_at.elapsed().as_secs_f64() * 1000.0);
            }
        }
    }

    fn acknowledge(&mut self, frames: u64, seen: &Seen) {
        while let Some((_, clock)) = self.covered.pop_front_if(|(frame, _)| *frame <= frames) {
            self.acked = self.acked.max(clock);
        }
        while let Some((_, made)) = self.waiting.pop_front_if(|(clock, _)| *clock <= self.acked) {
            seen.acknowledged(made);
        }
    }

    /// How long to stay away after this ending: as our app does.
    fn pause(&mut self, ending: &anyhow::Error) -> Duration {
        let code = ending.downcast_ref::<Closed>().map(|closed| closed.code);
        let millis = match (self.drain_ms.take(), code) {
            (Some(delay_ms), _) => delay_ms,
            (None, Some(1000 | 1001 | 1012)) => self.random.below(2_000),
            (None, Some(1011 | 1013)) => 5_000 + self.random.below(25_000),
            (None, _) => self.random.below(30_000.min(250 << (self.failures - 1).min(10))),
        };
        Duration::from_millis(millis)
    }
}
