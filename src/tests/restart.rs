//! Stopping in order, and data that is damaged: SPEC section CL.

use client_protocol::frame::ReceivedMessage;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Duration, Instant};
use yrs::{Map as _, ReadTxn as _, Transact as _};

use crate::harness::author::{Author, note, set, value};
use crate::harness::client::{Client, Dialect};
use crate::harness::http;
use crate::harness::server::Server;
use crate::harness::socket::{self, Heard, Socket};
use crate::harness::{eventually, within};
use crate::workspace::first_board;

/// [CL2]
#[tokio::test]
async fn a_shutdown_tells_everybody_to_come_back_and_exits_0() {
    let mut server = Server::open();
    let mut ours = Socket::calit(server.address(), "room").await;
    let mut stock = Socket::stock(server.address(), "room").await;
    ours.fetch().await;
    stock.fetch().await;

    server.send_term();

    let delay = ours.find("a drain notice", |message| match message {
        ReceivedMessage::Drain { delay_ms } => Some(delay_ms),
        _ => None,
    });
    assert!(delay.await <= 30_000);
    assert_eq!(ours.closed().await.0, 1012);
    assert_eq!(stock.closed().await.0, 1012);
    // A client answers a close by hanging up, which tungstenite does when it is read on.
    within("both hang up", async { while (ours.hear().await, stock.hear().await) != (Heard::Lost, Heard::Lost) {} })
        .await;
    assert_eq!(server.ended().await.code(), Some(0));
}

/// [CL2]
#[tokio::test]
async fn everything_sent_before_a_shutdown_is_there_after_it() {
    let mut server = Server::open();
    let author = Author::new(1);
    let mut socket = Socket::calit(server.address(), "room").await;
    for number in 0..200 {
        socket.send_update(author.set(&number.to_string(), "sent")).await;
    }
    let (acked, _) = socket.ack(1).await;

    let status = server.term().await;
    server.start();

    let after = socket::fetch(server.address(), "room").await;
    assert_eq!(status.code(), Some(0));
    for number in 0..acked {
        assert!(value(&after, &number.to_string()).is_some(), "edit {number} of {acked} acknowledged ones is lost");
    }
}

/// [CL1]
#[tokio::test]
async fn clients_come_back_by_themselves_after_a_restart() {
    let mut server = Server::open();
    let proxy = crate::harness::proxy::Proxy::to(server.address()).await;
    let clients = [
        Client::join(Dialect::Calit, proxy.address, "room", 1).await,
        Client::join(Dialect::Stock, proxy.address, "room", 2).await,
    ];
    clients[0].edit(|txn| set(txn, "before", "1"));
    clients[0].saved().await;
    proxy.lead_nowhere();
    server.term().await;
    clients[1].edit(|txn| set(txn, "meanwhile", "2"));
    server.start();
    proxy.lead_to(server.address());

    for client in &clients {
        client
            .until("both edits", |state| {
                value(&state.doc, "before").is_some() && value(&state.doc, "meanwhile").is_some()
            })
            .await;
        client.saved().await;
        assert_eq!(client.look(|state| state.closes.clone()), [1012]);
    }
}

#[tokio::test]
async fn a_server_that_drains_refuses_newcomers_with_503() {
    let server = Server::with(&["--open", "--drain-grace", "20"]);
    let mut member = Socket::stock(server.address(), "room").await;
    member.fetch().await;

    server.send_term();

    let refused = eventually("newcomers are refused", async || {
        let (_, response) = http::upgrade(server.address(), "/sync/room", &[]).await;
        (response.status != 101).then_some(response)
    });
    let refused = refused.await;
    assert_eq!((refused.status, refused.problem().as_str()), (503, "draining"));
    assert!(refused.header("retry-after").is_some());
    let ready = http::get(server.admin(), "/readyz", &[]).await;
    assert_eq!(ready.status, 503);
    assert_eq!(http::get(server.admin(), "/livez", &[]).await.status, 200);
    member.fetch().await;
}

