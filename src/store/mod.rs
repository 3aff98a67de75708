//! Where documents live when nobody has them open: an append-only log of updates per document, and snapshots.
//!
//! Promises: what [`DocumentStore::append`] returned a position for survives the death of every process and of the
//! operating system; a document whose rows are damaged is refused with the reason, never opened in part and never
//! overwritten.
//! Knows nothing of Yjs: updates and snapshots are bytes, and the caller proves that they decode.
//! Start with [`DocumentStore`]; `sqlite.rs` is the embedded implementation, `postgres.rs` the one for many replicas,
//! `contract/` the suite that both pass, `row.rs` the bytes of one log row, `sql.rs` what both read the same way.

use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;

use crate::document::DocumentId;
use crate::replica::ReplicaId;

#[cfg(test)]
mod contract;
pub mod directory;
pub mod metered;
pub mod place;
pub mod postgres;
mod row;
mod sql;
pub mod sqlite;

/// Least time between two versions of one document that are kept: an hour is what a person looks back by.
pub const VERSION_INTERVAL_MS: u64 = 60 * 60 * 1000;

/// Most versions kept of one document, besides its current snapshot: two days of constant work. At 1.4 MB for a board of
/// 5,000 cards (reference: limits, 3.3) that is 67 MB.
pub const VERSIONS_MAX: u32 = 48;

/// Most quarantined entries kept of one document; older ones make room.
pub const QUARANTINE_ENTRIES_MAX: u32 = 32;

/// Most quarantined bytes kept of one document: two of the largest frame a client may send (8 MiB).
pub const QUARANTINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Most events that one call reads; whoever wants more asks again, from the oldest that came.
pub const EVENTS_READ_MAX: u32 = 1_000;

/// Most bytes of an outcome's key: an id or two, and what they are for.
pub const OUTCOME_KEY_BYTES_MAX: usize = 200;

/// How long an outcome is kept at least: whoever asks again after a week offline is told what the board looks like now.
pub const OUTCOME_KEPT_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// Place of a row in the log of one document. The first row is 1, each row is one more than the row before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u64);

impl Position {
    /// Before the first row: the position of a document that nobody has edited.
    pub const START: Self = Self(0);

    /// The position with this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number, as the acknowledgement on the wire carries it.
    pub fn get(self) -> u64 {
        self.0
    }
}

/// Names one stored snapshot of a document. Never given to another snapshot, also after it was pruned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId(u64);

impl VersionId {
    /// The version with this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number, as people see it.
    pub fn get(self) -> u64 {
        self.0
    }
}

/// A document that does not exist yet.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// Its id, which also says its kind.
    pub id: DocumentId,
    /// The name that lists show.
    pub name: String,
    /// Who creates it; author of its first updates.
    pub author: Arc<str>,
    /// When, in milliseconds since the Unix epoch.
    pub created_at_ms: u64,
}

/// Updates of one author to one document.
#[derive(Clone, Debug)]
pub struct Append {
    /// The document they belong to.
    pub document: DocumentId,
    /// Encoded changes, in the order in which they were applied.
    pub updates: Vec<Bytes>,
    /// Who made them.
    pub author: Arc<str>,
    /// When they arrived, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// What they did, in words of the document's kind; by the same author at the same time.
    pub events: Vec<Event>,
    /// What a command came to, if they are its work.
    pub outcome: Option<Outcome>,
}

/// What a command came to, for whoever sends it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Names the command within its document; at most [`OUTCOME_KEY_BYTES_MAX`]. What is stored under it first, stays.
    pub key: String,
    /// The answer, as JSON.
    pub json: String,
}

/// Who keeps a document: numbers its cards, repairs it, decides its commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The replica that asked, for the time that it asked for.
    Mine {
        /// Another one has asked since this one took the document.
        is_wanted: bool,
    },
    /// Another one, which is told at its next call that the document is wanted.
    Others {
        /// Which one.
        keeper: ReplicaId,
    },
    /// Nobody: there is no such document.
    Gone,
}

