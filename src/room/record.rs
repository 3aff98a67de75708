//! The record of a sprint, out of what the store kept of it.

use crate::board::history::{Decided, What};
use crate::board::id::SprintId;
use crate::board::ledger::SprintRecord;
use crate::board::value::Stamp;
use crate::document::DocumentId;
use crate::store::{DocumentStore, EVENTS_READ_MAX, EventQuery, RecordedEvent, StoreError};

/// Most events that a record is made of, the oldest left out beyond: a sprint of 500 cards makes some 3,000.
const EVENTS_MAX: usize = 50_000;

/// What is recorded of a sprint: members cannot write it, whatever they write into the document.
pub(super) struct Recorded {
    pub(super) sprint: SprintId,
    pub(super) decided: Decided,
    pub(super) record: SprintRecord,
    /// No event of the sprint has a greater number.
    pub(super) newest_event: u64,
}

/// What a sprint came to; a sprint that nothing is known of has not begun.
///
/// # Errors
/// [`StoreError::NotFound`]: there is no such document.
pub async fn of_sprint(
    store: &dyn DocumentStore,
    document: &DocumentId,
    sprint: &str,
) -> Result<SprintRecord, StoreError> {
    Ok(fold(&events_of(store, document, sprint).await?))
}

/// What is recorded of these sprints.
pub(super) async fn of_sprints(
    store: &dyn DocumentStore,
    document: &DocumentId,
    sprints: impl IntoIterator<Item = SprintId>,
) -> Result<Vec<Recorded>, StoreError> {
    let mut recorded = Vec::new();
    for sprint in sprints {
        let events = events_of(store, document, sprint.as_str()).await?;
        let mut decided = Decided::default();
        for (event, what) in &events {
            let at_ms = i64::try_from(event.at_ms).unwrap_or(i64::MAX);
            decided.take_in(what, Stamp::new(at_ms, &*event.author));
        }
        let newest_event = events.first().map_or(0, |(event, _)| event.number);
        recorded.push(Recorded { sprint, decided, record: fold(&events), newest_event });
    }
    Ok(recorded)
}

fn fold(newest_first: &[(RecordedEvent, What)]) -> SprintRecord {
    SprintRecord::fold(newest_first.iter().rev().map(|(event, what)| (event.at_ms, what)))
}

/// What happened to a sprint, newest first.
async fn events_of(
    store: &dyn DocumentStore,
    document: &DocumentId,
    sprint: &str,
) -> Result<Vec<(RecordedEvent, What)>, StoreError> {
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
        found.extend(page.into_iter().filter_map(|event| {
            let what: What = serde_json::from_str(&event.body).ok()?;
            Some((event, what))
        }));
        if is_last {
            break;
        }
    }
    Ok(found)
}
