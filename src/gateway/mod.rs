//! The edge: HTTP and WebSocket.
//!
//! Promises: a request is bounded in size and time; every refusal is a status with a problem document, or a close code;
//! what goes wrong inside never reaches a client. Knows nothing of CRDTs or SQL.
//! Start with [`Gateway`] and [`serve`]; a connection's life is in `upgrade` and `connection`.

mod admin;
mod asker;
mod assets;
mod boards;
mod body;
mod budget;
mod connection;
mod frame_reader;
mod history;
mod home;
mod origin;
mod problem;
mod transfers;
mod upgrade;
mod workspace;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{any, delete, get, patch, post};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::Mode;
use crate::room::hub::Hub;
use crate::store::DocumentStore;
use crate::telemetry::metrics::Metrics;
use crate::workspace::Workspace;

/// How long a client may take to send its request's head: slow-loris connections end here.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// Largest request head, in bytes; hyper answers 431 above it.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Bytes that the kernel holds for a connection before they are sent: more, up to 4 MB, would be sent to a slow reader although
/// they are outdated, and filling them costs more than being woken oftener (150 readers of 4 MB at once: half the time).
#[cfg(any(target_os = "android", target_os = "linux", target_vendor = "apple"))]
const UNSENT_BYTES_MAX: u32 = 128 * 1024;

/// Pause after `accept` failed, usually for want of file descriptors.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// What the handlers work with; a cheap clone.
#[derive(Clone)]
pub struct Gateway {
    /// The live documents.
    pub hub: Hub,
    /// All boards.
    pub workspace: Workspace,
    /// The stored ones.
    pub store: Arc<dyn DocumentStore>,
    /// Who is let in.
    pub mode: Mode,
    /// Whether the server listens on a loopback address only.
    pub is_loopback: bool,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Cancelled when the server begins to shut down.
    pub shutdown: CancellationToken,
    /// Where connections are spawned.
    pub tasks: TaskTracker,
}

impl Gateway {
    /// What users reach.
    pub fn public(self) -> Router {
        Router::new()
            .route("/sync/{*document}", any(upgrade::sync))
            .route("/api/workspace", get(workspace::workspace))
            .route("/api/home", get(home::home))
            .route("/api/boards", post(boards::create))
            .route("/api/boards/{board}", patch(boards::change))
            .route("/api/boards/{board}/export", get(transfers::export))
            .route("/api/boards/{board}/imports/{import}", delete(transfers::undo))
            .route("/api/import/trello", post(transfers::trello))
            .route("/api/import/calit", post(transfers::calit))
            .route("/api/import/csv", post(transfers::csv))
            .route("/api/import/csv/preview", post(transfers::preview_csv))
            .route("/api/boards/{board}/events", get(history::events))
            .route("/api/boards/{board}/sprints/{sprint}", get(history::sprint))
            .route("/api/{*rest}", any(async || problem::Problem::not_found()))
            .method_not_allowed_fallback(async || problem::Problem::method_not_allowed())
            .fallback(get(assets::app))
            .with_state(self)
    }

    /// What only operators reach.
    pub fn admin(self) -> Router {
        admin::router(self)
    }
}

/// Accepts connections until `stop`; each is served on `tasks`.
pub async fn serve(listener: TcpListener, router: Router, tasks: TaskTracker, stop: CancellationToken) {
    // Accepted sockets inherit it.
    #[cfg(any(target_os = "android", target_os = "linux", target_vendor = "apple"))]
    if let Err(error) = socket2::SockRef::from(&listener).set_tcp_notsent_lowat(UNSENT_BYTES_MAX) {
        tracing::warn!(%error, "slow readers will be noticed late");
    }
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                // Latency over packet count: frames are written whole.
                let _ = stream.set_nodelay(true);
                tasks.spawn(serve_connection(stream, router.clone(), stop.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_RETRY).await;
            }
        }
    }
}

async fn serve_connection(stream: TcpStream, router: Router, stop: CancellationToken) {
    let service = TowerToHyperService::new(router);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let outcome: Result<(), hyper::Error> = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "an HTTP connection ended early");
    }
}
