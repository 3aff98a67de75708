//! The contract, and what only SQLite promises.

use bytes::Bytes;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tempfile::TempDir;

use super::*;
use crate::store::contract::{self, Damage, Fixture};

struct SqliteFixture {
    parent: TempDir,
}

impl SqliteFixture {
    fn new() -> Self {
        Self { parent: tempfile::tempdir().expect("a directory") }
    }

    fn directory(&self) -> DataDirectory {
        DataDirectory::open(self.parent.path()).expect("it can be used")
    }

    fn file(&self) -> PathBuf {
        self.directory().database().expect("a file")
    }

    async fn raw(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.file());
        options.connect().await.expect("a database")
    }

    async fn execute(&self, sql: String) {
        let result = self.raw().await.execute(AssertSqlSafe(sql)).await.expect("valid SQL");
        assert_eq!(result.rows_affected(), 1, "the damage must hit");
    }
}

impl Fixture for SqliteFixture {
    type Store = SqliteStore;

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.directory()).await.expect("it can be opened")
    }

    async fn damage(&self, damage: Damage) {
        // The lowest bit of the last byte, which is part of an update or of the state, by way of its hexadecimal digit.
        const FLIP: &str = "body = unhex(substr(hex(body), 1, length(body) * 2 - 1)
            || substr('1032547698BADCFE', instr('0123456789ABCDEF', substr(hex(body), -1)), 1))";
        const NEWEST: &str = "version = (SELECT max(version) FROM snapshots)";
        self.execute(match damage {
            Damage::FlipLogBit(position) => format!("UPDATE log SET {FLIP} WHERE position = {position}"),
            Damage::LoseLogRow(position) => format!("DELETE FROM log WHERE position = {position}"),
            Damage::TruncateLogRow(position) => {
                format!("UPDATE log SET body = substr(body, 1, length(body) / 2) WHERE position = {position}")
            }
            Damage::FlipSnapshotBit => format!("UPDATE snapshots SET {FLIP} WHERE {NEWEST}"),
            Damage::LoseSnapshot => format!("DELETE FROM snapshots WHERE {NEWEST}"),
        })
        .await;
    }
}

contract::tests!(SqliteFixture::new());

#[tokio::test]
async fn every_file_is_private() {
    let fixture = SqliteFixture::new();
    let store = fixture.open().await;
    store.ping().await.expect("the store works");

    for file in std::fs::read_dir(fixture.parent.path()).expect("a directory") {
        let file = file.expect("a file");
        let mode = file.metadata().expect("it exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let fixture = SqliteFixture::new();
    fixture.open().await.close().await;
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (29990101000000, 'later', TRUE, x'00', 0)";
    fixture.execute(later.into()).await;

    let result = SqliteStore::open(&fixture.directory()).await;

    assert!(matches!(result.err(), Some(OpenError::SchemaTooNew { found: 29990101000000, .. })));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let fixture = SqliteFixture::new();
    let path = fixture.file();
    std::fs::write(&path, "not a database ".repeat(1000)).expect("it can be written");

    let result = SqliteStore::open(&fixture.directory()).await;

    assert!(matches!(result.err(), Some(OpenError::Unusable { .. })));
    assert!(std::fs::read(&path).expect("it is there").starts_with(b"not a database "));
}

#[tokio::test]
async fn processes_may_create_the_database_at_the_same_time() {
    let fixture = SqliteFixture::new();

    let stores = futures_util::future::join_all((0..4).map(|_| fixture.open())).await;

    for store in stores {
        assert_eq!(store.ping().await, Ok(()));
    }
}

/// Opens the store with one document that holds one update.
async fn with_document(fixture: &SqliteFixture, update: &[u8]) -> (SqliteStore, Append) {
    let store = fixture.open().await;
    let id = DocumentId::parse_open("notes").expect("a valid name");
    let updates = vec![Bytes::copy_from_slice(update)];
    let document = NewDocument { id: id.clone(), name: "Notes".into(), author: "usr_ada".into(), created_at_ms: 1 };
    store.create(&document, &updates).await.expect("a new document");
    (store, Append { document: id, updates, author: "usr_ada".into(), at_ms: 1, events: Vec::new(), outcome: None })
}

#[tokio::test]
async fn a_write_that_was_dropped_leaves_the_store_usable() {
    let fixture = SqliteFixture::new();
    let (store, entry) = with_document(&fixture, b"x").await;
    let id = entry.document.clone();

    // Polled a different number of times, the call is dropped before, within and after its transaction.
    for polls in 1..40 {
        let mut call = Box::pin(store.append(std::slice::from_ref(&entry)));
        for _ in 0..polls {
            if futures_util::poll!(&mut call).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    let last = store.append(&[entry]).await.expect("the store works")[0];

    assert_eq!(Some(store.load(&id).await.expect("an intact document").position), last);
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers() {
    let fixture = SqliteFixture::new();
    let (store, entry) = with_document(&fixture, &[1; 100_000]).await;
    {
        // SQLite's own limit on the file stands in for the disk's; it ends with the connection.
        let mut home = store.writer.lock().await;
        let connection = home.as_mut().expect("no write has failed");
        sqlx::query("PRAGMA max_page_count = 1").execute(connection).await.expect("a pragma");
    }

    let full = store.append(std::slice::from_ref(&entry)).await;
    let stored = store.load(&entry.document).await.expect("an intact document");
    let later = store.append(std::slice::from_ref(&entry)).await;

    assert!(matches!(full, Err(StoreError::Full(_))), "{full:?}");
    assert_eq!(stored.position, Position::new(1));
    assert_eq!(later, Ok(vec![Some(Position::new(2))]));
}

#[tokio::test]
async fn a_bit_that_flips_on_disk_refuses_the_document() {
    let fixture = SqliteFixture::new();
    let (store, entry) = with_document(&fixture, &b"recognisable ".repeat(1000)).await;
    store.close().await;
    let mut file = std::fs::read(fixture.file()).expect("it is there");
    let place = file.windows(12).position(|bytes| bytes == b"recognisable").expect("it is stored as it is");
    file[place] ^= 1;
    std::fs::write(fixture.file(), file).expect("it can be written");

    let result = fixture.open().await.load(&entry.document).await;

    assert!(matches!(result, Err(StoreError::Damaged { .. })), "{result:?}");
}

#[tokio::test]
async fn a_file_cut_at_any_page_never_gives_an_empty_document() {
    let fixture = SqliteFixture::new();
    let (store, entry) = with_document(&fixture, &[1; 30_000]).await;
    store.close().await;
    let whole = std::fs::read(fixture.file()).expect("it is there");

    for pages in 1..whole.len() / 4096 {
        std::fs::write(fixture.file(), &whole[..pages * 4096]).expect("it can be written");

        if let Ok(store) = SqliteStore::open(&fixture.directory()).await {
            let result = store.load(&entry.document).await;
            // "Not found" would invite its caller to create it anew.
            assert!(!matches!(result, Ok(_) | Err(StoreError::NotFound(_))), "{pages} pages: {result:?}");
            store.close().await;
        }
    }
}

#[test]
fn every_migration_is_embedded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
    let files = std::fs::read_dir(folder).expect("the folder is there").count();

    assert_eq!(connect::MIGRATIONS.iter().count(), files, "cargo does not notice a new file: touch connect.rs");
}
