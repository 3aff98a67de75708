//! What the server tells of edits, what it puts right after them, and the commands that it does.

use serde_json::json;
use yrs::{Doc, Map, ReadTxn, Transact};

use super::live::{Live, everything, plan, sprint_id};
use super::{apply, card_id, column_id, copy, edit, read, sync};
use crate::board::card::{ChecklistItem, NUMBER_MAX};
use crate::board::column::Wip;
use crate::board::command::Command;
use crate::board::edit::{Editor, Place};
use crate::board::history::{Decided, Facts, Origin, Scopes, TOLD_ENTRIES_MAX, What};
use crate::board::id::ItemId;
use crate::board::ledger::{SprintRecord, SprintState};
use crate::board::link::{Link, LinkKind};
use crate::board::value::Stamp;

fn start(sprint: &str) -> Command {
    Command::StartSprint { sprint: sprint.to_owned() }
}

fn complete(sprint: &str, carry_to: Option<&str>) -> Command {
    Command::CompleteSprint { sprint: sprint.to_owned(), carry_to: carry_to.map(str::to_owned) }
}

fn into(card: &str, column: &str) -> impl FnOnce(&mut Editor<'_, '_>) {
    let (card, column) = (card_id(card), column_id(column));
    move |editor| editor.move_card(&card, &Place::last_in(column)).expect("card and column are there")
}

fn hard(limit: u16) -> impl FnOnce(&mut Editor<'_, '_>) {
    move |editor| editor.set_wip(&column_id("doing"), Some(Wip { limit, is_hard: true })).expect("the column is there")
}

#[test]
fn an_edit_is_told_with_what_was_before_and_after() {
    let mut live = Live::with_cards(2);

    live.edit("usr_ann", into("k0", "doing"));

    let told = serde_json::to_value(live.last_told("k0")).expect("it is JSON");
    let column = |id: &str| json!({ "id": id, "name": id.to_uppercase() });
    assert_eq!(told, json!([{ "kind": "moved", "from": column("todo"), "to": column("doing") }]));
}

#[test]
fn typing_in_a_description_is_told_once() {
    let mut live = Live::with_cards(1);
    for words in ["a", "ab", "abc"] {
        live.edit("usr_ann", |editor| editor.set_description(&card_id("k0"), &[words.to_owned()]))
            .expect("it is there");
    }
    live.edit("usr_ben", |editor| editor.set_description(&card_id("k0"), &["b".to_owned()])).expect("it is there");

    assert_eq!(live.told.iter().filter(|(_, happening)| happening.what == What::Described).count(), 2);
}

#[test]
fn of_a_checklist_that_is_too_long_nothing_is_told_and_the_rest_of_its_card_is() {
    let mut live = Live::with_cards(1);
    let add = |editor: &mut Editor<'_, '_>, number: u32| {
        let id = ItemId::parse(&format!("i{number}")).expect("a well-formed id");
        let item = ChecklistItem { id, text: "To do".to_owned(), is_done: false, rank: None, list: None };
        editor.add_item(&card_id("k0"), &item).expect("the card is there");
    };
    live.edit("usr_ann", |editor| (0..TOLD_ENTRIES_MAX).for_each(|number| add(editor, number)));
    assert_eq!(live.last_told("k0").len(), TOLD_ENTRIES_MAX as usize);

    live.edit("usr_ann", |editor| {
        add(editor, TOLD_ENTRIES_MAX);
        editor.set_title(&card_id("k0"), "Long").expect("it is there");
    });

    assert_eq!(live.last_told("k0"), [&What::Renamed { from: "Card 0".to_owned(), to: "Long".to_owned() }]);
    assert_eq!(read(&live.doc).cards[&card_id("k0")].checklist.len(), TOLD_ENTRIES_MAX as usize + 1);
}

#[test]
fn cards_are_numbered_in_the_order_in_which_they_were_made() {
    let live = Live::with_cards(3);

    let board = read(&live.doc);
    let numbers: Vec<Option<u64>> = board.cards.values().map(|card| card.number).collect();
    assert_eq!(numbers, [Some(1), Some(2), Some(3)]);
}

