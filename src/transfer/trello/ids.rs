//! Trello's ids as ids of a board's parts.

use std::collections::{BTreeMap, BTreeSet};

/// Gives every id of a file a well-formed one: itself where possible, else a made one.
pub(super) struct Ids<I> {
    parse: fn(&str) -> Option<I>,
    prefix: &'static str,
    known: BTreeMap<String, I>,
    used: BTreeSet<I>,
}

impl<I: Clone + Ord> Ids<I> {
    pub(super) fn new(prefix: &'static str, parse: fn(&str) -> Option<I>) -> Self {
        Ids { parse, prefix, known: BTreeMap::new(), used: BTreeSet::new() }
    }

    /// Takes in an id; `None` when the file has it already.
    pub(super) fn add(&mut self, raw: &str) -> Option<I> {
        if self.known.contains_key(raw) {
            return None;
        }
        let free = |text: &str| (self.parse)(text).filter(|id| !self.used.contains(id));
        let made = || (self.known.len()..).find_map(|n| free(&format!("{}-{n}", self.prefix)));
        let id = free(raw).or_else(made)?;
        self.known.insert(raw.to_owned(), id.clone());
        self.used.insert(id.clone());
        Some(id)
    }

    pub(super) fn get(&self, raw: &str) -> Option<&I> {
        self.known.get(raw)
    }
}

/// When something was made: Trello's ids begin with the seconds since 1970 in hexadecimal.
pub(super) fn made_at_ms(raw: &str) -> Option<i64> {
    let is_object_id = raw.len() == 24 && raw.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_object_id.then(|| i64::from_str_radix(&raw[..8], 16).ok().map(|seconds| seconds * 1_000)).flatten()
}
