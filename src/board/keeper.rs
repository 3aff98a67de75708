//! What the server puts right after others' edits, because a merge cannot: a card's number, a full column, a sprint that is over, cards
//! that block each other in a circle.
//!
//! Promises: looks only at what was touched, beside the facts; deterministic and idempotent, so that two replicas that both repair
//! agree; writes nothing when all is well. What it takes back says whose it was (`lost`), so that the author is told.
//! Start at [`keep`].

use std::collections::{BTreeMap, BTreeSet};

use yrs::{Any, Map, MapRef, TransactionMut};

use super::card::{self, NUMBER_MAX};
use super::field;
use super::history::{CardFacts, ColumnFacts, Facts, Touched};
use super::id::{CardId, ColumnId, SprintId};
use super::link::{Link, LinkKind};
use super::position::Position;
use super::register;
use super::sprint::Completed;
use super::value::{Stamp, nested, object, plain, root};

/// How many sprints an unfinished card follows that were completed one into the other.
const CARRIES_MAX: usize = 50;

/// Most circles that are broken after one update, each of which takes a walk over all links: more than that is nobody's mistake.
const CIRCLES_MAX: usize = 100;

/// A card that blocks another.
type Blocking<'a> = (&'a CardId, &'a CardId);

/// Puts right what an update left. `facts` is the board with the update in it, `before` the touched cards without it; the stamp is
/// the server's.
pub fn keep(
    txn: &mut TransactionMut<'_>,
    facts: &Facts,
    before: &BTreeMap<CardId, Option<CardFacts>>,
    touched: &Touched,
    stamp: &Stamp,
) {
    let mut keeper = Keeper { txn, facts, before, stamp };
    keeper.restore_sprints(touched);
    keeper.number();
    keeper.keep_limits();
    keeper.keep_closed_sprints();
    keeper.break_circles();
}

struct Keeper<'a, 'doc> {
    txn: &'a mut TransactionMut<'doc>,
    facts: &'a Facts,
    before: &'a BTreeMap<CardId, Option<CardFacts>>,
    stamp: &'a Stamp,
}

