//! Stock Yjs 13 against the document core: what real clients make passes the gate, applies to an equal document, and
//! what the core saves reads back in Yjs as it was.

use std::io::Write as _;
use std::process::{Command, Stdio};

use calit::document::{Applied, ApplyError, Content, Source};
use serde::{Deserialize, Serialize};
use yrs::{GetString, ReadTxn};

use crate::harness::node;

/// Documents per run; each has about 20–150 updates and takes some 15 ms in all.
const DOCUMENTS: u32 = 150;
/// Any other number tries other documents.
const FIRST_SEED: u32 = 1;

/// One line of `corpus.mjs make`.
#[derive(Deserialize)]
struct Document {
    seed: u32,
    updates: Vec<Sent>,
    state: String,
    text: String,
    view: String,
}

#[derive(Deserialize)]
struct Sent {
    source: String,
    hex: String,
}

/// One line for `corpus.mjs read`.
#[derive(Serialize)]
struct Saved {
    seed: u32,
    state: String,
    view: String,
}

#[test]
fn documents_of_stock_yjs_are_taken_as_they_are_and_given_back() {
    let saved: Vec<Saved> = make().into_iter().map(take).collect();

    read_back(&saved);
}

/// Plays the updates into a document as a room does.
fn take(document: Document) -> Saved {
    let seed = document.seed;
    let mut content = Content::new(7);
    for (index, sent) in document.updates.iter().enumerate() {
        let source = if sent.source == "sync" { Source::Sync } else { Source::Live };
        let applied = apply(&mut content, &unhex(&sent.hex), source);
        assert!(applied.is_ok(), "seed {seed}, update {index}: {applied:?}\n{}", sent.hex);
    }
    let yjs_state = unhex(&document.state);
    let loaded = Content::load(7, std::iter::once(yjs_state.as_slice())).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
    let text = content.read(|txn| txn.get_text("text").map(|text| text.get_string(txn)).unwrap_or_default());
    let state = content.encode_state();

    assert_eq!(content.digest(), loaded.digest(), "seed {seed}");
    assert_eq!(Content::verify_snapshot(&state), Ok(content.digest()), "seed {seed}");
    assert_eq!(text, document.text, "seed {seed}");
    Saved { seed, state: hex(&state), view: document.view }
}

/// Applies an update, and twice more: known updates must change nothing, from either source.
fn apply(content: &mut Content, update: &[u8], source: Source) -> Result<(), ApplyError> {
    content.apply(update, source)?;
    for source in [Source::Live, Source::Sync] {
        assert_eq!(content.apply(update, source), Ok(Applied::Nothing));
    }
    Ok(())
}

fn make() -> Vec<Document> {
    let made = node(&["make", &FIRST_SEED.to_string(), &DOCUMENTS.to_string()], "");
    made.lines().map(|line| serde_json::from_str(line).expect("a line of the corpus")).collect()
}

fn read_back(saved: &[Saved]) {
    let lines: Vec<String> = saved.iter().map(|line| serde_json::to_string(line).expect("plain strings")).collect();
    node(&["read"], &(lines.join("\n") + "\n"));
}

/// Runs the Node script to its end; its failure is the test's.
fn node(arguments: &[&str], input: &str) -> String {
    let folder = node::install("yjs-corpus");
    let mut child = Command::new("node")
        .arg("corpus.mjs")
        .args(arguments)
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("Node 20 or later is installed");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("the script reads all of its input");
    drop(stdin);
    let output = child.wait_with_output().expect("the script ends");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "corpus.mjs failed:\n{printed}");
    printed
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits");
    (0..text.len()).step_by(2).map(digits).collect()
}
