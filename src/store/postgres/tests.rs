//! The contract, and what only Postgres promises.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::store::contract::{self, Damage, Fixture};

/// Makes the names of this process's databases differ.
static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A database of a test's own; dropped with it.
struct PostgresFixture {
    server: String,
    database: String,
}

impl PostgresFixture {
    async fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the runner tells where it has started the server")]
        let server = std::env::var("CALIT_TEST_POSTGRES")
            .expect("the tests need a Postgres: run `make test`, or eval \"$(src/tests/servers start)\" first");
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let fixture = Self { server, database: format!("calit_{}_{number}", std::process::id()) };
        fixture.administrate(&format!("CREATE DATABASE {}", fixture.database)).await;
        fixture
    }

    fn url(&self) -> DatabaseUrl {
        DatabaseUrl::parse(&self.text()).expect("a URL")
    }

    fn text(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').expect("a URL with a database");
        format!("{server}/{}", self.database)
    }

    async fn administrate(&self, sql: &str) {
        run(&self.server, sql).await;
    }

    async fn execute(&self, sql: &str) -> u64 {
        run(&self.text(), sql).await
    }
}

async fn run(url: &str, sql: &str) -> u64 {
    let options = PgConnectOptions::from_str(url).expect("a URL");
    let mut connection = options.connect().await.expect("the server runs");
    let result = connection.execute(AssertSqlSafe(sql.to_owned())).await.expect("valid SQL");
    connection.close().await.expect("the server runs");
    result.rows_affected()
}

impl Drop for PostgresFixture {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database));
        // A runtime of its own: this one cannot wait here.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(run(&server, &sql));
        });
        // The server is thrown away after the tests in any case.
        let _ = dropping.join();
    }
}

impl Fixture for PostgresFixture {
    type Store = PostgresStore;

    async fn open(&self) -> PostgresStore {
        PostgresStore::open(&self.url()).await.expect("it can be opened")
    }

    async fn damage(&self, damage: Damage) {
        // The lowest bit of the last byte, which is part of an update or of the state.
        const FLIP: &str = "body = set_byte(body, length(body) - 1, get_byte(body, length(body) - 1) # 1)";
        const NEWEST: &str = "version = (SELECT max(version) FROM snapshots)";
        let sql = match damage {
            Damage::FlipLogBit(position) => format!("UPDATE log SET {FLIP} WHERE position = {position}"),
            Damage::LoseLogRow(position) => format!("DELETE FROM log WHERE position = {position}"),
            Damage::TruncateLogRow(position) => {
                format!("UPDATE log SET body = substr(body, 1, length(body) / 2) WHERE position = {position}")
            }
            Damage::FlipSnapshotBit => format!("UPDATE snapshots SET {FLIP} WHERE {NEWEST}"),
            Damage::LoseSnapshot => format!("DELETE FROM snapshots WHERE {NEWEST}"),
        };
        assert_eq!(self.execute(&sql).await, 1, "the damage must hit");
    }
}

contract::tests!(PostgresFixture::new().await);

#[test]
fn every_migration_is_embedded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres");
    let files = std::fs::read_dir(folder).expect("the folder is there").count();

    assert_eq!(connect::MIGRATIONS.iter().count(), files, "cargo does not notice a new file: touch connect.rs");
}
