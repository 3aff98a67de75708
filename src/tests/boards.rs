//! Boards are made, renamed and put away over HTTP; whoever is on one sees it at once.

use calit::board::Board;
use serde_json::{Value, json};
use yrs::Transact as _;

use crate::commands::{ADA, BOB};
use crate::harness::http::{self, Response};
use crate::harness::person::Person;
use crate::harness::server::Server;
use crate::harness::{eventually, socket};
use crate::workspace::{first_board, workspace};

/// A request of Ada's with a JSON body.
async fn ask(server: &Server, method: &str, path: &str, body: &Value) -> Response {
    let body = body.to_string();
    http::request(server.address(), method, path, &[("x-calit-guest", ADA)], body.as_bytes()).await
}

/// Makes a board and returns its id.
pub(crate) async fn create(server: &Server, name: &str, template: &str) -> String {
    let asked = json!({ "name": name, "template": template, "language": "ko" });
    let response = ask(server, "POST", "/api/boards", &asked).await;
    assert_eq!(response.status, 201, "{response:?}");
    response.json()["id"].as_str().expect("a board has an id").to_owned()
}

/// What the workspace says of a board.
async fn listed(server: &Server, id: &str) -> Value {
    let workspace = workspace(server).await;
    let boards = workspace["boards"].as_array().expect("boards");
    boards.iter().find(|board| board["id"] == id).unwrap_or_else(|| panic!("{id} is not in {boards:?}")).clone()
}

async fn read(server: &Server, id: &str) -> Board {
    Board::read(&socket::fetch(server.address(), id).await.transact())
}

#[tokio::test]
async fn a_new_board_has_its_columns_and_survives_the_server() {
    let mut server = Server::demo();

    let id = create(&server, "  결제 <b>팀</b> ", "scrum").await;
    server.kill();
    server.start();

    let board = read(&server, &id).await;
    let columns: Vec<_> = board.layout.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!((board.name.as_str(), columns), ("결제 <b>팀</b>", vec!["백로그", "할 일", "진행 중", "리뷰", "완료"]));
    let listed = listed(&server, &id).await;
    assert_eq!((&listed["name"], &listed["archived"]), (&json!("결제 <b>팀</b>"), &json!(false)));
    assert!(listed["created_at"].as_u64().is_some_and(|at| at > 0));
}

#[tokio::test]
async fn the_workspace_says_who_asks() {
    let server = Server::demo();
    let me = async |headers: &[(&str, &str)]| {
        http::get(server.address(), "/api/workspace", headers).await.json()["me"].clone()
    };

    assert_eq!(me(&[]).await, Value::Null);
    assert!(me(&[("x-calit-guest", ADA)]).await.as_str().is_some_and(|me| me.starts_with("usr_")));
    assert_ne!(me(&[("x-calit-guest", ADA)]).await, me(&[("x-calit-guest", BOB)]).await);
    let refused = http::get(server.address(), "/api/workspace", &[("x-calit-guest", "me")]).await;
    assert_eq!((refused.status, refused.problem().as_str()), (401, "bad-guest-secret"));
}

#[tokio::test]
async fn a_new_name_reaches_the_people_on_the_board_and_the_list() {
    let server = Server::demo();
    let id = first_board(&server).await;
    let mut ada = Person::join(server.address(), &id, ADA, 1001).await;

    let changed = ask(&server, "PATCH", &format!("/api/boards/{id}"), &json!({ "name": " New name " })).await;

    assert_eq!((changed.status, &changed.json()["name"]), (200, &json!("New name")));
    ada.board_when("the new name is on the board", |board| board.name == "New name").await;
    assert_eq!(listed(&server, &id).await["name"], "New name");
}

#[tokio::test]
async fn a_board_that_nobody_has_open_is_put_away_and_brought_back() {
    let mut server = Server::demo();
    let id = create(&server, "Old", "kanban").await;
    let path = format!("/api/boards/{id}");

    let put_away = ask(&server, "PATCH", &path, &json!({ "archived": true })).await;
    assert_eq!((put_away.status, &put_away.json()["archived"]), (200, &json!(true)));
    server.kill();
    server.start();
    assert!(read(&server, &id).await.is_archived);
    assert_eq!(listed(&server, &id).await["archived"], true);

    ask(&server, "PATCH", &path, &json!({ "archived": false })).await;
    eventually("it is back", async || (!read(&server, &id).await.is_archived).then_some(())).await;
    assert_eq!(listed(&server, &id).await["archived"], false);
}

