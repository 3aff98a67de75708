//! Properties over random edits and random damage: honest updates pass unchanged, damaged ones never break a document.

use proptest::prelude::*;
use yrs::types::Attrs;
use yrs::{
    Any, Array, ArrayPrelim, In, Map, MapPrelim, ReadTxn as _, Text, TextPrelim, TransactionMut, WriteTxn, Xml,
    XmlElementPrelim, XmlFragment, XmlOut, XmlTextPrelim,
};

use super::*;

const CLIENTS: usize = 3;
const SERVER: u64 = 9;

/// One thing that a client does. Positions are taken modulo what is there.
#[derive(Debug, Clone)]
enum Edit {
    Type { at: u32, text: String },
    Format { at: u32, len: u32, value: Value },
    Embed { at: u32, value: Value },
    Erase { at: u32, len: u32 },
    Push { value: Value },
    Insert { at: u32, nested: bool },
    Remove { at: u32 },
    Set { key: u8, value: Value },
    SetNested { key: u8 },
    WriteNested { key: u8, value: Value },
    Unset { key: u8 },
    Paragraph { at: u32, text: String },
    Attribute { at: u32, value: String },
    RemoveParagraph { at: u32 },
}

type Value = u8;

fn plain(value: Value) -> Any {
    match value % 9 {
        0 => Any::Null,
        1 => Any::Undefined,
        2 => Any::from(true),
        3 => Any::from(i64::from(value) << 40),
        4 => Any::from(f64::from(value) / 3.0),
        5 => Any::from("회의 🙂"),
        6 => Any::from(vec![1_u8, 2, 3]),
        7 => Any::from(vec![Any::Null, Any::from(-1), Any::from(vec![Any::from("x")])]),
        _ => Any::from_json(r#"{"a":{"b":[1,2.5,null]},"__proto__":"x"}"#).expect("JSON"),
    }
}

/// What rich text may carry: JSON.
fn json(value: Value) -> Any {
    match value % 3 {
        0 => Any::Null,
        1 => Any::from(true),
        _ => Any::from_json(r#"{"href":"https://calit.dev/","n":[1,2]}"#).expect("JSON"),
    }
}

fn edits() -> impl Strategy<Value = Edit> {
    let text = "[a-z🙂회é \n]{1,8}";
    let at = 0..200_u32;
    prop_oneof![
        4 => (at.clone(), text).prop_map(|(at, text)| Edit::Type { at, text }),
        1 => (at.clone(), 1..9_u32, any::<u8>()).prop_map(|(at, len, value)| Edit::Format { at, len, value }),
        1 => (at.clone(), any::<u8>()).prop_map(|(at, value)| Edit::Embed { at, value }),
        2 => (at.clone(), 1..9_u32).prop_map(|(at, len)| Edit::Erase { at, len }),
        1 => any::<u8>().prop_map(|value| Edit::Push { value }),
        2 => (at.clone(), any::<bool>()).prop_map(|(at, nested)| Edit::Insert { at, nested }),
        1 => at.clone().prop_map(|at| Edit::Remove { at }),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(key, value)| Edit::Set { key, value }),
        2 => any::<u8>().prop_map(|key| Edit::SetNested { key }),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(key, value)| Edit::WriteNested { key, value }),
        1 => any::<u8>().prop_map(|key| Edit::Unset { key }),
        2 => (at.clone(), text).prop_map(|(at, text)| Edit::Paragraph { at, text }),
        1 => (at.clone(), text).prop_map(|(at, value)| Edit::Attribute { at, value }),
        1 => at.prop_map(|at| Edit::RemoveParagraph { at }),
    ]
}

fn perform(edit: &Edit, txn: &mut TransactionMut<'_>) {
    match edit {
        Edit::Type { .. } | Edit::Format { .. } | Edit::Embed { .. } | Edit::Erase { .. } => edit_text(edit, txn),
        Edit::Push { .. } | Edit::Insert { .. } | Edit::Remove { .. } => edit_list(edit, txn),
        Edit::Set { .. } | Edit::SetNested { .. } | Edit::WriteNested { .. } | Edit::Unset { .. } => {
            edit_map(edit, txn)
        }
        Edit::Paragraph { .. } | Edit::Attribute { .. } | Edit::RemoveParagraph { .. } => edit_xml(edit, txn),
    }
}

fn edit_text(edit: &Edit, txn: &mut TransactionMut<'_>) {
    let text = txn.get_or_insert_text("text");
    let len = text.len(txn);
    match edit {
        Edit::Type { at, text: typed } => text.insert(txn, at % (len + 1), typed),
        Edit::Embed { at, value } => drop(text.insert_embed(txn, at % (len + 1), json(*value))),
        Edit::Format { at, len: part, value } if at + part <= len => {
            text.format(txn, *at, *part, Attrs::from([("bold".into(), json(*value))]));
        }
        Edit::Erase { at, len: part } if at + part <= len => text.remove_range(txn, *at, *part),
        _ => {}
    }
}

