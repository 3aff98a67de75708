//! Unmodified `y-websocket` 3.1.0 providers, the real npm package in Node. The cases are in `stock-client/cases.mjs`.

use crate::harness::node;
use crate::harness::server::Server;

async fn case(name: &str) {
    let server = Server::open();
    let url = format!("ws://{}/sync", server.address());

    let printed = node::run("stock-client", "cases.mjs", vec![name.to_owned(), url]).await;

    assert_eq!(printed.trim(), format!("{name}: ok"));
}

/// [SY3]
#[tokio::test]
async fn stock_providers_share_a_text() {
    case("text").await;
}

/// [SY3]
#[tokio::test]
async fn stock_providers_share_nested_maps() {
    case("maps").await;
}

/// [SY3]
#[tokio::test]
async fn stock_providers_share_an_array() {
    case("arrays").await;
}

/// [PR3] [PR5]
#[tokio::test]
async fn stock_providers_see_each_other() {
    case("awareness").await;
}

/// [SY2]
#[tokio::test]
async fn a_stock_provider_comes_back_from_offline() {
    case("offline").await;
}

/// [PR1]
#[tokio::test]
async fn two_stock_tabs_meet_on_the_server() {
    case("tabs").await;
}

/// [HS1]
#[tokio::test]
async fn a_stock_provider_may_have_slashes_and_percents_in_its_room() {
    case("names").await;
}

/// [HS4]
#[tokio::test]
async fn a_stock_provider_may_offer_subprotocols() {
    case("protocols").await;
}

/// [FR6]
#[tokio::test]
async fn a_stock_provider_stays_silent_for_two_minutes_without_reconnecting() {
    case("silent").await;
}
