//! What the server remembers of a board to tell what an update changed: no texts but titles, one small value for each card.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use yrs::{MapRef, ReadTxn};

use super::{Named, Scoped};
use crate::board::Board;
use crate::board::card::{self, Card, ChecklistItem};
use crate::board::column::{self, Category, Column, Wip};
use crate::board::id::{CardId, ColumnId, CommentId, ItemId, LabelId, SprintId, UserId};
use crate::board::link::Link;
use crate::board::position::Position;
use crate::board::sprint::{self, Sprint};
use crate::board::value::Stamp;

/// Most items, and most comments, of a card whose coming and going is told. All of them are compared at every update of the card: with
/// thousands, each keystroke in its title would hold up everybody in the room for milliseconds.
pub const TOLD_ENTRIES_MAX: u32 = 1_000;

/// A board as it was before the next update.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The board's name.
    pub name: String,
    /// Its live columns, in order.
    pub columns: Vec<ColumnFacts>,
    /// Deleted columns: their cards are shown by the first live one of the same category.
    pub deleted_columns: Vec<ColumnFacts>,
    /// Its sprints, deleted ones too; when they began and ended is what the server wrote, whatever the document says now.
    pub sprints: BTreeMap<SprintId, Sprint>,
    /// Sprints of which the document says another start or end than these facts: a forgery, or a command done elsewhere.
    pub doubted: BTreeSet<SprintId>,
    /// Every card, deleted ones too.
    pub cards: BTreeMap<CardId, CardFacts>,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnFacts {
    /// Its id.
    pub id: ColumnId,
    /// Its name.
    pub name: String,
    /// What it means for a sprint.
    pub category: Category,
    /// How many cards it should hold.
    pub wip: Option<Wip>,
}

/// A card.
#[derive(Debug, Clone, PartialEq)]
pub struct CardFacts {
    pub(super) title: String,
    pub(super) description: u64,
    /// Who worked on the description last, and when that was told, so that typing is told once.
    pub(super) described: Option<(String, i64)>,
    pub(super) fields: CardFields,
    pub(super) assignees: BTreeSet<UserId>,
    pub(super) labels: BTreeSet<LabelId>,
    /// None when there are too many to be told, as with the comments.
    pub(super) checklist: Option<BTreeMap<ItemId, (String, bool)>>,
    pub(super) comments: Option<BTreeSet<CommentId>>,
    /// Its number, as the server gave it.
    pub number: Option<u64>,
    /// Where it was put; the column may be deleted.
    pub position: Option<Position>,
    /// The live column that shows it; none while it is deleted or archived, or no column lives.
    pub column: Option<ColumnId>,
    /// Whether that column is of category done.
    pub is_done: bool,
    /// The sprint it is planned into.
    pub sprint: Option<SprintId>,
    /// Its links to others, and when each was made.
    pub links: BTreeMap<Link, Option<Stamp>>,
    /// When it was made, in ms since 1970; 0 when the document does not say.
    pub created_at_ms: i64,
}

/// The single values of a card that are told when they change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CardFields {
    pub(super) kind: &'static str,
    pub(super) points: Option<f64>,
    pub(super) priority: Option<String>,
    pub(super) start: Option<String>,
    pub(super) due: Option<String>,
    pub(super) is_archived: bool,
    pub(super) is_deleted: bool,
}

impl Facts {
    /// Reads the whole board, once, when its document is loaded.
    pub fn read<T: ReadTxn>(txn: &T) -> Facts {
        let mut facts = Facts { name: Board::read_name(txn), ..Facts::default() };
        (facts.columns, facts.deleted_columns) = ColumnFacts::read_all(txn);
        facts.sprints = sprint::read_all(txn);
        let cards = card::maps_of_cards(txn);
        facts.cards = cards.into_iter().map(|(id, map)| (id, facts.card_facts(txn, &map))).collect();
        facts
    }

    /// Believes of the starts and ends of sprints only what is known already; the rest is in doubt.
    pub fn believe_only(&mut self, known: &BTreeMap<SprintId, Sprint>) {
        for (id, sprint) in &mut self.sprints {
            let known = known.get(id).map(|known| (known.started.clone(), known.completed.clone())).unwrap_or_default();
            if known != (sprint.started.take(), sprint.completed.take()) {
                self.doubted.insert(id.clone());
            }
            (sprint.started, sprint.completed) = known;
        }
    }

    /// A column that lives.
    pub fn column(&self, id: &ColumnId) -> Option<&ColumnFacts> {
        self.columns.iter().find(|column| column.id == *id)
    }

    /// How many cards a column shows.
    pub fn count_in(&self, column: &ColumnId) -> usize {
        self.cards.values().filter(|card| card.column.as_ref() == Some(column)).count()
    }

    /// The greatest number that a card has.
    pub fn last_number(&self) -> u64 {
        self.cards.values().filter_map(|card| card.number).max().unwrap_or(0)
    }