/// Something that happened in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Increases within a document, with holes. Given by the writer: an event whose number is stored already is the same one.
    pub number: u64,
    /// What it happened to.
    pub subject: String,
    /// What happened, as JSON.
    pub body: String,
}

/// Which events are wanted; all that are given must hold.
#[derive(Clone, Debug, Default)]
pub struct EventQuery {
    /// Of this document only.
    pub document: Option<DocumentId>,
    /// Of this subject only.
    pub subject: Option<String>,
    /// With a smaller number than this; for one document.
    pub before: Option<u64>,
    /// Not earlier than this.
    pub since_ms: u64,
    /// Of everybody but this author.
    pub not_by: Option<String>,
    /// At most so many, and at most [`EVENTS_READ_MAX`].
    pub limit: u32,
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Where it happened.
    pub document: DocumentId,
    /// Its number within the document.
    pub number: u64,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// Who did it.
    pub author: Arc<str>,
    /// What it happened to.
    pub subject: String,
    /// What happened, as JSON.
    pub body: String,
}

/// One update as it was logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedUpdate {
    /// Who made it.
    pub author: Arc<str>,
    /// When it arrived, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The encoded change, byte for byte as it was appended.
    pub update: Bytes,
}

/// The whole state of a document at one position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The state as one encoded update.
    pub bytes: Bytes,
    /// Digest of the state: what `bytes` must decode to.
    pub digest: [u8; 32],
    /// The newest log row that it contains.
    pub position: Position,
}

/// A document as it is stored: its state is the snapshot with the log applied to it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The current snapshot, if there ever was a compaction.
    pub snapshot: Option<Snapshot>,
    /// Every update since the snapshot, in order.
    pub log: Vec<LoggedUpdate>,
    /// The newest row's position.
    pub position: Position,
}

impl Stored {
    /// The bytes to apply, in order: the snapshot, then the log.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let snapshot = self.snapshot.iter().map(|snapshot| snapshot.bytes.as_ref());
        snapshot.chain(self.log.iter().map(|logged| logged.update.as_ref()))
    }

    /// How many of the parts no member can have written: the snapshot, which whoever keeps the document has made, or else
    /// what the document was created with.
    pub fn kept_parts(&self) -> usize {
        let Some(first) = self.log.first().filter(|_| self.snapshot.is_none()) else {
            return usize::from(self.snapshot.is_some());
        };
        let is_first = |logged: &&LoggedUpdate| logged.author == first.author && logged.at_ms == first.at_ms;
        self.log.iter().take_while(is_first).count()
    }
}

/// What was appended to a document after a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    /// All of it.
    Rows {
        /// The updates, in order.
        log: Vec<LoggedUpdate>,
        /// The newest row's position.
        position: Position,
    },
    /// Those rows are in a snapshot now, or the position is not one of this log: load the whole document.
    Compacted,
}

/// What a list shows of a document, without reading its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentInfo {
    /// Its id, which also says its kind.
    pub id: DocumentId,
    /// The name that lists show.
    pub name: String,
    /// Bytes of its current snapshot and log.
    pub bytes: u64,
    /// Updates ever logged, compacted ones included.
    pub updates: u64,
    /// When it was created, in milliseconds since the Unix epoch.
    pub created_at_ms: u64,
    /// When its newest update arrived; `None` before the first one.
    pub last_edit_at_ms: Option<u64>,
    /// When it was put away, if it is.
    pub archived_at_ms: Option<u64>,
}

/// A stored snapshot that can be loaded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionInfo {
    /// Its name for [`DocumentStore::load_version`].
    pub id: VersionId,
    /// The newest log row that it contains.
    pub position: Position,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_at_ms: u64,
    /// Its size.
    pub bytes: u64,
}

/// Bytes that were refused or that broke a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// When they arrived, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// Why they were refused.
    pub reason: String,
    /// The bytes as they arrived.
    pub bytes: Bytes,
}

