//! Reading documents and versions, with everything verified that was stored for that purpose.
//!
//! What is wrong with a document is [`StoreError::Corrupt`] here; the store names the document and offers a version.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::connect::store_error;
use super::{from_sql, to_sql};
use crate::document::DocumentId;
use crate::store::{LoggedUpdate, Position, Snapshot, StoreError, Stored, VersionId, row};

/// A document's number in this file, and the position of its newest row.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    document: &DocumentId,
) -> Result<(i64, Position), StoreError> {
    let found: Option<(i64, i64)> = sqlx::query_as("SELECT number, position FROM documents WHERE id = ?1")
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
pub(super) async fn read_document(
    connection: &mut SqliteConnection,
    document: &DocumentId,
) -> Result<Stored, StoreError> {
    let (number, head) = find(connection, document).await?;
    let current = sqlx::query(
        "SELECT position, digest, checksum, body FROM snapshots WHERE document = ?1 ORDER BY position DESC LIMIT 1",
    )
    .bind(number)
    .fetch_optional(&mut *connection)
    .await
    .map_err(store_error)?;
    let snapshot = current.map(|row| read_snapshot(document, &row)).transpose()?;
    let rows: Vec<(i64, i64, Vec<u8>)> =
        sqlx::query_as("SELECT position, checksum, body FROM log WHERE document = ?1 ORDER BY position")
            .bind(number)
            .fetch_all(connection)
            .await
            .map_err(store_error)?;

    let after = snapshot.as_ref().map_or(Position::START, |snapshot| snapshot.position);
    let log = read_log(document, rows, after, head)?;
    Ok(Stored { snapshot, log, position: head })
}

/// The updates of the rows from the one after `after` to `head`, none missing.
fn read_log(
    document: &DocumentId,
    rows: Vec<(i64, i64, Vec<u8>)>,
    after: Position,
    head: Position,
) -> Result<Vec<LoggedUpdate>, StoreError> {
    let mut log = Vec::new();
    let mut last = after.get();
    for (position, checksum, body) in rows {
        let expected = last + 1;
        if from_sql(position) != expected {
            return Err(StoreError::Corrupt(format!("log row {expected} is missing")));
        }
        if i64::from(row::checksum(document, Position::new(expected), &[&body])) != checksum {
            return Err(StoreError::Corrupt(format!("log row {expected} has a wrong checksum")));
        }
        row::decode_into(body.into(), &mut log)
            .map_err(|what| StoreError::Corrupt(format!("log row {expected}: {what}")))?;
        last = expected;
    }
    if last != head.get() {
        return Err(StoreError::Corrupt(format!("the log ends at row {last} instead of {}", head.get())));
    }
    Ok(log)
}

/// One stored snapshot, intact.
pub(super) async fn read_version(
    connection: &mut SqliteConnection,
    document: &DocumentId,
    version: VersionId,
) -> Result<Snapshot, StoreError> {
    let (number, _) = find(connection, document).await?;
    let row =
        sqlx::query("SELECT position, digest, checksum, body FROM snapshots WHERE document = ?1 AND version = ?2")
            .bind(number)
            .bind(to_sql(version.get()))
            .fetch_optional(connection)
            .await
            .map_err(store_error)?;
    match row {
        Some(row) => read_snapshot(document, &row),
        None => Err(StoreError::NotFound(document.clone())),
    }
}

fn read_snapshot(document: &DocumentId, row: &SqliteRow) -> Result<Snapshot, StoreError> {
    let position = Position::new(from_sql(row.try_get("position").map_err(store_error)?));
    let digest: Vec<u8> = row.try_get("digest").map_err(store_error)?;
    let checksum: i64 = row.try_get("checksum").map_err(store_error)?;
    let bytes: Vec<u8> = row.try_get("body").map_err(store_error)?;
    let intact = i64::from(row::checksum(document, position, &[&digest, &bytes])) == checksum;
    match <[u8; 32]>::try_from(digest) {
        Ok(digest) if intact => Ok(Snapshot { bytes: bytes.into(), digest, position }),
        _ => Err(StoreError::Corrupt(format!("the snapshot at {} has a wrong checksum", position.get()))),
    }
}

/// Turns damage that was found while reading a document into what its caller needs: which document, and what is left of it.
pub(super) async fn name_damage<T>(
    connection: &mut SqliteConnection,
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
async fn newest_intact_version(connection: &mut SqliteConnection, document: &DocumentId) -> Option<VersionId> {
    let versions: Vec<i64> = sqlx::query_scalar(
        "SELECT version FROM snapshots WHERE document = (SELECT number FROM documents WHERE id = ?1)
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
