//! What each edit does, and what it leaves alone.

use yrs::{GetString, Map, OffsetKind, Out, Text, TextRef, Transact, WriteTxn};

use super::{card_id, cards_of, column_id, copies_of_small_board, copy, copy_counting, edit, read, small_board, sync};
use crate::board::Board;
use crate::board::card::{ChecklistItem, Comment};
use crate::board::check::{Rule, violations};
use crate::board::edit::{EditError, Membership, Place};
use crate::board::id::{CommentId, ItemId, LabelId, UserId};
use crate::board::label::Label;
use crate::board::value::Stamp;
use crate::document::{Content, Source};

fn title(doc: &yrs::Doc, card: &str) -> TextRef {
    let txn = doc.transact();
    let map = crate::board::card::maps_of_cards(&txn).remove(&card_id(card)).expect("the card is there");
    match map.get(&txn, "title") {
        Some(Out::YText(text)) => text,
        other => panic!("no title: {other:?}"),
    }
}

#[test]
fn a_card_moves_before_another_and_to_the_end() {
    let doc = copies_of_small_board(1, 3).remove(0);

    edit(&doc, 1, "usr_a", |editor| editor.move_card(&card_id("k2"), &Place::before(column_id("todo"), card_id("k1"))))
        .expect("it moves");
    edit(&doc, 2, "usr_a", |editor| editor.move_card(&card_id("k0"), &Place::last_in(column_id("todo"))))
        .expect("it moves");
    edit(&doc, 3, "usr_a", |editor| editor.move_card(&card_id("k1"), &Place::last_in(column_id("done"))))
        .expect("it moves");

    assert_eq!(cards_of(&read(&doc), "todo"), ["k2", "k0"]);
    assert_eq!(cards_of(&read(&doc), "done"), ["k1"]);
}

#[test]
fn an_insert_between_equal_ranks_keys_the_right_hand_run_anew() {
    let mut board = small_board(5);
    board.cards[1..4].iter_mut().for_each(|card| card.position.rank = "a1".to_owned());
    let doc = copy(1);
    board.write(&mut doc.transact_mut(), &Stamp::new(0, "usr_a")).expect("it is written");

    edit(&doc, 1, "usr_b", |editor| editor.move_card(&card_id("k0"), &Place::before(column_id("todo"), card_id("k2"))))
        .expect("it moves");

    let after = read(&doc);
    assert_eq!(cards_of(&after, "todo"), ["k1", "k0", "k2", "k3", "k4"]);
    let author = |card: &str| after.cards[&card_id(card)].position.winner().map(|winner| winner.stamp.by.clone());
    assert_eq!(
        [author("k1"), author("k2"), author("k3"), author("k4")].map(Option::unwrap_or_default),
        ["usr_a", "usr_b", "usr_b", "usr_a"]
    );
}

#[test]
fn a_column_moves_is_renamed_deleted_and_comes_back() {
    let doc = copies_of_small_board(1, 2).remove(0);
    let columns = || read(&doc).layout.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();

    edit(&doc, 1, "usr_a", |editor| editor.move_column(&column_id("done"), Some(&column_id("todo"))))
        .expect("it moves");
    edit(&doc, 2, "usr_a", |editor| editor.rename_column(&column_id("todo"), "Next")).expect("it is renamed");
    assert_eq!(columns(), ["DONE", "Next", "DOING"]);

    edit(&doc, 3, "usr_a", |editor| editor.delete_column(&column_id("todo"))).expect("it is deleted");
    assert_eq!(
        (columns(), cards_of(&read(&doc), "done")),
        (vec!["DONE".to_owned(), "DOING".to_owned()], vec!["k0".to_owned(), "k1".to_owned()])
    );

    edit(&doc, 4, "usr_a", |editor| editor.restore_column(&column_id("todo"))).expect("it comes back");
    assert_eq!(cards_of(&read(&doc), "todo"), ["k0", "k1"]);
}

