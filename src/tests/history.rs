//! What happened on a board, read over HTTP: who did what, in order, page by page, and what a sprint came to.

use calit::board::card::Plan;
use calit::board::edit::Place;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use crate::commands::{ADA, BOB, add_card, card_id, sprint, sprint_id};
use crate::harness::http;
use crate::harness::person::Person;
use crate::harness::server::Server;
use crate::workspace::first_board;

/// A board nobody has.
const NO_SUCH_BOARD: &str = "brd_37abcdefghij0123456789";

async fn get(server: &Server, path: &str) -> Value {
    let response = http::get(server.address(), path, &[("x-calit-guest", ADA)]).await;
    assert_eq!(response.status, 200, "{path}: {response:?}");
    serde_json::from_str(&response.body).expect("JSON")
}

/// The newest events, oldest first, as kind and subject.
async fn told(server: &Server, board: &str, query: &str) -> Vec<(String, String)> {
    let answer = get(server, &format!("/api/boards/{board}/events?{query}")).await;
    let events = answer["events"].as_array().expect("a list").iter().rev();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    events.map(|event| (text(&event["body"]["kind"]), text(&event["subject"]))).collect()
}

fn of(kinds: &[&str], subject: &str) -> Vec<(String, String)> {
    kinds.iter().map(|kind| ((*kind).to_owned(), subject.to_owned())).collect()
}

#[tokio::test]
async fn what_happened_to_a_card_is_told_with_its_author_and_time() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let columns = ada.board().await.layout.columns;
    let (from, to) = (columns[0].clone(), columns[1].clone());

    ada.edit(|editor| add_card(editor, "crd_t", "Title", &from.id, 1_000)).await;
    ada.edit(|editor| editor.move_card(&card_id("crd_t"), &Place::last_in(to.id.clone())).expect("it is there")).await;
    ada.edit(|editor| editor.set_title(&card_id("crd_t"), "New title").expect("it is there")).await;
    ada.edit(|editor| editor.delete_card(&card_id("crd_t")).expect("it is there")).await;

    let answer = get(&server, &format!("/api/boards/{board}/events?subject=crd_t")).await;
    assert_eq!(
        told(&server, &board, "subject=crd_t").await,
        of(&["created", "moved", "renamed", "deleted"], "crd_t"),
        "{answer:#}"
    );
    let moved = &answer["events"][2];
    let named = |column: &calit::board::column::Column| json!({ "id": column.id.as_str(), "name": column.name });
    assert_eq!((&moved["body"]["from"], &moved["body"]["to"]), (&named(&from), &named(&to)));
    let workspace = answer["events"][0]["by"].as_str().expect("an author");
    assert!(workspace.starts_with("usr_"), "{workspace}");
    assert!(answer["events"].as_array().is_some_and(|events| {
        events
            .iter()
            .all(|event| event["by"] == workspace && event["at"].as_u64().is_some_and(|at| at > 1_700_000_000_000))
    }));
    assert_eq!(answer["more"], false);
}

#[tokio::test]
async fn history_is_read_page_by_page_and_goes_on_after_a_restart() {
    let mut server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let column = ada.board().await.layout.columns[0].id.clone();
    for number in 0..3 {
        ada.edit(|editor| add_card(editor, &format!("crd_{number}"), "Title", &column, 1_000)).await;
    }
    server.term().await;
    server.start();
    let mut ada = Person::join(server.address(), &board, ADA, 1002).await;
    ada.edit(|editor| add_card(editor, "crd_3", "Title", &column, 1_000)).await;

    let (mut seen, mut before) = (Vec::new(), String::new());
    loop {
        let page = get(&server, &format!("/api/boards/{board}/events?limit=2{before}")).await;
        let events = page["events"].as_array().expect("a list").clone();
        assert!(events.len() <= 2);
        before = format!("&before={}", events.last().expect("a page is not empty")["number"]);
        seen.extend(events.iter().map(|event| (event["number"].as_u64().expect("a number"), event["subject"].clone())));
        if page["more"] == false {
            break;
        }
    }

    assert!(seen.is_sorted_by(|a, b| a.0 > b.0), "{seen:?}");
    let own: Vec<_> = seen.iter().map(|(_, subject)| subject).take(4).collect();
    assert_eq!(own, ["crd_3", "crd_2", "crd_1", "crd_0"]);
}

