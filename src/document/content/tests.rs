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
