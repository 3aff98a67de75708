//! Files come in and out over HTTP. What is refused is refused in words, and leaves nothing behind.

use calit::board::Board;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use yrs::Transact as _;

use crate::boards::create;
use crate::commands::{ADA, BOB};
use crate::harness::http::{self, Response};
use crate::harness::person::Person;
use crate::harness::server::Server;
use crate::harness::{eventually, socket};
use crate::workspace::{first_board, workspace};

const TRELLO: &str = r#"{
  "name": "From Trello",
  "lists": [{ "id": "l1", "name": "To do", "closed": false, "pos": 1 }],
  "cards": [{ "id": "c1", "name": "<script>alert(1)</script>", "desc": "", "closed": false, "idList": "l1", "pos": 1 }]
}"#;

const TABLE: &str = "제목,상태,포인트\n\"결제, <b>실패</b>\",할 일,3\n환불,완료,5\n";

/// What a table's columns mean, percent-encoded: title, column, points.
const MAPPING: &str = "%7B%220%22%3A%22title%22%2C%221%22%3A%22column%22%2C%222%22%3A%22points%22%7D";

async fn post(server: &Server, path: &str, body: &[u8]) -> Response {
    http::request(server.address(), "POST", path, &[("x-calit-guest", ADA)], body).await
}

async fn read(server: &Server, id: &str) -> Board {
    Board::read(&socket::fetch(server.address(), id).await.transact())
}

async fn boards(server: &Server) -> usize {
    workspace(server).await["boards"].as_array().map_or(0, Vec::len)
}

fn titles(board: &Board) -> Vec<&str> {
    let shown = board.layout.columns.iter().flat_map(|column| &column.cards);
    shown.map(|card| board.cards[card].title.as_str()).collect()
}

#[tokio::test]
async fn a_trello_board_comes_over_with_a_report() {
    let mut server = Server::demo();

    let imported = post(&server, "/api/import/trello?name=%EC%9A%B0%EB%A6%AC%20%3Ci%3E", TRELLO.as_bytes()).await;
    assert_eq!(imported.status, 201, "{imported:?}");
    server.kill();
    server.start();

    let answer = imported.json();
    assert_eq!(answer["name"], "우리 <i>");
    let carried = answer["report"]["carried"].as_array().expect("a report");
    assert!(carried.iter().any(|line| line["kind"] == "cards" && line["count"] == 1), "{carried:?}");
    let board = read(&server, answer["board"].as_str().expect("an id")).await;
    assert_eq!((board.name.as_str(), titles(&board)), ("우리 <i>", vec!["<script>alert(1)</script>"]));
    let unnamed = post(&server, "/api/import/trello?name=", TRELLO.as_bytes()).await;
    assert_eq!(unnamed.json()["name"], "From Trello");
}

#[tokio::test]
async fn a_table_is_shown_before_it_is_imported() {
    let server = Server::demo();

    let preview = post(&server, "/api/import/csv/preview", TABLE.as_bytes()).await;

    assert_eq!(preview.status, 200, "{preview:?}");
    let preview = preview.json();
    assert_eq!((&preview["kind"], &preview["rows"]), (&json!("csv"), &json!(2)));
    let fields: Vec<_> =
        preview["columns"].as_array().expect("columns").iter().map(|column| &column["field"]).collect();
    assert_eq!(fields, [&json!("title"), &json!("column"), &json!("points")]);
    assert_eq!(boards(&server).await, 1);
}

#[tokio::test]
async fn a_table_becomes_a_board() {
    let server = Server::demo();

    let imported = post(&server, &format!("/api/import/csv?name=Table&mapping={MAPPING}"), TABLE.as_bytes()).await;

    assert_eq!(imported.status, 201, "{imported:?}");
    let imported = imported.json();
    assert_eq!(imported["cards"], 2);
    let board = read(&server, imported["board"].as_str().expect("an id")).await;
    let columns: Vec<_> = board.layout.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!((board.name.as_str(), columns), ("Table", vec!["할 일", "완료"]));
    assert_eq!(titles(&board), ["결제, <b>실패</b>", "환불"]);
}

