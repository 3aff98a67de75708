//! Reading documents and versions.

use sqlx::postgres::PgConnection;

use super::connect::store_error;
use super::statement::{query_as, query_scalar};
use crate::document::DocumentId;
use crate::store::sql::{LogRow, SnapshotRow, from_sql, read_log, read_snapshot, to_sql};
use crate::store::{LoggedUpdate, Position, Since, Snapshot, StoreError, Stored, VersionId};

/// A document's number in this database, and the position of its newest row.
pub(super) async fn find(connection: &mut PgConnection, document: &DocumentId) -> Result<(i64, Position), StoreError> {
    let found: Option<(i64, i64)> = query_as("SELECT number, position FROM documents WHERE id = $1")
        .bind(document.as_str())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    match found {
        Some((number, position)) => Ok((number, Position::new(from_sql(position)))),
        None => Err(StoreError::NotFound(document.clone())),
    }
}

/// The snapshot and the log of a document, complete and intact.
pub(super) async fn read_document(connection: &mut PgConnection, document: &DocumentId) -> Result<Stored, StoreError> {
    let (number, head) = find(connection, document).await?;
    let current: Option<SnapshotRow> = query_as(
        "SELECT position, digest, checksum, body FROM snapshots WHERE document = $1 ORDER BY position DESC LIMIT 1",
    )
    .bind(number)
    .fetch_optional(&mut *connection)
    .await
    .map_err(store_error)?;
    let snapshot = current.map(|row| read_snapshot(document, row)).transpose()?;
    let after = snapshot.as_ref().map_or(Position::START, |snapshot| snapshot.position);
    let log = read_after(connection, document, number, after, head).await?;
    Ok(Stored { snapshot, log, position: head })
}

/// What was appended after a position, complete and intact.
pub(super) async fn read_since(
    connection: &mut PgConnection,
    document: &DocumentId,
    after: Position,
) -> Result<Since, StoreError> {
    let (number, head) = find(connection, document).await?;
    let snapshot: Option<i64> = query_scalar("SELECT max(position) FROM snapshots WHERE document = $1")
        .bind(number)
        .fetch_one(&mut *connection)
        .await
        .map_err(store_error)?;
    let first = snapshot.map_or(Position::START, |position| Position::new(from_sql(position)));
    if !(first..=head).contains(&after) {
        return Ok(Since::Compacted);
    }
    let log = read_after(connection, document, number, after, head).await?;
    Ok(Since::Rows { log, position: head })
}

async fn read_after(
    connection: &mut PgConnection,
    document: &DocumentId,
    number: i64,
    after: Position,
    head: Position,
) -> Result<Vec<LoggedUpdate>, StoreError> {
    let rows: Vec<LogRow> =
        query_as("SELECT position, checksum, body FROM log WHERE document = $1 AND position > $2 ORDER BY position")
            .bind(number)
            .bind(to_sql(after.get()))
            .fetch_all(connection)
            .await
            .map_err(store_error)?;
    read_log(document, rows, after, head)
}

/// One stored snapshot, intact.
pub(super) async fn read_version(
    connection: &mut PgConnection,
    document: &DocumentId,
    version: VersionId,
) -> Result<Snapshot, StoreError> {
    let (number, _) = find(connection, document).await?;
    let row: Option<SnapshotRow> =
        query_as("SELECT position, digest, checksum, body FROM snapshots WHERE document = $1 AND version = $2")
            .bind(number)
            .bind(to_sql(version.get()))
            .fetch_optional(connection)
            .await
            .map_err(store_error)?;
    match row {
        Some(row) => read_snapshot(document, row),
        None => Err(StoreError::NotFound(document.clone())),
    }
}

/// Turns damage that was found while reading a document into what its caller needs: which document, and what is left of it.
pub(super) async fn name_damage<T>(
    connection: &mut PgConnection,
    document: &DocumentId,
    result: Result<T, StoreError>,
) -> Result<T, StoreError> {
    match result {
        Err(StoreError::Corrupt(what)) => {
            let last_good = newest_intact_version(connection, document).await;
            Err(StoreError::Damaged { document: document.clone(), what, last_good })
        }
        result => result,
    }
}

/// What to offer instead of a damaged document. Best effort: where even this cannot be read there is nothing to offer.
async fn newest_intact_version(connection: &mut PgConnection, document: &DocumentId) -> Option<VersionId> {
    let versions: Vec<i64> = query_scalar(
        "SELECT version FROM snapshots WHERE document = (SELECT number FROM documents WHERE id = $1)
         ORDER BY position DESC",
    )
    .bind(document.as_str())
    .fetch_all(&mut *connection)
    .await
    .ok()?;
    for version in versions {
        let version = VersionId::new(from_sql(version));
        if read_version(connection, document, version).await.is_ok() {
            return Some(version);
        }
    }
    None
}
