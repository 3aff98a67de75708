//! Taking updates in: gate, apply, turn, log; and answering a state vector.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use client_protocol::close_code::CloseCode;
use client_protocol::frame::ServerMessage;
use client_protocol::websocket;
use tokio::time::Instant;

use super::history::{History, Unreadable};
use super::hub::Loaded;
use super::room::{Life, Room};
use super::session::{Answer, Resync, SessionKey};
use super::turn::{Part, PartSource};
use crate::board;
use crate::board::history::Origin;
use crate::document::{Applied, ApplyError, Content, DocumentKind, Refusal, Source, UpdateSummary};
use crate::store::Event;

/// Longest that one update may keep the room, and what each of its bytes adds. Honest ones take microseconds, and 80 ns a
/// byte after a long spell offline; items made up so that each has to be compared with all others take 40 s for 140 KB,
/// and as long at every load.
const APPLY_TIME_MAX: Duration = Duration::from_secs(1);
const APPLY_TIME_PER_BYTE: Duration = Duration::from_micros(1);

/// An update below this size cannot take long by itself: the machine was busy.
const COSTLY_BYTES_MIN: usize = 1024;

/// The state vector of an empty document.
const EMPTY_STATE_VECTOR: &[u8] = &[0];

/// What became of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// It is part of the document now, or was before.
    In,
    /// It did nothing, and is not acknowledged.
    Aside,
    /// It broke the document, which could not be loaded again.
    Last,
}

impl Taken {
    fn life(self) -> Life {
        if self == Taken::Last { Life::Ends } else { Life::Goes }
    }
}

impl Room {
    /// Answers a step 1 with what the client lacks.
    pub(super) fn answer(&mut self, session: SessionKey, state_vector: Bytes) -> Life {
        let started = Instant::now();
        let Some(member) = self.members.get_mut(&session) else { return Life::Goes };
        member.base = Some(state_vector.clone());
        if !member.outbox.is_in_step() {
            // It asks again before it has taken what it was sent: one diff, once its socket has drained.
            member.outbox.require_diff();
            return Life::Goes;
        }
        let answer = if *state_vector == *EMPTY_STATE_VECTOR {
            self.first_sync()
        } else {
            match self.content.diff_since(&state_vector) {
                Ok(diff) => Answer::new(framed(&ServerMessage::SyncStep2(&diff)), &self.content),
                Err(refusal) => return self.refuse(session, CloseCode::PolicyViolation, &refusal.to_string()),
            }
        };
        if let Some(member) = self.members.get_mut(&session) {
            member.push_answer(answer);
        }
        self.hub.services.metrics.sync_duration.observe(started.elapsed().as_secs_f64());
        Life::Goes
    }

    fn first_sync(&mut self) -> Answer {
        let content = &self.content;
        let encode = || Answer::new(framed(&ServerMessage::SyncStep2(&content.encode_state())), content);
        self.first_sync.get_or_insert_with(encode).clone()
    }

    /// What the client had and the server lacked.
    pub(super) async fn step_2(&mut self, session: SessionKey, update: Bytes) -> Life {
        let taken = self.take_in(session, update, Source::Sync).await;
        if let (Taken::In, Some(member)) = (taken, self.members.get_mut(&session)) {
            // Whatever was set aside before is part of what the client has, so it is in this step 2.
            member.resync = Resync::InStep;
            self.owe(session);
        }
        taken.life()
    }

    /// A live edit.
    pub(super) async fn update(&mut self, session: SessionKey, update: Bytes) -> Life {
        let taken = self.take_in(session, update, Source::Live).await;
        if taken == Taken::In {
            self.owe(session);
        }
        taken.life()
    }

