//! Sending: the turn's frames to everybody, acknowledgements to authors, presence on its tick, diffs to who is behind.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use client_protocol::close_code::CloseCode;
use client_protocol::frame::ServerMessage;
use tokio::time::Instant;

use super::log::{Committed, Owed};
use super::outbox::Pushed;
use super::room::{Life, Room};
use super::session::{Answer, Dialect, Member, Resync, SessionKey};
use super::sync::framed;

/// How long presence gathers before it is sent: two frames of a 60 Hz screen.
const PRESENCE_TICK: Duration = Duration::from_millis(33);

/// The tick in a room so large that this is longer, for each member: eight times what a send costs, so that presence
/// takes an eighth of a core however many there are. The tick grows from 600 members on; at 1,500 it is 84 ms.
const PRESENCE_TICK_PER_MEMBER: Duration = Duration::from_micros(56);

impl Member {
    /// Sends one message now, or queues it.
    pub(super) fn send(&self, message: &ServerMessage<'_>) {
        self.outbox.push(&framed(message));
    }

    /// Sends a message that only our own clients understand; stock clients do not get it.
    pub(super) fn notify(&self, message: &ServerMessage<'_>) {
        if self.dialect == Dialect::Calit {
            self.send(message);
        }
    }

    /// Sends the outcome of a command. Should the member fall behind before its socket has taken it, it is sent again.
    fn tell(&mut self, outcome: Bytes) {
        self.push(&outcome);
        self.unheard.push(outcome);
    }

    /// Sends what brings the member in step; all of it leaves, so the next diff can start there.
    pub(super) fn push_answer(&mut self, answer: Answer) {
        self.quiet_ticks = 0;
        self.base = Some(answer.state_vector);
        self.outbox.push_answer(&answer.frames);
    }

    /// Sends frames that are shared with others.
    pub(super) fn push(&mut self, frames: &Bytes) -> Pushed {
        self.quiet_ticks = 0;
        self.outbox.push(frames)
    }
}

impl Room {
    /// Notes that a session is owed an acknowledgement for all it has sent so far, once the log holds it.
    pub(super) fn owe(&mut self, session: SessionKey) {
        let Some(member) = self.members.get(&session) else { return };
        if member.resync == Resync::InStep {
            self.log.owe(Owed::Ack { session, frames: member.frames });
        }
    }

    /// Hands the turn's updates to the log and to every member but their authors.
    pub(super) fn finish_turn(&mut self, started: Instant) {
        self.log.store_passed_on(self.turn.has_ours(), self.hub.services.clock.now_ms());
        let is_empty = self.turn.is_empty();
        if !is_empty {
            let mut frames = self.turn.take();
            self.echo_after_commit(&frames);
            let updates = frames.parts.len() as u64;
            let shared = self.to_share(&frames.parts);
            self.log.append(&mut frames.parts, self.hub.services.clock.now_ms());
            self.tell_replicas(shared);
            self.upkeep.grew(&self.hub, updates, frames.all.len() as u64);
            self.broadcast(|session| frames.for_member(session), updates);
            self.hub.services.metrics.fanout_duration.observe(started.elapsed().as_secs_f64());
        }
        // Frames that changed nothing are owed an answer too; it may be due at once.
        let due = self.log.due();
        self.settle(due);
    }

    /// A stock client learns that its update is durable by getting it back.
    fn echo_after_commit(&mut self, frames: &super::turn::Frames) {
        for (session, frame) in frames.echoes() {
            if self.members.get(&session).is_some_and(|member| member.dialect == Dialect::Stock) {
                self.log.owe(Owed::Echo { session, frame });
            }
        }
    }

    fn broadcast(&mut self, frames_for: impl Fn(SessionKey) -> Bytes, updates: u64) {
        let metrics = &self.hub.services.metrics;
        let (mut deliveries, mut bytes) = (0, 0);
        for (session, member) in &mut self.members {
            // Who has not asked yet gets all of it with the answer; before it, an update would wait there for what it rests on,
            // for ever if this replica dies.
            if member.base.is_none() {
                continue;
            }
            let frames = frames_for(*session);
            if frames.is_empty() {
                continue;
            }
            match member.push(&frames) {
                Pushed::Written | Pushed::Queued => {
                    deliveries += updates;
                    bytes += frames.len() as u64;
                }
                Pushed::Behind => metrics.updates_collapsed.inc_by(updates),
                Pushed::Closed => {}
            }
        }
        metrics.messages_out.inc_by(deliveries);
        metrics.bytes_out.inc_by(bytes);
    }

