//! Keeping: which replica numbers the cards of a document, repairs and decides commands, where several have it open.
//!
//! Promises: one at a time, by a lease in the store on the store's own clock; a replica begins to keep only when it has read
//! all that was stored and knows all that was decided before; it lets go when another has something to decide, or when its
//! lease is no longer sure. Where there is only one replica it keeps everything and asks nobody.
//! A replica that is stopped for longer than its lease in the middle of a decision is the one window that is left: then both
//! decisions stand, and repairs make of them what they can.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::said::Said;
use super::stored::{Read, read_since};
use crate::replica::ReplicaId;
use crate::room::errand::Errand;
use crate::room::room::{Life, Room};
use crate::store::{Hold, StoreError};

/// How long a lease holds: as long a document is not kept when its keeper has died.
const LEASE: Duration = Duration::from_secs(10);

/// Before its end by this much it is no longer relied on: clocks differ in speed, and a write takes its time.
const MARGIN: Duration = Duration::from_secs(2);

/// How much of it must be left not to prolong it.
const RENEW_BELOW: Duration = Duration::from_secs(6);

/// How long a lease is kept that nobody uses.
const UNUSED_MAX: Duration = Duration::from_secs(30);

/// How often is asked what was decided about sprints that stay in doubt: whoever decided it may not have stored it yet.
const LEARN_INTERVAL: Duration = Duration::from_secs(10);

/// How soon is asked again when somebody else keeps the document and something waits; when it does not, or on an error.
const RETRY_WAITING: Duration = Duration::from_millis(200);
const RETRY: Duration = Duration::from_secs(2);

/// Whether this replica keeps the document.
pub(in crate::room) struct Keeping {
    /// There is no other replica, by configuration.
    is_alone: bool,
    until: Option<Instant>,
    used: Instant,
    /// Another replica has something to decide.
    is_wanted: bool,
    is_asking: bool,
    /// The keeper that something was left to.
    left_to: Option<ReplicaId>,
    /// Not to be asked for before.
    next_try: Instant,
    /// When to ask again what was decided.
    next_learning: Instant,
}

/// What the store answered to a request for the lease.
pub(in crate::room) struct Kept {
    asked_at: Instant,
    hold: Result<Hold, StoreError>,
    /// What was stored before, if the lease is new.
    rows: Option<Result<Read, StoreError>>,
}

impl Keeping {
    pub(in crate::room) fn new(is_alone: bool) -> Self {
        let now = Instant::now();
        Self {
            is_alone,
            until: None,
            used: now,
            is_wanted: false,
            is_asking: false,
            left_to: None,
            next_try: now,
            next_learning: now,
        }
    }

    /// Whether there is no other replica, by configuration.
    pub(in crate::room) fn is_alone(&self) -> bool {
        self.is_alone
    }

    pub(in crate::room) fn is_mine(&self) -> bool {
        self.is_alone || self.until.is_some_and(|until| Instant::now() < until)
    }

    /// When to ask again, if it is not being asked.
    pub(in crate::room) fn next_try(&self) -> Instant {
        self.next_try
    }
}

impl Room {
    /// Puts right what was taken in, or sees to it that somebody does.
    pub(in crate::room) async fn keep(&mut self) -> Life {
        let Some(history) = self.history.as_mut().filter(|history| history.is_unkept()) else { return Life::Goes };
        if !self.keeping.is_mine() {
            self.seek_keeping();
            return Life::Goes;
        }
        self.keeping.used = Instant::now();
        match history.keep(&mut self.content, self.hub.services.clock.now_ms()) {
            Ok(repair) => {
                self.add_repair(repair);
                Life::Goes
            }
            Err(_) => {
                tracing::error!(document.id = self.document.as_str(), "the keeper broke the board; it goes on without");
                self.finish_turn(Instant::now());
                let life = self.reload().await;
                self.history = None;
                life
            }
        }
    }

    /// Whether something waits that only the keeper may do.
    pub(in crate::room) fn needs_keeping(&self) -> bool {
        !self.keeping.is_mine()
            && !self.keeping.is_asking
            && (!self.waiting.is_empty() || self.history.as_ref().is_some_and(crate::room::history::History::is_unkept))
    }

    /// Asks the store for the lease, unless that was done a moment ago.
    pub(in crate::room) fn seek_keeping(&mut self) {
        let now = Instant::now();
        if self.keeping.is_alone || self.keeping.is_asking || now < self.keeping.next_try {
            return;
        }
        self.keeping.is_asking = true;
        let is_new = !self.keeping.is_mine();
        let (store, document) = (Arc::clone(&self.hub.services.store), self.document.clone());
        let (replica, seen) = (self.hub.services.replica(), self.log.seen());
        self.errands.run(&self.hub, async move {
            let held = store.hold(std::slice::from_ref(&document), replica, LEASE).await;
            let hold = held.map(|holds| holds.first().copied().unwrap_or(Hold::Gone));
            let is_mine = matches!(hold, Ok(Hold::Mine { .. }));
            let rows = if is_new && is_mine { Some(read_since(store.as_ref(), &document, seen).await) } else { None };
            Errand::Kept(Kept { asked_at: now, hold, rows })
        });
    }