#[tokio::test]
async fn rows_go_onto_a_board_under_peoples_eyes_and_are_taken_back() {
    let mut server = Server::demo();
    let id = create(&server, "Team", "scrum").await;
    let mut bob = Person::join(server.address(), &id, BOB, 1002).await;

    let imported = post(&server, &format!("/api/import/csv?board={id}&mapping={MAPPING}"), TABLE.as_bytes()).await;

    assert_eq!(imported.status, 201, "{imported:?}");
    let imported = imported.json();
    assert_eq!((&imported["board"], &imported["cards"]), (&json!(id), &json!(2)));
    let board = bob.board_when("the rows are there", |board| board.cards.len() == 2).await;
    assert_eq!((board.name.as_str(), board.layout.columns.len()), ("Team", 5));
    assert_eq!(titles(&board), ["결제, <b>실패</b>", "환불"]);
    server.kill();
    server.start();
    let path = format!("/api/boards/{id}/imports/{}", imported["import"].as_str().expect("an import has an id"));
    let undo = async || http::request(server.address(), "DELETE", &path, &[("x-calit-guest", ADA)], &[]).await;
    let undone = undo().await;
    assert_eq!((undone.status, undone.json()), (200, json!({ "cards": 2 })));
    assert_eq!(undo().await.json(), json!({ "cards": 0 }));
    let is_undone = async || Some(read(&server, &id).await).filter(|board| titles(board).is_empty());
    assert_eq!(eventually("no row is shown", is_undone).await.cards.len(), 2);
}

#[tokio::test]
async fn a_board_goes_out_as_json_and_as_a_table() {
    let server = Server::demo();
    let path = format!("/api/import/csv?name=%EA%B2%B0%EC%A0%9C&mapping={MAPPING}");
    let id = post(&server, &path, TABLE.as_bytes()).await.json()["board"].as_str().expect("an id").to_owned();
    let export = async |query: &str| {
        http::get(server.address(), &format!("/api/boards/{id}/export{query}"), &[("x-calit-guest", ADA)]).await
    };

    let json = export("?format=json").await;
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert!(json.header("content-disposition").is_some_and(|name| name.starts_with("attachment; ")), "{json:?}");
    assert_eq!(json.header("x-content-type-options"), Some("nosniff"));
    assert!(json.json().to_string().contains("환불"));
    let table = export("?format=csv").await;
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(
        table.header("content-disposition").is_some_and(|name| name.contains("%EA%B2%B0%EC%A0%9C.csv")),
        "{table:?}"
    );
    assert!(table.body.contains("환불"));
    assert_eq!(export("?format=exe").await.problem(), "bad-request");
    let unknown = http::get(server.address(), "/api/boards/brd_00aaaaaaaaaaaaaaaaaaaa/export", &[]).await;
    assert_eq!((unknown.status, unknown.problem().as_str()), (404, "not-found"));
}

#[tokio::test]
async fn an_exported_board_comes_back_as_it_was() {
    let server = Server::demo();
    let demo = first_board(&server).await;
    let export = async |id: &str| http::get(server.address(), &format!("/api/boards/{id}/export"), &[]).await;
    let exported = export(&demo).await;

    let imported = post(&server, "/api/import/calit", exported.body.as_bytes()).await;

    assert_eq!(imported.status, 201, "{imported:?}");
    let again = imported.json()["board"].as_str().expect("an id").to_owned();
    assert_eq!(export(&again).await.json(), exported.json());
    assert_eq!(titles(&read(&server, &again).await), titles(&read(&server, &demo).await));
    for file in ["", "{}", TRELLO, "\u{1f}PNG", &"[".repeat(100_000)] {
        refused(&post(&server, "/api/import/calit", file.as_bytes()).await, 422, "bad-file");
    }
    assert_eq!(boards(&server).await, 2);
}

