//! Somebody with the document open: the application of the other tests over a simulated line, who notices when the server
//! says something that it may not say.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use calit::access::UserId;
use calit::board::Board;
use calit::board::id::CardId;
use calit::room::outbox::Outbox;
use calit::room::session::{self, Newcomer};
use client_protocol::frame::{ClientMessage, ReceivedMessage, Role};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, interval, sleep, timeout};
use yrs::updates::decoder::Decode as _;
use yrs::{ClientID, StateVector, Transact as _};

use super::line::{Heard, Line, Reader, ServerEnd};
use super::world::{Field, Replica};
use crate::harness::author::Author;
use crate::harness::client::{Dialect, State};
use crate::harness::seed::Random;

/// How long somebody waits to be let in.
const JOIN_PATIENCE: Duration = Duration::from_secs(10);

/// How often applications say that they are still there.
const RENEWAL: Duration = Duration::from_secs(15);

/// Messages between two looks at the whole board.
const LOOK_EVERY: u64 = 24;

/// One application.
pub(super) struct Person {
    pub(super) id: u64,
    pub(super) role: Role,
    pub(super) user: UserId,
    pub(super) wants_in: watch::Sender<bool>,
    /// The line breaks.
    pub(super) cut: Notify,
    mind: Mutex<Mind>,
    field: Arc<Field>,
}

/// What the application knows, and what it has seen of the server.
pub(super) struct Mind {
    pub(super) state: State,
    pub(super) random: Random,
    /// The clock of the own client behind each edit.
    clocks: Vec<u32>,
    /// What was added for good, by the number of the edit.
    pub(super) marks: Vec<(u64, String)>,
    /// Commands without an outcome, by key.
    pub(super) pending: BTreeMap<String, String>,
    line: Option<Arc<Line>>,
    /// On this connection.
    acked_clock: u32,
    position: u64,
    heard: u64,
    numbers: BTreeMap<CardId, Option<u64>>,
    /// Edits that a viewer tries.
    pub(super) rogue: Author,
}

impl Person {
    pub(super) fn new(id: u64, dialect: Dialect, role: Role, user: UserId, random: Random, field: Arc<Field>) -> Self {
        let mut state = State::new(dialect, id);
        state.announce(Some("{}"));
        let mind = Mind {
            state,
            random,
            clocks: Vec::new(),
            marks: Vec::new(),
            pending: BTreeMap::new(),
            line: None,
            acked_clock: 0,
            position: 0,
            heard: 0,
            numbers: BTreeMap::new(),
            rogue: Author::new(id + 8_000),
        };
        let (wants_in, cut) = (watch::Sender::new(true), Notify::new());
        Self { id, role, user, wants_in, cut, mind: Mutex::new(mind), field }
    }

    pub(super) fn mind(&self) -> MutexGuard<'_, Mind> {
        self.mind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the application connected, to one replica or another, for as long as it wants to be.
    pub(super) async fn live(self: Arc<Self>) {
        let mut wants_in = self.wants_in.subscribe();
        loop {
            if wants_in.wait_for(|wants_in| *wants_in).await.is_err() {
                return;
            }
            let (pause, replica) = {
                let random = &mut self.mind().random;
                (10 + random.below(1_500), self.field.pick(random))
            };
            if let Some(replica) = replica {
                tokio::select! {
                    biased;
                    () = replica.site.death() => {}
                    () = self.connect(&replica) => {}
                }
                self.lose();
            }
            sleep(Duration::from_millis(pause)).await;
        }
    }

