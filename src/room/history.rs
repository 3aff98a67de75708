//! A board's room beside its document: what happened, what the server puts right, and what it is commanded.
//!
//! Promises: every update that a board takes in is told as events, which are stored with it; what the keeper writes, on the
//! replica that keeps the document, is an update of the server's own behind it; what the records of the running sprints hold
//! is told there too, of the board as everything came together. Costs what the update touched, never a reading of the whole
//! board.
//! A fault in reading a hostile board costs the history of that update or the update itself, never the room.
//! Start with [`History::after`].

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use serde_json::Value;

use crate::board;
use crate::board::command::{self, Command, Refused};
use crate::board::history::{Facts, Happening, Observed, Origin, Scopes, Touched, What};
use crate::board::id::SprintId;
use crate::board::keeper;
use crate::board::sprint::Sprint;
use crate::board::value::Stamp;
use crate::document::Content;
use crate::replica::ReplicaId;
use crate::room::record::Recorded;
use crate::store::Event;

/// The author of what the server puts right.
pub(super) const SERVER: &str = "server";

/// An event's number is its time in ms (or the next that is free, above all that were stored at the loading) and which of so
/// many writers told it: so numbers grow over restarts, also of a clock that was set back, and over replicas. They stay below
/// 2^53 until 2255.
const WRITERS: u64 = 1024;

/// Longest text that an event tells, in characters: more than a title on any screen.
const TEXT_CHARS_MAX: usize = 500;

/// What the room knows of its board.
pub(super) struct History {
    facts: Facts,
    scopes: Scopes,
    /// The scopes may differ from the board in cards that were not touched.
    is_unsettled: bool,
    /// Which of [`WRITERS`] this is.
    writer: u64,
    last_event_ms: u64,
    /// What was taken in and has not been looked at by the keeper.
    unkept: Observed,
    unkept_parts: Touched,
}

/// Sprints, as somebody knows them.
pub(super) type Sprints = BTreeMap<SprintId, Sprint>;

/// What the keeper did.
pub(super) struct Repair {
    /// An edit of the server's own, where something had to be put right.
    pub(super) update: Option<Bytes>,
    pub(super) events: Vec<Event>,
}

/// What a command answers, and the update that it made.
pub(super) type Performed = (Result<Value, Refused>, Option<Bytes>);

