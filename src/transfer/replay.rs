//! A Trello export's dated actions as steps, to be played again by many people at once.
//!
//! Promises: [`Replay::start`] is the board before the first action, as far as the actions tell (they name the values they
//! replaced); played in order by one person, the steps lead to the board that the export shows. Steps that cannot be expressed are counted.
//! Each step applies to any copy of the board: what it speaks of may have been moved or deleted by then.

use std::collections::BTreeMap;

use crate::board::card::{ChecklistItem, Comment};
use crate::board::draft::{BoardDraft, NewCard, NewColumn};
use crate::board::edit::{EditError, Editor, Membership, Place};
use crate::board::id::{CardId, ColumnId, ItemId, UserId};
use crate::board::value::Stamp;

use super::trello::{ImportError, ImportOptions, import, read};

mod history;
mod order;

/// What happened, in the order in which it happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// The board before the first step.
    pub start: BoardDraft,
    /// To write the start with: just before the first step.
    pub started: Stamp,
    /// Sorted by time; steps of one moment stay in the order of the file's history.
    pub steps: Vec<Step>,
    /// Actions that no step expresses, by kind.
    pub skipped: BTreeMap<String, usize>,
}

/// One thing that one person did.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When, in ms since 1970.
    pub at_ms: i64,
    /// By whom.
    pub actor: UserId,
    /// What.
    pub change: Change,
}

/// A change of the board.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A new column.
    AddColumn(NewColumn),
    /// A column's new name.
    RenameColumn(ColumnId, String),
    /// A column's new place: before another one, or last.
    MoveColumn(ColumnId, Option<ColumnId>),
    /// A column is deleted.
    DeleteColumn(ColumnId),
    /// A column comes back.
    RestoreColumn(ColumnId),
    /// A new card, put before another one of its column, or last.
    AddCard(Box<NewCard>, Option<CardId>),
    /// A card's new title.
    RenameCard(CardId, String),
    /// A card's new description.
    Describe(CardId, Vec<String>),
    /// A card's new place: in this column, before another card, or last.
    MoveCard(CardId, ColumnId, Option<CardId>),
    /// A card is deleted.
    DeleteCard(CardId),
    /// A card is put away, or comes back.
    ArchiveCard(CardId, bool),
    /// Somebody joins or leaves a card.
    Assign(CardId, UserId, Membership),
    /// A card's last day.
    SetDue(CardId, Option<String>),
    /// A new checklist item.
    AddItem(CardId, ChecklistItem),
    /// An item is ticked, or not any more.
    Tick(CardId, ItemId, bool),
    /// Somebody says something.
    AddComment(CardId, Comment),
}

impl Replay {
    /// Reads the steps of a Trello export.
    ///
    /// # Errors
    /// As [`import`].
    pub fn read(bytes: &[u8], options: &ImportOptions) -> Result<Replay, ImportError> {
        let end = import(bytes, options)?.board;
        Ok(history::replay(&read(bytes)?, end, &options.stamp))
    }
}

impl Step {
    /// Applies the step to a copy of the board.
    ///
    /// # Errors
    /// [`EditError`] when what the step speaks of is not there, or not any more. Nothing was changed then.
    pub fn apply(&self, editor: &mut Editor<'_, '_>) -> Result<(), EditError> {
        match &self.change {
            Change::AddColumn(column) => editor.add_column(column),
            Change::RenameColumn(column, name) => editor.rename_column(column, name),
            Change::MoveColumn(column, before) => match editor.move_column(column, before.as_ref()) {
                Err(EditError::NoColumn(gone)) if Some(&gone) == before.as_ref() => editor.move_column(column, None),
                moved => moved,
            },
            Change::DeleteColumn(column) => editor.delete_column(column),
            Change::RestoreColumn(column) => editor.restore_column(column),
            Change::AddCard(card, before) => {
                let place = Place { column: card.position.column.clone(), lane: None, before: before.clone() };
                let position = or_last(place, |place| editor.open_place(place))?;
                editor.add_card(&NewCard { position, ..NewCard::clone(card) })
            }
            Change::RenameCard(card, title) => editor.set_title(card, title),
            Change::Describe(card, paragraphs) => editor.set_description(card, paragraphs),
            Change::MoveCard(card, column, before) => {
                let place = Place { column: column.clone(), lane: None, before: before.clone() };
                or_last(place, |place| editor.move_card(card, place))
            }
            Change::DeleteCard(card) => editor.delete_card(card),
            Change::ArchiveCard(card, is_archived) => editor.archive_card(card, *is_archived),
            Change::Assign(card, user, change) => editor.assign(card, user, *change),
            Change::SetDue(card, due) => editor.set_due(card, due.as_deref()),
            Change::AddItem(card, item) => editor.add_item(card, item),
            Change::Tick(card, item, is_done) => editor.tick_item(card, item, *is_done),
            Change::AddComment(card, comment) => editor.add_comment(card, comment),
        }
    }
}

/// Tries a place, then the end of its column when the card to go before is not there (any more).
fn or_last<R>(mut place: Place, mut put: impl FnMut(&Place) -> Result<R, EditError>) -> Result<R, EditError> {
    match put(&place) {
        Err(EditError::NoCard(gone)) if Some(&gone) == place.before.as_ref() => {
            place.before = None;
            put(&place)
        }
        done => done,
    }
}
