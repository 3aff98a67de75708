//! The attacks that end or corrupt bare yrs, and the refusal that each gets.

use super::*;

/// Writes updates that no honest client writes.
#[derive(Default, Clone)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn number(mut self, mut number: u64) -> Self {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
        self
    }

    fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn text(self, text: &str) -> Self {
        self.number(text.len() as u64).raw(text.as_bytes())
    }

    /// One client with one struct at clock 0, and no deletions: `rest` follows the kind.
    fn one_item(kind: u8, content: impl FnOnce(Self) -> Self) -> Self {
        let head = Self::default().raw(&[1, 1, 7, 0, kind, 1]).text("text");
        content(head).raw(&[0])
    }
}

fn live(bytes: &Bytes) -> Result<UpdateSummary, Refusal> {
    check_update(&bytes.0, &Caps::live())
}

fn stored(bytes: &Bytes) -> Result<UpdateSummary, Refusal> {
    check_update(&bytes.0, &Caps::stored())
}

#[test]
fn a_good_update_is_summed_up() {
    let update = Bytes::default()
        // Client 9: "né🙂" into the text, then a map into the map `cards` beside nothing.
        .raw(&[2, 2, 9, 3, 0x84, 5, 40])
        .text("né🙂")
        .raw(&[0x27, 1])
        .text("cards")
        .text("c1")
        .raw(&[1])
        // Client 5: a collected gap.
        .raw(&[1, 5, 0, 0, 41])
        // Deleted: of client 6 clocks 2..4.
        .raw(&[1, 6, 1, 2, 2]);

    let summary = live(&update).expect("a good update");

    assert_eq!(summary.carried(), [Carried { client: 9, from: 3, to: 8 }, Carried { client: 5, from: 0, to: 41 }]);
    let mut references: Vec<_> = summary.references().collect();
    references.sort_unstable();
    assert_eq!(references, [(5, 40), (6, 3)]);
    assert_eq!(summary.roots().collect::<Vec<_>>(), ["cards"]);
    assert_eq!((summary.structs(), summary.delete_ranges(), summary.created_types()), (3, 1, 1));
    assert!(!summary.has_skips());
}

#[test]
fn a_hole_splits_the_carried_range() {
    let update = Bytes::default().raw(&[1, 3, 7, 0, 0, 5, 10, 10, 0, 5, 0]);

    let summary = live(&update).expect("a good update");

    assert_eq!(summary.carried(), [Carried { client: 7, from: 0, to: 5 }, Carried { client: 7, from: 15, to: 20 }]);
    assert!(summary.has_skips());
}

#[test]
fn every_proper_start_of_an_update_is_refused() {
    let update =
        Bytes::one_item(8, |bytes| bytes.raw(&[2, 118, 1]).text("key").raw(&[117, 2, 126, 125, 0x40, 119]).text("é"));
    assert!(live(&update).is_ok());

    for len in 0..update.0.len() {
        assert!(check_update(&update.0[..len], &Caps::live()).is_err(), "{len}");
    }
    assert_eq!(live(&update.raw(&[0])), Err(Refusal::TrailingBytes));
}

#[test]
fn values_nested_8000_deep_are_refused() {
    for level in [[117, 1].as_slice(), &[118, 1, 0]] {
        let update = |depth| Bytes::one_item(8, |bytes| bytes.number(1).raw(&level.repeat(depth)).raw(&[126]));

        assert_eq!(live(&update(8_000)), Err(Refusal::TooDeep));
        assert_eq!(live(&update(65)), Err(Refusal::TooDeep));
        assert!(live(&update(64)).is_ok());
    }
}

