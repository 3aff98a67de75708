//! A turn: what the room took in between two waits, encoded once for everybody.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use client_protocol::frame::ServerMessage;
use client_protocol::websocket;

use super::session::SessionKey;
use crate::store::{Event, Outcome};

/// The updates of one turn, as frames for the members and as bytes for the log.
#[derive(Default)]
pub(super) struct Turn {
    frames: Vec<u8>,
    parts: Vec<Part>,
    /// Where each part is in the frames.
    spans: Vec<Range<usize>>,
}

/// One update of the turn.
pub(super) struct Part {
    /// Where it comes from, and so who has it already.
    pub(super) source: PartSource,
    /// Who made it, as the log says.
    pub(super) author: Arc<str>,
    /// The update, as it goes into the log.
    pub(super) update: Bytes,
    /// What it did, where that is recorded.
    pub(super) events: Vec<Event>,
    /// What it answers, if it is a command's.
    pub(super) outcome: Option<Outcome>,
}

/// Where an update of a turn comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartSource {
    /// A member sent it.
    Member(SessionKey),
    /// Somebody outside of the room made it, through a call.
    Caller,
    /// The server wrote it: a command, or a repair.
    Server,
    /// Another replica passed it on, which also stores it.
    Replica,
}

impl Part {
    /// An update that answers no command.
    pub(super) fn new(source: PartSource, author: Arc<str>, update: Bytes, events: Vec<Event>) -> Self {
        Self { source, author, update, events, outcome: None }
    }

    /// Whether this replica took it in, and so stores it and passes it on.
    pub(super) fn is_ours(&self) -> bool {
        self.source != PartSource::Replica
    }
}

/// A finished turn.
pub(super) struct Frames {
    /// Every update, framed.
    pub(super) all: Bytes,
    /// The updates in order.
    pub(super) parts: Vec<Part>,
    spans: Vec<Range<usize>>,
}

impl Turn {
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether this replica took anything in.
    pub(super) fn has_ours(&self) -> bool {
        self.parts.iter().any(Part::is_ours)
    }

    pub(super) fn add(&mut self, part: Part) {
        let start = self.frames.len();
        websocket::write_binary(&mut self.frames, |out| ServerMessage::Update(&part.update).write(out));
        self.spans.push(start..self.frames.len());
        self.parts.push(part);
    }

    /// Adds what was told to the last update that this replica stores.
    ///
    /// # Errors
    /// There is none, and something was told.
    pub(super) fn add_events(&mut self, events: Vec<Event>) -> Result<(), Vec<Event>> {
        match self.parts.iter_mut().rfind(|part| part.is_ours()) {
            _ if events.is_empty() => Ok(()),
            Some(part) => {
                part.events.extend(events);
                Ok(())
            }
            None => Err(events),
        }
    }

    /// Ends the turn and leaves an empty one.
    pub(super) fn take(&mut self) -> Frames {
        let Self { frames, parts, spans } = std::mem::take(self);
        Frames { all: Bytes::from(frames), parts, spans }
    }
}

impl Frames {
    /// What a member gets: everything but its own updates.
    pub(super) fn for_member(&self, member: SessionKey) -> Bytes {
        let own = PartSource::Member(member);
        if self.parts.iter().all(|part| part.source != own) {
            return self.all.clone();
        }
        let others = self.parts.iter().zip(&self.spans).filter(|(part, _)| part.source != own);
        Bytes::from(others.flat_map(|(_, span)| &self.all[span.clone()]).copied().collect::<Vec<_>>())
    }

    /// Every member's update, framed: the echo for its author.
    pub(super) fn echoes(&self) -> impl Iterator<Item = (SessionKey, Bytes)> {
        self.parts.iter().zip(&self.spans).filter_map(|(part, span)| match part.source {
            PartSource::Member(session) => Some((session, self.all.slice(span.clone()))),
            _ => None,
        })
    }
}
