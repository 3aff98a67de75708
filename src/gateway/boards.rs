//! `POST /api/boards` and `PATCH /api/boards/{id}`: boards are made, renamed, and put away.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::history::board_of;
use super::problem::Problem;
use super::{Gateway, asker, body};
use crate::board::template::{Language, Template};
use crate::workspace::BoardChange;

#[derive(Deserialize)]
struct NewBoard {
    name: String,
    template: Template,
    language: Language,
}

#[derive(Serialize)]
struct Board<'a> {
    id: &'a str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived: Option<bool>,
}

/// Makes a board out of a template.
pub(super) async fn create(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let user = asker::enter(&gateway, &headers)?;
    let NewBoard { name, template, language } = body::json(body).await?;
    let (id, name) = gateway.workspace.create(&name, template, language, user.as_ref()).await?;
    let board = Board { id: id.as_str(), name, archived: None };
    Ok((StatusCode::CREATED, Json(board)).into_response())
}

/// Changes what lists show of a board.
pub(super) async fn change(
    State(gateway): State<Gateway>,
    board: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Path(board) = board.map_err(|_| Problem::not_found())?;
    let document = board_of(&board)?;
    let identity = asker::admit(&gateway, &headers, &document)?;
    let change: BoardChange = body::json(body).await?;
    let changed = gateway.workspace.change(&document, &change, identity.user.as_ref()).await?;
    let board = Board { id: document.as_str(), name: changed.name, archived: Some(changed.is_archived) };
    Ok(Json(board).into_response())
}
