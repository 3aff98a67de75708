//! A board's room beside its document: what happened, what the server puts right, and what it is commanded.
//!
//! Promises: every update that a board takes in is told as events, which are stored with it; what the keeper writes is an
//! update of the server's own behind it. Costs what the update touched, never a reading of the whole board.
//! A fault in reading a hostile board costs the history of that update or the update itself, never the room.
//! Start with [`History::after`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use serde_json::Value;

use crate::board;
use crate::board::command::{self, Command, Refused};
use crate::board::history::{Facts, Happening, Observed, Origin, Touched, What};
use crate::board::keeper;
use crate::board::value::Stamp;
use crate::document::Content;
use crate::store::Event;

/// The author of what the server puts right.
pub(super) const SERVER: &str = "server";

/// Events are numbered from the time of loading in these fractions of a millisecond: no board has more events than that in
/// all its life, so numbers grow over restarts without being read from the store. They stay below 2^53 until 2255.
const EVENTS_PER_MS: u64 = 1024;

/// Longest text that an event tells, in characters: more than a title on any screen.
const TEXT_CHARS_MAX: usize = 500;

/// What the room knows of its board.
pub(super) struct History {
    facts: Facts,
    next_number: u64,
}

/// What an edit did to a board.
#[derive(Default)]
pub(super) struct Recorded {
    /// What it did, as it is stored with it.
    pub(super) events: Vec<Event>,
    /// What the server puts right behind it.
    pub(super) repair: Option<Repair>,
}

/// An edit of the server's own.
pub(super) struct Repair {
    pub(super) update: Bytes,
    pub(super) events: Vec<Event>,
}

/// What a command answers, and the update that it made.
pub(super) type Performed = (Result<Value, Refused>, Option<Bytes>);

/// The board could not be read: a fault of ours, which the update has brought to light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl History {
    /// Reads a board that was just loaded, and watches it from now on. `None`: it cannot be read, which is logged; the
    /// document is live all the same.
    pub(super) fn begin(content: &mut Content, now_ms: u64) -> Option<Self> {
        content.watch(&board::ROOTS);
        let facts = catch_unwind(AssertUnwindSafe(|| content.read(|txn| Facts::read(txn))));
        let facts =
            facts.inspect_err(|_| tracing::error!("a board cannot be read; it is live without its history")).ok()?;
        Some(Self { facts, next_number: now_ms.saturating_mul(EVENTS_PER_MS) })
    }

    /// What the server has to put right in a board that was just loaded: an import and older servers number nothing.
    pub(super) fn at_load(&mut self, content: &mut Content, now_ms: u64) -> Option<Repair> {
        let unnumbered = self.facts.cards.iter().filter(|(_, card)| card.number.is_none());
        let before = unnumbered.map(|(id, card)| (id.clone(), Some(card.clone()))).collect();
        let observed = Observed { happenings: Vec::new(), before };
        guarded(|| self.keep(content, &observed, &Touched::default(), now_ms)).ok().flatten()
    }

    /// Takes in what `author` changed since the last call, and puts right what it left.
    ///
    /// # Errors
    /// [`Unreadable`]: this is out of step with the content from here on; load it again without the update.
    pub(super) fn after(
        &mut self,
        content: &mut Content,
        author: &str,
        origin: Origin,
        now_ms: u64,
    ) -> Result<Recorded, Unreadable> {
        let touched = take_touched(content);
        if touched.is_empty() {
            return Ok(Recorded::default());
        }
        guarded(|| {
            let stamp = stamp(now_ms, author);
            let mut observed = content.read(|txn| self.facts.observe(txn, &touched, &stamp, origin));
            let events = self.numbered(std::mem::take(&mut observed.happenings));
            let repair = self.keep(content, &observed, &touched, now_ms);
            Recorded { events, repair }
        })
    }

    /// Does a command, as an edit of `author`; the update it made is still to be taken in by [`Self::after`].
    ///
    /// # Errors
    /// [`Unreadable`], as there.
    pub(super) fn perform(
        &self,
        content: &mut Content,
        command: &Command,
        author: &str,
        now_ms: u64,
    ) -> Result<Performed, Unreadable> {
        let stamp = stamp(now_ms, author);
        guarded(|| {
            let (result, update) = content.edit(|txn| command::perform(txn, &self.facts, command, &stamp));
            (result, update.map(Bytes::from))
        })
    }

    fn keep(&mut self, content: &mut Content, observed: &Observed, touched: &Touched, now_ms: u64) -> Option<Repair> {
        let stamp = stamp(now_ms, SERVER);
        let facts = &self.facts;
        let ((), update) = content.edit(|txn| keeper::keep(txn, facts, &observed.before, touched, &stamp));
        let update = Bytes::from(update?);
        let touched = take_touched(content);
        let repaired = content.read(|txn| self.facts.observe(txn, &touched, &stamp, Origin::Server));
        Some(Repair { update, events: self.numbered(repaired.happenings) })
    }

    fn numbered(&mut self, happenings: Vec<Happening>) -> Vec<Event> {
        let mut event = |Happening { subject, what }| {
            let number = self.next_number;
            self.next_number += 1;
            Event { number, subject, body: body(&what) }
        };
        happenings.into_iter().map(&mut event).collect()
    }
}

/// What happened as JSON, with long texts cut: a keystroke in a title of a megabyte must not store two megabytes.
fn body(what: &What) -> String {
    let body = serde_json::to_string(what).expect("what happened has a JSON form");
    if body.len() <= TEXT_CHARS_MAX {
        return body;
    }
    let mut value: Value = serde_json::from_str(&body).expect("it was just written");
    cut_texts(&mut value);
    value.to_string()
}

/// Recurses as deep as what happens is told, a few levels.
fn cut_texts(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(TEXT_CHARS_MAX) {
                text.truncate(end);
                text.push('…');
            }
        }
        Value::Array(values) => values.iter_mut().for_each(cut_texts),
        Value::Object(fields) => fields.values_mut().for_each(cut_texts),
        _ => {}
    }
}

fn take_touched(content: &mut Content) -> Touched {
    let parts = content.take_touched();
    Touched::from_parts(parts.iter().map(|(root, key)| (*root, &**key)))
}

fn stamp(now_ms: u64, by: &str) -> Stamp {
    Stamp::new(i64::try_from(now_ms).unwrap_or(i64::MAX), by)
}

fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_short_ones_stay() {
        let (long, short) = ("가".repeat(TEXT_CHARS_MAX + 1), "나".repeat(TEXT_CHARS_MAX));

        let told = body(&What::Renamed { from: long, to: short.clone() });

        let told: Value = serde_json::from_str(&told).expect("JSON");
        assert_eq!(told["from"].as_str().map(|text| text.chars().count()), Some(TEXT_CHARS_MAX + 1));
        assert_eq!(told["to"].as_str(), Some(short.as_str()));
    }
}
