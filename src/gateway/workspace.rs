//! `GET /api/workspace`: what there is to open.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use client_protocol::limits;
use serde::Serialize;

use super::problem::Problem;
use super::{Gateway, origin};
use crate::access::Mode;
use crate::document::id::DocumentKind;

/// The workspace of this server.
#[derive(Serialize)]
pub(super) struct Workspace {
    name: &'static str,
    mode: &'static str,
    boards: Vec<Board>,
    limits: Limits,
}

#[derive(Serialize)]
struct Board {
    id: String,
    name: String,
    updated_at: Option<u64>,
}

#[derive(Serialize)]
struct Limits {
    frame_bytes: usize,
    sync_bytes: usize,
}

pub(super) async fn workspace(State(gateway): State<Gateway>, headers: HeaderMap) -> Result<Json<Workspace>, Problem> {
    origin::check(&headers, gateway.mode, gateway.is_loopback)?;
    let documents = match gateway.mode {
        Mode::Closed => Vec::new(),
        Mode::Demo | Mode::Open => gateway.store.list().await.map_err(|error| {
            tracing::error!(%error, "the workspace cannot be listed");
            Problem::internal()
        })?,
    };
    let boards = documents.into_iter().filter(|document| document.id.kind() == DocumentKind::Board);
    let mut boards: Vec<Board> = boards
        .map(|document| Board {
            id: document.id.as_str().to_owned(),
            name: document.name,
            updated_at: document.last_edit_at_ms,
        })
        .collect();
    boards.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let limits = Limits { frame_bytes: limits::FRAME_BYTES_MAX, sync_bytes: limits::SYNC_BYTES_MAX };
    Ok(Json(Workspace { name: "CalIT", mode: gateway.mode.name(), boards, limits }))
}
