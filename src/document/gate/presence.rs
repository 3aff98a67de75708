//! The small messages: state vectors and awareness updates.

use std::collections::HashSet;

use super::Refusal;
use super::cursor::Cursor;
use super::value::check_json;
use crate::document::limits::{AWARENESS_ENTRIES_MAX, AWARENESS_STATE_BYTES_MAX, STATE_VECTOR_CLIENTS_MAX};

/// Client and clock.
const STATE_VECTOR_ENTRY_BYTES_MIN: usize = 2;
/// Client, clock, length of the state, and a state of one digit.
const AWARENESS_ENTRY_BYTES_MIN: usize = 4;

/// The presence of one client, as it says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AwarenessEntry<'a> {
    /// The client's id in the document.
    pub client: u64,
    /// Grows with each change; below 2^31.
    pub clock: u32,
    /// The state as JSON, or nothing when the client has left.
    pub state: Option<&'a str>,
}

/// Checks a state vector and says how many clients it names.
///
/// # Errors
/// The first reason not to take it.
pub fn check_state_vector(bytes: &[u8]) -> Result<usize, Refusal> {
    let mut cursor = Cursor::new(bytes);
    let count = cursor.count(STATE_VECTOR_ENTRY_BYTES_MIN)?;
    if count > STATE_VECTOR_CLIENTS_MAX {
        return Err(Refusal::TooMany { what: "clients", limit: STATE_VECTOR_CLIENTS_MAX });
    }
    for _ in 0..count {
        cursor.client()?;
        cursor.clock()?;
    }
    cursor.end()?;
    Ok(count)
}

/// Checks an awareness update and gives its entries.
///
/// # Errors
/// The first reason not to take it.
pub fn check_awareness(bytes: &[u8]) -> Result<Vec<AwarenessEntry<'_>>, Refusal> {
    let mut cursor = Cursor::new(bytes);
    let count = cursor.count(AWARENESS_ENTRY_BYTES_MIN)?;
    if count > AWARENESS_ENTRIES_MAX {
        return Err(Refusal::TooMany { what: "awareness entries", limit: AWARENESS_ENTRIES_MAX });
    }
    let (mut entries, mut clients) = (Vec::with_capacity(count), HashSet::with_capacity(count));
    for _ in 0..count {
        let entry = awareness_entry(&mut cursor)?;
        if !clients.insert(entry.client) {
            return Err(Refusal::ClientTwice);
        }
        entries.push(entry);
    }
    cursor.end()?;
    Ok(entries)
}

fn awareness_entry<'a>(cursor: &mut Cursor<'a>) -> Result<AwarenessEntry<'a>, Refusal> {
    let (client, clock) = (cursor.client()?, cursor.clock()?);
    let state = cursor.text()?;
    if state.len() > AWARENESS_STATE_BYTES_MAX {
        return Err(Refusal::TooLarge { limit: AWARENESS_STATE_BYTES_MAX });
    }
    if state.trim() == "null" {
        return Ok(AwarenessEntry { client, clock, state: None });
    }
    check_json(state)?;
    Ok(AwarenessEntry { client, clock, state: Some(state) })
}
