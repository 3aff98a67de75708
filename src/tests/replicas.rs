//! Several replicas over one Postgres and one Redis: what people do on one reaches those on another, whatever fails in between.
//! Documents' own rules are tests of their own, which run over replicas too (`CALIT_TEST_REPLICAS`).

mod boundaries;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use calit::board::Board;
use calit::board::column::{Category, Wip};
use calit::board::draft::NewColumn;
use calit::board::id::ColumnId;
use calit::board::rank::place;
use serde_json::json;
use tokio::time::Instant;
use yrs::{GetString as _, Map as _, ReadTxn as _, Text as _, WriteTxn as _};

use crate::commands::{ADA, BOB, add_card, card_id, sprint, sprint_id};
use crate::harness::backend::{Backend, Setup, Shared};
use crate::harness::client::{Client, Dialect, converge};
use crate::harness::person::Person;
use crate::harness::proxy::{Proxy, Weather};
use crate::harness::server::{Server, calit};
use crate::harness::{eventually, eventually_within};
use crate::workspace::first_board;

/// How soon every copy is equal after the end of a fault.
const CONVERGED_AFTER: Duration = Duration::from_secs(5);

/// How soon the people of a dead replica are gone.
const GONE_AFTER: Duration = Duration::from_secs(5);

fn replicas(count: usize, options: &[&str]) -> Server {
    Server::on(Setup::Shared { replicas: count }, options)
}

/// A cluster whose replica 1 reaches Redis and Postgres through proxies; replica 0 does so directly. The proxies need a thread
/// of their own, since a test stands still while a replica starts.
async fn with_proxies(count: usize, options: &[&str]) -> (Server, Proxy, Proxy) {
    let mut shared = Shared::new(count);
    let redis = in_between(&mut shared.redis_url[1]).await;
    let postgres = in_between(&mut shared.postgres_url[1]).await;
    (Server::through(Backend::Shared(shared), options), redis, postgres)
}

/// Puts a proxy into a URL.
async fn in_between(url: &mut String) -> Proxy {
    let authority = url.split("//").nth(1).and_then(|rest| rest.split('/').next()).expect("a URL");
    let host = authority.rsplit('@').next().expect("a host").to_owned();
    let upstream: SocketAddr = host.parse().expect("the tests' servers listen on an address");
    let proxy = Proxy::to(upstream).await;
    *url = url.replacen(&host, &proxy.address.to_string(), 1);
    proxy
}

fn write(client: &Client, key: &str, value: &str) {
    client.edit(|txn| {
        txn.get_or_insert_map("map").insert(txn, key, value);
    });
}

/// The keys of the map, in order, and the text.
fn view(client: &Client) -> String {
    client.read(|txn| {
        let map = txn.get_map("map");
        let keys: BTreeSet<String> = map.iter().flat_map(|map| map.keys(txn)).map(str::to_owned).collect();
        let text = txn.get_text("text").map(|text| text.get_string(txn));
        format!("{keys:?} {text:?}")
    })
}

async fn sees(client: &Client, key: &str) {
    let key = format!("{key:?}");
    eventually("the edit of another replica", async || view(client).contains(key.trim_matches('"')).then_some(()))
        .await;
}

#[tokio::test]
async fn an_edit_reaches_people_on_other_replicas_and_is_saved() {
    let server = replicas(3, &["--open"]);
    let mut clients = Vec::new();
    for replica in 0..3 {
        clients.push(Client::join(Dialect::Calit, server.address_of(replica), "notes", 100 + replica as u64).await);
    }

    for (number, client) in clients.iter().enumerate() {
        write(client, &format!("from-{number}"), "x");
        client.saved().await;
    }

    converge(&clients, view).await;
    for number in 0..3 {
        assert!(view(&clients[0]).contains(&format!("from-{number}")), "{}", view(&clients[0]));
    }
}