#[tokio::test]
async fn history_stays_in_order_when_the_clock_is_set_back() {
    let mut server = Server::alone(&[]);
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let column = ada.board().await.layout.columns[0].id.clone();
    ada.edit(|editor| add_card(editor, "crd_t", "Title", &column, 1_000)).await;
    server.term().await;
    // Until now the server's clock was an hour ahead.
    let options = SqliteConnectOptions::new().filename(server.data().join("calit.db"));
    let mut store = options.connect().await.expect("the server's database");
    store.execute("UPDATE events SET number = number + 3600 * 1000 * 1024").await.expect("events");
    store.close().await.expect("the database is closed");
    server.start();

    let mut ada = Person::join(server.address(), &board, ADA, 1002).await;
    ada.edit(|editor| editor.set_title(&card_id("crd_t"), "New title").expect("it is there")).await;
    ada.edit(|editor| editor.delete_card(&card_id("crd_t")).expect("it is there")).await;

    assert_eq!(told(&server, &board, "subject=crd_t").await, of(&["created", "renamed", "deleted"], "crd_t"));
}

#[tokio::test]
async fn a_sprint_keeps_its_record_whatever_happens_later() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let mut bob = Person::join(server.address(), &board, BOB, 1002).await;
    let columns = ada.board().await.layout.columns;
    let (todo, done) = (columns.first().expect("columns").id.clone(), columns.last().expect("columns").id.clone());
    let plan = Plan { sprint: Some(sprint_id("spr_t")), rank: None };
    ada.edit(|editor| {
        editor.add_sprint(&sprint_id("spr_t"), &sprint("24")).expect("a new id");
        for (id, points) in [("crd_a", 3), ("crd_b", 5)] {
            add_card(editor, id, id, &todo, 1_000);
            editor.set_points(&card_id(id), Some(points)).expect("it is there");
            editor.plan_card(&card_id(id), &plan).expect("it is there");
        }
    })
    .await;

    assert!(ada.command("start", "{\"do\":\"start_sprint\",\"sprint\":\"spr_t\"}").await.0);
    bob.board().await;
    bob.edit(|editor| {
        add_card(editor, "crd_c", "late", &todo, 2_000);
        editor.set_points(&card_id("crd_c"), Some(2)).expect("it is there");
        editor.plan_card(&card_id("crd_c"), &plan).expect("it is there");
    })
    .await;
    ada.edit(|editor| editor.move_card(&card_id("crd_a"), &Place::last_in(done.clone())).expect("it is there")).await;
    assert!(ada.command("end", "{\"do\":\"complete_sprint\",\"sprint\":\"spr_t\",\"carry_to\":null}").await.0);
    let path = format!("/api/boards/{board}/sprints/spr_t");
    let record = get(&server, &path).await;
    ada.edit(|editor| {
        editor.move_card(&card_id("crd_b"), &Place::last_in(done.clone())).expect("it is there");
        editor.delete_card(&card_id("crd_a")).expect("it is there");
    })
    .await;

    let figure = |count: u32, points: f64| json!({ "count": count, "points": points });
    assert_eq!(record["state"], "closed", "{record:#}");
    assert_eq!((&record["committed"], &record["added"]), (&figure(2, 8.0), &figure(1, 2.0)), "{record:#}");
    assert_eq!((&record["done"], &record["carried"]), (&figure(1, 3.0), &figure(2, 7.0)), "{record:#}");
    let burndown = record["burndown"].as_array().expect("steps");
    assert_eq!((&burndown[0]["scope"], &burndown[0]["remaining"]), (&figure(2, 8.0), &figure(2, 8.0)), "{record:#}");
    let last = burndown.last().expect("a step");
    assert_eq!((&last["scope"], &last["remaining"]), (&figure(3, 10.0), &figure(2, 7.0)), "{record:#}");
    assert_eq!(get(&server, &path).await, record);
}

/// [CM5]
#[tokio::test]
async fn a_member_cannot_start_a_sprint_by_writing_that_it_is_started() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let forged =
        calit::board::sprint::Sprint { started: Some(calit::board::value::Stamp::new(5, "usr_ada")), ..sprint("24") };

    ada.edit(|editor| editor.add_sprint(&sprint_id("spr_t"), &forged).expect("a new id")).await;

    ada.board_when("it is put back", |board| board.sprints[&sprint_id("spr_t")].started.is_none()).await;
    assert_eq!(get(&server, &format!("/api/boards/{board}/sprints/spr_t")).await["state"], "planned");
}

