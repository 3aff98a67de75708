//! A turn: what the room took in between two waits, encoded once for everybody.

use std::ops::Range;

use bytes::Bytes;
use client_protocol::frame::ServerMessage;
use client_protocol::websocket;

use super::session::SessionKey;

/// The updates of one turn, as frames for the members and as bytes for the log.
#[derive(Default)]
pub(super) struct Turn {
    frames: Vec<u8>,
    parts: Vec<Part>,
}

/// One update of the turn.
pub(super) struct Part {
    /// Who sent it; `None` for the server's own edits.
    pub(super) author: Option<SessionKey>,
    /// The update, as it goes into the log.
    pub(super) update: Bytes,
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

    pub(super) fn add(&mut self, author: Option<SessionKey>, update: Bytes) {
        let start = self.frames.len();
        websocket::write_binary(&mut self.frames, |out| ServerMessage::Update(&update).write(out));
        self.parts.push(Part { author, update, span: start..self.frames.len() });
    }

    /// Ends the turn and leaves an empty one.
    pub(super) fn take(&mut self) -> Frames {
        Frames { all: Bytes::from(std::mem::take(&mut self.frames)), parts: std::mem::take(&mut self.parts) }
    }
}

impl Frames {
    /// What a member gets: everything but its own updates.
    pub(super) fn for_member(&self, member: SessionKey) -> Bytes {
        if self.parts.iter().all(|part| part.author != Some(member)) {
            return self.all.clone();
        }
        let others = self.parts.iter().filter(|part| part.author != Some(member));
        Bytes::from(others.flat_map(|part| &self.all[part.span.clone()]).copied().collect::<Vec<_>>())
    }

    /// The framed bytes of one update: the echo for its author.
    pub(super) fn echo(&self, part: &Part) -> Bytes {
        self.all.slice(part.span.clone())
    }
}
