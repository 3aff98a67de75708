//! A board as a table that spreadsheet programs open and that [`crate::transfer::csv`] reads again with the mapping it guesses.
//!
//! Promises: one row for each card that is not deleted, in the order of the board; no cell is run as a formula; several values of one
//! field stand in one cell, comments in a column each, as Jira writes them. What a table cannot say (formatting, order of columns
//! without cards, colours) is in [`super::json()`].

use std::collections::BTreeMap;

use ::csv::{Terminator, WriterBuilder};

use crate::board::Board;
use crate::board::card::{Card, ChecklistItem, Comment};
use crate::board::date::instant;
use crate::board::id::{CardId, UserId};
use crate::transfer::csv::cell::{guarded, join};

/// Most comments of one card that are written, the newest: each takes a column.
pub const COMMENTS_MAX: usize = 500;

/// The columns before the comments. All but the last are named as the import guesses them.
const HEADER: [&str; 14] = [
    "Number",
    "Title",
    "Type",
    "Column",
    "Priority",
    "Points",
    "Assignees",
    "Labels",
    "Sprint",
    "Start",
    "Due",
    "Description",
    "Checklist",
    "Archived",
];

/// The board as CSV in UTF-8, with the mark that makes Excel read it as such.
pub fn csv(board: &Board) -> Vec<u8> {
    let comments = board.cards.values().map(|card| card.comments.len().min(COMMENTS_MAX)).max().unwrap_or(0);
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(b"\xef\xbb\xbf".to_vec());
    let header = HEADER.into_iter().chain((0..comments).map(|_| "Comment"));
    let mut is_written = writer.write_record(header).is_ok();
    for (id, column) in shown(board) {
        let Some(card) = board.cards.get(id) else { continue };
        let row = row(board, card, column).into_iter().map(guarded);
        let said = card
            .comments
            .iter()
            .skip(card.comments.len().saturating_sub(COMMENTS_MAX))
            .map(|comment| remark(board, comment));
        let empty = (card.comments.len()..comments).map(|_| String::new());
        is_written &= writer.write_record(row.chain(said).chain(empty)).is_ok();
    }
    let bytes = writer.into_inner().ok().filter(|_| is_written);
    bytes.expect("writing to memory does not fail")
}

/// Live cards as the board shows them, then those that it does not show, by id; each with the name of its column.
fn shown(board: &Board) -> Vec<(&CardId, &str)> {
    let columns = board.layout.columns.iter();
    let mut shown: Vec<(&CardId, &str)> =
        columns.flat_map(|column| column.cards.iter().map(|card| (card, column.name.as_str()))).collect();
    let names: BTreeMap<&str, &str> =
        board.layout.columns.iter().map(|column| (column.id.as_str(), column.name.as_str())).collect();
    let placed: BTreeMap<&CardId, &str> = shown.iter().copied().collect();
    let others = board.cards.iter().filter(|(id, card)| card.deleted.is_none() && !placed.contains_key(id));
    let column = |card: &Card| card.position.winner().and_then(|entry| names.get(entry.value.column.as_str()).copied());
    let others: Vec<(&CardId, &str)> = others.map(|(id, card)| (id, column(card).unwrap_or_default())).collect();
    shown.extend(others);
    shown
}

fn row(board: &Board, card: &Card, column: &str) -> [String; HEADER.len()] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let labels = card.labels.iter().filter_map(|id| board.labels.get(id));
    // A label may have a colour only.
    let labels = labels.map(|label| if label.name.is_empty() { label.color.as_str() } else { label.name.as_str() });
    [
        number(board, card),
        card.title.clone(),
        card.kind.as_str().to_owned(),
        column.to_owned(),
        text(&card.priority),
        card.points.map(|points| points.to_string()).unwrap_or_default(),
        join(card.assignees.iter().map(|id| name(board, id))),
        join(labels),
        join(card.plan.sprint.iter().filter_map(|id| Some(board.sprints.get(id)?.name.as_str()))),
        text(&card.start),
        text(&card.due),
        card.description.join("\n"),
        card.checklist.iter().map(item).collect::<Vec<String>>().join("\n"),
        (if card.is_archived { "yes" } else { "" }).to_owned(),
    ]
}

/// As the board shows it, or the number alone.
fn number(board: &Board, card: &Card) -> String {
    let number = card.number.map(|number| number.to_string()).unwrap_or_default();
    let key = board.key.as_deref().filter(|_| !number.is_empty());
    key.map_or_else(|| number.clone(), |key| format!("{key}-{number}"))
}

fn name<'b>(board: &'b Board, id: &'b UserId) -> &'b str {
    board.members.get(id).map_or(id.as_str(), String::as_str)
}

fn item(item: &ChecklistItem) -> String {
    let tick = if item.is_done { 'x' } else { ' ' };
    format!("[{tick}] {}", item.text.replace(['\n', '\r'], " "))
}

/// A comment as Jira writes it. The date begins with a digit, so nothing is to be guarded.
fn remark(board: &Board, comment: &Comment) -> String {
    let author = UserId::parse(&comment.by).ok().and_then(|id| board.members.get(&id).cloned());
    let author = author.unwrap_or_else(|| comment.by.clone()).replace(';', " ");
    format!("{};{author};{}", instant(comment.at_ms), comment.body)
}
