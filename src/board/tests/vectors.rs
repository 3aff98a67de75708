//! The vectors that Rust and TypeScript share.

use serde_json::{Map as JsonMap, Value as Json, json};
use yrs::types::ToJson;
use yrs::{
    Any, Doc, In, Map, MapPrelim, MapRef, Out, TextPrelim, Transact, TransactionMut, WriteTxn, XmlFragmentPrelim,
};

use super::{copy, read};
use crate::board::card::Card;
use crate::board::edit::Place;
use crate::board::field::{self, Field, Part};
use crate::board::register::Entry;
use crate::board::text::set_paragraphs;
use crate::board::value::Stamp;

const FIELDS: &str = include_str!("../../../client-protocol/fixtures/field.json");

fn cases(file: &str) -> Vec<Json> {
    let file: Json = serde_json::from_str(file).expect("the fixture is JSON");
    file["cases"].as_array().expect("a list of cases").clone()
}

fn object(json: &Json) -> JsonMap<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}

fn strings<T: ToString>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}

fn any(json: &Json) -> Any {
    serde_json::from_value(json.clone()).expect("a plain value")
}

/// Builds a document as `board-read.json` describes it.
fn document(json: &Json) -> Doc {
    let doc = copy(1);
    let mut txn = doc.transact_mut();
    for (root, parts) in object(json) {
        let map = txn.get_or_insert_map(root.as_str());
        for (id, part) in object(&parts) {
            match (part.get("$plain"), root.as_str()) {
                (Some(plain), _) => drop(map.insert(&mut txn, id, any(plain))),
                (None, "meta") => drop(map.insert(&mut txn, id, any(&part))),
                (None, _) => {
                    let nested = map.insert(&mut txn, id, MapPrelim::default());
                    fill(&mut txn, &nested, &part);
                }
            }
        }
    }
    drop(txn);
    doc
}

fn fill(txn: &mut TransactionMut<'_>, map: &MapRef, fields: &Json) {
    for (key, value) in object(fields) {
        match (key.as_str(), value.get("$plain")) {
            (_, Some(plain)) => drop(map.insert(txn, key, any(plain))),
            ("title", _) => drop(map.insert(txn, key, TextPrelim::new(value.as_str().expect("a string")))),
            ("description", _) => {
                let fragment = map.insert(txn, key, XmlFragmentPrelim::default());
                let paragraphs: Vec<String> = serde_json::from_value(value).expect("a list of strings");
                set_paragraphs(txn, &fragment, &paragraphs);
            }
            ("checklist" | "comments", _) => {
                let parts = map.insert(txn, key, MapPrelim::default());
                for (id, part) in object(&value) {
                    let nested = parts.insert(txn, id, MapPrelim::default());
                    fill(txn, &nested, &part);
                }
            }
            ("position" | "assignees" | "labels", _) => {
                let entries = object(&value).into_iter().map(|(id, entry)| (id, In::Any(any(&entry))));
                map.insert(txn, key, MapPrelim::from_iter(entries));
            }
            _ => drop(map.insert(txn, key, any(&value))),
        }
    }
}

fn says(card: &Card) -> Json {
    let items: Vec<Json> =
        card.checklist.iter().map(|item| json!([item.id.as_str(), item.text, item.is_done])).collect();
    let comments: Vec<Json> =
        card.comments.iter().map(|comment| json!([comment.id.as_str(), comment.by, comment.body])).collect();
    json!({
        "title": card.title, "description": card.description, "points": card.points.map(|points| points as i64),
        "priority": card.priority, "start": card.start, "due": card.due, "assignees": strings(&card.assignees),
        "labels": strings(&card.labels), "checklist": items, "comments": comments,
    })
}

#[test]
fn documents_read_as_the_shared_vectors_say() {
    for case in cases(include_str!("../../../client-protocol/fixtures/board-read.json")) {
        let board = read(&document(&case["document"]));

        let column = |column: &crate::board::column::Column| {
            json!([column.id.as_str(), column.name, column.category.as_str(), strings(&column.cards)])
        };
        let columns: Vec<Json> = board.layout.columns.iter().map(column).collect();
        let description = &case["description"];
        assert_eq!(Json::from(columns), case["columns"], "{description}");
        assert_eq!(Json::from(strings(&board.layout.unplaced)), case["unplaced"], "{description}");
        for (id, expected) in object(&case["cards"]) {
            assert_eq!(says(&board.cards[&super::card_id(&id)]), expected, "{description}");
        }
    }
}

