//! Any bytes as a Trello export: what is imported makes a document that passes the gate, keeps the rules of a board,
//! saves and loads; its history replays without a panic.
#![no_main]

use calit::board::check::violations;
use calit::board::edit::Editor;
use calit::document::{Caps, Content, check_update};
use calit::transfer::export::json;
use calit::transfer::replay::Replay;
use calit::transfer::trello::import;
use calit_fuzz::trello::{EXPORT, options};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: calit_fuzz::start([EXPORT.into()]), |input: &[u8]| {
    let options = options();
    let Ok(imported) = import(input, &options) else { return };
    let _ = imported.report.to_string();
    let mut content = Content::new(9);
    for batch in imported.board.batches() {
        let (written, update) = content.edit(|txn| batch.write(txn, &options.stamp));
        written.expect("an import does not contradict itself");
        if let Some(update) = update {
            check_update(&update, &Caps::sync()).expect("what a client may send, too");
        }
    }
    assert_eq!(content.read(|txn| violations(txn)), []);
    content.read(|txn| json(txn));
    assert_eq!(Content::verify_snapshot(&content.encode_state()), Ok(content.digest()));
    replay(input);
});

fn replay(input: &[u8]) {
    let replay = Replay::read(input, &options()).expect("what was imported");
    let mut content = Content::new(9);
    content.edit(|txn| replay.start.write(txn, &replay.started)).0.expect("a start does not contradict itself");
    for step in &replay.steps {
        let stamp = calit::board::value::Stamp::new(step.at_ms, step.actor.as_str());
        let _ = content.edit(|txn| step.apply(&mut Editor::new(txn, stamp)));
    }
    content.read(|txn| violations(txn));
}
