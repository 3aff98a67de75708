//! Columns: the steps of the team's work, in an order of their own.
//!
//! Promises: live columns are ordered by (rank, id), those without a rank last; an unknown category counts as `todo`.

use std::cmp::Ordering;

use yrs::{MapRef, ReadTxn};

use super::id::{CardId, ColumnId};
use super::rank::compare;
use super::value::{Deletion, deletion, maps, plain_string, root};

/// What a column means for the sprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Not planned yet.
    Backlog,
    /// Planned.
    Todo,
    /// Being worked on.
    Doing,
    /// Finished.
    Done,
}

impl Category {
    /// The category as it stands in a document.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::Backlog => "backlog",
            Category::Todo => "todo",
            Category::Doing => "doing",
            Category::Done => "done",
        }
    }

    fn read(text: Option<&str>) -> Category {
        match text {
            Some("backlog") => Category::Backlog,
            Some("doing") => Category::Doing,
            Some("done") => Category::Done,
            _ => Category::Todo,
        }
    }
}

/// A column as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the document.
    pub id: ColumnId,
    /// What people call it.
    pub name: String,
    /// What it means for the sprint.
    pub category: Category,
    /// Orders the columns, with the id.
    pub rank: Option<String>,
    /// Present when the column is deleted.
    pub deleted: Option<Deletion>,
    /// The live cards it shows, in order. Empty for a deleted column.
    pub cards: Vec<CardId>,
}

/// All columns, deleted ones too, in order. They hold no cards yet.
pub(super) fn read_all<T: ReadTxn>(txn: &T) -> Vec<Column> {
    let Some(columns) = root(txn, "columns") else { return Vec::new() };
    let mut all: Vec<Column> =
        maps(txn, &columns, ColumnId::parse).into_iter().map(|(id, map)| read(txn, id, &map)).collect();
    all.sort_by(|a, b| by_rank(a.rank.as_deref(), b.rank.as_deref()).then_with(|| a.id.cmp(&b.id)));
    all
}

/// Orders ranks; elements without one go last.
pub(super) fn by_rank(a: Option<&str>, b: Option<&str>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn read<T: ReadTxn>(txn: &T, id: ColumnId, map: &MapRef) -> Column {
    Column {
        id,
        name: plain_string(txn, map, "name").unwrap_or_default(),
        category: Category::read(plain_string(txn, map, "category").as_deref()),
        rank: plain_string(txn, map, "rank"),
        deleted: deletion(txn, map),
        cards: Vec::new(),
    }
}
