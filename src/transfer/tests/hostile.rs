//! Files that somebody broke, by accident or on purpose.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use yrs::Transact;

use super::trello::{document, options, small};
use crate::board::Board;
use crate::board::tests::copy;
use crate::transfer::export;
use crate::transfer::loss_report::Fate;
use crate::transfer::replay::Replay;
use crate::transfer::trello::{Import, import};

/// Whatever the file says: no panic; what is imported can be written, read and exported; the replay can be written.
fn survives(file: &[u8]) -> Option<Import> {
    let import = import(file, &options()).ok()?;
    let doc = document(&import);
    let txn = doc.transact();
    assert_eq!(Board::read(&txn).cards.len(), import.board.cards.len());
    assert_eq!(export::json(&txn)["format"], "calit-board");
    let replay = Replay::read(file, &options()).expect("what is imported can be replayed");
    replay.start.write(&mut copy(1).transact_mut(), &replay.started).expect("the start can be written");
    Some(import)
}

#[test]
fn huge_names_and_links_do_not_make_huge_updates() {
    let name = "가".repeat(5_000);
    let attachments: Vec<Json> = (0..300).map(|_| json!({ "name": name, "url": name })).collect();
    let members: Vec<Json> = (0..50).map(|at| json!({ "id": format!("m{at}"), "fullName": name })).collect();
    let cards = [json!({ "id": name, "name": "x", "shortLink": name, "attachments": attachments })];
    let file = json!({ "name": name, "lists": [{ "id": name, "name": name }], "cards": cards, "members": members });

    let import = survives(file.to_string().as_bytes()).expect("it is read");

    assert_eq!(
        (import.report.count(Fate::Kept, "card.attachments"), import.report.count(Fate::Lost, "card.attachments")),
        (100, 200)
    );
    assert_eq!((import.board.name.chars().count(), import.board.members[0].1.chars().count()), (500, 500));
}

#[test]
fn nesting_without_end_is_refused() {
    for open in ["[", "{\"a\":"] {
        let file = format!("{{\"lists\": [], \"cards\": [], \"x\": {}", open.repeat(100_000));

        assert!(survives(file.as_bytes()).is_none());
    }
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        Just(json!(1e300)),
        "\\PC{0,8}".prop_map(Json::from),
        Just(json!("l1")),
        Just(json!("c1")),
        Just(json!("updateCard")),
        Just(json!("2026-11-24T01:00:00.000Z")),
        Just(json!({ "id": "c1", "name": "x" })),
        Just(json!([])),
    ];
    leaf
}

/// Every place in a JSON value.
pub(super) fn pointers(value: &Json, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Json::Object(fields) => fields.iter().for_each(|(key, value)| pointers(value, &format!("{here}/{key}"), found)),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| pointers(value, &format!("{here}/{at}"), found))
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn no_replaced_value_breaks_the_importer(changes in proptest::collection::vec((any::<prop::sample::Index>(), any_json()), 1..6)) {
        let mut file = small();
        for (at, value) in changes {
            let mut places = Vec::new();
            pointers(&file, "", &mut places);
            if let Some(place) = file.pointer_mut(&places[at.index(places.len())]) {
                *place = value;
            }
        }
        survives(file.to_string().as_bytes());
    }

    #[test]
    fn no_damaged_byte_breaks_the_importer(damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in any::<prop::sample::Index>()) {
        let mut file = small().to_string().into_bytes();
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        survives(&file);
        survives(&file[..cut.index(file.len())]);
    }
}
