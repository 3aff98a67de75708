//! `GET /api/home`: where a day begins.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;

use super::problem::Problem;
use super::{Gateway, asker};
use crate::workspace::Home;

#[derive(Deserialize)]
pub(super) struct Parameters {
    /// When the person was last here, in milliseconds since the Unix epoch.
    #[serde(default)]
    since: u64,
}

/// My cards, the sprints under way, and what others changed.
pub(super) async fn home(
    State(gateway): State<Gateway>,
    parameters: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Json<Home>, Problem> {
    let me = asker::enter(&gateway, &headers)?;
    let Query(Parameters { since }) = parameters.map_err(|rejection| Problem::bad_request(rejection.body_text()))?;
    Ok(Json(gateway.workspace.home(me.as_ref(), since).await?))
}
