//! A room's side of the log: what it has handed to the writer, and who is owed an answer for it.
//!
//! Promises: an answer falls due only when everything its author had sent before is committed; updates that the writer
//! had no room for are kept, in order, and the room takes in no more until they are handed over; nothing is stored, and
//! nobody is answered, before what it rests on: what another replica passed on and may not have stored is stored here then.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::hub::Services;
use super::persistence::{CommitOutcome, Entry, LogWriter, StoreHealth, SubmitError, entry_bytes};
use super::session::SessionKey;
use super::turn::Part;
use crate::document::DocumentId;
use crate::replica::ReplicaId;
use crate::store::{Append, Event, Outcome, Position, Stored};
use crate::telemetry::metrics::Metrics;

/// Bytes of one room on their way to the store at which it takes in no more: a quarter of what all rooms have, so that none
/// closes the others; two of the largest frame a client may send.
const IN_FLIGHT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How long another replica has to store what it passed on, before it is stored here.
const PASSED_ON_MAX: Duration = Duration::from_secs(5);

/// What somebody gets once the updates before it are durable.
pub(super) enum Owed {
    /// The first so many sync frames of the connection are durable.
    Ack { session: SessionKey, frames: u64 },
    /// A stock client's own update, framed.
    Echo { session: SessionKey, frame: Bytes },
    /// What became of a command, framed.
    Outcome { session: SessionKey, frame: Bytes },
    /// What a caller inside of this process waits for.
    Reply(Box<dyn FnOnce() + Send>),
}

/// News from the log.
pub(super) enum Committed {
    /// Updates are durable, and these answers are due.
    Durable { due: Vec<Owed>, took: Duration },
    /// The store does not take updates now; why, in words for people.
    Trouble(String),
    /// The store takes updates again.
    Recovered,
    /// The document is gone from the store: its updates can never be saved.
    Lost,
}

pub(super) struct RoomLog {
    document: DocumentId,
    writer: LogWriter,
    metrics: Arc<Metrics>,
    outcome: mpsc::UnboundedSender<CommitOutcome>,
    outcomes: mpsc::UnboundedReceiver<CommitOutcome>,
    health: watch::Receiver<StoreHealth>,
    trouble: Option<String>,
    position: Position,
    /// Every row up to here is part of the document in memory.
    seen: Position,
    /// Tickets above this are of this room, and of no other of this replica.
    first_ticket: u64,
    last_ticket: u64,
    durable_ticket: u64,
    /// What other replicas passed on, until they say that it is stored.
    passed_on: Vec<PassedOn>,
    in_flight: VecDeque<InFlight>,
    in_flight_bytes: usize,
    /// Applied and shown to the others, but the writer had no room: the room is closed to edits until these are out.
    held_back: VecDeque<Entry>,
    /// Owed for the turn that is not finished yet.
    owed_for_turn: Vec<Owed>,
    owed: VecDeque<(u64, Owed)>,
}

/// An update that another replica passed on.
pub(super) struct PassedOn {
    /// Which replica, and its ticket; none where it is not its own to store.
    pub(super) by: ReplicaId,
    pub(super) ticket: Option<u64>,
    pub(super) author: Arc<str>,
    pub(super) update: Bytes,
    pub(super) events: Vec<Event>,
    pub(super) outcome: Option<Outcome>,
    pub(super) since: Instant,
}

struct InFlight {
    ticket: u64,
    since: Instant,
    updates: Vec<Bytes>,
    bytes: usize,
}

impl RoomLog {
    pub(super) fn new(document: DocumentId, stored: &Stored, services: &Services) -> Self {
        let (outcome, outcomes) = mpsc::unbounded_channel();
        let health = services.log.health();
        let trouble = in_words(*health.borrow());
        // Rooms of one document follow each other more slowly than 2^20 turns in a millisecond.
        let first_ticket = services.clock.now_ms() << 20;
        Self {
            document,
            writer: services.log.clone(),
            metrics: Arc::clone(&services.metrics),
            outcome,
            outcomes,
            health,
            trouble,
            position: stored.position,
            seen: stored.position,
            first_ticket,
            last_ticket: first_ticket,
            durable_ticket: first_ticket,
            passed_on: Vec::new(),
            in_flight: VecDeque::new(),
            in_flight_bytes: 0,
            held_back: VecDeque::new(),
            owed_for_turn: Vec::new(),
            owed: VecDeque::new(),
        }
    }

