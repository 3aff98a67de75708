//! `/api/import/…` and `/api/boards/{id}/export`: files in and out.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::history::board_of;
use super::problem::Problem;
use super::{Gateway, asker, body};
use crate::access::UserId;
use crate::transfer::csv::Mapping;
use crate::workspace::{Format, Imported, TransferSlot};

/// What comes with a file, in the address.
#[derive(Deserialize)]
pub(super) struct Parameters {
    name: Option<String>,
    board: Option<String>,
    mapping: Option<String>,
}

impl Parameters {
    /// The name for a board instead of the one in the file. An empty one is that of a form that was left as it was.
    fn name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| !name.trim().is_empty())
    }
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    format: Extension,
}

/// A format, as the address names it.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Extension {
    #[default]
    Json,
    Csv,
}

#[derive(Serialize)]
struct NewBoard {
    board: String,
    name: String,
    report: Value,
}

/// A board that Trello exported becomes a board here.
pub(super) async fn trello(
    State(gateway): State<Gateway>,
    parameters: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Received { user, parameters, slot, file } = receive(&gateway, parameters, &headers, body).await?;
    Ok(made(gateway.workspace.import_trello(&slot, file, parameters.name(), user.as_ref()).await?))
}

/// A board that CalIT exported comes back.
pub(super) async fn calit(
    State(gateway): State<Gateway>,
    parameters: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Received { user, parameters, slot, file } = receive(&gateway, parameters, &headers, body).await?;
    Ok(made(gateway.workspace.import_calit(&slot, file, parameters.name(), user.as_ref()).await?))
}

/// A file that becomes a board, from somebody who may make one. The slot is held for as long as the file is.
struct Received {
    user: Option<UserId>,
    parameters: Parameters,
    slot: TransferSlot,
    file: Bytes,
}

async fn receive(
    gateway: &Gateway,
    parameters: Result<Query<Parameters>, QueryRejection>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Received, Problem> {
    let user = asker::enter(gateway, headers)?;
    let parameters = said(parameters)?;
    let slot = gateway.workspace.transfer_slot()?;
    let file = body::file(body).await?;
    Ok(Received { user, parameters, slot, file })
}

fn made(Imported { board, name, report }: Imported) -> Response {
    let board = NewBoard { board: board.as_str().to_owned(), name, report };
    (StatusCode::CREATED, Json(board)).into_response()
}

/// What a table holds, for a form that asks what its columns mean.
pub(super) async fn preview_csv(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    asker::enter(&gateway, &headers)?;
    let slot = gateway.workspace.transfer_slot()?;
    let file = body::file(body).await?;
    Ok(Json(gateway.workspace.preview_csv(&slot, file).await?).into_response())
}

/// A table becomes a board, or cards on one.
pub(super) async fn csv(
    State(gateway): State<Gateway>,
    parameters: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let user = asker::enter(&gateway, &headers)?;
    let parameters = said(parameters)?;
    let mapping = mapping(parameters.mapping.as_deref())?;
    let board = parameters.board.as_deref().map(board_of).transpose()?;
    if let Some(board) = &board {
        asker::admit(&gateway, &headers, board)?;
    }
    let slot = gateway.workspace.transfer_slot()?;
    let file = body::file(body).await?;
    let workspace = &gateway.workspace;
    let added = match &board {
        Some(board) => workspace.import_csv_into(&slot, file, mapping, board, user.as_ref()).await?,
        None => {
            let name = parameters.name.as_deref().unwrap_or_default();
            workspace.import_csv(&slot, file, mapping, name, user.as_ref()).await?
        }
    };
    let answer = json!({
        "board": added.board.as_str(), "import": added.import, "cards": added.cards, "report": added.report,
    });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// Takes back what an import put on a board.
pub(super) async fn undo(
    State(gateway): State<Gateway>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path((board, import)) = path.map_err(|_| Problem::not_found())?;
    let document = board_of(&board)?;
    let identity = asker::admit(&gateway, &headers, &document)?;
    let cards = gateway.workspace.undo_import(&document, &import, identity.user.as_ref()).await?;
    Ok(Json(json!({ "cards": cards })).into_response())
}

/// A board as a file.
pub(super) async fn export(
    State(gateway): State<Gateway>,
    board: Result<Path<String>, PathRejection>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path(board) = board.map_err(|_| Problem::not_found())?;
    let document = board_of(&board)?;
    asker::admit(&gateway, &headers, &document)?;
    let Wanted { format } = said(wanted)?;
    let (format, content_type, extension) = match format {
        Extension::Json => (Format::Json, "application/json", "json"),
        Extension::Csv => (Format::Csv, "text/csv; charset=utf-8", "csv"),
    };
    let file = gateway.workspace.export(&document, format).await?;
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, attachment(&file.name, extension)),
        // A board's text must never be taken for a page of this server.
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, file.bytes).into_response())
}

fn said<T>(parameters: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    let Query(parameters) = parameters.map_err(|rejection| Problem::bad_request(rejection.body_text()))?;
    Ok(parameters)
}

fn mapping(json: Option<&str>) -> Result<Mapping, Problem> {
    let words = "`mapping` says which column means what, as JSON: {\"0\": \"title\"}.";
    json.and_then(|json| serde_json::from_str(json).ok()).ok_or_else(|| Problem::bad_request(words))
}

/// The header that makes a browser save a file under a board's name (RFC 6266): the name is percent-encoded whole, and clients
/// that do not know that form save `board`.
fn attachment(name: &str, extension: &str) -> String {
    let is_safe = |c: &char| !c.is_control() && !"\\/:*?\"<>|".contains(*c);
    let name: String = name.chars().filter(is_safe).take(80).collect();
    let name = if name.trim_matches([' ', '.']).is_empty() { "board" } else { name.trim_matches([' ', '.']) };
    let encoded: String = name.bytes().map(percent_encoded).collect();
    format!("attachment; filename=\"board.{extension}\"; filename*=UTF-8''{encoded}.{extension}")
}

fn percent_encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_holds_nothing_but_the_name() {
        let cases = [
            ("결제", "%EA%B2%B0%EC%A0%9C"),
            ("../../etc/passwd", "etcpasswd"),
            ("a\"; filename=\"evil.exe", "a%3B%20filename%3Devil%2Eexe"),
            ("line\r\nSet-Cookie: a=b", "lineSet%2DCookie%20a%3Db"),
            (" . ", "board"),
        ];
        for (name, encoded) in cases {
            let expected = format!("attachment; filename=\"board.csv\"; filename*=UTF-8''{encoded}.csv");
            assert_eq!(attachment(name, "csv"), expected);
        }
    }
}
