//! Replicas that reach their database through PgBouncer in transaction mode, where no transaction gets the session of the one
//! before it: whatever were kept in a session (a prepared statement, a lock, a setting) would be missing or somebody else's.

use std::process::{Child, Stdio};

use calit::board::Board;
use serde_json::json;
use yrs::Transact as _;

use crate::commands::{ADA, BOB, add_card, card_id, sprint, sprint_id};
use crate::harness::author::{Author, value};
use crate::harness::backend::{Backend, Shared};
use crate::harness::eventually;
use crate::harness::person::Person;
use crate::harness::server::{Server, calit};
use crate::harness::socket::{self, Socket};
use crate::workspace::first_board;

fn replicas(count: usize) -> Server {
    Server::through(Backend::Shared(Shared::behind_pgbouncer(count)), &["--open"])
}

#[test]
fn releases_that_migrate_at_once_behind_pgbouncer_wait_for_each_other() {
    let shared = Shared::behind_pgbouncer(1);
    let migrate = || {
        let mut command = calit();
        command
            .arg("migrate")
            .env("DATABASE_URL", &shared.postgres_url[0])
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command.spawn().expect("the binary was built with the tests")
    };

    let all: Vec<Child> = (0..4).map(|_| migrate()).collect();

    for child in all {
        let output = child.wait_with_output().expect("the process is ours");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// [CM2] [CM3]
#[tokio::test]
async fn edits_and_commands_behind_pgbouncer_survive_kill_9() {
    let mut server = replicas(3);
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address_of(0), &board, ADA, 1001).await;
    let mut bob = Person::join(server.address_of(1), &board, BOB, 1002).await;
    let start = json!({ "do": "start_sprint", "sprint": "spr_t" }).to_string();
    let column = ada.board().await.layout.columns[0].id.clone();

    ada.edit(|editor| editor.add_sprint(&sprint_id("spr_t"), &sprint("24")).expect("a new id")).await;
    bob.edit(|editor| add_card(editor, "crd_t", "Through the pool", &column, 2)).await;
    let (ok, outcome) = bob.command("k", &start).await;
    assert!(ok, "{outcome}");
    server.kill();
    server.start();

    let mut bob = Person::join(server.address_of(2), &board, BOB, 1003).await;
    assert_eq!(
        bob.command("k", &start).await,
        (true, outcome),
        "the same key is the same command, wherever it is sent"
    );
    let board = Board::read(&bob.author.doc.transact());
    assert!(board.sprints[&sprint_id("spr_t")].is_active());
    assert!(board.cards.contains_key(&card_id("crd_t")));
}

/// [AC1]
#[tokio::test]
async fn a_log_that_replicas_share_behind_pgbouncer_is_compacted_and_loads_again() {
    let mut server = replicas(2);
    let authors = [Author::new(1), Author::new(2)];
    let mut sockets =
        [Socket::calit(server.address_of(0), "room").await, Socket::calit(server.address_of(1), "room").await];

    for number in 0..400 {
        for (author, socket) in authors.iter().zip(&mut sockets) {
            socket
                .send_update(author.set(&format!("{}-{}", author.doc.client_id(), number % 50), &number.to_string()))
                .await;
        }
    }
    for socket in &mut sockets {
        socket.ack(400).await;
    }
    eventually("the log is compacted", async || (server.metric("calit_compactions_total").await > 0.0).then_some(()))
        .await;
    sockets[1].send_update(authors[1].set("after", "the snapshot")).await;
    sockets[1].ack(401).await;
    server.kill();
    server.start();

    let after = socket::fetch(server.address_of(0), "room").await;
    for key in ["1-49", "2-49"] {
        assert_eq!(value(&after, key).as_deref(), Some("399"), "{key}");
    }
    assert_eq!(value(&after, "after").as_deref(), Some("the snapshot"));
}
