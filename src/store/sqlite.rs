//! The embedded store: one SQLite file in the data directory.
//!
//! Promises what [`DocumentStore`] promises, for one server per directory, with other commands beside it: transactions that
//! write are short and take the lock when they begin, so that they wait for each other instead of failing.
//! Writes go through one connection, which a failed write throws away together with whatever state it was in. Reads go
//! through a small pool and never wait for writes.
//! A statement costs 100–200 µs to hand to SQLite's thread (reference: limits, 2.3), so a batch is two statements however
//! many rows it has: the rows travel as one JSON array of numbers beside one blob of all bodies.

use async_trait::async_trait;
use bytes::Bytes;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Connection, Row, Sqlite, Transaction};
use std::collections::HashMap;
use std::path::PathBuf;
use tokio::sync::{Mutex, MutexGuard};

use super::directory::DataDirectory;
use super::{
    Append, DocumentInfo, DocumentStore, LoggedUpdate, NewDocument, OpenError, Position, QUARANTINE_BYTES_MAX,
    QUARANTINE_ENTRIES_MAX, Quarantined, Snapshot, StoreError, Stored, VERSION_INTERVAL_MS, VERSIONS_MAX, VersionId,
    VersionInfo, row,
};
use crate::document::DocumentId;

mod connect;
#[cfg(test)]
mod tests;

use connect::store_error;

/// Documents in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    readers: SqlitePool,
    /// Empty after a write that failed or was dropped: the next one connects anew.
    writer: Mutex<Option<SqliteConnection>>,
}

impl SqliteStore {
    /// Opens the database in `directory`, creating it or bringing its schema up to date where needed.
    ///
    /// # Errors
    /// One sentence for the person who starts the program; the data is unchanged.
    pub async fn open(directory: &DataDirectory) -> Result<Self, OpenError> {
        let path = directory.database()?;
        let mut connection = connect::writer(&path).await?;
        connect::migrate(&path, &mut connection).await?;
        let readers = connect::readers(&path).await?;
        Ok(Self { path, readers, writer: Mutex::new(Some(connection)) })
    }

    /// Closes all connections, after the calls that are under way.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Some(connection) = self.writer.lock().await.take() {
            // Nothing depends on a tidy end: what was committed is flushed.
            let _ = connection.close().await;
        }
    }

    async fn writer(&self) -> Result<Writer<'_>, StoreError> {
        let mut home = self.writer.lock().await;
        let connection = match home.take() {
            Some(connection) => connection,
            None => connect::writer(&self.path).await.map_err(|error| StoreError::Unavailable(error.to_string()))?,
        };
        Ok(Writer { home, connection })
    }

    async fn read(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.readers.begin().await.map_err(store_error)
    }
}

/// The writing connection, taken out of its place until the write has ended well.
struct Writer<'a> {
    home: MutexGuard<'a, Option<SqliteConnection>>,
    connection: SqliteConnection,
}

impl Writer<'_> {
    /// Takes the write lock at once: a transaction that reads first could fail when it wants to write.
    async fn begin(&mut self) -> Result<Transaction<'_, Sqlite>, StoreError> {
        self.connection.begin_with("BEGIN IMMEDIATE").await.map_err(store_error)
    }

    fn keep(mut self) {
        *self.home = Some(self.connection);
    }
}

