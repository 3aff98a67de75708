//! The model: what every write was, and which writes its author had seen. It knows neither yrs nor how the board is stored.

use std::collections::{BTreeMap, BTreeSet};

use crate::board::Board;
use crate::board::card::Card;

/// Writes that a copy has, by number.
pub(super) type Seen = BTreeSet<usize>;

/// The character that a deed types.
pub(super) fn character(number: usize) -> char {
    char::from_u32(0x4E00 + number as u32).expect("a Han character")
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Placed {
    at_ms: i64,
    by: String,
    writer: String,
    column: String,
    rank: String,
}

/// One deed: what it changed on its copy, and what that copy had seen before.
#[derive(Debug)]
struct Write {
    seen: Seen,
    places: BTreeMap<String, Placed>,
    keys: BTreeMap<String, Option<String>>,
    typed: BTreeSet<(String, char)>,
    erased: BTreeSet<(String, char)>,
}

pub(super) struct Model {
    copies: Vec<Seen>,
    writes: Vec<Write>,
    start: BTreeMap<String, Placed>,
}

impl Model {
    pub(super) fn new(copies: usize, start: &Board) -> Model {
        let placed = |(id, card): (&_, &Card)| (format!("{id}"), places(card).remove(0));
        Model { copies: vec![Seen::new(); copies], writes: Vec::new(), start: start.cards.iter().map(placed).collect() }
    }

    pub(super) fn seen(&self, copy: usize) -> Seen {
        self.copies[copy].clone()
    }

    pub(super) fn deliver(&mut self, seen: &Seen, to: usize) {
        self.copies[to].extend(seen);
    }

    /// Takes in what a deed changed on the copy where it was done.
    pub(super) fn note(&mut self, copy: usize, clock: i64, before: &Board, after: &Board) {
        let seen = self.seen(copy);
        let mut write = Write {
            seen,
            places: BTreeMap::new(),
            keys: BTreeMap::new(),
            typed: BTreeSet::new(),
            erased: BTreeSet::new(),
        };
        for (id, card) in &after.cards {
            let (id, was) = (id.to_string(), &before.cards[id]);
            if card.position != was.position {
                let mine = places(card);
                assert_eq!(mine.len(), 1, "a write removes everything that it sees");
                let newest = self.alive(&id, &write.seen).iter().map(|place| place.at_ms).max().unwrap_or(0);
                assert_eq!(mine[0].at_ms, clock.max(newest + 1), "the clock goes past everything seen");
                write.places.insert(id.clone(), mine[0].clone());
            }
            let characters = |card: &Card| card.title.chars().map(|c| (id.clone(), c)).collect::<BTreeSet<_>>();
            write.typed.extend(characters(card).difference(&characters(was)).cloned());
            // The titles of the start repeat characters; only those typed by deeds are followed.
            write
                .erased
                .extend(characters(was).difference(&characters(card)).filter(|(_, c)| *c >= '\u{4E00}').cloned());
        }
        let (was, is) = (keys(before), keys(after));
        let touched = was.keys().chain(is.keys()).filter(|key| was.get(*key) != is.get(*key));
        write.keys = touched.map(|key| (key.clone(), is.get(key).cloned())).collect();
        self.writes.push(write);
        self.copies[copy].insert(self.writes.len() - 1);
    }

    /// The places of a card that nobody who had seen them moved it away from.
    fn alive(&self, card: &str, among: &Seen) -> Vec<Placed> {
        let moves: Vec<usize> = among.iter().copied().filter(|at| self.writes[*at].places.contains_key(card)).collect();
        if moves.is_empty() {
            return vec![self.start[card].clone()];
        }
        let is_latest = |at: &&usize| !moves.iter().any(|other| self.writes[*other].seen.contains(*at));
        moves.iter().filter(is_latest).map(|at| self.writes[*at].places[card].clone()).collect()
    }

    /// Compares a board that has everything with what the rules say.
    pub(super) fn check(&self, start: &Board, board: &Board) {
        self.check_positions(board);
        self.check_keys(start, board);
        self.check_titles(board);
        check_layout(board);
    }

    /// Move / move: the newest takes the whole position, and each place it overwrote can be restored.
    fn check_positions(&self, board: &Board) {
        let all: Seen = (0..self.writes.len()).collect();
        for (id, card) in &board.cards {
            let mut expected = self.alive(id.as_str(), &all);
            expected.sort_by(|a, b| (b.at_ms, &b.by, &b.writer).cmp(&(a.at_ms, &a.by, &a.writer)));
            assert_eq!(places(card), expected, "the positions of {id}");
        }
    }

    /// Every key by itself: the value is one of those written last; alone when nobody wrote it at the same time.
    fn check_keys(&self, start: &Board, board: &Board) {
        let (first, last) = (keys(start), keys(board));
        let written: BTreeSet<&String> = self.writes.iter().flat_map(|write| write.keys.keys()).collect();
        for key in first.keys().chain(last.keys()).filter(|key| !written.contains(key)) {
            assert_eq!(first.get(key), last.get(key), "{key} was never written");
        }
        for key in written {
            let writes: Vec<usize> =
                (0..self.writes.len()).filter(|at| self.writes[*at].keys.contains_key(key)).collect();
            let is_last = |at: &&usize| !writes.iter().any(|other| self.writes[*other].seen.contains(*at));
            let candidates: Vec<Option<&String>> =
                writes.iter().filter(is_last).map(|at| self.writes[*at].keys[key].as_ref()).collect();
            assert!(candidates.contains(&last.get(key)), "{key}: {:?} is none of {candidates:?}", last.get(key));
        }
    }

    /// Text: every character typed is there once, unless somebody erased it; also in cards that were moved or deleted meanwhile.
    fn check_titles(&self, board: &Board) {
        let typed: BTreeSet<_> = self.writes.iter().flat_map(|write| write.typed.clone()).collect();
        let erased: BTreeSet<_> = self.writes.iter().flat_map(|write| write.erased.clone()).collect();
        for (id, card) in &board.cards {
            let is_here = |(of, _): &&(String, char)| of == id.as_str();
            let mut expected: Vec<char> = typed.difference(&erased).filter(is_here).map(|(_, c)| *c).collect();
            let mut followed: Vec<char> = card.title.chars().filter(|c| *c >= '\u{4E00}').collect();
            expected.sort_unstable();
            followed.sort_unstable();
            assert_eq!(followed, expected, "the title of {id}");
        }
    }
}

/// Order by (rank, id); a card of a deleted column in the first live one of its category, else in the first live column.
fn check_layout(board: &Board) {
    let mut live: Vec<_> = board.layout.columns.iter().collect();
    live.sort_by(|a, b| (&a.rank, &a.id).cmp(&(&b.rank, &b.id)));
    assert!(live.iter().zip(&board.layout.columns).all(|(a, b)| a.id == b.id), "columns are in order");
    let mut expected: BTreeMap<&str, Vec<(&str, &str)>> =
        live.iter().map(|column| (column.id.as_str(), Vec::new())).collect();
    for (id, card) in board.cards.iter().filter(|(_, card)| card.deleted.is_none()) {
        let place = &card.position.winner().expect("every card was placed").value;
        let gone = board.layout.deleted_columns.iter().find(|column| column.id == place.column);
        let same = gone.and_then(|gone| live.iter().find(|column| column.category == gone.category));
        let own = live.iter().find(|column| column.id == place.column);
        if let Some(home) = own.or(same).or(live.first()) {
            expected.get_mut(home.id.as_str()).expect("it is live").push((&place.rank, id.as_str()));
        }
    }
    for column in live {
        let cards = expected.get_mut(column.id.as_str()).expect("it is live");
        cards.sort_unstable();
        let shown: Vec<&str> = column.cards.iter().map(|card| card.as_str()).collect();
        assert_eq!(shown, cards.iter().map(|(_, id)| *id).collect::<Vec<_>>(), "the cards of {}", column.id);
    }
}

fn places(card: &Card) -> Vec<Placed> {
    let all = card.position.winner().into_iter().chain(card.position.overwritten());
    let placed = |entry: &crate::board::register::Entry<crate::board::position::Position>| Placed {
        at_ms: entry.stamp.at_ms,
        by: entry.stamp.by.clone(),
        writer: entry.writer.clone(),
        column: entry.value.column.to_string(),
        rank: entry.value.rank.clone(),
    };
    all.map(placed).collect()
}

/// Everything else that is written key by key.
fn keys(board: &Board) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for column in board.layout.columns.iter().chain(&board.layout.deleted_columns) {
        keys.insert(format!("{} name", column.id), column.name.clone());
        keys.insert(format!("{} rank", column.id), format!("{:?}", column.rank));
        column.deleted.iter().for_each(|mark| drop(keys.insert(format!("{} deleted", column.id), format!("{mark:?}"))));
    }
    for (id, card) in &board.cards {
        card.deleted.iter().for_each(|mark| drop(keys.insert(format!("{id} deleted"), format!("{mark:?}"))));
        card.points.iter().for_each(|points| drop(keys.insert(format!("{id} points"), points.to_string())));
        card.assignees.iter().for_each(|user| drop(keys.insert(format!("{id} assignee {user}"), String::new())));
        card.labels.iter().for_each(|label| drop(keys.insert(format!("{id} label {label}"), String::new())));
        for item in &card.checklist {
            keys.insert(format!("{id} {} done", item.id), item.is_done.to_string());
            keys.insert(format!("{id} {} text", item.id), item.text.clone());
        }
    }
    keys
}
