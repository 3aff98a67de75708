//! A board that [`super::export::json()`] wrote comes back as it was: formatting, overwritten values and parts of later versions too.
//!
//! Promises: what was exported, imported and exported again is the same text. A file of another kind, of a later version or above the
//! limits is refused in words. Parts that a document cannot hold have a line in the report; the rest of the board stays whole.
//! Start at [`import`], then [`Import::write_to`].

mod write;

use serde::de::IgnoredAny;
use serde_json::{Map as JsonMap, Value as Json};

use crate::board::id::{CardId, ColumnId, LabelId, PartIdError, SprintId};
use crate::document::Content;

use super::FILE_BYTES_MAX;
use super::kind::{kind_of, megabytes};
use super::loss_report::{Fate, LossReport};
use super::trello::CARDS_MAX;

/// Version of the export's shape that is read.
const VERSION: u64 = 1;
/// Text in one batch, in bytes of JSON; its update is about as large.
const BATCH_BYTES_MAX: usize = 512 << 10;

/// Why a file was not imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalitError {
    /// More than [`FILE_BYTES_MAX`].
    #[error("the file has {}; at most {} are read", megabytes(*bytes), megabytes(FILE_BYTES_MAX))]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// No JSON at all, but another kind of file.
    #[error("this file is {0}, not a board that CalIT exported")]
    OtherKind(&'static str),
    /// JSON that is broken.
    #[error("{0}")]
    Malformed(String),
    /// JSON of another kind.
    #[error("this is JSON, but not a board that CalIT exported")]
    NotCalit,
    /// From a later CalIT.
    #[error("this board was exported by a later version of CalIT")]
    Newer,
    /// More cards than [`CARDS_MAX`].
    #[error("the file has {count} cards; at most {CARDS_MAX} are read")]
    TooManyCards {
        /// How many it has.
        count: usize,
    },
}

/// A board that was read, and what could not be.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// What people call it.
    pub name: String,
    /// What was carried over and lost.
    pub report: LossReport,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
struct Part {
    root: Root,
    /// Empty for the board itself.
    id: String,
    fields: JsonMap<String, Json>,
    bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    Meta,
    Labels,
    Sprints,
    Columns,
    Cards,
}

/// Reads an exported board; `name` replaces the one in the file.
///
/// # Errors
/// [`CalitError`]; nothing of the file is used then.
pub fn import(bytes: &[u8], name: Option<&str>) -> Result<Import, CalitError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(CalitError::TooLarge { bytes: bytes.len() });
    }
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        let parsed = serde_json::from_slice::<IgnoredAny>(bytes);
        return Err(match parsed {
            Ok(_) => CalitError::NotCalit,
            Err(_) => CalitError::OtherKind(kind_of(bytes).unwrap_or("no JSON")),
        });
    }
    let mut file: Json = serde_json::from_slice(bytes).map_err(|error| CalitError::Malformed(error.to_string()))?;
    if file["format"] != "calit-board" {
        return Err(CalitError::NotCalit);
    }
    if file["version"].as_u64().is_none_or(|version| version > VERSION) {
        return Err(CalitError::Newer);
    }
    let count = file["cards"].as_array().map_or(0, Vec::len);
    if count > CARDS_MAX {
        return Err(CalitError::TooManyCards { count });
    }
    Ok(read(&mut file, name))
}

fn read(file: &mut Json, name: Option<&str>) -> Import {
    let mut meta = fields(file["meta"].take());
    if let Some(name) = name {
        meta.insert("name".to_owned(), Json::from(name));
        if let Some(Json::Object(written)) = meta.get_mut("written") {
            written.remove("name");
        }
    }
    let name = meta.get("name").and_then(Json::as_str).unwrap_or_default().to_owned();
    let mut reading = Reading { parts: Vec::new(), report: LossReport::default() };
    reading.add(Root::Meta, String::new(), meta);
    reading.named(Root::Labels, fields(file["labels"].take()), "labels", LabelId::parse);
    reading.named(Root::Sprints, fields(file["sprints"].take()), "sprints", SprintId::parse);
    reading.listed(Root::Columns, file["columns"].take(), "columns", ColumnId::parse);
    reading.listed(Root::Cards, file["cards"].take(), "cards", CardId::parse);
    let others = fields(file["other"].take()).len();
    reading.report.add(Fate::Lost, "other", others, "what is no part of a board");
    Import { name, report: reading.report, parts: reading.parts }
}

fn fields(json: Json) -> JsonMap<String, Json> {
    if let Json::Object(fields) = json { fields } else { JsonMap::new() }
}

struct Reading {
    parts: Vec<Part>,
    report: LossReport,
}

impl Reading {
    fn add(&mut self, root: Root, id: String, fields: JsonMap<String, Json>) {
        let bytes = fields.iter().map(|(key, value)| key.len() + value.to_string().len()).sum();
        self.parts.push(Part { root, id, fields, bytes });
    }

    fn named<I>(
        &mut self,
        root: Root,
        parts: JsonMap<String, Json>,
        kind: &str,
        parse: fn(&str) -> Result<I, PartIdError>,
    ) {
        for (id, part) in parts {
            match part {
                Json::Object(fields) if parse(&id).is_ok() => {
                    self.report.add(Fate::Carried, kind, 1, "");
                    self.add(root, id, fields);
                }
                _ => self.report.add(Fate::Lost, kind, 1, "that are malformed"),
            }
        }
    }

    /// A list names its parts inside; what only says how they are shown is not theirs.
    fn listed<I>(&mut self, root: Root, parts: Json, kind: &str, parse: fn(&str) -> Result<I, PartIdError>) {
        let Json::Array(parts) = parts else { return };
        let mut named = JsonMap::new();
        for mut part in parts {
            let id = part["id"].as_str().filter(|_| part.get("malformed").is_none()).unwrap_or_default().to_owned();
            if let Some(fields) = part.as_object_mut() {
                let shown = if root == Root::Cards { "shown_in" } else { "cards" };
                ["id", shown].into_iter().for_each(|key| drop(fields.remove(key)));
            }
            if named.insert(id, part).is_some() {
                self.report.add(Fate::Lost, kind, 1, "of an id that is used twice");
            }
        }
        self.named(root, named, kind, parse);
    }
}

impl Import {
    /// Writes the board into an empty document, batch by batch, and returns the updates that this made, in order.
    pub fn write_to(&self, content: &mut Content) -> Vec<Vec<u8>> {
        let mut updates = Vec::new();
        let mut rest = self.parts.as_slice();
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = |part: &&Part| {
                bytes += part.bytes;
                bytes <= BATCH_BYTES_MAX
            };
            let (batch, behind) = rest.split_at(rest.iter().take_while(fits).count().max(1));
            let ((), update) = content.edit(|txn| batch.iter().for_each(|part| write::part(txn, part)));
            updates.extend(update);
            rest = behind;
        }
        updates
    }
}