#[test]
fn a_number_that_somebody_changes_is_put_back() {
    let mut live = Live::with_cards(2);
    let forge = |doc: &Doc, number: i64| {
        let mut txn = doc.transact_mut();
        let cards = yrs::WriteTxn::get_or_insert_map(&mut txn, "cards");
        let Some(yrs::Out::YMap(card)) = cards.get(&txn, "k1") else { panic!("the card is there") };
        card.insert(&mut txn, "number", number);
    };

    for number in [1, 3, NUMBER_MAX as i64, NUMBER_MAX as i64 + 1, i64::MAX, 0, -1] {
        forge(&live.doc, number);
        live.observe("usr_eve", Origin::Member);

        assert_eq!(read(&live.doc).cards[&card_id("k1")].number, Some(2));
    }
}

#[test]
fn a_sprint_keeps_its_record_whatever_comes_after() {
    let mut live = Live::with_cards(4);
    live.edit("usr_ann", |editor| ["k0", "k1", "k2"].map(|card| plan(editor, card, Some("s1"))));
    live.edit("usr_ann", |editor| editor.set_points(&card_id("k0"), Some(5)).expect("it is there"));
    live.command(start("s1")).expect("it can start");
    live.edit("usr_ben", |editor| plan(editor, "k3", Some("s1")));
    live.edit("usr_ben", |editor| plan(editor, "k1", None));
    live.edit("usr_ben", into("k0", "done"));
    live.command(complete("s1", Some("s2"))).expect("it can be completed");
    let record = live.record("s1");

    live.edit("usr_ann", into("k0", "todo"));
    live.edit("usr_ann", |editor| editor.delete_card(&card_id("k2"))).expect("it is there");
    live.edit("usr_ann", |editor| plan(editor, "k1", Some("s1")));

    assert_eq!(live.record("s1"), record);
    let counts =
        (record.committed.count, record.added.count, record.removed.count, record.done.count, record.carried.count);
    assert_eq!(counts, (3, 1, 1, 1, 2));
    assert_eq!((record.done.points, record.state), (5.0, SprintState::Closed));
    let board = read(&live.doc);
    assert_eq!(board.cards[&card_id("k3")].plan.sprint, Some(sprint_id("s2")), "unfinished cards are carried over");
    assert_eq!(board.cards[&card_id("k0")].plan.sprint, Some(sprint_id("s1")), "what is done stays in its sprint");
}

#[test]
fn what_a_keeper_left_untold_is_told_by_the_next() {
    let mut live = Live::with_cards(3);
    live.edit("usr_ann", |editor| ["k0", "k1"].map(|card| plan(editor, card, Some("s1"))));
    live.command(start("s1")).expect("it can start");
    let mut next = Scopes::default();
    next.learn(sprint_id("s1"), &live.record("s1"));
    let told = live.told.len();

    live.edit("usr_ben", |editor| plan(editor, "k1", None));
    live.edit("usr_ben", |editor| plan(editor, "k2", Some("s1")));
    live.edit("usr_ben", into("k0", "done"));

    let by_the_first = live.told[told..].iter().map(|(_, happening)| &happening.what);
    let mut by_the_first: Vec<&What> = by_the_first.filter(|what| matches!(what, What::Scope { .. })).collect();
    let by_the_next = next.settle(&live.facts, None);
    let mut by_the_next: Vec<&What> = by_the_next.iter().map(|happening| &happening.what).collect();
    by_the_first.sort_by_key(|what| format!("{what:?}"));
    by_the_next.sort_by_key(|what| format!("{what:?}"));
    assert_eq!(by_the_next, by_the_first);
    assert_eq!(by_the_next.len(), 3);
}

#[test]
fn unfinished_cards_that_are_hidden_when_a_sprint_ends_go_on_uncounted() {
    let mut live = Live::with_cards(4);
    live.edit("usr_ann", |editor| ["k0", "k1", "k2", "k3"].map(|card| plan(editor, card, Some("s1"))));
    live.command(start("s1")).expect("it can start");
    live.edit("usr_ann", into("k2", "done"));
    live.edit("usr_ann", |editor| ["k0", "k2"].map(|card| editor.delete_card(&card_id(card)).expect("it is there")));
    live.edit("usr_ann", |editor| editor.archive_card(&card_id("k1"), true)).expect("it is there");

    let answer = live.command(complete("s1", Some("s2"))).expect("it can be completed");
    let record = live.record("s1");
    live.edit("usr_ben", |editor| ["k0", "k2"].map(|card| editor.restore_card(&card_id(card)).expect("it is there")));
    live.edit("usr_ben", |editor| editor.archive_card(&card_id("k1"), false)).expect("it is there");

    let board = read(&live.doc);
    let sprints = ["k0", "k1", "k2", "k3"].map(|card| board.cards[&card_id(card)].plan.sprint.clone());
    assert_eq!(sprints, ["s2", "s2", "s1", "s2"].map(|id| Some(sprint_id(id))), "what was done stays");
    assert_eq!((record.carried.count, record.removed.count), (1, 3));
    assert_eq!((&answer["carried"], live.record("s1")), (&json!(1), record));
}

