//! Tests of the board as a whole: shared vectors, edits, and the merge rules over random histories.

mod edits;
mod history;
mod hostile;
mod live;
mod merge;
mod sprints;
mod vectors;

use yrs::updates::decoder::Decode;
use yrs::{ClientID, Doc, OffsetKind, Options, ReadTxn, Transact, TransactionMut, Update};

use super::Board;
use super::column::Category;
use super::draft::{BoardDraft, NewCard, NewColumn};
use super::edit::Editor;
use super::id::{CardId, ColumnId};
use super::position::Position;
use super::rank::n_between;
use super::value::Stamp;

pub(crate) fn card_id(text: &str) -> CardId {
    CardId::parse(text).expect("a well-formed id")
}

pub(crate) fn column_id(text: &str) -> ColumnId {
    ColumnId::parse(text).expect("a well-formed id")
}

/// A copy of a document, as one person has it; it counts text as browsers do.
pub(crate) fn copy(client: u64) -> Doc {
    copy_counting(client, OffsetKind::Utf16)
}

pub(crate) fn copy_counting(client: u64, offset_kind: OffsetKind) -> Doc {
    Doc::with_options(Options { offset_kind, ..Options::with_client_id(ClientID::new(client)) })
}

pub(crate) fn edit<R>(doc: &Doc, at_ms: i64, by: &str, f: impl FnOnce(&mut Editor<'_, '_>) -> R) -> R {
    let mut txn = doc.transact_mut();
    f(&mut Editor::new(&mut txn, Stamp::new(at_ms, by)))
}

pub(crate) fn read(doc: &Doc) -> Board {
    Board::read(&doc.transact())
}

/// Gives `to` everything that `from` has.
pub(crate) fn sync(from: &Doc, to: &Doc) {
    let missing = from.transact().encode_state_as_update_v1(&to.transact().state_vector());
    apply(&mut to.transact_mut(), &missing);
}

/// Gives every copy what all of them have.
pub(crate) fn meet(copies: &[Doc]) {
    for _ in 0..2 {
        (0..copies.len()).for_each(|at| sync(&copies[at], &copies[(at + 1) % copies.len()]));
    }
}

pub(crate) fn apply(txn: &mut TransactionMut<'_>, update: &[u8]) {
    txn.apply_update(Update::decode_v1(update).expect("an update")).expect("it applies");
}

/// Three columns (`todo`, `doing`, `done`) and cards `k0`, `k1`, … in `todo`.
pub(crate) fn small_board(cards: usize) -> BoardDraft {
    let created = Stamp::new(0, "usr_owner");
    let ranks = n_between(None, None, cards.max(3)).expect("short keys");
    let column = |(at, category): (usize, Category)| NewColumn {
        id: column_id(category.as_str()),
        name: category.as_str().to_uppercase(),
        category,
        wip: None,
        rank: ranks[at].clone(),
        deleted: None,
        ext: serde_json::Map::new(),
    };
    let card = |at: usize| {
        let position = Position { column: column_id("todo"), lane: None, rank: ranks[at].as_str().to_owned() };
        NewCard::new(card_id(&format!("k{at}")), &format!("Card {at}"), position, created.clone())
    };
    let categories = [Category::Todo, Category::Doing, Category::Done];
    BoardDraft {
        name: "Small".to_owned(),
        key: None,
        members: Vec::new(),
        labels: Vec::new(),
        sprints: Vec::new(),
        columns: categories.into_iter().enumerate().map(column).collect(),
        cards: (0..cards).map(card).collect(),
    }
}

/// `count` copies (clients 1, 2, …) that all have a small board.
pub(crate) fn copies_of_small_board(count: u64, cards: usize) -> Vec<Doc> {
    let origin = copy(1_000);
    small_board(cards)
        .write(&mut origin.transact_mut(), &Stamp::new(0, "usr_owner"))
        .expect("an empty document takes it");
    (1..=count)
        .map(|client| {
            let doc = copy(client);
            sync(&origin, &doc);
            doc
        })
        .collect()
}

/// The cards of a live column, in order.
pub(crate) fn cards_of(board: &Board, column: &str) -> Vec<String> {
    let at = board.layout.index_of(&column_id(column)).expect("a live column");
    board.layout.columns[at].cards.iter().map(CardId::to_string).collect()
}
