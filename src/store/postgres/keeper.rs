//! Which replica keeps a document, on the database's clock, and what commands came to.
//!
//! Keepers are rows of their own: taking a document never waits for the row that an append holds. All of a call are taken in
//! one statement, in the order of their numbers, so that two replicas wait for each other instead of for ever.

use sqlx::postgres::PgConnection;
use std::time::Duration;

use super::connect::store_error;
use super::statement::{query, query_as, query_scalar};
use super::{read::find, text};
use crate::document::DocumentId;
use crate::store::sql::{hold_ms, holds, replica_to_sql};
use crate::store::{Hold, ReplicaId, StoreError};

/// When the statement began: a moment that is the same in all of it, and before the answer.
macro_rules! now {
    () => {
        "(extract(epoch FROM statement_timestamp()) * 1000)::bigint"
    };
}

/// Takes what nobody else holds; who holds each of the documents.
pub(super) async fn hold(
    connection: &mut PgConnection,
    documents: &[DocumentId],
    replica: ReplicaId,
    time: Duration,
) -> Result<Vec<Hold>, StoreError> {
    let rows = query_as(concat!(
        "INSERT INTO keepers AS kept (document, replica, until_ms, wanted)
         SELECT number, $2, ",
        now!(),
        " + $3, FALSE
         FROM (SELECT number FROM documents WHERE id = ANY($1) ORDER BY number) AS asked
         ON CONFLICT (document) DO UPDATE SET
           wanted = kept.until_ms > ",
        now!(),
        " AND (kept.wanted OR kept.replica <> $2),
           replica = CASE WHEN kept.until_ms > ",
        now!(),
        " THEN kept.replica ELSE $2 END,
           until_ms = CASE WHEN kept.until_ms > ",
        now!(),
        " AND kept.replica <> $2
             THEN kept.until_ms ELSE excluded.until_ms END
         RETURNING (SELECT id FROM documents WHERE number = kept.document), replica, wanted",
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
    connection: &mut PgConnection,
    documents: &[DocumentId],
    replica: ReplicaId,
) -> Result<(), StoreError> {
    query(
        "DELETE FROM keepers WHERE document IN (
           SELECT document FROM keepers JOIN documents ON documents.number = keepers.document
           WHERE id = ANY($1) AND replica = $2 ORDER BY document FOR UPDATE OF keepers)",
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
    connection: &mut PgConnection,
    document: &DocumentId,
    key: &str,
) -> Result<Option<String>, StoreError> {
    let (number, _) = find(connection, document).await?;
    query_scalar("SELECT outcome FROM outcomes WHERE document = $1 AND key = $2")
        .bind(number)
        .bind(text(key))
        .fetch_optional(connection)
        .await
        .map_err(store_error)
}

fn ids(documents: &[DocumentId]) -> Vec<&str> {
    documents.iter().map(DocumentId::as_str).collect()
}