/// The board could not be read: a fault of ours, which the update has brought to light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl History {
    /// Reads a board that was just loaded, and watches it from now on; of its sprints' starts and ends only these are
    /// believed, or all. The newest event that is stored comes before all that it will tell. `None`: it cannot be read, which
    /// is logged; the document is live all the same.
    pub(super) fn begin(
        content: &mut Content,
        replica: ReplicaId,
        known: Option<&Sprints>,
        newest_event: u64,
    ) -> Option<Self> {
        content.watch(&board::ROOTS);
        let facts = catch_unwind(AssertUnwindSafe(|| content.read(|txn| Facts::read(txn))));
        let mut facts =
            facts.inspect_err(|_| tracing::error!("a board cannot be read; it is live without its history")).ok()?;
        known.into_iter().for_each(|known| facts.believe_only(known));
        let mut history = Self {
            facts,
            scopes: Scopes::default(),
            is_unsettled: false,
            writer: replica.get() % WRITERS,
            last_event_ms: newest_event / WRITERS,
            unkept: Observed::default(),
            unkept_parts: Touched::default(),
        };
        history.doubt_numbers();
        Some(history)
    }

    /// No event that was told has a greater number.
    pub(super) fn newest_event(&self) -> u64 {
        self.last_event_ms * WRITERS + self.writer
    }

    /// Has the keeper look at every card without a number of its own: an import and older servers number nothing, and a
    /// replica that kept the document may have died before it did, or have stored its numbers when another kept it.
    fn doubt_numbers(&mut self) {
        let mut taken = BTreeSet::new();
        for (id, card) in &self.facts.cards {
            if card.number.is_none_or(|number| !taken.insert(number)) {
                let mut unnumbered = card.clone();
                unnumbered.number = None;
                self.unkept.before.entry(id.clone()).or_insert(Some(unnumbered));
            }
        }
    }

    /// Takes in what `author` changed since the last call, and tells it.
    ///
    /// # Errors
    /// [`Unreadable`]: this is out of step with the content from here on; load it again without the update.
    pub(super) fn after(
        &mut self,
        content: &mut Content,
        author: &str,
        origin: Origin,
        now_ms: u64,
    ) -> Result<Vec<Event>, Unreadable> {
        let touched = take_touched(content);
        if touched.is_empty() {
            return Ok(Vec::new());
        }
        guarded(|| {
            let observed = content.read(|txn| self.facts.observe(txn, &touched, &stamp(now_ms, author), origin));
            for (card, before) in observed.before {
                self.unkept.before.entry(card).or_insert(before);
            }
            self.unkept_parts.cards.extend(touched.cards);
            self.unkept_parts.sprints.extend(touched.sprints);
            self.unkept_parts.columns |= touched.columns;
            self.unkept_parts.meta |= touched.meta;
            self.scopes.begin(&observed.happenings);
            self.numbered(observed.happenings, now_ms)
        })
    }

    /// The sprints, with the starts and ends that the server decided.
    pub(super) fn sprints(&self) -> &Sprints {
        &self.facts.sprints
    }

    /// Sprints of which the document may say what the server has not decided.
    pub(super) fn doubted_sprints(&self) -> BTreeSet<SprintId> {
        self.facts.doubted.clone()
    }

    /// Sprints of which a keeper must know what is recorded: those in doubt, and those that run.
    pub(super) fn recorded_sprints(&self) -> BTreeSet<SprintId> {
        let running = self.facts.sprints.keys().filter(|id| self.facts.is_active(id));
        self.facts.doubted.iter().chain(running).cloned().collect()
    }

    /// Learns what is recorded of sprints, by whichever replica.
    pub(super) fn learn(&mut self, content: &Content, recorded: Vec<Recorded>) {
        for Recorded { sprint, decided, record, newest_event } in recorded {
            if guarded(|| content.read(|txn| self.facts.learn(txn, &sprint, decided))).is_err() {
                tracing::error!("what was decided about a sprint cannot be compared with the board");
            }
            self.scopes.learn(sprint, &record);
            self.last_event_ms = self.last_event_ms.max(newest_event / WRITERS);
        }
        // Whoever was to tell it may have died.
        self.is_unsettled |= !self.scopes.clone().settle(&self.facts, None).is_empty();
    }

    /// Goes on from what was told before the document was loaded again.
    pub(super) fn follow(&mut self, before: History) {
        self.scopes = before.scopes;
        self.is_unsettled = true;
    }

    /// Has the keeper look at all that another one may have left.
    pub(super) fn doubt(&mut self) {
        self.doubt_numbers();
        self.unkept_parts.sprints.extend(self.facts.doubted.iter().cloned());
        self.is_unsettled = true;
    }

    /// Whether something waits for the keeper.
    pub(super) fn is_unkept(&self) -> bool {
        self.is_unsettled || !self.unkept.before.is_empty() || !self.unkept_parts.is_empty()
    }

    /// Leaves what waits to the replica that keeps the document, which hears of it too.
    pub(super) fn leave_to_keeper(&mut self) {
        (self.unkept, self.unkept_parts, self.is_unsettled) = (Observed::default(), Touched::default(), false);
    }

    /// Puts right what was left by all that was taken in since the last call, and tells what it means for the sprints.
    ///
    /// # Errors
    /// [`Unreadable`], as of [`Self::after`].
    pub(super) fn keep(&mut self, content: &mut Content, now_ms: u64) -> Result<Repair, Unreadable> {
        let (observed, mut touched) = (std::mem::take(&mut self.unkept), std::mem::take(&mut self.unkept_parts));
        let is_unsettled = std::mem::take(&mut self.is_unsettled);
        guarded(|| {
            let stamp = stamp(now_ms, SERVER);
            let facts = &self.facts;
            let ((), update) = content.edit(|txn| keeper::keep(txn, facts, &observed.before, &touched, &stamp));
            let repaired = take_touched(content);
            let mut told = content.read(|txn| self.facts.observe(txn, &repaired, &stamp, Origin::Server)).happenings;
            touched.cards.extend(repaired.cards);
            let is_all = is_unsettled || touched.columns || repaired.columns;
            told.extend(self.scopes.settle(&self.facts, (!is_all).then_some(&touched.cards)));
            Repair { update: update.map(Bytes::from), events: self.numbered(told, now_ms) }
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

    fn numbered(&mut self, happenings: Vec<Happening>, now_ms: u64) -> Vec<Event> {
        let mut event = |Happening { subject, what }| {
            self.last_event_ms = now_ms.max(self.last_event_ms + 1);
            Event { number: self.last_event_ms * WRITERS + self.writer, subject, body: body(&what) }
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