/// What people on the board do to its name is in the list as well.
#[tokio::test]
async fn a_name_changed_on_the_board_reaches_the_list() {
    let server = Server::demo();
    let id = first_board(&server).await;
    let mut ada = Person::join(server.address(), &id, ADA, 1001).await;

    ada.edit(|editor| editor.rename_board("Typed on the board")).await;

    eventually("the list follows", async || (listed(&server, &id).await["name"] == "Typed on the board").then_some(()))
        .await;
    let rename = json!({ "do": "rename_board", "name": "Commanded" }).to_string();
    ada.command("k", &rename).await;
    ada.command("l", &json!({ "do": "archive_board", "archived": true }).to_string()).await;
    let is_listed = async || {
        let listed = listed(&server, &id).await;
        (listed["name"] == "Commanded" && listed["archived"] == true).then_some(())
    };
    eventually("the list follows commands", is_listed).await;
}

#[tokio::test]
async fn what_is_no_name_is_refused_in_words() {
    let server = Server::demo();
    let id = first_board(&server).await;
    let before = listed(&server, &id).await;
    let (empty, long) = ("  ".to_owned(), "가".repeat(201));

    for name in [empty, long, "two\nlines".into(), "bell\u{7}".into(), "nul\u{0}".into()] {
        let asked = json!({ "name": name, "template": "scrum", "language": "ko" });
        let made = ask(&server, "POST", "/api/boards", &asked).await;
        assert_eq!((made.status, made.problem().as_str()), (400, "bad-request"), "{name:?}");
        let renamed = ask(&server, "PATCH", &format!("/api/boards/{id}"), &json!({ "name": name })).await;
        assert_eq!((renamed.status, renamed.problem().as_str()), (400, "bad-request"), "{name:?}");
    }

    assert_eq!(workspace(&server).await["boards"], json!([before]));
    assert_eq!(create(&server, &"가".repeat(200), "empty").await.len(), id.len());
}

#[tokio::test]
async fn what_is_not_the_json_that_is_expected_is_refused() {
    let server = Server::demo();
    let path = format!("/api/boards/{}", first_board(&server).await);
    let deep = "[".repeat(60_000);
    let bodies =
        ["", "null", "{", "{}", "[]", "\u{fffd}", &deep, "{\"name\":7}", "{\"name\":\"x\",\"template\":\"none\"}"];

    for body in bodies {
        let made = http::request(server.address(), "POST", "/api/boards", &[], body.as_bytes()).await;
        assert_eq!((made.status, made.problem().as_str()), (400, "bad-request"), "{body:.40}");
    }
    for body in ["", "[1]", "{\"archived\":\"yes\"}", "{\"owner\":\"me\"}"] {
        let changed = http::request(server.address(), "PATCH", &path, &[], body.as_bytes()).await;
        assert_eq!((changed.status, changed.problem().as_str()), (400, "bad-request"), "{body:.40}");
    }
    let large = json!({ "name": "x".repeat(70_000), "template": "scrum", "language": "ko" }).to_string();
    let refused = http::request(server.address(), "POST", "/api/boards", &[], large.as_bytes()).await;
    assert_eq!((refused.status, refused.problem().as_str()), (413, "too-large"));
}

#[tokio::test]
async fn other_sites_strangers_and_unknown_boards_are_refused() {
    let server = Server::demo();
    let id = first_board(&server).await;
    let asked = json!({ "name": "x", "template": "scrum", "language": "ko" }).to_string();
    let post = async |headers: &[(&str, &str)]| {
        http::request(server.address(), "POST", "/api/boards", headers, asked.as_bytes()).await
    };

    let foreign = post(&[("Origin", "https://evil.example")]).await;
    assert_eq!((foreign.status, foreign.problem().as_str()), (403, "foreign-origin"));
    let stranger = post(&[("x-calit-guest", "not a secret")]).await;
    assert_eq!((stranger.status, stranger.problem().as_str()), (401, "bad-guest-secret"));
    let change = json!({ "archived": true });
    let unknown = ["brd_00aaaaaaaaaaaaaaaaaaaa", "cal_00aaaaaaaaaaaaaaaaaaaa", "none", "%00", "..%2F..%2Fetc"];
    for board in unknown {
        let refused = ask(&server, "PATCH", &format!("/api/boards/{board}"), &change).await;
        assert_eq!((refused.status, refused.problem().as_str()), (404, "not-found"), "{board}");
    }
    let method = ask(&server, "PUT", &format!("/api/boards/{id}"), &change).await;
    assert_eq!(method.problem(), "method-not-allowed");
    assert_eq!(workspace(&server).await["boards"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_closed_server_makes_no_boards() {
    let server = Server::with(&["--demo=false"]);
    let asked = json!({ "name": "x", "template": "scrum", "language": "ko" });

    let refused = ask(&server, "POST", "/api/boards", &asked).await;

    assert_eq!((refused.status, refused.problem().as_str()), (401, "sign-in-required"));
}
