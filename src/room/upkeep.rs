//! What time does to a room: quiet connections are kept alive, dead ones are noticed, whoever lingers leaves, the log
//! is compacted, and a room that nobody uses is given up.

use std::time::Duration;

use bytes::Bytes;
use client_protocol::close_code::CloseCode;
use client_protocol::frame::{KEEP_ALIVE, ServerMessage};
use client_protocol::limits::KEEP_ALIVE_INTERVAL;
use client_protocol::websocket;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::hub::{Inner, RESIDENT_FACTOR, ROOM_BYTES};
use super::room::{Life, Room};
use super::session::{Dialect, SessionKey};
use crate::document::Content;
use crate::store::{Snapshot, Stored};

/// How often a room looks after itself.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// A connection from which nothing was heard for so many ticks is dead; it was pinged several times meanwhile.
const SILENT_TICKS_MAX: u32 = 75;

/// A peer that was not heard for so many ticks is pinged with each keep-alive.
const PING_AFTER_TICKS: u32 = 25;

/// A socket with bytes waiting that takes none for this long is closed. Slow is fine; this is nothing at all.
const STALL_TICKS_MAX: u32 = 60;

/// How long a room stays when everybody has left: a reload of the page should find it.
const IDLE_MAX: Duration = Duration::from_secs(60);

/// Least bytes of log since the snapshot at which the log is compacted, and the share of the snapshot that it must reach: to
/// write a large document anew for every megabyte would fill disks.
const COMPACT_BYTES: u64 = 1024 * 1024;
const COMPACT_SHARE: u64 = 2;

/// What an update weighs beside its bytes: loading 1,000 of them costs 14 ms.
const UPDATE_BYTES: u64 = 2 * 1024;

/// How long a room that ends waits for its last updates to be stored.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(10);

/// Time between two clients that come back from a drain, so that the other replicas can take them: 500 a second, a tenth of
/// what one core admits. All of them come back within these bounds.
const DRAIN_MS_PER_CLIENT: u64 = 2;
const DRAIN_MS_MIN: u64 = 500;
const DRAIN_MS_MAX: u64 = 8_000;

/// What a closed client is told.
const RESTARTS: &str = "The server restarts.";

/// What the room keeps count of between ticks.
pub(super) struct Upkeep {
    empty_since: Instant,
    resident_bytes: u64,
    snapshot_bytes: u64,
    /// Updates and bytes in the log behind the newest snapshot.
    tail_updates: u64,
    tail_bytes: u64,
    /// Gives the snapshot's size, if it was stored.
    compaction: Option<JoinHandle<Option<u64>>>,
    /// What the tail held when the running compaction began.
    compacting: (u64, u64),
}

impl Upkeep {
    pub(super) fn new(hub: &Inner, stored: &Stored) -> Self {
        let tail_bytes: usize = stored.log.iter().map(|logged| logged.update.len()).sum();
        let bytes: usize = stored.parts().map(<[u8]>::len).sum();
        let resident_bytes = ROOM_BYTES + bytes as u64 * RESIDENT_FACTOR;
        hub.resize(0, resident_bytes);
        Self {
            empty_since: Instant::now(),
            resident_bytes,
            snapshot_bytes: stored.snapshot.as_ref().map_or(0, |snapshot| snapshot.bytes.len() as u64),
            tail_updates: stored.log.len() as u64,
            tail_bytes: tail_bytes as u64,
            compaction: None,
            compacting: (0, 0),
        }
    }

    /// Somebody left: if it was the last, the room is empty from now on.
    pub(super) fn left(&mut self) {
        self.empty_since = Instant::now();
    }

    /// The document took in a turn.
    pub(super) fn grew(&mut self, hub: &Inner, updates: u64, bytes: u64) {
        let resident_bytes = self.resident_bytes + bytes * RESIDENT_FACTOR;
        hub.resize(self.resident_bytes, resident_bytes);
        self.resident_bytes = resident_bytes;
        self.tail_updates += updates;
        self.tail_bytes += bytes;
    }

    /// The document's size is known again: much of what came in has overwritten something.
    fn shrank(&mut self, hub: &Inner, snapshot_bytes: u64) {
        let resident_bytes = ROOM_BYTES + (snapshot_bytes + self.tail_bytes) * RESIDENT_FACTOR;
        hub.resize(self.resident_bytes, resident_bytes);
        self.resident_bytes = resident_bytes;
        self.snapshot_bytes = snapshot_bytes;
    }

