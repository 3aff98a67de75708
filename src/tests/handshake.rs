//! How a connection begins, or does not: SPEC section HS.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::author::{Author, value};
use crate::harness::http::{self, Response};
use crate::harness::server::Server;
use crate::harness::socket::{self, Socket};
use crate::harness::within;
use crate::workspace::first_board;

/// A well-formed id of a board that nobody has made.
const NO_SUCH_BOARD: &str = "brd_37abcdefghij0123456789";

async fn upgrade(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Response {
    http::upgrade(address, path, headers).await.1
}

/// [HS1]
#[tokio::test]
async fn a_name_is_everything_behind_sync_decoded_once() {
    let server = Server::open();
    let spellings = [
        ("a/b%20c", "a%2Fb%20c"),
        ("%EA%B0%80%EB%82%98", "%ea%b0%80%eb%82%98"),
        ("100%2525", "%31%30%30%2525"),
        ("room?token=1", "room?other=2"),
    ];

    for (one, other) in spellings {
        let mut writer = Socket::calit(server.address(), one).await;
        writer.send_update(Author::new(1).set("name", one)).await;
        writer.ack(1).await;

        let found = socket::fetch(server.address(), other).await;

        assert_eq!(value(&found, "name").as_deref(), Some(one), "{one} and {other}");
    }
    let distinct = socket::fetch(server.address(), "100%25").await;
    assert_eq!(value(&distinct, "name"), None, "a name was decoded twice");
}

/// [HS2] [HS5]
#[tokio::test]
async fn names_that_are_none_are_refused_with_400_in_open_mode() {
    let server = Server::open();
    let long = "x".repeat(201);
    let long_in_bytes = "%EA%B0%80".repeat(67);
    let names = [
        "a//b",
        "a/",
        ".",
        "..",
        "a/../b",
        "a/./b",
        "%2e%2e/etc",
        "a%00b",
        "a%0Ab",
        "%7f",
        "%C2%85",
        "%ff",
        "%",
        "%zz",
        "%e",
        &long,
        &long_in_bytes,
    ];

    for name in names {
        let response = upgrade(server.address(), &format!("/sync/{name}"), &[]).await;
        assert_eq!((response.status, response.problem().as_str()), (400, "bad-request"), "{name}");
    }
    for name in [&"x".repeat(200), &"%EA%B0%80".repeat(66), "__proto__", "*", "a%25b", "...", "brd_short"] {
        assert_eq!(upgrade(server.address(), &format!("/sync/{name}"), &[]).await.status, 101, "{name}");
    }
}

/// [HS5]
#[tokio::test]
async fn every_name_that_is_no_document_is_404_in_a_workspace() {
    let server = Server::demo();
    let mut answers = Vec::new();
    for name in
        ["room", NO_SUCH_BOARD, "a%00b", "../etc/passwd", "%ff", "*", "__proto__", "brd_37ABC", &"x".repeat(4096)]
    {
        let response = upgrade(server.address(), &format!("/sync/{name}"), &[]).await;
        assert_eq!((response.status, response.problem().as_str()), (404, "not-found"), "{name}");
        answers.push(response.body);
    }

    answers.dedup();
    assert_eq!(answers.len(), 1, "the answers tell which names are close: {answers:?}");
}

/// [HS2]
#[tokio::test]
async fn a_handshake_that_cannot_be_read_is_refused_over_http() {
    let server = Server::open();
    let cases: [(&[(&str, &str)], u16); 8] = [
        (&[("Upgrade", "")], 426),
        (&[("Upgrade", "h2c")], 426),
        (&[("Connection", "keep-alive")], 426),
        (&[("Sec-WebSocket-Version", "8")], 426),
        (&[("Sec-WebSocket-Version", "")], 426),
        (&[("Sec-WebSocket-Key", "")], 400),
        (&[("Sec-WebSocket-Key", "short")], 400),
        (&[("Sec-WebSocket-Protocol", "\"no token\"")], 400),
    ];

    for (headers, status) in cases {
        let response = upgrade(server.address(), "/sync/room", headers).await;
        assert_eq!(response.status, status, "{headers:?}");
        response.problem();
        if status == 426 {
            assert_eq!(response.header("sec-websocket-version"), Some("13"), "{headers:?}");
        }
    }
}

/// [HS2]
#[tokio::test]
async fn hostile_heads_are_refused_and_the_server_goes_on() {
    let server = Server::open();
    let big = format!("GET /sync/room HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(1 << 20));
    let many = format!("GET /sync/room HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(3000));
    let no_text = b"GET /sync/room HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Protocol: \xff\xfe\r\n\r\n";

    for (what, head) in [("1 MB of header", big.as_bytes()), ("3,000 headers", many.as_bytes())] {
        let (_, response) = http::send_all_or_part(server.address(), head).await;
        assert_eq!(response.status, 431, "{what}");
    }
    let (_, odd) = http::send(server.address(), no_text).await;
    assert_eq!(odd.status, 400, "a subprotocol that is no text: {odd:?}");

    assert_eq!(upgrade(server.address(), "/sync/room", &[]).await.status, 101);
}

/// [HS3]
#[tokio::test]
async fn a_plain_get_meets_the_problem_that_an_upgrade_would_meet() {
    let open = Server::open();
    let demo = Server::demo();
    let board = first_board(&demo).await;
    let cases = [
        (&open, "/sync/room".to_owned(), 426, "upgrade-required"),
        (&open, "/sync/a//b".to_owned(), 400, "bad-request"),
        (&demo, format!("/sync/{board}"), 426, "upgrade-required"),
        (&demo, format!("/sync/{NO_SUCH_BOARD}"), 404, "not-found"),
        (&demo, format!("/sync/{board}?guest=me"), 401, "bad-guest-secret"),
    ];

    for (server, path, status, problem) in cases {
        let response = http::get(server.address(), &path, &[]).await;
        assert_eq!((response.status, response.problem().as_str()), (status, problem), "{path}");
    }
}

/// [HS4]
#[tokio::test]
async fn an_offered_subprotocol_is_selected() {
    let server = Server::open();
    let cases = [
        ("", None),
        ("calit.v1", Some("calit.v1")),
        ("other, calit.v1", Some("calit.v1")),
        ("yauth-abc, other", Some("yauth-abc")),
        ("calit.v2", Some("calit.v2")),
    ];

    for (offered, selected) in cases {
        let response = upgrade(server.address(), "/sync/room", &[("Sec-WebSocket-Protocol", offered)]).await;
        assert_eq!(response.status, 101, "{offered}");
        assert_eq!(response.header("sec-websocket-protocol"), selected, "{offered}");
        assert_eq!(response.header("sec-websocket-extensions"), None, "{offered}");
        assert_eq!(response.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    }
}

/// [HS6]
#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let server = Server::alone(&[]);
    let path = format!("/sync/{}", first_board(&server).await);
    let own = format!("http://{}", server.address());
    let port = server.address().port();
    let (rebound, local) = (format!("evil.example:{port}"), format!("localhost:{port}"));
    let local_origin = format!("http://{local}");
    let cases: [(&[(&str, &str)], u16); 8] = [
        (&[], 101),
        (&[("Origin", &own)], 101),
        (&[("Host", &local), ("Origin", &local_origin)], 101),
        (&[("Origin", "https://evil.example")], 403),
        (&[("Origin", "null")], 403),
        (&[("Origin", "http://127.0.0.1:1")], 403),
        (&[("Host", &rebound)], 403),
        (&[("Host", &rebound), ("Origin", "http://evil.example")], 403),
    ];

    for (headers, status) in cases {
        let response = upgrade(server.address(), &path, headers).await;
        assert_eq!(response.status, status, "{headers:?}");
        if status == 403 {
            assert_eq!(response.problem(), "foreign-origin");
        }
    }
    let elsewhere = http::get(server.address(), "/api/workspace", &[("Origin", "https://evil.example")]).await;
    assert_eq!(elsewhere.status, 403, "another site reads the workspace");
}

/// [HS6]
#[tokio::test]
async fn open_mode_lets_pages_of_this_machine_in_and_no_others() {
    let server = Server::open();

    for (origin, status) in
        [("http://localhost:5173", 101), ("https://evil.example", 403), ("http://localhost.evil.example", 403)]
    {
        let response = upgrade(server.address(), "/sync/room", &[("Origin", origin)]).await;
        assert_eq!(response.status, status, "{origin}");
    }
}

/// [HS7]
#[tokio::test]
async fn the_first_answer_of_many_first_joiners_holds_the_document() {
    let mut server = Server::alone(&["--open"]);
    let mut writer = Socket::calit(server.address(), "room").await;
    writer.send_update(Author::new(1).set("key", "loaded")).await;
    writer.ack(1).await;
    server.term().await;
    server.start();

    let joins: Vec<_> = (0..20).map(|_| tokio::spawn(socket::fetch(server.address(), "room"))).collect();

    for join in joins {
        let doc = join.await.expect("everybody gets in");
        assert_eq!(value(&doc, "key").as_deref(), Some("loaded"));
    }
    assert_eq!(server.metric("calit_room_loads_total{result=\"loaded\"}").await, 1.0);
}

/// [HS8]
#[tokio::test]
async fn a_guest_is_known_by_a_secret_of_32_digits() {
    let server = Server::demo();
    let path = format!("/sync/{}", first_board(&server).await);
    let secret = "0123456789abcdef0123456789ABCDEF";
    assert_eq!(upgrade(server.address(), &format!("{path}?guest={secret}"), &[]).await.status, 101);
    assert_eq!(upgrade(server.address(), &format!("{path}?x=1&guest={secret}"), &[]).await.status, 101);

    for wrong in ["", "me", &secret[1..], &format!("{secret}0"), &secret.replace('0', "g"), "%00"] {
        let response = upgrade(server.address(), &format!("{path}?guest={wrong}"), &[]).await;
        assert_eq!((response.status, response.problem().as_str()), (401, "bad-guest-secret"), "{wrong}");
    }
}

/// [HS2]
#[tokio::test]
async fn a_server_that_is_no_demo_lets_nobody_in() {
    let server = Server::with(&["--demo", "false"]);

    let response = upgrade(server.address(), &format!("/sync/{NO_SUCH_BOARD}"), &[]).await;

    assert_eq!((response.status, response.problem().as_str()), (401, "sign-in-required"));
}

/// [HS2]
#[tokio::test]
async fn a_head_that_never_ends_is_given_up() {
    let server = Server::open();
    let mut slow = TcpStream::connect(server.address()).await.expect("the server listens");
    slow.write_all(b"GET /sync/room HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ").await.expect("the server reads");

    let mut rest = Vec::new();
    within("the server hangs up", slow.read_to_end(&mut rest)).await.expect("an orderly end");

    assert!(!rest.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&rest));
    assert_eq!(upgrade(server.address(), "/sync/room", &[]).await.status, 101);
}
