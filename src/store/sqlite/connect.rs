//! Opening the SQLite file: settings that durability rests on, migrations, and what SQLite's errors mean to a caller.
//!
//! Promises: a connection for writing flushes every commit, or there is none; a file that a newer release wrote is left as
//! it is.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;
use std::time::Duration;

use crate::store::{OpenError, StoreError};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a statement waits for another process's transaction. Those take milliseconds, a large import's one row about a
/// second on a slow disk.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections for reading. Loads are short, and two cores do not decode more documents than this at once.
const READERS_MAX: u32 = 4;

/// How long a reader waits for a connection: sqlx's default of 30 s outlives every client (reference: limits, 2.3).
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// Attempts to open a file that another process opens for the first time: switching to WAL takes an exclusive lock, for
/// which SQLite's own busy timeout does not wait.
const OPEN_ATTEMPTS: u32 = 50;
const OPEN_RETRY: Duration = Duration::from_millis(100);

/// Pages in the log file (WAL) before a commit moves them into the database: 16 MiB. With SQLite's default of 4 MiB the same
/// load of 50 writers gets 0.8 × the rows and 2 × the p99; with 64 MiB nothing more.
const CHECKPOINT_PAGES: &str = "4096";

/// Size to which the WAL is cut after it grew, in bytes: a reader that held it back must not cost disk space for ever.
const WAL_BYTES_KEPT: &str = "67108864";

/// Rows that a statement may hand over before its thread waits for somebody to take them: as many as a commit group has.
const ROWS_BUFFERED: usize = 512;

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("journal_size_limit", WAL_BYTES_KEPT)
        .row_buffer_size(ROWS_BUFFERED)
        // Formatting every statement for a log that nobody reads costs more than a small statement.
        .disable_statement_logging()
}

/// A connection for writing, with its durability checked.
pub(super) async fn writer(path: &Path) -> Result<SqliteConnection, OpenError> {
    let mut connection = connect_patiently(path).await?;
    let unusable = |error: sqlx::Error| unusable(path, error);

    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut connection).await.map_err(unusable)?;
    let synchronous: i64 =
        sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut connection).await.map_err(unusable)?;
    let foreign_keys: i64 =
        sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(&mut connection).await.map_err(unusable)?;

    // 2 is FULL: every commit is flushed.
    if (mode.as_str(), synchronous, foreign_keys) != ("wal", 2, 1) {
        let what = format!("journal_mode={mode} synchronous={synchronous} foreign_keys={foreign_keys}");
        return Err(OpenError::NotDurable { path: path.display().to_string(), what });
    }
    Ok(connection)
}

/// Connections for reading, which cannot write.
pub(super) async fn readers(path: &Path) -> Result<SqlitePool, OpenError> {
    SqlitePoolOptions::new()
        .max_connections(READERS_MAX)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A local file does not go away between two uses.
        .test_before_acquire(false)
        .connect_with(options(path).pragma("query_only", "ON"))
        .await
        .map_err(|error| unusable(path, error))
}

/// Brings the schema up to this release, in one transaction: two processes may start at once.
pub(super) async fn migrate(path: &Path, connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(|error| unusable(path, error))?;
    match MIGRATIONS.run_direct(None, &mut *transaction, false).await {
        Ok(()) => transaction.commit().await.map_err(|error| unusable(path, error)),
        Err(MigrateError::VersionMissing(found)) => {
            Err(OpenError::SchemaTooNew { path: path.display().to_string(), found })
        }
        Err(error) => Err(OpenError::Unusable { path: path.display().to_string(), what: error.to_string() }),
    }
}

/// What an error of SQLite leaves the caller to do.
pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    let what = error.to_string();
    match &error {
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
            StoreError::Corrupt(what)
        }
        _ => match primary_code(&error) {
            Some(SQLITE_FULL) => StoreError::Full(what),
            // A violated constraint is damage too: the statements here keep them all.
            Some(SQLITE_CORRUPT | SQLITE_CONSTRAINT | SQLITE_NOTADB) => StoreError::Corrupt(what),
            Some(SQLITE_TOOBIG) => StoreError::Refused("more bytes than a row can hold"),
            // Busy, I/O errors, a directory that went away: all may pass.
            _ => StoreError::Unavailable(what),
        },
    }
}

/// <https://www.sqlite.org/rescode.html>
const SQLITE_BUSY: i32 = 5;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_TOOBIG: i32 = 18;
const SQLITE_CONSTRAINT: i32 = 19;
const SQLITE_NOTADB: i32 = 26;

/// The result code without its extension, which is in the higher bytes.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

async fn connect_patiently(path: &Path) -> Result<SqliteConnection, OpenError> {
    let options = options(path);
    let mut attempt = 1;
    loop {
        match options.connect().await {
            Err(error) if primary_code(&error) == Some(SQLITE_BUSY) && attempt < OPEN_ATTEMPTS => {
                tokio::time::sleep(OPEN_RETRY).await;
                attempt += 1;
            }
            result => return result.map_err(|error| unusable(path, error)),
        }
    }
}

fn unusable(path: &Path, error: sqlx::Error) -> OpenError {
    OpenError::Unusable { path: path.display().to_string(), what: error.to_string() }
}