#[test]
fn embedded_json_nested_8000_deep_is_refused() {
    for kind in [5, 6] {
        let update = |depth| {
            Bytes::one_item(kind, |bytes| {
                let bytes = if kind == 6 { bytes.text("bold") } else { bytes };
                bytes.text(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)))
            })
        };

        assert_eq!(live(&update(8_000)), Err(Refusal::TooDeep));
        assert!(live(&update(64)).is_ok());
    }
    let invalid = Bytes::one_item(5, |bytes| bytes.text("{\"a\":"));
    assert_eq!(live(&invalid), Err(Refusal::Json));
}

#[test]
fn forty_thousand_empty_clients_are_refused() {
    let update =
        (0..40_000).fold(Bytes::default().number(40_000), |bytes, client| bytes.raw(&[0]).number(client).raw(&[0]));
    let update = update.raw(&[0; 60_000]);

    assert_eq!(live(&update), Err(Refusal::TooMany { what: "clients", limit: 64 }));
    assert_eq!(stored(&update), Err(Refusal::Empty("client")));
}

#[test]
fn counts_beyond_the_bytes_are_refused() {
    for count in [0xffff_ffff_u64, 0x7fff_ffff, (1 << 53) - 1, 100] {
        let clients = Bytes::default().number(count);
        let structs = Bytes::default().number(1).number(count).raw(&[7, 0, 0, 1, 0]);
        let values = Bytes::one_item(8, |bytes| bytes.number(count));
        let list = Bytes::one_item(8, |bytes| bytes.raw(&[1, 117]).number(count));
        let map = Bytes::one_item(8, |bytes| bytes.raw(&[1, 118]).number(count));
        let deleted_clients = Bytes::default().number(0).number(count);
        let deleted_ranges = Bytes::default().raw(&[0, 1, 7]).number(count).raw(&[0]);
        for update in [clients, structs, values, list, map, deleted_clients, deleted_ranges] {
            assert_eq!(stored(&update), Err(Refusal::Count), "{:02x?}", update.0);
        }
        assert_eq!(check_state_vector(&Bytes::default().number(count).0), Err(Refusal::Count));
        assert_eq!(check_awareness(&Bytes::default().number(count).0), Err(Refusal::Count));
        let text = Bytes::one_item(4, |bytes| bytes.number(count));
        assert_eq!(stored(&text), Err(Refusal::Truncated));
    }
}

#[test]
fn json_subdocuments_and_unknown_content_are_refused() {
    for kind in [2, 9, 11, 12, 15, 16, 31] {
        let update = Bytes::one_item(kind, |bytes| bytes.number(1).text("x"));

        assert_eq!(stored(&update), Err(Refusal::ContentKind(kind)));
    }
}

#[test]
fn hooks_links_and_unknown_types_are_refused() {
    for kind in [5, 7, 8, 9, 15, 255] {
        let update = Bytes::one_item(7, |bytes| bytes.raw(&[kind]));

        assert_eq!(stored(&update), Err(Refusal::TypeKind(kind)));
    }
    let value = Bytes::one_item(8, |bytes| bytes.raw(&[1, 115]));
    assert_eq!(stored(&value), Err(Refusal::ValueKind(115)));
}

#[test]
fn gaps_and_parents_with_unknown_flags_are_refused() {
    for info in [0x80, 0x40, 0x20, 0x8a] {
        assert_eq!(stored(&Bytes::default().raw(&[1, 1, 7, 0, info, 1, 0])), Err(Refusal::Struct));
    }
    assert_eq!(stored(&Bytes::default().raw(&[1, 1, 7, 0, 4, 2, 1, 65, 1, 65, 0])), Err(Refusal::Struct));
}

#[test]
fn empty_structs_and_ranges_are_refused() {
    let text = Bytes::one_item(4, |bytes| bytes.text(""));
    let values = Bytes::one_item(8, |bytes| bytes.number(0));
    let deleted = Bytes::one_item(1, |bytes| bytes.number(0));
    for update in [text, values, deleted] {
        assert_eq!(stored(&update), Err(Refusal::Empty("item")));
    }
    assert_eq!(stored(&Bytes::default().raw(&[1, 1, 7, 0, 0, 0, 0])), Err(Refusal::Empty("struct")));
    assert_eq!(stored(&Bytes::default().raw(&[0, 1, 7, 1, 0, 0])), Err(Refusal::Empty("range")));
    assert_eq!(stored(&Bytes::default().raw(&[0, 1, 7, 0, 0, 0])), Err(Refusal::Empty("client")));
}

