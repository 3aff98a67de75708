//! What people do: edits of a board as the app makes them, of a plain document as any Yjs application does, and commands.

use std::collections::{BTreeMap, BTreeSet};

use calit::board::Board;
use calit::board::card::Plan;
use calit::board::column::{Category, Wip};
use calit::board::draft::{NewCard, NewColumn};
use calit::board::edit::{Editor, Place};
use calit::board::history::What;
use calit::board::id::{CardId, ColumnId};
use calit::board::ledger::{CardRecord, SprintRecord};
use calit::board::rank::place;
use calit::board::value::Stamp;
use calit::document::DocumentKind;
use calit::store::RecordedEvent;
use client_protocol::frame::{ClientMessage, Role};
use serde_json::json;
use yrs::{
    Array as _, GetString as _, Map as _, ReadTxn as _, Text as _, Transact as _, TransactionMut, WriteTxn as _,
};

use super::person::{Mind, Person};
use super::world::Field;
use crate::commands::{card_id, sprint, sprint_id};
use crate::harness::author::{Author, note, set};
use crate::harness::client::Dialect;
use crate::harness::seed::Random;

/// Cards of one board, so that a run stays quick.
const CARDS_MAX: usize = 30;

/// The columns; the second takes [`LIMIT`] cards.
const COLUMNS: [(&str, &str, Category); 3] = [
    ("col_todo", "To do", Category::Todo),
    ("col_doing", "Doing", Category::Doing),
    ("col_done", "Done", Category::Done),
];

/// The hard limit of the second column.
const LIMIT: u16 = 3;

fn column(number: u64) -> ColumnId {
    ColumnId::parse(COLUMNS[number as usize].0).expect("an id")
}

/// A board with three columns and two planned sprints, as one update.
pub(super) fn board() -> bytes::Bytes {
    Author::new(999).edit(|txn| {
        let mut editor = Editor::new(txn, Stamp::new(1_700_000_000_000, "usr_test"));
        editor.create_board("Simulated", Some("SIM"));
        let mut ranks: Vec<calit::board::rank::Rank> = Vec::new();
        for (number, (_, name, category)) in COLUMNS.iter().enumerate() {
            let column = NewColumn {
                id: column(number as u64),
                name: (*name).into(),
                category: *category,
                wip: (number == 1).then_some(Wip { limit: LIMIT, is_hard: true }),
                rank: place(&ranks.iter().map(|rank| Some(rank.as_str())).collect::<Vec<_>>(), ranks.len()).rank,
                deleted: None,
                ext: serde_json::Map::new(),
            };
            ranks.push(column.rank.clone());
            editor.add_column(&column).expect("a new id");
        }
        for id in ["spr_1", "spr_2"] {
            editor.add_sprint(&sprint_id(id), &sprint(id)).expect("a new id");
        }
    })
}

/// Somebody edits, on line or off; a viewer tries to.
pub(super) fn edit(person: &Person, field: &Field) {
    let mind = &mut *person.mind();
    let is_board = field.document.kind() == DocumentKind::Board;
    if person.role == Role::Viewer {
        let attempt =
            mind.rogue.edit(|txn| if is_board { note(txn, "viewer") } else { set(txn, "viewer", "was here") });
        mind.state.send_message(&ClientMessage::Update(attempt));
    } else if is_board {
        edit_board(mind, person);
    } else {
        edit_note(mind, person);
    }
}

fn edit_note(mind: &mut Mind, person: &Person) {
    let mut random = Random::new(mind.random.next());
    let mark = (random.one_in(3)).then(|| format!("{}-{}", person.id, mind.state.ledger.edits));
    mind.edit(mark.clone(), |txn| match mark {
        Some(mark) => drop(txn.get_or_insert_map("marks").insert(txn, mark, true)),
        None => match random.below(3) {
            0 => edit_map(txn, &mut random),
            1 => edit_text(txn, &mut random),
            _ => edit_array(txn, &mut random),
        },
    });
}

fn edit_map(txn: &mut TransactionMut<'_>, random: &mut Random) {
    let (map, key) = (txn.get_or_insert_map("map"), format!("k{}", random.below(5)));
    if random.one_in(3) {
        map.remove(txn, &key);
    } else {
        map.insert(txn, key, random.below(1_000) as f64);
    }
}

fn edit_text(txn: &mut TransactionMut<'_>, random: &mut Random) {
    let text = txn.get_or_insert_text("text");
    let len = text.get_string(txn).encode_utf16().count() as u64;
    if random.one_in(3) && len > 4 {
        text.remove_range(txn, random.below(len - 2) as u32, 1 + random.below(2) as u32);
    } else {
        text.insert(txn, random.below(len + 1) as u32, ["a", "가", "ü", "word "][random.below(4) as usize]);
    }
}

fn edit_array(txn: &mut TransactionMut<'_>, random: &mut Random) {
    let array = txn.get_or_insert_array("array");
    let len = u64::from(array.len(txn));
    if random.one_in(3) && len > 0 {
        array.remove(txn, random.below(len) as u32);
    } else {
        array.insert(txn, random.below(len + 1) as u32, random.below(1_000) as f64);
    }
}

