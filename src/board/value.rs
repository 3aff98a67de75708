//! Total readers of single values: what is not of the expected kind is read as absent.
//!
//! The TypeScript reader follows the same rules, proved by `client-protocol/fixtures/board-read.json`.
//! A whole number may come as an integer, a float or a big integer: all three count.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use yrs::{Any, Map, MapRef, Out, ReadTxn};

/// Latest moment that a document may name, in ms since 1970: 2100-01-01. Anything later is a broken clock or a lie.
pub const AT_MS_MAX: i64 = 4_102_444_800_000;

/// When and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Milliseconds since 1970, in 0..=[`AT_MS_MAX`] when it was read from a document.
    pub at_ms: i64,
    /// The author: a user id as the client wrote it.
    pub by: String,
}

impl Stamp {
    /// A stamp inside the range that documents allow.
    pub fn new(at_ms: i64, by: impl Into<String>) -> Stamp {
        Stamp { at_ms: at_ms.clamp(0, AT_MS_MAX), by: by.into() }
    }

    pub(super) fn read(value: &Any) -> Option<Stamp> {
        Some(Stamp { at_ms: moment(field(value, "at")?)?, by: string(field(value, "by")?)?.to_owned() })
    }

    pub(super) fn fields(&self) -> [(&'static str, Any); 2] {
        [("at", Any::from(self.at_ms)), ("by", Any::from(self.by.as_str()))]
    }

    pub(super) fn to_any(&self) -> Any {
        object(self.fields())
    }
}

/// A removal mark. Anything but null counts, so that no malformed mark brings a card back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// When and by whom, if the mark says so.
    pub stamp: Option<Stamp>,
}

pub(super) fn deletion<T: ReadTxn>(txn: &T, map: &MapRef) -> Option<Deletion> {
    match map.get(txn, "deleted")? {
        Out::Any(Any::Null | Any::Undefined) => None,
        Out::Any(value) => Some(Deletion { stamp: Stamp::read(&value) }),
        _ => Some(Deletion { stamp: None }),
    }
}

pub(super) fn field<'a>(value: &'a Any, key: &str) -> Option<&'a Any> {
    match value {
        Any::Map(fields) => fields.get(key),
        _ => None,
    }
}

pub(super) fn string(value: &Any) -> Option<&str> {
    match value {
        Any::String(text) => Some(text),
        _ => None,
    }
}

pub(super) fn moment(value: &Any) -> Option<i64> {
    match value {
        Any::Number(number) => number.as_i64().filter(|at| (0..=AT_MS_MAX).contains(at)),
        _ => None,
    }
}

pub(super) fn plain<T: ReadTxn>(txn: &T, map: &MapRef, key: &str) -> Option<Any> {
    match map.get(txn, key)? {
        Out::Any(value) => Some(value),
        _ => None,
    }
}

pub(super) fn plain_string<T: ReadTxn>(txn: &T, map: &MapRef, key: &str) -> Option<String> {
    plain(txn, map, key).as_ref().and_then(string).map(str::to_owned)
}

pub(super) fn nested<T: ReadTxn>(txn: &T, map: &MapRef, key: &str) -> Option<MapRef> {
    match map.get(txn, key)? {
        Out::YMap(nested) => Some(nested),
        _ => None,
    }
}

/// A root map, or none when nothing was ever written to it.
pub(super) fn root<T: ReadTxn>(txn: &T, name: &str) -> Option<MapRef> {
    txn.get_map(name)
}

/// The entries of a map whose names are well-formed, in the order of their names.
pub(super) fn entries<T: ReadTxn, K: Ord, E>(
    txn: &T,
    map: &MapRef,
    parse: impl Fn(&str) -> Result<K, E>,
) -> BTreeMap<K, Out> {
    map.iter(txn).filter_map(|(key, value)| Some((parse(key).ok()?, value))).collect()
}

/// The entries that are maps themselves.
pub(super) fn maps<T: ReadTxn, K: Ord, E>(
    txn: &T,
    map: &MapRef,
    parse: impl Fn(&str) -> Result<K, E>,
) -> BTreeMap<K, MapRef> {
    let as_map = |(key, value)| if let Out::YMap(map) = value { Some((key, map)) } else { None };
    entries(txn, map, parse).into_iter().filter_map(as_map).collect()
}

pub(super) fn object<K: Into<String>>(fields: impl IntoIterator<Item = (K, Any)>) -> Any {
    Any::Map(Arc::new(fields.into_iter().map(|(key, value)| (key.into(), value)).collect::<HashMap<_, _>>()))
}
