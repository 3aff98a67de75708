//! The scrum board as a typed view of a document.
//!
//! Promises: any document reads as a board, whatever is in it, and equal documents read as equal boards; edits write only through
//! [`edit::Editor`]. Time, authors and ids are parameters: no clock, no randomness, no I/O.
//! Does not decide who may edit, and never repairs by itself: [`check`] tells what is wrong.
//! Start at [`Board::read`], then [`layout`] for where cards stand and [`register`] for whose move counts.

pub mod card;
pub mod check;
pub mod column;
pub mod command;
pub mod date;
pub mod demo;
pub mod draft;
pub mod edit;
pub mod field;
pub mod history;
pub mod id;
pub mod keeper;
pub mod label;
pub mod layout;
pub mod ledger;
pub mod link;
pub mod position;
pub mod rank;
pub mod register;
pub mod sprint;
pub mod template;
mod text;
pub mod value;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use yrs::ReadTxn;

use card::Card;
use field::Part;
use id::{CardId, LabelId, SprintId, UserId};
use label::Label;
use layout::{Layout, Placed};
use sprint::Sprint;
use value::root;

/// The root names of a board. Clients use no others.
pub const ROOTS: [&str; 5] = ["meta", "columns", "cards", "sprints", "labels"];

/// Version of the document's shape that this code writes.
pub const SCHEMA: i64 = 1;

/// A board as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// What people call it.
    pub name: String,
    /// Short prefix of its cards' numbers.
    pub key: Option<String>,
    /// People it names, by id.
    pub members: BTreeMap<UserId, String>,
    /// Its labels.
    pub labels: BTreeMap<LabelId, Label>,
    /// Columns and which cards they show.
    pub layout: Layout,
    /// Whether it is put away.
    pub is_archived: bool,
    /// Its sprints, deleted ones too.
    pub sprints: BTreeMap<SprintId, Sprint>,
    /// Every card, archived and deleted ones too.
    pub cards: BTreeMap<CardId, Card>,
}

impl Board {
    /// Reads a document. Never fails: what is malformed is left out.
    pub fn read<T: ReadTxn>(txn: &T) -> Board {
        let meta = root(txn, "meta");
        let part = meta.as_ref().map(|meta| Part::new(txn, meta));
        let cards: BTreeMap<CardId, Card> =
            card::maps_of_cards(txn).into_iter().map(|(id, map)| (id, Card::read(txn, &map))).collect();
        let live = cards.iter().filter(|(_, card)| card.is_shown());
        let placed = live.map(|(id, card)| Placed { id, position: &card.position });
        let layout = Layout::new(column::read_all(txn), placed);
        Board {
            name: part.as_ref().and_then(|part| part.text("name")).unwrap_or_default(),
            key: part.as_ref().and_then(|part| part.text("key")),
            is_archived: part.is_some_and(|part| part.is_set("archived")),
            members: label::read_members(txn),
            labels: label::read_labels(txn),
            layout,
            sprints: sprint::read_all(txn),
            cards,
        }
    }

    /// The board's name alone.
    pub fn read_name<T: ReadTxn>(txn: &T) -> String {
        Self::read_head(txn).0
    }

    /// The board's name, and whether it is put away, without reading the rest.
    pub fn read_head<T: ReadTxn>(txn: &T) -> (String, bool) {
        let meta = root(txn, "meta");
        let part = meta.as_ref().map(|meta| Part::new(txn, meta));
        let name = part.as_ref().and_then(|part| part.text("name")).unwrap_or_default();
        (name, part.is_some_and(|part| part.is_set("archived")))
    }
}