#[tokio::test]
async fn a_stock_client_on_another_replica_sees_and_is_seen() {
    let server = replicas(2, &["--open"]);
    let ours = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let stock = Client::join(Dialect::Stock, server.address_of(1), "notes", 2).await;

    stock.edit(|txn| txn.get_or_insert_text("text").insert(txn, 0, "회의"));
    sees(&ours, "회의").await;
    ours.announce(Some(r#"{"user":{"name":"ada"}}"#));

    stock.until("the other's presence", |state| state.others.contains_key(&1)).await;
}

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
async fn copies_are_equal_soon_after_redis_was_away() {
    let (server, redis, _postgres) = with_proxies(2, &["--open"]).await;
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    write(&here, "before", "x");
    sees(&there, "before").await;

    redis.lead_nowhere();
    redis.cut();
    write(&here, "here", "x");
    write(&there, "there", "x");
    here.saved().await;
    there.saved().await;
    redis.lead_back();
    let returned = Instant::now();

    sees(&here, "there").await;
    sees(&there, "here").await;
    assert!(returned.elapsed() < CONVERGED_AFTER, "it took {:?}", returned.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_says_nothing_any_more_is_noticed() {
    let (server, redis, _postgres) = with_proxies(2, &["--open"]).await;
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    write(&here, "before", "x");
    sees(&there, "before").await;

    redis.weather(Weather { is_stalled: true, ..Weather::default() });
    write(&here, "here", "x");
    here.saved().await;
    // A half-open connection is never told of its end: only a new one helps.
    let known = redis.connections();
    eventually("the replica looks for another connection", async || (redis.connections() > known).then_some(())).await;
    redis.weather(Weather::default());

    sees(&there, "here").await;
}

#[tokio::test]
async fn the_people_of_a_dead_replica_are_gone_within_five_seconds() {
    let mut server = replicas(2, &["--open"]);
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    there.announce(Some(r#"{"user":{"name":"bob"}}"#));
    here.until("bob", |state| state.others.contains_key(&2)).await;

    server.kill_replica(1);
    let died = Instant::now();

    here.until("bob is gone", |state| !state.others.contains_key(&2)).await;
    assert!(died.elapsed() < GONE_AFTER + Duration::from_secs(1), "it took {:?}", died.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_replica_passed_on_and_did_not_store_is_stored_by_another() {
    let (mut server, _redis, postgres) = with_proxies(2, &["--open"]).await;
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    write(&there, "stored", "x");
    there.saved().await;
    postgres.weather(Weather { is_stalled: true, ..Weather::default() });
    write(&there, "passed-on", "x");
    sees(&here, "passed-on").await;

    // Its author never comes back.
    there.disconnect();
    server.kill_replica(1);

    let shared = server.backend().shared();
    let count = || shared.sql("SELECT count(*) FROM log").parse::<u64>().unwrap_or_default();
    let before = count();
    eventually_within(Duration::from_secs(30), "another replica stores it", async || (count() > before).then_some(()))
        .await;
    here.disconnect();
    server.kill();
    postgres.weather(Weather::default());
    server.start();
    let later = Client::join(Dialect::Calit, server.address_of(0), "notes", 3).await;
    assert!(view(&later).contains("passed-on"), "{}", view(&later));
}

#[tokio::test]
async fn cards_made_on_two_replicas_at_once_get_different_numbers() {
    let server = replicas(2, &[]);
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address_of(0), &board, ADA, 1001).await;
    let mut bob = Person::join(server.address_of(1), &board, BOB, 1002).await;
    let column = ada.board().await.layout.columns[0].id.clone();

    for number in 0..10 {
        let (one, other) = (format!("crd_a{number}"), format!("crd_b{number}"));
        tokio::join!(
            ada.edit(|editor| add_card(editor, &one, "A", &column, number)),
            bob.edit(|editor| add_card(editor, &other, "B", &column, number)),
        );
    }

    let numbers = eventually("every card has a number", async || {
        let board = bob.board().await;
        let made = board.cards.values().filter(|card| matches!(card.title.as_str(), "A" | "B"));
        let numbers: Vec<Option<u64>> = made.map(|card| card.number).collect();
        (numbers.len() == 20 && numbers.iter().all(Option::is_some)).then_some(numbers)
    })
    .await;
    let distinct: BTreeSet<_> = numbers.iter().collect();
    assert_eq!(distinct.len(), 20, "{numbers:?}");
}

/// [CM3]
#[tokio::test]
async fn a_command_sent_again_to_another_replica_is_done_once() {
    let server = replicas(2, &[]);
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address_of(0), &board, ADA, 1001).await;
    ada.edit(|editor| editor.add_sprint(&sprint_id("spr_t"), &sprint("24")).expect("a new id")).await;
    let command = json!({ "do": "rename_board", "name": "One" }).to_string();
    let first = ada.command("k", &command).await;

    let mut again = Person::join(server.address_of(1), &board, ADA, 1003).await;
    let other = again.command("other", &json!({ "do": "rename_board", "name": "Two" }).to_string()).await;
    let repeated = again.command("k", &command).await;

    assert!(first.0 && other.0, "{first:?} {other:?}");
    assert_eq!(repeated, first);
    assert_eq!(again.board().await.name, "Two");
}

#[tokio::test]
async fn a_full_column_holds_over_replicas() {
    let server = replicas(2, &[]);
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address_of(0), &board, ADA, 1001).await;
    let column = ColumnId::parse("col_limited").expect("an id");
    let limited = NewColumn {
        id: column.clone(),
        name: "Limited".into(),
        category: Category::Doing,
        wip: Some(Wip { limit: 1, is_hard: true }),
        rank: place(&[], 0).rank,
        deleted: None,
        ext: serde_json::Map::new(),
    };
    ada.edit(|editor| editor.add_column(&limited).expect("a new id")).await;
    let start = ada.board().await.layout.columns.iter().find(|other| other.id != column).expect("a column").id.clone();
    ada.edit(|editor| add_card(editor, "crd_a", "A", &start, 1)).await;
    ada.edit(|editor| add_card(editor, "crd_b", "B", &start, 2)).await;
    let mut bob = Person::join(server.address_of(1), &board, BOB, 1002).await;
    let to = |card: &str| json!({ "do": "move_cards", "cards": [card], "column": column.as_str() }).to_string();
    let (a, b) = (to("crd_a"), to("crd_b"));

    let (one, other) = tokio::join!(ada.command("a", &a), bob.command("b", &b));

    assert_eq!(u8::from(one.0) + u8::from(other.0), 1, "{one:?} {other:?}");
    let refused = if one.0 { other.1 } else { one.1 };
    assert_eq!(refused["code"], "wip_full");
    let count = |board: &Board| {
        let is_there = |id: &str| {
            let position = board.cards[&card_id(id)].position.winner().map(|entry| entry.value.column.clone());
            position == Some(column.clone())
        };
        [is_there("crd_a"), is_there("crd_b")].into_iter().filter(|is_there| *is_there).count()
    };
    assert_eq!((count(&ada.board().await), count(&bob.board().await)), (1, 1));
}

#[tokio::test]
async fn a_stopped_replica_is_like_a_dead_one_until_it_goes_on() {
    let server = replicas(2, &["--open"]);
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    there.announce(Some("{}"));
    here.until("the other", |state| state.others.contains_key(&2)).await;

    server.signal_replica(1, "STOP");
    here.until("the other is gone", |state| !state.others.contains_key(&2)).await;
    write(&here, "meanwhile", "x");
    here.saved().await;
    server.signal_replica(1, "CONT");

    sees(&there, "meanwhile").await;
    here.until("the other is back", |state| state.others.contains_key(&2)).await;
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

/// [CL2]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_restart_one_after_the_other_under_people_who_edit() {
    let mut server = replicas(3, &["--open"]);
    let mut people = Vec::new();
    for id in 0..24 {
        let replica = id % 3;
        let proxy = Proxy::to(server.address_of(replica)).await;
        let dialect = if id % 2 == 0 { Dialect::Calit } else { Dialect::Stock };
        let client = Client::join(dialect, proxy.address, "notes", 1 + id as u64).await;
        people.push((replica, proxy, client));
    }

    for restarted in 0..3 {
        let refuge = (restarted + 1) % 3;
        let mut moved = Vec::new();
        for (replica, proxy, client) in people.iter_mut().filter(|(replica, ..)| *replica == restarted) {
            *replica = refuge;
            proxy.lead_to(server.address_of(refuge));
            moved.push((client.clone(), client.look(|state| state.connections)));
        }
        server.signal_replica(restarted, "TERM");
        for (number, (_, _, client)) in people.iter().enumerate() {
            write(client, &format!("restart-{restarted}-{number}"), "x");
        }
        assert_eq!(server.ended_replica(restarted).await.code(), Some(0));
        server.start_replica(restarted);
        for (client, before) in moved {
            client.until("they are back", |state| state.connections > before && state.is_synced).await;
        }
    }

    let clients: Vec<Client> = people.iter().map(|(.., client)| client.clone()).collect();
    for client in &clients {
        client.saved().await;
    }
    converge(&clients, view).await;
    let seen = view(&clients[0]);
    for key in (0..3).flat_map(|restart| (0..24).map(move |number| format!("\"restart-{restart}-{number}\""))) {
        assert!(seen.contains(&key), "{key} is not in {seen}");
    }
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