#[test]
fn a_decision_that_a_member_brings_is_doubted_until_it_is_learned_from_what_happened() {
    let mut live = Live::with_cards(1);
    let elsewhere = copy(7);
    let bring = |live: &Live| {
        let state = live.doc.transact().encode_state_as_update_v1(&yrs::StateVector::default());
        apply(&mut elsewhere.transact_mut(), &state);
    };
    bring(&live);
    let mut facts = Facts::read(&elsewhere.transact());
    let sprint = sprint_id("s1");
    live.command(start("s1")).expect("it can start");

    bring(&live);
    let ben = Stamp::new(live.now_ms, "usr_ben");
    facts.observe(&elsewhere.transact(), &everything(&elsewhere), &ben, Origin::Member);
    facts.learn(&elsewhere.transact(), &sprint, Decided::default());
    assert!(facts.doubted.contains(&sprint) && !facts.is_active(&sprint), "nobody has decided anything");

    let mut decided = Decided::default();
    for (at, happening) in live.told.iter().filter(|(_, happening)| happening.subject == "s1") {
        let recorded = Stamp::new(i64::try_from(*at).expect("a time") + 3, "usr_ann");
        decided.take_in(&happening.what, recorded);
    }
    let another = Decided { started: Some(Stamp::new(5, "usr_ann")), completed: None };
    let mut other_facts = facts.clone();
    other_facts.learn(&elsewhere.transact(), &sprint, another);
    facts.learn(&elsewhere.transact(), &sprint, decided);

    assert!(other_facts.doubted.contains(&sprint), "the document says another start than was decided");
    assert_eq!(facts, Facts::read(&elsewhere.transact()));
    assert!(facts.is_active(&sprint));
}

#[test]
fn starting_and_completing_twice_is_doing_it_once() {
    let mut live = Live::with_cards(2);
    live.edit("usr_ann", |editor| plan(editor, "k0", Some("s1")));

    for _ in 0..2 {
        live.command(start("s1")).expect("it starts, or has started");
    }
    let started = live.record("s1").started_at;
    for carry_to in [Some("s2"), None] {
        live.command(complete("s1", carry_to)).expect("it ends, or has ended");
    }

    assert_eq!(live.record("s1").started_at, started);
    assert_eq!(live.record("s1").carried_to.as_deref(), Some("s2"));
    assert_eq!(live.command(start("s1")).expect_err("it is over").code, "closed");
    assert_eq!(live.command(complete("s2", None)).expect_err("it has not begun").code, "not_active");
    assert_eq!(live.command(start("s9")).expect_err("there is none").code, "no_sprint");
}

#[test]
fn what_only_the_server_writes_is_put_back_when_somebody_else_writes_it() {
    let mut live = Live::with_cards(1);
    let forge = |doc: &Doc| {
        let mut txn = doc.transact_mut();
        let sprints = yrs::WriteTxn::get_or_insert_map(&mut txn, "sprints");
        let Some(yrs::Out::YMap(sprint)) = sprints.get(&txn, "s1") else { panic!("the sprint is there") };
        sprint.insert(&mut txn, "started", Stamp::new(5, "usr_eve").to_any());
    };
    forge(&live.doc);
    live.observe("usr_eve", Origin::Member);

    assert_eq!(read(&live.doc).sprints[&sprint_id("s1")].started, None);
    assert_eq!(live.record("s1").state, SprintState::Planned);
}

