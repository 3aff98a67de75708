//! Edits as our app makes them, built before anything is measured: typing into a card's title, moving a card, and a
//! whole board of many cards.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use bytes::Bytes;
use client_protocol::frame::ClientMessage;
use client_protocol::varint;
use yrs::types::text::TextPrelim;
use yrs::updates::decoder::Decode as _;
use yrs::{Any, Doc, In, Map, MapPrelim, MapRef, Text, TextRef, Transact as _, Update, WriteTxn as _, any};

use crate::process::resident_bytes;
use crate::socket::framed;

/// A letter's place in a text, and a place on a board, as people make them.
const WORDS: [&str; 8] = ["deploy ", "the ", "gate ", "on ", "Friday ", "after ", "review ", "회의 "];

/// Time of the first edit, in milliseconds: any will do, but it must be the same in each run.
const EPOCH_MS: f64 = 1_790_000_000_000.0;

/// One person with a copy of a document, who types a title and moves a card by turns.
pub(crate) struct Editor {
    /// This person's copy.
    pub(crate) doc: Doc,
    client: u64,
    card: String,
    edits: usize,
}

impl Editor {
    /// A person with an empty copy and a card of their own.
    pub(crate) fn new(client: u64) -> Self {
        Self { doc: Doc::with_client_id(client), client, card: format!("c{client:0>11}"), edits: 0 }
    }

    /// The next edit: the card first, then words typed and moves in turn. Returns the update.
    pub(crate) fn edit(&mut self) -> Vec<u8> {
        let mut txn = self.doc.transact_mut();
        let cards = txn.get_or_insert_map("cards");
        let card = cards.get(&txn, &self.card).and_then(|card| card.cast::<MapRef>().ok());
        match card {
            None => add_card(&mut txn, &cards, &self.card, self.client, self.edits),
            Some(card) if self.edits.is_multiple_of(2) => {
                if let Some(position) = card.get(&txn, "position").and_then(|position| position.cast::<MapRef>().ok()) {
                    position.insert(&mut txn, self.client.to_string(), place(self.client, self.edits));
                }
            }
            Some(card) => {
                if let Some(title) = card.get(&txn, "title").and_then(|title| title.cast::<TextRef>().ok()) {
                    title.push(&mut txn, WORDS[self.edits / 2 % WORDS.len()]);
                }
            }
        }
        self.edits += 1;
        txn.encode_update_v1()
    }

    /// The next `count` edits, each framed for the wire.
    pub(crate) fn frames(&mut self, count: usize) -> Vec<Bytes> {
        (0..count).map(|_| update_frame(self.edit())).collect()
    }
}

/// An update in a frame for the wire.
pub(crate) fn update_frame(update: Vec<u8>) -> Bytes {
    framed(&ClientMessage::Update(update.into())).into()
}

/// The nine bytes of text that name a person.
fn user(client: u64) -> String {
    format!("usr_{client:0>20}")
}

pub(crate) fn place(client: u64, edit: usize) -> Any {
    let rank = format!("a{}V", edit % 62);
    let column = format!("col{:0>9}", edit % 5);
    any!({ "column": column, "lane": null, "rank": rank, "at": (EPOCH_MS + edit as f64), "by": (user(client)) })
}

/// A card with eight fields.
pub(crate) fn add_card(txn: &mut yrs::TransactionMut<'_>, cards: &MapRef, id: &str, client: u64, number: usize) {
    let title = format!("{}{}{}{number}", WORDS[number % 8], WORDS[number / 8 % 8], WORDS[number / 64 % 8]);
    let position: MapPrelim = [(client.to_string(), place(client, number))].into_iter().collect();
    let assignees: MapPrelim = [(user(client), true)].into_iter().collect();
    let labels: MapPrelim = [(format!("lab{}", number % 12), true)].into_iter().collect();
    let created = any!({ "at": (EPOCH_MS + number as f64), "by": (user(client)) });
    let fields: [(&str, In); 8] = [
        ("type", "task".into()),
        ("title", TextPrelim::new(title).into()),
        ("position", position.into()),
        ("points", (number as f64 % 8.0).into()),
        ("priority", "high".into()),
        ("created", created.into()),
        ("assignees", assignees.into()),
        ("labels", labels.into()),
    ];
    let card: MapPrelim = fields.into_iter().collect();
    cards.insert(txn, id, card);
}

/// A card with eight plain fields.
fn add_plain_card(txn: &mut yrs::TransactionMut<'_>, cards: &MapRef, id: String, client: u64, number: usize) {
    let fields: [(&str, Any); 8] = [
        ("type", "task".into()),
        ("title", format!("Card {number}: {}{}", WORDS[number % 8], WORDS[number / 8 % 8]).into()),
        ("description", format!("{} {number}", WORDS.concat()).into()),
        ("column", format!("col{:0>9}", number % 5).into()),
        ("rank", format!("a{number}V").into()),
        ("points", (number as f64 % 8.0).into()),
        ("priority", "high".into()),
        ("assignee", user(client).into()),
    ];
    let card: MapPrelim = fields.into_iter().collect();
    cards.insert(txn, id, card);
}

