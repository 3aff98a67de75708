//! The gate: our own check of bytes before yrs sees them, for bytes from sockets, other replicas, imports and the store.
//! Promises: one pass without recursion; memory grows only with bytes consumed, never with a declared count; nothing
//! that ends the process or makes a saved document unreadable gets through.
//! Knows no document: whether predecessors are present and how deep types nest is [`super::content`]'s to decide.
//! Start at [`check_update`].

mod cursor;
mod presence;
mod update;
mod value;

use std::collections::HashMap;

use thiserror::Error;

pub(super) use cursor::ItemId;
pub use presence::{AwarenessEntry, check_awareness, check_state_vector};
pub use update::check_update;
pub(super) use update::{Makes, Parent, Place, Run};

use super::limits;

/// How much one update may hold.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    bytes: usize,
    clients: usize,
    structs: usize,
    delete_ranges: usize,
}

impl Caps {
    /// For one live update of a session.
    #[must_use]
    pub const fn live() -> Self {
        Self {
            bytes: limits::LIVE_BYTES_MAX,
            clients: limits::LIVE_CLIENTS_MAX,
            structs: limits::LIVE_STRUCTS_MAX,
            delete_ranges: limits::LIVE_DELETE_RANGES_MAX,
        }
    }

    /// For a client's sync step 2 and for imports.
    #[must_use]
    pub const fn sync() -> Self {
        Self {
            bytes: limits::SYNC_BYTES_MAX,
            clients: limits::SYNC_CLIENTS_MAX,
            structs: limits::SYNC_STRUCTS_MAX,
            delete_ranges: limits::SYNC_DELETE_RANGES_MAX,
        }
    }

    /// For a snapshot or a row of the log.
    #[must_use]
    pub const fn stored() -> Self {
        Self {
            bytes: limits::STORED_BYTES_MAX,
            clients: limits::DOCUMENT_CLIENTS_MAX,
            structs: limits::STORED_STRUCTS_MAX,
            delete_ranges: limits::STORED_DELETE_RANGES_MAX,
        }
    }
}

/// Why bytes are not taken. The document was not touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The whole is too large.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// The greatest size that is taken.
        limit: usize,
    },
    /// Too many parts of one kind.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// The greatest number that is taken.
        limit: usize,
    },
    /// The bytes end inside of something.
    #[error("the bytes end too early")]
    Truncated,
    /// The bytes go on after the end.
    #[error("bytes are left over")]
    TrailingBytes,
    /// A number that is not in its shortest form, or no integer of JavaScript.
    #[error("malformed number")]
    Number,
    /// A clock beyond 2^31.
    #[error("clock out of range")]
    Clock,
    /// A count that the remaining bytes cannot hold.
    #[error("a count is greater than the bytes that follow")]
    Count,
    /// A client, struct or range with nothing in it.
    #[error("empty {0}")]
    Empty(&'static str),
    /// One client twice in a list of clients.
    #[error("a client is listed twice")]
    ClientTwice,
    /// A struct with unknown flags.
    #[error("malformed struct")]
    Struct,
    /// A kind of content that is not taken: JSON (2), subdocuments (9), unknown ones.
    #[error("content kind {0} is not taken")]
    ContentKind(u8),
    /// A kind of shared type that is not taken.
    #[error("shared type {0} is not taken")]
    TypeKind(u8),
    /// A kind of plain value that does not exist.
    #[error("value kind {0} is not taken")]
    ValueKind(u8),
    /// Values or shared types too deep inside one another.
    #[error("nested too deeply")]
    TooDeep,
    /// Text that is not UTF-8.
    #[error("invalid UTF-8")]
    Utf8,
    /// An embedded value or awareness state that is not JSON.
    #[error("invalid JSON")]
    Json,
    /// The name of a top-level type is too long.
    #[error("the name of a top-level type is too long")]
    RootName,
    /// References that no honest client makes: to later items, in circles, to neighbours in different parents.
    #[error("impossible reference")]
    Reference,
    /// A top-level type that this kind of document does not have.
    #[error("this kind of document has no such top-level type")]
    ForeignRoot,
    /// New edits under a client id that somebody else, who is here, writes under.
    #[error("the client id belongs to somebody else")]
    ForeignClient,
    /// yrs cannot decode the update although this gate can read it.
    #[error("the update cannot be decoded")]
    Undecodable,
}

/// Clocks `from..to` of one client, without a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    /// The client that wrote them.
    pub client: u64,
    /// The first clock.
    pub from: u32,
    /// The clock after the last one.
    pub to: u32,
}

/// What an update holds, as far as a server must know it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateSummary {
    carried: Vec<Carried>,
    references: HashMap<u64, u32>,
    roots: Vec<Box<str>>,
    runs: Vec<Run>,
    deleted: Vec<Carried>,
    structs: usize,
    created_types: usize,
    has_skips: bool,
}

impl UpdateSummary {
    /// The clocks that the update carries: a client appears again after each hole.
    #[must_use]
    pub fn carried(&self) -> &[Carried] {
        &self.carried
    }

    /// For each client the greatest clock that the update refers to: as origin, parent or deletion.
    /// References of a client to its own earlier items are left out.
    pub fn references(&self) -> impl Iterator<Item = (u64, u32)> {
        self.references.iter().map(|(&client, &clock)| (client, clock))
    }

    /// Names of the top-level types that the update writes into directly.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        self.roots.iter().map(AsRef::as_ref)
    }

    /// Items and collected gaps.
    #[must_use]
    pub fn structs(&self) -> usize {
        self.structs
    }

    /// Ranges of deleted clocks.
    #[must_use]
    pub fn delete_ranges(&self) -> usize {
        self.deleted.len()
    }

    /// How many shared types the update creates.
    #[must_use]
    pub fn created_types(&self) -> usize {
        self.created_types
    }

    /// Whether the update itself says that clocks are left out.
    #[must_use]
    pub fn has_skips(&self) -> bool {
        self.has_skips
    }

    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Whether one range of the update deletes all of these clocks.
    pub(super) fn deletes(&self, clocks: &Carried) -> bool {
        let after = self.deleted.partition_point(|range| (range.client, range.from) <= (clocks.client, clocks.from));
        let before = after.checked_sub(1).map(|index| &self.deleted[index]);
        before.is_some_and(|range| range.client == clocks.client && clocks.to <= range.to)
    }
}

#[cfg(test)]
mod tests;