/// Why a call failed; the variants are the choices that a caller has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no such document (or version): say so, or create it.
    #[error("there is no document {0}")]
    NotFound(DocumentId),
    /// The id is taken: open that document, or choose another id. Nothing was written.
    #[error("the document {0} exists already")]
    AlreadyExists(DocumentId),
    /// Stored bytes are not what was written: refuse to open the document and offer `last_good`. Nothing was changed.
    #[error("the document {document} is damaged: {what}")]
    Damaged {
        /// The document that cannot be opened.
        document: DocumentId,
        /// What is wrong, for the person who repairs it.
        what: String,
        /// The newest stored snapshot whose bytes are intact.
        last_good: Option<VersionId>,
    },
    /// The storage as a whole is damaged, not one document: a person must look.
    #[error("the storage is damaged: {0}")]
    Corrupt(String),
    /// There is no space left: retry when there is.
    #[error("the storage is full: {0}")]
    Full(String),
    /// The storage cannot be reached, or did not answer in time: retry.
    #[error("the storage is unavailable: {0}")]
    Unavailable(String),
    /// The call itself is wrong, and would be wrong again. Nothing was changed.
    #[error("the storage refuses this: {0}")]
    Refused(&'static str),
}

impl StoreError {
    /// Whether the same call can succeed later without anybody changing it.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Full(_) | Self::Unavailable(_))
    }
}

/// Why a store could not be opened; each is one sentence for the person who starts the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another server works on the same data.
    #[error("another CalIT server is running on {0}: stop it first, or use another data directory")]
    InUse(String),
    /// The data was written by a newer release.
    #[error("{path} was written by a newer CalIT (its schema {found} is unknown to this one): start that version")]
    SchemaTooNew {
        /// The database.
        path: String,
        /// The newest migration found in it.
        found: i64,
    },
    /// The storage does not flush when it is told to, so "saved" would be a lie.
    #[error("{path} cannot keep the promise that saved means saved: {what}")]
    NotDurable {
        /// The database.
        path: String,
        /// The setting that could not be made.
        what: String,
    },
    /// The directory or the database cannot be used.
    #[error("{path} cannot be opened: {what}")]
    Unusable {
        /// The directory or file.
        path: String,
        /// Why.
        what: String,
    },
}

/// Durable home of documents, shared by all rooms of a replica, and by all replicas where the implementation allows it.
///
/// **Durability.** When a writing method returns `Ok`, its effect is flushed: it survives `kill -9` of every process and a
/// crash of the operating system. When it returns an error, nothing of it is visible, with one exception: after
/// [`StoreError::Unavailable`] the outcome is unknown, since a commit can succeed and its answer be lost. Every method is
/// therefore safe to call again with the same arguments: an update that is in the log twice changes nothing when it is
/// applied twice, and `create` answers [`StoreError::AlreadyExists`].
///
/// **Atomicity.** Each call is one transaction. Dropping a call's future leaves either all of it or nothing.
///
/// **Order.** The positions of a document increase by one from 1, in commit order, without holes: a reader that has seen a
/// position never sees a smaller one appear later. A hole is damage.
///
/// **Integrity.** Every row carries a checksum over its bytes, its document and its position, verified on every read.
///
/// **Not promised.** That updates decode, or that their predecessors are stored: the gate and the room answer for that. No
/// order between documents. No limit on how long a call takes: the caller watches the clock.
#[async_trait]
pub trait DocumentStore: Send + Sync {
    /// Creates a document; `initial` becomes its first log row, unless it is empty.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`]: the id is taken, and that document is untouched.
    async fn create(&self, document: &NewDocument, initial: &[Bytes]) -> Result<(), StoreError>;

    /// Reads one consistent state of a document, with all that was committed before the call.
    ///
    /// # Errors
    /// [`StoreError::Damaged`]: a checksum differs, or rows are missing. An error never means an empty document.
    async fn load(&self, document: &DocumentId) -> Result<Stored, StoreError>;

    /// Reads what was appended after a position, as a replica does that missed something.
    ///
    /// # Errors
    /// As [`DocumentStore::load`].
    async fn load_since(&self, document: &DocumentId, after: Position) -> Result<Since, StoreError>;

