//! Who asks over HTTP, and whether they may: the same rules as for a connection.

use axum::http::HeaderMap;

use super::problem::Problem;
use super::{Gateway, origin};
use crate::access::{Denied, Identity};
use crate::document::DocumentId;

/// Names the guest, as `?guest=` does on the socket.
const GUEST_HEADER: &str = "x-calit-guest";

/// Lets somebody at a document, or says why not. Whether it exists is not looked at.
pub(super) fn admit(gateway: &Gateway, headers: &HeaderMap, document: &DocumentId) -> Result<Identity, Problem> {
    if gateway.shutdown.is_cancelled() {
        return Err(Problem::draining());
    }
    origin::check(headers, gateway.mode, gateway.is_loopback)?;
    Ok(gateway.mode.admit(document, guest(headers)?)?)
}

/// The secret of the guest who asks, if one is given.
fn guest(headers: &HeaderMap) -> Result<Option<&str>, Denied> {
    headers.get(GUEST_HEADER).map(|secret| secret.to_str().map_err(|_| Denied::BadSecret)).transpose()
}
