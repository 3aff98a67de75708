//! Awareness updates, written and read as y-protocols does.

use bytes::Bytes;
use client_protocol::varint;

/// One client's state in an awareness update; `None` is a goodbye.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) client: u64,
    pub(crate) clock: u64,
    pub(crate) state: Option<String>,
}

/// Somebody's state at a clock.
pub(crate) fn entry(client: u64, clock: u64, state: &str) -> Entry {
    Entry { client, clock, state: Some(state.to_owned()) }
}

/// Somebody's goodbye.
pub(crate) fn goodbye(client: u64, clock: u64) -> Entry {
    Entry { client, clock, state: None }
}

/// The update that holds these entries.
pub(crate) fn update(entries: &[Entry]) -> Bytes {
    let mut out = Vec::new();
    varint::write(&mut out, entries.len() as u64);
    for Entry { client, clock, state } in entries {
        varint::write(&mut out, *client);
        varint::write(&mut out, *clock);
        varint::write_bytes(&mut out, state.as_deref().unwrap_or("null").as_bytes());
    }
    out.into()
}

/// The entries of an update.
pub(crate) fn entries(update: &Bytes) -> Vec<Entry> {
    let mut input = update.clone();
    let count = varint::read(&mut input).expect("a count");
    let one = |_| {
        let (client, clock) = (varint::read(&mut input).expect("a client"), varint::read(&mut input).expect("a clock"));
        let state = varint::read_string(&mut input).expect("a state");
        Entry { client, clock, state: (state != "null").then_some(state) }
    };
    let entries = (0..count).map(one).collect();
    assert!(input.is_empty(), "bytes behind an awareness update: {update:?}");
    entries
}
