//! Appending a batch in one statement, however many rows it has.
//!
//! The rows of the documents are locked first, in the order of their ids, so that two replicas that append to the same
//! documents wait for each other instead of for ever. Positions are given under that lock, which lasts until the commit:
//! whoever sees a position sees all before it.
//! A row's checksum covers its position, so the statement is told where each log is believed to end. It writes all rows or,
//! where one log has grown, none, and answers where they end: the next try, which holds the locks of the one before, writes.

use std::collections::HashMap;

use super::connect::store_error;
use super::pool::Call;
use super::text;
use crate::store::row::{self, NewRow};
use crate::store::sql::{from_sql, to_sql};
use crate::store::{Append, Position, StoreError};

/// Appends rows, events and outcomes; what is stored under a key first, stays.
/// Sets for its own transaction what `pool.rs` sets for others, flushing and how long it waits for a row: once, and before any
/// row is locked. The arrays are joined instead of searched, so that one plan is good for a batch of any size.
const APPEND: &str = "
    WITH locked AS MATERIALIZED (
      SELECT documents.id, documents.number, documents.position
      FROM documents JOIN unnest($1) AS wanted (id) ON documents.id = wanted.id
      WHERE (SELECT set_config('synchronous_commit', 'on', TRUE) || set_config('lock_timeout', '8s', TRUE)) <> ''
      ORDER BY documents.id FOR NO KEY UPDATE OF documents),
    placed AS MATERIALIZED (
      SELECT locked.id, locked.number, locked.position AS last, new.position, new.checksum, new.body, new.updates, new.at_ms
      FROM unnest($1, $2, $3, $4, $5, $6) AS new (id, position, checksum, body, updates, at_ms)
        JOIN locked ON locked.id = new.id),
    fitting AS MATERIALIZED (
      SELECT * FROM placed WHERE (SELECT bool_and(last = position - 1) FROM placed)),
    advanced AS (
      UPDATE documents SET
        position = fitting.position,
        updates = documents.updates + fitting.updates,
        bytes = documents.bytes + length(fitting.body),
        last_edit_at_ms = greatest(documents.last_edit_at_ms, fitting.at_ms)
      FROM fitting WHERE documents.number = fitting.number),
    written AS (
      INSERT INTO log (document, position, checksum, body)
      SELECT number, position, checksum, body FROM fitting),
    told AS (
      INSERT INTO events (document, number, at_ms, author, subject, body)
      SELECT fitting.number, event.number, event.at_ms, event.author, event.subject, event.body
      FROM unnest($7, $8, $9, $10, $11, $12) AS event (id, number, at_ms, author, subject, body)
        JOIN fitting ON fitting.id = event.id
      ON CONFLICT DO NOTHING),
    answered AS (
      INSERT INTO outcomes (document, key, at_ms, outcome)
      SELECT fitting.number, outcome.key, outcome.at_ms, outcome.json
      FROM unnest($13, $14, $15, $16) WITH ORDINALITY AS outcome (id, key, at_ms, json, place)
        JOIN fitting ON fitting.id = outcome.id
      ORDER BY outcome.place
      ON CONFLICT DO NOTHING)
    SELECT id, position FROM locked";

/// What is to be appended, and the rows that it makes.
pub(super) struct Batch<'a> {
    entries: &'a [Append],
    pub(super) rows: Vec<NewRow<'a>>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(entries: &'a [Append]) -> Self {
        Self { entries, rows: NewRow::from_batch(entries) }
    }
}

/// What a try came to.
pub(super) struct Found {
    /// Where the log of each document ended that exists.
    ends: HashMap<String, Position>,
    /// The rows were written.
    pub(super) fits: bool,
}

impl Found {
    /// Where the log of each row's document ended.
    pub(super) fn heads(&self, batch: &Batch<'_>) -> Vec<Position> {
        batch.rows.iter().map(|row| self.ends.get(row.document.as_str()).copied().unwrap_or_default()).collect()
    }

    /// Where each entry's row is, which was written; `None` where there is no such document.
    pub(super) fn positions(&self, batch: &Batch<'_>) -> Vec<Option<Position>> {
        let position = |entry: &Append| self.ends.get(entry.document.as_str()).map(|end| next(*end));
        batch.entries.iter().map(position).collect()
    }
}

/// Appends the batch within a transaction, wherever the logs end.
pub(super) async fn append_surely(
    call: &mut Call<'_>,
    batch: &Batch<'_>,
    heads: &[Position],
) -> Result<Found, StoreError> {
    let found = append(call, batch, heads).await?;
    if found.fits {
        return Ok(found);
    }
    let again = append(call, batch, &found.heads(batch)).await?;
    if again.fits { Ok(again) } else { Err(StoreError::Corrupt("a locked document has changed".into())) }
}

/// Appends the batch if the log of each row's document ends where `heads` says, and else nothing.
pub(super) async fn append(call: &mut Call<'_>, batch: &Batch<'_>, heads: &[Position]) -> Result<Found, StoreError> {
    let Batch { entries, rows } = batch;
    let positions: Vec<Position> = heads.iter().map(|head| next(*head)).collect();
    let checksum = |(row, at): (&NewRow<'_>, &Position)| i64::from(row::checksum(row.document, *at, &[&row.body]));
    let events = || entries.iter().flat_map(|entry| entry.events.iter().map(move |event| (entry, event)));
    let outcomes = || entries.iter().filter_map(|entry| entry.outcome.as_ref().map(|outcome| (entry, outcome)));
    let found: Vec<(String, i64)> = call
        .query_as(APPEND)
        .bind(rows.iter().map(|row| row.document.as_str()).collect::<Vec<_>>())
        .bind(positions.iter().map(|position| to_sql(position.get())).collect::<Vec<_>>())
        .bind(rows.iter().zip(&positions).map(checksum).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.body.as_slice()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| to_sql(row.updates as u64)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| to_sql(row.at_ms)).collect::<Vec<_>>())
        .bind(events().map(|(entry, _)| entry.document.as_str()).collect::<Vec<_>>())
        .bind(events().map(|(_, event)| to_sql(event.number)).collect::<Vec<_>>())
        .bind(events().map(|(entry, _)| to_sql(entry.at_ms)).collect::<Vec<_>>())
        .bind(events().map(|(entry, _)| text(&entry.author)).collect::<Vec<_>>())
        .bind(events().map(|(_, event)| text(&event.subject)).collect::<Vec<_>>())
        .bind(events().map(|(_, event)| text(&event.body)).collect::<Vec<_>>())
        .bind(outcomes().map(|(entry, _)| entry.document.as_str()).collect::<Vec<_>>())
        .bind(outcomes().map(|(_, outcome)| text(&outcome.key)).collect::<Vec<_>>())
        .bind(outcomes().map(|(entry, _)| to_sql(entry.at_ms)).collect::<Vec<_>>())
        .bind(outcomes().map(|(_, outcome)| text(&outcome.json)).collect::<Vec<_>>())
        .fetch_all(&mut call.connection)
        .await
        .map_err(store_error)?;
    let ends: HashMap<String, Position> =
        found.into_iter().map(|(id, position)| (id, Position::new(from_sql(position)))).collect();
    let fits = rows.iter().zip(heads).all(|(row, head)| ends.get(row.document.as_str()).is_none_or(|end| end == head));
    Ok(Found { ends, fits })
}

/// Where the row after `head` is.
pub(super) fn next(head: Position) -> Position {
    Position::new(head.get() + 1)
}
