//! Labels, and the people that a board names (an import brings people who never signed in here).

use std::collections::BTreeMap;

use yrs::{MapRef, ReadTxn};

use super::field::Part;
use super::id::{LabelId, UserId};
use super::value::{deletion, maps, nested, root};

/// A label as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What people call it; may be empty when the colour says it all.
    pub name: String,
    /// A colour name of the app's tokens; unknown ones are drawn grey.
    pub color: String,
}

pub(super) fn read_labels<T: ReadTxn>(txn: &T) -> BTreeMap<LabelId, Label> {
    let Some(labels) = root(txn, "labels") else { return BTreeMap::new() };
    let text = |map: &MapRef, name| Part::new(txn, map).text(name).unwrap_or_default();
    let label = |(id, map)| (id, Label { name: text(&map, "name"), color: text(&map, "color") });
    let live = |(_, map): &(LabelId, MapRef)| deletion(txn, map).is_none();
    maps(txn, &labels, LabelId::parse).into_iter().filter(live).map(label).collect()
}

pub(super) fn read_members<T: ReadTxn>(txn: &T) -> BTreeMap<UserId, String> {
    let members = root(txn, "meta").and_then(|meta| nested(txn, &meta, "members"));
    let Some(members) = members else { return BTreeMap::new() };
    let named = |(id, map)| (id, Part::new(txn, &map).text("name").unwrap_or_default());
    maps(txn, &members, UserId::parse).into_iter().map(named).collect()
}
