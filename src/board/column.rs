//! Columns: the steps of the team's work, in an order of their own.
//!
//! Promises: live columns are ordered by (rank, id), those without a rank last; an unknown category counts as `todo`.

use std::cmp::Ordering;

use yrs::{Any, MapRef, ReadTxn};

use super::field::{self, Part};
use super::id::{CardId, ColumnId};
use super::rank::compare;
use super::value::{Deletion, deletion, field as entry, maps, object, root, string};

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

    /// The category of that name.
    pub fn parse(text: &str) -> Option<Category> {
        [Category::Backlog, Category::Todo, Category::Doing, Category::Done]
            .into_iter()
            .find(|category| category.as_str() == text)
    }
}

/// How many cards a column should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wip {
    /// The limit, from 1 to [`WIP_MAX`].
    pub limit: u16,
    /// Whether the server sees to it; otherwise it is shown only.
    pub is_hard: bool,
}

/// Largest WIP limit.
pub const WIP_MAX: u16 = 999;

impl Wip {
    fn read(value: &Any) -> Option<Wip> {
        let limit = u16::try_from(field::whole(entry(value, "n")?)?).ok().filter(|limit| *limit <= WIP_MAX)?;
        Some(Wip { limit, is_hard: entry(value, "mode").and_then(string) == Some("hard") })
    }

    pub(super) fn to_any(self) -> Any {
        let mode = if self.is_hard { "hard" } else { "soft" };
        object([("n", Any::from(u32::from(self.limit))), ("mode", Any::from(mode))])
    }

    /// How many cards it lets in at most, if it is hard.
    pub fn hard_limit(self) -> Option<usize> {
        self.is_hard.then_some(usize::from(self.limit))
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
    /// How many cards it should hold, if there is a limit.
    pub wip: Option<Wip>,
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
    let part = Part::new(txn, map);
    let category = part.get("category", |value| string(value).and_then(Category::parse));
    Column {
        id,
        name: part.text("name").unwrap_or_default(),
        category: category.unwrap_or(Category::Todo),
        wip: part.get("wip", Wip::read),
        rank: part.text("rank"),
        deleted: deletion(txn, map),
        cards: Vec::new(),
    }
}
