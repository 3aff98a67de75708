//! What the records of the running sprints say that they hold, beside what the board says: the difference is to be told.
//!
//! Promises: told of the board as everything came together in it, by the one replica that keeps it, so that the record of a
//! sprint follows the board whoever edited where, and in whatever order it arrived. What is told twice changes nothing.
//! Start at [`Scopes::settle`].

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Facts, Happening, Scoped, What};
use crate::board::id::{CardId, SprintId};
use crate::board::ledger::{SprintRecord, SprintState};

/// The cards of each running sprint, as its record has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scopes(BTreeMap<SprintId, BTreeMap<CardId, Scoped>>);

impl Scopes {
    /// Takes over what is recorded of a sprint; one whose beginning is not recorded has no record to follow.
    pub fn learn(&mut self, sprint: SprintId, record: &SprintRecord) {
        if record.state == SprintState::Active {
            let held = record.cards.iter().filter(|card| !card.removed);
            self.0.insert(sprint, by_id(held.map(|card| &card.card)));
        }
    }

    /// Takes in the sprints that have just begun.
    pub fn begin(&mut self, happenings: &[Happening]) {
        for Happening { subject, what } in happenings {
            if let (Ok(sprint), What::SprintStarted { committed, .. }) = (SprintId::parse(subject), what) {
                self.0.insert(sprint, by_id(committed));
            }
        }
    }

    /// Tells what has become of these cards in the sprints that run, or of all cards.
    pub fn settle(&mut self, facts: &Facts, cards: Option<&BTreeSet<CardId>>) -> Vec<Happening> {
        self.0.retain(|sprint, _| facts.is_active(sprint));
        let mut told = Vec::new();
        for (sprint, held) in &mut self.0 {
            let all = || facts.cards.keys().chain(held.keys()).cloned().collect();
            for card in cards.map_or_else(all, BTreeSet::clone) {
                let changes = facts.settle_card(sprint, &card, held).into_iter();
                told.extend(changes.map(|what| Happening { subject: sprint.to_string(), what }));
            }
        }
        told
    }
}

impl Facts {
    /// Brings what a record holds up to the board in one card, and tells the changes.
    fn settle_card(&self, sprint: &SprintId, id: &CardId, held: &mut BTreeMap<CardId, Scoped>) -> Vec<What> {
        let now = self.cards.get(id).filter(|card| card.is_in(sprint)).map(|card| Facts::scoped(id, card));
        let was = match &now {
            Some(now) => held.insert(id.clone(), now.clone()),
            None => held.remove(id),
        };
        let changes = match (&was, &now) {
            (None, None) => [None, None],
            (None, Some(_)) => [Some(Change::Added), None],
            (Some(_), None) => [Some(Change::Removed), None],
            (Some(was), Some(now)) => {
                let finished = if now.done { Change::Done } else { Change::Reopened };
                [(was.points != now.points).then_some(Change::Estimated), (was.done != now.done).then_some(finished)]
            }
        };
        let Some(card) = now.or(was) else { return Vec::new() };
        changes.into_iter().flatten().map(|change| What::Scope { card: card.clone(), change }).collect()
    }
}

fn by_id<'a>(cards: impl IntoIterator<Item = &'a Scoped>) -> BTreeMap<CardId, Scoped> {
    cards.into_iter().filter_map(|card| Some((CardId::parse(&card.card).ok()?, card.clone()))).collect()
}