#[tokio::test]
async fn odd_questions_are_answered_with_problems() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let events = format!("/api/boards/{board}/events");
    let cases = [
        (format!("/api/boards/{NO_SUCH_BOARD}/events"), 404, "not-found"),
        (format!("/api/boards/{NO_SUCH_BOARD}/sprints/x"), 404, "not-found"),
        ("/api/boards/room/events".into(), 404, "not-found"),
        ("/api/boards/%ff/events".into(), 404, "not-found"),
        (format!("/api/boards/{board}/sprints/%ff"), 404, "not-found"),
        (format!("{events}?limit=-1"), 400, "bad-request"),
        (format!("{events}?limit=many"), 400, "bad-request"),
        (format!("{events}?before=1e9"), 400, "bad-request"),
        (format!("{events}?subject={}", "x".repeat(300)), 400, "bad-request"),
    ];

    for (path, status, problem) in cases {
        let response = http::get(server.address(), &path, &[]).await;
        assert_eq!((response.status, response.problem().as_str()), (status, problem), "{path}");
    }
    let none = get(&server, &format!("{events}?subject=%27;--%00&limit=4294967295&before=0")).await;
    assert_eq!(none, json!({ "events": [], "more": false }));
    let foreign = http::get(server.address(), &events, &[("Origin", "https://evil.example")]).await;
    assert_eq!((foreign.status, foreign.problem().as_str()), (403, "foreign-origin"));
    let nobody = http::get(server.address(), &events, &[("x-calit-guest", "me")]).await;
    assert_eq!((nobody.status, nobody.problem().as_str()), (401, "bad-guest-secret"));
}

#[tokio::test]
async fn a_board_with_anything_in_it_is_live_and_keeps_its_history() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let column = ada.board().await.layout.columns[0].id.clone();
    let odd = ada.author.edit(|txn| {
        use yrs::{Map as _, MapPrelim, TextPrelim, WriteTxn as _};
        let cards = txn.get_or_insert_map("cards");
        cards.insert(txn, "text", TextPrelim::new("no card"));
        cards.insert(txn, "value", 7);
        let card = cards.insert(txn, "crd_odd", MapPrelim::default());
        for key in ["title", "position", "number", "created", "deleted", "links", "plan", "plan@x", "points@1"] {
            card.insert(txn, key, f64::NAN);
        }
        let card = cards.insert(txn, "\u{202e}\u{0}\"", MapPrelim::default());
        card.insert(txn, "number", i64::MAX);
        txn.get_or_insert_map("sprints").insert(txn, "spr_odd", MapPrelim::from([("started", true)]));
        txn.get_or_insert_map("columns").insert(txn, "col_odd", MapPrelim::from([("wip", f64::INFINITY)]));
    });
    ada.socket.send_update(odd).await;
    ada.socket.ack(1).await;
    let mut bob = Person::join(server.address(), &board, BOB, 1002).await;

    bob.edit(|editor| add_card(editor, "crd_after", "After", &column, 1_000)).await;

    assert_eq!(told(&server, &board, "subject=crd_after").await, of(&["created"], "crd_after"));
    let mut other = Person::join(server.address(), &board, ADA, 1003).await;
    assert!(other.board().await.cards.contains_key(&card_id("crd_after")));
}

#[tokio::test]
async fn the_demo_team_has_a_past() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let sprints = ada.board().await.sprints;

    let events = get(&server, &format!("/api/boards/{board}/events")).await;
    let closed = sprints.iter().find(|(_, sprint)| sprint.completed.is_some()).expect("a sprint that is over");
    let record = get(&server, &format!("/api/boards/{board}/sprints/{}", closed.0)).await;

    assert!(events["events"].as_array().is_some_and(|events| events.len() > 20));
    assert_eq!(record["state"], "closed");
    assert!(record["done"]["count"].as_u64().is_some_and(|count| count > 0), "{record:#}");
    let active = sprints.iter().find(|(_, sprint)| sprint.is_active()).expect("a sprint that runs");
    let record = get(&server, &format!("/api/boards/{board}/sprints/{}", active.0)).await;
    assert_eq!(record["state"], "active");
}