impl<'a> Keeper<'a, '_> {
    /// The touched cards as they are now.
    fn touched(&self) -> impl Iterator<Item = (&CardId, &CardFacts)> + use<'_> {
        self.before.keys().filter_map(|id| Some((id, self.facts.cards.get(id)?)))
    }

    /// A touched card as it was.
    fn was(&self, id: &CardId) -> Option<&'a CardFacts> {
        self.before.get(id).and_then(Option::as_ref)
    }

    fn card(&self, id: &CardId) -> Option<MapRef> {
        root(self.txn, "cards").and_then(|cards| nested(self.txn, &cards, id.as_str()))
    }

    /// When a sprint began and ended is the server's to say.
    fn restore_sprints(&mut self, touched: &Touched) {
        let Some(sprints) = root(self.txn, "sprints") else { return };
        for id in &touched.sprints {
            let (Some(sprint), Some(map)) = (self.facts.sprints.get(id), nested(self.txn, &sprints, id.as_str()))
            else {
                continue;
            };
            let started = sprint.started.as_ref().map(Stamp::to_any);
            let completed = sprint.completed.as_ref().map(Completed::to_any);
            for (key, truth) in [("started", started), ("completed", completed)] {
                self.restore(&map, key, truth);
            }
        }
    }

    fn restore(&mut self, map: &MapRef, key: &'static str, truth: Option<Any>) {
        match truth {
            Some(truth) if plain(self.txn, map, key).as_ref() != Some(&truth) => {
                map.insert(self.txn, key, truth);
            }
            None if map.contains_key(self.txn, key) => {
                map.remove(self.txn, key);
            }
            _ => {}
        }
    }

    /// Gives numbers to cards that have none, oldest first, and puts back those that members changed.
    fn number(&mut self) {
        let mut wanting: Vec<(&CardId, &CardFacts)> =
            self.touched().filter(|(id, card)| !self.is_numbered(id, card)).collect();
        if wanting.is_empty() {
            return;
        }
        wanting.sort_by_key(|(id, card)| (card.created_at_ms, *id));
        let ids: BTreeSet<&CardId> = wanting.iter().map(|(id, _)| *id).collect();
        let others = self.facts.cards.iter().filter(|(id, _)| !ids.contains(id));
        let mut taken: BTreeSet<u64> = others.filter_map(|(_, card)| card.number).collect();
        // A member may have brought the last number: then those go on that are free from the first on.
        let mut next = (self.facts.last_number() + 1..=NUMBER_MAX).chain(1..);
        let mut given = Vec::new();
        for (id, card) in wanting {
            let own = card.number.filter(|number| !taken.contains(number));
            let Some(number) = own.or_else(|| next.find(|number| !taken.contains(number))) else { break };
            taken.insert(number);
            given.push((id.clone(), number));
        }
        for (id, number) in given {
            let Some(map) = self.card(&id) else { continue };
            if self.written_number(&map) != Some(number) {
                map.insert(self.txn, "number", i64::try_from(number).unwrap_or(i64::MAX));
            }
        }
    }

    /// Whether the document still says the number that the server knows.
    fn is_numbered(&self, id: &CardId, card: &CardFacts) -> bool {
        let known = self.was(id).and_then(|before| before.number);
        let written = self.card(id).and_then(|map| card::number(self.txn, &map));
        known.is_some() && known == card.number && written == known
    }

    fn written_number(&self, card: &MapRef) -> Option<u64> {
        plain(self.txn, card, "number").as_ref().and_then(field::whole)
    }

    /// Whoever overfills a column with a hard limit has their last moves taken back.
    fn keep_limits(&mut self) {
        let facts = self.facts;
        let mut counts: BTreeMap<&ColumnId, usize> =
            facts.columns.iter().map(|column| (&column.id, facts.count_in(&column.id))).collect();
        for column in &facts.columns {
            let Some(limit) = column.hard_limit() else { continue };
            let mut arrived: Vec<(&CardId, &CardFacts)> =
                self.touched().filter(|(id, card)| self.has_arrived(id, card, &column.id)).collect();
            if arrived.is_empty() {
                continue;
            }
            let over = counts[&column.id].saturating_sub(limit);
            arrived.sort_by_key(|(id, _)| self.moved(id));
            let back: Vec<CardId> = arrived.iter().rev().take(over).map(|(id, _)| (*id).clone()).collect();
            for id in back {
                let Some(to) = self.way_out(&id, &column.id, &counts) else { continue };
                if let Some(room) = facts.columns.iter().find(|column| column.id == to.column) {
                    *counts.entry(&room.id).or_default() += 1;
                    *counts.entry(&column.id).or_default() -= 1;
                }
                self.move_back(&id, &column.id, &to);
            }
        }
    }

    fn has_arrived(&self, id: &CardId, card: &CardFacts, column: &ColumnId) -> bool {
        let was_there = self.was(id).and_then(|before| before.column.as_ref());
        card.column.as_ref() == Some(column) && was_there != Some(column)
    }

    /// When a card was put where it is, and by whom.
    fn moved(&self, id: &CardId) -> (i64, String, CardId) {
        let map = self.card(id).and_then(|card| nested(self.txn, &card, "position"));
        let positions = map.map(|map| register::read(self.txn, &map, Position::read));
        let newest = positions.and_then(|positions| positions.winner().map(|entry| entry.stamp.clone()));
        newest.map_or((0, String::new(), id.clone()), |stamp| (stamp.at_ms, stamp.by, id.clone()))
    }

    /// To where a card was, if that has room; else, or when it was nowhere, to the first column that has.
    fn way_out(&self, id: &CardId, full: &ColumnId, counts: &BTreeMap<&ColumnId, usize>) -> Option<Position> {
        let has_room = |column: &&ColumnFacts| {
            let count = counts.get(&column.id).copied().unwrap_or(0);
            column.id != *full && column.hard_limit().is_none_or(|limit| count < limit)
        };
        let was = self.was(id).and_then(|before| before.position.clone());
        let own = was.filter(|was| self.facts.columns.iter().filter(has_room).any(|column| column.id == was.column));
        own.or_else(|| {
            let column = self.facts.columns.iter().find(has_room)?.id.clone();
            let rank = self.facts.cards.get(id)?.position.as_ref()?.rank.clone();
            Some(Position { column, lane: None, rank })
        })
    }

    /// Says whose move it was that is taken back.
    fn move_back(&mut self, id: &CardId, full: &ColumnId, position: &Position) {
        let Some(card) = self.card(id) else { return };
        let Some(map) = nested(self.txn, &card, "position") else { return };
        let (_, by, _) = self.moved(id);
        let lost = object([("by", Any::from(by)), ("column", Any::from(full.as_str())), ("reason", Any::from("wip"))]);
        let fields = position.fields().into_iter().chain([("lost", lost)]);
        register::write(self.txn, &map, self.stamp, Position::read, fields);
    }

    /// A card that is planned into a sprint that is over goes where that sprint's unfinished cards went.
    fn keep_closed_sprints(&mut self) {
        let late = |(id, card): &(&CardId, &CardFacts)| {
            let was = self.was(id).and_then(|before| before.sprint.as_ref());
            card.sprint.as_ref().is_some_and(|sprint| Some(sprint) != was && self.is_closed(sprint))
        };
        let late: Vec<(CardId, SprintId)> =
            self.touched().filter(late).filter_map(|(id, card)| Some((id.clone(), card.sprint.clone()?))).collect();
        for (id, sprint) in late {
            let Some(map) = self.card(&id) else { continue };
            let home = self.successor(&sprint);
            card::replan(self.txn, &map, home.as_ref(), &sprint, self.stamp);
        }
    }

    fn is_closed(&self, sprint: &SprintId) -> bool {
        self.facts.sprints.get(sprint).is_some_and(|sprint| sprint.completed.is_some())
    }

    /// The sprint that took over the unfinished cards of one that is over; none is the backlog.
    fn successor(&self, sprint: &SprintId) -> Option<SprintId> {
        let mut next = sprint.clone();
        for _ in 0..CARRIES_MAX {
            let sprint = self.facts.sprints.get(&next)?;
            let Some(completed) = &sprint.completed else {
                return sprint.deleted.is_none().then_some(next);
            };
            next = completed.to.clone()?;
        }
        None
    }

    /// Of the links that block in a circle the newest goes.
    fn break_circles(&mut self) {
        let mut cut = BTreeSet::new();
        while cut.len() < CIRCLES_MAX
            && let Some(circle) = self.circle(&cut)
        {
            let newest = circle.into_iter().max_by_key(|(from, to)| (self.linked_at(from, to), *from, *to));
            let Some((from, to)) = newest else { break };
            let links = self.card(from).and_then(|card| nested(self.txn, &card, "links"));
            if let Some(links) = links {
                links.remove(self.txn, &Link { kind: LinkKind::Blocks, to: to.clone() }.key());
            }
            cut.insert((from, to));
        }
    }

    fn linked_at(&self, from: &CardId, to: &CardId) -> i64 {
        let link = Link { kind: LinkKind::Blocks, to: to.clone() };
        let made = self.facts.cards.get(from).and_then(|card| card.links.get(&link)?.as_ref());
        made.map_or(0, |stamp| stamp.at_ms)
    }

    /// The links of a circle that a touched card leads into, if there is one: one walk for all of them, without recursion.
    fn circle(&self, cut: &BTreeSet<Blocking<'a>>) -> Option<Vec<Blocking<'a>>> {
        let mut is_on_path: BTreeMap<&CardId, bool> = BTreeMap::new();
        for start in self.before.keys() {
            if is_on_path.contains_key(start) {
                continue;
            }
            is_on_path.insert(start, true);
            let mut path = vec![(start, self.blocked_by(start))];
            while let Some((card, links)) = path.last_mut() {
                let card = *card;
                let Some(to) = links.find(|to| !cut.contains(&(card, *to))) else {
                    is_on_path.insert(card, false);
                    path.pop();
                    continue;
                };
                match is_on_path.get(to) {
                    Some(true) => {
                        let cards = path.iter().map(|(card, _)| *card).skip_while(|card| *card != to);
                        return Some(cards.clone().zip(cards.skip(1).chain([to])).collect());
                    }
                    Some(false) => {}
                    None => {
                        is_on_path.insert(to, true);
                        path.push((to, self.blocked_by(to)));
                    }
                }
            }
        }
        None
    }

    /// The cards that wait for this one.
    fn blocked_by(&self, card: &CardId) -> impl Iterator<Item = &'a CardId> + use<'a> {
        let links = self.facts.cards.get(card).map(|facts| facts.links.keys());
        links.into_iter().flatten().filter(|link| link.kind == LinkKind::Blocks).map(|link| &link.to)
    }
}
