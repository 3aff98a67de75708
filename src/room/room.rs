//! A room: the one task on this replica that owns a document.
//!
//! Promises: updates are applied in arrival order, each checked by the gate first; every accepted update is in the log
//! before it is acknowledged; one member's bytes can neither stop the room nor reach the others unchecked; what breaks
//! inside the CRDT costs its sender the connection, and the document is loaded again from the log.
//! Knows nothing of sockets or databases: it speaks to members through outboxes and to the store through the log writer.
//! Start with [`Room::run`]. `sync.rs` takes in updates, `delivery.rs` sends, `upkeep.rs` is what time does.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use client_protocol::close_code::CloseCode;
use client_protocol::frame::{ClientMessage, ClientMessages, Role, ServerMessage};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::call::Call;
use super::command::{Outcomes, Waiting};
use super::errand::{Errand, Errands};
use super::history::{History, Repair, SERVER};
use super::hub::Inner;
use super::listing::Listing;
use super::log::RoomLog;
use super::presence::Presence;
use super::replicas::Replicas;
use super::replicas::keeping::Keeping;
use super::session::{Answer, Member, Newcomer, SessionKey};
use super::turn::{Part, PartSource, Turn};
use super::upkeep::{self, Upkeep};
use crate::document::{Content, DocumentId, EMPTY_UPDATE, gate};
use crate::fanout::Line;
use crate::store::Stored;

/// Most events of one turn; what waits beyond them is the next turn's.
const EVENTS_PER_TURN: usize = 256;

/// What the room hears from connections.
pub(super) enum Event {
    Join { session: SessionKey, newcomer: Newcomer, reply: oneshot::Sender<()> },
    Messages { session: SessionKey, messages: ClientMessages },
    Drained { session: SessionKey },
    Leave { session: SessionKey, clean: bool },
    Call(Call),
}

/// Whether the room goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    Goes,
    Ends,
}

/// A live document and the people in it.
pub(super) struct Room {
    pub(super) hub: Arc<Inner>,
    pub(super) document: DocumentId,
    pub(super) content: Content,
    /// Of a board.
    pub(super) history: Option<History>,
    pub(super) members: BTreeMap<SessionKey, Member>,
    pub(super) presence: Presence,
    /// When presence that changed is sent; many changes leave as one frame.
    pub(super) presence_due: Option<Instant>,
    pub(super) turn: Turn,
    pub(super) log: RoomLog,
    pub(super) outcomes: Outcomes,
    /// Commands that are not decided yet, in order.
    pub(super) waiting: VecDeque<Waiting>,
    pub(super) keeping: Keeping,
    pub(super) replicas: Replicas,
    pub(super) errands: Errands,
    /// The whole document as a framed step 2, until the next change: a crowd that joins costs one encoding.
    pub(super) first_sync: Option<Answer>,
    pub(super) upkeep: Upkeep,
    pub(super) listing: Listing,
    pub(super) inbox: mpsc::Receiver<Event>,
}

impl Room {
    pub(super) fn new(
        hub: Arc<Inner>,
        document: DocumentId,
        (content, history): (Content, Option<History>),
        stored: &Stored,
        line: Line,
        inbox: mpsc::Receiver<Event>,
    ) -> Self {
        let log = RoomLog::new(document.clone(), stored, &hub.services);
        let upkeep = Upkeep::new(&hub, stored);
        let listing = Listing::of(&content);
        let keeping = Keeping::new(hub.services.is_alone);
        hub.services.metrics.rooms.get(document.kind().name()).inc();
        Self {
            hub,
            document,
            content,
            history,
            members: BTreeMap::new(),
            presence: Presence::default(),
            presence_due: None,
            turn: Turn::default(),
            log,
            outcomes: Outcomes::default(),
            waiting: VecDeque::new(),
            keeping,
            replicas: Replicas::new(line),
            errands: Errands::default(),
            first_sync: None,
            upkeep,
            listing,
            inbox,
        }
    }

