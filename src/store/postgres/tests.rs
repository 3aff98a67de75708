//! The contract, and what only Postgres promises.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::store::Event;
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

    async fn raw(&self) -> PgConnection {
        PgConnectOptions::from_str(&self.text()).expect("a URL").connect().await.expect("the server runs")
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

/// Opens the store with one document that holds one update.
async fn with_document(fixture: &PostgresFixture) -> (PostgresStore, Append) {
    let store = fixture.open().await;
    let id = DocumentId::parse_open("notes").expect("a valid name");
    let author: Arc<str> = "usr_ada".into();
    let document = NewDocument { id: id.clone(), name: "Notes".into(), author: author.clone(), created_at_ms: 1 };
    let updates = vec![Bytes::from_static(b"one")];
    store.create(&document, &updates).await.expect("a new document");
    (store, Append { document: id, updates, author, at_ms: 1, events: Vec::new(), outcome: None })
}

fn unavailable<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Unavailable(_)))
}

#[tokio::test]
async fn connections_that_the_server_ends_are_made_anew() {
    let fixture = PostgresFixture::new().await;
    let (store, entry) = with_document(&fixture).await;
    store.append(std::slice::from_ref(&entry)).await.expect("the store works");
    let end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    fixture.execute(end_all).await;

    let (lost, unread) = (store.append(std::slice::from_ref(&entry)).await, store.load(&entry.document).await);
    let again = store.append(std::slice::from_ref(&entry)).await;

    assert!(unavailable(&lost) && unavailable(&unread), "{lost:?} {unread:?}");
    assert_eq!(again, Ok(vec![Some(Position::new(3))]));
    assert_eq!(store.load(&entry.document).await.expect("an intact document").log.len(), 3);
}

#[tokio::test]
async fn a_document_that_somebody_locks_for_long_is_unavailable_and_then_free() {
    let fixture = PostgresFixture::new().await;
    let (store, entry) = with_document(&fixture).await;
    let mut other = fixture.raw().await;
    sqlx::raw_sql("BEGIN; SELECT * FROM documents FOR UPDATE").execute(&mut other).await.expect("valid SQL");
    // The server's own limit, which nobody waits for here.
    let waiting = store.append(std::slice::from_ref(&entry));
    let cancel = async {
        let waits = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
            AND datname = current_database()";
        while fixture.execute(waits).await == 0 {}
    };

    let (cancelled, ()) = futures_util::future::join(waiting, cancel).await;
    other.execute("ROLLBACK").await.expect("valid SQL");

    assert!(unavailable(&cancelled), "{cancelled:?}");
    assert_eq!(store.append(&[entry]).await, Ok(vec![Some(Position::new(2))]));
}

#[tokio::test]
async fn replicas_that_append_in_other_orders_do_not_lock_each_other_out() {
    let fixture = PostgresFixture::new().await;
    let (store, entry) = with_document(&fixture).await;
    let other = fixture.open().await;
    let plan = DocumentId::parse_open("plan").expect("a valid name");
    let document = NewDocument { id: plan.clone(), name: "Plan".into(), author: "a".into(), created_at_ms: 1 };
    store.create(&document, &[]).await.expect("a new document");
    let forward = [entry.clone(), Append { document: plan, ..entry }];
    let backward = [forward[1].clone(), forward[0].clone()];

    for _ in 0..50 {
        let (one, two) = futures_util::future::join(store.append(&forward), other.append(&backward)).await;

        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    }
}