    /// The log has committed something, or its health has changed.
    pub(super) fn committed(&mut self, committed: Committed) -> Life {
        match committed {
            Committed::Durable { due, took } => {
                self.hub.services.metrics.ack_duration.observe(took.as_secs_f64());
                self.settle(due);
                self.tell_replicas_what_is_stored();
            }
            Committed::Trouble(reason) => self.notify(&ServerMessage::Storage { ok: false, reason: &reason }),
            Committed::Recovered => {
                self.notify(&ServerMessage::Storage { ok: true, reason: "" });
                if self.log.has_room() {
                    self.ask_all_who_are_due();
                }
            }
            Committed::Lost => {
                self.close_all(CloseCode::InternalError, "The document is gone from the store.");
                return Life::Ends;
            }
        }
        Life::Goes
    }

    /// Pays what is due: one cumulative acknowledgement for each of our clients, echoes for stock clients, answers.
    fn settle(&mut self, due: Vec<Owed>) {
        let mut acks = BTreeMap::new();
        for owed in due {
            match owed {
                Owed::Ack { session, frames } => drop(acks.insert(session, frames)),
                Owed::Echo { session, frame } => {
                    if let Some(member) = self.members.get_mut(&session) {
                        member.push(&frame);
                    }
                }
                Owed::Outcome { session, frame } => {
                    if let Some(member) = self.members.get_mut(&session) {
                        member.tell(frame);
                    }
                }
                Owed::Reply(reply) => reply(),
            }
        }
        let position = self.log.position().get();
        for (session, frames) in acks {
            let Some(member) = self.members.get_mut(&session) else { continue };
            member.acked = frames;
            member.notify(&ServerMessage::Ack { frames, position });
        }
    }

    fn notify(&self, message: &ServerMessage<'_>) {
        self.members.values().for_each(|member| member.notify(message));
    }

    /// A member's socket has drained after it fell behind: one diff brings it in step.
    pub(super) fn catch_up(&mut self, session: SessionKey) {
        let position = self.log.position().get();
        let Some(member) = self.members.get_mut(&session) else { return };
        let mut frames = Vec::new();
        if let Some(base) = &member.base {
            match self.content.diff_since(base) {
                Ok(diff) => {
                    frames.extend_from_slice(&framed(&ServerMessage::SyncStep2(&diff)));
                    member.base = Some(self.content.state_vector().into());
                }
                Err(refusal) => {
                    let reason = refusal.to_string();
                    self.refuse(session, CloseCode::PolicyViolation, &reason);
                    return;
                }
            }
        }
        if member.dialect == Dialect::Calit && member.acked > 0 {
            frames.extend_from_slice(&framed(&ServerMessage::Ack { frames: member.acked, position }));
        }
        if member.dialect == Dialect::Calit
            && let Some(reason) = self.log.trouble()
        {
            frames.extend_from_slice(&framed(&ServerMessage::Storage { ok: false, reason }));
        }
        if member.resync == Resync::Asked {
            frames.extend_from_slice(&framed(&ServerMessage::SyncStep1(&self.content.state_vector())));
        }
        member.unheard.iter().for_each(|outcome| frames.extend_from_slice(outcome));
        if let Some(everybody) = self.presence.everybody() {
            frames.extend_from_slice(&framed(&ServerMessage::Awareness(&everybody)));
        }
        self.hub.services.metrics.slow_consumers.get("collapsed").inc();
        member.outbox.push_answer(&Bytes::from(frames));
    }

    /// Presence has changed: it is sent within a tick.
    pub(super) fn plan_presence(&mut self) {
        if self.presence_due.is_none() {
            let members = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
            self.presence_due =
                Some(Instant::now() + PRESENCE_TICK.max(PRESENCE_TICK_PER_MEMBER.saturating_mul(members)));
        }
    }

    /// Sends everybody's latest presence to all, its authors included: stock clients live by that.
    pub(super) fn send_presence(&mut self) -> Life {
        self.presence_due = None;
        self.tell_replicas_who_is_here();
        if let Some(update) = self.presence.take_changes() {
            let frame = framed(&ServerMessage::Awareness(&update));
            for member in self.members.values_mut() {
                member.push(&frame);
            }
        }
        Life::Goes
    }

    /// Closes every connection of the room.
    pub(super) fn close_all(&mut self, code: CloseCode, reason: &str) {
        for member in self.members.values() {
            member.outbox.close(code, reason);
        }
        self.members.clear();
    }
}
