use proptest::prelude::*;
use serde_json::{Value as Json, json};
use yrs::types::Attrs;
use yrs::{Any, Doc, Map, Out, Text, Transact, WriteTxn, XmlElementPrelim, XmlFragment, XmlOut, XmlTextPrelim};

use super::trello::{document, team_board};
use crate::board::Board;
use crate::board::check::violations;
use crate::board::demo;
use crate::board::edit::Place;
use crate::board::tests::{card_id, column_id, copies_of_small_board, copy, edit, sync};
use crate::board::value::Stamp;
use crate::document::Content;
use crate::transfer::calit::{Import, import};
use crate::transfer::export;
use crate::transfer::loss_report::Fate;

fn read(export: &Json) -> Import {
    import(export.to_string().as_bytes(), None).expect("our own export")
}

/// The export of what an import makes, and the board.
fn again(import: &Import) -> (Json, Board) {
    let mut content = Content::new(7);
    import.write_to(&mut content);
    assert_eq!(content.read(|txn| violations(txn)), []);
    content.read(|txn| (export::json(txn), Board::read(txn)))
}

fn comes_back(doc: &Doc) {
    let (there, board) = (export::json(&doc.transact()), Board::read(&doc.transact()));
    let (back, board_back) = again(&read(&there));

    assert_eq!(back, there);
    assert_eq!(board_back, board);
}

#[test]
fn a_real_board_and_the_demo_come_back_as_they_were() {
    comes_back(&document(&team_board()));
    let demo_doc = copy(3);
    demo::board(1_795_484_520_000)
        .write(&mut demo_doc.transact_mut(), &Stamp::new(1, "usr_demo"))
        .expect("an empty document");
    comes_back(&demo_doc);
}

#[test]
fn overwritten_values_and_formatting_come_back() {
    let copies = copies_of_small_board(2, 2);
    for (at, by) in [(0, "usr_a"), (1, "usr_b")] {
        let doc = &copies[at];
        edit(doc, 10 + at as i64, by, |editor| editor.set_points(&card_id("k0"), Some(at as u32 + 3)))
            .expect("it is there");
        edit(doc, 20 + at as i64, by, |editor| editor.archive_card(&card_id("k1"), true)).expect("it is there");
        edit(doc, 30, by, |editor| editor.move_card(&card_id("k0"), &Place::last_in(column_id("done"))))
            .expect("it is there");
    }
    sync(&copies[1], &copies[0]);
    let mut txn = copies[0].transact_mut();
    let Some(Out::YMap(card)) = txn.get_or_insert_map("cards").get(&txn, "k0") else { panic!("no card") };
    let Some(Out::YXmlFragment(description)) = card.get(&txn, "description") else { panic!("no description") };
    let list = description.push_back(&mut txn, XmlElementPrelim::empty("bulletList"));
    let text = list.push_back(&mut txn, XmlTextPrelim::new("plain "));
    let bold: Attrs = [("bold".into(), Any::from(true))].into_iter().collect();
    text.insert_with_attributes(&mut txn, 6, "bold 😀", bold);
    assert!(matches!(list.get(&txn, 0), Some(XmlOut::Text(_))));
    drop(txn);

    let there = export::json(&copies[0].transact());
    assert_eq!(
        (&there["cards"][0]["points"], there["cards"][0]["written"]["points"].as_array().map(Vec::len)),
        (&json!(4), Some(2))
    );
    comes_back(&copies[0]);
}

#[test]
fn another_name_replaces_the_boards() {
    let doc = document(&team_board());
    let file = export::json(&doc.transact()).to_string();

    let renamed = import(file.as_bytes(), Some("Copy")).expect("our own export");

    assert_eq!((renamed.name.as_str(), again(&renamed).1.name.as_str()), ("Copy", "Copy"));
}

#[test]
fn files_of_another_kind_are_refused_in_words() {
    let refusal = |file: &str| import(file.as_bytes(), None).expect_err("it is refused").to_string();

    assert_eq!(refusal("{\"lists\": []}"), "this is JSON, but not a board that CalIT exported");
    assert_eq!(refusal("[1]"), "this is JSON, but not a board that CalIT exported");
    assert_eq!(
        refusal("{\"format\": \"calit-board\", \"version\": 2}"),
        "this board was exported by a later version of CalIT"
    );
    assert_eq!(refusal("\u{89}PNG"), "this file is no JSON, not a board that CalIT exported");
    assert_eq!(refusal("<html>"), "this file is a web page, not a board that CalIT exported");
    assert!(refusal("{\"format\"").contains("line 1 column 9"));
}

#[test]
fn what_is_malformed_is_counted_and_left_out() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let file = format!(
        r#"{{ "format": "calit-board", "version": 1, "meta": {{ "name": 7, "members": [] }}, "labels": {{ "b 1": {{}} }}, "sprints": {{ "s1": 1 }},
        "columns": [{{ "id": "todo", "name": "To do", "wip": {deep} }}, {{ "id": "x", "malformed": 3 }}, 4],
        "cards": [{{ "id": "k1", "title": 3, "description": 4, "position": [], "assignees": 1, "created": 1e300, "checklist": {{ "i": 3 }} }},
                  {{ "id": "k1" }}], "other": {{ "map": 1 }} }}"#
    );
    let import = import(file.as_bytes(), None).expect("it is read");

    let mut content = Content::new(7);
    import.write_to(&mut content);
    let board = content.read(|txn| Board::read(txn));
    assert_eq!((board.cards.len(), board.layout.columns.len()), (1, 1));
    let lost: Vec<(&str, usize)> = import.report.lines(Fate::Lost).map(|(kind, count, _)| (kind, count)).collect();
    assert_eq!(lost, [("cards", 1), ("columns", 2), ("labels", 1), ("other", 1), ("sprints", 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_replaced_value_breaks_the_importer(at in proptest::collection::vec((any::<prop::sample::Index>(), 0..6_usize), 1..5)) {
        let copies = copies_of_small_board(1, 2);
        edit(&copies[0], 10, "usr_a", |editor| editor.set_points(&card_id("k0"), Some(3))).expect("it is there");
        let mut file = export::json(&copies[0].transact());
        for (place, value) in at {
            let mut places = Vec::new();
            super::hostile::pointers(&file, "", &mut places);
            let value = [json!(null), json!("x@1"), json!(1e300), json!([]), json!({ "a": { "b": [1] } }), json!(i64::MIN)][value].clone();
            *file.pointer_mut(&places[place.index(places.len())]).expect("the place") = value;
        }
        if let Ok(import) = import(file.to_string().as_bytes(), None) {
            let mut content = Content::new(7);
            import.write_to(&mut content);
            content.read(|txn| export::json(txn));
        }
    }
}