    /// Whether a sprint has begun and not ended.
    pub fn is_active(&self, sprint: &SprintId) -> bool {
        self.sprints.get(sprint).is_some_and(Sprint::is_active)
    }

    /// The live column that shows what was put into a column: itself, the first of its category, or the first of all.
    pub(super) fn home(&self, column: Option<&ColumnId>) -> Option<&ColumnFacts> {
        let own = column.and_then(|column| self.column(column));
        own.or_else(|| {
            let gone = self.deleted_columns.iter().find(|gone| Some(&gone.id) == column)?;
            self.columns.iter().find(|live| live.category == gone.category)
        })
        .or(self.columns.first())
    }

    /// Whether a card stands where cards are done; one that is hidden would, if it were shown.
    pub fn is_finished(&self, card: &CardFacts) -> bool {
        let column = card.position.as_ref().map(|position| &position.column);
        self.home(column).is_some_and(|home| home.category == Category::Done)
    }

    pub(super) fn card_facts<T: ReadTxn>(&self, txn: &T, map: &MapRef) -> CardFacts {
        let card = Card::read_without_entries(txn, map);
        let position = card.position.winner().map(|entry| entry.value.clone());
        let home = card.is_shown().then(|| self.home(position.as_ref().map(|position| &position.column))).flatten();
        let mut hasher = DefaultHasher::new();
        card.description.hash(&mut hasher);
        let is_told = |key| card::count_entries(txn, map, key) <= TOLD_ENTRIES_MAX;
        let item = |item: ChecklistItem| (item.id, (item.text, item.is_done));
        CardFacts {
            description: hasher.finish(),
            described: None,
            fields: CardFields {
                kind: card.kind.as_str(),
                points: card.points,
                priority: card.priority,
                start: card.start,
                due: card.due,
                is_archived: card.is_archived,
                is_deleted: card.deleted.is_some(),
            },
            assignees: card.assignees,
            labels: card.labels,
            checklist: is_told("checklist").then(|| card::checklist(txn, map).into_iter().map(item).collect()),
            comments: is_told("comments").then(|| card::comment_ids(txn, map)),
            number: card.number,
            column: home.map(|home| home.id.clone()),
            is_done: home.is_some_and(|home| home.category == Category::Done),
            position,
            sprint: card.plan.sprint,
            links: card.links.into_iter().map(|linked| (linked.link, linked.made)).collect(),
            created_at_ms: card.created.map_or(0, |stamp| stamp.at_ms),
            title: card.title,
        }
    }

    /// The cards that a sprint counts.
    pub(super) fn scope_of(&self, sprint: &SprintId) -> Vec<Scoped> {
        let planned = self.cards.iter().filter(|(_, card)| card.is_in(sprint));
        planned.map(|(id, card)| Facts::scoped(id, card)).collect()
    }

    /// A card as a running sprint counts it.
    pub(super) fn scoped(id: &CardId, card: &CardFacts) -> Scoped {
        Scoped {
            card: id.to_string(),
            number: card.number,
            title: card.title.clone(),
            points: card.fields.points.unwrap_or(0.0),
            done: card.is_done,
        }
    }

    pub(super) fn named_column(&self, column: Option<&ColumnId>) -> Named {
        let column = column.and_then(|column| self.column(column));
        column.map_or_else(Named::nothing, |column| Named { id: column.id.to_string(), name: column.name.clone() })
    }

    pub(super) fn named_sprint(&self, sprint: Option<&SprintId>) -> Option<Named> {
        let sprint = sprint?;
        let name = self.sprints.get(sprint).map_or_else(String::new, |sprint| sprint.name.clone());
        Some(Named { id: sprint.to_string(), name })
    }
}

impl CardFacts {
    /// Whether the board shows it.
    pub fn is_shown(&self) -> bool {
        !self.fields.is_deleted && !self.fields.is_archived
    }

    /// Whether a sprint counts it.
    pub(super) fn is_in(&self, sprint: &SprintId) -> bool {
        self.is_shown() && self.sprint.as_ref() == Some(sprint)
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }
}

impl ColumnFacts {
    /// All columns: the live ones, and the deleted ones.
    pub(super) fn read_all<T: ReadTxn>(txn: &T) -> (Vec<ColumnFacts>, Vec<ColumnFacts>) {
        let (live, deleted): (Vec<_>, Vec<_>) =
            column::read_all(txn).into_iter().partition(|column| column.deleted.is_none());
        (live.iter().map(ColumnFacts::of).collect(), deleted.iter().map(ColumnFacts::of).collect())
    }

    fn of(column: &Column) -> ColumnFacts {
        let Column { id, name, category, wip, .. } = column;
        ColumnFacts { id: id.clone(), name: name.clone(), category: *category, wip: *wip }
    }

    /// How many cards it holds at most, where the server sees to it.
    pub fn hard_limit(&self) -> Option<usize> {
        self.wip.and_then(Wip::hard_limit)
    }
}

impl Named {
    /// Where there was nothing to name.
    fn nothing() -> Named {
        Named { id: String::new(), name: String::new() }
    }
}
