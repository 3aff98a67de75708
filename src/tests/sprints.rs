//! The 348 real sprints, each at the start and at four fifths of its run: played in through sockets by as many people as its team had,
//! several sprints at once on one server. The record that the server keeps has exactly the figures of the row.

mod rows;
mod team;

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use crate::commands::ADA;
use crate::harness::http;
use crate::harness::server::Server;
use crate::import::shared_data;
use rows::{Fate, Issue, Row, Tally};
use team::{SPRINT, Team, is_begun};

/// Sprints that are played at once.
const SPRINTS_AT_ONCE: usize = 12;

/// Reads a file of sprints; whatever is no sprint fails the test by its line.
fn sprints(name: &str) -> Vec<Row> {
    let file = std::fs::read_to_string(shared_data(name)).expect("text");
    let (rows, malformed) = rows::read(&file);
    assert_eq!((rows.len(), malformed), (348, vec![]), "{name}");
    rows.iter().for_each(rows::check);
    rows
}

/// In five rows of each file the points that came are not those that went: estimates changed during the sprint.
fn unbalanced(rows: &[Row]) -> Vec<usize> {
    rows.iter().filter(|row| !row.is_balanced()).map(|row| row.line).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_real_sprint_at_its_start_has_the_figures_of_its_row() {
    let rows = sprints("sprints/apache_iteration_0.csv");
    assert_eq!(unbalanced(&rows), [26, 167, 208, 243, 292]);

    play_all(rows).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_real_sprint_near_its_end_has_the_figures_of_its_row() {
    let rows = sprints("sprints/apache_iteration_80.csv");
    assert_eq!(unbalanced(&rows), [37, 91, 97, 101, 103]);

    play_all(rows).await;
}

async fn play_all(rows: Vec<Row>) {
    let server = Server::demo();
    let server = &server;
    // One board after the other: a server takes few files in at once.
    let boards = stream::iter(rows).then(async |row| (make_board(server, &row.name).await, row));
    let played = boards.map(async |(board, row)| {
        play(server, &board, &row).await;
        let response = http::get(server.address(), &format!("/api/boards/{board}/sprints/{SPRINT}"), &[]).await;
        assert_eq!(response.status, 200, "{response:?}");
        check(&row, &response.json());
    });
    assert_eq!(played.buffer_unordered(SPRINTS_AT_ONCE).count().await, 348);
}

/// A board of three columns and no cards, brought by somebody from Trello, whose ids it keeps.
async fn make_board(server: &Server, name: &str) -> String {
    let lists = [("todo", "To do"), ("doing", "In progress"), ("done", "Done")];
    let list = |(at, (id, name)): (usize, (&str, &str))| json!({ "id": id, "name": name, "pos": at });
    let lists: Vec<Value> = lists.into_iter().enumerate().map(list).collect();
    let file = json!({ "name": name, "lists": lists, "cards": [] }).to_string();
    let headers = [("x-calit-guest", ADA)];
    let response = http::request(server.address(), "POST", "/api/import/trello", &headers, file.as_bytes()).await;
    assert_eq!(response.status, 201, "{response:?}");
    response.json()["board"].as_str().expect("a board has an id").to_owned()
}

/// Plays a sprint from its planning to its end.
async fn play(server: &Server, board: &str, row: &Row) {
    let issues = row.issues();
    let all = || issues.iter().enumerate();
    let mut team = Team::gather(server, board, row).await;

    team.create_sprint(&row.name).await;
    let started = all().filter(|(_, issue)| !issue.is_added);
    team.work(started, |act, at, issue| team::create(act, at, issue.points, true)).await;
    team.command("start", json!({ "do": "start_sprint", "sprint": SPRINT })).await;
    team.take_turns().await;
    // Some come from the backlog, some are written into the sprint.
    let added = || all().filter(|(_, issue)| issue.is_added);
    team.work(added(), |act, at, issue| team::create(act, at, issue.points, at % 2 == 0)).await;
    team.work(added().filter(|(at, _)| at % 2 == 1), |act, at, _| team::plan(act, at)).await;
    team.take_turns().await;
    let estimated = all().filter(|(_, issue)| issue.points != issue.points_at_end);
    team.work(estimated, |act, at, issue| team::estimate(act, at, issue.points_at_end)).await;
    team.work(all().filter(|(_, issue)| is_begun(issue)), |act, at, _| team::move_to(act, at, "doing")).await;
    let removed = |(_, issue): &(usize, &Issue)| issue.fate == Fate::Removed;
    team.work(all().filter(removed), |act, at, _| team::remove(act, at)).await;
    let done = |(_, issue): &(usize, &Issue)| issue.fate == Fate::Done;
    team.work(all().filter(done), |act, at, _| team::move_to(act, at, "done")).await;
    let complete = json!({ "do": "complete_sprint", "sprint": SPRINT, "carry_to": null });
    team.command("complete", complete.clone()).await;
    // Whoever asks again is told the same, and nothing is done twice.
    team.command("complete again", complete).await;
}

/// The closed sprint's record has the figures of its row, and so does its burndown.
fn check(row: &Row, record: &Value) {
    let figure = |value: &Value| (value["count"].as_u64(), value["points"].as_f64());
    let tally = |tally: Tally| (Some(u64::from(tally.count)), Some(f64::from(tally.points)));
    let expected = [
        ("committed", row.started),
        ("added", row.added),
        ("removed", row.removed),
        ("done", row.done),
        ("carried", row.carried()),
    ];
    for (name, expected) in expected {
        assert_eq!(figure(&record[name]), tally(expected), "{name} of {row:?}\n{record:#}");
    }
    assert_eq!(record["state"], "closed", "{row:?}");
    let burndown = record["burndown"].as_array().expect("points");
    let (first, last) = (&burndown[0], &burndown[burndown.len() - 1]);
    let held = Tally { count: row.carried().count + row.done.count, points: row.carried().points + row.done.points };
    assert_eq!(
        (figure(&first["remaining"]), figure(&first["scope"])),
        (tally(row.started), tally(row.started)),
        "{row:?}"
    );
    assert_eq!((figure(&last["remaining"]), figure(&last["scope"])), (tally(row.carried()), tally(held)), "{row:?}");
}