/// What a card of a large board is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Eight plain values: the document of the reference's figures.
    Plain,
    /// Eight fields as our app writes them: four of them are shared types of their own.
    Schema,
}

/// A board of `cards` cards by `authors` people, as one update of each.
pub(crate) fn board(shape: Shape, cards: usize, authors: usize) -> Vec<Vec<u8>> {
    let share = cards / authors;
    let author = |author: usize| {
        let client = 1_000_000 + author as u64;
        let doc = Doc::with_client_id(client);
        let mut txn = doc.transact_mut();
        let map = txn.get_or_insert_map("cards");
        for number in author * share..(author + 1) * share {
            let id = format!("card{number:0>8}");
            match shape {
                Shape::Plain => add_plain_card(&mut txn, &map, id, client, number),
                Shape::Schema => add_card(&mut txn, &map, &id, client, number),
            }
        }
        txn.encode_update_v1()
    };
    (0..authors).map(author).collect()
}

/// An awareness update of one person, framed: what our app says about itself.
pub(crate) fn presence_frame(client: u64, clock: u64) -> Bytes {
    let state = format!(
        "{{\"user\":{{\"id\":\"{}\",\"name\":\"Guest {client}\",\"color\":{}}},\"focus\":{{\"card\":\"card{:0>8}\"}},\
         \"drag\":null,\"idle\":false,\"since\":1790000000000}}",
        user(client),
        client % 12 + 1,
        clock % 5000
    );
    let mut update = Vec::new();
    for number in [1, client, clock] {
        varint::write(&mut update, number);
    }
    varint::write_bytes(&mut update, state.as_bytes());
    framed(&ClientMessage::Awareness(update.into())).into()
}

/// What `loadtest decode` is told.
#[derive(clap::Args)]
pub(crate) struct DecodeArguments {
    /// A file of v1 updates, each behind its length as in the wire's varBytes.
    file: PathBuf,
}

/// Writes the file that [`decode`] reads.
pub(crate) fn write_updates<'a>(file: &Path, updates: impl Iterator<Item = &'a [u8]>) -> std::io::Result<()> {
    let mut out = Vec::new();
    updates.for_each(|update| varint::write_bytes(&mut out, update));
    std::fs::write(file, out)
}

/// Copies of the document that are loaded. What loading needs for a moment is part of the first one's memory only.
const COPIES: usize = 3;

/// Prints how long yrs alone takes to load a document (milliseconds), and what one more of them holds then (bytes).
pub(crate) fn decode(arguments: &DecodeArguments) -> anyhow::Result<()> {
    let file = Bytes::from(std::fs::read(&arguments.file).context("cannot read the document")?);
    let (mut docs, mut millis, mut resident) = (Vec::new(), f64::MAX, Vec::new());
    for _ in 0..COPIES {
        let started = Instant::now();
        docs.push(load(file.clone())?);
        millis = millis.min(started.elapsed().as_secs_f64() * 1000.0);
        resident.push(resident_bytes("self")?);
    }
    println!("{millis} {}", (resident[COPIES - 1] - resident[0]) / (COPIES as u64 - 1));
    Ok(())
}

fn load(mut file: Bytes) -> anyhow::Result<Doc> {
    let doc = Doc::with_client_id(1);
    while let Some(update) = varint::read_bytes(&mut file) {
        doc.transact_mut().apply_update(Update::decode_v1(&update)?)?;
    }
    Ok(doc)
}

#[cfg(test)]
mod tests {
    use yrs::ReadTxn as _;
    use yrs::types::ToJson as _;

    use super::*;

    #[test]
    fn edits_are_small_and_another_copy_takes_them() {
        let mut editor = Editor::new(77);
        let copy = Doc::with_client_id(1);
        let mut sizes = Vec::new();
        for _ in 0..100 {
            let update = editor.edit();
            sizes.push(update.len());
            let update = Update::decode_v1(&update).expect("yrs reads what it wrote");
            copy.transact_mut().apply_update(update).expect("nothing is missing");
        }

        let mean = sizes[1..].iter().sum::<usize>() / 99;
        assert!((30..110).contains(&mean), "{mean}");
        let cards = |doc: &Doc| {
            let txn = doc.transact();
            txn.get_map("cards").map(|cards| cards.to_json(&txn))
        };
        assert_eq!(cards(&copy), cards(&editor.doc));
    }

    #[test]
    fn a_board_of_5000_cards_has_the_size_of_the_reference() {
        let bytes: usize = board(Shape::Plain, 5_000, 20).iter().map(Vec::len).sum();

        assert!((1_300_000..1_600_000).contains(&bytes), "{bytes}");
    }
}
