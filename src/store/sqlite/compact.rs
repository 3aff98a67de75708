//! The statements of a compaction: a snapshot takes the place of a prefix of the log, and of the snapshot before it.

use sqlx::sqlite::SqliteConnection;

use super::connect::store_error;
use crate::store::sql::{Replaced, replaced, to_sql};
use crate::store::{OUTCOME_KEPT_MS, Position, Snapshot, StoreError, VERSIONS_MAX};

/// Makes place for a snapshot at `position`; `false` if the current one is as new.
pub(super) async fn replace_snapshot(
    connection: &mut SqliteConnection,
    number: i64,
    position: Position,
) -> Result<bool, StoreError> {
    let newest: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT version, position, created_at_ms FROM snapshots WHERE document = ?1 ORDER BY position DESC LIMIT 2",
    )
    .bind(number)
    .fetch_all(&mut *connection)
    .await
    .map_err(store_error)?;

    match replaced(&newest, position) {
        Replaced::Nothing => return Ok(false),
        Replaced::Kept => {}
        Replaced::Dropped(version) => {
            let delete = sqlx::query("DELETE FROM snapshots WHERE version = ?1").bind(version);
            delete.execute(connection).await.map_err(store_error)?;
        }
    }
    Ok(true)
}

/// Deletes the log that `snapshot` contains and the oldest versions, and measures what is left.
pub(super) async fn forget_replaced(
    connection: &mut SqliteConnection,
    number: i64,
    snapshot: &Snapshot,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM log WHERE document = ?1 AND position <= ?2")
        .bind(number)
        .bind(to_sql(snapshot.position.get()))
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    sqlx::query(
        "DELETE FROM snapshots WHERE document = ?1 AND version NOT IN (
           SELECT version FROM snapshots WHERE document = ?1 ORDER BY position DESC LIMIT ?2)",
    )
    .bind(number)
    .bind(VERSIONS_MAX + 1)
    .execute(&mut *connection)
    .await
    .map_err(store_error)?;
    sqlx::query(
        "UPDATE documents SET bytes = ?2 + (SELECT coalesce(sum(length(body)), 0) FROM log WHERE document = ?1)
         WHERE number = ?1",
    )
    .bind(number)
    .bind(to_sql(snapshot.bytes.len() as u64))
    .execute(connection)
    .await
    .map_err(store_error)?;
    Ok(())
}

/// Deletes what nobody will ask for any more.
pub(super) async fn forget_outcomes(
    connection: &mut SqliteConnection,
    number: i64,
    at_ms: u64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM outcomes WHERE document = ?1 AND at_ms < ?2")
        .bind(number)
        .bind(to_sql(at_ms.saturating_sub(OUTCOME_KEPT_MS)))
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}