#[async_trait]
impl DocumentStore for SqliteStore {
    async fn create(&self, document: &NewDocument, initial: &[Bytes]) -> Result<(), StoreError> {
        let body = row::encode_run(&document.author, document.created_at_ms, initial);
        let (rows, bytes) = if initial.is_empty() { (0, 0) } else { (1, body.len()) };
        let position = Position::new(rows);
        let edited_at = (rows > 0).then_some(to_sql(document.created_at_ms));

        let mut writer = self.writer().await?;
        let mut transaction = writer.begin().await?;
        let number: i64 = sqlx::query_scalar(
            "INSERT INTO documents (id, name, created_at_ms, last_edit_at_ms, position, updates, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING number",
        )
        .bind(document.id.as_str())
        .bind(&document.name)
        .bind(to_sql(document.created_at_ms))
        .bind(edited_at)
        .bind(to_sql(rows))
        .bind(to_sql(initial.len() as u64))
        .bind(to_sql(bytes as u64))
        .fetch_one(&mut *transaction)
        .await
        .map_err(|error| match error.as_database_error() {
            Some(database) if database.is_unique_violation() => StoreError::AlreadyExists(document.id.clone()),
            _ => store_error(error),
        })?;
        if rows > 0 {
            sqlx::query("INSERT INTO log (document, position, checksum, body) VALUES (?1, ?2, ?3, ?4)")
                .bind(number)
                .bind(to_sql(rows))
                .bind(row::checksum(&document.id, position, &[&body]))
                .bind(body)
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
        }
        transaction.commit().await.map_err(store_error)?;
        writer.keep();
        Ok(())
    }

    async fn load(&self, document: &DocumentId) -> Result<Stored, StoreError> {
        let mut transaction = self.read().await?;
        match read_document(&mut transaction, document).await {
            Err(StoreError::Corrupt(what)) => {
                let last_good = newest_intact_version(&mut transaction, document).await;
                Err(StoreError::Damaged { document: document.clone(), what, last_good })
            }
            result => result,
        }
    }

    async fn append(&self, batch: &[Append]) -> Result<Vec<Option<Position>>, StoreError> {
        let rows = NewRow::from_batch(batch);

        let mut writer = self.writer().await?;
        let mut transaction = writer.begin().await?;
        let heads = advance(&mut transaction, &rows).await?;
        insert(&mut transaction, &rows, &heads).await?;
        transaction.commit().await.map_err(store_error)?;
        writer.keep();

        Ok(batch.iter().map(|entry| heads.get(entry.document.as_str()).map(|head| head.position)).collect())
    }

    async fn compact(&self, document: &DocumentId, snapshot: &Snapshot, at_ms: u64) -> Result<(), StoreError> {
        let checksum = row::checksum(document, snapshot.position, &[&snapshot.digest, &snapshot.bytes]);

        let mut writer = self.writer().await?;
        let mut transaction = writer.begin().await?;
        let (number, head) = find(&mut transaction, document).await?;
        if snapshot.position > head {
            return Err(StoreError::Refused("a snapshot beyond the end of the log"));
        }
        if replace_snapshot(&mut transaction, number, snapshot.position).await? {
            sqlx::query(
                "INSERT INTO snapshots (document, position, created_at_ms, digest, checksum, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .bind(number)
            .bind(to_sql(snapshot.position.get()))
            .bind(to_sql(at_ms))
            .bind(&snapshot.digest[..])
            .bind(checksum)
            .bind(&snapshot.bytes[..])
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
            forget_replaced(&mut transaction, number, snapshot).await?;
        }
        transaction.commit().await.map_err(store_error)?;
        writer.keep();
        Ok(())
    }

    async fn versions(&self, document: &DocumentId) -> Result<Vec<VersionInfo>, StoreError> {
        let mut transaction = self.read().await?;
        let (number, _) = find(&mut transaction, document).await?;
        let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT version, position, created_at_ms, length(body) FROM snapshots
             WHERE document = ?1 ORDER BY position DESC",
        )
        .bind(number)
        .fetch_all(&mut *transaction)
        .await
        .map_err(store_error)?;
        let info = |(id, position, created_at_ms, bytes)| VersionInfo {
            id: VersionId::new(from_sql(id)),
            position: Position::new(from_sql(position)),
            created_at_ms: from_sql(created_at_ms),
            bytes: from_sql(bytes),
        };
        Ok(rows.into_iter().map(info).collect())
    }

