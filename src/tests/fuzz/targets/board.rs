//! Any bytes as updates to a board: whatever the gate lets in, reading and exporting the board are total, and so are telling
//! what happened and putting right what the update left, as a room does.
#![no_main]

use std::sync::LazyLock;

use calit::board::ROOTS;
use calit::board::check::violations;
use calit::board::history::{Facts, Origin, Touched};
use calit::board::keeper::keep;
use calit::board::value::Stamp;
use calit::document::{ApplyError, Content, Source};
use calit::transfer::export::json;
use calit::transfer::trello::import;
use calit_fuzz::trello::{EXPORT, options};
use calit_fuzz::updates;
use libfuzzer_sys::fuzz_target;
use yrs::{Any, Array as _, Map as _, MapPrelim, TextPrelim, WriteTxn as _, XmlFragment as _, XmlTextPrelim};

static BOARD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let options = options();
    let board = import(EXPORT.as_bytes(), &options).expect("a good file").board;
    let mut content = Content::new(5);
    content.edit(|txn| board.write(txn, &options.stamp)).0.expect("an empty document takes it");
    content.encode_state()
});

fuzz_target!(init: calit_fuzz::start(seeds()), |input: &[u8]| {
    let Some((&choice, rest)) = input.split_first() else { return };
    let base = if choice & 1 == 0 { Some(BOARD.as_slice()) } else { None };
    let mut content = Content::load(9, base.into_iter()).expect("a good board");
    content.watch(&ROOTS);
    let mut facts = content.read(|txn| Facts::read(txn));
    for update in updates::read(rest) {
        if let Err(ApplyError::Broken(_)) = content.apply(update, Source::Live) {
            return;
        }
        observe_and_keep(&mut content, &mut facts);
    }
    let (exported, found) = content.read(|txn| (json(txn), violations(txn)));
    let again = Content::load(9, std::iter::once(content.encode_state().as_slice())).expect("what was let in");
    assert_eq!(again.read(|txn| (json(txn), violations(txn))), (exported, found));
});

fn observe_and_keep(content: &mut Content, facts: &mut Facts) {
    let (member, server) = (Stamp::new(1_000, "usr_fuzz"), Stamp::new(1_000, "server"));
    let touched = touched(content);
    let observed = content.read(|txn| facts.observe(txn, &touched, &member, Origin::Member));
    content.edit(|txn| keep(txn, facts, &observed.before, &touched, &server));
    let repaired = self::touched(content);
    content.read(|txn| facts.observe(txn, &repaired, &server, Origin::Server));
}

fn touched(content: &mut Content) -> Touched {
    let parts = content.take_touched();
    Touched::from_parts(parts.iter().map(|(root, key)| (*root, &**key)))
}

/// Edits of the board, and boards out of nothing with every part of the wrong kind.
fn seeds() -> Vec<Vec<u8>> {
    let mut client = Content::load(6, std::iter::once(BOARD.as_slice())).expect("a good board");
    let mut log = Vec::new();
    for key in ["position", "title", "deleted", "description", "assignees", "points", "ext"] {
        let edit = client.edit(|txn| {
            if let Some(yrs::Out::YMap(card)) = txn.get_or_insert_map("cards").get(txn, "c3") {
                card.insert(txn, key, Any::from("plain"));
            }
        });
        log.extend(edit.1);
    }
    let mut odd = Content::new(6);
    let mut odd_log = Vec::new();
    for root in ["meta", "columns", "cards", "labels", "sprints"] {
        odd_log.extend(odd.edit(|txn| txn.get_or_insert_array(root).push_back(txn, Any::from(1))).1);
        odd_log.extend(
            odd.edit(|txn| {
                let part = txn.get_or_insert_map(root).insert(txn, "part", MapPrelim::default());
                part.insert(txn, "title", TextPrelim::new("title"));
                part.insert(txn, "rank", Any::from("a0"));
                part.insert(txn, "deleted", Any::from(true));
            })
            .1,
        );
        odd_log.extend(
            odd.edit(|txn| drop(txn.get_or_insert_xml_fragment(root).push_back(txn, XmlTextPrelim::new("x")))).1,
        );
    }
    [(0, log), (1, odd_log.clone()), (0, odd_log)].map(|(choice, log)| updates::write(choice, &log)).to_vec()
}
