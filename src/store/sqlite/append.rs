//! Appending a batch in two calls, however many rows it has.
//!
//! Each call is a hand-over to SQLite's thread and back, which costs more than what it does there: the transaction begins
//! with the first statement and is committed with the second. It has no guard, so a connection on which one of the two
//! failed or was dropped must be closed, which rolls back.
//! All travels as one JSON array of arrays beside one blob of all bodies: a statement costs 100–200 µs to hand to
//! SQLite's thread (reference: limits, 2.3), a row as a parameter list of its own costs a prepared statement per row count.

use sqlx::sqlite::SqliteConnection;
use std::collections::HashMap;

use super::connect::store_error;
use crate::store::row::{self, NewRow};
use crate::store::sql::{from_sql, to_sql};
use crate::store::{Append, Event, Outcome, Position, StoreError};

macro_rules! insert_rows {
    () => {
        "INSERT INTO log (document, position, checksum, body)
         SELECT value ->> 0, value ->> 1, value ->> 2, substr(?2, value ->> 3, value ->> 4) FROM json_each(?1, '$[0]');"
    };
}

macro_rules! insert_events {
    () => {
        "INSERT OR IGNORE INTO events (document, number, at_ms, author, subject, body)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?1, '$[1]');"
    };
}

macro_rules! insert_outcomes {
    () => {
        "INSERT OR IGNORE INTO outcomes (document, key, at_ms, outcome)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1, '$[2]');"
    };
}

/// What a batch brings besides its rows, as the columns of its tables: nothing, for most batches.
#[derive(Default)]
pub(super) struct Besides<'a> {
    events: Vec<(i64, i64, i64, &'a str, &'a str, &'a str)>,
    outcomes: Vec<(i64, &'a str, i64, &'a str)>,
}

impl<'a> Besides<'a> {
    /// The events and outcomes of the documents that exist.
    pub(super) fn from_batch(batch: &'a [Append], heads: &HashMap<String, Head>) -> Self {
        let mut besides = Self::default();
        for entry in batch.iter().filter(|entry| !entry.events.is_empty() || entry.outcome.is_some()) {
            let Some(Head { number: document, .. }) = heads.get(entry.document.as_str()) else { continue };
            let at_ms = to_sql(entry.at_ms);
            for Event { number, subject, body } in &entry.events {
                besides.events.push((*document, to_sql(*number), at_ms, &entry.author, subject, body));
            }
            if let Some(Outcome { key, json }) = &entry.outcome {
                besides.outcomes.push((*document, key, at_ms, json));
            }
        }
        besides
    }

    fn is_empty(&self) -> bool {
        self.events.is_empty() && self.outcomes.is_empty()
    }
}

/// Where a document's row of this batch goes.
pub(super) struct Head {
    pub(super) number: i64,
    pub(super) position: Position,
}

/// Begins a transaction and counts the rows of the batch into their documents; a document that is not in the result does not exist.
pub(super) async fn begin_and_advance(
    connection: &mut SqliteConnection,
    rows: &[NewRow<'_>],
) -> Result<HashMap<String, Head>, StoreError> {
    let counts: Vec<_> =
        rows.iter().map(|row| (row.document.as_str(), row.updates, row.body.len(), to_sql(row.at_ms))).collect();
    let heads: Vec<(String, i64, i64)> = sqlx::query_as(
        "BEGIN IMMEDIATE;
         UPDATE documents SET
           position = position + 1,
           updates = updates + (row.value ->> 1),
           bytes = bytes + (row.value ->> 2),
           last_edit_at_ms = max(coalesce(last_edit_at_ms, 0), row.value ->> 3)
         FROM json_each(?1) AS row
         WHERE documents.id = (row.value ->> 0)
         RETURNING id, number, position",
    )
    .bind(json(&counts))
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    let head = |(id, number, position)| (id, Head { number, position: Position::new(from_sql(position)) });
    Ok(heads.into_iter().map(head).collect())
}

/// Writes the rows of the documents that exist, with what happened in them, and commits.
pub(super) async fn insert_and_commit(
    connection: &mut SqliteConnection,
    rows: &[NewRow<'_>],
    heads: &HashMap<String, Head>,
    besides: &Besides<'_>,
) -> Result<(), StoreError> {
    let mut bodies = Vec::with_capacity(rows.iter().map(|row| row.body.len()).sum());
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(head) = heads.get(row.document.as_str()) {
            let checksum = row::checksum(row.document, head.position, &[&row.body]);
            // `substr` counts from 1.
            places.push((head.number, head.position.get(), checksum, bodies.len() + 1, row.body.len()));
            bodies.extend_from_slice(&row.body);
        }
    }
    let insert = match besides.is_empty() {
        true => sqlx::query(concat!(insert_rows!(), " COMMIT")),
        false => sqlx::query(concat!(insert_rows!(), insert_events!(), insert_outcomes!(), " COMMIT")),
    };
    let insert = insert.bind(json(&(places, &besides.events, &besides.outcomes))).bind(bodies);
    insert.execute(connection).await.map_err(store_error)?;
    Ok(())
}

pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("tuples of strings and numbers have a JSON form")
}
