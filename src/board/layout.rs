//! Which column shows which card, and in which order: the rules of reading.
//!
//! - A card stands where its position says, if that column lives.
//! - If the column is deleted, it stands in the first live column of the same category; if there is none, or the column was never
//!   known, in the first live column. A card without any well-formed position stands there too, after all others, by id.
//! - Within a column the order is (rank, id). Deleted cards stand nowhere.
//!
//! Nothing is written: when the column comes back, so do its cards.

use std::collections::BTreeMap;

use yrs::ReadTxn;

use super::card::{is_shown, maps_of_cards};
use super::column::{self, Column, by_rank};
use super::id::{CardId, ColumnId};
use super::position::{self, Positions};

/// The columns of a board with their cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Live columns, in order, each with its live cards, in order.
    pub columns: Vec<Column>,
    /// Deleted columns, in order. They show no cards.
    pub deleted_columns: Vec<Column>,
    /// Live cards that no column can show, because no column lives; by id.
    pub unplaced: Vec<CardId>,
}

/// What decides about a card's place.
pub(super) struct Placed<'a> {
    pub(super) id: &'a CardId,
    pub(super) position: &'a Positions,
}

impl Layout {
    /// The index of a live column.
    pub fn index_of(&self, column: &ColumnId) -> Option<usize> {
        self.columns.iter().position(|live| live.id == *column)
    }

    /// Puts the live cards into the columns.
    pub(super) fn new<'a>(columns: Vec<Column>, live_cards: impl Iterator<Item = Placed<'a>>) -> Layout {
        let (mut columns, deleted_columns): (Vec<_>, Vec<_>) =
            columns.into_iter().partition(|column| column.deleted.is_none());
        let homes = homes(&columns, &deleted_columns);
        let mut cards: Vec<(Option<&str>, &CardId, usize)> = Vec::new();
        let mut unplaced = Vec::new();
        for card in live_cards {
            let place = card.position.winner().map(|entry| &entry.value);
            match place.and_then(|place| homes.get(&place.column).copied()).or((!columns.is_empty()).then_some(0)) {
                Some(home) => cards.push((place.map(|place| place.rank.as_str()), card.id, home)),
                None => unplaced.push(card.id.clone()),
            }
        }
        cards.sort_by(|a, b| by_rank(a.0, b.0).then_with(|| a.1.cmp(b.1)));
        for (_, id, home) in cards {
            columns[home].cards.push(id.clone());
        }
        unplaced.sort();
        Layout { columns, deleted_columns, unplaced }
    }
}

/// The live column, by index, that shows the cards of each known column.
fn homes(live: &[Column], deleted: &[Column]) -> BTreeMap<ColumnId, usize> {
    let own = live.iter().enumerate().map(|(at, column)| (column.id.clone(), at));
    let same_category = |gone: &Column| live.iter().position(|column| column.category == gone.category);
    let adopted = deleted.iter().filter_map(|gone| Some((gone.id.clone(), same_category(gone)?)));
    own.chain(adopted).collect()
}

/// The layout together with the positions it came from; all an edit needs to know.
pub(super) struct Placing {
    pub(super) layout: Layout,
    pub(super) positions: BTreeMap<CardId, Positions>,
}

impl Placing {
    pub(super) fn read<T: ReadTxn>(txn: &T) -> Placing {
        let cards = maps_of_cards(txn).into_iter().filter(|(_, map)| is_shown(txn, map));
        let positions: BTreeMap<CardId, Positions> = cards.map(|(id, map)| (id, position::read(txn, &map))).collect();
        let placed = positions.iter().map(|(id, position)| Placed { id, position });
        let layout = Layout::new(column::read_all(txn), placed);
        Placing { layout, positions }
    }

    pub(super) fn rank(&self, card: &CardId) -> Option<&str> {
        Some(self.positions.get(card)?.winner()?.value.rank.as_str())
    }
}