    async fn take_in(&mut self, session: SessionKey, update: Bytes, source: Source) -> Taken {
        let has_room = self.log.has_room();
        let may_edit = self.may_edit(session);
        let Some(member) = self.members.get_mut(&session) else { return Taken::Aside };
        member.frames += 1;
        let author = Arc::clone(&member.author);
        if !has_room || !may_edit {
            let reason = if may_edit { "store_full" } else { "viewer" };
            self.hub.services.metrics.updates_refused.get(reason).inc();
            if may_edit {
                member.resync = Resync::Due;
            }
            return Taken::Aside;
        }
        let started = Instant::now();
        let (kind, presence, members) = (self.document.kind(), &self.presence, &self.members);
        let applied = self.content.apply_if(&update, source, |summary, content| {
            allows_roots(summary, kind)?;
            allows_clients(summary, content, |client| presence.is_held_by_another(client, session, members))
        });
        let took = started.elapsed();
        self.hub.services.metrics.apply_duration.observe(took.as_secs_f64());
        if applied.is_ok() && is_too_costly(took, &update) {
            return self.set_aside(session, update, format!("applying it took {took:?}")).await;
        }
        match applied {
            Ok(Applied::Nothing) => Taken::In,
            Ok(Applied::Changed { relay, .. }) => {
                let Ok(events) = self.record(&author, Origin::Member) else {
                    return self.set_aside(session, update, "the board cannot be read with it".into()).await;
                };
                let update = relay.map_or(update, Bytes::from);
                self.turn.add(Part::new(PartSource::Member(session), author, update, events));
                Taken::In
            }
            Err(ApplyError::Gap) => {
                self.ask_again(session, source);
                Taken::Aside
            }
            Err(ApplyError::Refused(refusal)) => {
                self.hub.services.metrics.updates_refused.get("gate").inc();
                self.refuse(session, CloseCode::PolicyViolation, &refusal.to_string());
                Taken::Aside
            }
            Err(ApplyError::Broken(what)) => self.set_aside(session, update, what).await,
        }
    }

    /// Takes the change into the board's history, where there is one, and tells what it did.
    pub(super) fn record(&mut self, author: &str, origin: Origin) -> Result<Vec<Event>, Unreadable> {
        self.changed();
        let Some(history) = &mut self.history else { return Ok(Vec::new()) };
        let started = Instant::now();
        let recorded = history.after(&mut self.content, author, origin, self.hub.services.clock.now_ms());
        self.hub.services.metrics.history_duration.observe(started.elapsed().as_secs_f64());
        recorded
    }

    /// The document is another than it was: what was made of it holds no more.
    pub(super) fn changed(&mut self) {
        self.first_sync = None;
        self.replicas.changed();
    }

    async fn set_aside(&mut self, session: SessionKey, update: Bytes, what: String) -> Taken {
        match self.recover(session, update, what).await {
            Life::Goes => Taken::Aside,
            Life::Ends => Taken::Last,
        }
    }

    /// An update arrived whose predecessors did not: the client is asked for everything the server lacks. One whose
    /// complete answer has gaps as well will never close them.
    fn ask_again(&mut self, session: SessionKey, source: Source) {
        self.hub.services.metrics.updates_refused.get("gap").inc();
        let state_vector = self.content.state_vector();
        let Some(member) = self.members.get_mut(&session) else { return };
        match (member.resync, source) {
            (Resync::Asked, Source::Sync) => {
                self.refuse(session, CloseCode::PolicyViolation, "The update rests on edits that nobody has.");
            }
            (Resync::Asked, Source::Live) => {}
            _ => {
                member.resync = Resync::Asked;
                member.send(&ServerMessage::SyncStep1(&state_vector));
            }
        }
    }

    /// Once edits are accepted again, asks whoever had some set aside.
    pub(super) fn ask_all_who_are_due(&mut self) {
        let mut state_vector = None;
        for member in self.members.values_mut().filter(|member| member.resync == Resync::Due) {
            let state_vector = state_vector.get_or_insert_with(|| self.content.state_vector());
            member.resync = Resync::Asked;
            member.send(&ServerMessage::SyncStep1(state_vector));
        }
    }

    /// The CRDT broke on an update that had passed the gate: the sender goes, the bytes are kept, and the document is
    /// loaded again. What was applied before and is not stored yet is applied again from memory.
    async fn recover(&mut self, session: SessionKey, update: Bytes, what: String) -> Life {
        tracing::error!(document.id = self.document.as_str(), what, "an update broke the document; loading it again");
        let metrics = &self.hub.services.metrics;
        metrics.updates_refused.get("broken").inc();
        self.quarantine(update, what);
        self.refuse(session, CloseCode::PolicyViolation, "The document cannot take this update.");
        let started = Instant::now();
        self.finish_turn(started);
        self.reload().await
    }

