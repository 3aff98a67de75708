//! What older releases wrote, and what newer ones have added: this release reads the one and works beside the other.
//!
//! `fixtures/` holds what a release wrote, by its month: the same board in a Postgres database (`pg_dump --inserts`) and in the
//! file of a data directory. On it a sprint was started by a command of Ada's, a card made and moved; then the log was compacted,
//! another card was made, and the server was killed. A release that changes what is stored adds a recording of its own, and
//! leaves the others as they are.

use std::path::{Path, PathBuf};

use calit::board::Board;
use serde_json::{Value, json};
use yrs::Transact as _;

use crate::commands::{ADA, BOB, add_card, card_id, sprint_id};
use crate::harness::backend::{Backend, Setup, Shared};
use crate::harness::http;
use crate::harness::person::Person;
use crate::harness::server::{Server, calit};
use crate::harness::socket;
use crate::workspace::{first_board, workspace};

/// What the recorded board is called.
const NAME: &str = "결제 팀";

/// The recordings, oldest first.
const RELEASES: [&str; 1] = ["2026-11"];

fn recorded(release: &str, file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/fixtures").join(release).join(file)
}

async fn read(server: &Server, board: &str) -> Board {
    Board::read(&socket::fetch(server.address(), board).await.transact())
}

/// The kinds of events that a part of the board has had, newest first.
async fn told(server: &Server, board: &str, subject: &str) -> Vec<Value> {
    let path = format!("/api/boards/{board}/events?subject={subject}");
    let answer = http::get(server.address(), &path, &[("x-calit-guest", ADA)]).await.json();
    let events = answer["events"].as_array().expect("a list");
    events.iter().map(|event| event["body"]["kind"].clone()).collect()
}

/// Everything that was recorded is there, and the next edit is stored behind it.
async fn is_served_whole(server: &mut Server) {
    let boards = workspace(server).await["boards"].clone();
    let listed = boards.as_array().and_then(|boards| boards.iter().find(|board| board["name"] == NAME).cloned());
    let board = listed.unwrap_or_else(|| panic!("{NAME} is not in {boards}"))["id"].as_str().expect("an id").to_owned();
    let mut ada = Person::join(server.address(), &board, ADA, 2001).await;

    let content = ada.board().await;
    assert_eq!(content.name, NAME);
    assert!(content.sprints[&sprint_id("spr_f")].is_active(), "from the snapshot");
    assert_eq!(content.cards[&card_id("crd_old")].number, Some(1), "numbered by the server");
    assert_eq!(content.layout.columns[1].cards, [card_id("crd_old")], "it was moved");
    assert_eq!(content.layout.columns[0].cards, [card_id("crd_new")], "from the log behind the snapshot");
    assert_eq!(told(server, &board, "crd_old").await, ["moved", "created"]);
    assert_eq!(told(server, &board, "spr_f").await.first(), Some(&Value::from("sprint_started")));
    let other = json!({ "do": "rename_board", "name": "Another" }).to_string();
    let (ok, outcome) = ada.command("start", &other).await;
    assert!(ok, "{outcome}");
    assert_eq!(ada.board().await.name, NAME, "the key's outcome is stored, so that nothing is done again");

    ada.edit(|editor| add_card(editor, "crd_next", "Next", &content.layout.columns[0].id, 3_000)).await;
    server.kill();
    server.start();

    let after = read(server, &board).await;
    assert_eq!(after.cards[&card_id("crd_next")].number, Some(3), "numbers go on");
    assert_eq!(after.cards.len(), 3);
}

#[tokio::test]
async fn a_database_that_an_older_release_wrote_is_served_whole() {
    for release in RELEASES {
        let shared = Shared::new(2);
        shared.run_file(&recorded(release, "postgres.sql"));

        let mut server = Server::through(Backend::Shared(shared), &[]);

        is_served_whole(&mut server).await;
    }
}

#[tokio::test]
async fn a_data_directory_that_an_older_release_wrote_is_served_whole() {
    for release in RELEASES {
        let mut server = Server::on(Setup::Embedded { replicas: 1 }, &[]);
        server.term().await;
        std::fs::remove_dir_all(server.data()).expect("it is the test's");
        std::fs::create_dir(server.data()).expect("its folder is there");
        std::fs::copy(recorded(release, "calit.db"), server.data().join("calit.db")).expect("a recording");

        server.start();

        is_served_whole(&mut server).await;
    }
}

/// During a canary this release works on the tables of the next one.
#[tokio::test]
async fn a_schema_that_has_grown_is_served() {
    let shared = Shared::new(2);
    let migrated = calit().arg("migrate").env("DATABASE_URL", &shared.postgres_url[0]).output();
    assert!(migrated.expect("the binary was built with the tests").status.success());
    for table in shared.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").lines() {
        shared
            .sql(&format!("ALTER TABLE {table} ADD COLUMN later_a TEXT, ADD COLUMN later_b BIGINT NOT NULL DEFAULT 7"));
    }
    shared.sql("CREATE TABLE later (document BIGINT PRIMARY KEY, body BYTEA NOT NULL)");
    shared.sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99990101000000, 'later', TRUE, '\\x00', 0)",
    );
    shared.sql("UPDATE oldest_release SET migration = (SELECT min(version) FROM _sqlx_migrations)");

    let mut server = Server::through(Backend::Shared(shared), &[]);
    let board = first_board(&server).await;
    let mut bob = Person::join(server.address_of(1), &board, BOB, 1001).await;
    let column = bob.board().await.layout.columns[0].id.clone();
    bob.edit(|editor| add_card(editor, "crd_t", "Beside the next release", &column, 1_000)).await;
    let renamed = bob.command("k", &json!({ "do": "rename_board", "name": "Canary" }).to_string()).await;
    server.kill();
    server.start();

    let after = read(&server, &board).await;
    assert!(renamed.0, "{}", renamed.1);
    assert_eq!((after.name.as_str(), after.cards.contains_key(&card_id("crd_t"))), ("Canary", true));
}