#[test]
fn clocks_beyond_31_bits_are_refused() {
    let max = u64::from(limits::CLOCK_MAX);
    let gap = |clock: u64, len: u64| Bytes::default().raw(&[1, 1, 7]).number(clock).raw(&[0]).number(len).raw(&[0]);

    assert!(live(&gap(0, max)).is_ok());
    for (clock, len) in [(1, max), (max, 1), (max + 1, 1), (0, max + 1), (0, 1 << 40), (u64::from(u32::MAX), 2)] {
        assert_eq!(live(&gap(clock, len)), Err(Refusal::Clock), "{clock} {len}");
    }
    let deletion = Bytes::default().raw(&[0, 1, 7, 1]).number(max).number(1);
    assert_eq!(live(&deletion), Err(Refusal::Clock));
}

#[test]
fn numbers_must_be_short_and_below_53_bits() {
    let client = |bytes: &[u8]| Bytes::default().raw(&[1, 1]).raw(bytes).raw(&[0, 0, 1, 0]);

    assert!(live(&client(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f])).is_ok());
    let over = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
    let padded = [0x87, 0x00];
    let endless = [0x80; 30];
    for bytes in [over.as_slice(), &padded, &endless] {
        assert_eq!(live(&client(bytes)), Err(Refusal::Number), "{bytes:02x?}");
    }
    let value = |bytes: &[u8]| Bytes::one_item(8, |start| start.raw(&[1, 125]).raw(bytes));
    assert!(live(&value(&[0xff, 0xff, 0xff, 0xff, 0x0f])).is_ok());
    assert_eq!(live(&value(&[0xc0, 0x00])), Err(Refusal::Number));
    assert_eq!(live(&value(&[0xff; 12])), Err(Refusal::Number));
}

#[test]
fn text_that_is_not_utf_8_is_refused() {
    let update = Bytes::one_item(4, |bytes| bytes.raw(&[3, 0xed, 0xa0, 0xbd]));

    assert_eq!(live(&update), Err(Refusal::Utf8));
}

#[test]
fn references_to_own_later_items_are_refused() {
    for clock in [3, 4] {
        let origin = Bytes::default().raw(&[1, 1, 7, 3, 0x84, 7, clock, 1, 65, 0]);
        let parent = Bytes::default().raw(&[1, 1, 7, 3, 4, 0, 7, clock, 1, 65, 0]);
        for update in [origin, parent] {
            assert_eq!(live(&update), Err(Refusal::Reference));
        }
    }
}

#[test]
fn an_item_between_an_item_and_itself_is_refused() {
    assert_eq!(live(&Bytes::default().raw(&[1, 1, 7, 3, 0xc4, 5, 1, 5, 1, 1, 65, 0])), Err(Refusal::Reference));
    assert!(live(&Bytes::default().raw(&[1, 1, 7, 3, 0xc4, 5, 1, 5, 2, 1, 65, 0])).is_ok());
}

#[test]
fn a_client_listed_twice_is_refused() {
    let structs = Bytes::default().raw(&[2, 1, 7, 0, 0, 1, 1, 7, 1, 0, 1, 0]);
    let apart = Bytes::default().raw(&[3, 1, 7, 0, 0, 1, 1, 8, 0, 0, 1, 1, 7, 1, 0, 1, 0]);
    let deletions = Bytes::default().raw(&[0, 2, 7, 1, 0, 1, 7, 1, 2, 1]);
    for update in [structs, apart, deletions] {
        assert_eq!(live(&update), Err(Refusal::ClientTwice));
    }
}

