//! A room among the rooms of its document on other replicas.
//!
//! Promises: what members do here is told to the others once a turn; whatever they tell passes the same checks as a
//! member's bytes; a message that was lost, a replica that was away and a digest that differs lead to a question to one
//! replica or all, whose answer is for the asker alone. Nothing here makes an edit durable: whoever took it in does.
//! Start with [`Room::hear`].

pub(super) mod decided;
pub(super) mod keeping;
mod said;
pub(super) mod stored;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

pub(super) use self::said::{Said, Shared};
use self::stored::TakenOver;
use super::history::SERVER;
use super::log::PassedOn;
use super::room::{Life, Room};
use super::turn::Part;
use crate::board::history::Origin;
use crate::document::gate;
use crate::fanout::{Heard, Line};
use crate::replica::ReplicaId;

/// How long a document must be quiet until its digest is told.
const QUIET: Duration = Duration::from_millis(500);

/// How often a digest is told when nothing happens, at least; up to half as long again, so that rooms do not all speak at once.
const DIGEST_INTERVAL: Duration = Duration::from_secs(10);

/// How often the store is asked what others wrote: one look at an index where nobody did.
const READ_INTERVAL: Duration = Duration::from_secs(10);

/// Least time between two questions.
const ASK_INTERVAL: Duration = Duration::from_millis(500);

/// Replicas that a room keeps account of. Nobody runs as many.
const PEERS_MAX: usize = 64;

/// How long two copies may differ before it counts as a divergence.
const DIVERGED_AFTER: Duration = Duration::from_secs(5);

/// The other replicas, as this room knows them.
pub(super) struct Replicas {
    line: Line,
    peers: BTreeMap<ReplicaId, Peer>,
    digest: Option<[u8; 32]>,
    /// When the document changed last, if its digest was not told since.
    changed_at: Option<Instant>,
    told_at: Instant,
    /// When the store was last asked what others wrote.
    read_at: Instant,
    /// When a question may be asked again; one that came too early is asked then.
    ask_after: Instant,
    ask_again: bool,
    /// A replica has died: what it passed on may not be stored.
    compare_after: Option<Instant>,
    /// Counted as diverged.
    is_divergent: bool,
}

struct Peer {
    /// Since when its digest has been another one.
    differs_since: Option<Instant>,
}

impl Replicas {
    pub(super) fn new(line: Line) -> Self {
        let now = Instant::now();
        Self {
            line,
            peers: BTreeMap::new(),
            digest: None,
            changed_at: None,
            told_at: now,
            read_at: now,
            ask_after: now,
            ask_again: false,
            compare_after: None,
            is_divergent: false,
        }
    }

    /// The document changed.
    pub(super) fn changed(&mut self) {
        self.digest = None;
        self.changed_at = Some(Instant::now());
    }

    /// Whether the copies should be equal now: while people type, they differ by what is on its way.
    fn is_quiet(&self, now: Instant) -> bool {
        self.changed_at.is_none_or(|changed| now >= changed + QUIET)
    }

    /// The digest that is known, or the one that `compute` gives.
    pub(super) fn digest_or(&mut self, compute: impl FnOnce() -> [u8; 32]) -> [u8; 32] {
        *self.digest.get_or_insert_with(compute)
    }

    /// What memory held and the store did not is on its way there.
    pub(super) fn compared(&mut self) {
        self.compare_after = None;
    }

    /// Whether nothing is left to be done for others.
    pub(super) fn is_settled(&self) -> bool {
        self.compare_after.is_none()
    }

    /// Whether another replica that has the document open comes before this one when work is to be done once.
    pub(super) fn comes_after_another(&self, own: ReplicaId) -> bool {
        self.peers.keys().any(|peer| *peer < own)
    }

    pub(super) async fn hear(&mut self) -> Heard {
        self.line.hear().await
    }

    pub(super) fn say(&mut self, said: &Said) {
        if self.line.has_peers() {
            self.line.publish(said.write());
        }
    }
}

