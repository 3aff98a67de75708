//! Parts of an exported board as the shared types that they were.

use std::collections::HashMap;

use serde_json::{Map as JsonMap, Value as Json};
use yrs::types::Attrs;
use yrs::types::xml::XmlIn;
use yrs::{
    Any, Map, MapPrelim, MapRef, Text, TextPrelim, TransactionMut, WriteTxn, Xml, XmlElementPrelim, XmlFragment,
    XmlFragmentPrelim, XmlTextPrelim,
};

use crate::document::limits::{TYPE_DEPTH_MAX, VALUE_DEPTH_MAX};

use super::{Part, Root};

/// Deepest element of a description that is written: each is a shared type under the card and its description.
const NODE_DEPTH_MAX: usize = TYPE_DEPTH_MAX - 8;
/// Deepest plain value that is written; one stands inside of a field's write.
const ANY_DEPTH_MAX: usize = VALUE_DEPTH_MAX - 8;
/// Largest integer that JavaScript counts with; beyond it numbers are written as floats.
const INTEGER_MAX: i64 = (1 << 53) - 1;

/// Nested maps of plain values, which every card has.
const MAPS: [&str; 4] = ["assignees", "labels", "links", "ext"];
/// Nested maps of maps, which every card has.
const MAPS_OF_MAPS: [&str; 2] = ["checklist", "comments"];

pub(super) fn part(txn: &mut TransactionMut<'_>, part: &Part) {
    let root = txn.get_or_insert_map(match part.root {
        Root::Meta => "meta",
        Root::Labels => "labels",
        Root::Sprints => "sprints",
        Root::Columns => "columns",
        Root::Cards => "cards",
    });
    match part.root {
        Root::Meta => meta(txn, &root, &part.fields),
        Root::Cards => card(txn, &root, part),
        Root::Labels | Root::Sprints | Root::Columns => {
            let map = root.insert(txn, part.id.as_str(), MapPrelim::default());
            plain_fields(txn, &map, &part.fields, &[]);
        }
    }
}

fn meta(txn: &mut TransactionMut<'_>, map: &MapRef, fields: &JsonMap<String, Json>) {
    map.insert(txn, "schema", crate::board::SCHEMA);
    map.insert(txn, "kind", "board");
    maps(txn, map, "members", fields.get("members"));
    plain_fields(txn, map, fields, &["schema", "kind", "members"]);
}

fn card(txn: &mut TransactionMut<'_>, root: &MapRef, part: &Part) {
    let fields = &part.fields;
    let map = root.insert(txn, part.id.as_str(), MapPrelim::default());
    map.insert(txn, "title", TextPrelim::new(fields.get("title").and_then(Json::as_str).unwrap_or_default()));
    let description = map.insert(txn, "description", XmlFragmentPrelim::default());
    if let Some(Json::Array(children)) = fields.get("description").and_then(|description| description.get("nodes")) {
        nodes(txn, &description, children, NODE_DEPTH_MAX);
    }
    let positions = map.insert(txn, "position", MapPrelim::default());
    let others = fields.get("overwritten").and_then(Json::as_array).into_iter().flatten();
    for entry in fields.get("position").into_iter().chain(others) {
        let (Some(writer), Some(entry)) = (entry["writer"].as_str(), entry.as_object()) else { continue };
        let value = entry.iter().filter(|(key, _)| *key != "writer");
        positions.insert(txn, writer, object(value.map(|(key, value)| (key.clone(), any(value, ANY_DEPTH_MAX)))));
    }
    for name in MAPS {
        let nested = map.insert(txn, name, MapPrelim::default());
        if let Some(Json::Object(values)) = fields.get(name) {
            plain_fields(txn, &nested, values, &[]);
        }
    }
    MAPS_OF_MAPS.into_iter().for_each(|name| maps(txn, &map, name, fields.get(name)));
    let nested = [&["title", "description", "position", "overwritten"][..], &MAPS, &MAPS_OF_MAPS].concat();
    plain_fields(txn, &map, fields, &nested);
}