    /// Serves the room until it is given up or the server drains.
    pub(super) async fn run(mut self) {
        let drain = self.hub.services.drain.clone();
        self.begin().await;
        let mut tick = interval(upkeep::TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut events = Vec::new();
        let mut life = Life::Goes;
        while life == Life::Goes {
            let presence_due = self.presence_due.unwrap_or_else(Instant::now);
            let (keeping_due, needs_keeping) = (self.keeping.next_try(), self.needs_keeping());
            life = tokio::select! {
                biased;
                () = drain.cancelled() => break,
                committed = self.log.committed() => self.committed(committed),
                errand = self.errands.done() => self.take_errand(errand).await,
                heard = self.replicas.hear() => self.hear(heard).await,
                count = self.inbox.recv_many(&mut events, EVENTS_PER_TURN) => self.turn(&mut events, count).await,
                () = sleep_until(keeping_due), if needs_keeping => self.seek(),
                () = sleep_until(presence_due), if self.presence_due.is_some() => self.send_presence(),
                _ = tick.tick() => self.tick().await,
            };
        }
        self.end().await;
    }

    /// Puts right what the board was loaded with, and asks the other replicas for what is not stored yet.
    async fn begin(&mut self) {
        self.keep().await;
        self.ask_replicas(None);
        self.finish_turn(Instant::now());
    }

    fn seek(&mut self) -> Life {
        self.seek_keeping();
        Life::Goes
    }

    /// Takes in what the store has answered.
    async fn take_errand(&mut self, errand: Errand) -> Life {
        let started = Instant::now();
        let mut life = match errand {
            Errand::Kept(kept) => self.kept(kept).await,
            Errand::Learned(learned) => self.learned(learned).await,
            Errand::LookedUp { key, found } => self.looked_up(&key, found).await,
            Errand::Read(read) => self.took_in(read).await,
            Errand::Released => {
                self.released();
                Life::Goes
            }
        };
        if life == Life::Goes {
            life = self.keep().await;
        }
        self.finish_turn(started);
        life
    }

    /// One turn: everything that has arrived, then one write for each member.
    async fn turn(&mut self, events: &mut Vec<Event>, count: usize) -> Life {
        if count == 0 {
            return Life::Ends;
        }
        let started = Instant::now();
        for event in events.drain(..) {
            if self.take(event).await == Life::Ends {
                return Life::Ends;
            }
        }
        let life = self.keep().await;
        self.finish_turn(started);
        life
    }

    async fn take(&mut self, event: Event) -> Life {
        match event {
            Event::Join { session, newcomer, reply } => {
                self.join(session, newcomer);
                // A connection that is gone already will say so by leaving.
                let _ = reply.send(());
            }
            Event::Messages { session, messages } => return self.messages(session, messages).await,
            Event::Drained { session } => self.catch_up(session),
            Event::Leave { session, clean } => self.leave(session, clean),
            Event::Call(call) => return self.call(call).await,
        }
        Life::Goes
    }

    fn join(&mut self, session: SessionKey, newcomer: Newcomer) {
        // What the turn has gathered so far is part of the state that the newcomer will ask for.
        let member = Member::new(newcomer);
        let name = session.to_string();
        member.notify(&ServerMessage::Welcome { role: member.role, session: &name });
        if let Some(reason) = self.log.trouble() {
            member.notify(&ServerMessage::Storage { ok: false, reason });
        }
        member.send(&ServerMessage::SyncStep1(&self.content.state_vector()));
        if let Some(everybody) = self.presence.everybody() {
            member.send(&ServerMessage::Awareness(&everybody));
        }
        self.members.insert(session, member);
        self.hub.services.metrics.room_peers.observe(self.members.len() as f64);
    }

    fn leave(&mut self, session: SessionKey, clean: bool) {
        self.members.remove(&session);
        self.presence.leave(session, clean, Instant::now());
        if clean && self.presence.expire(Instant::now()) {
            self.plan_presence();
        }
        self.upkeep.left();
    }

    async fn messages(&mut self, session: SessionKey, messages: ClientMessages) -> Life {
        for message in messages {
            if !self.members.contains_key(&session) {
                break;
            }
            let life = match message {
                ClientMessage::SyncStep1(state_vector) => self.answer(session, state_vector),
                ClientMessage::SyncStep2(update) => self.step_2(session, update).await,
                ClientMessage::Update(update) => self.update(session, update).await,
                ClientMessage::Awareness(update) => self.announce(session, &update),
                ClientMessage::QueryAwareness => self.tell_everybody(session),
                ClientMessage::Command { key, json } => self.command(session, key.as_str(), json.as_str()).await,
            };
            if life == Life::Ends {
                return Life::Ends;
            }
        }
        Life::Goes
    }

    fn announce(&mut self, session: SessionKey, update: &[u8]) -> Life {
        let entries = match gate::check_awareness(update) {
            Ok(entries) => entries,
            Err(refusal) => return self.refuse(session, CloseCode::PolicyViolation, &refusal.to_string()),
        };
        let user = self.members.get(&session).and_then(|member| member.user.clone());
        let is_first = !self.presence.has_changes();
        if self.presence.announce(session, user.as_ref(), &entries, Instant::now()) {
            self.plan_presence();
            if !is_first {
                self.hub.services.metrics.awareness_coalesced.inc();
            }
        }
        Life::Goes
    }

    fn tell_everybody(&mut self, session: SessionKey) -> Life {
        if let (Some(member), Some(everybody)) = (self.members.get_mut(&session), self.presence.everybody()) {
            member.send(&ServerMessage::Awareness(&everybody));
        }
        Life::Goes
    }

    /// The keeper's edit goes to everybody, behind what it puts right; what it tells is stored with the turn.
    pub(super) fn add_repair(&mut self, Repair { update, events }: Repair) {
        if let Some(update) = update {
            self.changed();
            self.turn.add(Part::new(PartSource::Server, Arc::from(SERVER), update, events));
        } else if let Err(events) = self.turn.add_events(events) {
            // Of what another replica has taken in, and stores.
            let mut part = Part::new(PartSource::Server, Arc::from(SERVER), Bytes::from_static(EMPTY_UPDATE), events);
            self.log.append(std::slice::from_mut(&mut part), self.hub.services.clock.now_ms());
        }
    }

    /// Closes one member's connection; the others do not notice.
    pub(super) fn refuse(&mut self, session: SessionKey, code: CloseCode, reason: &str) -> Life {
        if let Some(member) = self.members.get(&session) {
            tracing::info!(document.id = self.document.as_str(), session.id = %session, code = code.number(), reason, "refused");
            member.outbox.close(code, reason);
        }
        self.leave(session, true);
        Life::Goes
    }

    /// Whether a member may change the document; a viewer is told, and its frame does nothing.
    pub(super) fn may_edit(&self, session: SessionKey) -> bool {
        let Some(member) = self.members.get(&session) else { return false };
        if member.role == Role::Viewer {
            let code = u64::from(CloseCode::Forbidden.number());
            member.notify(&ServerMessage::Refused { code, reason: "You may look at this document, not change it." });
        }
        member.role == Role::Editor
    }
}
