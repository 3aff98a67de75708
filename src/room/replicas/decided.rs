//! What other replicas decided about sprints: the store has it among what happened, and there no member can write it.
//!
//! Promises: a replica begins to keep a document only when it knows what was decided about every sprint of which the
//! document says more than it has heard; so a decision that a person carries over from the replica that made it, faster
//! than rows and messages, is never taken back. Where nobody has decided anything, what the document says is a forgery,
//! and is put back by the keeper.

use std::sync::Arc;

use tokio::time::Instant;

use crate::board::history::{Decided, What};
use crate::board::id::SprintId;
use crate::board::value::Stamp;
use crate::document::DocumentId;
use crate::room::errand::Errand;
use crate::room::room::{Life, Room};
use crate::store::{DocumentStore, EVENTS_READ_MAX, EventQuery, StoreError};

/// What was decided about the sprints that were in doubt.
pub(in crate::room) struct Learned {
    /// When the lease was asked for that waits for this, if one does.
    lease_asked_at: Option<Instant>,
    decided: Result<Vec<(SprintId, Decided)>, StoreError>,
}

impl Room {
    /// Asks the store what was decided about the sprints that are in doubt; false where none is.
    pub(super) fn ask_what_was_decided(&mut self, lease_asked_at: Option<Instant>) -> bool {
        let sprints = self.history.as_ref().map(|history| history.doubted_sprints()).unwrap_or_default();
        if sprints.is_empty() {
            return false;
        }
        let (store, document) = (Arc::clone(&self.hub.services.store), self.document.clone());
        self.errands.run(&self.hub, async move {
            let decided = read_decided(store.as_ref(), &document, sprints).await;
            Errand::Learned(Learned { lease_asked_at, decided })
        });
        true
    }

    /// The store has said what was decided.
    pub(in crate::room) async fn learned(&mut self, learned: Learned) -> Life {
        let Learned { lease_asked_at, decided } = learned;
        self.has_learned(decided.is_ok());
        match decided {
            Ok(decided) => {
                if let Some(history) = &mut self.history {
                    history.learn(&self.content, decided);
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

/// Asks the store what was decided about these sprints.
pub(in crate::room) async fn read_decided(
    store: &dyn DocumentStore,
    document: &DocumentId,
    sprints: Vec<SprintId>,
) -> Result<Vec<(SprintId, Decided)>, StoreError> {
    let mut all = Vec::new();
    for sprint in sprints {
        let mut decided = Decided::default();
        let mut before = None;
        while !decided.is_over() {
            let (document, subject) = (Some(document.clone()), Some(sprint.to_string()));
            let limit = EVENTS_READ_MAX;
            let page = store.events(&EventQuery { document, subject, before, limit, ..EventQuery::default() }).await?;
            let Some(oldest) = page.last() else { break };
            before = Some(oldest.number);
            for event in page {
                if let Ok(what) = serde_json::from_str::<What>(&event.body) {
                    decided.take_in(what, Stamp::new(i64::try_from(event.at_ms).unwrap_or(i64::MAX), &*event.author));
                }
            }
        }
        all.push((sprint, decided));
    }
    Ok(all)
}