/// A nested map whose values are maps of plain values.
fn maps(txn: &mut TransactionMut<'_>, parent: &MapRef, name: &str, parts: Option<&Json>) {
    let map = parent.insert(txn, name, MapPrelim::default());
    for (id, part) in parts.and_then(Json::as_object).into_iter().flatten() {
        if let Json::Object(fields) = part {
            let nested = map.insert(txn, id.as_str(), MapPrelim::default());
            plain_fields(txn, &nested, fields, &[]);
        }
    }
}

/// The plain values of a part, and the writes of its fields; what `but` names is written otherwise.
fn plain_fields(txn: &mut TransactionMut<'_>, map: &MapRef, fields: &JsonMap<String, Json>, but: &[&str]) {
    for (key, value) in fields.iter().filter(|(key, _)| !but.contains(&key.as_str())) {
        match value {
            Json::Object(written) if key == "written" => {
                for (name, write) in written
                    .iter()
                    .flat_map(|(name, all)| all.as_array().into_iter().flatten().map(move |write| (name, write)))
                {
                    let (Some(writer), Some(write)) = (write["writer"].as_str(), write.as_object()) else { continue };
                    let value = write.iter().filter(|(key, _)| *key != "writer");
                    let value = object(value.map(|(key, value)| (key.clone(), any(value, ANY_DEPTH_MAX))));
                    map.insert(txn, format!("{name}@{writer}"), value);
                }
            }
            value => drop(map.insert(txn, key.as_str(), any(value, ANY_DEPTH_MAX))),
        }
    }
}

/// Elements and runs of text, in order; runs that follow each other are one text.
fn nodes(txn: &mut TransactionMut<'_>, parent: &impl XmlFragment, children: &[Json], depth: usize) {
    let mut text = None;
    for child in children {
        let (run, tag) = (child.get("text"), child["tag"].as_str());
        match (run, tag) {
            (Some(run), _) => {
                let last = text.get_or_insert_with(|| parent.push_back(txn, XmlTextPrelim::new("")));
                let format = child["format"].as_object().into_iter().flatten();
                let format: Attrs =
                    format.map(|(key, value)| (key.as_str().into(), any(value, ANY_DEPTH_MAX))).collect();
                let end = last.len(txn);
                match run {
                    Json::String(run) if run.is_empty() => {}
                    Json::String(run) => last.insert_with_attributes(txn, end, run, format),
                    embed => drop(last.insert_embed_with_attributes(txn, end, any(embed, ANY_DEPTH_MAX), format)),
                }
            }
            (None, Some(tag)) if depth > 0 => {
                text = None;
                let element = parent.push_back(txn, XmlElementPrelim::new(tag, Vec::<XmlIn>::new()));
                for (key, value) in child["attributes"].as_object().into_iter().flatten() {
                    element.insert_attribute(txn, key.as_str(), any(value, ANY_DEPTH_MAX));
                }
                nodes(txn, &element, child["children"].as_array().map_or(&[], Vec::as_slice), depth - 1);
            }
            _ => {}
        }
    }
}

fn any(json: &Json, depth: usize) -> Any {
    match json {
        Json::Null => Any::Null,
        Json::Bool(value) => Any::from(*value),
        Json::Number(number) => {
            match number.as_i64().filter(|whole| whole.unsigned_abs() <= INTEGER_MAX.unsigned_abs()) {
                Some(whole) => Any::from(whole),
                None => Any::from(number.as_f64().unwrap_or(0.0)),
            }
        }
        Json::String(text) => Any::from(text.as_str()),
        Json::Array(_) | Json::Object(_) if depth == 0 => Any::from("…"),
        Json::Array(values) => Any::from(values.iter().map(|value| any(value, depth - 1)).collect::<Vec<Any>>()),
        Json::Object(fields) => object(fields.iter().map(|(key, value)| (key.clone(), any(value, depth - 1)))),
    }
}

fn object(fields: impl Iterator<Item = (String, Any)>) -> Any {
    Any::from(fields.collect::<HashMap<String, Any>>())
}
