//! The record of a sprint, out of what the store kept of it.

use crate::board::history::What;
use crate::board::ledger::SprintRecord;
use crate::document::DocumentId;
use crate::store::{DocumentStore, EVENTS_READ_MAX, EventQuery, StoreError};

/// Most events that a record is made of, the oldest left out beyond: a sprint of 500 cards makes some 3,000.
const EVENTS_MAX: usize = 50_000;

/// What a sprint came to; a sprint that nothing is known of has not begun.
///
/// # Errors
/// [`StoreError::NotFound`]: there is no such document.
pub async fn of_sprint(
    store: &dyn DocumentStore,
    document: &DocumentId,
    sprint: &str,
) -> Result<SprintRecord, StoreError> {
    let mut found = Vec::new();
    let mut before = None;
    while found.len() < EVENTS_MAX {
        let query = EventQuery {
            document: Some(document.clone()),
            subject: Some(sprint.to_owned()),
            before,
            limit: EVENTS_READ_MAX,
            ..EventQuery::default()
        };
        let page = store.events(&query).await?;
        let is_last = page.len() < EVENTS_READ_MAX as usize;
        before = page.last().map(|event| event.number);
        // What a later release records and this one does not know is left out.
        found.extend(page.iter().filter_map(|event| {
            let what: What = serde_json::from_str(&event.body).ok()?;
            Some((event.at_ms, what))
        }));
        if is_last {
            break;
        }
    }
    Ok(SprintRecord::fold(found.iter().rev().map(|(at_ms, what)| (*at_ms, what))))
}