    async fn connect(&self, replica: &Replica) {
        let line = {
            let mind = &mut *self.mind();
            let random = Random::new(mind.random.next());
            Arc::new(Line::new(random, replica.site.clone(), self.field.weather.is_calm()))
        };
        let way_down = Arc::clone(&line);
        let outbox = Arc::new(Outbox::new(Box::new(move |bytes| way_down.try_write(bytes))));
        let dialect = match self.mind().state.dialect {
            Dialect::Stock => session::Dialect::Stock,
            Dialect::Calit => session::Dialect::Calit,
        };
        let user = Some(self.user.clone());
        let newcomer = Newcomer { outbox: Arc::clone(&outbox), dialect, role: self.role, user };
        let joining = async {
            let room = replica.hub.open(&self.field.document).await.ok()?;
            let session = room.join(newcomer).await.ok()?;
            Some((room, session))
        };
        let Ok(Some((room, session))) = timeout(JOIN_PATIENCE, joining).await else {
            return self.field.trace.note(format_args!("person {} is not let in by {}", self.id, replica.id));
        };
        self.field.trace.note(format_args!("person {} is in {} as {session}", self.id, replica.id));
        let (up, queue) = mpsc::unbounded_channel();
        let server = ServerEnd { line: Arc::clone(&line), outbox, room, session };
        tokio::spawn(server.run(queue));
        self.talk(&line, &up).await;
    }

    async fn talk(&self, line: &Arc<Line>, up: &mpsc::UnboundedSender<(Instant, Vec<u8>)>) {
        let (outgoing, mut frames) = mpsc::unbounded_channel();
        self.mind().connected(line, outgoing);
        let (mut reader, mut last, mut tick) =
            (Reader::new(Arc::clone(line)), Instant::now(), interval(Duration::from_secs(3)));
        let mut renewal = interval(RENEWAL);
        let mut wants_in = self.wants_in.subscribe();
        loop {
            tokio::select! {
                biased;
                _ = wants_in.wait_for(|wants_in| !wants_in) => return,
                () = self.cut.notified() => return,
                Some(frame) = frames.recv() => {
                    last = line.due().max(last);
                    // A server that has hung up takes nothing.
                    let _ = up.send((last, frame));
                }
                heard = reader.next() => match heard {
                    Heard::Message(message) => self.hear(message),
                    Heard::Ping => {
                        last = line.due().max(last);
                        let _ = up.send((last, Vec::new()));
                    }
                    Heard::Closed(code) => {
                        self.field.trace.note(format_args!("person {} is closed with {code}", self.id));
                        self.mind().state.closes.push(code);
                        return;
                    }
                    Heard::Lost => return,
                },
                _ = tick.tick() => self.mind().ask_again(),
                _ = renewal.tick() => self.mind().state.announce(Some("{}")),
            }
        }
    }

    /// The connection is gone; the server learns of it sooner or later.
    fn lose(&self) {
        let mind = &mut *self.mind();
        mind.state.disconnected();
        let Some(line) = mind.line.take() else { return };
        self.field.trace.note(format_args!("person {} is out", self.id));
        line.cut();
        let after = Duration::from_millis(mind.random.below(4) * mind.random.below(2_000));
        tokio::spawn(async move {
            sleep(after).await;
            line.noticed.cancel();
        });
    }

    fn hear(&self, message: Bytes) {
        let len = message.len();
        let field = &self.field;
        let message = match ReceivedMessage::parse(message) {
            Ok(message) => message,
            Err(error) => return field.trace.fault(format_args!("person {} was sent no message: {error}", self.id)),
        };
        let mind = &mut *self.mind();
        let acked = mind.state.ledger.acked;
        field.trace.note(format_args!("person {} hears {} of {len} bytes", self.id, name(&message)));
        if let Err(fault) = mind.judge(&message) {
            field.trace.fault(format_args!("person {}: {fault}", self.id));
        }
        if let ReceivedMessage::Outcome { key, ok, json } = &message {
            mind.decided(key, *ok, json, &self.user, field);
        }
        mind.state.take(message);
        mind.state.notices.clear();
        if let Some(fault) = mind.state.fault.take() {
            field.trace.fault(format_args!("person {}: {fault}", self.id));
        }
        // What a stock client takes for its echo may come by another replica or from its connection before.
        let is_sure = mind.state.dialect == Dialect::Calit;
        if is_sure && mind.state.ledger.acked > acked {
            let acked = usize::try_from(mind.state.ledger.acked).unwrap_or(usize::MAX);
            mind.acked_clock = mind.clocks[acked - 1];
            let stored = field.database.rows().content(&field.document).clock(self.id);
            if stored < mind.acked_clock {
                field.trace.fault(format_args!(
                    "person {} was told that {} clocks are stored, of which {stored} are",
                    self.id, mind.acked_clock
                ));
            }
        }
        mind.heard += 1;
        if mind.heard.is_multiple_of(LOOK_EVERY)
            && let Err(fault) = mind.look()
        {
            field.trace.fault(format_args!("person {}: {fault}", self.id));
        }
    }
}

