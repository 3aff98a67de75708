//! Boards as the store has them: read, and made. What takes long happens off the async workers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;

use super::Failure;
use crate::board::draft::BoardDraft;
use crate::board::edit::EditError;
use crate::board::value::Stamp;
use crate::document::{Content, DocumentId};
use crate::store::{DocumentStore, NewDocument, StoreError};

/// A board that is not stored yet.
pub struct NewBoard {
    document: NewDocument,
    updates: Vec<Bytes>,
}

impl NewBoard {
    /// Writes a draft as a document of its own, under a Yjs client id.
    ///
    /// # Errors
    /// When the draft contradicts itself.
    pub fn write(id: DocumentId, draft: BoardDraft, stamp: &Stamp, client_id: u64) -> Result<Self, EditError> {
        let mut content = Content::new(client_id);
        let name = draft.name.clone();
        let updates = draft.write_to(&mut content, stamp)?;
        Ok(Self::of(id, &name, updates, stamp))
    }

    /// A board that is written already, as these updates.
    pub fn of(id: DocumentId, name: &str, updates: Vec<Vec<u8>>, stamp: &Stamp) -> Self {
        let document = NewDocument {
            id,
            name: name.to_owned(),
            author: Arc::from(stamp.by.as_str()),
            created_at_ms: u64::try_from(stamp.at_ms).unwrap_or_default(),
        };
        Self { document, updates: updates.into_iter().map(Bytes::from).collect() }
    }

    /// Stores it, whole or not at all, whether or not a server runs on the store.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn store(self, store: &dyn DocumentStore) -> Result<DocumentId, StoreError> {
        store.create(&self.document, &self.updates).await?;
        Ok(self.document.id)
    }
}

/// Reads a stored document: everything that was ever acknowledged is in it.
pub(super) async fn read<R: Send + 'static>(
    store: &dyn DocumentStore,
    document: &DocumentId,
    look: impl FnOnce(&Content) -> R + Send + 'static,
) -> Result<R, Failure> {
    let stored = store.load(document).await?;
    off_workers(move || {
        // Nothing is edited, so no client id is needed.
        let content = Content::load(0, stored.parts()).map_err(|error| Failure::Damaged(error.to_string()))?;
        Ok(look(&content))
    })
    .await?
}

/// Does what takes long where it does not keep others waiting.
pub(super) async fn off_workers<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> Result<R, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "work on a board broke off");
        Failure::Broken
    })
}

/// What can fail on hostile content by a fault of ours; logged by the panic itself.
pub(super) fn guarded<R>(work: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
