//! Refusals over HTTP: the one place that turns errors into status codes and problem documents (RFC 9457).
//!
//! What a client may know is written here; what went wrong inside goes to the log.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::access::Denied;
use crate::document::id::IdError;
use crate::room::hub::OpenError;
use crate::store::StoreError;
use crate::workspace::Failure;

/// A refusal, as a status and a problem document.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, title, detail: detail.into() }
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request cannot be read", detail)
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here", "No such document or page.")
    }

    pub(super) fn method_not_allowed() -> Self {
        let detail = "This address does not understand that method.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Not that way", detail)
    }

    pub(super) fn foreign_origin() -> Self {
        let detail = "Only pages of this server may connect to it.";
        Self::new(StatusCode::FORBIDDEN, "foreign-origin", "Another site's page asked", detail)
    }

    pub(super) fn upgrade_required(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UPGRADE_REQUIRED, "upgrade-required", "This address speaks WebSocket", detail)
    }

    pub(super) fn draining() -> Self {
        let detail = "The server is shutting down; another one will answer.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "draining", "The server is shutting down", detail)
    }

    pub(super) fn store_unavailable() -> Self {
        OpenError::Unavailable.into()
    }

    pub(super) fn too_large(bytes_max: usize) -> Self {
        let detail = match bytes_max.checked_div(1024 * 1024) {
            Some(megabytes @ 1..) => format!("At most {megabytes} MB are taken."),
            _ => format!("At most {} kB are taken.", bytes_max / 1024),
        };
        Self::file_too_large(detail)
    }

    fn file_too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "That is too large", detail)
    }

    pub(super) fn too_slow() -> Self {
        let detail = "The request did not arrive in time. Try again where the connection is better.";
        Self::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "The request did not arrive", detail)
    }

    pub(super) fn internal() -> Self {
        let detail = "Something broke on the server. Nothing that was saved is lost.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something broke", detail)
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::BadSecret => {
                Self::new(StatusCode::UNAUTHORIZED, "bad-guest-secret", "Who are you?", denied.to_string())
            }
            Denied::Closed => {
                Self::new(StatusCode::UNAUTHORIZED, "sign-in-required", "Nobody is let in yet", denied.to_string())
            }
            Denied::NoSuchDocument => Self::not_found(),
        }
    }
}

impl From<IdError> for Problem {
    fn from(error: IdError) -> Self {
        Self::bad_request(format!("The document's name is not allowed: {error}."))
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        let unavailable = |kind, title, detail: String| Self::new(StatusCode::SERVICE_UNAVAILABLE, kind, title, detail);
        match error {
            OpenError::NotFound => Self::not_found(),
            OpenError::Draining => Self::draining(),
            OpenError::Damaged(what) => unavailable(
                "document-damaged",
                "This document cannot be opened",
                format!(
                    "Its stored bytes are damaged ({what}). They are kept as they are. Whoever runs the server can take out the last good version with `calit recover`."
                ),
            ),
            OpenError::Unavailable => unavailable(
                "store-unavailable",
                "The store does not answer",
                "The server cannot read from its store now. Try again shortly.".into(),
            ),
            OpenError::Overloaded => unavailable(
                "overloaded",
                "The server is full",
                "Too many documents are open now. Try again shortly.".into(),
            ),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refused) => Self::bad_request(refused.detail),
            Failure::BadFile(words) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-file", "The file was not imported", words)
            }
            Failure::FileTooLarge(words) => Self::file_too_large(words),
            Failure::Full => {
                let detail = "This workspace holds as many boards as it can.";
                Self::new(StatusCode::CONFLICT, "full", "No more boards", detail)
            }
            Failure::Busy => {
                let detail = "The server is busy with the same for others. Try again shortly.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The server is busy", detail)
            }
            Failure::NotOpened(error) => error.into(),
            Failure::Damaged(what) => OpenError::Damaged(what).into(),
            Failure::Store(StoreError::NotFound(_)) => Self::not_found(),
            Failure::Store(StoreError::Damaged { what, .. }) => OpenError::Damaged(what).into(),
            Failure::Store(error) => {
                tracing::error!(%error, "the store fails a request");
                Self::store_unavailable()
            }
            Failure::Broken => Self::internal(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: format!("https://calit.dev/problems/{}", self.kind),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if self.status == StatusCode::UPGRADE_REQUIRED {
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        }
        response
    }
}