    /// What is stored under a key of the document's commands: see [`Append::outcome`].
    async fn outcome(&self, document: &DocumentId, key: &str) -> Result<Option<String>, StoreError>;

    /// Takes each document for `replica`, or takes it for longer, unless another one holds it; answers in order.
    ///
    /// From now on for `time`, on the store's clock, which replicas share, and which begins before the answer arrives: a
    /// replica that measures from before its call gives up in time. Nobody waits for an append.
    async fn hold(&self, documents: &[DocumentId], replica: ReplicaId, time: Duration)
    -> Result<Vec<Hold>, StoreError>;

    /// Gives up what `replica` holds of these, so that another one need not wait for the end of its time.
    async fn release(&self, documents: &[DocumentId], replica: ReplicaId) -> Result<(), StoreError>;

    /// Appends a batch with one flush, and answers each entry in order: the position of the row that holds it, or `None`
    /// for a document that does not exist, of which nothing was stored. The entries of one document share one row.
    ///
    /// The events and the outcome of an entry are stored if and only if its updates are.
    ///
    /// An unknown document does not fail the batch, because a batch mixes rooms that have nothing to do with each other.
    ///
    /// # Errors
    /// Nothing of the batch is stored (or, with [`StoreError::Unavailable`], perhaps all of it): append it again.
    /// [`StoreError::Refused`]: an outcome's key is too long.
    async fn append(&self, batch: &[Append]) -> Result<Vec<Option<Position>>, StoreError>;

    /// Replaces the log up to and including `snapshot.position` by `snapshot`. Rows appended meanwhile stay.
    ///
    /// The caller has proved that the bytes decode to the digest, and that they contain every update up to that position.
    /// The snapshot that is replaced stays as a version if the version before it is at least [`VERSION_INTERVAL_MS`] older;
    /// of the versions the newest [`VERSIONS_MAX`] stay. A snapshot that is not newer than the stored one changes nothing,
    /// so that two replicas may compact at once; the second may find that nothing is left for it to do. Outcomes older than
    /// [`OUTCOME_KEPT_MS`] go.
    ///
    /// # Errors
    /// [`StoreError::Refused`]: the position is beyond the log.
    async fn compact(&self, document: &DocumentId, snapshot: &Snapshot, at_ms: u64) -> Result<(), StoreError>;

    /// The stored snapshots of a document, newest first. The first is the current one, which the next compaction replaces.
    async fn versions(&self, document: &DocumentId) -> Result<Vec<VersionInfo>, StoreError>;

    /// Reads one stored snapshot; works on a damaged document too.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]: the document has no such version.
    async fn load_version(&self, document: &DocumentId, version: VersionId) -> Result<Snapshot, StoreError>;

    /// All documents, by name and then id.
    async fn list(&self) -> Result<Vec<DocumentInfo>, StoreError>;

    /// Changes the name that lists show.
    async fn rename(&self, document: &DocumentId, name: &str) -> Result<(), StoreError>;

    /// Puts a document away, or brings it back (`None`): only lists show it.
    async fn archive(&self, document: &DocumentId, archived_at_ms: Option<u64>) -> Result<(), StoreError>;

    /// What happened, newest first: within a document by number, over all documents by time.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]: there is no such document.
    async fn events(&self, query: &EventQuery) -> Result<Vec<RecordedEvent>, StoreError>;

    /// Keeps bytes for inspection that were refused or that broke the document. Older ones make room: at most
    /// [`QUARANTINE_ENTRIES_MAX`] entries and [`QUARANTINE_BYTES_MAX`] bytes stay per document. How often is the caller's
    /// to limit.
    ///
    /// # Errors
    /// [`StoreError::Refused`]: this entry alone is too large.
    async fn quarantine(&self, document: &DocumentId, bytes: &[u8], reason: &str, at_ms: u64)
    -> Result<(), StoreError>;

    /// What is in quarantine for a document, newest first.
    async fn quarantined(&self, document: &DocumentId) -> Result<Vec<Quarantined>, StoreError>;

    /// Whether the store answers, for readiness.
    async fn ping(&self) -> Result<(), StoreError>;
}
