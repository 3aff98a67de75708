//! Reaching a Postgres server: what it must be, migrations, and what its errors mean to a caller.
//!
//! Promises: a server that does not flush what it commits is refused; a schema that is too new is left as it is; no message
//! holds the password.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Row};
use std::fmt;
use std::str::FromStr;
use tokio::time::timeout;

use super::pool::{ACQUIRE_TIMEOUT, BEGIN_WRITING};
use super::statement::{query, query_as, query_scalar};
use crate::store::{OpenError, StoreError};

pub(super) static MIGRATIONS: Migrator = Migrator {
    // Old code runs on a new schema; how new it may be, the schema says itself.
    ignore_missing: true,
    // sqlx's own lock belongs to a session, of which PgBouncer has none for us.
    locking: false,
    ..sqlx::migrate!("migrations/postgres")
};

/// The oldest release that the tests run on: older ones are no longer maintained.
const VERSION_MIN: i32 = 150_000;

/// Statements that a session remembers: there are few that are worth it (`Call::query_as`).
const STATEMENTS_KEPT: usize = 8;

/// Names the lock under which one replica migrates and the others wait; any number that nobody else uses.
const MIGRATION_LOCK: i64 = 0x6361_6c69_7400;

/// Where a database is and how to sign in: `postgres://user:password@host:port/database`.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    url: String,
    place: String,
}

impl DatabaseUrl {
    /// Checks the form of a URL.
    ///
    /// # Errors
    /// What is wrong with it, without repeating it.
    pub fn parse(url: &str) -> Result<Self, String> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err("write postgres://user:password@host:port/database".into());
        }
        let options = PgConnectOptions::from_str(url).map_err(|error| match error {
            sqlx::Error::Configuration(what) => what.to_string(),
            other => other.to_string(),
        })?;
        Ok(Self { url: url.to_owned(), place: place(&options) })
    }

    /// For messages: everything but the password.
    pub fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn options(&self) -> Result<PgConnectOptions, OpenError> {
        let options = PgConnectOptions::from_str(&self.url).map_err(|error| self.unusable(error))?;
        // PgBouncer refuses to start a session with settings that it does not know. Nothing here reads floating point.
        let options = options.extra_float_digits(None).statement_cache_capacity(0);
        Ok(options.disable_statement_logging())
    }

    pub(super) fn unusable(&self, what: impl fmt::Display) -> OpenError {
        OpenError::Unusable { path: self.place.clone(), what: what.to_string() }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.place)
    }
}

fn place(options: &PgConnectOptions) -> String {
    let host = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => options.get_host().to_owned(),
    };
    let database = options.get_database().unwrap_or(options.get_username());
    format!("postgres://{}@{host}:{}/{database}", options.get_username(), options.get_port())
}

/// How further connections are made.
#[derive(Clone)]
pub(super) struct Reached {
    pub(super) options: PgConnectOptions,
    /// A connection is one session of the server. Through PgBouncer in transaction mode, each transaction may get another one.
    pub(super) keeps_sessions: bool,
}

/// Connects with a setting of our own, by which a session of the server is told: PgBouncer refuses it, or loses it. Who wants to
/// do without sessions that are kept says `statement-cache-capacity=0` in the URL.
async fn reach(url: &DatabaseUrl) -> Result<(PgConnection, Reached), OpenError> {
    let options = url.options()?;
    if !url.url.contains("statement-cache-capacity=0") {
        let options = options.clone().options([("calit.session", "kept")]).statement_cache_capacity(STATEMENTS_KEPT);
        match connect(url, &options).await? {
            Ok(mut connection) => {
                let ask = sqlx::raw_sql("SELECT current_setting('calit.session', TRUE)").fetch_one(&mut connection);
                let kept: Result<Option<String>, _> = ask.await.and_then(|row| row.try_get(0));
                if matches!(kept, Ok(Some(kept)) if kept == "kept") {
                    return Ok((connection, Reached { options, keeps_sessions: true }));
                }
            }
            Err(error) if error.as_database_error().and_then(|error| error.code()).as_deref() == Some("08P01") => {}
            Err(error) => return Err(url.unusable(what_it_says(&error))),
        }
    }
    let connected = connect(url, &options).await?;
    let connection = connected.map_err(|error| url.unusable(what_it_says(&error)))?;
    Ok((connection, Reached { options, keeps_sessions: false }))
}

