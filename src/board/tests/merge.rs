//! The merge rules, as random histories: several copies edit, exchange what they have in any order and any number of times, and are
//! apart for any while. At the end all copies are equal, and equal to what the model says, which knows only who had seen what.
//!
//! proptest prints the smallest failing history; its seed is kept under `proptest-regressions`.

mod model;
mod rules;

use proptest::prelude::*;
use proptest::sample::Index;
use yrs::{Doc, Transact};

use super::{apply, card_id, column_id, copies_of_small_board, copy, edit, meet, read, sync};
use crate::board::check::{Rule, violations};
use crate::board::edit::{EditError, Editor, Membership, Place};
use crate::board::id::{ItemId, LabelId, UserId};
use crate::board::rank::n_between;
use model::Model;

const CARDS: usize = 5;
const COLUMNS: [&str; 3] = ["todo", "doing", "done"];

/// Something one person does, to whatever is there.
#[derive(Debug, Clone)]
enum Deed {
    Move { card: Index, column: Index, before: Option<Index> },
    RestorePosition { card: Index, entry: Index },
    Delete { card: Index },
    Type { card: Index, at: Index },
    Erase { card: Index, at: Index },
    Assign { card: Index, user: bool, change: bool },
    Label { card: Index, label: bool, change: bool },
    Tick { item: bool, is_done: bool },
    RenameItem { item: bool },
    RenameColumn { column: Index },
    MoveColumn { column: Index, before: Option<Index> },
    DeleteColumn { column: Index },
    Estimate { card: Index, points: u32 },
}

/// Something that happens.
#[derive(Debug, Clone)]
enum Event {
    /// On this copy, by its own clock.
    Do(Index, i64, Deed),
    /// From one copy to another.
    Send(Index, Index),
    /// What was sent once before arrives again, at any copy.
    SendAgain(Index, Index),
}

fn deed() -> impl Strategy<Value = Deed> {
    let index = any::<Index>;
    prop_oneof![
        6 => (index(), index(), any::<Option<Index>>()).prop_map(|(card, column, before)| Deed::Move { card, column, before }),
        1 => (index(), index()).prop_map(|(card, entry)| Deed::RestorePosition { card, entry }),
        1 => index().prop_map(|card| Deed::Delete { card }),
        3 => (index(), index()).prop_map(|(card, at)| Deed::Type { card, at }),
        2 => (index(), index()).prop_map(|(card, at)| Deed::Erase { card, at }),
        2 => (index(), any::<bool>(), any::<bool>()).prop_map(|(card, user, change)| Deed::Assign { card, user, change }),
        1 => (index(), any::<bool>(), any::<bool>()).prop_map(|(card, label, change)| Deed::Label { card, label, change }),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(item, is_done)| Deed::Tick { item, is_done }),
        1 => any::<bool>().prop_map(|item| Deed::RenameItem { item }),
        1 => index().prop_map(|column| Deed::RenameColumn { column }),
        1 => (index(), any::<Option<Index>>()).prop_map(|(column, before)| Deed::MoveColumn { column, before }),
        1 => index().prop_map(|column| Deed::DeleteColumn { column }),
        1 => (index(), 0_u32..9).prop_map(|(card, points)| Deed::Estimate { card, points }),
    ]
}

fn history() -> impl Strategy<Value = (u64, Vec<Event>)> {
    let event = prop_oneof![
        5 => (any::<Index>(), 0_i64..40, deed()).prop_map(|(copy, clock, deed)| Event::Do(copy, clock, deed)),
        3 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Event::Send(from, to)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(sent, to)| Event::SendAgain(sent, to)),
    ];
    (3_u64..=5, proptest::collection::vec(event, 1..60))
}

fn item(second: bool) -> ItemId {
    ItemId::parse(if second { "i1" } else { "i0" }).expect("an id")
}

fn membership(change: bool) -> Membership {
    if change { Membership::In } else { Membership::Out }
}

/// A board with two checklist items on its first card, on each of the copies.
fn copies(count: u64) -> Vec<Doc> {
    let copies = copies_of_small_board(count, CARDS);
    let ranks = n_between(None, None, 2).expect("short keys");
    edit(&copies[0], 0, "usr_owner", |editor| {
        for (at, rank) in ranks.iter().enumerate() {
            let rank = Some(rank.as_str().to_owned());
            let item = crate::board::card::ChecklistItem {
                id: item(at == 1),
                text: format!("item {at}"),
                is_done: false,
                rank,
                list: None,
            };
            editor.add_item(&card_id("k0"), &item).expect("the card is there");
        }
    });
    copies.iter().skip(1).for_each(|copy| sync(&copies[0], copy));
    copies
}