    fn compaction_is_due(&self, is_idle: bool) -> bool {
        let tail_bytes = self.tail_bytes + self.tail_updates * UPDATE_BYTES;
        // An empty room is compacted whatever its log holds: it opens faster the next time, and has a version to go back to.
        let most = if is_idle { 0 } else { COMPACT_BYTES.max(self.snapshot_bytes / COMPACT_SHARE) };
        self.compaction.is_none() && tail_bytes > most
    }
}

impl Room {
    /// What is done once a [`TICK`].
    pub(super) async fn tick(&mut self) -> Life {
        if self.presence.expire(Instant::now()) {
            self.plan_presence();
        }
        self.log.retry();
        if self.log.has_room() {
            self.ask_all_who_are_due();
        }
        self.check_members();
        self.refuse_stale_commands();
        self.tick_replicas();
        self.tick_keeping();
        self.compact().await;
        self.tell_lists().await;
        // What was refused on the way is owed an answer.
        self.finish_turn(Instant::now());
        self.give_up_when_idle()
    }

    fn check_members(&mut self) {
        let keep_alive_ticks = u32::try_from(KEEP_ALIVE_INTERVAL.as_secs() / TICK.as_secs()).unwrap_or(1);
        let mut dead = Vec::new();
        let mut base: Option<Bytes> = None;
        for (session, member) in &mut self.members {
            let (taken, is_waiting) = member.outbox.progress();
            let stalled_ticks = if is_waiting && taken == member.stalled.0 { member.stalled.1 + 1 } else { 0 };
            member.stalled = (taken, stalled_ticks);
            member.silent_ticks = if member.outbox.was_heard() { 0 } else { member.silent_ticks + 1 };
            if stalled_ticks > STALL_TICKS_MAX || member.silent_ticks > SILENT_TICKS_MAX {
                dead.push(*session);
                continue;
            }
            if member.outbox.is_in_step() {
                member.unheard.clear();
            }
            if member.outbox.is_in_step() && member.base.is_some() {
                // It has everything up to now: should it fall behind, the diff starts here.
                member.base = Some(base.get_or_insert_with(|| self.content.state_vector().into()).clone());
            }
            member.quiet_ticks += 1;
            if member.quiet_ticks >= keep_alive_ticks {
                member.quiet_ticks = 0;
                let mut frame = Vec::new();
                websocket::write_binary(&mut frame, |out| out.extend_from_slice(&KEEP_ALIVE));
                if member.silent_ticks > PING_AFTER_TICKS {
                    websocket::write_ping(&mut frame);
                }
                member.outbox.push(&frame.into());
            }
        }
        self.drop_dead(dead);
    }

    fn drop_dead(&mut self, dead: Vec<SessionKey>) {
        for session in dead {
            tracing::info!(document.id = self.document.as_str(), session.id = %session, "a connection took or said nothing");
            self.hub.services.metrics.slow_consumers.get("closed").inc();
            if let Some(member) = self.members.remove(&session) {
                member.outbox.close(CloseCode::TryAgainLater, "The connection stood still.");
            }
            self.presence.leave(session, false, Instant::now());
            self.upkeep.left();
        }
    }

    /// Replaces the log by a snapshot when it has grown long. The snapshot counts only after it has been decoded to the
    /// same digest, off the async workers.
    async fn compact(&mut self) {
        if self.upkeep.compaction.as_ref().is_some_and(JoinHandle::is_finished) {
            self.finish_compaction().await;
        }
        // A snapshot holds no more than the rows: whoever has read them all would not hear of the rest.
        if !self.upkeep.compaction_is_due(self.members.is_empty()) || !self.log.is_all_stored() {
            return;
        }
        if !self.keeping.is_mine() {
            // One replica is enough.
            if !self.replicas.comes_after_another(self.hub.services.replica()) {
                self.seek_keeping();
            }
            return;
        }
        if !self.log.has_seen_all() {
            self.read_store();
            return;
        }
        let bytes = self.content.encode_state();
        let digest = self.content.digest();
        let (hub, document, position) = (self.hub.clone(), self.document.clone(), self.log.seen());
        self.upkeep.compacting = (self.upkeep.tail_updates, self.upkeep.tail_bytes);
        self.upkeep.compaction = Some(hub.services.tasks.clone().spawn(async move {
            let verified = hub.services.decoder.run(move || (Content::verify_snapshot(&bytes), bytes)).await;
            let Ok((Ok(decoded), bytes)) = verified else {
                tracing::error!(document.id = document.as_str(), "a snapshot does not decode; the log stays");
                return None;
            };
            if decoded != digest {
                tracing::error!(
                    document.id = document.as_str(),
                    "a snapshot decodes to another document; the log stays"
                );
                return None;
            }
            let size = bytes.len() as u64;
            let snapshot = Snapshot { bytes: bytes.into(), digest: *digest.as_bytes(), position };
            match hub.services.store.compact(&document, &snapshot, hub.services.clock.now_ms()).await {
                Ok(()) => Some(size),
                Err(error) => {
                    tracing::warn!(document.id = document.as_str(), %error, "the log could not be compacted");
                    None
                }
            }
        }));
    }

