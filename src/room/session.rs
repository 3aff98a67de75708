//! A session: one member of one room, as the room sees it.
//!
//! Holds who the member is, its outbox, and what it is owed: an acknowledgement, an echo, a diff. Everything here is
//! touched by the room's task only, but for the outbox, which the connection drains.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use client_protocol::frame::Role;

use super::outbox::Outbox;
use crate::access::UserId;
use crate::document::Content;

/// Names a session within this replica's lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey(pub(super) u64);

impl SessionKey {
    /// A number from 0 to `max` that differs from session to session.
    pub(super) fn spread_over(self, max: u64) -> u64 {
        // Steps by the golden ratio of 2^64 spread consecutive keys evenly.
        ((self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) * (max + 1)) >> 32
    }
}

impl fmt::Display for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ses_{}", self.0)
    }
}

/// Which messages a client understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Plain y-websocket: the echo of an update tells its author that it is durable.
    Stock,
    /// Our subprotocol: acknowledgements and notices instead of echoes.
    Calit,
}

/// What a connection brings when it joins.
pub struct Newcomer {
    /// Where frames for this member go.
    pub outbox: Arc<Outbox>,
    /// What it understands.
    pub dialect: Dialect,
    /// What it may do.
    pub role: Role,
    /// Who it is; `None` without a sign-in.
    pub user: Option<UserId>,
}

/// The author that the log names when nobody is signed in.
pub(super) const NOBODY: &str = "anonymous";

/// One member of the room.
pub(super) struct Member {
    pub(super) outbox: Arc<Outbox>,
    pub(super) dialect: Dialect,
    pub(super) role: Role,
    pub(super) user: Option<UserId>,
    /// What the log calls it.
    pub(super) author: Arc<str>,
    /// Sync frames (step 2 or update) received on this connection.
    pub(super) frames: u64,
    /// How many of them have been acknowledged.
    pub(super) acked: u64,
    /// A frame was set aside (a gap, or the store is full): nothing is acknowledged until a step 2 brings the rest.
    pub(super) resync: Resync,
    /// Outcomes that its socket may not have taken yet; no more than the commands it sent, which the rate bounds.
    pub(super) unheard: Vec<Bytes>,
    /// A state vector that this member has, or has when it has taken what waits; the base of its diff when it falls behind.
    /// `None`: nothing sent yet.
    pub(super) base: Option<Bytes>,
    /// Room ticks since a data frame was last sent.
    pub(super) quiet_ticks: u32,
    /// Room ticks since anything was heard from the peer.
    pub(super) silent_ticks: u32,
    /// The socket's progress at the last tick, and for how many ticks it has stood still with bytes waiting.
    pub(super) stalled: (u64, u32),
}

/// What brings a member in step.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) frames: Bytes,
    /// What the member has when it has read them.
    pub(super) state_vector: Bytes,
}

impl Answer {
    pub(super) fn new(frames: impl Into<Bytes>, content: &Content) -> Self {
        Self { frames: frames.into(), state_vector: content.state_vector().into() }
    }
}

/// What the log calls somebody.
pub(super) fn author_of(user: Option<&UserId>) -> Arc<str> {
    Arc::from(user.map_or(NOBODY, UserId::as_str))
}

/// Whether the server waits for the member to send again what it set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resync {
    /// Everything received was applied.
    InStep,
    /// A step 1 has been sent: the next step 2 puts it right.
    Asked,
    /// To be asked as soon as the room accepts edits again.
    Due,
}

impl Member {
    pub(super) fn new(newcomer: Newcomer) -> Self {
        let Newcomer { outbox, dialect, role, user } = newcomer;
        let resync = Resync::InStep;
        let author = author_of(user.as_ref());
        Self {
            outbox,
            dialect,
            role,
            user,
            author,
            frames: 0,
            acked: 0,
            resync,
            unheard: Vec::new(),
            base: None,
            quiet_ticks: 0,
            silent_ticks: 0,
            stalled: (0, 0),
        }
    }
}
