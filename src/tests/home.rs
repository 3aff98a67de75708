//! The home page: my cards over all boards, the sprints under way, what others changed.

use calit::board::card::Plan;
use calit::board::edit::{Editor, Membership, Place};
use calit::board::id::UserId;
use serde_json::{Value, json};

use crate::boards::create;
use crate::commands::{ADA, BOB, add_card, card_id, sprint, sprint_id};
use crate::harness::eventually;
use crate::harness::http;
use crate::harness::person::Person;
use crate::harness::server::Server;

async fn home(server: &Server, secret: &str, since: u64) -> Value {
    let path = format!("/api/home?since={since}");
    let response = http::get(server.address(), &path, &[("x-calit-guest", secret)]).await;
    assert_eq!(response.status, 200, "{response:?}");
    response.json()
}

/// A guest's id, as boards name them.
async fn id_of(server: &Server, secret: &str) -> UserId {
    let home = home(server, secret, 0).await;
    UserId::parse(home["me"].as_str().expect("a guest has an id")).expect("an id")
}

fn titles(cards: &Value) -> Vec<&str> {
    cards.as_array().expect("cards").iter().filter_map(|card| card["title"].as_str()).collect()
}

/// Adds a card of somebody's to a column of the board.
async fn add(person: &mut Person, id: &str, title: &str, column: usize, user: &UserId) {
    let column = person.board().await.layout.columns[column].id.clone();
    person
        .edit(|editor| {
            add_card(editor, id, title, &column, 1_000);
            editor.assign(&card_id(id), user, Membership::In).expect("the card is there");
        })
        .await;
}

#[tokio::test]
async fn my_cards_come_from_all_boards_until_they_are_done() {
    let mut server = Server::demo();
    let ada_id = id_of(&server, ADA).await;
    let boards = [create(&server, "One", "scrum").await, create(&server, "Two", "empty").await];
    for (number, board) in boards.iter().enumerate() {
        let mut ada = Person::join(server.address(), board, ADA, 1001).await;
        let (id, title) = (format!("crd_{number}"), format!("Card {number}"));
        add(&mut ada, &id, &title, 0, &ada_id).await;
    }
    let has_both = async || (titles(&home(&server, ADA, 0).await["cards"]).len() == 2).then_some(());
    eventually("live boards are looked into", has_both).await;
    server.kill();
    server.start();

    let mine = home(&server, ADA, 0).await;
    let mut found = titles(&mine["cards"]);
    found.sort_unstable();
    assert_eq!(found, ["Card 0", "Card 1"]);
    assert_eq!(home(&server, BOB, 0).await["cards"], json!([]));
    let card = mine["cards"].as_array().and_then(|cards| cards.iter().find(|card| card["card"] == "crd_0"));
    let card = card.expect("it is among mine");
    assert_eq!((&card["board"], &card["board_name"]), (&json!(boards[0]), &json!("One")));
    assert_eq!((&card["column"], &card["category"], &card["number"]), (&json!("백로그"), &json!("backlog"), &json!(1)));

    let mut bob = Person::join(server.address(), &boards[0], BOB, 1002).await;
    let done = bob.board().await.layout.columns.last().expect("columns").id.clone();
    bob.edit(|editor| editor.move_card(&card_id("crd_0"), &Place::last_in(done)).expect("it is there")).await;
    let archived = json!({ "archived": true }).to_string();
    http::request(server.address(), "PATCH", &format!("/api/boards/{}", boards[1]), &[], archived.as_bytes()).await;
    let has_none = async || (home(&server, ADA, 0).await["cards"] == json!([])).then_some(());
    eventually("nothing is left to do", has_none).await;
}

