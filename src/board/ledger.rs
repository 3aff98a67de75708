//! The record of a sprint: what it set out with, what came and went, what was done, day by day.
//!
//! Promises: made of happenings alone, in their order, so that moving a card today does not rewrite what was yesterday; after the
//! sprint's completion nothing changes any figure. Total: any sequence of happenings gives a record.
//! For cards, committed + added − removed = done + carried, once a sprint is completed. For points a card counts with what it was
//! worth when it came or went; `reestimated` is the difference that estimates made meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::history::{Change, Scoped, What};

/// Cards and their points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figure {
    /// How many cards.
    pub count: usize,
    /// The sum of their estimates.
    pub points: f64,
}

impl Figure {
    fn add(&mut self, points: f64) {
        self.count += 1;
        self.points += points;
    }
}

/// Where a sprint stands in its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SprintState {
    /// It has not begun.
    #[default]
    Planned,
    /// It runs.
    Active,
    /// It is over, and its record stands.
    Closed,
}

/// What became of one card of a sprint.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardRecord {
    /// The card, as it was last seen in the sprint.
    #[serde(flatten)]
    pub card: Scoped,
    /// It was there when the sprint began.
    pub committed: bool,
    /// It came in later.
    pub added: bool,
    /// It went out, and did not come back.
    pub removed: bool,
    /// It was still there and not done when the sprint was completed.
    pub carried: bool,
}

/// What was left and what there was, from one moment on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BurndownPoint {
    /// When, in ms since 1970.
    pub at: u64,
    /// What is not done.
    pub remaining: Figure,
    /// All that the sprint holds.
    pub scope: Figure,
}

/// The record of a sprint.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SprintRecord {
    /// Where it stands.
    pub state: SprintState,
    /// When it began, in ms since 1970.
    pub started_at: Option<u64>,
    /// When it was completed, in ms since 1970.
    pub completed_at: Option<u64>,
    /// Where the unfinished cards went; none is the backlog.
    pub carried_to: Option<String>,
    /// What it set out with.
    pub committed: Figure,
    /// What came in later.
    pub added: Figure,
    /// What went out.
    pub removed: Figure,
    /// Points that new estimates added, or took.
    pub reestimated: f64,
    /// What was done.
    pub done: Figure,
    /// What was left: to be carried over once it is completed.
    pub carried: Figure,
    /// Every card that was ever in it, by id.
    pub cards: Vec<CardRecord>,
    /// One point for each change, in order of time.
    pub burndown: Vec<BurndownPoint>,
}

impl SprintRecord {
    /// Folds what happened to one sprint, oldest first; `at` is in ms since 1970.
    pub fn fold<'a>(happenings: impl IntoIterator<Item = (u64, &'a What)>) -> SprintRecord {
        let mut ledger = Ledger::default();
        for (at, what) in happenings {
            ledger.take(at, what);
        }
        ledger.close()
    }
}

#[derive(Default)]
struct Ledger {
    record: SprintRecord,
    cards: BTreeMap<String, Entry>,
}

struct Entry {
    card: Scoped,
    is_in: bool,
    is_committed: bool,
    /// What it was worth when it came in, and when it went out.
    came_with: f64,
    went_with: f64,
}

impl Ledger {
    fn take(&mut self, at: u64, what: &What) {
        match (self.record.state, what) {
            (SprintState::Planned, What::SprintStarted { committed, .. }) => {
                self.record.state = SprintState::Active;
                self.record.started_at = Some(at);
                committed.iter().for_each(|card| self.enter(card, true));
            }
            (SprintState::Active, What::Scope { card, change }) => self.change(card, *change),
            (SprintState::Active, What::SprintCompleted { to, held, .. }) => {
                held.iter().for_each(|held| self.hold(held));
                self.record.state = SprintState::Closed;
                self.record.completed_at = Some(at);
                self.record.carried_to.clone_from(to);
            }
            _ => return,
        }
        self.plot(at);
    }

    fn enter(&mut self, card: &Scoped, is_committed: bool) {
        let entry = self.cards.entry(card.card.clone()).or_insert_with(|| Entry {
            card: card.clone(),
            is_in: false,
            is_committed,
            came_with: card.points,
            went_with: 0.0,
        });
        entry.card = card.clone();
        entry.is_in = true;
    }

    fn change(&mut self, card: &Scoped, change: Change) {
        match (change, self.cards.get_mut(&card.card)) {
            (Change::Added, _) => self.enter(card, false),
            (Change::Removed, Some(entry)) if entry.is_in => {
                entry.is_in = false;
                entry.went_with = entry.card.points;
            }
            (Change::Estimated | Change::Done | Change::Reopened, Some(entry)) if entry.is_in => {
                entry.card = card.clone();
            }
            _ => {}
        }
    }

    /// What the sprint holds at its end is what was there: something told of it before may be missing, or have come late.
    fn hold(&mut self, held: &[Scoped]) {
        let ids: BTreeSet<&str> = held.iter().map(|card| card.card.as_str()).collect();
        let gone: Vec<Scoped> = (self.cards.values())
            .filter(|entry| entry.is_in && !ids.contains(entry.card.card.as_str()))
            .map(|entry| entry.card.clone())
            .collect();
        gone.iter().for_each(|card| self.change(card, Change::Removed));
        held.iter().for_each(|card| self.enter(card, false));
    }

