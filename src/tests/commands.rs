//! What a merge cannot decide: SPEC section CM. The rules of each command are tests of the board itself.

use calit::board::Board;
use calit::board::column::{Category, Wip};
use calit::board::draft::{NewCard, NewColumn};
use calit::board::edit::{Editor, Place};
use calit::board::id::{CardId, ColumnId, SprintId};
use calit::board::rank::place;
use calit::board::sprint::Sprint;
use calit::board::value::Stamp;
use client_protocol::frame::{ClientMessage, ReceivedMessage};
use serde_json::json;
use yrs::types::ToJson as _;
use yrs::{Any, Map as _, ReadTxn as _, Transact as _};

use crate::harness::person::Person;
use crate::harness::server::Server;
use crate::harness::socket::Socket;
use crate::workspace::first_board;

/// Two guests.
pub(crate) const ADA: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const BOB: &str = "fedcba9876543210fedcba9876543210";

pub(crate) fn card_id(id: &str) -> CardId {
    CardId::parse(id).expect("an id")
}

pub(crate) fn sprint_id(id: &str) -> SprintId {
    SprintId::parse(id).expect("an id")
}

/// A sprint that is planned.
pub(crate) fn sprint(name: &str) -> Sprint {
    Sprint {
        name: name.into(),
        goal: String::new(),
        start: None,
        end: None,
        capacity: None,
        started: None,
        completed: None,
        deleted: None,
    }
}

/// Adds a card at the end of a column.
pub(crate) fn add_card(editor: &mut Editor<'_, '_>, id: &str, title: &str, column: &ColumnId, at_ms: i64) {
    let position = editor.open_place(&Place::last_in(column.clone())).expect("the column lives");
    let card = NewCard::new(card_id(id), title, position, Stamp::new(at_ms, "usr_test"));
    editor.add_card(&card).expect("a new id");
}

/// Adds a column with a hard limit.
fn add_limited_column(editor: &mut Editor<'_, '_>, id: &str, limit: u16) -> ColumnId {
    let id = ColumnId::parse(id).expect("an id");
    let column = NewColumn {
        id: id.clone(),
        name: "Limited".into(),
        category: Category::Doing,
        wip: Some(Wip { limit, is_hard: true }),
        rank: place(&[], 0).rank,
        deleted: None,
        ext: serde_json::Map::new(),
    };
    editor.add_column(&column).expect("a new id");
    id
}

fn start_sprint(id: &str) -> String {
    json!({ "do": "start_sprint", "sprint": id }).to_string()
}

fn is_started(board: &Board, id: &str) -> bool {
    board.sprints.get(&sprint_id(id)).is_some_and(Sprint::is_active)
}

/// [CM1] [CM2]
#[tokio::test]
async fn a_command_follows_the_edits_before_it_and_reaches_everybody() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let mut bob = Person::join(server.address(), &board, BOB, 1002).await;

    ada.send_edit(|editor| editor.add_sprint(&sprint_id("spr_t"), &sprint("24")).expect("a new id")).await;
    let (ok, value) = ada.command("k", &start_sprint("spr_t")).await;

    assert!(ok, "{value}");
    let copy = Board::read(&ada.author.doc.transact());
    assert!(is_started(&copy, "spr_t"), "the update came behind the outcome");
    bob.board_when("the sprint is started for Bob", |board| is_started(board, "spr_t")).await;
}

/// [CM2]
#[tokio::test]
async fn an_outcome_is_durable() {
    let mut server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    ada.send_edit(|editor| editor.add_sprint(&sprint_id("spr_t"), &sprint("24")).expect("a new id")).await;

    ada.command("k", &start_sprint("spr_t")).await;
    server.kill();
    server.start();

    let mut bob = Person::join(server.address(), &board, BOB, 1002).await;
    assert!(is_started(&bob.board().await, "spr_t"));
}

/// [CM1]
#[tokio::test]
async fn a_command_without_a_proper_key_or_of_a_stock_client_closes() {
    let server = Server::demo();
    let board = first_board(&server).await;

    for key in [String::new(), "가".repeat(65), "k".repeat(100_000)] {
        let mut socket = Socket::calit(server.address(), &board).await;
        socket.send(ClientMessage::Command { key: key.as_str().into(), json: "{}".into() }).await;
        assert_eq!(socket.closed().await.0, 1008, "a key of {} bytes", key.len());
    }
    let mut stock = Socket::stock(server.address(), &board).await;
    stock.send(ClientMessage::Command { key: "k".into(), json: start_sprint("x").as_str().into() }).await;
    assert_eq!(stock.closed().await.0, 1008);
}

/// [CM3]
#[tokio::test]
async fn the_same_key_gets_the_same_outcome_and_is_done_once() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let rename = |name: &str| json!({ "do": "rename_board", "name": name }).to_string();

    let first = ada.command("k", &rename("First")).await;
    let again = ada.command("k", &rename("Second")).await;
    let mut ada_elsewhere = Person::join(server.address(), &board, ADA, 1003).await;
    let elsewhere = ada_elsewhere.command("k", &rename("Third")).await;
    let name = ada.board().await.name;
    let mut bob = Person::join(server.address(), &board, BOB, 1002).await;
    let other_person = bob.command("k", &rename("Fourth")).await;

    assert!(first.0, "{}", first.1);
    assert_eq!((&again, &elsewhere), (&first, &first));
    assert_eq!(name, "First");
    assert_eq!((other_person.0, bob.board().await.name.as_str()), (true, "Fourth"));
}

