//! A server among several copies, over random histories: what it keeps holds after every update, sprints' figures are those of the board,
//! and a closed sprint's record never changes again.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use yrs::{Any, Doc, Map, Out, Transact, WriteTxn};

use super::live::{Live, sprint_id};
use super::{card_id, column_id, copies_of_small_board, copy, edit, read, sync};
use crate::board::Board;
use crate::board::card::Plan;
use crate::board::column::{Category, Wip};
use crate::board::command::Command;
use crate::board::draft::NewCard;
use crate::board::edit::{EditError, Editor, Place};
use crate::board::field::{Field, Part};
use crate::board::id::{CardId, SprintId};
use crate::board::ledger::{Figure, SprintRecord, SprintState};
use crate::board::link::{Link, LinkKind};
use crate::board::position::Position;
use crate::board::value::Stamp;

const CARDS: usize = 6;
const COLUMNS: [&str; 3] = ["todo", "doing", "done"];
const SPRINTS: [&str; 2] = ["s1", "s2"];
const LIMIT: u16 = 2;

/// Something a member does, on a copy of their own.
#[derive(Debug, Clone)]
enum Deed {
    Move(Index, Index),
    Plan(Index, Option<Index>),
    Estimate(Index, Option<u32>),
    Delete(Index),
    Restore(Index),
    Archive(Index, bool),
    Block(Index, Index),
    Add(Index),
    Forge(Index, Index),
}

#[derive(Debug, Clone)]
enum Event {
    Do(Index, i64, Deed),
    /// A copy sends what it has to the server.
    Send(Index),
    /// A copy gets what the server has.
    Receive(Index),
    Start(Index),
    Complete(Index, Option<Index>),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let index = any::<Index>;
    let deed = prop_oneof![
        4 => (index(), index()).prop_map(|(card, column)| Deed::Move(card, column)),
        4 => (index(), any::<Option<Index>>()).prop_map(|(card, sprint)| Deed::Plan(card, sprint)),
        2 => (index(), proptest::option::of(0_u32..9)).prop_map(|(card, points)| Deed::Estimate(card, points)),
        1 => index().prop_map(Deed::Delete),
        1 => index().prop_map(Deed::Restore),
        1 => (index(), any::<bool>()).prop_map(|(card, change)| Deed::Archive(card, change)),
        2 => (index(), index()).prop_map(|(from, to)| Deed::Block(from, to)),
        1 => index().prop_map(Deed::Add),
        1 => (index(), index()).prop_map(|(part, what)| Deed::Forge(part, what)),
    ];
    let event = prop_oneof![
        8 => (index(), 0_i64..90, deed).prop_map(|(copy, clock, deed)| Event::Do(copy, clock, deed)),
        4 => index().prop_map(Event::Send),
        3 => index().prop_map(Event::Receive),
        2 => index().prop_map(Event::Start),
        1 => (index(), any::<Option<Index>>()).prop_map(|(sprint, to)| Event::Complete(sprint, to)),
    ];
    proptest::collection::vec(event, 1..70)
}

fn any_card(doc: &Doc, at: &Index) -> CardId {
    let board = read(doc);
    board.cards.keys().nth(at.index(board.cards.len())).cloned().expect("there are cards")
}

fn any_sprint(at: &Index) -> SprintId {
    sprint_id(SPRINTS[at.index(SPRINTS.len())])
}

/// Does it if it can be done there.
fn perform_deed(doc: &Doc, clock: i64, deed: &Deed, number: usize) {
    let card = |at: &Index| any_card(doc, at);
    let column = |at: &Index| column_id(COLUMNS[at.index(COLUMNS.len())]);
    let act = |act: &dyn Fn(&mut Editor<'_, '_>) -> Result<(), EditError>| {
        let _may_be_refused = edit(doc, clock, "usr_m", act);
    };
    match deed {
        Deed::Move(at, to) => {
            let (card, place) = (card(at), Place::last_in(column(to)));
            act(&|editor| editor.move_card(&card, &place));
        }
        Deed::Plan(at, sprint) => {
            let plan = Plan { sprint: sprint.as_ref().map(any_sprint), rank: Some(format!("a{number}")) };
            let card = card(at);
            act(&|editor| editor.plan_card(&card, &plan));
        }
        Deed::Estimate(at, points) => {
            let card = card(at);
            act(&|editor| editor.set_points(&card, *points));
        }
        Deed::Delete(at) => {
            let card = card(at);
            act(&|editor| editor.delete_card(&card));
        }
        Deed::Restore(at) => {
            let card = card(at);
            act(&|editor| editor.restore_card(&card));
        }
        Deed::Archive(at, change) => {
            let card = card(at);
            act(&|editor| editor.archive_card(&card, *change));
        }
        Deed::Block(from, to) => {
            let (from, link) = (card(from), Link { kind: LinkKind::Blocks, to: card(to) });
            act(&|editor| editor.link_card(&from, &link));
        }
        Deed::Add(to) => {
            let position = Position { column: column(to), lane: None, rank: format!("a{number}") };
            let new = NewCard::new(card_id(&format!("new{number}")), "New", position, Stamp::new(clock, "usr_m"));
            let new = NewCard { plan: Plan { sprint: Some(sprint_id("s1")), rank: None }, ..new };
            act(&|editor| editor.add_card(&new));
        }
        Deed::Forge(part, what) => forge(doc, part, what),
    }
}

