//! Sprints: what a team sets out to do in some days.
//!
//! Promises: any map under `sprints` with a well-formed id is a sprint. When it began and when it ended are plain keys that only the
//! server writes, as commands; everything else is a field that people write.

use std::collections::BTreeMap;

use yrs::{Any, MapRef, ReadTxn};

use super::field::{self, Part};
use super::id::SprintId;
use super::value::{Deletion, Stamp, deletion, field as entry, maps, nested, object, plain, root, string};

/// A sprint as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Sprint {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub goal: String,
    /// First day, `YYYY-MM-DD`.
    pub start: Option<String>,
    /// Last day, `YYYY-MM-DD`.
    pub end: Option<String>,
    /// What the team can do in it, in points.
    pub capacity: Option<f64>,
    /// When it began.
    pub started: Option<Stamp>,
    /// When it ended.
    pub completed: Option<Completed>,
    /// Present when it is deleted.
    pub deleted: Option<Deletion>,
}

/// The end of a sprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completed {
    /// When and by whom.
    pub stamp: Stamp,
    /// Where its unfinished cards went; none is the backlog.
    pub to: Option<SprintId>,
}

impl Completed {
    fn read(value: &Any) -> Option<Completed> {
        let to = entry(value, "to").and_then(string).and_then(|to| SprintId::parse(to).ok());
        Some(Completed { stamp: Stamp::read(value)?, to })
    }

    pub(super) fn to_any(&self) -> Any {
        let to = self.to.as_ref().map_or(Any::Null, |to| Any::from(to.as_str()));
        object(self.stamp.fields().into_iter().chain([("to", to)]))
    }
}

impl Sprint {
    /// Whether it has begun and not ended.
    pub fn is_active(&self) -> bool {
        self.started.is_some() && self.completed.is_none()
    }

    fn read<T: ReadTxn>(txn: &T, map: &MapRef) -> Sprint {
        let part = Part::new(txn, map);
        Sprint {
            name: part.text("name").unwrap_or_default(),
            goal: part.text("goal").unwrap_or_default(),
            start: part.text("start"),
            end: part.text("end"),
            capacity: part.get("capacity", field::points),
            started: plain(txn, map, "started").as_ref().and_then(Stamp::read),
            completed: plain(txn, map, "completed").as_ref().and_then(Completed::read),
            deleted: deletion(txn, map),
        }
    }
}

/// All sprints, deleted ones too.
pub fn read_all<T: ReadTxn>(txn: &T) -> BTreeMap<SprintId, Sprint> {
    let Some(sprints) = root(txn, "sprints") else { return BTreeMap::new() };
    maps(txn, &sprints, SprintId::parse).into_iter().map(|(id, map)| (id, Sprint::read(txn, &map))).collect()
}

/// The sprints of these ids that are there.
pub(super) fn read_some<'a, T: ReadTxn>(
    txn: &T,
    ids: impl Iterator<Item = &'a SprintId>,
) -> BTreeMap<SprintId, Sprint> {
    let Some(sprints) = root(txn, "sprints") else { return BTreeMap::new() };
    let sprint = |id: &SprintId| Some((id.clone(), Sprint::read(txn, &nested(txn, &sprints, id.as_str())?)));
    ids.filter_map(sprint).collect()
}