#[tokio::test]
async fn evil_files_are_refused_in_a_sentence_and_leave_nothing() {
    let server = Server::demo();
    let png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0; 2_000]].concat();
    let deep = "[".repeat(1_000_000);
    let deep_object = format!("{{\"lists\":{deep}");
    let trello: [&[u8]; 7] =
        [b"", &png, b"{}", b"[1,2]", deep.as_bytes(), deep_object.as_bytes(), b"{\"lists\":[],\"cards\":[{\"id\":7}]}"];
    let tables: [&[u8]; 5] = [b"", &png, b"title\n", b"a,b\n\"never closed,1\n", &[0xff; 100]];

    for file in trello {
        refused(&post(&server, "/api/import/trello", file).await, 422, "bad-file");
    }
    for file in tables {
        // A header alone can be looked at.
        if !file.starts_with(b"title") {
            refused(&post(&server, "/api/import/csv/preview", file).await, 422, "bad-file");
        }
        refused(&post(&server, &format!("/api/import/csv?name=x&mapping={MAPPING}"), file).await, 422, "bad-file");
    }
    let untitled = format!("/api/import/csv?name=x&mapping={}", "%7B%7D");
    refused(&post(&server, &untitled, TABLE.as_bytes()).await, 422, "bad-file");
    for query in ["name=x", "name=x&mapping=title", "name=x&mapping=%7B%220%22%3A%22colour%22%7D"] {
        refused(&post(&server, &format!("/api/import/csv?{query}"), TABLE.as_bytes()).await, 400, "bad-request");
    }
    for name in ["", "%00", "a%0Ab", &"x".repeat(201)] {
        let path = format!("/api/import/csv?name={name}&mapping={MAPPING}");
        refused(&post(&server, &path, TABLE.as_bytes()).await, 400, "bad-request");
    }
    let unknown = format!("/api/import/csv?board=brd_00aaaaaaaaaaaaaaaaaaaa&mapping={MAPPING}");
    refused(&post(&server, &unknown, TABLE.as_bytes()).await, 404, "not-found");
    assert_eq!(boards(&server).await, 1);
}

fn refused(response: &Response, status: u16, problem: &str) {
    assert_eq!((response.status, response.problem().as_str()), (status, problem), "{response:?}");
    let detail = response.json()["detail"].as_str().expect("a sentence").to_owned();
    assert!(detail.ends_with(['.', '?']) && detail.len() < 400, "{detail}");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_however_it_is_sent() {
    let server = Server::demo();
    let size = 65 * 1024 * 1024;
    let head = format!("POST /api/import/trello HTTP/1.1\r\nHost: {}\r\n", server.address());
    let announced = [format!("{head}Content-Length: {size}\r\n\r\n").as_bytes(), &vec![b' '; size]].concat();
    let chunk = [b"100000\r\n".as_slice(), &vec![b' '; 0x10_0000], b"\r\n"].concat();
    let chunked =
        [format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes(), &chunk.repeat(65), b"0\r\n\r\n"].concat();

    for request in [announced, chunked] {
        let (_, response) = http::send(server.address(), &request).await;
        refused(&response, 413, "too-large");
    }

    assert_eq!(boards(&server).await, 1);
    assert!(server.resident_bytes() < 256 * 1024 * 1024, "{} bytes", server.resident_bytes());
}

#[tokio::test]
async fn two_files_are_taken_at_once_and_a_broken_upload_makes_room() {
    let server = Server::alone(&[]);
    let head =
        format!("POST /api/import/trello HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000\r\n\r\n", server.address());
    let begin = async || {
        let mut stream = TcpStream::connect(server.address()).await.expect("the server listens");
        stream.write_all(head.as_bytes()).await.expect("the server reads");
        stream.write_all(&[b' '; 1_000]).await.expect("the server reads");
        stream
    };
    let import = async || post(&server, "/api/import/trello", TRELLO.as_bytes()).await;
    // On a busy machine an upload that stands still may end before the others have begun.
    let crowd = async || {
        let uploads = [begin().await, begin().await];
        let response = import().await;
        (response.status == 503).then_some((uploads, response))
    };

    let (uploads, busy) = eventually("both places are taken", crowd).await;
    assert_eq!((busy.problem().as_str(), busy.header("retry-after")), ("busy", Some("5")));
    drop(uploads);

    eventually("a place is free", async || (import().await.status == 201).then_some(())).await;
    let names = workspace(&server).await["boards"].clone();
    let is_whole = |board: &Value| board["name"] != Value::Null;
    assert!(names.as_array().is_some_and(|boards| boards.iter().all(is_whole)), "{names}");
}

#[tokio::test]
async fn other_sites_bring_nothing_in() {
    let server = Server::demo();
    for path in ["/api/import/trello", "/api/import/csv/preview", "/api/import/csv?name=x&mapping=%7B%7D"] {
        let headers = [("Origin", "https://evil.example")];
        let response = http::request(server.address(), "POST", path, &headers, TRELLO.as_bytes()).await;
        assert_eq!((response.status, response.problem().as_str()), (403, "foreign-origin"), "{path}");
    }
    assert_eq!(boards(&server).await, 1);
}