/// [CM4]
#[tokio::test]
async fn what_is_no_command_is_refused_and_touches_nothing() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let before = ada.board().await;
    let large = json!({ "do": "rename_board", "name": "x".repeat(70_000) }).to_string();
    let deep = "[".repeat(60_000);
    let cases = [
        ("", "malformed"),
        ("null", "malformed"),
        ("{}", "malformed"),
        ("{\"do\":\"drop_tables\"}", "malformed"),
        ("{\"do\":\"start_sprint\"}", "malformed"),
        ("{\"do\":\"start_sprint\",\"sprint\":7}", "malformed"),
        ("{\"do\":\"start_sprint\",\"sprint\":\"none\",\"extra\":1}", "malformed"),
        (&deep, "malformed"),
        (&large, "too_large"),
        ("{\"do\":\"start_sprint\",\"sprint\":\"\"}", "no_sprint"),
        ("{\"do\":\"start_sprint\",\"sprint\":\"\\u0000\"}", "no_sprint"),
        ("{\"do\":\"start_sprint\",\"sprint\":\"none\"}", "no_sprint"),
        ("{\"do\":\"complete_sprint\",\"sprint\":\"none\",\"carry_to\":null}", "no_sprint"),
        ("{\"do\":\"move_cards\",\"cards\":[\"none\"],\"column\":\"none\",\"before\":null}", "no_column"),
        ("{\"do\":\"rename_board\",\"name\":\"a\\nb\"}", "bad_name"),
    ];

    for (number, (json, code)) in cases.into_iter().enumerate() {
        let (ok, value) = ada.command(&number.to_string(), json).await;
        assert_eq!((ok, value["code"].as_str()), (false, Some(code)), "{:.80}: {value}", json);
        assert!(value["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{value}");
    }
    assert_eq!(ada.board().await, before);
}

/// [CM4]
#[tokio::test]
async fn a_document_that_is_no_board_takes_no_commands() {
    let server = Server::open();
    let mut socket = Socket::calit(server.address(), "room").await;
    socket.send(ClientMessage::Command { key: "k".into(), json: start_sprint("x").as_str().into() }).await;

    let refused = socket.find("the outcome", |message| match message {
        ReceivedMessage::Outcome { ok: false, json, .. } => Some(json),
        _ => None,
    });

    assert!(refused.await.contains("not_a_board"));
}

/// [CM5]
#[tokio::test]
async fn the_server_numbers_cards_and_puts_numbers_back() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let before = ada.board().await;
    let column = before.layout.columns[0].id.clone();
    let last = before.cards.values().filter_map(|card| card.number).max().expect("the demo's cards have numbers");

    ada.edit(|editor| {
        add_card(editor, "crd_second", "Second", &column, 2_000);
        add_card(editor, "crd_first", "First", &column, 1_000);
    })
    .await;
    let number = |board: &Board, id: &str| board.cards[&card_id(id)].number;
    let numbered = ada.board_when("they have numbers", |board| number(board, "crd_second").is_some()).await;
    assert_eq!((number(&numbered, "crd_first"), number(&numbered, "crd_second")), (Some(last + 1), Some(last + 2)));

    let forged = ada.author.edit(|txn| {
        let cards = txn.get_map("cards").expect("a board has cards");
        let Some(yrs::Out::YMap(card)) = cards.get(txn, "crd_first") else { panic!("a card") };
        card.insert(txn, "number", Any::from(1_i64));
    });
    ada.socket.send_update(forged).await;
    ada.socket.ack(2).await;

    ada.board_when("it is put back", |board| number(board, "crd_first") == Some(last + 1)).await;
}

/// [CM5]
#[tokio::test]
async fn a_card_that_overfills_a_hard_limit_goes_back_with_a_notice() {
    let server = Server::demo();
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let home = ada.board().await.layout.columns[0].id.clone();
    let mut limited = None;
    ada.edit(|editor| {
        let column = add_limited_column(editor, "col_limited", 1);
        add_card(editor, "crd_in", "In", &column, 1_000);
        add_card(editor, "crd_late", "Late", &home, 2_000);
        limited = Some(column);
    })
    .await;
    let limited = limited.expect("a column");

    ada.edit(|editor| editor.move_card(&card_id("crd_late"), &Place::last_in(limited.clone())).expect("it is there"))
        .await;
    let asked = json!({ "do": "move_cards", "cards": ["crd_late"], "column": limited.as_str(), "before": null });
    let (ok, refused) = ada.command("k", &asked.to_string()).await;

    let shown = ada.board().await.layout.columns;
    let column = |id: &ColumnId| shown.iter().find(|column| column.id == *id).expect("it lives");
    assert_eq!(column(&limited).cards, [card_id("crd_in")]);
    assert!(column(&home).cards.contains(&card_id("crd_late")));
    assert_eq!((ok, &refused["code"]), (false, &json!("wip_full")));
    let copy = ada.author.doc.transact();
    let cards = copy.get_map("cards").expect("a board has cards");
    let text = cards.to_json(&copy).to_string();
    assert!(text.contains("wip"), "the card does not say that its move was taken back");
}