    /// The newest position that is durable.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Up to where the document in memory surely has all rows; others' rows may lie behind.
    pub(super) fn seen(&self) -> Position {
        self.seen
    }

    /// Whether all rows up to the newest that is known of are part of the document in memory.
    pub(super) fn has_seen_all(&self) -> bool {
        self.seen == self.position
    }

    /// All rows up to here were read.
    pub(super) fn saw(&mut self, position: Position) {
        self.seen = self.seen.max(position);
        self.position = self.position.max(position);
    }

    /// Whether edits can be taken in: whatever was taken in before is on its way to the store.
    pub(super) fn has_room(&self) -> bool {
        self.held_back.is_empty() && self.in_flight_bytes < IN_FLIGHT_BYTES_MAX
    }

    /// Whether everything taken in is durable.
    pub(super) fn is_settled(&self) -> bool {
        self.in_flight.is_empty() && self.held_back.is_empty()
    }

    /// Why edits are not being saved now, if they are not.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Updates that were applied and are not durable yet, in order.
    pub(super) fn not_yet_stored(&self) -> Vec<Bytes> {
        let held_back = self.held_back.iter().flat_map(|entry| &entry.append.updates);
        let passed_on = self.passed_on.iter().map(|passed_on| &passed_on.update);
        let in_flight = self.in_flight.iter().flat_map(|in_flight| &in_flight.updates);
        in_flight.chain(held_back).chain(passed_on).cloned().collect()
    }

    /// Notes what a session is owed for the turn under way.
    pub(super) fn owe(&mut self, owed: Owed) {
        self.owed_for_turn.push(owed);
    }

    /// Hands a turn's updates to the writer, one entry for each run of one author's. Those that another replica passed on
    /// are in that one's log.
    pub(super) fn append(&mut self, parts: &mut [Part], at_ms: u64) {
        let mut runs: Vec<Append> = Vec::new();
        for part in parts.iter_mut().filter(|part| part.is_ours()) {
            let (update, events, outcome) =
                (part.update.clone(), std::mem::take(&mut part.events), part.outcome.take());
            match runs.last_mut() {
                Some(run) if run.author == part.author && outcome.is_none() => {
                    run.updates.push(update);
                    run.events.extend(events);
                }
                _ => {
                    let (document, author) = (self.document.clone(), Arc::clone(&part.author));
                    runs.push(Append { document, updates: vec![update], author, at_ms, events, outcome });
                }
            }
        }
        runs.into_iter().for_each(|run| self.hand_over(run));
    }

    fn hand_over(&mut self, append: Append) {
        self.last_ticket += 1;
        self.submit(Entry { append, ticket: self.last_ticket, outcome: self.outcome.clone() });
    }

    /// The tickets of this room that are durable, for whoever was passed on what they hold.
    pub(super) fn durable_tickets(&self) -> (u64, u64) {
        (self.first_ticket, self.durable_ticket)
    }

    /// The ticket of all that was handed over.
    pub(super) fn last_ticket(&self) -> u64 {
        self.last_ticket
    }

    /// Whether all that the document holds is stored, whoever took it in.
    pub(super) fn is_all_stored(&self) -> bool {
        self.is_settled() && self.passed_on.is_empty()
    }

    /// Notes what another replica passed on and has yet to store.
    pub(super) fn was_passed_on(&mut self, passed_on: PassedOn) {
        self.passed_on.push(passed_on);
    }

    /// Another replica has stored what it passed on.
    pub(super) fn is_stored_by(&mut self, replica: ReplicaId, (first, last): (u64, u64)) {
        let is_stored = |ticket: u64| first < ticket && ticket <= last;
        self.passed_on.retain(|passed_on| passed_on.by != replica || !passed_on.ticket.is_some_and(is_stored));
    }