async fn connect(
    url: &DatabaseUrl,
    options: &PgConnectOptions,
) -> Result<Result<PgConnection, sqlx::Error>, OpenError> {
    let connected = timeout(ACQUIRE_TIMEOUT, options.connect()).await;
    connected.map_err(|_| url.unusable(format_args!("no answer within {ACQUIRE_TIMEOUT:?}")))
}

/// A first connection, to a server that is known to keep what it commits.
pub(super) async fn open(url: &DatabaseUrl) -> Result<(PgConnection, Reached), OpenError> {
    let (mut connection, reached) = reach(url).await?;
    let unusable = |error: sqlx::Error| url.unusable(what_it_says(&error));

    let mut transaction = connection.begin_with(BEGIN_WRITING).await.map_err(unusable)?;
    let (number, version, fsync, commit): (i32, String, String, String) = query_as(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'),
                current_setting('fsync'), current_setting('synchronous_commit')",
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(unusable)?;
    if number < VERSION_MIN {
        let least = VERSION_MIN / 10_000;
        return Err(url.unusable(format_args!("it is PostgreSQL {version}, and CalIT needs {least} or later")));
    }
    if (fsync.as_str(), commit.as_str()) != ("on", "on") {
        let what = format!("fsync={fsync} synchronous_commit={commit}");
        return Err(OpenError::NotDurable { path: url.place.clone(), what });
    }
    transaction.commit().await.map_err(unusable)?;
    Ok((connection, reached))
}

/// Brings the schema up to this release, in one transaction; replicas that start together wait for the first.
pub(super) async fn migrate(url: &DatabaseUrl, connection: &mut PgConnection) -> Result<(), OpenError> {
    let unusable = |error: sqlx::Error| url.unusable(what_it_says(&error));
    let mut transaction = connection.begin().await.map_err(unusable)?;
    query("SELECT pg_advisory_xact_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut *transaction)
        .await
        .map_err(unusable)?;
    // The migrator names its statements, which the session's next transaction may not expect.
    let forget = || sqlx::raw_sql("DEALLOCATE ALL");
    forget().execute(&mut *transaction).await.map_err(unusable)?;
    let exists: bool = query_scalar("SELECT to_regclass('oldest_release') IS NOT NULL")
        .fetch_one(&mut *transaction)
        .await
        .map_err(unusable)?;
    if exists {
        let needed: i64 = query_scalar("SELECT max(migration) FROM oldest_release")
            .fetch_one(&mut *transaction)
            .await
            .map_err(unusable)?;
        if !MIGRATIONS.version_exists(needed) && needed > 0 {
            return Err(OpenError::SchemaTooNew { path: url.place.clone(), found: needed });
        }
    }
    let migrated = MIGRATIONS.run_direct(None, &mut *transaction, false).await;
    migrated.map_err(|error| match error {
        MigrateError::Execute(error) => unusable(error),
        other => url.unusable(other),
    })?;
    forget().execute(&mut *transaction).await.map_err(unusable)?;
    transaction.commit().await.map_err(unusable)
}

/// What an error of Postgres, or of the way to it, leaves the caller to do.
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    let what = what_it_says(&error);
    match &error {
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
            StoreError::Corrupt(what)
        }
        _ => match error.as_database_error().and_then(|error| error.code()).as_deref() {
            Some("53100") => StoreError::Full(what),
            // A violated constraint is damage too: the statements here keep them all.
            Some(code) if code.starts_with("XX") || code.starts_with("23") => StoreError::Corrupt(what),
            Some(code) if code.starts_with("54") => StoreError::Refused("more bytes than a row can hold"),
            // A lost connection, a server that stops or is only a copy, a deadlock, a time limit: all may pass.
            _ => StoreError::Unavailable(what),
        },
    }
}

/// The server's own words, without sqlx's in front of them.
fn what_it_says(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}