/// Writes what only the server may.
fn forge(doc: &Doc, part: &Index, what: &Index) {
    let card = any_card(doc, part).to_string();
    let mut txn = doc.transact_mut();
    let (root, id, key, value) = match what.index(4) {
        0 => ("cards", card, "number", Any::from(1)),
        1 => ("cards", card, "number", Any::from("x")),
        2 => ("sprints", any_sprint(part).to_string(), "completed", Any::Null),
        _ => ("sprints", any_sprint(part).to_string(), "started", Stamp::new(1, "usr_m").to_any()),
    };
    if let Some(Out::YMap(map)) = txn.get_or_insert_map(root).get(&txn, &id) {
        map.insert(&mut txn, key, value);
    }
}

/// What holds after every update that the server took in.
fn check(live: &Live, closed: &mut BTreeMap<SprintId, SprintRecord>) {
    let board = read(&live.doc);
    check_numbers(&board);
    check_limit(&board);
    check_links(&board);
    for id in board.sprints.keys() {
        let record = live.record(id.as_str());
        check_record(&record);
        match record.state {
            SprintState::Planned => assert!(record.cards.is_empty()),
            SprintState::Active => check_against_board(&record, &board, id),
            SprintState::Closed => assert_eq!(*closed.entry(id.clone()).or_insert_with(|| record.clone()), record),
        }
    }
}

fn check_numbers(board: &Board) {
    let numbers: BTreeSet<u64> = board.cards.values().filter_map(|card| card.number).collect();
    assert_eq!(numbers.len(), board.cards.len(), "every card has a number of its own");
}

fn check_limit(board: &Board) {
    let at = board.layout.index_of(&column_id("doing")).expect("it lives");
    assert!(board.layout.columns[at].cards.len() <= usize::from(LIMIT), "a hard limit holds");
}

/// Takes away cards that wait for nobody until none is left.
fn check_links(board: &Board) {
    let blocks = |card: &CardId| {
        let links = board.cards.get(card).into_iter().flat_map(|card| card.links.iter());
        links
            .filter(|linked| linked.link.kind == LinkKind::Blocks)
            .map(|linked| linked.link.to.clone())
            .collect::<BTreeSet<CardId>>()
    };
    let mut left: BTreeSet<CardId> = board.cards.keys().cloned().collect();
    loop {
        let free: Vec<CardId> = left.iter().filter(|card| blocks(card).is_disjoint(&left)).cloned().collect();
        if free.is_empty() {
            break;
        }
        left.retain(|card| !free.contains(card));
    }
    assert!(left.is_empty(), "{left:?} wait for each other");
}

fn check_record(record: &SprintRecord) {
    let SprintRecord { committed, added, removed, done, carried, .. } = record;
    let held = (done.count + carried.count, done.points + carried.points);
    assert_eq!(committed.count + added.count, held.0 + removed.count);
    assert!((committed.points + added.points + record.reestimated - removed.points - held.1).abs() < 1e-6);
    if let Some(last) = record.burndown.last() {
        assert_eq!(((last.scope.count, last.scope.points), last.remaining), (held, *carried));
    }
}

