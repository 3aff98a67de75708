//! What happened on a board: who did what to which card or sprint, from what to what.
//!
//! Promises: derived by the server from the difference that an update makes, never from what a client says of itself; a board that
//! is read anew goes on where it was. [`Facts`] is the board before the update, as small as the difference needs it.
//! Activity, burndown and the record of a sprint ([`super::ledger`]) are made of happenings alone, so they do not change when the
//! board does.
//! Start at [`Facts::observe`].

mod decided;
mod diff;
mod facts;
mod scope;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::id::{CardId, SprintId};

pub use decided::Decided;
pub use diff::Observed;
pub use facts::{CardFacts, ColumnFacts, Facts, TOLD_ENTRIES_MAX};
pub use scope::Scopes;

/// One thing that happened, to a card, a sprint or the board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Happening {
    /// The card's or sprint's id, or `board`.
    pub subject: String,
    /// What happened to it.
    pub what: What,
}

/// The subject of what happens to the board as a whole.
pub const BOARD: &str = "board";

/// What happened; as JSON an object with `kind` and the fields named here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields of a variant are what its sentence names")]
pub enum What {
    /// A card was made, in this column.
    Created { title: String, column: Named },
    /// A card was put into another column.
    Moved { from: Named, to: Named },
    /// A field of a card (`type`, `points`, `priority`, `start`, `due`, `archived`) changed.
    Field { name: String, from: Json, to: Json },
    /// A card was planned into another sprint; none is the backlog.
    Planned { from: Option<Named>, to: Option<Named> },
    /// A card's title changed.
    Renamed { from: String, to: String },
    /// A card's description was worked on; once for a spell of one person's typing.
    Described,
    /// Somebody was put on a card.
    Assigned { user: String },
    /// Somebody was taken off a card.
    Unassigned { user: String },
    /// A card got a label.
    Labelled { label: String },
    /// A card lost a label.
    Unlabelled { label: String },
    /// A checklist got an item.
    ItemAdded { text: String },
    /// A checklist lost an item.
    ItemRemoved { text: String },
    /// An item was ticked.
    Checked { text: String },
    /// A tick was taken away.
    Unchecked { text: String },
    /// Somebody commented.
    Commented { comment: String },
    /// A card was linked to another.
    Linked { link: String, to: String },
    /// A link was taken away.
    Unlinked { link: String, to: String },
    /// A card or a column was deleted.
    Deleted,
    /// It was brought back.
    Restored,
    /// A sprint was planned.
    SprintCreated { name: String },
    /// A field of a sprint (`name`, `goal`, `start`, `end`, `capacity`) changed.
    SprintField { name: String, from: Json, to: Json },
    /// A sprint began with these cards; `at`, in ms since 1970, is what the document says of it.
    SprintStarted {
        name: String,
        committed: Vec<Scoped>,
        #[serde(default)]
        at: Option<i64>,
    },
    /// What a running sprint holds changed by one card.
    Scope { card: Scoped, change: Change },
    /// A sprint ended with these cards, at the time that the document says; those that are not done went on to another, or
    /// to the backlog.
    SprintCompleted {
        name: String,
        to: Option<String>,
        #[serde(default)]
        at: Option<i64>,
        #[serde(default)]
        held: Option<Vec<Scoped>>,
    },
    /// A column was added.
    ColumnAdded { name: String },
    /// A column got another name.
    ColumnRenamed { from: String, to: String },
    /// A column was deleted.
    ColumnDeleted { name: String },
    /// A column was brought back.
    ColumnRestored { name: String },
    /// The board got another name.
    BoardRenamed { from: String, to: String },
}

/// A part with the name that it had then: names change, and what happened does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

/// A card as a sprint counts it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scoped {
    /// Its id.
    pub card: String,
    /// Its number, once it has one.
    pub number: Option<u64>,
    /// Its title at that time.
    pub title: String,
    /// Its estimate; 0 without one.
    pub points: f64,
    /// Whether it stands in a column of category done.
    pub done: bool,
}

/// How a card changed what a running sprint holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It came in.
    Added,
    /// It went out: to another sprint, to the backlog, to the archive, or it was deleted.
    Removed,
    /// Its estimate changed.
    Estimated,
    /// It reached a column of category done.
    Done,
    /// It left one.
    Reopened,
}

/// Whose edit it is: what only the server may write counts only when the server wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Somebody in the room.
    Member,
    /// Somebody or the server: a row of the store, or what another replica has. Whoever took it in has checked it, and may
    /// not have put it right yet.
    Stored,
    /// The server: a command, or a repair.
    Server,
}

/// The parts of a board that an update touched; everything else is as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Cards, by id.
    pub cards: BTreeSet<CardId>,
    /// Sprints, by id.
    pub sprints: BTreeSet<SprintId>,
    /// Any column.
    pub columns: bool,
    /// What the board says of itself.
    pub meta: bool,
}

impl Touched {
    /// Sorts out what was touched, from pairs of root name and key; other roots and malformed ids do not matter.
    pub fn from_parts<'a>(parts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Touched {
        let mut touched = Touched::default();
        for (root, key) in parts {
            match root {
                "cards" => touched.cards.extend(CardId::parse(key).ok()),
                "sprints" => touched.sprints.extend(SprintId::parse(key).ok()),
                "columns" => touched.columns = true,
                "meta" => touched.meta = true,
                _ => {}
            }
        }
        touched
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        *self == Touched::default()
    }
}
