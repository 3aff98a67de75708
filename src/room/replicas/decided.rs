//! What other replicas decided about sprints: the store has it among what happened, and there no member can write it.
//!
//! Promises: a replica begins to keep a document only when it knows what was decided about every sprint of which the
//! document says more than it has heard; so a decision that a person carries over from the replica that made it, faster
//! than rows and messages, is never taken back. Where nobody has decided anything, what the document says is a forgery,
//! and is put back by the keeper. The records of the sprints that run it knows then too, and goes on with them.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::time::Instant;

use crate::board::id::SprintId;
use crate::room::errand::Errand;
use crate::room::history::History;
use crate::room::record::{self, Recorded};
use crate::room::room::{Life, Room};
use crate::store::StoreError;

/// What the store says of sprints.
pub(in crate::room) struct Learned {
    /// When the lease was asked for that waits for this, if one does.
    lease_asked_at: Option<Instant>,
    recorded: Result<Vec<Recorded>, StoreError>,
}

impl Room {
    /// Asks the store what was decided about the sprints that are in doubt; false where none is.
    pub(super) fn ask_what_was_decided(&mut self) -> bool {
        let doubted = self.history.as_ref().map(History::doubted_sprints).unwrap_or_default();
        self.ask_what_is_recorded(doubted, None)
    }

    /// The same for a replica that has got the lease: it must know the records of the sprints that run, too.
    pub(super) fn ask_before_keeping(&mut self, lease_asked_at: Instant) -> bool {
        let sprints = self.history.as_ref().map(History::recorded_sprints).unwrap_or_default();
        self.ask_what_is_recorded(sprints, Some(lease_asked_at))
    }

    fn ask_what_is_recorded(&mut self, sprints: BTreeSet<SprintId>, lease_asked_at: Option<Instant>) -> bool {
        if sprints.is_empty() {
            return false;
        }
        let (store, document) = (Arc::clone(&self.hub.services.store), self.document.clone());
        self.errands.run(&self.hub, async move {
            let recorded = record::of_sprints(store.as_ref(), &document, sprints).await;
            Errand::Learned(Learned { lease_asked_at, recorded })
        });
        true
    }

    /// The store has said what is recorded.
    pub(in crate::room) async fn learned(&mut self, learned: Learned) -> Life {
        let Learned { lease_asked_at, recorded } = learned;
        self.has_learned(recorded.is_ok());
        match recorded {
            Ok(recorded) => {
                if let Some(history) = &mut self.history {
                    history.learn(&self.content, recorded);
                }
                match lease_asked_at {
                    Some(asked_at) => self.begin_keeping(asked_at).await,
                    None => Life::Goes,
                }
            }
            Err(error) => {
                tracing::warn!(document.id = self.document.as_str(), %error, "what was decided cannot be read");
                Life::Goes
            }
        }
    }
}
