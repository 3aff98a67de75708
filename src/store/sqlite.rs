//! The embedded store: one SQLite file in the data directory.
//!
//! Promises what [`DocumentStore`] promises, for one server per directory, with other commands beside it: transactions that
//! write are short and take the lock when they begin, so that they wait for each other instead of failing.
//! Writes go through one connection, which a failed write throws away together with whatever state it was in. Reads go
//! through a small pool and never wait for writes.

use async_trait::async_trait;
use bytes::Bytes;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Connection, Sqlite, Transaction};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

use super::directory::DataDirectory;
use super::sql::{DocumentRow, check_outcomes, document_info, quarantined, snapshot_checksum, to_sql, version_info};
use super::{
    Append, DocumentInfo, DocumentStore, EventQuery, Hold, NewDocument, OpenError, Position, QUARANTINE_BYTES_MAX,
    QUARANTINE_ENTRIES_MAX, Quarantined, RecordedEvent, ReplicaId, Since, Snapshot, StoreError, Stored, VersionId,
    VersionInfo, row,
};
use crate::document::DocumentId;

mod append;
mod compact;
mod connect;
mod events;
mod keeper;
mod read;
#[cfg(test)]
mod tests;

use append::{Besides, begin_and_advance, insert_and_commit};
use compact::{forget_outcomes, forget_replaced, replace_snapshot};
use connect::store_error;
use read::{find, name_damage, read_document, read_since, read_version};

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
        let result = read_document(&mut transaction, document).await;
        name_damage(&mut transaction, document, result).await
    }

    async fn load_since(&self, document: &DocumentId, after: Position) -> Result<Since, StoreError> {
        let mut transaction = self.read().await?;
        let result = read_since(&mut transaction, document, after).await;
        name_damage(&mut transaction, document, result).await
    }

    async fn outcome(&self, document: &DocumentId, key: &str) -> Result<Option<String>, StoreError> {
        let mut transaction = self.read().await?;
        keeper::outcome(&mut transaction, document, key).await
    }

    async fn hold(
        &self,
        documents: &[DocumentId],
        replica: ReplicaId,
        time: Duration,
    ) -> Result<Vec<Hold>, StoreError> {
        let mut writer = self.writer().await?;
        let holds = keeper::hold(&mut writer.connection, documents, replica, time).await?;
        writer.keep();
        Ok(holds)
    }

    async fn release(&self, documents: &[DocumentId], replica: ReplicaId) -> Result<(), StoreError> {
        let mut writer = self.writer().await?;
        keeper::release(&mut writer.connection, documents, replica).await?;
        writer.keep();
        Ok(())
    }

    async fn append(&self, batch: &[Append]) -> Result<Vec<Option<Position>>, StoreError> {
        check_outcomes(batch)?;
        let rows = row::NewRow::from_batch(batch);

        let mut writer = self.writer().await?;
        let heads = begin_and_advance(&mut writer.connection, &rows).await?;
        insert_and_commit(&mut writer.connection, &rows, &heads, &Besides::from_batch(batch, &heads)).await?;
        writer.keep();

        Ok(batch.iter().map(|entry| heads.get(entry.document.as_str()).map(|head| head.position)).collect())
    }

    async fn compact(&self, document: &DocumentId, snapshot: &Snapshot, at_ms: u64) -> Result<(), StoreError> {
        let checksum = snapshot_checksum(document, snapshot);

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
            forget_outcomes(&mut transaction, number, at_ms).await?;
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
        Ok(rows.into_iter().map(version_info).collect())
    }

    async fn load_version(&self, document: &DocumentId, version: VersionId) -> Result<Snapshot, StoreError> {
        let mut transaction = self.read().await?;
        let result = read_version(&mut transaction, document, version).await;
        name_damage(&mut transaction, document, result).await
    }

    async fn list(&self) -> Result<Vec<DocumentInfo>, StoreError> {
        let rows: Vec<DocumentRow> = sqlx::query_as(
            "SELECT id, name, bytes, updates, created_at_ms, last_edit_at_ms, archived_at_ms
             FROM documents ORDER BY name, id",
        )
        .fetch_all(&self.readers)
        .await
        .map_err(store_error)?;
        Ok(rows.into_iter().filter_map(document_info).collect())
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

    async fn archive(&self, document: &DocumentId, archived_at_ms: Option<u64>) -> Result<(), StoreError> {
        let mut writer = self.writer().await?;
        let result = sqlx::query("UPDATE documents SET archived_at_ms = ?2 WHERE id = ?1")
            .bind(document.as_str())
            .bind(archived_at_ms.map(to_sql))
            .execute(&mut writer.connection)
            .await
            .map_err(store_error)?;
        writer.keep();
        if result.rows_affected() == 0 { Err(StoreError::NotFound(document.clone())) } else { Ok(()) }
    }

    async fn events(&self, query: &EventQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut transaction = self.read().await?;
        events::read(&mut transaction, query).await
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
        Ok(rows.into_iter().map(quarantined).collect())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        // Reads a page of the file, which `SELECT 1` would not.
        sqlx::query("SELECT number FROM documents LIMIT 1").fetch_optional(&self.readers).await.map_err(store_error)?;
        Ok(())
    }
}
