//! `GET /api/workspace`: what there is to open.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use client_protocol::limits;
use serde::Serialize;

use super::problem::Problem;
use super::{Gateway, asker, origin};
use crate::access::Mode;

/// The workspace of this server.
#[derive(Serialize)]
pub(super) struct Workspace {
    name: &'static str,
    mode: &'static str,
    /// Who asks, as boards name them.
    me: Option<String>,
    boards: Vec<Board>,
    limits: Limits,
}

#[derive(Serialize)]
struct Board {
    id: String,
    name: String,
    archived: bool,
    created_at: u64,
    updated_at: Option<u64>,
}

#[derive(Serialize)]
struct Limits {
    frame_bytes: usize,
    sync_bytes: usize,
}

pub(super) async fn workspace(State(gateway): State<Gateway>, headers: HeaderMap) -> Result<Json<Workspace>, Problem> {
    let (me, boards) = match gateway.mode {
        // The app says that nobody is let in; it learns so here.
        Mode::Closed => {
            origin::check(&headers, gateway.mode, gateway.is_loopback)?;
            (None, Vec::new())
        }
        Mode::Demo | Mode::Open => (asker::enter(&gateway, &headers)?, gateway.workspace.boards().await?),
    };
    let boards = boards.into_iter();
    let mut boards: Vec<Board> = boards
        .map(|document| Board {
            id: document.id.as_str().to_owned(),
            name: document.name,
            archived: document.archived_at_ms.is_some(),
            created_at: document.created_at_ms,
            updated_at: document.last_edit_at_ms,
        })
        .collect();
    boards.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let limits = Limits { frame_bytes: limits::FRAME_BYTES_MAX, sync_bytes: limits::SYNC_BYTES_MAX };
    let me = me.map(|me| me.as_str().to_owned());
    Ok(Json(Workspace { name: "CalIT", mode: gateway.mode.name(), me, boards, limits }))
}