    pub(super) fn quarantine(&self, update: Bytes, reason: String) {
        let (hub, document) = (std::sync::Arc::clone(&self.hub), self.document.clone());
        self.hub.services.metrics.quarantined.inc();
        self.hub.services.tasks.spawn(async move {
            let now_ms = hub.services.clock.now_ms();
            if let Err(error) = hub.services.store.quarantine(&document, &update, &reason, now_ms).await {
                tracing::error!(document.id = document.as_str(), %error, "an update could not be quarantined");
            }
        });
    }

    /// Loads the document anew, then applies what the store has not got yet.
    pub(super) async fn reload(&mut self) -> Life {
        let loaded = self.hub.load_content(&self.document).await;
        self.hub.services.metrics.room_loads.get(if loaded.is_ok() { "reloaded" } else { "failed" }).inc();
        let Ok(Loaded { mut content, sprints, .. }) = loaded else {
            self.close_all(CloseCode::InternalError, "The document could not be loaded again.");
            return Life::Ends;
        };
        for update in self.log.not_yet_stored() {
            // An update that the fresh copy refuses is the one that broke the old copy in silence.
            if let Err(error) = content.apply(&update, Source::Sync) {
                tracing::error!(
                    document.id = self.document.as_str(),
                    ?error,
                    "an update does not apply to the reloaded document"
                );
            }
        }
        let before = self.history.take();
        let known = before.as_ref().map_or(&sprints, History::sprints);
        let known = (!self.hub.services.is_alone).then_some(known);
        let newest = before.as_ref().map_or(0, History::newest_event);
        self.history = match self.document.kind() {
            DocumentKind::Board => History::begin(&mut content, self.hub.services.replica(), known, newest),
            _ => None,
        };
        if let (Some(history), Some(before)) = (&mut self.history, before) {
            history.follow(before);
        }
        self.content = content;
        self.changed();
        // What others passed on is in their logs, perhaps not yet in the store.
        self.ask_replicas(None);
        Life::Goes
    }
}

fn is_too_costly(took: Duration, update: &[u8]) -> bool {
    let len = u32::try_from(update.len()).unwrap_or(u32::MAX);
    took > APPLY_TIME_MAX + APPLY_TIME_PER_BYTE * len && update.len() >= COSTLY_BYTES_MIN
}

/// Only the top-level types of the document's kind may be written.
pub(super) fn allows_roots(summary: &UpdateSummary, kind: DocumentKind) -> Result<(), Refusal> {
    match kind {
        DocumentKind::Board if summary.roots().any(|root| !board::ROOTS.contains(&root)) => Err(Refusal::ForeignRoot),
        _ => Ok(()),
    }
}

/// Nobody writes under the client id of somebody else who is here: two different edits with one name would leave the
/// copies different for ever, with nothing to show it.
fn allows_clients(
    summary: &UpdateSummary,
    content: &Content,
    is_held_by_another: impl Fn(u64) -> bool,
) -> Result<(), Refusal> {
    let brings_news = summary.carried().iter().filter(|carried| carried.to > content.clock(carried.client));
    match brings_news.into_iter().any(|carried| is_held_by_another(carried.client)) {
        true => Err(Refusal::ForeignClient),
        false => Ok(()),
    }
}

pub(super) fn framed(message: &ServerMessage<'_>) -> Bytes {
    let mut out = Vec::new();
    websocket::write_binary(&mut out, |out| message.write(out));
    Bytes::from(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_update_that_takes_far_longer_than_its_size_explains_is_too_costly() {
        let cases = [
            ("a keystroke on a busy machine", Duration::from_secs(3), 40, false),
            ("a paste", Duration::from_millis(900), 100_000, false),
            ("made up so that each item is compared with all others", Duration::from_millis(1_600), 28_000, true),
            ("a long spell offline", Duration::from_secs(5), 8_000_000, false),
        ];
        for (what, took, len, is_costly) in cases {
            assert_eq!(is_too_costly(took, &vec![0; len]), is_costly, "{what}");
        }
    }
}