impl Room {
    /// Takes in what another replica said.
    pub(super) async fn hear(&mut self, heard: Heard) -> Life {
        let (from, body) = match heard {
            Heard::Message { from, body } => (from, body),
            Heard::Gap { from } => {
                self.ask_replicas(from);
                return Life::Goes;
            }
        };
        let Some(said) = Said::read(body) else {
            tracing::warn!(document.id = self.document.as_str(), replica.id = %from, "a replica says what is not understood");
            return Life::Goes;
        };
        if self.replicas.peers.len() < PEERS_MAX {
            self.replicas.peers.entry(from).or_insert(Peer { differs_since: None });
        }
        match said {
            Said::Updates { ticket, updates } => return self.take_over_all(from, Some(ticket), updates).await,
            Said::Stored { first, last } => self.log.is_stored_by(from, (first, last)),
            Said::Presence(states) => self.hear_presence(from, &states),
            Said::Present(members) => {
                if self.presence.hear_who_is_there(from, &members, Instant::now()) {
                    self.plan_presence();
                }
            }
            Said::Digest(digest) => self.compare_digest(from, digest),
            Said::Ask { to, digest, state_vector } => {
                if to.is_none_or(|to| to == self.hub.services.replica()) {
                    self.answer_replica(from, digest, &state_vector);
                }
            }
            Said::Answer { to, is_stored, update } if to == self.hub.services.replica() => {
                let (author, origin) = (Arc::from(SERVER), Origin::Stored);
                let update = Shared { author, origin, update, events: Vec::new(), outcome: None };
                // A ticket that every replica has stored.
                return self.take_over_all(from, is_stored.then_some(0), vec![update]).await;
            }
            Said::Answer { .. } => {}
            Said::Wanted => self.keeping_is_wanted(),
            Said::Released => self.keeping_is_free(),
        }
        Life::Goes
    }

    /// The ticket is that of the other replica's with which the updates are stored: 0 where they are, none where it is not
    /// for that replica to say.
    async fn take_over_all(&mut self, by: ReplicaId, ticket: Option<u64>, updates: Vec<Shared>) -> Life {
        let started = Instant::now();
        for Shared { author, origin, update, events, outcome } in updates {
            match self.take_over(Arc::clone(&author), origin, update.clone()).await {
                TakenOver::News if ticket != Some(0) => {
                    let since = Instant::now();
                    self.log.was_passed_on(PassedOn { by, ticket, author, update, events, outcome, since });
                }
                TakenOver::News | TakenOver::Known | TakenOver::Refused => {}
                TakenOver::Gap => self.ask_replicas(Some(by)),
                TakenOver::Last => return Life::Ends,
            }
        }
        let life = self.keep().await;
        self.finish_turn(started);
        life
    }

    fn hear_presence(&mut self, from: ReplicaId, states: &[u8]) {
        match gate::check_awareness(states) {
            Ok(entries) => {
                if self.presence.hear(from, &entries, Instant::now()) {
                    self.plan_presence();
                }
            }
            Err(refusal) => {
                tracing::warn!(document.id = self.document.as_str(), replica.id = %from, %refusal, "presence from a replica");
            }
        }
    }

    /// What the others are to be told of a turn.
    pub(super) fn to_share(&self, parts: &[Part]) -> Vec<Shared> {
        let has_peers = self.replicas.line.has_peers();
        parts.iter().filter(|part| has_peers && part.is_ours()).map(Shared::of).collect()
    }

    /// Tells the others what this turn took in, now that it is on its way to the store.
    pub(super) fn tell_replicas(&mut self, updates: Vec<Shared>) {
        if !updates.is_empty() {
            self.replicas.say(&Said::Updates { ticket: self.log.last_ticket(), updates });
        }
    }

    /// Tells the others that what was passed on need not be stored by them.
    pub(super) fn tell_replicas_what_is_stored(&mut self) {
        let (first, last) = self.log.durable_tickets();
        self.replicas.say(&Said::Stored { first, last });
    }

    /// Tells the others whose presence changed here.
    pub(super) fn tell_replicas_who_is_here(&mut self) {
        if let Some(states) = self.presence.take_changes_here() {
            self.replicas.say(&Said::Presence(states.into()));
        }
    }

    /// Asks one replica, or all, for what is missing here.
    pub(super) fn ask_replicas(&mut self, to: Option<ReplicaId>) {
        if !self.replicas.line.has_peers() {
            return;
        }
        let now = Instant::now();
        if now < self.replicas.ask_after {
            self.replicas.ask_again = true;
            return;
        }
        self.replicas.ask_after = now + ASK_INTERVAL;
        self.replicas.ask_again = false;
        let (digest, state_vector) = (self.digest(), Bytes::from(self.content.state_vector()));
        self.replicas.say(&Said::Ask { to, digest, state_vector });
    }