/// Does it, if it can be done there. Each deed types its own character, so that characters tell deeds apart.
fn perform(
    editor: &mut Editor<'_, '_>,
    doc_before: &crate::board::Board,
    deed: &Deed,
    number: usize,
) -> Result<(), EditError> {
    let card_of = |at: &Index| card_id(&format!("k{}", at.index(CARDS)));
    let column_of = |at: &Index| column_id(COLUMNS[at.index(COLUMNS.len())]);
    let title_of = |at: &Index| doc_before.cards[&card_of(at)].title.chars().collect::<Vec<_>>();
    match deed {
        Deed::Move { card, column, before } => {
            let column = column_of(column);
            let place = Place { column, lane: None, before: before.as_ref().map(card_of) };
            editor.move_card(&card_of(card), &place)
        }
        Deed::RestorePosition { card, entry } => {
            let lost = doc_before.cards[&card_of(card)].position.overwritten();
            if lost.is_empty() {
                Ok(())
            } else {
                editor.restore_position(&card_of(card), &lost[entry.index(lost.len())].value)
            }
        }
        Deed::Delete { card } => editor.delete_card(&card_of(card)),
        Deed::Type { card, at } => {
            let mut title = title_of(card);
            title.insert(at.index(title.len() + 1), model::character(number));
            editor.set_title(&card_of(card), &title.into_iter().collect::<String>())
        }
        Deed::Erase { card, at } => {
            let mut title = title_of(card);
            if !title.is_empty() {
                title.remove(at.index(title.len()));
            }
            editor.set_title(&card_of(card), &title.into_iter().collect::<String>())
        }
        Deed::Assign { card, user, change } => {
            let user = UserId::parse(if *user { "usr_x" } else { "usr_y" }).expect("an id");
            editor.assign(&card_of(card), &user, membership(*change))
        }
        Deed::Label { card, label, change } => {
            let label = LabelId::parse(if *label { "l1" } else { "l2" }).expect("an id");
            editor.label(&card_of(card), &label, membership(*change))
        }
        Deed::Tick { item: which, is_done } => editor.tick_item(&card_id("k0"), &item(*which), *is_done),
        Deed::RenameItem { item: which } => {
            editor.rename_item(&card_id("k0"), &item(*which), &format!("renamed by {number}"))
        }
        Deed::RenameColumn { column } => editor.rename_column(&column_of(column), &format!("renamed by {number}")),
        Deed::MoveColumn { column, before } => {
            editor.move_column(&column_of(column), before.as_ref().map(column_of).as_ref())
        }
        Deed::DeleteColumn { column } => editor.delete_column(&column_of(column)),
        Deed::Estimate { card, points } => editor.set_points(&card_of(card), Some(*points)),
    }
}

fn play(copies: &[Doc], model: &mut Model, events: &[Event]) {
    let mut sent: Vec<(Vec<u8>, model::Seen)> = Vec::new();
    for (number, event) in events.iter().enumerate() {
        match event {
            Event::Do(at, clock, deed) => {
                let at = at.index(copies.len());
                let by = format!("usr_{}", at % 2);
                let before = read(&copies[at]);
                // A deed on something that is not there is refused, and must not change anything.
                let done = edit(&copies[at], *clock, &by, |editor| perform(editor, &before, deed, number));
                let after = read(&copies[at]);
                assert!(done.is_ok() || before == after);
                model.note(at, *clock, &before, &after);
            }
            Event::Send(from, to) => {
                let (from, to) = (from.index(copies.len()), to.index(copies.len()));
                let whole =
                    yrs::ReadTxn::encode_state_as_update_v1(&copies[from].transact(), &yrs::StateVector::default());
                apply(&mut copies[to].transact_mut(), &whole);
                model.deliver(&model.seen(from), to);
                sent.push((whole, model.seen(from)));
            }
            Event::SendAgain(which, to) if !sent.is_empty() => {
                let (update, seen) = &sent[which.index(sent.len())];
                let to = to.index(copies.len());
                apply(&mut copies[to].transact_mut(), update);
                model.deliver(seen, to);
            }
            Event::SendAgain(..) => {}
        }
    }
}

proptest! {
    #[test]
    fn any_history_ends_with_equal_copies_that_follow_the_merge_rules((count, events) in history()) {
        let copies = copies(count);
        let start = read(&copies[0]);
        let mut model = Model::new(copies.len(), &start);

        play(&copies, &mut model, &events);
        meet(&copies);

        let board = read(&copies[0]);
        for copy in &copies {
            prop_assert_eq!(&read(copy), &board);
        }
        model.check(&start, &board);
        let broken = violations(&copies[0].transact());
        prop_assert!(broken.iter().all(|violation| violation.rule.is_by_merge() && board.layout.columns.is_empty()), "{:?}", broken);
        prop_assert!(broken.iter().all(|violation| violation.rule == Rule::CardInOneColumn));
    }

    #[test]
    fn single_edits_may_arrive_in_any_order_and_twice((count, events) in history(), order in proptest::collection::vec(any::<Index>(), 200)) {
        let copies = copies(count);
        let fresh: Vec<Doc> = (0..3).map(|at| { let fresh = copy(50 + at); sync(&copies[0], &fresh); fresh }).collect();
        let mut updates: Vec<Vec<u8>> = Vec::new();
        for (number, event) in events.iter().enumerate() {
            match event {
                Event::Do(at, clock, deed) => {
                    let doc = &copies[at.index(copies.len())];
                    let before = read(doc);
                    let mut txn = doc.transact_mut();
                    let stamp = crate::board::value::Stamp::new(*clock, "usr_a");
                    let _refused = perform(&mut Editor::new(&mut txn, stamp), &before, deed, number);
                    updates.push(txn.encode_update_v1());
                }
                Event::Send(from, to) => sync(&copies[from.index(copies.len())], &copies[to.index(copies.len())]),
                Event::SendAgain(..) => {}
            }
        }

        for (at, fresh) in fresh.iter().enumerate() {
            let mut left: Vec<&Vec<u8>> = updates.iter().chain(updates.iter().step_by(3)).collect();
            for pick in order.iter().cycle().skip(at * 50) {
                if left.is_empty() {
                    break;
                }
                apply(&mut fresh.transact_mut(), left.swap_remove(pick.index(left.len())));
            }
        }

        meet(&copies);
        let board = read(&copies[0]);
        for fresh in &fresh {
            prop_assert_eq!(&read(fresh), &board);
        }
    }
}