fn edit_list(edit: &Edit, txn: &mut TransactionMut<'_>) {
    let list = txn.get_or_insert_array("list");
    let len = list.len(txn);
    match edit {
        Edit::Push { value } => drop(list.push_back(txn, plain(*value))),
        Edit::Insert { at, nested: true } => {
            let inner = list.insert(txn, at % (len + 1), ArrayPrelim::from([1, 2]));
            inner.push_back(txn, TextPrelim::new("inner"));
        }
        Edit::Insert { at, nested: false } => list.insert_range(txn, at % (len + 1), [Any::from(1), Any::from("2")]),
        Edit::Remove { at } if len > 0 => list.remove(txn, at % len),
        _ => {}
    }
}

fn edit_map(edit: &Edit, txn: &mut TransactionMut<'_>) {
    let map = txn.get_or_insert_map("map");
    let name = |key: u8| format!("k{}", key % 4);
    match edit {
        Edit::Set { key, value } => drop(map.insert(txn, name(*key), plain(*value))),
        Edit::SetNested { key } => drop(map.insert(txn, name(*key), MapPrelim::from([("n", In::from(1))]))),
        Edit::WriteNested { key, value } => {
            if let Some(yrs::Out::YMap(inner)) = map.get(txn, &name(*key)) {
                inner.insert(txn, name(*value), MapPrelim::default());
            }
        }
        Edit::Unset { key } => drop(map.remove(txn, &name(*key))),
        _ => {}
    }
}

fn edit_xml(edit: &Edit, txn: &mut TransactionMut<'_>) {
    let xml = txn.get_or_insert_xml_fragment("xml");
    let len = xml.len(txn);
    match edit {
        Edit::Paragraph { at, text } => {
            let paragraph = xml.insert(txn, at % (len + 1), XmlElementPrelim::empty("paragraph"));
            paragraph.push_back(txn, XmlTextPrelim::new(text.as_str()));
        }
        Edit::Attribute { at, value } if len > 0 => {
            if let Some(XmlOut::Element(paragraph)) = xml.get(txn, at % len) {
                paragraph.insert_attribute(txn, "level", value.as_str());
            }
        }
        Edit::RemoveParagraph { at } if len > 0 => xml.remove_range(txn, at % len, 1),
        _ => {}
    }
}

/// Several clients that edit and, now and then, catch up: the log of a server that saw every update first.
fn history(script: &[(usize, bool, Edit)]) -> Vec<Vec<u8>> {
    let mut clients: Vec<Content> = (1..=CLIENTS as u64).map(Content::new).collect();
    let mut seen = [0; CLIENTS];
    let mut log: Vec<Vec<u8>> = Vec::new();
    for (client, catches_up, edit) in script {
        if *catches_up {
            for update in &log[seen[*client]..] {
                clients[*client].apply(update, Source::Live).expect("an update of the log");
            }
            seen[*client] = log.len();
        }
        log.extend(clients[*client].edit(|txn| perform(edit, txn)).1);
    }
    log
}

fn scripts() -> impl Strategy<Value = Vec<(usize, bool, Edit)>> {
    prop::collection::vec((0..CLIENTS, any::<bool>(), edits()), 1..40)
}

fn server_of(log: &[Vec<u8>]) -> Content {
    let mut server = Content::new(SERVER);
    for update in log {
        server.apply(update, Source::Live).expect("an update of the log");
    }
    server
}