#[tokio::test]
async fn a_running_sprint_says_how_much_is_left() {
    let server = Server::demo();
    let board = create(&server, "Team", "scrum").await;
    let mut ada = Person::join(server.address(), &board, ADA, 1001).await;
    let columns = ada.board().await.layout.columns;
    let (todo, done) = (columns[1].id.clone(), columns[4].id.clone());
    let plan = |editor: &mut Editor<'_, '_>, id: &str, points: u32| {
        let plan = Plan { sprint: Some(sprint_id("spr_t")), rank: None };
        editor.plan_card(&card_id(id), &plan).expect("it is there");
        editor.set_points(&card_id(id), Some(points)).expect("it is there");
    };
    ada.edit(|editor| {
        editor.add_sprint(&sprint_id("spr_t"), &sprint("Sprint 24")).expect("a new id");
        add_card(editor, "crd_a", "Left", &todo, 1_000);
        add_card(editor, "crd_b", "Done", &done, 2_000);
        plan(editor, "crd_a", 3);
        plan(editor, "crd_b", 5);
    })
    .await;
    // The demo board has a sprint of its own.
    let of_team = async || {
        let sprints = home(&server, BOB, 0).await["sprints"].clone();
        let of_team = |sprint: &&Value| sprint["board_name"] == "Team";
        sprints.as_array().expect("sprints").iter().filter(of_team).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of_team().await, Vec::<Value>::new());

    let (ok, _) = ada.command("k", &json!({ "do": "start_sprint", "sprint": "spr_t" }).to_string()).await;

    assert!(ok);
    let sprints =
        eventually("it is under way", async || Some(of_team().await).filter(|sprints| !sprints.is_empty())).await;
    assert_eq!(sprints[0]["name"], "Sprint 24");
    assert_eq!(sprints[0]["total"], json!({ "count": 2, "points": 8.0 }));
    assert_eq!(sprints[0]["remaining"], json!({ "count": 1, "points": 3.0 }));
}

#[tokio::test]
async fn changes_are_those_of_others_since_then() {
    let server = Server::demo();
    let board = create(&server, "Team", "scrum").await;
    let bob_id = id_of(&server, BOB).await;
    let mut bob = Person::join(server.address(), &board, BOB, 1002).await;
    add(&mut bob, "crd_a", "<i>Hello</i>", 0, &bob_id).await;

    let is_created = |change: &&Value| change["body"]["kind"] == "created" && change["title"] != Value::Null;
    let seen = async || home(&server, ADA, 0).await["changes"].as_array()?.iter().find(is_created).cloned();
    let created = eventually("the new card is told", seen).await;

    assert_eq!((&created["by"], &created["subject"]), (&json!(bob_id.as_str()), &json!("crd_a")));
    assert_eq!((&created["title"], &created["board_name"]), (&json!("<i>Hello</i>"), &json!("Team")));
    let own = home(&server, BOB, 0).await["changes"].clone();
    assert!(own.as_array().is_some_and(|own| own.iter().all(|change| change["by"] != bob_id.as_str())), "{own}");
    let later = created["at"].as_u64().expect("a time") + 60_000;
    assert_eq!(home(&server, ADA, later).await["changes"], json!([]));
}

#[tokio::test]
async fn a_change_by_somebody_who_is_no_member_of_its_board_names_them_as_another_board_does() {
    let server = Server::demo();
    let [known, other] = [create(&server, "Known", "scrum").await, create(&server, "Other", "scrum").await];
    let bob_id = id_of(&server, BOB).await;
    let mut bob = Person::join(server.address(), &known, BOB, 1002).await;
    bob.edit(|editor| editor.add_member(&bob_id, "Bob").expect("the name fits")).await;
    let guest = [("x-calit-guest", BOB)];
    let renamed = json!({ "name": "Another" }).to_string();
    http::request(server.address(), "PATCH", &format!("/api/boards/{other}"), &guest, renamed.as_bytes()).await;

    let is_renamed = |change: &&Value| change["body"]["kind"] == "board_renamed" && change["by"] == bob_id.as_str();
    let seen = async || {
        let changes = home(&server, ADA, 0).await["changes"].clone();
        changes.as_array()?.iter().find(is_renamed).filter(|change| change["by_name"] != Value::Null).cloned()
    };
    assert_eq!(eventually("the new name is told", seen).await["by_name"], "Bob");
}

#[tokio::test]
async fn the_home_page_of_nobody_has_no_cards() {
    let server = Server::demo();

    let response = http::get(server.address(), "/api/home", &[]).await;
    assert_eq!((response.status, &response.json()["me"], &response.json()["cards"]), (200, &Value::Null, &json!([])));
    for since in ["-1", "soon", "99999999999999999999999"] {
        let refused = http::get(server.address(), &format!("/api/home?since={since}"), &[]).await;
        assert_eq!((refused.status, refused.problem().as_str()), (400, "bad-request"), "{since}");
    }
    let foreign = http::get(server.address(), "/api/home", &[("Origin", "https://evil.example")]).await;
    assert_eq!(foreign.problem(), "foreign-origin");
}
