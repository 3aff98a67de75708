//! Who asks over HTTP, and whether they may: the same rules as for a connection.

use axum::http::HeaderMap;

use super::problem::Problem;
use super::{Gateway, origin};
use crate::access::{Denied, Identity, UserId};
use crate::document::DocumentId;

/// Names the guest, as `?guest=` does on the socket.
const GUEST_HEADER: &str = "x-calit-guest";

/// Lets somebody at a document, or says why not. Whether it exists is not looked at.
pub(super) fn admit(gateway: &Gateway, headers: &HeaderMap, document: &DocumentId) -> Result<Identity, Problem> {
    greet(gateway, headers)?;
    Ok(gateway.mode.admit(document, guest(headers)?)?)
}

/// Lets somebody into the workspace, or says why not; who it is, if they say.
pub(super) fn enter(gateway: &Gateway, headers: &HeaderMap) -> Result<Option<UserId>, Problem> {
    greet(gateway, headers)?;
    Ok(gateway.mode.guest(guest(headers)?)?)
}

/// What holds for everybody.
fn greet(gateway: &Gateway, headers: &HeaderMap) -> Result<(), Problem> {
    if gateway.shutdown.is_cancelled() {
        return Err(Problem::draining());
    }
    origin::check(headers, gateway.mode, gateway.is_loopback)
}

/// The secret of the guest who asks, if one is given.
fn guest(headers: &HeaderMap) -> Result<Option<&str>, Denied> {
    headers.get(GUEST_HEADER).map(|secret| secret.to_str().map_err(|_| Denied::BadSecret)).transpose()
}
