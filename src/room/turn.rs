//! A turn: what the room took in between two waits, encoded once for everybody.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use client_protocol::frame::ServerMessage;
use client_protocol::websocket;

use super::session::SessionKey;
use crate::store::Event;

/// The updates of one turn, as frames for the members and as bytes for the log.
#[derive(Default)]
pub(super) struct Turn {
    frames: Vec<u8>,
    parts: Vec<Part>,
}

/// One update of the turn.
pub(super) struct Part {
    /// The member that sent it and has it therefore; `None` for what the server wrote.
    pub(super) sender: Option<SessionKey>,
    /// Who made it, as the log says.
    pub(super) author: Arc<str>,
    /// The update, as it goes into the log.
    pub(super) update: Bytes,
    /// What it did, where that is recorded.
    pub(super) events: Vec<Event>,
    span: Range<usize>,
}

/// A finished turn.
pub(super) struct Frames {
    /// Every update, framed.
    pub(super) all: Bytes,
    /// The updates in order.
    pub(super) parts: Vec<Part>,
}

impl Turn {
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(super) fn add(&mut self, sender: Option<SessionKey>, author: Arc<str>, update: Bytes, events: Vec<Event>) {
        let start = self.frames.len();
        websocket::write_binary(&mut self.frames, |out| ServerMessage::Update(&update).write(out));
        self.parts.push(Part { sender, author, update, events, span: start..self.frames.len() });
    }

    /// Ends the turn and leaves an empty one.
    pub(super) fn take(&mut self) -> Frames {
        Frames { all: Bytes::from(std::mem::take(&mut self.frames)), parts: std::mem::take(&mut self.parts) }
    }
}

impl Frames {
    /// What a member gets: everything but its own updates.
    pub(super) fn for_member(&self, member: SessionKey) -> Bytes {
        if self.parts.iter().all(|part| part.sender != Some(member)) {
            return self.all.clone();
        }
        let others = self.parts.iter().filter(|part| part.sender != Some(member));
        Bytes::from(others.flat_map(|part| &self.all[part.span.clone()]).copied().collect::<Vec<_>>())
    }

    /// The framed bytes of one update: the echo for its author.
    pub(super) fn echo(&self, part: &Part) -> Bytes {
        self.all.slice(part.span.clone())
    }
}
