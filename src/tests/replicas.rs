//! Several replicas over one Postgres and one Redis: what people do on one reaches those on another, whatever fails in between.
//! Documents' own rules are tests of their own, which run over replicas too (`CALIT_TEST_REPLICAS`).

mod boundaries;
mod cluster;
mod links;
mod postgres;
mod processes;
mod redis;
mod tls;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use calit::board::Board;
use calit::board::card::Plan;
use calit::board::column::{Category, Wip};
use calit::board::draft::NewColumn;
use calit::board::edit::Place;
use calit::board::id::ColumnId;
use calit::board::rank::place;
use calit::board::sprint::Sprint;
use serde_json::json;
use yrs::{GetString as _, Map as _, ReadTxn as _, Text as _, Transact as _, WriteTxn as _};

use crate::commands::{ADA, BOB, add_card, card_id, sprint, sprint_id};
use crate::harness::backend::{Backend, Setup, Shared};
use crate::harness::client::{Client, Dialect, converge};
use crate::harness::crowd::Crowd;
use crate::harness::eventually;
use crate::harness::http;
use crate::harness::person::Person;
use crate::harness::proxy::Proxy;
use crate::harness::server::Server;
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
pub(crate) async fn in_between(url: &mut String) -> Proxy {
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

/// What somebody on each replica writes is saved and reaches everybody, and so does that they are there.
async fn reach_each_other(server: &Server) {
    let mut clients = Vec::new();
    for replica in 0..server.replicas() {
        clients.push(Client::join(Dialect::Calit, server.address_of(replica), "notes", 100 + replica as u64).await);
    }

    for (number, client) in clients.iter().enumerate() {
        client.announce(Some(r#"{"user":{"name":"ada"}}"#));
        write(client, &format!("from-{number}"), "x");
        client.saved().await;
    }

    converge(&clients, view).await;
    for (number, client) in clients.iter().enumerate() {
        assert!(view(&clients[0]).contains(&format!("from-{number}")), "{}", view(&clients[0]));
        let everybody_else = clients.len() - 1;
        client.until("everybody else's presence", |state| state.others.len() == everybody_else).await;
    }
}

#[tokio::test]
async fn an_edit_reaches_people_on_other_replicas_and_is_saved() {
    reach_each_other(&replicas(3, &["--open"])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_of_one_process_need_no_servers_and_lose_nothing() {
    let mut server = Server::on(Setup::Embedded { replicas: 3 }, &["--open"]);
    let mut crowd = Crowd::join(&server).await;

    for _ in 0..5 {
        crowd.edit();
    }
    crowd.settles("nothing but edits").await;
    crowd.people.iter().for_each(|member| member.proxy.lead_nowhere());
    assert_eq!(server.term().await.code(), Some(0));
    server.start();

    crowd.end(server).await;
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

/// [CM2] A replica that reaches neither Redis nor Postgres hears of a decision first from a person who comes over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_that_a_person_carries_over_is_not_taken_back() {
    let (server, redis, postgres) = with_proxies(2, &[]).await;
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address_of(0), &board, ADA, 1001).await;
    ada.edit(|editor| editor.add_sprint(&sprint_id("spr_t"), &sprint("24")).expect("a new id")).await;
    let mut bob = Person::join(server.address_of(1), &board, BOB, 1002).await;
    let roamer = Client::join(Dialect::Calit, server.address_of(0), &board, 1003).await;
    let is_started = |board: &Board| board.sprints.get(&sprint_id("spr_t")).is_some_and(Sprint::is_active);
    assert!(bob.board().await.sprints.contains_key(&sprint_id("spr_t")));
    for line in [&redis, &postgres] {
        line.lead_nowhere();
        line.cut();
    }

    let (ok, answer) = ada.command("k", &json!({ "do": "start_sprint", "sprint": "spr_t" }).to_string()).await;
    assert!(ok, "{answer}");
    roamer.until("the start of the sprint", |state| is_started(&Board::read(&state.doc.transact()))).await;
    roamer.disconnect();
    roamer.connect(server.address_of(1));
    eventually("the start arrives with the person", async || is_started(&bob.board().await).then_some(())).await;
    postgres.lead_back();
    redis.lead_back();

    let complete = json!({ "do": "complete_sprint", "sprint": "spr_t", "carry_to": null }).to_string();
    let (ok, answer) = bob.command("done", &complete).await;
    assert!(ok, "{answer}");
    let is_over = |board: &Board| {
        let sprint = &board.sprints[&sprint_id("spr_t")];
        sprint.started.is_some() && sprint.completed.is_some()
    };
    eventually("the sprint is over for all", async || is_over(&ada.board().await).then_some(())).await;
}

/// Who tells what a sprint holds is the replica that keeps the board, not the one where somebody does it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_where_the_start_of_a_sprint_has_not_arrived_is_in_its_record() {
    let (server, redis, _postgres) = with_proxies(2, &[]).await;
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address_of(0), &board, ADA, 1001).await;
    ada.edit(|editor| editor.add_sprint(&sprint_id("spr_t"), &sprint("24")).expect("a new id")).await;
    let mut bob = Person::join(server.address_of(1), &board, BOB, 1002).await;
    let columns = bob.board().await.layout.columns.into_iter();
    let (todo, done): (Vec<_>, Vec<_>) = columns.partition(|column| column.category != Category::Done);
    redis.lead_nowhere();
    redis.cut();

    let (ok, answer) = ada.command("k", &json!({ "do": "start_sprint", "sprint": "spr_t" }).to_string()).await;
    assert!(ok, "{answer}");
    bob.edit(|editor| add_card(editor, "crd_b", "B", &todo[0].id, 1)).await;
    let plan = Plan { sprint: Some(sprint_id("spr_t")), rank: None };
    bob.edit(|editor| editor.plan_card(&card_id("crd_b"), &plan).expect("the card is there")).await;
    let finished = Place::last_in(done[0].id.clone());
    bob.edit(|editor| editor.move_card(&card_id("crd_b"), &finished).expect("the card is there")).await;
    redis.lead_back();
    let shows = |board: &Board| {
        board.layout.columns.iter().any(|column| column.id == done[0].id && column.cards.contains(&card_id("crd_b")))
    };
    ada.board_when("Bob's card where it is done", shows).await;
    let complete = json!({ "do": "complete_sprint", "sprint": "spr_t", "carry_to": null }).to_string();
    let (ok, answer) = ada.command("done", &complete).await;

    assert!(ok, "{answer}");
    let record = http::get(server.address_of(1), &format!("/api/boards/{board}/sprints/spr_t"), &[]).await.json();
    let count = |figure: &str| record[figure]["count"].as_u64();
    assert_eq!((count("added"), count("done"), count("carried")), (Some(1), Some(1), Some(0)), "{record:#}");
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
