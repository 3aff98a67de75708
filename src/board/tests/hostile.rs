//! Documents that no honest client wrote: they read as a board all the same, and can be edited.

use proptest::prelude::*;
use proptest::sample::Index;
use yrs::types::text::TextPrelim;
use yrs::{Any, ArrayPrelim, Map, MapPrelim, MapRef, Out, Transact, TransactionMut, WriteTxn, XmlFragmentPrelim};

use super::live::Live;
use super::{card_id, column_id, copies_of_small_board, copy, edit, read, sync};
use crate::board::ROOTS;
use crate::board::card::NUMBER_MAX;
use crate::board::check::violations;
use crate::board::draft::NewCard;
use crate::board::edit::{Editor, Place};
use crate::board::position::Position;
use crate::board::value::Stamp;

/// Keys that the reader looks at, and some that it does not.
const KEYS: [&str; 24] = [
    "k0",
    "todo",
    "position",
    "title",
    "description",
    "deleted",
    "column",
    "rank",
    "at",
    "by",
    "lane",
    "name",
    "category",
    "members",
    "assignees",
    "labels",
    "checklist",
    "comments",
    "body",
    "done",
    "1",
    "",
    "__proto__",
    "한",
];

#[derive(Debug, Clone)]
enum Thing {
    Plain(Any),
    Text,
    Fragment,
    Array,
    Map,
}

fn thing() -> impl Strategy<Value = Thing> {
    let plain = prop_oneof![
        Just(Any::Null),
        Just(Any::Undefined),
        any::<bool>().prop_map(Any::from),
        any::<i64>().prop_map(Any::from),
        any::<f64>().prop_map(Any::from),
        "\\PC{0,4}".prop_map(Any::from),
        Just(Any::from("todo")),
        Just(Any::from("a0")),
        Just(Any::Buffer([1, 2].into())),
        (0_i64..9).prop_map(|at| crate::board::value::object([
            ("column", Any::from("todo")),
            ("rank", Any::from("a0")),
            ("at", Any::from(at)),
            ("by", Any::from("usr_x"))
        ])),
    ];
    prop_oneof![4 => plain.prop_map(Thing::Plain), 1 => Just(Thing::Text), 1 => Just(Thing::Fragment), 1 => Just(Thing::Array), 3 => Just(Thing::Map)]
}

/// Puts a thing somewhere below a root: follows keys through the maps that are there.
fn put(txn: &mut TransactionMut<'_>, root: &str, path: &[Index], thing: &Thing) {
    let mut map: MapRef = txn.get_or_insert_map(root);
    let Some((last, way)) = path.split_last() else { return };
    for key in way {
        match map.get(txn, KEYS[key.index(KEYS.len())]) {
            Some(Out::YMap(deeper)) => map = deeper,
            _ => break,
        }
    }
    let key = KEYS[last.index(KEYS.len())];
    match thing {
        Thing::Plain(value) => drop(map.insert(txn, key, value.clone())),
        Thing::Text => drop(map.insert(txn, key, TextPrelim::new("text"))),
        Thing::Fragment => drop(map.insert(txn, key, XmlFragmentPrelim::default())),
        Thing::Array => drop(map.insert(txn, key, ArrayPrelim::default())),
        Thing::Map => drop(map.insert(txn, key, MapPrelim::default())),
    }
}

proptest! {
    #[test]
    fn any_document_reads_as_a_board_and_can_be_edited(
        things in proptest::collection::vec((any::<Index>(), proptest::collection::vec(any::<Index>(), 1..5), thing()), 0..30),
    ) {
        let doc = copies_of_small_board(1, 3).remove(0);
        let mut txn = doc.transact_mut();
        for (root, path, thing) in &things {
            put(&mut txn, ROOTS[root.index(ROOTS.len())], path, thing);
        }
        drop(txn);

        let board = read(&doc);
        let found = violations(&doc.transact());
        for before in [None, Some(card_id("k1"))] {
            let place = Place { column: column_id("doing"), lane: None, before };
            let _may_be_refused = edit(&doc, 5, "usr_a", |editor| editor.move_card(&card_id("k0"), &place));
        }
        let _may_be_refused = edit(&doc, 6, "usr_a", |editor| editor.set_title(&card_id("k0"), "title"));
        let _may_be_refused = edit(&doc, 7, "usr_a", |editor| editor.move_column(&column_id("todo"), None));

        let elsewhere = copy(9);
        sync(&doc, &elsewhere);
        prop_assert_eq!(read(&elsewhere), read(&doc));
        prop_assert_eq!(violations(&elsewhere.transact()), violations(&doc.transact()));
        let shown: usize = board.layout.columns.iter().map(|column| column.cards.len()).sum();
        let live = board.cards.values().filter(|card| card.deleted.is_none()).count();
        prop_assert_eq!(shown + board.layout.unplaced.len(), live);
        prop_assert!(found.len() <= 2 * (board.cards.len() + things.len()));
    }
}

/// A member may bring a card with any number, as an import does.
#[test]
fn when_somebody_has_taken_the_last_number_free_ones_are_given_and_none_twice() {
    let mut live = Live::with_cards(2);
    let add = |editor: &mut Editor<'_, '_>, id: &str, number: Option<u64>| {
        let position = Position { column: column_id("todo"), lane: None, rank: "a0".to_owned() };
        let card = NewCard::new(card_id(id), id, position, Stamp::new(1, "usr_eve"));
        let ext = number.map(|number| ("number".to_owned(), number.into())).into_iter().collect();
        editor.add_card(&NewCard { ext, ..card }).expect("the id is free");
    };
    live.edit("usr_eve", |editor| add(editor, "last", Some(NUMBER_MAX)));
    live.edit("usr_eve", |editor| add(editor, "past", Some(NUMBER_MAX + 1)));
    live.edit("usr_eve", |editor| add(editor, "five", Some(5)));

    live.edit("usr_ann", |editor| ["new0", "new1", "new2"].map(|id| add(editor, id, None)));
    live.edit("usr_ann", |editor| add(editor, "same", Some(NUMBER_MAX)));

    let board = read(&live.doc);
    let number = |id: &str| board.cards[&card_id(id)].number;
    assert_eq!([number("last"), number("past"), number("five")], [Some(NUMBER_MAX), Some(3), Some(5)]);
    assert_eq!(["new0", "new1", "new2", "same"].map(number), [4, 6, 7, 8].map(Some));
}
