//! The store for many replicas: one Postgres database that all of them share.
//!
//! Promises what [`DocumentStore`] promises, also behind PgBouncer in transaction mode: every call is one transaction, and
//! nothing is kept in a session where the next transaction may get another one (`connect::reach` finds out). A call that fails
//! for want of the server closes its connection; the next one connects anew.
//! The log is appended to through connections of its own, so that it never waits for a reader (reference: limits, 2.3).

use async_trait::async_trait;
use bytes::Bytes;
use sqlx::postgres::PgConnection;
use std::borrow::Cow;
use std::time::Duration;

use super::sql::{DocumentRow, check_outcomes, document_info, quarantined, to_sql, version_info};
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
mod heads;
mod keeper;
mod pool;
mod read;
mod statement;
#[cfg(test)]
mod tests;

pub use connect::DatabaseUrl;

use append::{Batch, Found};
use connect::store_error;
use heads::Heads;
use pool::{BEGIN_READING, BEGIN_WRITING, Call, Connections, within};
use read::{find, name_damage, read_document, read_since, read_version};
use statement::{query, query_as, query_scalar};

/// Connections that append: with the second, one batch is prepared while another is flushed (reference: limits, 3.4).
const WRITERS_MAX: usize = 2;

/// Connections for everything else. Twenty replicas with ten each stay within what a small server allows.
const OTHERS_MAX: usize = 8;

/// Documents in one Postgres database.
pub struct PostgresStore {
    writers: Connections,
    others: Connections,
    heads: Heads,
}

impl PostgresStore {
    /// Opens the database, bringing its schema up to date where needed.
    ///
    /// # Errors
    /// One sentence for the person who starts the program; the data is unchanged.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let (mut connection, reached) = connect::open(url).await?;
        connect::migrate(url, &mut connection).await?;
        let others = Connections::new(reached.clone(), OTHERS_MAX);
        others.keep(connection);
        Ok(Self { writers: Connections::new(reached, WRITERS_MAX), others, heads: Heads::default() })
    }

    /// Closes all connections that are not in use; further calls fail.
    pub async fn close(&self) {
        self.writers.close().await;
        self.others.close().await;
    }

    async fn read(&self) -> Result<Call<'_>, StoreError> {
        self.others.begin(BEGIN_READING).await
    }

    async fn write(&self) -> Result<Call<'_>, StoreError> {
        self.others.begin(BEGIN_WRITING).await
    }

    /// Appends in one statement and nothing else, if that is possible here and nobody else has appended.
    async fn append_batch(&self, batch: &Batch<'_>) -> Result<Found, StoreError> {
        let mut heads = self.heads.of(&batch.rows);
        if let (Some(known), true) = (&heads, self.writers.keeps_sessions()) {
            let mut call = self.writers.lend().await?;
            let result = append::append(&mut call, batch, known).await;
            let found = call.give_back(result)?;
            if found.fits {
                return Ok(found);
            }
            heads = Some(found.heads(batch));
        }
        let heads = heads.unwrap_or_else(|| vec![Position::START; batch.rows.len()]);
        let mut call = self.writers.begin(BEGIN_WRITING).await?;
        let result = append::append_surely(&mut call, batch, &heads).await;
        call.end(result).await
    }
}

#[async_trait]
impl DocumentStore for PostgresStore {
    async fn create(&self, document: &NewDocument, initial: &[Bytes]) -> Result<(), StoreError> {
        within(async {
            let mut call = self.write().await?;
            let result = create(&mut call.connection, document, initial).await;
            call.end(result).await
        })
        .await
    }

    async fn load(&self, document: &DocumentId) -> Result<Stored, StoreError> {
        within(async {
            let mut call = self.read().await?;
            let result = read_document(&mut call.connection, document).await;
            let result = name_damage(&mut call.connection, document, result).await;
            let stored = call.end(result).await?;
            self.heads.learn(document, stored.position);
            Ok(stored)
        })
        .await
    }

    async fn load_since(&self, document: &DocumentId, after: Position) -> Result<Since, StoreError> {
        within(async {
            let mut call = self.read().await?;
            let result = read_since(&mut call.connection, document, after).await;
            let result = name_damage(&mut call.connection, document, result).await;
            call.end(result).await
        })
        .await
    }

