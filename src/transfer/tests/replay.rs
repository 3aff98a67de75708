use yrs::{Doc, Transact};

use super::shared_data;
use super::trello::{document, options, team_board};
use crate::board::Board;
use crate::board::check::violations;
use crate::board::edit::Editor;
use crate::board::tests::{copy, sync};
use crate::board::value::Stamp;
use crate::transfer::replay::{Change, Replay};

fn team_history() -> Replay {
    Replay::read(&shared_data("trello-team-board.json"), &options()).expect("the team's history is read")
}

fn start(replay: &Replay) -> Doc {
    let doc = copy(99);
    replay.start.write(&mut doc.transact_mut(), &replay.started).expect("an empty document takes it");
    doc
}

#[test]
fn every_action_is_a_step_or_is_counted() {
    let replay = team_history();

    let skipped: Vec<(&str, usize)> = replay.skipped.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    assert_eq!(
        skipped,
        [
            ("addAttachmentToCard", 41),
            ("addChecklistToCard", 8),
            ("addMemberToBoard", 4),
            ("deleteAttachmentFromCard", 3),
            // A card that nothing else in the file speaks of.
            ("deleteCard", 1),
            ("enablePlugin", 3),
            ("updateCard dueComplete", 15),
            ("updateCard dueReminder", 8),
            ("updateCard idAttachmentCover", 10),
            ("updateCard idLabels", 7),
            ("updateCard idMembers", 6),
        ]
    );
    let items = replay.steps.iter().filter(|step| matches!(step.change, Change::AddItem(..))).count();
    assert_eq!(replay.steps.len() - items, 1_000 - 106);
    assert!(replay.steps.is_sorted_by_key(|step| step.at_ms) && replay.started.at_ms < replay.steps[0].at_ms);
}

#[test]
fn ten_people_playing_at_once_end_with_the_same_board() {
    let replay = team_history();
    let copies: Vec<Doc> = (1..=10).map(copy).collect();
    let start = start(&replay);
    copies.iter().for_each(|copy| sync(&start, copy));
    let mut actors: Vec<&str> = replay.steps.iter().map(|step| step.actor.as_str()).collect();
    actors.sort_unstable();
    actors.dedup();

    for (at, step) in replay.steps.iter().enumerate() {
        let person = actors.iter().position(|actor| *actor == step.actor.as_str()).unwrap_or(0);
        let mut txn = copies[person].transact_mut();
        // What it speaks of may not have arrived here yet.
        let _ = step.apply(&mut Editor::new(&mut txn, Stamp::new(step.at_ms, step.actor.as_str())));
        drop(txn);
        if at % 7 == 0 {
            sync(&copies[person], &copies[(person + at) % 10]);
        }
    }
    for _ in 0..2 {
        (0..10).for_each(|at| sync(&copies[at], &copies[(at + 1) % 10]));
    }

    let boards: Vec<Board> = copies.iter().map(|copy| Board::read(&copy.transact())).collect();
    // The tenth person of the file does nothing that a step expresses, and watches.
    assert_eq!(actors.len(), 9);
    assert!(boards.iter().all(|board| *board == boards[0]));
    assert_eq!(violations(&copies[0].transact()), []);
}

#[test]
fn played_in_order_the_steps_lead_to_the_board_of_the_export() {
    let replay = team_history();
    let doc = start(&replay);

    for step in &replay.steps {
        let mut txn = doc.transact_mut();
        let stamp = Stamp::new(step.at_ms, step.actor.as_str());
        step.apply(&mut Editor::new(&mut txn, stamp)).unwrap_or_else(|error| panic!("{step:?}: {error}"));
    }

    let (played, exported) = (Board::read(&doc.transact()), Board::read(&document(&team_board()).transact()));
    for (played, exported) in played.layout.columns.iter().zip(&exported.layout.columns) {
        assert_eq!((&played.name, &played.cards), (&exported.name, &exported.cards));
    }
    for (id, card) in &exported.cards {
        let same = &played.cards[id];
        assert_eq!(
            (&same.title, same.is_archived, &same.description, &same.assignees),
            (&card.title, card.is_archived, &card.description, &card.assignees),
            "{id}"
        );
        assert_eq!(
            (&same.due, same.comments.len(), &same.checklist),
            (&card.due, card.comments.len(), &card.checklist),
            "{id}"
        );
    }
}
