//! Each merge rule once, in the smallest history that shows it.

use super::{copies, item, meet};
use crate::board::Board;
use crate::board::edit::{EditError, Editor, Membership, Place};
use crate::board::id::UserId;
use crate::board::tests::{card_id, cards_of, column_id, edit, read};

type Deed<'a> = &'a dyn Fn(&mut Editor<'_, '_>) -> Result<(), EditError>;

/// Three copies; the first two do something at the same time, at these moments. What all three read afterwards.
fn crossed(first: (i64, Deed<'_>), second: (i64, Deed<'_>)) -> (Vec<yrs::Doc>, Board) {
    let copies = copies(3);
    for (copy, (at_ms, deed)) in copies.iter().zip([first, second]) {
        edit(copy, at_ms, "usr_a", |editor| deed(editor)).expect("it can be done");
    }
    meet(&copies);
    let boards: Vec<Board> = copies.iter().map(read).collect();
    assert!(boards.iter().all(|board| *board == boards[0]));
    let board = boards.into_iter().next().expect("three copies");
    (copies, board)
}

fn put(card: &'static str, column: &'static str) -> impl Fn(&mut Editor<'_, '_>) -> Result<(), EditError> {
    move |editor| editor.move_card(&card_id(card), &Place::last_in(column_id(column)))
}

#[test]
fn of_two_moves_the_newest_wins_whole_and_the_other_can_be_restored() {
    for (first_ms, second_ms, winner, loser) in [(900, 1_700, "done", "doing"), (1_700, 900, "doing", "done")] {
        let (copies, board) = crossed((first_ms, &put("k2", "doing")), (second_ms, &put("k2", "done")));
        assert_eq!((cards_of(&board, winner), cards_of(&board, loser)), (vec!["k2".to_owned()], vec![]));

        let lost = board.cards[&card_id("k2")].position.overwritten()[0].value.clone();
        assert_eq!(lost.column, column_id(loser));
        edit(&copies[2], 5, "usr_c", |editor| editor.restore_position(&card_id("k2"), &lost))
            .expect("the card is there");
        meet(&copies);
        assert_eq!(cards_of(&read(&copies[0]), loser), ["k2"]);
    }
}

#[test]
fn a_move_and_an_edit_are_both_kept() {
    let (_, board) =
        crossed((1, &put("k1", "done")), (2, &|editor| editor.set_title(&card_id("k1"), "Card 1, edited")));

    assert_eq!(
        (cards_of(&board, "done"), board.cards[&card_id("k1")].title.as_str()),
        (vec!["k1".to_owned()], "Card 1, edited")
    );
}

#[test]
fn a_deleted_card_stays_deleted_and_comes_back_with_the_edit_inside() {
    let (copies, board) = crossed(
        (1, &|editor| editor.delete_card(&card_id("k1"))),
        (2, &|editor| {
            editor.set_title(&card_id("k1"), "Edited meanwhile")?;
            editor.set_description(&card_id("k1"), &["and described".to_owned()])
        }),
    );
    assert!(board.cards[&card_id("k1")].deleted.is_some() && !cards_of(&board, "todo").contains(&"k1".to_owned()));

    edit(&copies[0], 3, "usr_a", |editor| editor.restore_card(&card_id("k1"))).expect("the card is there");
    let restored = read(&copies[0]);
    let card = &restored.cards[&card_id("k1")];
    assert_eq!((card.title.as_str(), card.description.join("")), ("Edited meanwhile", "and described".to_owned()));
    assert_eq!(cards_of(&restored, "todo"), ["k0", "k1", "k2", "k3", "k4"]);
}

#[test]
fn a_card_moved_into_a_column_deleted_meanwhile_is_shown_and_follows_the_column_back() {
    let (copies, board) = crossed((1, &|editor| editor.delete_column(&column_id("doing"))), (2, &put("k0", "doing")));
    // No other column means the same, so the first one shows it: in its own place by rank.
    assert_eq!(cards_of(&board, "todo"), ["k0", "k1", "k2", "k3", "k4"]);

    edit(&copies[0], 3, "usr_a", |editor| editor.restore_column(&column_id("doing"))).expect("the column is known");
    assert_eq!(
        (cards_of(&read(&copies[0]), "todo").len(), cards_of(&read(&copies[0]), "doing")),
        (4, vec!["k0".to_owned()])
    );
}

#[test]
fn people_and_labels_are_decided_one_by_one() {
    let (x, y) = (UserId::parse("usr_x").expect("an id"), UserId::parse("usr_y").expect("an id"));

    let (_, board) = crossed(
        (1, &|editor| editor.assign(&card_id("k0"), &x, Membership::In)),
        (2, &|editor| editor.assign(&card_id("k0"), &y, Membership::In)),
    );

    assert_eq!(board.cards[&card_id("k0")].assignees.iter().collect::<Vec<_>>(), [&x, &y]);
}

#[test]
fn a_tick_and_a_new_wording_of_one_item_are_both_kept() {
    let (_, board) = crossed(
        (1, &|editor| editor.tick_item(&card_id("k0"), &item(false), true)),
        (2, &|editor| editor.rename_item(&card_id("k0"), &item(false), "better words")),
    );

    let item = &board.cards[&card_id("k0")].checklist[0];
    assert_eq!((item.is_done, item.text.as_str()), (true, "better words"));
}

#[test]
fn typing_in_one_title_is_merged_by_character() {
    let (_, board) = crossed(
        (1, &|editor| editor.set_title(&card_id("k0"), "A Card 0")),
        (2, &|editor| editor.set_title(&card_id("k0"), "Card 0, urgent")),
    );

    assert_eq!(board.cards[&card_id("k0")].title, "A Card 0, urgent");
}

#[test]
fn two_cards_put_into_one_gap_are_ordered_by_id() {
    let before = |card: &'static str| {
        move |editor: &mut Editor<'_, '_>| {
            editor.move_card(&card_id(card), &Place::before(column_id("todo"), card_id("k1")))
        }
    };
    let (_, board) = crossed((1, &before("k4")), (2, &before("k3")));

    assert_eq!(cards_of(&board, "todo"), ["k0", "k3", "k4", "k1", "k2"]);
}
