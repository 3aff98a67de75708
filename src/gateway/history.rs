//! `GET /api/boards/{id}/events` and `/sprints/{sprint}`: what happened on a board, and what a sprint came to.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::problem::Problem;
use super::{Gateway, asker};
use crate::document::{DocumentId, DocumentKind};
use crate::room::record;
use crate::store::{EventQuery, RecordedEvent, StoreError};

/// Events of one answer, unless fewer are asked for: a page of activity.
const EVENTS_DEFAULT: u32 = 100;

/// Most events of one answer.
const EVENTS_MAX: u32 = 500;

/// Longest subject that is looked for, in bytes: ids are far shorter.
const SUBJECT_BYTES_MAX: usize = 200;

#[derive(Deserialize)]
pub(super) struct Page {
    subject: Option<String>,
    before: Option<u64>,
    limit: Option<u32>,
}

#[derive(Serialize)]
struct Events {
    events: Vec<Event>,
    more: bool,
}

#[derive(Serialize)]
struct Event {
    number: u64,
    at: u64,
    by: String,
    subject: String,
    body: Box<RawValue>,
}

/// A page of a board's history, newest first.
pub(super) async fn events(
    State(gateway): State<Gateway>,
    board: Result<Path<String>, PathRejection>,
    page: Result<Query<Page>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path(board) = board.map_err(|_| Problem::not_found())?;
    let document = board_of(&board)?;
    asker::admit(&gateway, &headers, &document)?;
    let Query(page) = page.map_err(|rejection| Problem::bad_request(rejection.body_text()))?;
    if page.subject.as_ref().is_some_and(|subject| subject.len() > SUBJECT_BYTES_MAX) {
        return Err(Problem::bad_request(format!("A subject has at most {SUBJECT_BYTES_MAX} bytes.")));
    }
    let limit = page.limit.unwrap_or(EVENTS_DEFAULT).clamp(1, EVENTS_MAX);
    let query = EventQuery {
        document: Some(document),
        subject: page.subject,
        before: page.before,
        // One more than is shown tells whether there are more.
        limit: limit + 1,
        ..EventQuery::default()
    };
    let mut found = gateway.store.events(&query).await.map_err(store_problem)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    Ok(Json(Events { events: found.into_iter().filter_map(event).collect(), more }).into_response())
}

/// The record of a sprint.
pub(super) async fn sprint(
    State(gateway): State<Gateway>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path((board, sprint)) = path.map_err(|_| Problem::not_found())?;
    let document = board_of(&board)?;
    asker::admit(&gateway, &headers, &document)?;
    let record = record::of_sprint(gateway.store.as_ref(), &document, &sprint).await.map_err(store_problem)?;
    Ok(Json(record).into_response())
}

/// The board that a path names. Anything else is answered as a board that does not exist.
pub(super) fn board_of(id: &str) -> Result<DocumentId, Problem> {
    let document = DocumentId::parse(id).map_err(|_| Problem::not_found())?;
    if document.kind() == DocumentKind::Board { Ok(document) } else { Err(Problem::not_found()) }
}

fn event(recorded: RecordedEvent) -> Option<Event> {
    let RecordedEvent { number, at_ms, author, subject, body, .. } = recorded;
    let body = RawValue::from_string(body).ok()?;
    Some(Event { number, at: at_ms, by: author.as_ref().to_owned(), subject, body })
}

fn store_problem(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound(_) => Problem::not_found(),
        error => {
            tracing::error!(%error, "a board's history cannot be read");
            Problem::store_unavailable()
        }
    }
}
