//! Small documents with everything in them, as logs of updates: bases to fuzz upon, and seeds.

use calit::document::{Content, Source};
use yrs::types::Attrs;
use yrs::{
    Any, Array, ArrayPrelim, GetString as _, Map, MapPrelim, Text, TextPrelim, TransactionMut, WriteTxn, Xml,
    XmlElementPrelim, XmlFragment, XmlTextPrelim,
};

/// A log of updates, in the order in which a server got them.
pub type History = Vec<Vec<u8>>;

/// Nothing, a text, a board, a rich text, lists in lists; each by two clients.
pub fn histories() -> Vec<History> {
    vec![Vec::new(), text(), board(), rich_text(), lists()]
}

/// Two clients that take turns, each having seen everything.
fn turns(edits: &[&dyn Fn(&mut TransactionMut<'_>)]) -> History {
    let mut clients = [Content::new(5), Content::new(6)];
    let mut log = Vec::new();
    for (turn, edit) in edits.iter().enumerate() {
        let [author, reader] = if turn % 2 == 0 { [0, 1] } else { [1, 0] };
        if let (_, Some(update)) = clients[author].edit(|txn| edit(txn)) {
            clients[reader].apply(&update, Source::Live).expect("a good update");
            log.push(update);
        }
    }
    log
}

fn text() -> History {
    turns(&[
        &|txn| txn.get_or_insert_text("t").insert(txn, 0, "abc 🙂"),
        &|txn| txn.get_or_insert_text("t").insert(txn, 1, "회"),
        &|txn| txn.get_or_insert_text("t").remove_range(txn, 2, 2),
        &|txn| txn.get_or_insert_text("t").format(txn, 0, 2, Attrs::from([("b".into(), Any::from(true))])),
        &|txn| drop(txn.get_or_insert_text("t").insert_embed(txn, 1, Any::from_json(r#"{"i":1}"#).expect("JSON"))),
        &|txn| txn.get_or_insert_text("t").remove_range(txn, 0, 3),
    ])
}

fn board() -> History {
    turns(&[
        &|txn| drop(txn.get_or_insert_map("meta").insert(txn, "schema", 1)),
        &|txn| {
            let card = txn.get_or_insert_map("cards").insert(txn, "c1", MapPrelim::default());
            card.insert(txn, "title", TextPrelim::new("one"));
            card.insert(txn, "position", MapPrelim::from([("5", Any::from(vec![Any::from("a0"), Any::from(17)]))]));
        },
        &|txn| {
            if let Some(yrs::Out::YMap(card)) = txn.get_or_insert_map("cards").get(txn, "c1") {
                card.insert(txn, "points", 3);
                card.insert(txn, "points", 5);
                if let Some(yrs::Out::YText(title)) = card.get(txn, "title") {
                    let len = title.get_string(txn).len() as u32;
                    title.insert(txn, len, " more");
                }
            }
        },
        &|txn| drop(txn.get_or_insert_map("cards").insert(txn, "c1", "replaced")),
    ])
}

fn rich_text() -> History {
    turns(&[
        &|txn| {
            let root = txn.get_or_insert_xml_fragment("x");
            let paragraph = root.push_back(txn, XmlElementPrelim::empty("p"));
            paragraph.push_back(txn, XmlTextPrelim::new("one"));
        },
        &|txn| {
            let root = txn.get_or_insert_xml_fragment("x");
            root.insert(txn, 0, XmlElementPrelim::empty("h")).insert_attribute(txn, "level", "2");
        },
        &|txn| txn.get_or_insert_xml_fragment("x").remove_range(txn, 1, 1),
    ])
}

fn lists() -> History {
    turns(&[
        &|txn| drop(txn.get_or_insert_array("l").push_back(txn, Any::from(vec![1_u8, 2]))),
        &|txn| {
            let list = txn.get_or_insert_array("l");
            let inner = list.insert(txn, 0, ArrayPrelim::from([1, 2]));
            let innermost = inner.push_back(txn, ArrayPrelim::default());
            innermost
                .push_back(txn, Any::from(vec![Any::Null, Any::Undefined, Any::from(2.5), Any::from(1_i64 << 60)]));
        },
        &|txn| txn.get_or_insert_array("l").insert_range(txn, 1, [Any::from(1), Any::from("two")]),
        &|txn| txn.get_or_insert_array("l").remove(txn, 0),
    ])
}
