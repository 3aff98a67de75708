//! Which parts of a document a transaction touched: a part is an entry of a top-level map, with all that is inside.
//! Promises: whatever changed anywhere inside of a watched map is told by the name of the map and the key of its entry, an
//! entry that came or went too. The cost is that of the change, not of the document, also for hostile nesting: yrs's deep
//! observers sort by paths, which takes a walk over all neighbours for each event, so none is used.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use yrs::branch::BranchID;
use yrs::types::EntryChange;
use yrs::types::map::MapEvent;
use yrs::{Doc, ID, Map, Observable, Out, Transact, TransactionMut};

/// The parts that changed: the name of a top-level map, and the key of its entry.
pub type Touched = BTreeSet<(&'static str, Arc<str>)>;

/// Watches some top-level maps of one document.
#[derive(Default)]
pub(super) struct Watch(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    /// The entry that is made of this shared type. Types that are gone stay: nothing happens inside of them.
    parts: HashMap<ID, (&'static str, Arc<str>)>,
    touched: Touched,
}

impl Watch {
    /// Begins to watch, and learns which entries there are.
    pub(super) fn begin(&self, doc: &Doc, roots: &[&'static str]) {
        for root in roots {
            let map = doc.get_or_insert_map(*root);
            let entries: Vec<(Arc<str>, Out)> = {
                let txn = doc.transact();
                map.iter(&txn).map(|(key, value)| (Arc::from(key), value)).collect()
            };
            let mut seen = self.seen();
            entries.iter().for_each(|(key, value)| seen.learn(root, key, value));
            drop(seen);
            let (watch, root) = (Self(Arc::clone(&self.0)), *root);
            map.observe(root, move |txn, event| watch.see_entries(root, txn, event));
        }
    }

    /// Notes what a transaction that was committed has touched inside of the entries.
    pub(super) fn see_inside(&self, txn: &TransactionMut<'_>) {
        let mut seen = self.seen();
        if seen.parts.is_empty() {
            return;
        }
        // For each type that changed, yrs lists it and its parents up to the top: the one before the top is a part.
        let mut below = None;
        for branch in txn.changed_parent_types() {
            match (branch.id(), below) {
                (BranchID::Nested(id), _) => below = Some(id),
                (BranchID::Root(_), Some(id)) => {
                    if let Some(part) = seen.parts.get(&id).cloned() {
                        seen.touched.insert(part);
                    }
                    below = None;
                }
                (BranchID::Root(_), None) => {}
            }
        }
    }

    /// What was touched since the last call.
    pub(super) fn take(&self) -> Touched {
        std::mem::take(&mut self.seen().touched)
    }

    fn see_entries(&self, root: &'static str, txn: &TransactionMut<'_>, event: &MapEvent) {
        let mut seen = self.seen();
        for (key, change) in event.keys(txn) {
            if let EntryChange::Inserted(value) | EntryChange::Updated(_, value) = change {
                seen.learn(root, key, value);
            }
            seen.touched.insert((root, Arc::clone(key)));
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn learn(&mut self, root: &'static str, key: &Arc<str>, value: &Out) {
        let id = match value {
            Out::YMap(part) => AsRef::<yrs::branch::Branch>::as_ref(part).id(),
            // Parts are maps; what else somebody puts there is nobody's part.
            _ => return,
        };
        if let BranchID::Nested(id) = id {
            self.parts.insert(id, (root, Arc::clone(key)));
        }
    }
}

#[cfg(test)]
mod tests {
    use yrs::{MapPrelim, MapRef, Text, TextPrelim, WriteTxn};

    use super::*;
    use crate::document::{Content, Source};

    const ROOTS: [&str; 2] = ["cards", "meta"];

    fn watched(content: &mut Content) {
        content.watch(&ROOTS);
    }

    fn touched(content: &mut Content) -> Vec<String> {
        content.take_touched().into_iter().map(|(root, key)| format!("{root}.{key}")).collect()
    }

    fn part(txn: &mut TransactionMut<'_>, key: &str) -> MapRef {
        let cards = txn.get_or_insert_map("cards");
        cards.insert(txn, key, MapPrelim::default())
    }

    #[test]
    fn an_entry_that_comes_changes_inside_or_goes_is_told() {
        let mut content = Content::new(1);
        watched(&mut content);

        content.edit(|txn| {
            let card = part(txn, "a");
            card.insert(txn, "title", TextPrelim::new("one"));
            part(txn, "b");
            txn.get_or_insert_map("meta").insert(txn, "name", "Board");
        });
        assert_eq!(touched(&mut content), ["cards.a", "cards.b", "meta.name"]);

        content.edit(|txn| {
            let Some(Out::YMap(card)) = txn.get_or_insert_map("cards").get(txn, "a") else { panic!("a card") };
            let Some(Out::YText(title)) = card.get(txn, "title") else { panic!("a title") };
            title.insert(txn, 3, " more");
        });
        assert_eq!(touched(&mut content), ["cards.a"]);

        content.edit(|txn| drop(txn.get_or_insert_map("cards").remove(txn, "a")));
        assert_eq!(touched(&mut content), ["cards.a"]);
        assert_eq!(touched(&mut content), Vec::<String>::new());
    }

    #[test]
    fn what_was_there_before_is_watched_and_others_are_not() {
        let mut origin = Content::new(1);
        origin.edit(|txn| part(txn, "a"));
        let state = origin.encode_state();
        let update = origin.edit(|txn| {
            let Some(Out::YMap(card)) = txn.get_or_insert_map("cards").get(txn, "a") else { panic!("a card") };
            card.insert(txn, "points", 3);
            txn.get_or_insert_map("other").insert(txn, "key", 1);
        });
        let mut content = Content::load(2, std::iter::once(&state[..])).expect("a state");
        watched(&mut content);

        content.apply(&update.1.expect("a change"), Source::Live).expect("an update");

        assert_eq!(touched(&mut content), ["cards.a"]);
    }

    #[test]
    fn what_is_inside_of_no_part_is_nobody_s() {
        let mut content = Content::new(1);
        watched(&mut content);
        content.edit(|txn| {
            let cards = txn.get_or_insert_map("cards");
            cards.insert(txn, "text", TextPrelim::new("no card"));
        });
        touched(&mut content);

        content.edit(|txn| {
            let Some(Out::YText(text)) = txn.get_or_insert_map("cards").get(txn, "text") else { panic!("a text") };
            text.insert(txn, 0, "still ");
        });

        assert_eq!(touched(&mut content), Vec::<String>::new());
    }
}