    async fn finish_compaction(&mut self) {
        let Some(compaction) = self.upkeep.compaction.take() else { return };
        let (updates, bytes) = self.upkeep.compacting;
        // After a failure the log has to grow again before the next try.
        self.upkeep.tail_updates = self.upkeep.tail_updates.saturating_sub(updates);
        self.upkeep.tail_bytes = self.upkeep.tail_bytes.saturating_sub(bytes);
        if let Ok(Some(size)) = compaction.await {
            self.hub.services.metrics.compactions.inc();
            self.upkeep.shrank(&self.hub, size);
        }
    }

    /// Gives the room up when it is empty, stored and compacted, and has been so for a while or memory is short.
    fn give_up_when_idle(&mut self) -> Life {
        let is_idle = self.members.is_empty()
            && self.log.is_settled()
            && self.upkeep.compaction.is_none()
            && self.waiting.is_empty()
            && self.replicas.is_settled()
            && self.listing.is_told();
        let is_due = self.upkeep.empty_since.elapsed() > IDLE_MAX || self.hub.is_over_budget();
        if is_idle && is_due && self.hub.give_up(&self.document) {
            self.hub.services.metrics.room_evictions.inc();
            return Life::Ends;
        }
        Life::Goes
    }

    /// Closes our own clients, which know when to come back, and then stock clients, which come back at once, one by one.
    async fn close_one_by_one(&mut self, window_ms: u64) {
        let started = Instant::now();
        let mut stock = Vec::new();
        for (session, member) in &self.members {
            match member.dialect {
                Dialect::Calit => member.outbox.close(CloseCode::ServiceRestart, RESTARTS),
                Dialect::Stock => stock.push((session.spread_over(window_ms), *session)),
            }
        }
        stock.sort_unstable();
        for (after_ms, session) in stock {
            sleep_until(started + Duration::from_millis(after_ms)).await;
            if let Some(member) = self.members.remove(&session) {
                member.outbox.close(CloseCode::ServiceRestart, RESTARTS);
            }
        }
    }

    /// The room's last act: members are told where to go, and what is not stored yet is waited for.
    pub(super) async fn end(mut self) {
        self.finish_turn(Instant::now());
        let is_draining = self.hub.services.drain.is_cancelled();
        let clients = u64::try_from(self.hub.services.metrics.connections.get()).unwrap_or_default();
        let window_ms = (clients * DRAIN_MS_PER_CLIENT).clamp(DRAIN_MS_MIN, DRAIN_MS_MAX);
        for (session, member) in self.members.iter().filter(|_| is_draining) {
            member.notify(&ServerMessage::Drain { delay_ms: session.spread_over(window_ms) });
        }
        let flushed = tokio::time::timeout(FLUSH_TIMEOUT, async {
            while !self.log.is_settled() {
                let committed = self.log.committed().await;
                self.committed(committed);
            }
        });
        if flushed.await.is_err() {
            tracing::error!(document.id = self.document.as_str(), "updates could not be stored before the room ended");
        }
        if is_draining {
            self.close_one_by_one(window_ms).await;
        }
        self.close_all(CloseCode::ServiceRestart, RESTARTS);
        if let Some(compaction) = self.upkeep.compaction.take() {
            // A failure was logged by the compaction itself.
            let _ = compaction.await;
        }
        self.finish_telling().await;
        self.tell_lists().await;
        self.finish_telling().await;
        self.stop_keeping().await;
        self.count_divergence(false);
        // Only now: until everything is stored, nobody may load the document anew.
        self.inbox.close();
        self.hub.forget_ended(&self.document);
        self.hub.resize(self.upkeep.resident_bytes, 0);
        self.hub.services.metrics.rooms.get(self.document.kind().name()).dec();
    }
}