#[test]
fn a_card_planned_late_into_a_closed_sprint_goes_where_its_unfinished_cards_went() {
    let mut live = Live::with_cards(2);
    let offline = copy(7);
    sync(&live.doc, &offline);
    live.command(start("s1")).expect("it can start");
    live.command(complete("s1", Some("s2"))).expect("it can be completed");
    edit(&offline, 9_000_000, "usr_off", |editor| plan(editor, "k1", Some("s1")));

    live.receive("usr_off", &offline);

    assert_eq!(read(&live.doc).cards[&card_id("k1")].plan.sprint, Some(sprint_id("s2")));
}

#[test]
fn a_hard_limit_takes_back_the_last_moves_and_says_whose_they_were() {
    let mut live = Live::with_cards(4);
    live.edit("usr_ann", hard(2));
    live.edit("usr_ann", into("k0", "doing"));
    let offline = copy(7);
    sync(&live.doc, &offline);
    live.edit("usr_ann", into("k1", "doing"));
    edit(&offline, 9_000_000, "usr_off", into("k2", "doing"));

    live.receive("usr_off", &offline);

    assert_eq!(live.shown("doing"), ["k0", "k1"]);
    assert_eq!(live.shown("todo"), ["k2", "k3"]);
    let txn = live.doc.transact();
    let json =
        txn.get_map("cards").map(|cards| format!("{:?}", cards.get(&txn, "k2").map(|card| card.to_string(&txn))));
    assert!(json.is_some_and(|json| json.contains("usr_off") && json.contains("wip")));
}

#[test]
fn a_command_moves_all_cards_or_none() {
    let mut live = Live::with_cards(4);
    live.edit("usr_ann", hard(2));
    let moving = |cards: &[&str]| Command::MoveCards {
        cards: cards.iter().map(|card| (*card).to_owned()).collect(),
        column: "doing".to_owned(),
        before: None,
    };

    assert_eq!(live.command(moving(&["k0", "k1", "k2"])).expect_err("three are too many").code, "wip_full");
    assert!(live.shown("doing").is_empty());
    live.command(moving(&["k1", "k0", "k1"])).expect("two are not");
    assert_eq!(live.shown("doing"), ["k1", "k0"]);
    live.command(moving(&["k0"])).expect("moving within a full column is no arrival");
    assert_eq!(live.command(moving(&["k9"])).expect_err("there is none").code, "no_card");
}

#[test]
fn a_circle_of_blocking_cards_loses_its_newest_link() {
    let mut live = Live::with_cards(3);
    let blocks = |editor: &mut Editor<'_, '_>, card: &str, to: &str| {
        let link = Link { kind: LinkKind::Blocks, to: card_id(to) };
        editor.link_card(&card_id(card), &link).expect("the card is there");
    };
    live.edit("usr_ann", |editor| blocks(editor, "k0", "k1"));
    live.edit("usr_ann", |editor| blocks(editor, "k1", "k2"));

    live.edit("usr_ben", |editor| blocks(editor, "k2", "k0"));

    let board = read(&live.doc);
    let links = |card: &str| board.cards[&card_id(card)].links.len();
    assert_eq!((links("k0"), links("k1"), links("k2")), (1, 1, 0));
}

#[test]
fn an_archived_or_deleted_card_leaves_the_running_sprint_and_comes_back() {
    let mut live = Live::with_cards(2);
    live.edit("usr_ann", |editor| ["k0", "k1"].map(|card| plan(editor, card, Some("s1"))));
    live.command(start("s1")).expect("it can start");

    live.edit("usr_ann", |editor| editor.archive_card(&card_id("k0"), true)).expect("it is there");
    live.edit("usr_ann", |editor| editor.delete_card(&card_id("k1"))).expect("it is there");
    let counts = |record: SprintRecord| (record.removed.count, record.carried.count);
    assert_eq!(counts(live.record("s1")), (2, 0));
    live.edit("usr_ann", |editor| editor.restore_card(&card_id("k1"))).expect("it is there");

    assert_eq!(counts(live.record("s1")), (1, 1));
}

#[test]
fn a_column_that_comes_to_mean_done_finishes_its_cards() {
    let mut live = Live::with_cards(1);
    live.edit("usr_ann", |editor| plan(editor, "k0", Some("s1")));
    live.command(start("s1")).expect("it can start");

    let done = crate::board::column::Category::Done;
    live.edit("usr_ann", |editor| editor.set_category(&column_id("todo"), done)).expect("it is there");

    assert_eq!(live.record("s1").done.count, 1);
}
