//! The second port: probes and metrics.

use crate::harness::author::Author;
use crate::harness::http;
use crate::harness::server::Server;
use crate::harness::socket::Socket;

#[tokio::test]
async fn a_server_that_serves_is_alive_and_ready() {
    let server = Server::demo();

    for path in ["/livez", "/readyz"] {
        assert_eq!(http::get(server.admin(), path, &[]).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn what_operators_see_is_not_on_the_users_port() {
    let server = Server::demo();

    for path in ["/livez", "/readyz", "/metrics"] {
        let response = http::get(server.address(), path, &[]).await;
        assert!(!response.body.contains("calit_"), "{path} is public");
    }
}

#[tokio::test]
async fn every_counter_is_there_from_zero_and_counts() {
    let server = Server::alone(&["--open"]);
    let series = [
        "calit_ws_connections",
        "calit_ws_upgrades_total{result=\"accepted\"}",
        "calit_ws_messages_received_total{type=\"update\"}",
        "calit_rooms{kind=\"open\"}",
    ];
    for series in &series[..3] {
        assert_eq!(server.metric(series).await, 0.0, "{series}");
    }

    let mut socket = Socket::calit(server.address(), "room").await;
    socket.send_update(Author::new(1).set("key", "value")).await;
    socket.ack(1).await;

    for series in series {
        assert_eq!(server.metric(series).await, 1.0, "{series}");
    }
    for timed in [
        "calit_ack_duration_seconds_count",
        "calit_store_duration_seconds_count{op=\"append\"}",
        "calit_apply_duration_seconds_count",
    ] {
        assert!(server.metric(timed).await >= 1.0, "{timed}");
    }
    assert_eq!(server.metric("calit_unpersisted_updates").await, 0.0);
}

#[tokio::test]
async fn no_metric_names_a_document_or_a_person() {
    let server = Server::open();
    let mut socket = Socket::calit(server.address(), "secret-name?guest=0123456789abcdef0123456789abcdef").await;
    socket.fetch().await;

    let text = http::get(server.admin(), "/metrics", &[]).await.body;

    assert!(!text.contains("secret-name") && !text.contains("usr_"), "{text}");
}
