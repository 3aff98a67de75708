//! Appending a batch in two statements, or more with events and outcomes, however many rows it has.
//!
//! The rows of the documents are locked first, in the order of their ids, so that two replicas that append to the same
//! documents wait for each other instead of for ever. Positions are given under that lock, which lasts until the commit:
//! whoever sees a position sees all before it.

use sqlx::postgres::PgConnection;
use std::collections::HashMap;

use super::connect::store_error;
use super::statement::{query, query_as};
use super::text;
use crate::store::row::{self, NewRow};
use crate::store::sql::{from_sql, to_sql};
use crate::store::{Append, Position, StoreError};

/// Where a document's row of this batch goes.
struct Head {
    number: i64,
    position: Position,
}

/// Appends the batch: the position of each entry's row, or `None` where there is no such document.
pub(super) async fn append(
    connection: &mut PgConnection,
    batch: &[Append],
) -> Result<Vec<Option<Position>>, StoreError> {
    let rows = NewRow::from_batch(batch);
    let heads = lock(connection, &rows).await?;
    if !heads.is_empty() {
        insert_rows(connection, &rows, &heads).await?;
        insert_events(connection, batch, &heads).await?;
        insert_outcomes(connection, batch, &heads).await?;
    }
    Ok(batch.iter().map(|entry| heads.get(entry.document.as_str()).map(|head| head.position)).collect())
}

/// Locks the documents and says where their rows go; a document that is not in the result does not exist.
async fn lock(connection: &mut PgConnection, rows: &[NewRow<'_>]) -> Result<HashMap<String, Head>, StoreError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.document.as_str()).collect();
    let heads: Vec<(String, i64, i64)> =
        query_as("SELECT id, number, position FROM documents WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
            .bind(ids)
            .fetch_all(connection)
            .await
            .map_err(store_error)?;
    let head = |(id, number, position)| (id, Head { number, position: Position::new(from_sql(position) + 1) });
    Ok(heads.into_iter().map(head).collect())
}

async fn insert_rows(
    connection: &mut PgConnection,
    rows: &[NewRow<'_>],
    heads: &HashMap<String, Head>,
) -> Result<(), StoreError> {
    let (mut numbers, mut positions, mut checksums) = (Vec::new(), Vec::new(), Vec::new());
    let (mut bodies, mut updates, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        if let Some(head) = heads.get(row.document.as_str()) {
            numbers.push(head.number);
            positions.push(to_sql(head.position.get()));
            checksums.push(i64::from(row::checksum(row.document, head.position, &[&row.body])));
            bodies.push(row.body.as_slice());
            updates.push(to_sql(row.updates as u64));
            times.push(to_sql(row.at_ms));
        }
    }
    query(
        "WITH new AS (
           SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bigint[], $6::bigint[])
             AS new (document, position, checksum, body, updates, at_ms)),
         advanced AS (
           UPDATE documents SET
             position = new.position,
             updates = documents.updates + new.updates,
             bytes = documents.bytes + length(new.body),
             last_edit_at_ms = greatest(documents.last_edit_at_ms, new.at_ms)
           FROM new WHERE documents.number = new.document)
         INSERT INTO log (document, position, checksum, body) SELECT document, position, checksum, body FROM new",
    )
    .bind(numbers)
    .bind(positions)
    .bind(checksums)
    .bind(bodies)
    .bind(updates)
    .bind(times)
    .execute(connection)
    .await
    .map_err(store_error)?;
    Ok(())
}

/// Most batches have no events, and then this does nothing.
async fn insert_events(
    connection: &mut PgConnection,
    batch: &[Append],
    heads: &HashMap<String, Head>,
) -> Result<(), StoreError> {
    let (mut documents, mut numbers, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let (mut authors, mut subjects, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
    for entry in batch {
        let Some(head) = heads.get(entry.document.as_str()) else { continue };
        for event in &entry.events {
            documents.push(head.number);
            numbers.push(to_sql(event.number));
            times.push(to_sql(entry.at_ms));
            authors.push(text(&entry.author));
            subjects.push(text(&event.subject));
            bodies.push(text(&event.body));
        }
    }
    if documents.is_empty() {
        return Ok(());
    }
    query(
        "INSERT INTO events (document, number, at_ms, author, subject, body)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
         ON CONFLICT DO NOTHING",
    )
    .bind(documents)
    .bind(numbers)
    .bind(times)
    .bind(authors)
    .bind(subjects)
    .bind(bodies)
    .execute(connection)
    .await
    .map_err(store_error)?;
    Ok(())
}

/// Hardly any batch has outcomes. What is stored under a key first, stays.
async fn insert_outcomes(
    connection: &mut PgConnection,
    batch: &[Append],
    heads: &HashMap<String, Head>,
) -> Result<(), StoreError> {
    for entry in batch {
        let (Some(outcome), Some(head)) = (&entry.outcome, heads.get(entry.document.as_str())) else { continue };
        query("INSERT INTO outcomes (document, key, at_ms, outcome) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
            .bind(head.number)
            .bind(text(&outcome.key))
            .bind(to_sql(entry.at_ms))
            .bind(text(&outcome.json))
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}