    /// Stores what others passed on if an answer is owed, `is_needed` otherwise, or they take too long.
    pub(super) fn store_passed_on(&mut self, is_needed: bool, at_ms: u64) {
        let is_late = self.passed_on.first().is_some_and(|oldest| oldest.since.elapsed() > PASSED_ON_MAX);
        if is_needed || is_late || !self.owed_for_turn.is_empty() {
            for PassedOn { author, update, events, outcome, .. } in std::mem::take(&mut self.passed_on) {
                let (document, updates) = (self.document.clone(), vec![update]);
                self.hand_over(Append { document, updates, author, at_ms, events, outcome });
            }
        }
    }

    /// Ends the turn: answers for frames that changed nothing fall due now, unless something before them is on its way.
    pub(super) fn due(&mut self) -> Vec<Owed> {
        let ticket = self.last_ticket;
        self.owed.extend(self.owed_for_turn.drain(..).map(|owed| (ticket, owed)));
        let mut due = Vec::new();
        while let Some((_, owed)) = self.owed.pop_front_if(|(ticket, _)| *ticket <= self.durable_ticket) {
            due.push(owed);
        }
        due
    }

    /// Waits for news. Dropping the future loses none.
    pub(super) async fn committed(&mut self) -> Committed {
        loop {
            tokio::select! {
                biased;
                Some(outcome) = self.outcomes.recv() => return self.settle(outcome),
                Ok(()) = self.health.changed() => if let Some(news) = self.health_changed() { return news },
                // The writer has gone, which it does only after all rooms.
                else => std::future::pending().await,
            }
        }
    }

    /// Hands over what was held back, as far as the writer takes it.
    pub(super) fn retry(&mut self) {
        for entry in std::mem::take(&mut self.held_back) {
            self.submit(entry);
        }
    }

    fn submit(&mut self, entry: Entry) {
        if !self.held_back.is_empty() {
            self.held_back.push_back(entry);
            return;
        }
        let (updates, bytes) = (entry.append.updates.clone(), entry_bytes(&entry.append));
        let in_flight = InFlight { ticket: entry.ticket, since: Instant::now(), updates, bytes };
        match self.writer.submit(entry) {
            Ok(()) => {
                self.in_flight_bytes += bytes;
                self.metrics.unpersisted_updates.add(count(&in_flight));
                self.in_flight.push_back(in_flight);
            }
            Err(SubmitError::Full(entry) | SubmitError::Stopped(entry)) => self.held_back.push_back(*entry),
        }
    }

    fn settle(&mut self, first: CommitOutcome) -> Committed {
        let mut took = Duration::ZERO;
        let mut next = Some(first);
        while let Some(outcome) = next {
            let Ok(position) = outcome.result else { return Committed::Lost };
            self.position = self.position.max(position);
            if position.get() == self.seen.get() + 1 {
                // Nobody else has written in between.
                self.seen = position;
            }
            self.durable_ticket = outcome.ticket;
            while let Some(stored) = self.in_flight.pop_front_if(|in_flight| in_flight.ticket <= outcome.ticket) {
                self.metrics.unpersisted_updates.sub(count(&stored));
                self.in_flight_bytes -= stored.bytes;
                took = took.max(stored.since.elapsed());
            }
            next = self.outcomes.try_recv().ok();
        }
        Committed::Durable { due: self.due(), took }
    }

    fn health_changed(&mut self) -> Option<Committed> {
        let trouble = in_words(*self.health.borrow_and_update());
        if trouble == self.trouble {
            return None;
        }
        self.trouble.clone_from(&trouble);
        Some(match trouble {
            Some(reason) => Committed::Trouble(reason),
            None => {
                self.retry();
                Committed::Recovered
            }
        })
    }
}

fn count(in_flight: &InFlight) -> i64 {
    i64::try_from(in_flight.updates.len()).unwrap_or(i64::MAX)
}

fn in_words(health: StoreHealth) -> Option<String> {
    match health {
        StoreHealth::Ok => None,
        StoreHealth::Failing { trouble, .. } => Some(trouble.to_string()),
    }
}