    /// Tells the others who is here, and by that who is not.
    fn tell_replicas_all_who_are_here(&mut self) {
        self.tell_replicas_who_is_here();
        self.replicas.say(&Said::Present(self.presence.who_is_here()));
    }

    fn answer_replica(&mut self, from: ReplicaId, digest: [u8; 32], state_vector: &[u8]) {
        // It has come or come back and knows nobody, or has missed a message, which may have been a goodbye.
        if let Some(states) = self.presence.everybody_here() {
            self.replicas.say(&Said::Presence(states.into()));
        }
        self.tell_replicas_all_who_are_here();
        if digest == self.digest() {
            self.agrees(from);
            return;
        }
        match self.content.diff_since(state_vector) {
            Ok(update) => {
                let is_stored = self.log.is_all_stored();
                self.replicas.say(&Said::Answer { to: from, is_stored, update: update.into() });
                // It may have what is missing here.
                self.ask_replicas(Some(from));
            }
            Err(refusal) => {
                tracing::warn!(document.id = self.document.as_str(), replica.id = %from, %refusal, "a question of a replica");
            }
        }
    }

    fn compare_digest(&mut self, from: ReplicaId, digest: [u8; 32]) {
        if !self.replicas.is_quiet(Instant::now()) {
            return;
        }
        if digest == self.digest() {
            self.agrees(from);
            return;
        }
        if let Some(peer) = self.replicas.peers.get_mut(&from) {
            peer.differs_since.get_or_insert_with(Instant::now);
        }
        self.ask_replicas(Some(from));
    }

    fn agrees(&mut self, with: ReplicaId) {
        if let Some(peer) = self.replicas.peers.get_mut(&with) {
            peer.differs_since = None;
        }
    }

    /// What time does: a digest is told, a question that came too early is asked, the dead are noticed.
    pub(super) fn tick_replicas(&mut self) {
        let now = Instant::now();
        if self.replicas.line.has_peers() {
            if self.replicas.ask_again {
                self.ask_replicas(None);
            }
            let jitter = self.replicas.digest.map_or(0, |digest| u32::from(digest[0])) * (DIGEST_INTERVAL / 512);
            let has_changed = self.replicas.changed_at.is_some();
            if has_changed && self.replicas.is_quiet(now) || now >= self.replicas.told_at + DIGEST_INTERVAL + jitter {
                let digest = self.digest();
                self.replicas.say(&Said::Digest(digest));
                self.tell_replicas_all_who_are_here();
                (self.replicas.changed_at, self.replicas.told_at) = (None, now);
            }
        }
        if !self.keeping.is_alone() && now >= self.replicas.read_at + READ_INTERVAL {
            // A replica that nobody hears writes all the same, and may be gone before it is heard again.
            self.replicas.read_at = now;
            self.read_store();
        }
        self.bury_the_dead(now);
        let since = self.replicas.peers.values().filter_map(|peer| peer.differs_since).min();
        self.count_divergence(since.is_some_and(|since| now > since + DIVERGED_AFTER));
        if self.replicas.compare_after.is_some_and(|due| now >= due) && self.log.trouble().is_none() {
            self.compare_with_store();
        }
    }

    /// Forgets replicas that were not heard any more, and who was on them.
    fn bury_the_dead(&mut self, now: Instant) {
        let fanout = &self.hub.services.fanout;
        let dead: Vec<ReplicaId> = self.replicas.peers.keys().filter(|id| !fanout.is_alive(**id)).copied().collect();
        for id in dead {
            tracing::info!(document.id = self.document.as_str(), replica.id = %id, "a replica is gone");
            self.replicas.peers.remove(&id);
            if self.presence.lose_replica(id, now) {
                self.plan_presence();
            }
            // Not all rooms at once.
            self.replicas.compare_after = Some(now + Duration::from_millis(u64::from(self.digest()[1]) * 4));
        }
    }

    pub(super) fn count_divergence(&mut self, is_divergent: bool) {
        if is_divergent != self.replicas.is_divergent {
            self.replicas.is_divergent = is_divergent;
            let gauge = &self.hub.services.metrics.divergent_documents;
            if is_divergent { gauge.inc() } else { gauge.dec() }
        }
    }
}
