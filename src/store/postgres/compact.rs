//! A compaction: a snapshot takes the place of a prefix of the log, and of the snapshot before it.
//!
//! Appends go on meanwhile: only the last statement waits for one, to count what is left of the document.

use sqlx::postgres::PgConnection;

use super::connect::store_error;
use super::read::find;
use super::statement::{query, query_as, query_scalar};
use crate::document::DocumentId;
use crate::store::sql::{Replaced, replaced, snapshot_checksum, to_sql};
use crate::store::{OUTCOME_KEPT_MS, Snapshot, StoreError, VERSIONS_MAX};

/// Compacts the document, unless another replica does so now.
pub(super) async fn compact(
    connection: &mut PgConnection,
    document: &DocumentId,
    snapshot: &Snapshot,
    at_ms: u64,
) -> Result<(), StoreError> {
    let (number, head) = find(connection, document).await?;
    if snapshot.position > head {
        return Err(StoreError::Refused("a snapshot beyond the end of the log"));
    }
    let is_alone: bool = query_scalar("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("compact {}", document.as_str()))
        .fetch_one(&mut *connection)
        .await
        .map_err(store_error)?;
    if !is_alone {
        return Ok(());
    }
    let Some(replaced_bytes) = replace_snapshot(connection, number, snapshot).await? else { return Ok(()) };
    query(
        "INSERT INTO snapshots (document, position, created_at_ms, digest, checksum, body)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(number)
    .bind(to_sql(snapshot.position.get()))
    .bind(to_sql(at_ms))
    .bind(&snapshot.digest[..])
    .bind(snapshot_checksum(document, snapshot))
    .bind(&snapshot.bytes[..])
    .execute(&mut *connection)
    .await
    .map_err(store_error)?;
    let log_bytes = forget_replaced(connection, number, snapshot).await?;
    forget_outcomes(connection, number, at_ms).await?;
    // By the difference: a sum over the log would miss the row of an append that this statement has waited for.
    query("UPDATE documents SET bytes = greatest(0, bytes + $2) WHERE number = $1")
        .bind(number)
        .bind(to_sql(snapshot.bytes.len() as u64) - replaced_bytes - log_bytes)
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// Makes place for a snapshot; the size of the current one, or `None` if that is as new.
async fn replace_snapshot(
    connection: &mut PgConnection,
    number: i64,
    snapshot: &Snapshot,
) -> Result<Option<i64>, StoreError> {
    let newest: Vec<(i64, i64, i64, i64)> = query_as(
        "SELECT version, position, created_at_ms, length(body)::bigint FROM snapshots
         WHERE document = $1 ORDER BY position DESC LIMIT 2",
    )
    .bind(number)
    .fetch_all(&mut *connection)
    .await
    .map_err(store_error)?;
    let bytes = newest.first().map_or(0, |current| current.3);
    let newest: Vec<_> = newest.into_iter().map(|(version, position, at_ms, _)| (version, position, at_ms)).collect();
    match replaced(&newest, snapshot.position) {
        Replaced::Nothing => return Ok(None),
        Replaced::Kept => {}
        Replaced::Dropped(version) => {
            let delete = query("DELETE FROM snapshots WHERE version = $1").bind(version);
            delete.execute(connection).await.map_err(store_error)?;
        }
    }
    Ok(Some(bytes))
}

/// Deletes the log that `snapshot` contains and the oldest versions; how many bytes of the log are gone.
async fn forget_replaced(connection: &mut PgConnection, number: i64, snapshot: &Snapshot) -> Result<i64, StoreError> {
    query(
        "DELETE FROM snapshots WHERE version IN (
           SELECT version FROM snapshots WHERE document = $1 ORDER BY position DESC OFFSET $2)",
    )
    .bind(number)
    .bind(i64::from(VERSIONS_MAX) + 1)
    .execute(&mut *connection)
    .await
    .map_err(store_error)?;
    query_scalar(
        "WITH gone AS (DELETE FROM log WHERE document = $1 AND position <= $2 RETURNING length(body) AS bytes)
         SELECT coalesce(sum(bytes), 0)::bigint FROM gone",
    )
    .bind(number)
    .bind(to_sql(snapshot.position.get()))
    .fetch_one(connection)
    .await
    .map_err(store_error)
}

/// Deletes what nobody will ask for any more.
async fn forget_outcomes(connection: &mut PgConnection, number: i64, at_ms: u64) -> Result<(), StoreError> {
    query("DELETE FROM outcomes WHERE document = $1 AND at_ms < $2")
        .bind(number)
        .bind(to_sql(at_ms.saturating_sub(OUTCOME_KEPT_MS)))
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}
