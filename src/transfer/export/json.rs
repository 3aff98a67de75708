//! A board as JSON: everything in the document, nothing added but the order in which it is shown.
//!
//! ```text
//! { "format": "calit-board", "version": 1,
//!   "meta":    { … as in the document, members by id … },
//!   "columns": [ { "id", "cards": [card ids as shown], "deleted": {at, by}?, … as in the document } ]   live ones in order, then deleted ones
//!   "cards":   [ { "id", "shown_in": column id | null,
//!                  "position": { column, lane, rank, at, by, writer } | null,
//!                  "overwritten": [ positions that lost, newest first ],
//!                  "description": { "paragraphs": [text], "nodes": [ { tag, attributes, children } | { text, format } ] },
//!                  "written": { field: [ {value, at, by, writer}, newest first ] }?,   in every part whose fields were written again
//!                  … as in the document: title, assignees, labels, checklist, comments, links, ext, deleted … } ]   by id, deleted ones too
//!   "labels": { id: … }, "sprints": { id: … }, "other": { root name: … } }
//! ```
//! Promises: the same document gives the same text (objects are sorted by key); text is never cut. What is nested deeper than
//! [`DEPTH_MAX`] is written as `"…"`: the gate admits nothing that deep.

use std::collections::BTreeMap;

use serde_json::{Map as JsonMap, Value as Json, json};
use yrs::types::text::YChange;
use yrs::{Any, Array, Doc, GetString, Map, MapRef, Out, ReadTxn, Text, Xml, XmlFragment, XmlOut, XmlTextRef};

use crate::board::Board;
use crate::board::ROOTS;
use crate::board::id::CardId;
use crate::board::position::Position;
use crate::board::register::Entry;
use crate::board::value::AT_MS_MAX;

/// Deepest nesting that is written out, in levels. Keeps hostile depth off the stack.
pub const DEPTH_MAX: usize = 64;

/// The whole document as JSON.
pub fn json<T: ReadTxn>(txn: &T) -> Json {
    let board = Board::read(txn);
    let root = |name: &str| txn.get_map(name).map_or_else(|| json!({}), |map| map_json(txn, &map, DEPTH_MAX));
    let mut whole = json!({
        "format": "calit-board", "version": 1,
        "meta": root("meta"), "columns": columns(&board, root("columns")), "cards": cards(&board, root("cards")),
        "labels": root("labels"), "sprints": root("sprints"),
    });
    let mut names: Vec<&str> = txn.root_refs().map(|(name, _)| name).filter(|name| !ROOTS.contains(name)).collect();
    names.sort_unstable();
    if !names.is_empty() {
        let other =
            |name: &str| (name.to_owned(), txn.get(name).map_or(Json::Null, |out| out_json(txn, &out, DEPTH_MAX)));
        whole["other"] = names.into_iter().map(other).collect();
    }
    whole
}

fn columns(board: &Board, mut raw: Json) -> Json {
    let shown = board.layout.columns.iter().chain(&board.layout.deleted_columns);
    let mut listed: Vec<Json> = Vec::new();
    for column in shown {
        let mut json = take(&mut raw, column.id.as_str());
        json["id"] = Json::from(column.id.as_str());
        json["cards"] = column.cards.iter().map(CardId::as_str).collect();
        listed.push(json);
    }
    listed.extend(malformed(raw));
    Json::from(listed)
}

fn cards(board: &Board, mut raw: Json) -> Json {
    let shown =
        board.layout.columns.iter().flat_map(|column| column.cards.iter().map(|card| (card, column.id.as_str())));
    let homes: BTreeMap<&CardId, &str> = shown.collect();
    let mut listed: Vec<Json> = Vec::new();
    for (id, card) in &board.cards {
        let mut json = take(&mut raw, id.as_str());
        json["id"] = Json::from(id.as_str());
        json["shown_in"] = json!(homes.get(id));
        if json["description"].is_array() {
            json["description"] = json!({ "paragraphs": card.description, "nodes": json["description"].take() });
        }
        json["position"] = card.position.winner().map_or(Json::Null, position);
        json["overwritten"] = card.position.overwritten().iter().map(position).collect();
        listed.push(json);
    }
    listed.extend(malformed(raw));
    Json::from(listed)
}

fn position(entry: &Entry<Position>) -> Json {
    let Position { column, lane, rank } = &entry.value;
    json!({ "column": column.as_str(), "lane": lane, "rank": rank, "at": entry.stamp.at_ms, "by": entry.stamp.by, "writer": entry.writer })
}

fn take(raw: &mut Json, key: &str) -> Json {
    raw.as_object_mut().and_then(|parts| parts.remove(key)).unwrap_or_else(|| json!({}))
}

/// Parts that the board does not take as a card or a column are still in the document.
fn malformed(raw: Json) -> impl Iterator<Item = Json> {
    let parts = if let Json::Object(parts) = raw { parts } else { JsonMap::new() };
    parts.into_iter().map(|(id, value)| json!({ "id": id, "malformed": value }))
}