#[tokio::test]
async fn a_call_that_was_dropped_leaves_the_store_usable() {
    let fixture = PostgresFixture::new().await;
    let (store, entry) = with_document(&fixture).await;

    // Each poll goes a little further, so that the call is dropped before, within and after its transaction.
    for polls in 1..40 {
        let mut call = Box::pin(store.append(std::slice::from_ref(&entry)));
        for _ in 0..polls {
            if futures_util::poll!(&mut call).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    let last = store.append(std::slice::from_ref(&entry)).await.expect("the store works")[0];

    assert_eq!(Some(store.load(&entry.document).await.expect("an intact document").position), last);
}

#[tokio::test]
async fn a_second_compaction_at_once_has_nothing_to_do() {
    let fixture = PostgresFixture::new().await;
    let (store, entry) = with_document(&fixture).await;
    let mut other = fixture.raw().await;
    let lock = "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('compact notes', 0))";
    sqlx::raw_sql(lock).execute(&mut other).await.expect("valid SQL");
    let snapshot = Snapshot { bytes: Bytes::from_static(b"all"), digest: [7; 32], position: Position::new(1) };

    store.compact(&entry.document, &snapshot, 1).await.expect("another replica is at it");
    let meanwhile = store.versions(&entry.document).await.expect("the store works").len();
    other.execute("ROLLBACK").await.expect("valid SQL");
    store.compact(&entry.document, &snapshot, 1).await.expect("nobody else is at it");

    assert_eq!((meanwhile, store.versions(&entry.document).await.expect("the store works").len()), (0, 1));
}

#[tokio::test]
async fn a_zero_character_in_a_text_fails_nothing() {
    let fixture = PostgresFixture::new().await;
    let (store, entry) = with_document(&fixture).await;
    let event = Event { number: 1, subject: "crd\0".into(), body: "{}".into() };

    store.rename(&entry.document, "No\0tes").await.expect("the store works");
    store.append(&[Append { events: vec![event], ..entry }]).await.expect("the store works");

    assert_eq!(store.list().await.expect("the store works")[0].name, "No\u{fffd}tes");
}

#[tokio::test]
async fn replicas_may_migrate_at_the_same_time() {
    let fixture = PostgresFixture::new().await;

    let stores = futures_util::future::join_all((0..4).map(|_| fixture.open())).await;

    for store in stores {
        assert_eq!(store.ping().await, Ok(()));
    }
}

#[tokio::test]
async fn a_schema_that_only_grew_is_worked_on() {
    let fixture = PostgresFixture::new().await;
    fixture.open().await.close().await;
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (29990101000000, 'later', TRUE, '\\x00', 0)";
    fixture.execute(later).await;

    assert_eq!(fixture.open().await.ping().await, Ok(()));
}

#[tokio::test]
async fn a_schema_that_needs_a_newer_release_is_refused_and_left_alone() {
    let fixture = PostgresFixture::new().await;
    fixture.open().await.close().await;
    fixture.execute("UPDATE oldest_release SET migration = 29990101000000").await;

    let result = PostgresStore::open(&fixture.url()).await;

    assert!(matches!(result.err(), Some(OpenError::SchemaTooNew { found: 29990101000000, .. })));
}

#[tokio::test]
async fn a_default_without_flush_does_not_reach_the_store() {
    let fixture = PostgresFixture::new().await;
    fixture.administrate(&format!("ALTER DATABASE {} SET synchronous_commit = off", fixture.database)).await;
    let store = fixture.open().await;

    let mut call = store.writers.begin(BEGIN_WRITING).await.expect("the store works");
    let setting: String =
        sqlx::query_scalar("SHOW synchronous_commit").fetch_one(&mut call.connection).await.expect("valid SQL");

    assert_eq!(setting, "on");
}

#[tokio::test]
async fn a_session_keeps_no_statement_but_the_one_that_appends() {
    let fixture = PostgresFixture::new().await;
    let (store, entry) = with_document(&fixture).await;

    for entries in 1..5 {
        store.append(&vec![entry.clone(); entries]).await.expect("the store works");
        store.events(&EventQuery { limit: 1, ..EventQuery::default() }).await.expect("the store works");
    }

    for (connections, most) in [(&store.writers, 1), (&store.others, 0)] {
        let mut call = connections.begin(BEGIN_READING).await.expect("the store works");
        let kept = query_scalar::<i64>("SELECT count(*) FROM pg_prepared_statements").fetch_one(&mut call.connection);
        assert_eq!(kept.await.expect("valid SQL"), most);
    }
}

#[tokio::test]
async fn a_url_can_ask_to_do_without_sessions() {
    let fixture = PostgresFixture::new().await;
    let (found_out, entry) = with_document(&fixture).await;
    let url = DatabaseUrl::parse(&format!("{}?statement-cache-capacity=0", fixture.text())).expect("a URL");
    let told = PostgresStore::open(&url).await.expect("it can be opened");

    for position in 2..4 {
        let appended = told.append(std::slice::from_ref(&entry)).await;
        assert_eq!(appended, Ok(vec![Some(Position::new(position))]));
    }
    let mut call = told.writers.begin(BEGIN_READING).await.expect("the store works");
    let kept = query_scalar::<i64>("SELECT count(*) FROM pg_prepared_statements").fetch_one(&mut call.connection);

    assert_eq!(kept.await.expect("valid SQL"), 0);
    assert!(found_out.writers.keeps_sessions() && !told.writers.keeps_sessions());
}

#[tokio::test]
async fn an_append_is_flushed_whatever_the_default_is() {
    let fixture = PostgresFixture::new().await;
    let (store, entry) = with_document(&fixture).await;
    fixture.administrate(&format!("ALTER DATABASE {} SET synchronous_commit = off", fixture.database)).await;
    let notice = "CREATE TABLE noticed (setting TEXT);
        CREATE FUNCTION notice() RETURNS TRIGGER LANGUAGE plpgsql AS $$
          BEGIN INSERT INTO noticed VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
        CREATE TRIGGER notice AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION notice()";
    fixture.execute(notice).await;

    for _ in 0..3 {
        store.append(std::slice::from_ref(&entry)).await.expect("the store works");
    }

    assert_eq!(fixture.execute("SELECT * FROM noticed WHERE setting = 'on'").await, 3);
}

#[tokio::test]
async fn an_append_that_waits_for_another_change_of_its_document_is_behind_it() {
    let fixture = PostgresFixture::new().await;
    let (store, entry) = with_document(&fixture).await;
    store.append(std::slice::from_ref(&entry)).await.expect("the store works");
    let mut other = fixture.raw().await;
    sqlx::raw_sql("BEGIN; UPDATE documents SET name = 'Renamed'").execute(&mut other).await.expect("valid SQL");
    let commit = async {
        let waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        while fixture.execute(waits).await == 0 {}
        other.execute("COMMIT").await.expect("valid SQL");
    };

    let (appended, ()) = futures_util::future::join(store.append(std::slice::from_ref(&entry)), commit).await;

    assert_eq!(appended, Ok(vec![Some(Position::new(3))]));
    assert_eq!(store.load(&entry.document).await.expect("an intact document").log.len(), 3);
    assert_eq!(store.list().await.expect("the store works")[0].name, "Renamed");
}

#[tokio::test]
async fn an_append_follows_what_another_replica_has_written() {
    let fixture = PostgresFixture::new().await;
    let (store, entry) = with_document(&fixture).await;
    let other = fixture.open().await;
    let plan = DocumentId::parse_open("plan").expect("a valid name");
    let document = NewDocument { id: plan.clone(), name: "Plan".into(), author: "a".into(), created_at_ms: 1 };
    store.create(&document, &[]).await.expect("a new document");
    let both = [entry.clone(), Append { document: plan, ..entry.clone() }];

    let mine = store.append(&both).await;
    let theirs = other.append(std::slice::from_ref(&entry)).await;
    let mine_again = store.append(&both).await;

    let positions = |positions: [u64; 2]| Ok(positions.map(|position| Some(Position::new(position))).to_vec());
    assert_eq!(mine, positions([2, 1]));
    assert_eq!(theirs, Ok(vec![Some(Position::new(3))]));
    assert_eq!(mine_again, positions([4, 2]));
}

#[tokio::test]
async fn what_cannot_be_opened_is_said_in_a_sentence_without_the_password() {
    let fixture = PostgresFixture::new().await;
    let (server, _) = fixture.server.rsplit_once('/').expect("a URL with a database");
    let nobody = server.replace("calit@", "nobody:secret@");
    let closed = "postgres://calit:secret@127.0.0.1:1/calit".to_owned();

    for url in [format!("{nobody}/postgres"), format!("{server}/nothing?password=secret"), closed] {
        let url = DatabaseUrl::parse(&url).expect("a URL");

        let error = PostgresStore::open(&url).await.err().expect("it cannot be opened");

        let said = format!("{error} {error:?} {url:?}");
        assert!(matches!(error, OpenError::Unusable { .. }) && !said.contains("secret"), "{said}");
    }
}
