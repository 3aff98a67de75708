//! Commands: what a merge cannot decide, because it needs one answer. The server does them, one after another.
//!
//! Promises: all or nothing; doing again what is done already succeeds and changes nothing, so that a command whose answer was lost
//! can be sent again. Does not check who may command.
//! Start at [`perform`].

use serde::Deserialize;
use serde_json::{Value as Json, json};
use yrs::{Map, MapRef, TransactionMut};

use super::edit::{EditError, Editor, Place};
use super::history::{CardFacts, Facts};
use super::id::{CardId, ColumnId, SprintId};
use super::sprint::Completed;
use super::value::{Stamp, nested, root};
use super::{card, field};

/// Most cards that one command moves.
pub const MOVED_CARDS_MAX: usize = 1_000;

/// Longest name of a board, in characters.
pub const NAME_CHARS_MAX: usize = 200;

/// What somebody asks of the server; on the wire an object with `do` and the fields named here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields of a variant are what its sentence names")]
pub enum Command {
    /// Begins a sprint with what is planned into it.
    StartSprint { sprint: String },
    /// Ends a sprint; what is not done goes on to another, or to the backlog.
    CompleteSprint { sprint: String, carry_to: Option<String> },
    /// Moves cards into a column, unless it is full and its limit is hard. It names no lane: what a lane of the app stands for
    /// (a person, a label, a type) is a field of the card, which a merge can decide.
    MoveCards { cards: Vec<String>, column: String, before: Option<String> },
    /// Deletes all cards that an import made.
    UndoImport { import: String },
    /// Gives the board another name.
    RenameBoard { name: String },
    /// Puts the board away, or takes it out again.
    ArchiveBoard { archived: bool },
}

/// Why a command was not done; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// For programs; the app has words for each.
    pub code: &'static str,
    /// For people.
    pub detail: String,
}

impl Refused {
    fn new(code: &'static str, detail: impl Into<String>) -> Refused {
        Refused { code, detail: detail.into() }
    }
}

impl From<EditError> for Refused {
    fn from(error: EditError) -> Refused {
        let code = match error {
            EditError::NoCard(_) => "no_card",
            EditError::NoColumn(_) => "no_column",
            _ => "malformed",
        };
        Refused::new(code, error.to_string())
    }
}

/// Does a command on a board whose facts are up to date; what it answers is for the one who asked.
///
/// # Errors
/// [`Refused`]; the transaction is untouched.
pub fn perform(txn: &mut TransactionMut<'_>, facts: &Facts, command: &Command, stamp: &Stamp) -> Result<Json, Refused> {
    match command {
        Command::StartSprint { sprint } => start(txn, facts, &sprint_id(sprint)?, stamp),
        Command::CompleteSprint { sprint, carry_to } => {
            let carry_to = carry_to.as_deref().map(sprint_id).transpose()?;
            complete(txn, facts, &sprint_id(sprint)?, carry_to, stamp)
        }
        Command::MoveCards { cards, column, before } => move_cards(txn, facts, cards, column, before.as_deref(), stamp),
        Command::UndoImport { import } => undo_import(txn, import, stamp),
        Command::RenameBoard { name } => rename(txn, name, stamp),
        Command::ArchiveBoard { archived } => {
            let meta = root(txn, "meta").ok_or_else(|| Refused::new("no_board", "This document is no board."))?;
            field::write(txn, &meta, "archived", (*archived).into(), stamp);
            Ok(json!({ "archived": archived }))
        }
    }
}

fn sprint_id(text: &str) -> Result<SprintId, Refused> {
    SprintId::parse(text).map_err(|_| Refused::new("no_sprint", "There is no such sprint."))
}

fn sprint_map(txn: &TransactionMut<'_>, id: &SprintId) -> Result<MapRef, Refused> {
    let map = root(txn, "sprints").and_then(|sprints| nested(txn, &sprints, id.as_str()));
    map.ok_or_else(|| Refused::new("no_sprint", "There is no such sprint."))
}

fn start(txn: &mut TransactionMut<'_>, facts: &Facts, id: &SprintId, stamp: &Stamp) -> Result<Json, Refused> {
    let map = sprint_map(txn, id)?;
    let sprint = facts.sprints.get(id).filter(|sprint| sprint.deleted.is_none());
    let Some(sprint) = sprint else { return Err(Refused::new("no_sprint", "The sprint is deleted.")) };
    if sprint.completed.is_some() {
        return Err(Refused::new("closed", "The sprint is over."));
    }
    if sprint.started.is_none() {
        map.insert(txn, "started", stamp.to_any());
    }
    Ok(json!({ "sprint": id.as_str() }))
}

