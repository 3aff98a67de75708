//! Any bytes as a table, with any mapping: what is imported makes a document that passes the gate and keeps the rules of a board, and
//! the table that it goes out as comes in again.
#![no_main]

use calit::board::Board;
use calit::board::check::violations;
use calit::board::value::Stamp;
use calit::document::{Caps, Content, check_update};
use calit::transfer::csv::{Field, ImportId, Mapping, Options, preview, read};
use calit::transfer::export;
use libfuzzer_sys::fuzz_target;

/// The first byte chooses the mapping: the guessed one, or each column the next field.
const FIELDS: [Field; 15] = [
    Field::Title,
    Field::Description,
    Field::Column,
    Field::Type,
    Field::Points,
    Field::Priority,
    Field::Assignee,
    Field::Label,
    Field::Start,
    Field::Due,
    Field::Number,
    Field::Sprint,
    Field::Comment,
    Field::Checklist,
    Field::Ignore,
];

const JIRA: &str = "\u{1}\u{feff}Summary,Issue key,Issue Type,Status,Priority,Assignee,Sprint,Sprint,Labels,Story Points,Due date,Comment\r\n\
    Sign in,CAL-7,Story,In Progress,Major,Ada,S 1,\"S 2, late\",ui,3.0,24/Nov/26 9:30 AM,\"24/Nov/26 10:00 AM;Ada;second; and last\"\r\n\
    Crash,CAL-8,Bug,Done,Blocker,,,,ui,NULL,2026. 11. 24. \u{c624}\u{d6c4} 3:20,\r\n";
const OWN: &str = "\u{0}title;checklist;labels\n\"a;b\";\"- [x] one\n[ ] two\";x\\,y, z\n'=1;;\n";

fuzz_target!(init: calit_fuzz::start([JIRA.into(), OWN.into()]), |input: &[u8]| {
    let Some((&choice, file)) = input.split_first() else { return };
    let Ok(preview) = preview(file) else { return };
    let suggested = preview.columns.iter().filter_map(|column| Some((column.index, column.field?)));
    let turned = (0..preview.columns.len()).map(|index| (index, FIELDS[(index + usize::from(choice)) % FIELDS.len()]));
    let mapping: Mapping = if choice & 1 == 0 { turned.collect() } else { suggested.collect() };
    let Some(content) = imported(file, &mapping) else { return };
    let table = content.read(|txn| export::csv(&Board::read(txn)));
    let header: Vec<String> = calit::transfer::csv::preview(&table).expect("our own table").columns.into_iter().map(|column| column.name).collect();
    let again = imported(&table, &Mapping::guessed(&header)).expect("our own table");
    assert_eq!(again.read(|txn| Board::read(txn)).cards.len(), content.read(|txn| Board::read(txn)).cards.len());
});

/// The document of an import, checked as the server checks a client's.
fn imported(file: &[u8], mapping: &Mapping) -> Option<Content> {
    let import = ImportId::parse("imp").expect("a name");
    let stamp = Stamp::new(1_795_484_520_000, "usr_importer");
    let options = Options { board_name: "Fuzz".to_owned(), import, stamp: stamp.clone(), into: None };
    let (draft, report) = read(file, mapping, &options).ok()?;
    let _ = report.to_string();
    let mut content = Content::new(9);
    for batch in draft.batches() {
        let (written, update) = content.edit(|txn| batch.write(txn, &stamp));
        written.expect("an import does not contradict itself");
        if let Some(update) = update {
            check_update(&update, &Caps::sync()).expect("what a client may send, too");
        }
    }
    assert_eq!(content.read(|txn| violations(txn)), []);
    Some(content)
}
