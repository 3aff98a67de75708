//! `GET /api/workspace`, and where the tests learn of the demo board.

use serde_json::Value;

use crate::harness::http;
use crate::harness::server::Server;

/// What the workspace says.
pub(crate) async fn workspace(server: &Server) -> Value {
    let response = http::get(server.address(), "/api/workspace", &[]).await;
    assert_eq!(response.status, 200, "{response:?}");
    serde_json::from_str(&response.body).expect("JSON")
}

/// The id of the first board.
pub(crate) async fn first_board(server: &Server) -> String {
    workspace(server).await["boards"][0]["id"].as_str().expect("the demo has a board").to_owned()
}

#[tokio::test]
async fn a_demo_workspace_has_one_board_that_stays_the_same() {
    let mut server = Server::demo();
    let before = workspace(&server).await;
    server.term().await;
    server.start();

    assert_eq!((&before["mode"], before["boards"].as_array().map(Vec::len)), (&Value::from("demo"), Some(1)));
    assert!(before["boards"][0]["name"].as_str().is_some_and(|name| !name.is_empty()));
    assert_eq!(before["limits"]["frame_bytes"], 1024 * 1024);
    assert_eq!(before, workspace(&server).await);
}

#[tokio::test]
async fn an_unknown_api_is_a_problem_and_not_the_app() {
    let server = Server::demo();

    let response = http::get(server.address(), "/api/nothing", &[]).await;

    assert_eq!((response.status, response.problem().as_str()), (404, "not-found"));
}