fn complete(
    txn: &mut TransactionMut<'_>,
    facts: &Facts,
    id: &SprintId,
    carry_to: Option<SprintId>,
    stamp: &Stamp,
) -> Result<Json, Refused> {
    let map = sprint_map(txn, id)?;
    let Some(sprint) = facts.sprints.get(id).filter(|sprint| sprint.started.is_some()) else {
        return Err(Refused::new("not_active", "The sprint has not begun."));
    };
    if let Some(completed) = &sprint.completed {
        return Ok(json!({ "sprint": id.as_str(), "carried_to": completed.to.as_ref().map(SprintId::as_str) }));
    }
    if let Some(next) = &carry_to {
        let next = facts.sprints.get(next).filter(|_| next != id);
        if next.is_none_or(|next| next.completed.is_some() || next.deleted.is_some()) {
            return Err(Refused::new("no_sprint", "Unfinished cards cannot go to that sprint."));
        }
    }
    // A card that is hidden today may be restored once the sprint is over: it goes along, and nobody counts it.
    let is_left = |card: &CardFacts| card.sprint.as_ref() == Some(id) && !facts.is_finished(card);
    let left: Vec<(&CardId, &CardFacts)> = facts.cards.iter().filter(|(_, card)| is_left(card)).collect();
    for (card, _) in &left {
        let map = root(txn, "cards").and_then(|cards| nested(txn, &cards, card.as_str()));
        if let Some(map) = map {
            card::carry(txn, &map, carry_to.as_ref(), stamp);
        }
    }
    let carried = left.iter().filter(|(_, card)| card.is_shown()).count();
    let completed = Completed { stamp: stamp.clone(), to: carry_to };
    map.insert(txn, "completed", completed.to_any());
    let carried_to = completed.to.as_ref().map(SprintId::as_str);
    Ok(json!({ "sprint": id.as_str(), "carried": carried, "carried_to": carried_to }))
}

fn move_cards(
    txn: &mut TransactionMut<'_>,
    facts: &Facts,
    cards: &[String],
    column: &str,
    before: Option<&str>,
    stamp: &Stamp,
) -> Result<Json, Refused> {
    if cards.len() > MOVED_CARDS_MAX {
        return Err(Refused::new("too_many", format!("One command moves at most {MOVED_CARDS_MAX} cards.")));
    }
    let no_column = || Refused::new("no_column", "There is no such column.");
    let column = ColumnId::parse(column).map_err(|_| no_column())?;
    let target = facts.column(&column).ok_or_else(no_column)?;
    let card_id = |text: &str| {
        let id = CardId::parse(text).ok().filter(|id| facts.cards.get(id).is_some_and(|card| card.is_shown()));
        id.ok_or_else(|| Refused::new("no_card", "A card is not there any more."))
    };
    let mut moving: Vec<CardId> = Vec::new();
    for card in cards {
        let id = card_id(card)?;
        if !moving.contains(&id) {
            moving.push(id);
        }
    }
    let is_there = |id: &CardId| facts.cards.get(id).is_some_and(|card| card.column.as_ref() == Some(&column));
    let arriving = moving.iter().filter(|id| !is_there(id)).count();
    if let Some(limit) = target.hard_limit()
        && arriving > 0
        && facts.count_in(&column) + arriving > limit
    {
        return Err(Refused::new("wip_full", format!("{} holds at most {limit} cards.", target.name)));
    }
    // The card to go before may have left meanwhile: then the cards go last.
    let before = before.and_then(|text| card_id(text).ok()).filter(|id| is_there(id) && !moving.contains(id));
    let mut editor = Editor::new(txn, stamp.clone());
    for id in &moving {
        editor.move_card(id, &Place { column: column.clone(), lane: None, before: before.clone() })?;
    }
    Ok(json!({ "moved": moving.len() }))
}

fn undo_import(txn: &mut TransactionMut<'_>, import: &str, stamp: &Stamp) -> Result<Json, Refused> {
    let made = card::of_import(txn, import);
    let count = made.len();
    let mut editor = Editor::new(txn, stamp.clone());
    for id in &made {
        editor.delete_card(id)?;
    }
    Ok(json!({ "cards": count }))
}

fn rename(txn: &mut TransactionMut<'_>, name: &str, stamp: &Stamp) -> Result<Json, Refused> {
    let name = board_name(name)?;
    Editor::new(txn, stamp.clone()).rename_board(name);
    Ok(json!({ "name": name }))
}

/// What a board may be called: a text without the spaces around it, if it is a name.
///
/// # Errors
/// [`Refused`] when nothing is left, or too much, or it is no single line.
pub fn board_name(text: &str) -> Result<&str, Refused> {
    let name = text.trim();
    let is_name = !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX && !name.chars().any(char::is_control);
    let refused =
        || Refused::new("bad_name", format!("A board's name is 1 to {NAME_CHARS_MAX} characters on one line."));
    is_name.then_some(name).ok_or_else(refused)
}

/// What lists show of a name from a file or a document that follows no rules: one line of bounded length, if anything is left.
pub fn presentable_name(text: &str) -> Option<String> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(NAME_CHARS_MAX).collect();
    board_name(&line).ok().map(str::to_owned)
}