    async fn outcome(&self, document: &DocumentId, key: &str) -> Result<Option<String>, StoreError> {
        within(async {
            let mut call = self.read().await?;
            let result = keeper::outcome(&mut call.connection, document, key).await;
            call.end(result).await
        })
        .await
    }

    async fn hold(
        &self,
        documents: &[DocumentId],
        replica: ReplicaId,
        time: Duration,
    ) -> Result<Vec<Hold>, StoreError> {
        within(async {
            let mut call = self.write().await?;
            let result = keeper::hold(&mut call.connection, documents, replica, time).await;
            call.end(result).await
        })
        .await
    }

    async fn release(&self, documents: &[DocumentId], replica: ReplicaId) -> Result<(), StoreError> {
        within(async {
            let mut call = self.write().await?;
            let result = keeper::release(&mut call.connection, documents, replica).await;
            call.end(result).await
        })
        .await
    }

    async fn append(&self, batch: &[Append]) -> Result<Vec<Option<Position>>, StoreError> {
        check_outcomes(batch)?;
        within(async {
            let batch = Batch::new(batch);
            let found = self.append_batch(&batch).await?;
            for (row, head) in batch.rows.iter().zip(found.heads(&batch)) {
                self.heads.learn(row.document, append::next(head));
            }
            Ok(found.positions(&batch))
        })
        .await
    }

    async fn compact(&self, document: &DocumentId, snapshot: &Snapshot, at_ms: u64) -> Result<(), StoreError> {
        within(async {
            let mut call = self.write().await?;
            let result = compact::compact(&mut call.connection, document, snapshot, at_ms).await;
            call.end(result).await
        })
        .await
    }

    async fn versions(&self, document: &DocumentId) -> Result<Vec<VersionInfo>, StoreError> {
        within(async {
            let mut call = self.read().await?;
            let result = versions(&mut call.connection, document).await;
            call.end(result).await
        })
        .await
    }

    async fn load_version(&self, document: &DocumentId, version: VersionId) -> Result<Snapshot, StoreError> {
        within(async {
            let mut call = self.read().await?;
            let result = read_version(&mut call.connection, document, version).await;
            let result = name_damage(&mut call.connection, document, result).await;
            call.end(result).await
        })
        .await
    }

    async fn list(&self) -> Result<Vec<DocumentInfo>, StoreError> {
        within(async {
            let mut call = self.read().await?;
            let result = list(&mut call.connection).await;
            call.end(result).await
        })
        .await
    }

    async fn rename(&self, document: &DocumentId, name: &str) -> Result<(), StoreError> {
        within(async {
            let mut call = self.write().await?;
            let update = query("UPDATE documents SET name = $2 WHERE id = $1");
            let update = update.bind(document.as_str()).bind(text(name));
            let result = update.execute(&mut call.connection).await;
            call.end(changed(document, result)).await
        })
        .await
    }

    async fn archive(&self, document: &DocumentId, archived_at_ms: Option<u64>) -> Result<(), StoreError> {
        within(async {
            let mut call = self.write().await?;
            let update = query("UPDATE documents SET archived_at_ms = $2 WHERE id = $1");
            let update = update.bind(document.as_str()).bind(archived_at_ms.map(to_sql));
            let result = update.execute(&mut call.connection).await;
            call.end(changed(document, result)).await
        })
        .await
    }

    async fn events(&self, query: &EventQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        within(async {
            let mut call = self.read().await?;
            let result = events::read(&mut call.connection, query).await;
            call.end(result).await
        })
        .await
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
        within(async {
            let mut call = self.write().await?;
            let result = quarantine(&mut call.connection, document, bytes, reason, at_ms).await;
            call.end(result).await
        })
        .await
    }

    async fn quarantined(&self, document: &DocumentId) -> Result<Vec<Quarantined>, StoreError> {
        within(async {
            let mut call = self.read().await?;
            let result = read_quarantine(&mut call.connection, document).await;
            call.end(result).await
        })
        .await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        within(async {
            let mut call = self.read().await?;
            let select = query("SELECT number FROM documents LIMIT 1");
            let result = select.fetch_optional(&mut call.connection).await;
            call.end(result.map(drop).map_err(store_error)).await
        })
        .await
    }
}