fn edit_board(mind: &mut Mind, person: &Person) {
    let mut random = Random::new(mind.random.next());
    let cards = cards(mind);
    let is_known = mind.state.doc.transact().get_map("columns").is_some();
    if !is_known {
        return;
    }
    let stamp = Stamp::new(1_800_000_000_000 + mind.state.ledger.edits as i64, person.user.as_str());
    if cards.is_empty() || cards.len() < CARDS_MAX && random.one_in(3) {
        let id = card_id(&format!("crd_{}x{}", person.id, mind.state.ledger.edits));
        let place = Place::last_in(column(random.below(3)));
        mind.edit(Some(id.as_str().to_owned()), |txn| {
            let mut editor = Editor::new(txn, stamp.clone());
            let Ok(position) = editor.open_place(&place) else { return };
            editor.add_card(&NewCard::new(id, "A card", position, stamp)).expect("a new id");
        });
        return;
    }
    let card = &cards[random.below(cards.len() as u64) as usize];
    let words = ["alpha", "beta 가", "gamma", ""][random.below(4) as usize];
    mind.edit(None, |txn| {
        let mut editor = Editor::new(txn, stamp);
        // What another copy made of the card may forbid it: then nothing is edited.
        let _ = match random.below(6) {
            0 => editor.set_title(card, words),
            1 => editor.set_description(card, &[words.to_owned(), "second".to_owned()]),
            2 => editor.set_points(card, Some(random.below(9) as u32)),
            3 | 4 => {
                let sprint = [Some("spr_1"), Some("spr_2"), None][random.below(3) as usize];
                editor.plan_card(card, &Plan { sprint: sprint.map(sprint_id), rank: None })
            }
            _ => editor.move_card(card, &Place::last_in(column(random.below(3)))),
        };
    });
}

fn cards(mind: &Mind) -> Vec<CardId> {
    let txn = mind.state.doc.transact();
    let keys = txn.get_map("cards").map(|cards| cards.keys(&txn).map(str::to_owned).collect()).unwrap_or_default();
    let mut keys: Vec<String> = keys;
    keys.sort();
    keys.iter().map(|key| card_id(key)).collect()
}

/// Whether somebody's application can ask the server.
pub(super) fn may_command(person: &Person) -> bool {
    person.role == Role::Editor && person.mind().state.dialect == Dialect::Calit
}

/// Something to ask of the server: a fresh key, and the command.
pub(super) fn command(person: &Person, field: &Field) -> Option<(String, String)> {
    if field.document.kind() != DocumentKind::Board || !may_command(person) {
        return None;
    }
    let mind = &mut *person.mind();
    let cards = cards(mind);
    let random = &mut mind.random;
    let key = format!("key-{}-{:x}", person.id, random.next());
    let sprint = ["spr_1", "spr_2"][random.below(2) as usize];
    let json = match random.below(6) {
        0 => json!({ "do": "start_sprint", "sprint": sprint }),
        1 => json!({ "do": "complete_sprint", "sprint": sprint }),
        2 => json!({ "do": "rename_board", "name": format!("Board {}", random.below(100)) }),
        _ if cards.is_empty() => return None,
        _ => {
            let card = &cards[random.below(cards.len() as u64) as usize];
            json!({ "do": "move_cards", "cards": [card.as_str()], "column": column(1).as_str() })
        }
    };
    Some((key, json.to_string()))
}

/// What an edit may add for good: cards of a board, marks of a plain document.
pub(super) fn marks(txn: &impl yrs::ReadTxn, kind: DocumentKind) -> BTreeSet<String> {
    let root = if kind == DocumentKind::Board { "cards" } else { "marks" };
    txn.get_map(root).map(|marks| marks.keys(txn).map(str::to_owned).collect()).unwrap_or_default()
}

/// Cards whose numbers are missing or shared, in words.
pub(super) fn wrong_numbers(board: &Board) -> Option<String> {
    let mut seen = BTreeMap::new();
    for (id, card) in &board.cards {
        let Some(number) = card.number else { return Some(format!("card {id} has no number")) };
        if let Some(other) = seen.insert(number, id) {
            return Some(format!("cards {other} and {id} share the number {number}"));
        }
    }
    None
}

/// Running sprints whose record, as what happened gives it, does not hold what the board shows in them, in words; those of which
/// there are no events to go by are left out.
pub(super) fn wrong_records(
    board: &Board,
    mut events: impl FnMut(&str) -> Option<Vec<RecordedEvent>>,
) -> Option<String> {
    let is_done = |id: &CardId| {
        let done = board.layout.columns.iter().filter(|column| column.category == Category::Done);
        done.flat_map(|column| &column.cards).any(|card| card == id)
    };
    let shown = || board.layout.columns.iter().flat_map(|column| &column.cards);
    board.sprints.iter().filter(|(_, sprint)| sprint.is_active()).find_map(|(id, _)| {
        let events = events(id.as_str())?;
        let happened: Vec<(u64, What)> = (events.iter().rev())
            .map(|event| (event.at_ms, serde_json::from_str(&event.body).expect("what happened")))
            .collect();
        let record = SprintRecord::fold(happened.iter().map(|(at_ms, what)| (*at_ms, what)));
        let held = record.cards.iter().filter(|card| !card.removed);
        let held: BTreeMap<&str, (f64, bool)> =
            held.map(|CardRecord { card, .. }| (card.card.as_str(), (card.points, card.done))).collect();
        let planned = shown().filter(|card| board.cards[*card].plan.sprint.as_ref() == Some(id));
        let planned: BTreeMap<&str, (f64, bool)> =
            planned.map(|card| (card.as_str(), (board.cards[card].points.unwrap_or(0.0), is_done(card)))).collect();
        (held != planned).then(|| format!("the record of {id} holds {held:?}, the board {planned:?}"))
    })
}