impl Mind {
    fn connected(&mut self, line: &Arc<Line>, outgoing: mpsc::UnboundedSender<Vec<u8>>) {
        self.line = Some(Arc::clone(line));
        (self.acked_clock, self.position) = (0, 0);
        self.state.connected(outgoing);
        self.ask_again();
    }

    /// Edits; `mark` is what the edit adds for good.
    pub(super) fn edit(&mut self, mark: Option<String>, change: impl FnOnce(&mut yrs::TransactionMut<'_>)) {
        let before = self.state.ledger.edits;
        let edit = self.state.edit(change);
        if edit > before {
            self.clocks.push(self.state.clock());
            self.marks.extend(mark.map(|mark| (edit, mark)));
        }
    }

    pub(super) fn ask(&mut self, key: &str, json: String) {
        self.state.send_message(&ClientMessage::Command { key: key.into(), json: json.as_str().into() });
        self.pending.insert(key.to_owned(), json);
    }

    fn ask_again(&mut self) {
        for (key, json) in &self.pending {
            self.state.send_message(&ClientMessage::Command { key: key.as_str().into(), json: json.as_str().into() });
        }
    }

    pub(super) fn stall(&mut self, time: Duration) {
        if let Some(line) = &self.line {
            line.stall(time);
        }
    }

    pub(super) fn is_in(&self) -> bool {
        self.line.is_some() && self.state.is_synced
    }

    fn decided(&mut self, key: &str, ok: bool, json: &str, user: &UserId, field: &Field) {
        if json.contains("store_full") {
            return;
        }
        self.pending.remove(key);
        let mut outcomes = field.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        // A refusal does nothing, and may be thought over.
        if !ok {
            return;
        }
        let heard = json.to_owned();
        let first = outcomes.entry((user.as_str().to_owned(), key.to_owned())).or_insert_with(|| heard.clone());
        if *first != heard {
            field.trace.fault(format_args!("the command {key} came to {first:?} and to {heard:?}"));
        }
    }

    /// What a connection may hear.
    fn judge(&mut self, message: &ReceivedMessage) -> Result<(), String> {
        match message {
            ReceivedMessage::Ack { position, .. } => {
                let before = std::mem::replace(&mut self.position, *position);
                if before > *position {
                    return Err(format!("the log went back from {before} to {position}"));
                }
            }
            ReceivedMessage::SyncStep1(state_vector) => {
                let known = StateVector::decode_v1(state_vector).map_err(|error| error.to_string())?;
                let own = known.get(&ClientID::new(self.state.ledger.client));
                if own < self.acked_clock {
                    return Err(format!("the server has {own} clocks after it acknowledged {}", self.acked_clock));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Nothing that was seen goes away: no card, and no number of one.
    fn look(&mut self) -> Result<(), String> {
        let board = Board::read(&self.state.doc.transact());
        for (id, number) in &self.numbers {
            let now = board.cards.get(id).map(|card| card.number);
            if now.is_none() || number.is_some() && now == Some(None) {
                return Err(format!("card {id} had number {number:?} and has {now:?}"));
            }
        }
        self.numbers = board.cards.into_iter().map(|(id, card)| (id, card.number)).collect();
        Ok(())
    }
}

fn name(message: &ReceivedMessage) -> &'static str {
    match message {
        ReceivedMessage::SyncStep1(_) => "a step 1",
        ReceivedMessage::SyncStep2(_) => "a step 2",
        ReceivedMessage::Update(_) => "an update",
        ReceivedMessage::Awareness(_) => "presence",
        ReceivedMessage::Ack { .. } => "an acknowledgement",
        ReceivedMessage::Welcome { .. } => "a welcome",
        ReceivedMessage::Drain { .. } => "a drain",
        ReceivedMessage::Storage { .. } => "of the storage",
        ReceivedMessage::Refused { .. } => "a refusal",
        ReceivedMessage::Outcome { .. } => "an outcome",
    }
}