#[test]
fn a_title_changes_by_its_difference_only_however_text_is_counted() {
    for kind in [OffsetKind::Utf16, OffsetKind::Bytes] {
        let doc = copy_counting(1, kind);
        small_board(1).write(&mut doc.transact_mut(), &Stamp::new(0, "usr_a")).expect("it is written");

        for text in ["결제 실패", "결제 가끔 실패 😀", "결제 가끔 성공 😃", "", "Card"] {
            edit(&doc, 1, "usr_a", |editor| editor.set_title(&card_id("k0"), text)).expect("it is set");
            assert_eq!(read(&doc).cards[&card_id("k0")].title, text);
        }
    }
}

#[test]
fn a_title_with_something_embedded_is_replaced_whole() {
    let doc = copies_of_small_board(1, 1).remove(0);
    title(&doc, "k0").insert_embed(&mut doc.transact_mut(), 2, true);

    edit(&doc, 1, "usr_a", |editor| editor.set_title(&card_id("k0"), "Clean")).expect("it is set");

    let text = title(&doc, "k0");
    let txn = doc.transact();
    assert_eq!((text.get_string(&txn).as_str(), text.len(&txn)), ("Clean", 5));
}

#[test]
fn a_description_keeps_the_paragraphs_that_stay() {
    let doc = copies_of_small_board(1, 1).remove(0);
    let texts: [&[&str]; 7] = [
        &["one", "two", "three"],
        &["one", "2", "three"],
        &["one", "three"],
        &[],
        &["", "x", ""],
        &["x"],
        &["x", "y", "one", "y"],
    ];

    for paragraphs in texts {
        let paragraphs: Vec<String> = paragraphs.iter().map(|text| (*text).to_owned()).collect();
        edit(&doc, 1, "usr_a", |editor| editor.set_description(&card_id("k0"), &paragraphs)).expect("it is set");
        assert_eq!(read(&doc).cards[&card_id("k0")].description, paragraphs);
    }
}

#[test]
fn everything_else_of_a_card_can_be_set_and_taken_back() {
    let doc = copies_of_small_board(1, 1).remove(0);
    let (card, user, label) =
        (card_id("k0"), UserId::parse("usr_b").expect("an id"), LabelId::parse("l1").expect("an id"));
    let item = ChecklistItem {
        id: ItemId::parse("i1").expect("an id"),
        text: "test".to_owned(),
        is_done: false,
        rank: None,
        list: None,
    };
    let comment =
        Comment { id: CommentId::parse("c1").expect("an id"), by: "usr_a".to_owned(), at_ms: 5, body: "hm".to_owned() };

    edit(&doc, 5, "usr_a", |editor| {
        editor.add_label(&label, &Label { name: "Bug".to_owned(), color: "red".to_owned() })?;
        editor.add_member(&user, "Bo")?;
        editor.add_item(&card, &item)?;
        editor.tick_item(&card, &item.id, true)?;
        editor.rename_item(&card, &item.id, "tested")?;
        editor.add_comment(&card, &comment)?;
        editor.assign(&card, &user, Membership::In)?;
        editor.label(&card, &label, Membership::In)?;
        editor.set_points(&card, Some(3))?;
        editor.set_due(&card, Some("2026-11-27"))
    })
    .expect("everything is there");
    let full = read(&doc).cards[&card].clone();
    edit(&doc, 6, "usr_a", |editor| {
        editor.assign(&card, &user, Membership::Out)?;
        editor.label(&card, &label, Membership::Out)?;
        editor.set_points(&card, None)?;
        editor.set_due(&card, None)
    })
    .expect("everything is there");
    let bare = read(&doc).cards[&card].clone();

    assert_eq!(
        (full.assignees.len(), full.labels.len(), full.points, full.due.as_deref()),
        (1, 1, Some(3.0), Some("2026-11-27"))
    );
    assert_eq!(
        (full.checklist[0].text.as_str(), full.checklist[0].is_done, full.comments),
        ("tested", true, vec![comment])
    );
    assert_eq!((bare.assignees.len(), bare.labels.len(), bare.points, bare.due), (0, 0, None, None));
}

