//! A newest-wins register: one value that several people may set at once, where the newest wins and the others stay restorable.
//!
//! It is a Y.Map from writer (the client id of the writing copy, in decimal) to a whole value with `at` and `by`. A single key would be
//! decided by client id, not by time. Promises: every copy with the same map reads the same winner; whole values never mix;
//! what was overwritten concurrently stays in the map until the next write that sees it.
//! Shared vectors: `client-protocol/fixtures/register.json`.

use std::cmp::Ordering;

use yrs::{Any, Map, MapRef, Out, ReadTxn, TransactionMut};

use super::rank::compare;
use super::value::{AT_MS_MAX, Stamp, object};

/// One writer's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<V> {
    /// The key in the map: the client id of the copy that wrote it.
    pub writer: String,
    /// When (a hybrid logical clock) and by whom.
    pub stamp: Stamp,
    /// The value.
    pub value: V,
}

/// All well-formed values of a register, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register<V> {
    entries: Vec<Entry<V>>,
}

impl<V> Register<V> {
    /// A register that holds nothing.
    pub fn empty() -> Self {
        Register { entries: Vec::new() }
    }

    /// Orders what a map holds.
    pub fn new(mut entries: Vec<Entry<V>>) -> Self {
        entries.sort_by(|a, b| newest_first(a, b));
        Register { entries }
    }

    /// The value that counts.
    pub fn winner(&self) -> Option<&Entry<V>> {
        self.entries.first()
    }

    /// The value that counts, taken out.
    pub(super) fn into_winner(self) -> Option<Entry<V>> {
        self.entries.into_iter().next()
    }

    /// The values that lost to it, newest first: each can be written again.
    pub fn overwritten(&self) -> &[Entry<V>] {
        self.entries.get(1..).unwrap_or_default()
    }

    /// The `at` of a write made now by someone who sees this register.
    pub fn next_at(&self, now_ms: i64) -> i64 {
        let seen = self.entries.first().map_or(0, |newest| newest.stamp.at_ms + 1);
        now_ms.max(seen).clamp(0, AT_MS_MAX)
    }
}

/// Reads a register; entries that `parse` does not take, or without a well-formed `at` and `by`, do not count.
pub(super) fn read<T: ReadTxn, V>(txn: &T, map: &MapRef, parse: impl Fn(&Any) -> Option<V>) -> Register<V> {
    let entry = |(writer, out): (&str, Out)| {
        let Out::Any(any) = out else { return None };
        Some(Entry { writer: writer.to_owned(), stamp: Stamp::read(&any)?, value: parse(&any)? })
    };
    Register::new(map.iter(txn).filter_map(entry).collect())
}

/// Writes a value over everything this copy sees.
pub(super) fn write<V>(
    txn: &mut TransactionMut<'_>,
    map: &MapRef,
    stamp: &Stamp,
    parse: impl Fn(&Any) -> Option<V>,
    fields: impl IntoIterator<Item = (&'static str, Any)>,
) {
    let at_ms = read(txn, map, parse).next_at(stamp.at_ms);
    let own = txn.doc().client_id().to_string();
    let mut seen: Vec<String> = map.keys(txn).filter(|writer| **writer != own).map(str::to_owned).collect();
    // The map's order is random; removing in a fixed one makes equal edits equal bytes.
    seen.sort_unstable();
    for writer in seen {
        map.remove(txn, &writer);
    }
    let value = object(fields.into_iter().chain(Stamp { at_ms, by: stamp.by.clone() }.fields()));
    map.insert(txn, own, value);
}

fn newest_first<V>(a: &Entry<V>, b: &Entry<V>) -> Ordering {
    let by_time = b.stamp.at_ms.cmp(&a.stamp.at_ms);
    by_time.then_with(|| compare(&b.stamp.by, &a.stamp.by)).then_with(|| compare(&b.writer, &a.writer))
}