fn check_against_board(record: &SprintRecord, board: &Board, sprint: &SprintId) {
    let is_shown = |id: &CardId| board.layout.columns.iter().any(|column| column.cards.contains(id));
    let is_done = |id: &CardId| {
        let finished = board.layout.columns.iter().filter(|column| column.category == Category::Done);
        finished.flat_map(|column| &column.cards).any(|card| card == id)
    };
    let members = || board.cards.iter().filter(|(id, card)| is_shown(id) && card.plan.sprint.as_ref() == Some(sprint));
    let sum = |is_counted: &dyn Fn(&CardId) -> bool| {
        let counted = members().filter(|(id, _)| is_counted(id)).map(|(_, card)| card.points.unwrap_or(0.0));
        counted.fold(Figure::default(), |sum, points| Figure { count: sum.count + 1, points: sum.points + points })
    };
    assert_eq!((record.done, record.carried), (sum(&is_done), sum(&|id| !is_done(id))));
}

proptest! {
    #[test]
    fn the_server_keeps_what_merging_cannot_and_sprints_keep_their_figures(events in events()) {
        let mut live = Live::with_cards(CARDS);
        live.edit("usr_owner", |editor| {
            editor.set_wip(&column_id("doing"), Some(Wip { limit: LIMIT, is_hard: true }))
        }).expect("the column is there");
        let copies: Vec<Doc> = (2..5).map(copy).collect();
        copies.iter().for_each(|copy| sync(&live.doc, copy));
        let mut closed = BTreeMap::new();

        for (number, event) in events.iter().enumerate() {
            let at = |index: &Index| &copies[index.index(copies.len())];
            match event {
                Event::Do(copy, clock, deed) => perform_deed(at(copy), *clock, deed, number),
                Event::Send(copy) => live.receive("usr_m", at(copy)),
                Event::Receive(copy) => sync(&live.doc, at(copy)),
                Event::Start(sprint) => {
                    let _may_be_refused = live.command(Command::StartSprint { sprint: any_sprint(sprint).to_string() });
                }
                Event::Complete(sprint, to) => {
                    let carry_to = to.as_ref().map(|to| any_sprint(to).to_string());
                    let sprint = any_sprint(sprint).to_string();
                    let _may_be_refused = live.command(Command::CompleteSprint { sprint, carry_to });
                }
            }
            check(&live, &mut closed);
        }
        for copy in &copies {
            live.receive("usr_m", copy);
            check(&live, &mut closed);
        }
    }

    /// Newest wins, whoever wrote it and in whatever order it arrives; what lost can be restored; whole values never mix.
    #[test]
    fn fields_follow_the_newest_write(
        writes in proptest::collection::vec((0_usize..4, 0_i64..20, proptest::option::of(0_usize..3)), 1..8),
        order in any::<[Index; 4]>(),
    ) {
        let copies = copies_of_small_board(4, 1);
        for (by, at_ms, sprint) in &writes {
            let plan = sprint.map_or_else(Plan::default, |at| Plan { sprint: Some(sprint_id(&format!("p{at}"))), rank: Some(format!("r{at}")) });
            edit(&copies[*by], *at_ms, &format!("usr_{by}"), |editor| editor.plan_card(&card_id("k0"), &plan)).expect("they are there");
        }
        let alone: Vec<Field<Plan>> = copies.iter().map(plan_of).collect();

        let meeting = copy(99);
        for index in &order {
            sync(&copies[index.index(copies.len())], &meeting);
        }
        copies.iter().for_each(|copy| sync(copy, &meeting));

        let field = plan_of(&meeting);
        let newest = alone.iter().filter_map(Field::written).max_by_key(|entry| (entry.stamp.at_ms, entry.stamp.by.clone()));
        prop_assert_eq!(field.written(), newest);
        if let Some(plan) = field.value() {
            let at = |text: &str| text[1..].to_owned();
            prop_assert_eq!(plan.sprint.as_ref().map(|sprint| at(sprint.as_str())), plan.rank.as_deref().map(at));
        }
        for lost in field.overwritten() {
            let plan = lost.value.clone().unwrap_or_default();
            edit(&meeting, 0, "usr_x", |editor| editor.plan_card(&card_id("k0"), &plan)).expect("it is there");
            let restored = plan_of(&meeting);
            prop_assert_eq!(restored.value(), Some(&plan));
        }
    }
}

fn plan_of(doc: &Doc) -> Field<Plan> {
    let txn = doc.transact();
    let map = crate::board::card::maps_of_cards(&txn).remove(&card_id("k0")).expect("the card is there");
    Part::new(&txn, &map).field("plan", Plan::read)
}
