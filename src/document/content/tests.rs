//! What content promises, with documents made by yrs itself.

use yrs::{Any, Array, GetString, In, Map, MapPrelim, Text, WriteTxn};

use super::*;

/// A client as it should be: what it makes is what stock clients make.
struct Client(Content);

impl Client {
    fn new(id: u64) -> Self {
        Self(Content::new(id))
    }

    fn edit(&mut self, f: impl FnOnce(&mut TransactionMut<'_>)) -> Vec<u8> {
        self.0.edit(f).1.expect("an edit that changes something")
    }

    fn type_text(&mut self, at: u32, text: &str) -> Vec<u8> {
        self.edit(|txn| txn.get_or_insert_text("text").insert(txn, at, text))
    }

    fn receive(&mut self, update: &[u8]) {
        self.0.apply(update, Source::Live).expect("a good update");
    }
}

fn text_of(content: &Content) -> String {
    content.read(|txn| txn.get_text("text").map(|text| text.get_string(txn)).unwrap_or_default())
}

#[test]
fn what_was_applied_is_saved_and_loaded() {
    let mut client = Client::new(1);
    let mut server = Content::new(9);
    for update in [client.type_text(0, "hello 회의 🙂"), client.type_text(5, ", ")] {
        server.apply(&update, Source::Live).expect("a good update");
    }

    let state = server.encode_state();
    let loaded = Content::load(9, std::iter::once(state.as_slice())).expect("a good snapshot");

    assert_eq!(text_of(&loaded), "hello,  회의 🙂");
    assert_eq!(loaded.digest(), server.digest());
    assert_eq!(loaded.digest(), client.0.digest());
    assert_eq!(Content::verify_snapshot(&state), Ok(server.digest()));
}

#[test]
fn a_known_update_changes_nothing() {
    let mut client = Client::new(1);
    let first = client.type_text(0, "abc");
    let deletion = client.edit(|txn| txn.get_or_insert_text("text").remove_range(txn, 1, 1));
    let mut server = Content::new(9);

    for update in [&first, &deletion] {
        assert!(matches!(server.apply(update, Source::Live), Ok(Applied::Changed { relay: None, .. })));
    }
    for update in [&first, &deletion] {
        assert_eq!(server.apply(update, Source::Live), Ok(Applied::Nothing));
    }
}

#[test]
fn a_sync_relays_only_what_was_new() {
    let mut client = Client::new(1);
    let first = client.type_text(0, "abc");
    let second = client.type_text(3, "d");
    let mut server = Content::new(9);
    server.apply(&first, Source::Live).expect("a good update");

    let applied = server.apply(&client.0.encode_state(), Source::Sync);

    let Ok(Applied::Changed { relay: Some(delta), .. }) = applied else { panic!("{applied:?}") };
    assert_eq!(delta, second);
}

#[test]
fn an_update_before_its_predecessor_is_a_gap() {
    let mut client = Client::new(1);
    let first = client.type_text(0, "a");
    let second = client.type_text(1, "b");
    let mut other = Client::new(2);
    other.receive(&first);
    let beside = other.type_text(1, "c");
    let deletion = other.edit(|txn| txn.get_or_insert_text("text").remove_range(txn, 0, 1));
    let mut server = Content::new(9);

    for update in [&second, &beside, &deletion] {
        assert_eq!(server.apply(update, Source::Live), Err(ApplyError::Gap));
    }
    assert_eq!(server.digest(), Content::new(9).digest());

    for update in [&first, &second, &beside, &deletion] {
        assert!(matches!(server.apply(update, Source::Live), Ok(Applied::Changed { .. })));
    }
}

#[test]
fn a_diff_holds_what_the_other_lacks() {
    let mut client = Client::new(1);
    client.type_text(0, "abc");
    let mut late = Client::new(2);
    late.receive(&client.0.encode_state());
    let more = client.type_text(3, "d");

    assert_eq!(client.0.diff_since(&late.0.state_vector()), Ok(more));
    assert_eq!(client.0.diff_since(&[1]), Err(Refusal::Count));
}

#[test]
fn edits_of_the_server_count_as_known() {
    let mut server = Content::new(9);
    let (_, update) = server.edit(|txn| txn.get_or_insert_map("meta").insert(txn, "name", "Sprint"));
    let mut client = Client::new(1);
    client.receive(&update.expect("a change"));

    let renamed = client.edit(|txn| {
        txn.get_or_insert_map("meta").insert(txn, "name", "Sprint 2");
    });

    assert!(matches!(server.apply(&renamed, Source::Live), Ok(Applied::Changed { .. })));
    assert_eq!(server.edit(|_| ()).1, None);
}

#[test]
fn nested_types_of_several_updates_may_be_32_deep_and_no_deeper() {
    let mut client = Client::new(1);
    let mut server = Content::new(9);
    let mut innermost = None;
    for depth in 1..=40 {
        // The client's own content would refuse itself: it is a bare document here.
        let update = nest_once(&mut client, &mut innermost, depth);
        match update {
            Some(update) if depth <= 32 => {
                server.apply(&update, Source::Live).expect("a shallow type");
            }
            Some(update) => {
                assert_eq!(server.apply(&update, Source::Live), Err(Refusal::TooDeep.into()));
                return;
            }
            None => {}
        }
    }
    panic!("no update was too deep");
}

/// Puts a list into the list that the call before made.
fn nest_once(client: &mut Client, innermost: &mut Option<yrs::ArrayRef>, depth: usize) -> Option<Vec<u8>> {
    let mut txn = client.0.doc.transact_mut();
    let list = innermost.take().unwrap_or_else(|| txn.get_or_insert_array("list"));
    list.push_back(&mut txn, depth as i64);
    *innermost = Some(list.push_back(&mut txn, yrs::ArrayPrelim::default()));
    Some(txn.encode_update_v1())
}

#[test]
fn nested_types_of_one_update_may_be_32_deep_and_no_deeper() {
    for (depth, expected) in [(32, true), (33, false)] {
        let doc = Doc::with_client_id(1);
        let mut txn = doc.transact_mut();
        let mut map = txn.get_or_insert_map("map");
        for _ in 0..depth {
            map.insert(&mut txn, "plain", Any::from(1));
            map = map.insert(&mut txn, "inner", MapPrelim::from([("x", In::from(2))]));
        }
        let update = txn.encode_update_v1();

        let applied = Content::new(9).apply(&update, Source::Live);

        assert_eq!(applied.is_ok(), expected, "{depth}");
        if !expected {
            assert_eq!(applied, Err(Refusal::TooDeep.into()));
        }
    }
}

/// Root `list` of client 1 with the items that the attacks refer to: 0 a list, 1 text inside it, 2 a value beside it.
fn victim() -> Content {
    let mut content = Content::new(1);
    content.edit(|txn| {
        let list = txn.get_or_insert_array("list");
        let inner = list.push_back(txn, yrs::ArrayPrelim::default());
        inner.push_back(txn, "inside");
        list.push_back(txn, "beside");
    });
    content
}

fn assert_refused(content: &mut Content, update: &[u8], refusal: Refusal) {
    let before = content.digest();

    assert_eq!(content.apply(update, Source::Live), Err(refusal.into()));
    assert_eq!(content.digest(), before);
}

#[test]
fn an_item_inside_of_something_that_is_no_type_is_refused() {
    let mut content = victim();

    // Client 7 puts text into the value at 1:2; yrs fails halfway, and such a document once saved does not load.
    assert_refused(&mut content, &[1, 1, 7, 0, 4, 0, 1, 2, 1, b'x', 0], Refusal::Reference);
    // The same with a value of its own.
    assert_refused(&mut content, &[1, 2, 7, 0, 8, 1, 1, b'l', 1, 126, 4, 0, 7, 0, 1, b'x', 0], Refusal::Reference);
}

#[test]
fn an_item_between_neighbours_in_different_parents_is_refused() {
    let mut content = victim();

    assert_refused(&mut content, &[1, 1, 7, 0, 0xc4, 1, 1, 1, 2, 1, b'x', 0], Refusal::Reference);
}

/// Found by the fuzzer: yrs takes the text for a value of the key, of which a later deletion leaves two; where the document is
/// loaded, the second deletes the first.
#[test]
fn text_beside_a_value_of_a_key_is_refused() {
    let mut content = Content::new(9);
    content.apply(&[1, 1, 7, 0, 0x28, 1, 1, b'm', 1, b'k', 1, 125, 1, 0], Source::Live).expect("k = 1");

    assert_refused(&mut content, &[1, 1, 8, 0, 0x84, 7, 0, 3, b'a', b'b', b'c', 0], Refusal::Struct);
    assert_refused(&mut content, &[1, 1, 8, 0, 0xa4, 7, 0, 3, b'a', b'b', b'c', 0], Refusal::Struct);
}

/// What a writer without garbage collection makes of a key that it has set again and again.
#[test]
fn old_values_of_a_key_may_be_joined_if_all_of_them_are_deleted() {
    let joined = |deleted: &[u8]| {
        let values = [1, 2, 7, 0, 0x28, 1, 1, b'm', 1, b'k', 2, 125, 1, 125, 2, 0xa8, 7, 1, 1, 125, 3];
        [&values, deleted].concat()
    };
    let mut content = Content::new(9);

    assert_refused(&mut content, &joined(&[0]), Refusal::Struct);
    assert_refused(&mut content, &joined(&[1, 7, 1, 1, 1]), Refusal::Struct);
    content.apply(&joined(&[1, 7, 1, 0, 2]), Source::Live).expect("k = 3");

    assert_eq!(Content::verify_snapshot(&content.encode_state()), Ok(content.digest()));
}

#[test]
fn items_that_refer_to_each_other_in_a_circle_are_refused() {
    let mut content = victim();

    // 8:0 is to the right of 7:0, which is to the right of 8:0.
    assert_refused(
        &mut content,
        &[2, 1, 8, 0, 0x84, 7, 0, 1, b'x', 1, 7, 0, 0x84, 8, 0, 1, b'y', 0],
        Refusal::Reference,
    );
    // 8:0 is a map inside of 7:0, which is a map inside of 8:0.
    assert_refused(&mut content, &[2, 1, 8, 0, 7, 0, 7, 0, 1, 1, 7, 0, 7, 0, 8, 0, 1, 0], Refusal::TooDeep);
}

#[test]
fn a_known_start_does_not_move_what_follows() {
    let mut content = Content::new(9);
    // Client 7 writes "ab" into the map 7:0, and "c" behind it.
    content.apply(&[1, 1, 7, 0, 7, 1, 1, b'r', 2, 0], Source::Live).expect("a text");
    content.apply(&[1, 1, 7, 1, 4, 0, 7, 0, 2, b'a', b'b', 0], Source::Live).expect("ab");

    // Again "ab", now into the root, with more behind it.
    assert_refused(&mut content, &[1, 1, 7, 1, 4, 1, 1, b'r', 3, b'a', b'b', b'c', 0], Refusal::Reference);
}

#[test]
fn a_good_start_with_a_bad_end_leaves_the_document_untouched() {
    let mut content = victim();

    // Text into a root, then a struct of kind 2.
    assert_refused(&mut content, &[1, 2, 7, 0, 4, 1, 1, b't', 1, b'x', 2, 1, 1, b't', 0, 0], Refusal::ContentKind(2));
}

#[test]
fn clocks_that_nobody_has_seen_are_a_gap() {
    let mut content = victim();
    let before = content.digest();

    let collected_later = [1, 1, 1, 4, 0, 0xe8, 0x07, 0];
    let deleted_later = [0, 1, 1, 1, 3, 1];
    let beside_unknown = [1, 1, 7, 0, 0x84, 6, 0, 1, b'x', 0];
    let inside_unknown = [1, 1, 7, 0, 4, 0, 6, 0, 1, b'x', 0];
    let after_hole = [1, 2, 7, 0, 10, 3, 0, 1, 0];
    for update in [collected_later.as_slice(), &deleted_later, &beside_unknown, &inside_unknown, &after_hole] {
        assert_eq!(content.apply(update, Source::Live), Err(ApplyError::Gap), "{update:?}");
        assert_eq!(content.apply(update, Source::Sync), Err(ApplyError::Gap), "{update:?}");
    }
    assert_eq!(content.digest(), before);
    assert!(!content.read(|txn| txn.has_missing_updates()));
}

/// Who may write under a client id is the room's to decide, so it must be told.
#[test]
fn clocks_written_under_the_id_of_another_are_shown() {
    let mut content = victim();
    let collected = [1, 1, 1, 3, 0, 0xe8, 0x07, 0];
    assert_eq!(content.clock(1), 3);

    let summary = gate::check_update(&collected, &Caps::live()).expect("a well-formed update");

    assert_eq!(summary.carried(), [gate::Carried { client: 1, from: 3, to: 1003 }]);
    assert!(content.apply(&collected, Source::Live).is_ok());
    assert_eq!(content.clock(1), 1003);
}

#[test]
fn a_hole_in_what_is_known_is_relayed_without_it() {
    let mut client = Client::new(1);
    let mut server = Content::new(9);
    server.apply(&client.type_text(0, "abc"), Source::Live).expect("a good update");
    client.type_text(3, "d");

    // As merged updates of a client may be: a hole for clocks 0..3, then "d".
    let applied = server.apply(&[1, 2, 1, 0, 10, 3, 0x84, 1, 2, 1, b'd', 0], Source::Live);

    let Ok(Applied::Changed { relay: Some(delta), .. }) = applied else { panic!("{applied:?}") };
    assert_eq!(gate::check_update(&delta, &Caps::live()).map(|summary| summary.has_skips()), Ok(false));
    assert_eq!(server.digest(), client.0.digest());
}

#[test]
fn six_thousand_types_in_one_another_are_refused_over_any_number_of_updates() {
    let mut content = Content::new(9);
    content.apply(&[1, 1, 7, 0, 7, 1, 1, b'r', 0, 0], Source::Live).expect("a list in a root");
    let mut refused = 0;
    for clock in 0..6_000_u32 {
        // A list at clock + 1 inside of the one at clock.
        let mut update = vec![1, 1, 7];
        varint(&mut update, clock + 1);
        update.extend([7, 0, 7]);
        varint(&mut update, clock);
        update.extend([0, 0]);
        match content.apply(&update, Source::Live) {
            Ok(_) => assert!(clock < 31),
            Err(ApplyError::Refused(Refusal::TooDeep)) => refused = clock + 1,
            // Nothing goes on from what was refused.
            Err(ApplyError::Gap) => assert!(clock > 31),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(refused, 32);
    assert!(Content::verify_snapshot(&content.encode_state()).is_ok());
}

#[test]
fn beside_a_deep_item_is_as_deep() {
    let mut content = Content::new(9);
    // 31 lists inside one another, and a value in the innermost.
    let mut update = vec![1, 33, 7, 0, 7, 1, 1, b'r', 0];
    for clock in 0..31 {
        update.extend([7, 0, 7, clock, 0]);
    }
    update.extend([8, 0, 7, 31, 1, 126, 0]);
    content.apply(&update, Source::Live).expect("32 lists");

    // A list beside the value says nothing of its parent, but is the 33rd.
    assert_refused(&mut content, &[1, 1, 7, 33, 0x87, 7, 32, 0, 0], Refusal::TooDeep);
}

#[test]
fn more_authors_than_a_document_may_have_are_refused() {
    let mut content = Content::new(9);
    for first in (0..56_000).step_by(8_000) {
        content.apply(&many_authors(first, 8_000), Source::Sync).expect("a good update");
    }

    let refusal = Refusal::TooMany { what: "clients", limit: 60_000 };

    assert_eq!(content.apply(&many_authors(56_000, 8_000), Source::Sync), Err(refusal.into()));
    assert_eq!(Content::verify_snapshot(&content.encode_state()), Ok(content.digest()));
}

/// yrs takes all others first when the one with the greatest id depends on them, then recurses over the emptied ones.
#[test]
fn an_author_that_depends_on_all_others_does_not_overflow_the_stack() {
    for authors in [3_999, 7_999, 59_999] {
        let snapshot = dependent_authors(authors);

        let content = Content::load(9, std::iter::once(snapshot.as_slice())).expect("a good snapshot");

        assert_eq!(Content::verify_snapshot(&content.encode_state()), Ok(content.digest()));
    }
}

/// One letter of each author, and one more beside each by the author with the greatest id.
fn dependent_authors(authors: u32) -> Vec<u8> {
    let mut update = Vec::new();
    varint(&mut update, authors + 1);
    varint(&mut update, authors + 1);
    varint(&mut update, authors);
    update.extend([0, 4, 1, 1, b'r', 1, b'x']);
    for author in (0..authors).rev() {
        update.push(0x84);
        varint(&mut update, author);
        update.extend([0, 1, b'x']);
    }
    for author in (0..authors).rev() {
        update.push(1);
        varint(&mut update, author);
        update.extend([0, 4, 1, 1, b'r', 1, b'x']);
    }
    update.push(0);
    update
}

/// A collected struct of each: letters at one spot would be compared with one another, 3 billion times.
fn many_authors(first: u32, count: u32) -> Vec<u8> {
    let mut update = Vec::new();
    varint(&mut update, count);
    for author in (first..first + count).rev() {
        update.push(1);
        varint(&mut update, author);
        update.extend([0, 0, 1]);
    }
    update.push(0);
    update
}

fn varint(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}