#[tokio::test]
async fn connections_that_only_wait_do_not_hold_up_a_shutdown() {
    let mut server = Server::open();
    let mut idle = TcpStream::connect(server.address()).await.expect("the server listens");
    let request = format!("GET /api/workspace HTTP/1.1\r\nHost: {}\r\n\r\n", server.address());
    idle.write_all(request.as_bytes()).await.expect("the server reads");
    idle.read_u8().await.expect("an answer, and the connection stays");
    let members: Vec<_> =
        futures_util::future::join_all((0..20).map(|_| Socket::stock(server.address(), "room"))).await;
    let started = Instant::now();

    let status = server.term().await;

    assert_eq!(status.code(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(5), "the shutdown took {:?}", started.elapsed());
    drop((idle, members));
}

/// [AC1]
#[tokio::test]
async fn a_compacted_log_loads_to_the_same_document() {
    let mut server = Server::open();
    let author = Author::new(1);
    let mut socket = Socket::calit(server.address(), "room").await;
    for number in 0..700 {
        socket.send_update(author.set(&(number % 50).to_string(), &number.to_string())).await;
    }
    socket.ack(700).await;
    eventually("the log is compacted", async || (server.metric("calit_compactions_total").await > 0.0).then_some(()))
        .await;
    socket.send_update(author.set("after", "the snapshot")).await;
    socket.ack(701).await;

    server.kill();
    server.start();

    let after = socket::fetch(server.address(), "room").await;
    assert_eq!(value(&after, "49").as_deref(), Some("699"));
    assert_eq!(value(&after, "after").as_deref(), Some("the snapshot"));
    let (ours, stored) = (author.doc.transact().snapshot(), after.transact().snapshot());
    assert_eq!((ours.state_map, ours.delete_set), (stored.state_map, stored.delete_set));
}

/// Found again in the stored bytes.
const MARK: &str = "a mark that stands nowhere else";

/// The log row that holds the mark.
struct Row(SqliteConnection);

impl Row {
    async fn of(server: &Server) -> Self {
        let options = SqliteConnectOptions::new().filename(server.data().join("calit.db"));
        Self(options.connect().await.expect("the server's database"))
    }

    async fn body(&mut self) -> Vec<u8> {
        let found = sqlx::query_scalar("SELECT body FROM log WHERE instr(body, ?) > 0").bind(&MARK.as_bytes()[1..]);
        found.fetch_one(&mut self.0).await.expect("a row with the mark")
    }

    /// Flips a bit, as a dying disk does; twice is as it was.
    async fn flip(&mut self) -> Vec<u8> {
        let mut body = self.body().await;
        let at = body.windows(MARK.len() - 1).position(|window| window == &MARK.as_bytes()[1..]).expect("the mark") - 1;
        body[at] ^= 1;
        let write = sqlx::query("UPDATE log SET body = ? WHERE instr(body, ?) > 0").bind(&body);
        write.bind(&MARK.as_bytes()[1..]).execute(&mut self.0).await.expect("a row with the mark");
        body
    }
}

/// [HS2] [HS3] [HS7]
#[tokio::test]
async fn a_damaged_document_says_so_and_is_never_overwritten() {
    let mut server = Server::open();
    let board = first_board(&server).await;
    let path = format!("/sync/{board}");
    let mut member = Socket::calit(server.address(), &board).await;
    member.send_update(Author::new(1).edit(|txn| note(txn, MARK))).await;
    member.ack(1).await;
    let mut other = Socket::calit(server.address(), "fine").await;
    other.send_update(Author::new(1).set("key", "fine")).await;
    other.ack(1).await;
    server.term().await;
    let mut row = Row::of(&server).await;
    let damaged = row.flip().await;
    server.start();

    for _ in 0..2 {
        let (_, upgrade) = http::upgrade(server.address(), &path, &[]).await;
        let plain = http::get(server.address(), &path, &[]).await;
        for refused in [upgrade, plain] {
            assert_eq!((refused.status, refused.problem().as_str()), (503, "document-damaged"));
            assert!(refused.header("retry-after").is_some());
        }
    }
    assert_eq!(value(&socket::fetch(server.address(), "fine").await, "key").as_deref(), Some("fine"));
    server.term().await;
    assert_eq!(row.body().await, damaged, "the damaged bytes were touched");
    row.flip().await;
    server.start();
    let healed = socket::fetch(server.address(), &board).await;
    let txn = healed.transact();
    let meta = txn.get_map("meta").expect("a board");
    assert_eq!(meta.get(&txn, "note").map(|note| note.to_string(&txn)).as_deref(), Some(MARK));
}