async fn create(connection: &mut PgConnection, document: &NewDocument, initial: &[Bytes]) -> Result<(), StoreError> {
    let body = row::encode_run(&document.author, document.created_at_ms, initial);
    let (rows, bytes) = if initial.is_empty() { (0, 0) } else { (1, body.len()) };
    let number: Option<i64> = query_scalar(
        "INSERT INTO documents (id, name, created_at_ms, last_edit_at_ms, position, updates, bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING RETURNING number",
    )
    .bind(document.id.as_str())
    .bind(text(&document.name))
    .bind(to_sql(document.created_at_ms))
    .bind((rows > 0).then_some(to_sql(document.created_at_ms)))
    .bind(to_sql(rows))
    .bind(to_sql(initial.len() as u64))
    .bind(to_sql(bytes as u64))
    .fetch_optional(&mut *connection)
    .await
    .map_err(store_error)?;
    let Some(number) = number else { return Err(StoreError::AlreadyExists(document.id.clone())) };
    if rows > 0 {
        query("INSERT INTO log (document, position, checksum, body) VALUES ($1, $2, $3, $4)")
            .bind(number)
            .bind(to_sql(rows))
            .bind(i64::from(row::checksum(&document.id, Position::new(rows), &[&body])))
            .bind(body)
            .execute(connection)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}

async fn versions(connection: &mut PgConnection, document: &DocumentId) -> Result<Vec<VersionInfo>, StoreError> {
    let (number, _) = find(connection, document).await?;
    let rows: Vec<(i64, i64, i64, i64)> = query_as(
        "SELECT version, position, created_at_ms, length(body)::bigint FROM snapshots
         WHERE document = $1 ORDER BY position DESC",
    )
    .bind(number)
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    Ok(rows.into_iter().map(version_info).collect())
}

async fn list(connection: &mut PgConnection) -> Result<Vec<DocumentInfo>, StoreError> {
    let rows: Vec<DocumentRow> = query_as(
        "SELECT id, name, bytes, updates, created_at_ms, last_edit_at_ms, archived_at_ms
         FROM documents ORDER BY name, id",
    )
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    Ok(rows.into_iter().filter_map(document_info).collect())
}

async fn quarantine(
    connection: &mut PgConnection,
    document: &DocumentId,
    bytes: &[u8],
    reason: &str,
    at_ms: u64,
) -> Result<(), StoreError> {
    let (number, _) = find(connection, document).await?;
    query("INSERT INTO quarantine (document, at_ms, reason, body) VALUES ($1, $2, $3, $4)")
        .bind(number)
        .bind(to_sql(at_ms))
        .bind(text(reason))
        .bind(bytes)
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    query(
        "DELETE FROM quarantine WHERE document = $1 AND number NOT IN (
           SELECT number FROM (
             SELECT number, row_number() OVER newest AS entries, sum(length(body)) OVER newest AS bytes
             FROM quarantine WHERE document = $1 WINDOW newest AS (ORDER BY number DESC)) AS kept
           WHERE entries <= $2 AND bytes <= $3)",
    )
    .bind(number)
    .bind(i64::from(QUARANTINE_ENTRIES_MAX))
    .bind(to_sql(QUARANTINE_BYTES_MAX as u64))
    .execute(connection)
    .await
    .map_err(store_error)?;
    Ok(())
}

async fn read_quarantine(connection: &mut PgConnection, document: &DocumentId) -> Result<Vec<Quarantined>, StoreError> {
    let (number, _) = find(connection, document).await?;
    let rows: Vec<(i64, String, Vec<u8>)> =
        query_as("SELECT at_ms, reason, body FROM quarantine WHERE document = $1 ORDER BY number DESC")
            .bind(number)
            .fetch_all(connection)
            .await
            .map_err(store_error)?;
    Ok(rows.into_iter().map(quarantined).collect())
}

/// What became of a change to the row of one document.
fn changed(
    document: &DocumentId,
    result: Result<sqlx::postgres::PgQueryResult, sqlx::Error>,
) -> Result<(), StoreError> {
    match result {
        Ok(done) if done.rows_affected() == 0 => Err(StoreError::NotFound(document.clone())),
        Ok(_) => Ok(()),
        Err(error) => Err(store_error(error)),
    }
}

/// Postgres has no zero character in its texts; one in a name must not fail the row.
fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}