    fn plot(&mut self, at: u64) {
        let (mut remaining, mut scope) = (Figure::default(), Figure::default());
        for entry in self.cards.values().filter(|entry| entry.is_in) {
            scope.add(entry.card.points);
            if !entry.card.done {
                remaining.add(entry.card.points);
            }
        }
        let point = BurndownPoint { at, remaining, scope };
        match self.record.burndown.last_mut() {
            // What changed at one moment is one step.
            Some(last) if last.at == at && self.record.started_at != Some(at) => *last = point,
            _ => self.record.burndown.push(point),
        }
    }

    fn close(self) -> SprintRecord {
        let Ledger { mut record, cards } = self;
        let mut held = 0.0;
        for entry in cards.into_values() {
            let Entry { card, is_in, is_committed, came_with, went_with } = entry;
            if is_committed {
                record.committed.add(came_with)
            } else {
                record.added.add(came_with)
            }
            match (is_in, card.done) {
                (false, _) => record.removed.add(went_with),
                (true, true) => record.done.add(card.points),
                (true, false) => record.carried.add(card.points),
            }
            held += if is_in { card.points } else { went_with };
            record.cards.push(CardRecord {
                committed: is_committed,
                added: !is_committed,
                removed: !is_in,
                carried: is_in && !card.done,
                card,
            });
        }
        record.reestimated = held - record.committed.points - record.added.points;
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str, points: f64, done: bool) -> Scoped {
        Scoped { card: name.to_owned(), number: None, title: name.to_uppercase(), points, done }
    }

    fn started(cards: &[Scoped]) -> What {
        What::SprintStarted { name: "24".to_owned(), committed: cards.to_vec(), at: None }
    }

    fn completed() -> What {
        What::SprintCompleted { name: "24".to_owned(), to: None, at: None, held: None }
    }

    fn scope(card: Scoped, change: Change) -> What {
        What::Scope { card, change }
    }

    fn fold(happenings: &[What]) -> SprintRecord {
        SprintRecord::fold(happenings.iter().enumerate().map(|(at, what)| (at as u64, what)))
    }

    #[test]
    fn a_sprint_counts_what_it_set_out_with_and_what_came_and_went() {
        let record = fold(&[
            started(&[card("a", 3.0, false), card("b", 5.0, false)]),
            scope(card("c", 2.0, false), Change::Added),
            scope(card("b", 5.0, false), Change::Removed),
            scope(card("a", 3.0, true), Change::Done),
            completed(),
        ]);

        let figure = |count, points| Figure { count, points };
        assert_eq!(record.committed, figure(2, 8.0));
        assert_eq!((record.added, record.removed), (figure(1, 2.0), figure(1, 5.0)));
        assert_eq!((record.done, record.carried), (figure(1, 3.0), figure(1, 2.0)));
        assert_eq!((record.reestimated, record.state), (0.0, SprintState::Closed));
    }

    #[test]
    fn a_sprint_ends_with_what_was_there_whatever_was_told_of_it_before() {
        let held = vec![card("a", 3.0, true), card("c", 2.0, false)];
        let end = What::SprintCompleted { name: "24".to_owned(), to: None, at: None, held: Some(held) };

        let record = fold(&[started(&[card("a", 1.0, false), card("b", 5.0, false)]), end]);

        let figure = |count, points| Figure { count, points };
        assert_eq!((record.committed, record.added), (figure(2, 6.0), figure(1, 2.0)));
        assert_eq!((record.done, record.carried, record.removed), (figure(1, 3.0), figure(1, 2.0), figure(1, 5.0)));
        assert_eq!(record.reestimated, 2.0);
    }

    #[test]
    fn what_happens_after_the_end_changes_nothing() {
        let mut happenings = vec![started(&[card("a", 3.0, false)]), completed()];
        let record = fold(&happenings);
        happenings.push(scope(card("a", 3.0, true), Change::Done));
        happenings.push(scope(card("b", 8.0, false), Change::Added));
        happenings.push(started(&[]));
        happenings.push(completed());

        assert_eq!(fold(&happenings), record);
    }

    #[test]
    fn a_card_that_goes_and_comes_back_is_neither_removed_nor_added() {
        let record = fold(&[
            started(&[card("a", 3.0, false)]),
            scope(card("a", 3.0, false), Change::Removed),
            scope(card("a", 3.0, false), Change::Added),
            completed(),
        ]);

        assert_eq!((record.added.count, record.removed.count, record.carried.count), (0, 0, 1));
    }

    #[test]
    fn the_burndown_steps_with_the_scope_and_with_what_is_done() {
        let record = fold(&[
            started(&[card("a", 3.0, false)]),
            scope(card("b", 2.0, false), Change::Added),
            scope(card("a", 5.0, false), Change::Estimated),
            scope(card("a", 5.0, true), Change::Done),
            scope(card("a", 5.0, false), Change::Reopened),
        ]);

        let points = |point: &BurndownPoint| (point.remaining.points, point.scope.points);
        let steps: Vec<_> = record.burndown.iter().map(points).collect();
        assert_eq!(steps, [(3.0, 3.0), (5.0, 5.0), (7.0, 7.0), (2.0, 7.0), (7.0, 7.0)]);
        assert_eq!(record.reestimated, 2.0);
    }

    #[test]
    fn happenings_out_of_order_or_of_unknown_cards_do_no_harm() {
        let record = fold(&[
            completed(),
            scope(card("x", 1.0, false), Change::Removed),
            started(&[card("a", 1.0, false)]),
            scope(card("ghost", 9.0, true), Change::Done),
            scope(card("ghost", 9.0, true), Change::Removed),
        ]);

        assert_eq!((record.committed.count, record.removed.count, record.done.count), (1, 0, 0));
    }
}