/// What happened to some bytes on their way.
#[derive(Debug, Clone)]
enum Damage {
    Flip { at: usize, bits: u8 },
    Insert { at: usize, byte: u8 },
    Remove { at: usize, len: usize },
    Repeat { at: usize, len: usize },
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let at = 0..1_000_usize;
    let damage = prop_oneof![
        4 => (at.clone(), 1..=255_u8).prop_map(|(at, bits)| Damage::Flip { at, bits }),
        2 => (at.clone(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert { at, byte }),
        1 => (at.clone(), 1..8_usize).prop_map(|(at, len)| Damage::Remove { at, len }),
        1 => (at, 1..16_usize).prop_map(|(at, len)| Damage::Repeat { at, len }),
    ];
    prop::collection::vec(damage, 1..4)
}

fn damaged(update: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut bytes = update.to_vec();
    for damage in damages {
        let len = bytes.len().max(1);
        match *damage {
            Damage::Flip { at, bits } => {
                if let Some(byte) = bytes.get_mut(at % len) {
                    *byte ^= bits;
                }
            }
            Damage::Insert { at, byte } => bytes.insert(at % len, byte),
            Damage::Remove { at, len: part } => drop(bytes.drain(at % len..(at % len + part).min(bytes.len()))),
            Damage::Repeat { at, len: part } => {
                let part = bytes[at % len..(at % len + part).min(bytes.len())].to_vec();
                bytes.splice(at % len..at % len, part);
            }
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
    bytes
}

/// Applies bytes of any kind; whatever comes of it, what the content then holds can be saved and loaded.
fn apply_anything(server: &mut Content, bytes: &[u8], source: Source) -> Result<(), TestCaseError> {
    let before = server.digest();
    match server.apply(bytes, source) {
        Ok(Applied::Changed { relay, .. }) => {
            if let Some(delta) = relay {
                prop_assert!(check_update(&delta, &Caps::sync()).is_ok());
            }
            let state = server.encode_state();
            prop_assert_eq!(Content::verify_snapshot(&state), Ok(server.digest()));
            let vector = server.state_vector();
            prop_assert!(check_state_vector(&vector).is_ok());
            prop_assert!(server.diff_since(&vector).is_ok());
        }
        Ok(Applied::Nothing) | Err(ApplyError::Refused(_) | ApplyError::Gap) => {
            prop_assert_eq!(server.digest(), before)
        }
        Err(ApplyError::Broken(reason)) => {
            return Err(TestCaseError::fail(format!("broken by {bytes:02x?}: {reason}")));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn honest_edits_pass_and_survive_saving(script in scripts()) {
        let log = history(&script);

        let server = server_of(&log);

        let state = server.encode_state();
        prop_assert_eq!(Content::verify_snapshot(&state), Ok(server.digest()));
        let replayed = Content::load(SERVER, log.iter().map(Vec::as_slice)).expect("a good log");
        prop_assert_eq!(replayed.digest(), server.digest());
    }

    #[test]
    fn a_sync_brings_what_is_missing_and_nothing_else(script in scripts(), known in any::<prop::sample::Index>()) {
        let log = history(&script);
        let full = server_of(&log);
        let mut behind = server_of(&log[..known.index(log.len() + 1)]);
        let mut twin = Content::load(SERVER, std::iter::once(behind.encode_state().as_slice())).expect("a good snapshot");

        let diff = full.diff_since(&behind.state_vector()).expect("a good state vector");
        let applied = behind.apply(&diff, Source::Sync);

        prop_assert_eq!(behind.digest(), full.digest());
        if let Ok(Applied::Changed { relay: Some(delta), .. }) = applied {
            twin.apply(&delta, Source::Live).expect("what was new");
        } else {
            prop_assert_eq!(applied, Ok(Applied::Nothing));
        }
        prop_assert_eq!(twin.digest(), full.digest());
        prop_assert_eq!(behind.apply(&full.encode_state(), Source::Sync), Ok(Applied::Nothing));
    }

    #[test]
    fn what_comes_too_early_is_a_gap_and_nothing_else(script in scripts(), lost in any::<prop::sample::Index>()) {
        let log = history(&script);
        if log.is_empty() {
            return Ok(());
        }
        let lost = lost.index(log.len());
        let mut server = server_of(&log[..lost]);

        for update in &log[lost + 1..] {
            match server.apply(update, Source::Live) {
                Ok(_) | Err(ApplyError::Gap) => {}
                Err(error) => return Err(TestCaseError::fail(error.to_string())),
            }
            prop_assert!(!server.read(|txn| txn.has_missing_updates()));
        }
        for update in &log {
            server.apply(update, Source::Live).expect("all in order");
        }

        prop_assert_eq!(server.digest(), server_of(&log).digest());
    }

    #[test]
    fn damaged_updates_never_break_a_document(
        script in scripts(),
        victim in any::<prop::sample::Index>(),
        damages in damages(),
    ) {
        let log = history(&script);
        if log.is_empty() {
            return Ok(());
        }
        let victim = victim.index(log.len());
        let bytes = damaged(&log[victim], &damages);

        let mut before = server_of(&log[..victim]);
        apply_anything(&mut before, &bytes, Source::Live)?;
        let mut after = server_of(&log);
        apply_anything(&mut after, &bytes, Source::Sync)?;
        let state = damaged(&after.encode_state(), &damages);
        apply_anything(&mut Content::new(SERVER), &state, Source::Sync)?;
    }

    #[test]
    fn random_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = check_update(&bytes, &Caps::stored());
        let _ = check_state_vector(&bytes);
        let _ = check_awareness(&bytes);
        apply_anything(&mut Content::new(SERVER), &bytes, Source::Live)?;
    }
}
