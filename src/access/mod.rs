//! Who may do what: bytes of a request become an [`Identity`].
//!
//! There is no sign-in yet. In a demo workspace everybody is a guest who may edit; a guest is recognised by a random
//! secret that the browser keeps, from which the user id is derived, so that nobody can take another guest's id.
//! Knows nothing of sockets or documents' contents.

use std::fmt::Write as _;
use std::sync::Arc;

use client_protocol::frame::Role;
use sha2::{Digest as _, Sha256};

use crate::document::{DocumentId, DocumentKind};

/// Length of a guest's secret: 128 bits in hexadecimal.
const GUEST_SECRET_CHARS: usize = 32;

/// A person, as far as this server can tell them apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserId(Arc<str>);

impl UserId {
    /// The id as text, `usr_` and 20 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of_guest(secret: &str) -> Self {
        let mut id = String::from("usr_");
        for byte in &Sha256::digest(secret.as_bytes())[..10] {
            // Writing to a string cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        Self(id.into())
    }
}

/// How this server lets people in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everybody is a guest of the demo workspace.
    Demo,
    /// The demo, and plain documents under any name: a development server for Yjs applications.
    Open,
    /// Nobody gets in, until there is a sign-in.
    Closed,
}

/// Who is asking and what they may do with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `None` for a stock client that gave no secret.
    pub user: Option<UserId>,
    /// What they may do.
    pub role: Role,
}

/// Why somebody was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The guest secret is not one.
    #[error("the guest secret must be {GUEST_SECRET_CHARS} hexadecimal digits")]
    BadSecret,
    /// The server has no sign-in and is not a demo.
    #[error("this server has no demo workspace; start it with --demo")]
    Closed,
    /// Plain documents need `--open`.
    #[error("there is no such document")]
    NoSuchDocument,
}

impl Mode {
    /// The name the workspace API uses.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Demo => "demo",
            Mode::Open => "open",
            Mode::Closed => "closed",
        }
    }

    /// Lets a guest at a document, or says why not.
    ///
    /// # Errors
    /// See [`Denied`].
    pub fn admit(self, document: &DocumentId, guest_secret: Option<&str>) -> Result<Identity, Denied> {
        if self == Mode::Demo && document.kind() == DocumentKind::Open {
            return Err(Denied::NoSuchDocument);
        }
        Ok(Identity { user: self.guest(guest_secret)?, role: Role::Editor })
    }

    /// Lets a guest into the workspace, or says why not; `None` is a guest who does not say who they are.
    ///
    /// # Errors
    /// See [`Denied`].
    pub fn guest(self, secret: Option<&str>) -> Result<Option<UserId>, Denied> {
        match secret {
            _ if self == Mode::Closed => Err(Denied::Closed),
            None => Ok(None),
            Some(secret) if is_secret(secret) => Ok(Some(UserId::of_guest(secret))),
            Some(_) => Err(Denied::BadSecret),
        }
    }
}

fn is_secret(secret: &str) -> bool {
    secret.len() == GUEST_SECRET_CHARS && secret.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board() -> DocumentId {
        DocumentId::parse("brd_37abcdefghij0123456789").expect("the id is well formed")
    }

    #[test]
    fn a_guest_is_the_same_person_each_time_and_nobody_else() {
        let of = |secret: &str| Mode::Demo.admit(&board(), Some(secret)).expect("guests are let in").user;

        assert_eq!(of(&"a".repeat(32)), of(&"a".repeat(32)));
        assert_ne!(of(&"a".repeat(32)), of(&"b".repeat(32)));
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        for secret in ["", "abc", &"g".repeat(32), &"a".repeat(33)] {
            assert_eq!(Mode::Demo.admit(&board(), Some(secret)), Err(Denied::BadSecret), "{secret}");
        }
    }

    #[test]
    fn a_closed_server_lets_nobody_in() {
        assert_eq!(Mode::Closed.admit(&board(), None), Err(Denied::Closed));
    }
}
