//! The workspace: what is done with boards as a whole, beside the edits of the people on them.
//!
//! Promises: a board is made whole or not at all; its name and whether it is put away change in the document, where everybody sees
//! it, and in the store's list; what takes long happens off the async workers, and is bounded in number.
//! Knows nothing of HTTP. Does not decide who may: whoever calls does.
//! Start with [`Workspace`]; `boards.rs` makes and changes boards, `home.rs` looks over all of them, `transfers.rs` brings files in
//! and out.

mod boards;
mod digest;
mod digests;
mod home;
mod stored;
mod transfers;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::access::UserId;
use crate::board::command::{Command, Refused};
use crate::board::value::Stamp;
use crate::clock::Clock;
use crate::document::{DocumentId, DocumentKind};
use crate::room::call::NotEdited;
use crate::room::hub::{Hub, OpenError};
use crate::store::{DocumentInfo, DocumentStore, StoreError};

pub use boards::{BoardChange, ChangedBoard};
pub use home::Home;
pub use stored::NewBoard;
pub use transfers::{Added, Exported, Format, Imported, TransferSlot};

/// How often a room that ends while it is asked is opened again: it ends when nobody is in it, so once is enough.
const ROOM_ATTEMPTS: usize = 3;

/// Files that are taken in at once: each may take its whole size in memory several times over while it is read.
const TRANSFERS_MAX: usize = 2;

/// The author of what nobody who is known did.
const NOBODY: &str = "anonymous";

/// All boards of this server; a cheap clone.
#[derive(Clone)]
pub struct Workspace(Arc<Inner>);

struct Inner {
    hub: Hub,
    store: Arc<dyn DocumentStore>,
    clock: Clock,
    random: Random,
    digests: digests::Digests,
    transfers: Arc<Semaphore>,
}

/// Random bytes, passed down from the composition root like the clock.
type Random = Box<dyn Fn() -> [u8; 16] + Send + Sync>;

/// Why something was not done. Nothing was changed then, unless a variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was asked makes no sense here; the sentence is for people.
    #[error("{}", .0.detail)]
    Refused(Refused),
    /// The file cannot be taken; the sentence is for people.
    #[error("{0}")]
    BadFile(String),
    /// The file is larger than is read; the sentence is for people.
    #[error("{0}")]
    FileTooLarge(String),
    /// There are as many boards as a workspace holds.
    #[error("the workspace is full")]
    Full,
    /// Too much is under way: try again.
    #[error("too much is under way")]
    Busy,
    /// The document cannot be opened.
    #[error(transparent)]
    NotOpened(#[from] OpenError),
    /// What is stored of the document cannot be trusted.
    #[error("the document is damaged: {0}")]
    Damaged(String),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A fault of ours.
    #[error("something broke")]
    Broken,
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Failure::Refused(refused)
    }
}

impl From<NotEdited> for Failure {
    fn from(error: NotEdited) -> Self {
        match error {
            NotEdited::Ended => Failure::Busy,
            NotEdited::StoreFull => Failure::NotOpened(OpenError::Unavailable),
            NotEdited::Failed => Failure::Broken,
        }
    }
}

impl Workspace {
    /// The boards that `hub` makes live and `store` keeps.
    pub fn new(
        hub: Hub,
        store: Arc<dyn DocumentStore>,
        clock: Clock,
        random: impl Fn() -> [u8; 16] + Send + Sync + 'static,
    ) -> Self {
        let transfers = Arc::new(Semaphore::new(TRANSFERS_MAX));
        let (random, digests) = (Box::new(random), digests::Digests::new());
        Self(Arc::new(Inner { hub, store, clock, random, digests, transfers }))
    }

    /// Every board, as the store lists it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn boards(&self) -> Result<Vec<DocumentInfo>, Failure> {
        let mut documents = self.0.store.list().await?;
        documents.retain(|document| document.id.kind() == DocumentKind::Board);
        Ok(documents)
    }

    async fn board(&self, id: &DocumentId) -> Result<DocumentInfo, Failure> {
        let found = self.boards().await?.into_iter().find(|board| board.id == *id);
        found.ok_or(Failure::NotOpened(OpenError::NotFound))
    }

    /// Does a command in the board's room, which is opened for it.
    async fn command(
        &self,
        board: &DocumentId,
        user: Option<&UserId>,
        command: &Command,
    ) -> Result<serde_json::Value, Failure> {
        for _ in 0..ROOM_ATTEMPTS {
            let room = self.0.hub.open(board).await?;
            if let Ok(outcome) = room.command(user, command.clone()).await {
                return Ok(outcome?);
            }
        }
        Err(Failure::Busy)
    }

    fn stamp(&self, user: Option<&UserId>) -> Stamp {
        let at_ms = i64::try_from(self.0.clock.now_ms()).unwrap_or(i64::MAX);
        Stamp::new(at_ms, user.map_or(NOBODY, UserId::as_str))
    }

    fn new_id(&self) -> DocumentId {
        DocumentId::from_parts(DocumentKind::Board, &(self.0.random)())
    }

    /// A Yjs client id, of the 32 bits that Yjs draws itself.
    fn client_id(&self) -> u64 {
        let [a, b, c, d, ..] = (self.0.random)();
        u64::from(u32::from_le_bytes([a, b, c, d]))
    }
}
