//! Fields of a part (the board itself, a card, a column, a sprint …): each is a newest-wins register laid flat into the part's own map.
//!
//! The plain key `name` holds what the part was made with, or what an older client wrote; `name@{writer}` holds one later write,
//! `{value, at, by}`, null clearing it. Promises: the newest well-formed write counts, else the plain key; whole values never mix; what
//! was overwritten concurrently stays to be restored until somebody who sees it writes again.
//! Nothing nested is ever made for it, so parts of any age take part. The twin of `web/src/board/fields.ts`; both run
//! `client-protocol/fixtures/field.json`.

use yrs::{Any, Map, MapRef, Out, ReadTxn, TransactionMut};

use super::register::{Entry, Register};
use super::value::{Stamp, field, object, plain};

/// Largest estimate that counts; anything above is a slip or a lie, and would spoil every sum.
pub const POINTS_MAX: f64 = 9_999.0;

/// Stands between a field's name and the writer.
const SEPARATOR: char = '@';

/// A field as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Field<V> {
    base: Option<V>,
    writes: Register<Option<V>>,
}

impl<V: PartialEq> Field<V> {
    /// The value that counts.
    pub fn value(&self) -> Option<&V> {
        self.writes.winner().map_or(self.base.as_ref(), |newest| newest.value.as_ref())
    }

    /// The write that counts; none while the part has what it was made with.
    pub fn written(&self) -> Option<&Entry<Option<V>>> {
        self.writes.winner()
    }

    /// The writes that lost to it, newest first: each can be written again. One that says the same lost nothing.
    pub fn overwritten(&self) -> impl Iterator<Item = &Entry<Option<V>>> {
        let differs = |lost: &&Entry<Option<V>>| self.written().is_some_and(|winner| winner.value != lost.value);
        self.writes.overwritten().iter().filter(differs)
    }

    fn into_value(self) -> Option<V> {
        match self.writes.into_winner() {
            Some(newest) => newest.value,
            None => self.base,
        }
    }
}

/// A part as its fields are read: one walk over its map, however many are asked for.
pub(super) struct Part<'a, T> {
    txn: &'a T,
    map: &'a MapRef,
    writes: Vec<(String, Any)>,
}

impl<'a, T: ReadTxn> Part<'a, T> {
    pub(super) fn new(txn: &'a T, map: &'a MapRef) -> Self {
        let write = |(key, out): (&str, Out)| match out {
            Out::Any(value) if key.contains(SEPARATOR) => Some((key.to_owned(), value)),
            _ => None,
        };
        Part { txn, map, writes: map.iter(txn).filter_map(write).collect() }
    }

    /// A field with all that was written to it; `parse` takes what is of its kind.
    pub(super) fn field<V>(&self, name: &str, parse: impl Fn(&Any) -> Option<V>) -> Field<V> {
        let entry = |(key, any): &(String, Any)| {
            let writer = writer_of(key, name)?;
            let value = match field(any, "value")? {
                Any::Null => None,
                value => Some(parse(value)?),
            };
            Some(Entry { writer: writer.to_owned(), stamp: Stamp::read(any)?, value })
        };
        let writes = Register::new(self.writes.iter().filter_map(entry).collect());
        Field { base: plain(self.txn, self.map, name).as_ref().and_then(parse), writes }
    }

    /// The value that counts.
    pub(super) fn get<V: PartialEq>(&self, name: &str, parse: impl Fn(&Any) -> Option<V>) -> Option<V> {
        self.field(name, parse).into_value()
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name, text)
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        self.get(name, flag) == Some(true)
    }
}

/// Writes a field over everything this copy sees; null clears it. Saying what the field says already changes nothing.
pub(super) fn write(txn: &mut TransactionMut<'_>, map: &MapRef, name: &str, value: Any, stamp: &Stamp) {
    if current(txn, map, name) != value {
        write_with(txn, map, name, value, stamp, None);
    }
}

/// As [`write()`], whatever the field says, with a note of what was taken back.
pub(super) fn write_with(
    txn: &mut TransactionMut<'_>,
    map: &MapRef,
    name: &str,
    value: Any,
    stamp: &Stamp,
    lost: Option<Any>,
) {
    let at_ms = Part::new(txn, map).field(name, anything).writes.next_at(stamp.at_ms);
    let own = format!("{name}{SEPARATOR}{}", txn.doc().client_id());
    let is_other = |key: &&str| writer_of(key, name).is_some() && **key != own;
    let mut seen: Vec<String> = map.keys(txn).filter(is_other).map(str::to_owned).collect();
    // The map's order is random; removing in a fixed one makes equal edits equal bytes.
    seen.sort_unstable();
    for key in seen {
        map.remove(txn, &key);
    }
    let stamp = Stamp { at_ms, by: stamp.by.clone() };
    let fields = [("value", value)].into_iter().chain(stamp.fields()).chain(lost.map(|lost| ("lost", lost)));
    map.insert(txn, own, object(fields));
}

/// What a field says, of whatever kind; null when it says nothing.
fn current<T: ReadTxn>(txn: &T, map: &MapRef, name: &str) -> Any {
    match Part::new(txn, map).field(name, anything).into_value() {
        None | Some(Any::Undefined) => Any::Null,
        Some(value) => value,
    }
}

fn writer_of<'k>(key: &'k str, name: &str) -> Option<&'k str> {
    key.strip_prefix(name)?.strip_prefix(SEPARATOR)
}

fn anything(value: &Any) -> Option<Any> {
    Some(value.clone())
}

pub(super) fn text(value: &Any) -> Option<String> {
    super::value::string(value).map(str::to_owned)
}

pub(super) fn flag(value: &Any) -> Option<bool> {
    match value {
        Any::Bool(value) => Some(*value),
        _ => None,
    }
}

pub(super) fn number(value: &Any) -> Option<f64> {
    match value {
        Any::Number(number) => number.as_f64().filter(|number| number.is_finite()),
        _ => None,
    }
}

/// A whole number from 1 on.
pub(super) fn whole(value: &Any) -> Option<u64> {
    match value {
        Any::Number(number) => {
            number.as_i64().and_then(|number| u64::try_from(number).ok()).filter(|number| *number > 0)
        }
        _ => None,
    }
}

/// An estimate or a capacity: 0 to [`POINTS_MAX`].
pub(super) fn points(value: &Any) -> Option<f64> {
    number(value).filter(|points| (0.0..=POINTS_MAX).contains(points))
}
