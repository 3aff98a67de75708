//! Commands: what members ask of the server because a merge cannot decide it.
//!
//! Promises: a command is done once for each key of a person; its outcome is told when it is durable; what is refused
//! touches nothing. Knows nothing of what a command means: `board::command` does.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use client_protocol::close_code::CloseCode;
use client_protocol::frame::{Role, ServerMessage};
use client_protocol::limits::COMMAND_BYTES_MAX;
use serde_json::{Value, json};

use super::log::{Answer, Owed};
use super::room::{Life, Room};
use super::session::{Dialect, SessionKey};
use super::sync::framed;
use crate::access::UserId;

/// Outcomes that a room remembers: a person whose connection was cut asks again within seconds, for a handful of keys.
const OUTCOMES_MAX: usize = 256;

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// For programs.
    pub code: &'static str,
    /// For people.
    pub detail: String,
}

impl Refused {
    pub(super) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// Whose key it is: a person's, or of a connection that did not say who it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Asker {
    User(UserId),
    Session(SessionKey),
}

/// The outcomes of the last commands, framed, by person and key.
#[derive(Default)]
pub(super) struct Outcomes {
    frames: HashMap<(Asker, Arc<str>), Bytes>,
    oldest_first: VecDeque<(Asker, Arc<str>)>,
}

impl Outcomes {
    fn remember(&mut self, asker: Asker, key: Arc<str>, frame: Bytes) {
        if self.oldest_first.len() == OUTCOMES_MAX
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.frames.remove(&oldest);
        }
        self.frames.insert((asker.clone(), Arc::clone(&key)), frame);
        self.oldest_first.push_back((asker, key));
    }
}

impl Room {
    /// A member's command.
    pub(super) fn command(&mut self, session: SessionKey, key: &str, json: &str) -> Life {
        let Some(member) = self.members.get(&session) else { return Life::Goes };
        if member.dialect == Dialect::Stock {
            return self.refuse(session, CloseCode::PolicyViolation, "Commands are for clients of calit.v1.");
        }
        let (role, user) = (member.role, member.user.clone());
        let asker = user.clone().map_or(Asker::Session(session), Asker::User);
        let key: Arc<str> = key.into();
        let known = self.outcomes.frames.get(&(asker.clone(), Arc::clone(&key))).cloned();
        let frame = known.unwrap_or_else(|| {
            let result = match role {
                Role::Viewer => Err(Refused::new("forbidden", "You may look at this document, not change it.")),
                Role::Editor => self.perform(json),
            };
            let frame = outcome(&key, &result);
            // A refusal touched nothing: the same question may have another answer later.
            if result.is_ok() {
                self.outcomes.remember(asker, key, frame.clone());
            }
            frame
        });
        self.log.owe(Owed { session, answer: Answer::Outcome(frame) });
        Life::Goes
    }

    fn perform(&mut self, json: &str) -> Result<Value, Refused> {
        if json.len() > COMMAND_BYTES_MAX {
            return Err(Refused::new("too_large", format!("A command has at most {COMMAND_BYTES_MAX} bytes.")));
        }
        Err(Refused::new("not_a_board", "Commands are for boards."))
    }
}

fn outcome(key: &str, result: &Result<Value, Refused>) -> Bytes {
    let (ok, value) = match result {
        Ok(value) => (true, value.to_string()),
        Err(Refused { code, detail }) => (false, json!({ "code": code, "detail": detail }).to_string()),
    };
    framed(&ServerMessage::Outcome { key, ok, json: &value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_outcome_makes_room() {
        let mut outcomes = Outcomes::default();
        for number in 0..=OUTCOMES_MAX {
            outcomes.remember(Asker::Session(SessionKey(1)), number.to_string().into(), Bytes::new());
        }

        assert_eq!((outcomes.frames.len(), outcomes.oldest_first.len()), (OUTCOMES_MAX, OUTCOMES_MAX));
        assert!(!outcomes.frames.contains_key(&(Asker::Session(SessionKey(1)), "0".into())));
    }
}