    async fn load_version(&self, document: &DocumentId, version: VersionId) -> Result<Snapshot, StoreError> {
        let mut transaction = self.read().await?;
        match read_version(&mut transaction, document, version).await {
            Err(StoreError::Corrupt(what)) => {
                let last_good = newest_intact_version(&mut transaction, document).await;
                Err(StoreError::Damaged { document: document.clone(), what, last_good })
            }
            result => result,
        }
    }

    async fn list(&self) -> Result<Vec<DocumentInfo>, StoreError> {
        let rows: Vec<(String, String, i64, i64, i64, Option<i64>)> = sqlx::query_as(
            "SELECT id, name, bytes, updates, created_at_ms, last_edit_at_ms FROM documents ORDER BY name, id",
        )
        .fetch_all(&self.readers)
        .await
        .map_err(store_error)?;
        let info = |(id, name, bytes, updates, created_at_ms, last_edit_at_ms): (String, _, _, _, _, Option<i64>)| {
            let Ok(id) = DocumentId::parse_open(&id) else {
                tracing::error!("a stored document has an id that is none; the list leaves it out");
                return None;
            };
            Some(DocumentInfo {
                id,
                name,
                bytes: from_sql(bytes),
                updates: from_sql(updates),
                created_at_ms: from_sql(created_at_ms),
                last_edit_at_ms: last_edit_at_ms.map(from_sql),
            })
        };
        Ok(rows.into_iter().filter_map(info).collect())
    }

    async fn rename(&self, document: &DocumentId, name: &str) -> Result<(), StoreError> {
        let mut writer = self.writer().await?;
        let result = sqlx::query("UPDATE documents SET name = ?2 WHERE id = ?1")
            .bind(document.as_str())
            .bind(name)
            .execute(&mut writer.connection)
            .await
            .map_err(store_error)?;
        writer.keep();
        if result.rows_affected() == 0 { Err(StoreError::NotFound(document.clone())) } else { Ok(()) }
    }

    async fn quarantine(
        &self,
        document: &DocumentId,
        bytes: &[u8],
        reason: &str,
        at_ms: u64,
    ) -> Result<(), StoreError> {
        if bytes.len() > QUARANTINE_BYTES_MAX {
            return Err(StoreError::Refused("more bytes than a document's quarantine holds"));
        }
        let mut writer = self.writer().await?;
        let mut transaction = writer.begin().await?;
        let (number, _) = find(&mut transaction, document).await?;
        sqlx::query("INSERT INTO quarantine (document, at_ms, reason, body) VALUES (?1, ?2, ?3, ?4)")
            .bind(number)
            .bind(to_sql(at_ms))
            .bind(reason)
            .bind(bytes)
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        sqlx::query(
            "DELETE FROM quarantine WHERE document = ?1 AND number NOT IN (
               SELECT number FROM (
                 SELECT number, row_number() OVER newest AS entries, sum(length(body)) OVER newest AS bytes
                 FROM quarantine WHERE document = ?1 WINDOW newest AS (ORDER BY number DESC))
               WHERE entries <= ?2 AND bytes <= ?3)",
        )
        .bind(number)
        .bind(QUARANTINE_ENTRIES_MAX)
        .bind(to_sql(QUARANTINE_BYTES_MAX as u64))
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        writer.keep();
        Ok(())
    }

    async fn quarantined(&self, document: &DocumentId) -> Result<Vec<Quarantined>, StoreError> {
        let mut transaction = self.read().await?;
        let (number, _) = find(&mut transaction, document).await?;
        let rows: Vec<(i64, String, Vec<u8>)> =
            sqlx::query_as("SELECT at_ms, reason, body FROM quarantine WHERE document = ?1 ORDER BY number DESC")
                .bind(number)
                .fetch_all(&mut *transaction)
                .await
                .map_err(store_error)?;
        let entry = |(at_ms, reason, bytes): (i64, String, Vec<u8>)| Quarantined {
            at_ms: from_sql(at_ms),
            reason,
            bytes: bytes.into(),
        };
        Ok(rows.into_iter().map(entry).collect())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        // Reads a page of the file, which `SELECT 1` would not.
        sqlx::query("SELECT number FROM documents LIMIT 1").fetch_optional(&self.readers).await.map_err(store_error)?;
        Ok(())
    }
}

