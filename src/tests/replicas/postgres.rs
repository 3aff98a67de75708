//! A Postgres that fails: edits are shown and not called saved, and nothing that was called so is lost.

use super::boundaries::{Barrier, Moment};
use super::{sees, with_proxies, write};
use crate::harness::backend::{Backend, Shared};
use crate::harness::client::{Client, Dialect};
use crate::harness::crowd::Crowd;
use crate::harness::eventually;
use crate::harness::proxy::Weather;
use crate::harness::server::{Server, calit, signal};
use crate::harness::servers::Postgres;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_joiner_on_a_fresh_replica_has_what_is_not_stored_yet() {
    let (server, _redis, postgres) = with_proxies(2, &["--open"]).await;
    let author = Client::join(Dialect::Calit, server.address_of(1), "notes", 1).await;
    write(&author, "stored", "x");
    author.saved().await;
    postgres.weather(Weather { is_stalled: true, ..Weather::default() });
    write(&author, "on-its-way", "x");

    let late = Client::join(Dialect::Calit, server.address_of(0), "notes", 2).await;

    sees(&late, "on-its-way").await;
    postgres.weather(Weather::default());
    author.saved().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_wait_while_postgres_is_away_and_are_saved_when_it_is_back() {
    let (server, _redis, postgres) = with_proxies(2, &["--open"]).await;
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    write(&there, "before", "x");
    there.saved().await;

    postgres.lead_nowhere();
    postgres.cut();
    write(&there, "meanwhile", "x");
    sees(&here, "meanwhile").await;
    there
        .until("it is told that nothing is saved", |state| {
            use client_protocol::frame::ReceivedMessage;
            state.notices.iter().any(|notice| matches!(notice, ReceivedMessage::Storage { ok: false, .. }))
        })
        .await;
    assert!(there.look(|state| state.ledger.acked < state.ledger.edits), "saved was said without a store");
    postgres.lead_back();

    there.saved().await;
}

#[test]
fn a_database_that_cannot_be_used_is_one_sentence_and_exit_code_2() {
    let shared = Shared::new(1);
    let there = shared.postgres_url[0].clone();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let nobody = format!("postgres://ada:secret@{}/calit", nobody.expect("a free port"));
    let cases = [
        ("a port that nobody listens on", nobody),
        ("another protocol", "mysql://ada:secret@localhost/calit".into()),
        ("a database that is not there", format!("{there}_missing")),
        ("a role that is not there", there.replace("//calit@", "//ada:secret@")),
    ];
    for (what, url) in cases {
        let mut command = calit();
        command.args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]).env("DATABASE_URL", &url);
        let output = command.output().expect("the binary was built with the tests");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{what}: {said}");
        assert!(!said.contains("secret") && !said.contains("panicked"), "{what}: {said}");
    }
}

#[test]
fn a_schema_of_a_newer_release_is_left_as_it_is() {
    let shared = Shared::new(1);
    let run = |arguments: &[&str]| {
        let mut command = calit();
        command.args(arguments).env("DATABASE_URL", &shared.postgres_url[0]);
        command.output().expect("the binary was built with the tests")
    };
    assert_eq!(run(&["migrate"]).status.code(), Some(0));
    let tables = || shared.sql("SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r'");
    let before = tables();
    shared.sql("UPDATE oldest_release SET migration = 99990101000000");

    let refused = run(&["documents"]);

    assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
    assert_eq!(tables(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_ends_everybody_crashes_and_restarts_loses_nothing() {
    let postgres = Postgres::start();
    let shared = Shared::at(postgres.url.clone(), &postgres.redis_url, 3);
    let server = Server::through(Backend::Shared(shared), &["--open"]);
    let mut crowd = Crowd::join(&server).await;
    let others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    for what in ["its connections end", "one of its processes is killed", "immediate", "fast"] {
        crowd.edit();
        let shared = server.backend().shared();
        match what {
            "its connections end" => drop(shared.sql(&format!("SELECT pg_terminate_backend(pid) {others}"))),
            // It ends all others then, and recovers from its log.
            "one of its processes is killed" => {
                let pid = shared.sql(&format!("SELECT pid {others} LIMIT 1"));
                signal(pid.parse().expect("replicas are connected"), "KILL");
            }
            mode => postgres.restart(mode),
        }
        crowd.edit();
        crowd.recovers(&format!("Postgres: {what}")).await;
    }

    crowd.end(server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_says_nothing_any_more_is_noticed() {
    let (server, _redis, postgres) = with_proxies(2, &["--open"]).await;
    let mut crowd = Crowd::join(&server).await;
    crowd.edit();
    crowd.saved(|_| true).await;

    postgres.weather(Weather { is_stalled: true, ..Weather::default() });
    crowd.edit();
    crowd.saved(|replica| replica == 0).await;
    // A connection that is half open is never told of its end: only a new one helps.
    let known = postgres.connections();
    eventually("the replica looks for another connection", async || (postgres.connections() > known).then_some(()))
        .await;
    postgres.weather(Weather::default());

    crowd.recovers("a Postgres that said nothing").await;
    crowd.end(server).await;
}

/// [AC1]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_happened_and_was_not_answered_is_done_again_without_harm() {
    let (server, _redis, postgres) = with_proxies(2, &["--open"]).await;
    let mut crowd = Crowd::join(&server).await;
    let shared = server.backend().shared();
    let mut barrier = Barrier::new(shared).await;
    barrier.arm(shared, "log", Moment::Commit).await;

    crowd.edit();
    // The first person on replica 1.
    let is_stored = || shared.sql("SELECT count(*) FROM log WHERE position('3-1'::bytea IN body) > 0") != "0";
    barrier.reached("a commit is under way").await;
    postgres.drop_answers_after(0);
    barrier.disarm(shared, "log", true).await;
    eventually("it is done", async || is_stored().then_some(())).await;
    crowd.saved(|replica| replica == 0).await;
    let unanswered = &crowd.people[2].client;
    assert_eq!(unanswered.look(|state| state.ledger.acked), 0, "saved was said without an answer");
    postgres.cut_and_pass_answers();

    crowd.recovers("an answer that never came").await;
    crowd.end(server).await;
}