    /// The store has said who keeps the document.
    pub(in crate::room) async fn kept(&mut self, kept: Kept) -> Life {
        self.keeping.is_asking = false;
        let now = Instant::now();
        match kept.hold {
            Ok(Hold::Mine { is_wanted }) => {
                self.keeping.is_wanted |= is_wanted;
                let Some(rows) = kept.rows else {
                    self.keeping.until = Some(kept.asked_at + LEASE - MARGIN);
                    return self.decide().await;
                };
                let is_read = rows.is_ok();
                if self.took_in(rows).await == Life::Ends {
                    return Life::Ends;
                }
                if !is_read {
                    self.keeping.next_try = now + RETRY;
                    return Life::Goes;
                }
                if self.ask_before_keeping(kept.asked_at) {
                    self.keeping.is_asking = true;
                    return Life::Goes;
                }
                return self.begin_keeping(kept.asked_at).await;
            }
            Ok(Hold::Others { keeper }) => {
                self.keeping.until = None;
                if self.waiting.is_empty() {
                    self.keeping.next_try = now + RETRY;
                    if self.hub.services.fanout.is_alive(keeper)
                        && let Some(history) = &mut self.history
                    {
                        history.leave_to_keeper();
                        self.keeping.left_to = Some(keeper);
                    }
                } else {
                    self.keeping.next_try = now + RETRY_WAITING;
                    self.replicas.say(&Said::Wanted);
                }
            }
            Ok(Hold::Gone) | Err(_) => self.keeping.next_try = now + RETRY,
        }
        self.decide().await
    }

    /// All is known that was stored and decided before the lease.
    pub(super) async fn begin_keeping(&mut self, lease_asked_at: Instant) -> Life {
        if let Some(history) = &mut self.history {
            history.doubt();
        }
        self.keeping.used = Instant::now();
        self.keeping.until = Some(lease_asked_at + LEASE - MARGIN);
        self.decide().await
    }

    /// It is known what was decided elsewhere, or cannot be known now.
    pub(super) fn has_learned(&mut self, is_known: bool) {
        let now = Instant::now();
        self.keeping.is_asking = false;
        self.keeping.next_learning = now + LEARN_INTERVAL;
        if !is_known {
            self.keeping.next_try = now + RETRY;
        }
    }

    /// Another replica has something to decide.
    pub(in crate::room) fn keeping_is_wanted(&mut self) {
        if self.keeping.until.is_some() {
            self.keeping.is_wanted = true;
            self.let_go();
        }
    }

    /// Another replica has let go.
    pub(in crate::room) fn keeping_is_free(&mut self) {
        self.keeping.next_try = Instant::now();
    }

    /// Gives the lease up if another replica wants it, or nobody here needs it, and all that was decided is stored.
    pub(in crate::room) fn let_go(&mut self) {
        let is_unused = self.keeping.used.elapsed() > UNUSED_MAX;
        if self.keeping.until.is_none() || !(self.keeping.is_wanted || is_unused) || !self.log.is_settled() {
            return;
        }
        if self.keeping.is_asking || !self.waiting.is_empty() {
            return;
        }
        self.keeping.until = None;
        self.keeping.is_wanted = false;
        self.keeping.is_asking = true;
        let (store, document) = (Arc::clone(&self.hub.services.store), self.document.clone());
        let replica = self.hub.services.replica();
        self.errands.run(&self.hub, async move {
            // Without an answer the lease ends by itself.
            let _ = store.release(&[document], replica).await;
            Errand::Released
        });
    }

    /// The lease is given up.
    pub(in crate::room) fn released(&mut self) {
        self.keeping.is_asking = false;
        // Whoever wants it comes first.
        self.keeping.next_try = Instant::now() + RETRY_WAITING;
        self.replicas.say(&Said::Released);
    }

    /// Prolongs the lease, or gives it up.
    pub(in crate::room) fn tick_keeping(&mut self) {
        self.let_go();
        let fanout = &self.hub.services.fanout;
        if let Some(history) = &mut self.history
            && self.keeping.left_to.take_if(|keeper| !fanout.is_alive(*keeper)).is_some()
        {
            // It may have died before it did what was left to it.
            history.doubt();
        }
        let is_ending = self.keeping.until.is_some_and(|until| until < Instant::now() + RENEW_BELOW - MARGIN);
        if is_ending || self.needs_keeping() {
            self.seek_keeping();
        }
        if !self.keeping.is_mine() && !self.keeping.is_asking && Instant::now() >= self.keeping.next_learning {
            self.keeping.is_asking = self.ask_what_was_decided();
        }
    }

    /// Gives up the lease as the room ends.
    pub(in crate::room) async fn stop_keeping(&mut self) {
        if self.keeping.until.take().is_some() {
            let (store, replica) = (&self.hub.services.store, self.hub.services.replica());
            // Without an answer the lease ends by itself.
            let _ = store.release(std::slice::from_ref(&self.document), replica).await;
            self.replicas.say(&Said::Released);
        }
    }
}