fn map_json<T: ReadTxn>(txn: &T, map: &MapRef, depth: usize) -> Json {
    settled(
        map.iter(txn).map(|(key, value)| (key.to_owned(), out_json(txn, &value, depth.saturating_sub(1)))).collect(),
    )
}

/// A part whose fields were written again stands there with the newest values; all writes of a field, newest first, are under `written`.
fn settled(fields: JsonMap<String, Json>) -> Json {
    let mut part = JsonMap::new();
    let mut written: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for (key, mut value) in fields {
        match key.split_once('@') {
            Some((name, writer)) if moment(&value).is_some() => {
                value["writer"] = Json::from(writer);
                written.entry(name.to_owned()).or_default().push(value);
            }
            _ => drop(part.insert(key, value)),
        }
    }
    for (name, writes) in &mut written {
        writes.sort_by(|a, b| {
            (moment(b), text(b, "by"), text(b, "writer")).cmp(&(moment(a), text(a, "by"), text(a, "writer")))
        });
        match writes.first().map(|newest| &newest["value"]) {
            Some(Json::Null) | None => drop(part.remove(name)),
            Some(newest) => drop(part.insert(name.clone(), newest.clone())),
        }
    }
    if !written.is_empty() {
        part.insert("written".to_owned(), json!(written));
    }
    Json::Object(part)
}

/// When a field was written, for what is a write of a field.
fn moment(write: &Json) -> Option<i64> {
    let is_write = write.get("value").is_some() && write["by"].is_string();
    write["at"].as_i64().filter(|at| is_write && (0..=AT_MS_MAX).contains(at))
}

fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json[key].as_str().unwrap_or_default()
}

fn out_json<T: ReadTxn>(txn: &T, out: &Out, depth: usize) -> Json {
    if depth == 0 {
        return Json::from("…");
    }
    match out {
        Out::Any(any) => any_json(any, depth),
        Out::YText(text) => Json::from(text.get_string(txn)),
        Out::YMap(map) => map_json(txn, map, depth),
        Out::YArray(array) => array.iter(txn).map(|item| out_json(txn, &item, depth - 1)).collect(),
        Out::YXmlFragment(fragment) => nodes(txn, fragment, depth),
        Out::YXmlElement(element) => node(txn, &XmlOut::Element(element.clone()), depth),
        Out::YXmlText(text) => Json::from(chunks(txn, text, depth)),
        Out::YDoc(doc) => json!({ "document": Doc::guid(doc).to_string() }),
        _ => Json::Null,
    }
}

fn any_json(any: &Any, depth: usize) -> Json {
    if depth == 0 {
        return Json::from("…");
    }
    match any {
        Any::Null | Any::Undefined => Json::Null,
        Any::Bool(value) => Json::from(*value),
        Any::Number(number) => number.as_i64().map_or_else(|| json!(number.as_f64()), Json::from),
        Any::String(text) => Json::from(&**text),
        Any::Buffer(bytes) => json!({ "bytes": bytes.to_vec() }),
        Any::Array(items) => items.iter().map(|item| any_json(item, depth - 1)).collect(),
        Any::Map(fields) => fields.iter().map(|(key, value)| (key.clone(), any_json(value, depth - 1))).collect(),
    }
}

fn nodes<T: ReadTxn>(txn: &T, parent: &impl XmlFragment, depth: usize) -> Json {
    let mut written = Vec::new();
    for child in parent.children(txn) {
        match &child {
            XmlOut::Text(text) => written.extend(chunks(txn, text, depth)),
            _ => written.push(node(txn, &child, depth)),
        }
    }
    Json::from(written)
}

fn node<T: ReadTxn>(txn: &T, node: &XmlOut, depth: usize) -> Json {
    match node {
        _ if depth == 0 => Json::from("…"),
        XmlOut::Element(element) => {
            let attributes: JsonMap<String, Json> = element
                .attributes(txn)
                .map(|(key, value)| (key.to_owned(), out_json(txn, &value, depth - 1)))
                .collect();
            json!({ "tag": element.try_tag().map(|tag| &**tag), "attributes": attributes, "children": nodes(txn, element, depth - 1) })
        }
        XmlOut::Fragment(fragment) => nodes(txn, fragment, depth - 1),
        XmlOut::Text(text) => Json::from(chunks(txn, text, depth - 1)),
    }
}

/// The runs of equally formatted text.
fn chunks<T: ReadTxn>(txn: &T, text: &XmlTextRef, depth: usize) -> Vec<Json> {
    let chunk = |chunk: yrs::types::text::Diff<YChange>| {
        let format: JsonMap<String, Json> = chunk
            .attributes
            .map(|format| format.iter().map(|(key, value)| (key.to_string(), any_json(value, depth))).collect())
            .unwrap_or_default();
        json!({ "text": out_json(txn, &chunk.insert, depth.saturating_sub(1)), "format": format })
    };
    text.diff(txn, YChange::identity).into_iter().map(chunk).collect()
}
