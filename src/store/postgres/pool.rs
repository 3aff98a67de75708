//! Connections, each lent to one call at a time and given back only if the call ended well.
//!
//! Promises: a connection on which anything went wrong is closed, and the server then rolls back; a call ends within
//! [`CALL_TIMEOUT`], also when the other end has gone without a word.
//! Not sqlx's pool, which takes a connection back after a call was dropped in the middle of an answer, and waits for the
//! rest of it (reference: limits, 2.3).

use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgRow, Postgres};
use sqlx::query::QueryAs;
use sqlx::{ConnectOptions, Connection, FromRow};
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::connect::{Reached, store_error};
use crate::store::StoreError;

/// How long a call waits for a connection, and a connection for its server.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a call may take. The server gives up earlier, so that this end notices a connection that is half open and
/// nothing else.
const CALL_TIMEOUT: Duration = Duration::from_secs(12);

/// Everything is set for the transaction, since PgBouncer gives the next one another session. A replica that dies in the
/// middle holds its documents' rows until the server notices; the last limit is for that.
macro_rules! begin {
    ($($settings:literal),*) => {
        concat!(
            "BEGIN", $($settings),*,
            "; SET LOCAL statement_timeout = '8s'; SET LOCAL idle_in_transaction_session_timeout = '5s'"
        )
    };
}

/// Reads the state at one moment.
pub(super) const BEGIN_READING: &str = begin!(" ISOLATION LEVEL REPEATABLE READ READ ONLY");

/// Flushes its commit, whatever the database's default is.
pub(super) const BEGIN_WRITING: &str = begin!(" ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = 'on'");

/// Connections for one purpose.
pub(super) struct Connections {
    options: PgConnectOptions,
    keeps_sessions: bool,
    idle: Mutex<Vec<PgConnection>>,
    permits: Semaphore,
}

/// A transaction on a connection; dropping it closes the connection, which rolls back.
pub(super) struct Call<'a> {
    home: &'a Connections,
    pub(super) connection: PgConnection,
    _permit: SemaphorePermit<'a>,
}

impl Connections {
    /// At most `most` connections, opened when they are needed.
    pub(super) fn new(reached: Reached, most: usize) -> Self {
        let Reached { options, keeps_sessions } = reached;
        Self { options, keeps_sessions, idle: Mutex::default(), permits: Semaphore::new(most) }
    }

    /// Begins a transaction with one of the `BEGIN_…` above.
    pub(super) async fn begin(&self, begin: &'static str) -> Result<Call<'_>, StoreError> {
        let mut call = self.lend().await?;
        match sqlx::raw_sql(begin).execute(&mut call.connection).await {
            Ok(_) => Ok(call),
            Err(error) => call.end(Err(store_error(error))).await,
        }
    }

    /// Lends a connection for a statement that is a transaction by itself, and only where sessions are ours: it is prepared in
    /// one of PgBouncer's transactions, and executed in the next.
    pub(super) async fn lend(&self) -> Result<Call<'_>, StoreError> {
        let acquired = timeout(ACQUIRE_TIMEOUT, self.acquire()).await;
        acquired.map_err(|_| StoreError::Unavailable("no connection in time".into()))?
    }

    /// Whether what a session remembers is there for its next transaction.
    pub(super) fn keeps_sessions(&self) -> bool {
        self.keeps_sessions
    }

    async fn acquire(&self) -> Result<Call<'_>, StoreError> {
        let closed = |_| StoreError::Unavailable("the store is closed".into());
        let permit = self.permits.acquire().await.map_err(closed)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.options.connect().await.map_err(store_error)?,
        };
        Ok(Call { home: self, connection, _permit: permit })
    }

    pub(super) fn keep(&self, connection: PgConnection) {
        self.idle().push(connection);
    }

    /// Closes what is idle and refuses every further call.
    pub(super) async fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            // Nothing depends on a tidy end: what was committed is flushed.
            let _ = connection.close().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<PgConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Call<'_> {
    /// A statement that is worth remembering, where the session does.
    pub(super) fn query_as<'q, O>(&self, sql: &'static str) -> QueryAs<'q, Postgres, O, PgArguments>
    where
        O: for<'r> FromRow<'r, PgRow>,
    {
        sqlx::query_as(sql).persistent(self.home.keeps_sessions)
    }

    /// Gives the connection back after a statement that was a transaction by itself, unless it may be broken.
    pub(super) fn give_back<T>(self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        match result {
            Ok(_) => self.home.keep(self.connection),
            Err(_) => self.home.idle().clear(),
        }
        result
    }

    /// Commits what went well, and gives the connection back unless it may be broken.
    pub(super) async fn end<T>(mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let result = match result {
            Err(error @ (StoreError::Unavailable(_) | StoreError::Corrupt(_))) => Err(error),
            result => match (sqlx::raw_sql(end).execute(&mut self.connection).await, result) {
                (Ok(_), result) => {
                    self.home.keep(self.connection);
                    return result;
                }
                (Err(error), Ok(_)) => Err(store_error(error)),
                (Err(_), result) => result,
            },
        };
        // What broke this one, such as a restart of the server, has probably broken the others.
        self.home.idle().clear();
        result
    }
}

/// Gives up on a call that takes too long; its connection is closed with it.
pub(super) async fn within<T>(call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    match timeout(CALL_TIMEOUT, call).await {
        Ok(result) => result,
        Err(_) => Err(StoreError::Unavailable("no answer in time".into())),
    }
}
