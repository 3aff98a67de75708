//! What lists show of a board follows its document, whoever changed that and how.
//!
//! Promises: once the document is quiet, its name and whether it is put away stand in the store's list as they stand in the document.
//! A name that no list can show stays in the document alone.

use tokio::task::JoinHandle;

use super::room::Room;
use crate::board::Board;
use crate::board::command::presentable_name;
use crate::document::{Content, DocumentKind};
use crate::store::StoreError;

/// What lists show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    name: Option<String>,
    is_archived: bool,
}

/// What the store was told, and what it is being told.
#[derive(Default)]
pub(super) struct Listing {
    told: Shown,
    telling: Option<JoinHandle<Result<Shown, StoreError>>>,
}

impl Listing {
    /// The list agrees with a document that was just loaded.
    pub(super) fn of(content: &Content) -> Self {
        Self { told: Shown::of(content), telling: None }
    }

    /// Whether the room may end.
    pub(super) fn is_told(&self) -> bool {
        self.telling.is_none()
    }
}

impl Shown {
    fn of(content: &Content) -> Self {
        let (name, is_archived) = content.read(|txn| Board::read_head(txn));
        Self { name: presentable_name(&name), is_archived }
    }
}

impl Room {
    /// Tells the store, after the document itself is stored.
    pub(super) async fn tell_lists(&mut self) {
        if self.listing.telling.as_ref().is_some_and(JoinHandle::is_finished) {
            self.finish_telling().await;
        }
        if self.document.kind() != DocumentKind::Board || self.listing.telling.is_some() || !self.log.is_settled() {
            return;
        }
        let (shown, told) = (Shown::of(&self.content), self.listing.told.clone());
        if shown == told {
            return;
        }
        let (hub, document) = (self.hub.clone(), self.document.clone());
        self.listing.telling = Some(hub.services.tasks.clone().spawn(async move {
            let store = &hub.services.store;
            if let Some(name) = shown.name.as_ref().filter(|name| told.name.as_ref() != Some(name)) {
                store.rename(&document, name).await?;
            }
            if shown.is_archived != told.is_archived {
                let at_ms = shown.is_archived.then(|| hub.services.clock.now_ms());
                store.archive(&document, at_ms).await?;
            }
            Ok(shown)
        }));
    }

    /// Waits for what the store is being told. After a failure it is told again.
    pub(super) async fn finish_telling(&mut self) {
        let Some(telling) = self.listing.telling.take() else { return };
        match telling.await {
            Ok(Ok(shown)) => self.listing.told = shown,
            Ok(Err(error)) => {
                tracing::warn!(document.id = self.document.as_str(), %error, "the list does not follow its board yet");
            }
            Err(_) => {}
        }
    }
}