/// What a batch holds for one document.
struct NewRow<'a> {
    document: &'a DocumentId,
    body: Vec<u8>,
    updates: usize,
    at_ms: u64,
}

impl<'a> NewRow<'a> {
    /// One row per document, in the order in which the documents first appear.
    fn from_batch(batch: &'a [Append]) -> Vec<Self> {
        let mut places = HashMap::new();
        let mut documents: Vec<Vec<&Append>> = Vec::new();
        for entry in batch {
            let place = *places.entry(entry.document.as_str()).or_insert(documents.len());
            if place == documents.len() {
                documents.push(Vec::new());
            }
            documents[place].push(entry);
        }
        let new_row = |entries: Vec<&'a Append>| Self {
            document: &entries[0].document,
            updates: entries.iter().map(|entry| entry.updates.len()).sum(),
            at_ms: entries.iter().map(|entry| entry.at_ms).max().unwrap_or_default(),
            body: row::encode(entries),
        };
        documents.into_iter().map(new_row).collect()
    }
}

/// Where a document's row of this batch goes.
struct Head {
    number: i64,
    position: Position,
}

/// Counts the rows of the batch into their documents; a document that is not in the result does not exist.
async fn advance(connection: &mut SqliteConnection, rows: &[NewRow<'_>]) -> Result<HashMap<String, Head>, StoreError> {
    let counts: Vec<_> =
        rows.iter().map(|row| (row.document.as_str(), row.updates, row.body.len(), to_sql(row.at_ms))).collect();
    let heads: Vec<(String, i64, i64)> = sqlx::query_as(
        "UPDATE documents SET
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

async fn insert(
    connection: &mut SqliteConnection,
    rows: &[NewRow<'_>],
    heads: &HashMap<String, Head>,
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
    sqlx::query(
        "INSERT INTO log (document, position, checksum, body)
         SELECT value ->> 0, value ->> 1, value ->> 2, substr(?2, value ->> 3, value ->> 4) FROM json_each(?1)",
    )
    .bind(json(&places))
    .bind(bodies)
    .execute(connection)
    .await
    .map_err(store_error)?;
    Ok(())
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("tuples of strings and numbers have a JSON form")
}

/// A document's number in this file, and the position of its newest row.
async fn find(connection: &mut SqliteConnection, document: &DocumentId) -> Result<(i64, Position), StoreError> {
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

/// Makes place for a snapshot at `position`; `false` if the current one is as new.
async fn replace_snapshot(
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

    if newest.first().is_some_and(|current| from_sql(current.1) >= position.get()) {
        return Ok(false);
    }
    if let [current, before] = newest[..] {
        let age = from_sql(current.2).saturating_sub(from_sql(before.2));
        if age < VERSION_INTERVAL_MS {
            let delete = sqlx::query("DELETE FROM snapshots WHERE version = ?1").bind(current.0);
            delete.execute(connection).await.map_err(store_error)?;
        }
    }
    Ok(true)
}

/// Deletes the log that `snapshot` contains and the oldest versions, and measures what is left.
async fn forget_replaced(
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

/// The document with every checksum verified; what is wrong with it is [`StoreError::Corrupt`].
async fn read_document(connection: &mut SqliteConnection, document: &DocumentId) -> Result<Stored, StoreError> {
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

async fn read_version(
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

/// SQLite has no unsigned numbers. Nothing that is counted here comes near the limit.
fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The other way; a negative number can only be damage, and fails a check of position or checksum as zero.
fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
