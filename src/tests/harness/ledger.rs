//! What a client may believe to be saved: its edits, in order, and how many of them the server has acknowledged.
//!
//! Kept by the rules of SPEC section AC, outside of the server: an edit that stands here as acknowledged must be in the
//! document after any crash.

use std::collections::VecDeque;

use bytes::Bytes;
use client_protocol::frame::ClientMessage;
use yrs::updates::decoder::Decode as _;
use yrs::{ClientID, Update};

use super::client::Dialect;

/// The edits of one client.
pub(crate) struct Ledger {
    pub(crate) client: u64,
    /// Edits made so far; the number of an edit is what this was after it.
    pub(crate) edits: u64,
    /// All edits up to this one are acknowledged.
    pub(crate) acked: u64,
    dialect: Dialect,
    /// Sync frames sent on this connection.
    frames: u64,
    /// Since the connection's step 2, the server has everything that came before.
    has_synced: bool,
    sent: VecDeque<Sent>,
}

struct Sent {
    frame: u64,
    /// The edits that are surely on the server once this frame is; nothing before the connection's first step 2.
    edits: Option<u64>,
    update: Bytes,
    is_step_2: bool,
}

impl Ledger {
    pub(super) fn new(dialect: Dialect, client: u64) -> Self {
        Self { client, edits: 0, acked: 0, dialect, frames: 0, has_synced: false, sent: VecDeque::new() }
    }

    pub(super) fn edited(&mut self) {
        self.edits += 1;
    }

    pub(super) fn connected(&mut self) {
        self.frames = 0;
        self.has_synced = false;
        self.sent.clear();
    }

    pub(super) fn sent(&mut self, message: ClientMessage) {
        let (update, is_step_2) = match message {
            ClientMessage::SyncStep2(update) => (update, true),
            ClientMessage::Update(update) => (update, false),
            _ => return,
        };
        self.has_synced |= is_step_2;
        self.frames += 1;
        let edits = self.has_synced.then_some(self.edits);
        self.sent.push_back(Sent { frame: self.frames, edits, update, is_step_2 });
    }

    /// [AC1]: the first `frames` frames of the connection are durable.
    pub(super) fn acknowledged(&mut self, frames: u64) -> Result<(), String> {
        if frames > self.frames {
            return Err(format!("[AC1] {frames} frames acknowledged, {} sent", self.frames));
        }
        self.settle(|sent| sent.frame <= frames);
        Ok(())
    }

    /// [AC2]: a stock client's own update comes back when it is durable; ours never do. Only what carries the client's
    /// own clocks counts: two people who delete the same thing send the same bytes.
    pub(super) fn heard_update(&mut self, update: &Bytes) -> Result<(), String> {
        let inserted = Update::decode_v1(update).map(|update| update.insertions(true)).unwrap_or_default();
        let own = inserted.get(&ClientID::new(self.client));
        if own.is_none_or(|ranges| ranges.iter().next().is_none()) {
            return Ok(());
        }
        // Only an update that was sent here, byte for byte. What was new in a step 2 comes back as well, and looks like what
        // somebody else brings of this client's edits before any of it is durable.
        let own = self.sent.iter().rposition(|sent| !sent.is_step_2 && sent.update == *update);
        match (self.dialect, own) {
            (_, None) => Ok(()),
            (Dialect::Calit, Some(_)) => Err("[AC2] our own client got its update back".into()),
            (Dialect::Stock, Some(at)) => {
                let frame = self.sent[at].frame;
                self.settle(|sent| sent.frame <= frame);
                Ok(())
            }
        }
    }

    fn settle(&mut self, is_durable: impl Fn(&Sent) -> bool) {
        while let Some(sent) = self.sent.pop_front_if(|sent| is_durable(sent)) {
            self.acked = self.acked.max(sent.edits.unwrap_or(0));
        }
    }
}