#[test]
fn an_edit_of_something_that_is_not_there_changes_nothing() {
    let doc = copies_of_small_board(1, 1).remove(0);
    let before = read(&doc);
    let (nobody, nowhere) = (card_id("nobody"), column_id("nowhere"));

    let refused = edit(&doc, 9, "usr_a", |editor| {
        [
            editor.set_title(&nobody, "x"),
            editor.move_card(&nobody, &Place::last_in(column_id("todo"))),
            editor.move_card(&card_id("k0"), &Place::last_in(nowhere.clone())),
            editor.move_card(&card_id("k0"), &Place::before(column_id("todo"), nobody.clone())),
            editor.delete_card(&nobody),
            editor.rename_column(&nowhere, "x"),
            editor.tick_item(&card_id("k0"), &ItemId::parse("i").expect("an id"), true),
            editor.add_card(&small_board(1).cards[0]),
        ]
    });

    let no_card = || Err(EditError::NoCard(nobody.clone()));
    let no_column = || Err(EditError::NoColumn(nowhere.clone()));
    let no_item = Err(EditError::NoItem(ItemId::parse("i").expect("an id")));
    let taken = Err(EditError::Taken("k0".to_owned()));
    assert_eq!(refused, [no_card(), no_card(), no_column(), no_card(), no_card(), no_column(), no_item, taken]);
    assert_eq!(read(&doc), before);
}

#[test]
fn every_card_comes_with_all_its_nested_types() {
    let doc = copies_of_small_board(1, 1).remove(0);
    let txn = doc.transact();
    let card = crate::board::card::maps_of_cards(&txn).remove(&card_id("k0")).expect("the card");

    for part in ["position", "assignees", "labels", "checklist", "comments", "links", "ext"] {
        assert!(matches!(card.get(&txn, part), Some(Out::YMap(_))), "{part}");
    }
    assert!(matches!(card.get(&txn, "description"), Some(Out::YXmlFragment(_))));
}

#[test]
fn violations_are_found_and_named() {
    let doc = copies_of_small_board(1, 3).remove(0);
    assert_eq!(violations(&doc.transact()), []);

    let mut txn = doc.transact_mut();
    let cards = txn.get_or_insert_map("cards");
    cards.insert(&mut txn, "plain", true);
    let Some(Out::YMap(card)) = cards.get(&txn, "k1") else { panic!("the card is a map") };
    card.insert(&mut txn, "position", true);
    txn.get_or_insert_map("strange").insert(&mut txn, "key", true);
    drop(txn);
    for column in ["todo", "doing", "done"] {
        edit(&doc, 1, "usr_a", |editor| editor.delete_column(&column_id(column))).expect("it is deleted");
    }

    let found: Vec<String> = violations(&doc.transact()).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "card_in_one_column: k0",
            "card_in_one_column: k1",
            "card_in_one_column: k2",
            "card_has_position: k1",
            "part_is_map: cards/plain",
            "root_is_known: strange"
        ]
    );
    assert!(Rule::CardInOneColumn.is_by_merge());
}

#[test]
fn a_copy_that_edits_offline_catches_up() {
    let copies = copies_of_small_board(2, 2);
    edit(&copies[0], 1, "usr_a", |editor| editor.set_title(&card_id("k0"), "Renamed")).expect("it is there");
    edit(&copies[1], 2, "usr_b", |editor| editor.move_card(&card_id("k0"), &Place::last_in(column_id("done"))))
        .expect("it is there");

    sync(&copies[0], &copies[1]);
    sync(&copies[1], &copies[0]);

    assert_eq!(read(&copies[0]), read(&copies[1]));
    assert_eq!(read(&copies[0]).cards[&card_id("k0")].title, "Renamed");
}

#[test]
fn a_draft_goes_through_the_gate_and_loads_again_to_the_same_board() {
    let draft = crate::board::demo::board(1_795_484_520_000);
    let mut content = Content::new(1);

    let updates =
        draft.write_to(&mut content, &Stamp::new(1_795_484_520_000, "usr_a")).expect("an empty document takes it");

    let mut elsewhere = Content::new(2);
    for update in &updates {
        elsewhere.apply(update, Source::Sync).expect("the gate lets it in");
    }
    let loaded = Content::load(3, updates.iter().map(Vec::as_slice)).expect("stored parts load");
    assert_eq!((elsewhere.digest(), loaded.digest()), (content.digest(), content.digest()));
    assert_eq!(elsewhere.read(|txn| Board::read(txn)), content.read(|txn| Board::read(txn)));
}
