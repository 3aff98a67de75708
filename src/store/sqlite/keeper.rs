//! Which replica keeps a document, on the database's clock, and what commands came to.
//!
//! A file belongs to one server, so that nobody contends for a document here; what is promised is the same.

use sqlx::sqlite::SqliteConnection;
use std::time::Duration;

use super::append::json;
use super::connect::store_error;
use super::read::find;
use crate::document::DocumentId;
use crate::store::sql::{hold_ms, holds, replica_to_sql};
use crate::store::{Hold, ReplicaId, StoreError};

/// SQLite's clock stands still within a statement.
macro_rules! now {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}

/// Takes what nobody else holds; who holds each of the documents.
pub(super) async fn hold(
    connection: &mut SqliteConnection,
    documents: &[DocumentId],
    replica: ReplicaId,
    time: Duration,
) -> Result<Vec<Hold>, StoreError> {
    let rows = sqlx::query_as(concat!(
        "INSERT INTO keepers AS kept (document, replica, until_ms, wanted)
         SELECT number, ?2, ",
        now!(),
        " + ?3, FALSE
         FROM documents WHERE id IN (SELECT value FROM json_each(?1))
         ON CONFLICT (document) DO UPDATE SET
           wanted = kept.until_ms > ",
        now!(),
        " AND (kept.wanted OR kept.replica <> ?2),
           replica = CASE WHEN kept.until_ms > ",
        now!(),
        " THEN kept.replica ELSE ?2 END,
           until_ms = CASE WHEN kept.until_ms > ",
        now!(),
        " AND kept.replica <> ?2
             THEN kept.until_ms ELSE excluded.until_ms END
         RETURNING (SELECT id FROM documents WHERE number = document), replica, wanted",
    ))
    .bind(ids(documents))
    .bind(replica_to_sql(replica))
    .bind(hold_ms(time))
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    Ok(holds(documents, replica, rows))
}

/// Gives up what the replica holds of the documents.
pub(super) async fn release(
    connection: &mut SqliteConnection,
    documents: &[DocumentId],
    replica: ReplicaId,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM keepers WHERE replica = ?2 AND document IN (
           SELECT number FROM documents WHERE id IN (SELECT value FROM json_each(?1)))",
    )
    .bind(ids(documents))
    .bind(replica_to_sql(replica))
    .execute(connection)
    .await
    .map_err(store_error)?;
    Ok(())
}

/// What is stored under the key.
pub(super) async fn outcome(
    connection: &mut SqliteConnection,
    document: &DocumentId,
    key: &str,
) -> Result<Option<String>, StoreError> {
    let (number, _) = find(connection, document).await?;
    sqlx::query_scalar("SELECT outcome FROM outcomes WHERE document = ?1 AND key = ?2")
        .bind(number)
        .bind(key)
        .fetch_optional(connection)
        .await
        .map_err(store_error)
}

fn ids(documents: &[DocumentId]) -> String {
    json(&documents.iter().map(DocumentId::as_str).collect::<Vec<_>>())
}