#[test]
fn updates_beyond_the_caps_are_refused() {
    let structs = Bytes::default().number(1).number(20_001).raw(&[7, 0]).raw(&[0, 1].repeat(20_001)).raw(&[0]);
    assert_eq!(live(&structs), Err(Refusal::TooMany { what: "structs", limit: 20_000 }));
    let ranges = Bytes::default().raw(&[0, 1, 7]).number(20_001).raw(&[0, 1].repeat(20_001));
    assert_eq!(live(&ranges), Err(Refusal::TooMany { what: "delete ranges", limit: 20_000 }));
    let bytes = Bytes::default().raw(&vec![0; limits::LIVE_BYTES_MAX + 1]);
    assert_eq!(live(&bytes), Err(Refusal::TooLarge { limit: limits::LIVE_BYTES_MAX }));
    let name = Bytes::default().raw(&[1, 1, 7, 0, 4, 1]).text(&"x".repeat(257)).raw(&[1, 65, 0]);
    assert_eq!(live(&name), Err(Refusal::RootName));
    let roots = (0..300).fold(Bytes::default().number(1).number(300).raw(&[7, 0]), |bytes, root| {
        bytes.raw(&[4, 1]).text(&root.to_string()).raw(&[1, 65])
    });
    assert_eq!(live(&roots.raw(&[0])), Err(Refusal::TooMany { what: "top-level types", limit: 256 }));
}

#[test]
fn an_update_in_the_second_encoding_is_refused() {
    let v2 = yrs::Update::EMPTY_V2;

    assert_eq!(check_update(v2, &Caps::live()), Err(Refusal::TrailingBytes));
}

#[test]
fn a_good_state_vector_is_counted() {
    assert_eq!(check_state_vector(&[0]), Ok(0));
    assert_eq!(check_state_vector(&[2, 7, 3, 8, 0]), Ok(2));
    assert_eq!(check_state_vector(&[1, 7, 3, 0]), Err(Refusal::TrailingBytes));
    assert_eq!(check_state_vector(&[]), Err(Refusal::Truncated));
}

#[test]
fn awareness_gives_its_entries() {
    let update = Bytes::default().raw(&[2, 7, 3]).text("{\"user\":{}}").raw(&[9, 4]).text("null");

    let entries = check_awareness(&update.0);

    let present = AwarenessEntry { client: 7, clock: 3, state: Some("{\"user\":{}}") };
    let gone = AwarenessEntry { client: 9, clock: 4, state: None };
    assert_eq!(entries, Ok(vec![present, gone]));
}

#[test]
fn hostile_awareness_is_refused() {
    let entry =
        |clock: u64, state: &str| check_awareness(&Bytes::default().raw(&[1, 7]).number(clock).text(state).0).map(drop);

    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    assert_eq!(entry(1, &deep), Err(Refusal::TooDeep));
    assert_eq!(entry(1, &format!("\"{}\"", "x".repeat(4_095))), Err(Refusal::TooLarge { limit: 4_096 }));
    assert_eq!(entry(1, "{\"a\":}"), Err(Refusal::Json));
    assert_eq!(entry(1, " "), Err(Refusal::Json));
    assert_eq!(entry(u64::from(u32::MAX), "1"), Err(Refusal::Clock));
    let crowd =
        |len| (0..len).fold(Bytes::default().number(len), |bytes, client| bytes.number(client).raw(&[1, 1, b'1']));
    assert_eq!(check_awareness(&crowd(4_096).0).map(|entries| entries.len()), Ok(4_096));
    assert_eq!(check_awareness(&crowd(4_097).0), Err(Refusal::TooMany { what: "awareness entries", limit: 4_096 }));
    assert_eq!(check_awareness(&[2, 7, 1, 1, b'1', 7, 2, 1, b'1']), Err(Refusal::ClientTwice));
}