#[test]
fn registers_read_and_write_as_the_shared_vectors_say() {
    for case in cases(include_str!("../../../client-protocol/fixtures/register.json")) {
        let doc = document(
            &json!({ "columns": { "free": { "rank": "a0" } }, "cards": { "k": { "position": case["entries"] } } }),
        );
        let positions = read(&doc).cards[&super::card_id("k")].position.clone();
        let now_ms = case["now_ms"].as_i64().expect("a moment");
        let description = &case["description"];

        assert_eq!(json!(positions.winner().map(|entry| &entry.writer)), case["winner"], "{description}");
        let overwritten: Vec<&String> = positions.overwritten().iter().map(|entry| &entry.writer).collect();
        assert_eq!(json!(overwritten), case["overwritten"], "{description}");

        let place = Place::last_in(super::column_id("free"));
        super::edit(&doc, now_ms, "usr_z", |editor| editor.move_card(&super::card_id("k"), &place))
            .expect("the card is there");
        let after = read(&doc).cards[&super::card_id("k")].position.clone();
        let own = after.winner().expect("its own value");
        assert_eq!((own.writer.as_str(), json!(own.stamp.at_ms)), ("1", case["next_at"].clone()), "{description}");
        assert!(after.overwritten().is_empty(), "{description}");
    }
}

#[test]
fn fields_read_as_the_shared_vectors_say() {
    for case in cases(FIELDS) {
        let (doc, part) = part(1, &case["fields"]);
        let txn = doc.transact();
        let part = Part::new(&txn, &part);
        let name = case["field"].as_str().expect("a name");
        let (value, overwritten) = match case["kind"].as_str() {
            Some("number") => told(&part.field(name, field::number)),
            Some("text") => told(&part.field(name, field::text)),
            Some("bool") => told(&part.field(name, field::flag)),
            other => panic!("no kind: {other:?}"),
        };

        let plain = |json: &Json| any(json);
        assert_eq!(
            (plain(&value), plain(&overwritten)),
            (plain(&case["value"]), plain(&case["overwritten"])),
            "{case}"
        );
    }
}

#[test]
fn fields_are_written_as_the_shared_vectors_say() {
    let file: Json = serde_json::from_str(FIELDS).expect("the fixture is JSON");
    for case in file["writes"].as_array().expect("a list of writes") {
        let writer = case["writer"].as_str().and_then(|writer| writer.parse().ok()).expect("a client id");
        let (doc, part) = part(writer, &case["fields"]);
        let stamp = Stamp::new(case["now"].as_i64().expect("a moment"), case["by"].as_str().expect("an author"));

        field::write(
            &mut doc.transact_mut(),
            &part,
            case["field"].as_str().expect("a name"),
            any(&case["value"]),
            &stamp,
        );

        assert_eq!(Out::YMap(part).to_json(&doc.transact()), any(&case["after"]), "{case}");
    }
}

/// A part that holds these keys, on the copy of a client.
fn part(client: u64, fields: &Json) -> (Doc, MapRef) {
    let doc = copy(client);
    let mut txn = doc.transact_mut();
    let entries = object(fields).into_iter().map(|(key, value)| (key, In::Any(any(&value))));
    let part = txn.get_or_insert_map("parts").insert(&mut txn, "part", MapPrelim::from_iter(entries));
    drop(txn);
    (doc, part)
}

/// What a field says, and what lost.
fn told<V: PartialEq + serde::Serialize>(field: &Field<V>) -> (Json, Json) {
    let lost =
        |entry: &Entry<Option<V>>| json!({ "value": entry.value, "at": entry.stamp.at_ms, "by": entry.stamp.by });
    (json!(field.value()), field.overwritten().map(lost).collect())
}
