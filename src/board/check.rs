//! What must hold on every board, whoever wrote it. The server counts what does not, as `calit_invariant_violations_total{rule}`.
//!
//! Promises: a board that was written by [`super::edit::Editor`] alone has no violations, in any merge of its copies, but for those
//! that [`Rule::is_by_merge`] names. Finding one changes nothing.

use std::collections::BTreeMap;
use std::fmt;

use yrs::{Out, ReadTxn};

use super::Board;
use super::ROOTS;
use super::id::{CardId, ColumnId};
use super::value::root;

/// A rule of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Every live card stands in exactly one live column.
    CardInOneColumn,
    /// Every card has a position.
    CardHasPosition,
    /// Every position of a live card names a column that the board knows.
    ColumnIsKnown,
    /// Everything under `columns` and `cards` is a map with a well-formed id.
    PartIsMap,
    /// No root names but those of a board.
    RootIsKnown,
}

impl Rule {
    /// The name in metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Rule::CardInOneColumn => "card_in_one_column",
            Rule::CardHasPosition => "card_has_position",
            Rule::ColumnIsKnown => "column_is_known",
            Rule::PartIsMap => "part_is_map",
            Rule::RootIsKnown => "root_is_known",
        }
    }

    /// Whether honest copies can break it by merging: the last live columns deleted by two people at once.
    pub fn is_by_merge(self) -> bool {
        self == Rule::CardInOneColumn
    }
}

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Which rule.
    pub rule: Rule,
    /// The part that breaks it: a card, a root, or a key.
    pub part: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule.as_str(), self.part)
    }
}

/// Everything that is wrong with a document as a board, in a fixed order.
pub fn violations<T: ReadTxn>(txn: &T) -> Vec<Violation> {
    let board = Board::read(txn);
    let mut found = of_board(&board);
    found.extend(strange_roots(txn));
    found.extend(strange_parts(txn, "columns"));
    found.extend(strange_parts(txn, "cards"));
    found.extend(strange_parts(txn, "sprints"));
    found.sort();
    found
}

/// Whether clients of a board may write under this root name.
pub fn is_root(name: &str) -> bool {
    ROOTS.contains(&name)
}

fn of_board(board: &Board) -> Vec<Violation> {
    let mut shown: BTreeMap<&CardId, usize> = BTreeMap::new();
    for card in board.layout.columns.iter().flat_map(|column| &column.cards) {
        *shown.entry(card).or_default() += 1;
    }
    let is_known = |column: &ColumnId| {
        let mut known = board.layout.columns.iter().chain(&board.layout.deleted_columns);
        known.any(|known| known.id == *column)
    };
    let mut found = Vec::new();
    for (id, card) in &board.cards {
        let mut breach = |rule| found.push(Violation { rule, part: id.to_string() });
        if shown.get(id).copied().unwrap_or(0) != usize::from(card.is_shown()) {
            breach(Rule::CardInOneColumn);
        }
        match card.position.winner() {
            None => breach(Rule::CardHasPosition),
            Some(winner) if card.is_shown() && !is_known(&winner.value.column) => breach(Rule::ColumnIsKnown),
            Some(_) => {}
        }
    }
    found
}

fn strange_roots<T: ReadTxn>(txn: &T) -> Vec<Violation> {
    let names = txn.root_refs().map(|(name, _)| name.to_owned());
    names.filter(|name| !is_root(name)).map(|part| Violation { rule: Rule::RootIsKnown, part }).collect()
}

fn strange_parts<T: ReadTxn>(txn: &T, name: &'static str) -> Vec<Violation> {
    let Some(map) = root(txn, name) else { return Vec::new() };
    let is_strange = |key: &str, value: &Out| CardId::parse(key).is_err() || !matches!(value, Out::YMap(_));
    let parts = yrs::Map::iter(&map, txn).filter(|(key, value)| is_strange(key, value));
    parts.map(|(key, _)| Violation { rule: Rule::PartIsMap, part: format!("{name}/{key}") }).collect()
}
