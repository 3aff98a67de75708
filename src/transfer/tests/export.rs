use serde_json::{Value as Json, json};
use yrs::types::text::TextPrelim;
use yrs::{Array, ArrayPrelim, Map, MapPrelim, Transact, WriteTxn};

use super::trello::{document, team_board};
use crate::board::edit::Place;
use crate::board::tests::{card_id, column_id, copies_of_small_board, copy, edit, sync};
use crate::transfer::export::{DEPTH_MAX, json};

fn cards(export: &Json) -> &Vec<Json> {
    export["cards"].as_array().expect("a list")
}

#[test]
fn an_imported_board_goes_out_with_everything_it_came_with() {
    let doc = document(&team_board());

    let export = json(&doc.transact());

    let card = cards(&export).iter().find(|card| card["id"] == "5ca529f8b3caf145d9db98c6").expect("the card");
    assert_eq!((cards(&export).len(), export["columns"].as_array().map(Vec::len)), (122, Some(18)));
    assert_eq!(card["title"], "EPIC: development of add pipeline page");
    assert_eq!(card["description"]["paragraphs"], json!(["GitHub PR:", "", "https://example.org/link"]));
    assert_eq!((&card["ext"]["archived"], &card["ext"]["trello"]["dueComplete"]), (&json!("card"), &json!(true)));
    assert_eq!((&card["archived"], card.get("deleted")), (&json!(true), None));
    let comments = |card: &Json| card["comments"].as_object().map_or(0, serde_json::Map::len);
    assert_eq!(cards(&export).iter().map(comments).sum::<usize>(), 93);
}

#[test]
fn the_same_document_gives_the_same_text() {
    let (here, there) = (document(&team_board()), copy(7));
    sync(&here, &there);

    assert_eq!(json(&here.transact()).to_string(), json(&there.transact()).to_string());
}

#[test]
fn overwritten_positions_and_deleted_cards_are_in_the_export() {
    let copies = copies_of_small_board(2, 2);
    edit(&copies[0], 10, "usr_a", |editor| editor.move_card(&card_id("k0"), &Place::last_in(column_id("doing"))))
        .expect("it is there");
    edit(&copies[1], 20, "usr_b", |editor| editor.move_card(&card_id("k0"), &Place::last_in(column_id("done"))))
        .expect("it is there");
    edit(&copies[1], 30, "usr_b", |editor| editor.delete_card(&card_id("k1"))).expect("it is there");
    sync(&copies[1], &copies[0]);

    let export = json(&copies[0].transact());

    let (moved, gone) = (&cards(&export)[0], &cards(&export)[1]);
    assert_eq!((&moved["shown_in"], &moved["position"]["by"]), (&json!("done"), &json!("usr_b")));
    assert_eq!(
        moved["overwritten"],
        json!([{ "column": "doing", "lane": null, "rank": "a0", "at": 10, "by": "usr_a", "writer": "1" }])
    );
    assert_eq!((&gone["shown_in"], &gone["deleted"]), (&Json::Null, &json!({ "at": 30, "by": "usr_b" })));
}

#[test]
fn strange_parts_and_hostile_depth_are_written_too() {
    let doc = copy(1);
    let mut txn = doc.transact_mut();
    txn.get_or_insert_map("cards").insert(&mut txn, "plain", 7_i64);
    txn.get_or_insert_map("else").insert(&mut txn, "text", TextPrelim::new("kept"));
    let mut deep = txn.get_or_insert_map("sprints");
    for _ in 0..1_000 {
        deep = deep.insert(&mut txn, "in", MapPrelim::default());
    }
    let array = deep.insert(&mut txn, "array", ArrayPrelim::default());
    array.push_back(&mut txn, 1_i64);
    drop(txn);

    let export = json(&doc.transact());

    assert_eq!(cards(&export), &[json!({ "id": "plain", "malformed": 7 })]);
    assert_eq!(export["other"], json!({ "else": { "text": "kept" } }));
    let depth = export["sprints"].to_string().matches("in").count();
    assert!((DEPTH_MAX - 1..=DEPTH_MAX).contains(&depth), "{depth}");
}
