//! The bytes of one log row: the updates that one commit group holds for one document, by author.
//!
//! Promises: reading never panics and never allocates by a declared count; what was written reads back byte for byte.
//! The first byte is the format, so that a later format can be told apart. Knows no SQL.
//!
//! ```text
//! row  = format (1)  run*          to the end of the bytes
//! run  = author (varint length, UTF-8)  at_ms (varint)  count (varint)  count × update (varint length, bytes)
//! ```

use bytes::{Buf, Bytes};
use std::collections::HashMap;
use std::sync::Arc;

use super::{Append, LoggedUpdate, Position};
use crate::document::DocumentId;

/// The one format there is.
const FORMAT: u8 = 1;

const CRC: crc::Crc<u32, crc::Table<16>> = crc::Crc::<u32, crc::Table<16>>::new(&crc::CRC_32_ISCSI);

/// The row that a batch makes for one document.
pub(super) struct NewRow<'a> {
    pub(super) document: &'a DocumentId,
    pub(super) body: Vec<u8>,
    pub(super) updates: usize,
    pub(super) at_ms: u64,
}

impl<'a> NewRow<'a> {
    /// One row per document, in the order in which the documents first appear.
    pub(super) fn from_batch(batch: &'a [Append]) -> Vec<Self> {
        let mut places = HashMap::new();
        let mut documents: Vec<Vec<&Append>> = Vec::new();
        for entry in batch {
            let place = *places.entry(entry.document.as_str()).or_insert(documents.len());
            if place == documents.len() {
                documents.push(Vec::new());
            }
            documents[place].push(entry);
        }
        let new_row = |entries: Vec<&'a Append>| Self {
            document: &entries[0].document,
            updates: entries.iter().map(|entry| entry.updates.len()).sum(),
            at_ms: entries.iter().map(|entry| entry.at_ms).max().unwrap_or_default(),
            body: encode(entries),
        };
        documents.into_iter().map(new_row).collect()
    }
}

/// The row that holds these entries, in order.
pub(super) fn encode<'a>(entries: impl IntoIterator<Item = &'a Append>) -> Vec<u8> {
    let mut row = vec![FORMAT];
    // What only tells of the past has no update.
    for entry in entries.into_iter().filter(|entry| !entry.updates.is_empty()) {
        write_run(&mut row, &entry.author, entry.at_ms, &entry.updates);
    }
    row
}

/// The row that holds the updates of one author.
pub(super) fn encode_run(author: &str, at_ms: u64, updates: &[Bytes]) -> Vec<u8> {
    let mut row = vec![FORMAT];
    write_run(&mut row, author, at_ms, updates);
    row
}

/// Appends the updates in a row to `log`.
///
/// # Errors
/// The reason for which the bytes are no row; `log` may hold the updates before the fault.
pub(super) fn decode_into(row: Bytes, log: &mut Vec<LoggedUpdate>) -> Result<(), &'static str> {
    let mut rest = row;
    if rest.is_empty() || rest.get_u8() != FORMAT {
        return Err("unknown row format");
    }
    while !rest.is_empty() {
        let author = read_bytes(&mut rest)?;
        let author: Arc<str> = std::str::from_utf8(&author).map_err(|_| "author is not text")?.into();
        let at_ms = read_varint(&mut rest)?;
        let count = read_varint(&mut rest)?;
        for _ in 0..count {
            // Each turn takes at least one byte or ends the loop, whatever the count claims.
            let update = read_bytes(&mut rest)?;
            log.push(LoggedUpdate { author: author.clone(), at_ms, update });
        }
    }
    Ok(())
}

/// CRC-32C of stored bytes together with where they belong, so that a row that moved is noticed as well.
pub(super) fn checksum(document: &DocumentId, position: Position, body: &[&[u8]]) -> u32 {
    let mut digest = CRC.digest();
    digest.update(document.as_str().as_bytes());
    digest.update(&position.get().to_le_bytes());
    body.iter().for_each(|part| digest.update(part));
    digest.finalize()
}

fn write_run(row: &mut Vec<u8>, author: &str, at_ms: u64, updates: &[Bytes]) {
    write_bytes(row, author.as_bytes());
    write_varint(row, at_ms);
    write_varint(row, updates.len() as u64);
    for update in updates {
        write_bytes(row, update);
    }
}

fn write_bytes(row: &mut Vec<u8>, bytes: &[u8]) {
    write_varint(row, bytes.len() as u64);
    row.extend_from_slice(bytes);
}

fn write_varint(row: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        row.push(value as u8 | 0x80);
        value >>= 7;
    }
    row.push(value as u8);
}

fn read_bytes(rest: &mut Bytes) -> Result<Bytes, &'static str> {
    let length = read_varint(rest)?;
    match usize::try_from(length) {
        Ok(length) if length <= rest.len() => Ok(rest.split_to(length)),
        _ => Err("row ends early"),
    }
}

fn read_varint(rest: &mut Bytes) -> Result<u64, &'static str> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        if rest.is_empty() {
            return Err("row ends early");
        }
        let byte = rest.get_u8();
        if shift == 63 && byte > 1 {
            break;
        }
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err("number too large")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn append(author: &str, at_ms: u64, updates: &[Vec<u8>]) -> Append {
        Append {
            document: DocumentId::parse_open("notes").expect("a valid name"),
            updates: updates.iter().cloned().map(Bytes::from).collect(),
            author: author.into(),
            at_ms,
            events: Vec::new(),
            outcome: None,
        }
    }

    proptest! {
        #[test]
        fn a_row_reads_back_as_it_was_written(runs in proptest::collection::vec(
            (".{0,20}", any::<u64>(), proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..4)), 0..4,
        )) {
            let entries: Vec<Append> = runs.iter().map(|(author, at_ms, updates)| append(author, *at_ms, updates)).collect();

            let mut log = Vec::new();
            decode_into(encode(&entries).into(), &mut log).expect("our own row");

            let expected: Vec<LoggedUpdate> = entries.iter().flat_map(|entry| entry.updates.iter().map(|update| LoggedUpdate {
                author: entry.author.clone(), at_ms: entry.at_ms, update: update.clone(),
            })).collect();
            prop_assert_eq!(log, expected);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut log = Vec::new();
            let _ = decode_into([&[FORMAT], &bytes[..]].concat().into(), &mut log);
            prop_assert!(log.len() <= bytes.len());
        }
    }

    #[test]
    fn a_lying_count_is_refused() {
        let mut log = Vec::new();
        let row = [&[FORMAT, 0, 0][..], &[0xff; 9], &[1]].concat();

        assert_eq!(decode_into(row.into(), &mut log), Err("row ends early"));
    }

    #[test]
    fn a_row_that_moved_has_another_checksum() {
        let document = DocumentId::parse_open("notes").expect("a valid name");

        let here = checksum(&document, Position::new(1), &[b"row"]);
        let there = checksum(&document, Position::new(2), &[b"row"]);

        assert_ne!(here, there);
    }
}
