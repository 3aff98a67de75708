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
use tokio::time::Instant;

use super::history::{Recorded, Unreadable};
use super::log::Owed;
use super::room::{Life, Room};
use super::session::{Dialect, SessionKey};
use super::sync::framed;
use crate::access::UserId;
use crate::board::command::{Command, Refused};
use crate::board::history::Origin;

/// Outcomes that a room remembers: a person whose connection was cut asks again within seconds, for a handful of keys.
const OUTCOMES_MAX: usize = 256;

/// The code of a command that could not be tried, because its effect could not be stored.
const STORE_FULL: &str = "store_full";

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
    fn remember(&mut self, asker: (Asker, Arc<str>), frame: Bytes) {
        if self.oldest_first.len() == OUTCOMES_MAX
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.frames.remove(&oldest);
        }
        self.frames.insert(asker.clone(), frame);
        self.oldest_first.push_back(asker);
    }
}

impl Room {
    /// A member's command.
    pub(super) async fn command(&mut self, session: SessionKey, key: &str, json: &str) -> Life {
        let Some(member) = self.members.get(&session) else { return Life::Goes };
        if member.dialect == Dialect::Stock {
            return self.refuse(session, CloseCode::PolicyViolation, "Commands are for clients of calit.v1.");
        }
        let asker = (member.user.clone().map_or(Asker::Session(session), Asker::User), Arc::<str>::from(key));
        let (role, author) = (member.role, Arc::clone(&member.author));
        let mut life = Life::Goes;
        let frame = match (self.outcomes.frames.get(&asker), parse(json, role)) {
            (Some(frame), _) => frame.clone(),
            (None, Err(refused)) => outcome(key, &Err(refused)),
            (None, Ok(command)) => {
                let result;
                (result, life) = self.perform(&command, &author).await;
                let frame = outcome(key, &result);
                // What could not be tried may be asked again; what was decided stays decided.
                if !matches!(&result, Err(refused) if refused.code == STORE_FULL) {
                    self.outcomes.remember(asker, frame.clone());
                }
                frame
            }
        };
        self.log.owe(Owed::Outcome { session, frame });
        life
    }

    /// Does a command in somebody's name. The update goes to everybody, its author too.
    pub(super) async fn perform(&mut self, command: &Command, author: &Arc<str>) -> (Result<Value, Refused>, Life) {
        if !self.log.has_room() {
            let detail = "The server cannot save at the moment. Try again shortly.".into();
            return (Err(Refused { code: STORE_FULL, detail }), Life::Goes);
        }
        let Some(history) = &self.history else {
            let detail = "Commands are for boards.".into();
            return (Err(Refused { code: "not_a_board", detail }), Life::Goes);
        };
        let now_ms = self.hub.services.clock.now_ms();
        let performed = history.perform(&mut self.content, command, author, now_ms);
        let recorded =
            performed.and_then(|(result, update)| Ok((result, update, self.record(author, Origin::Server)?)));
        match recorded {
            Ok((result, update, Recorded { events, repair })) => {
                if let Some(update) = update {
                    self.turn.add(None, Arc::clone(author), update, events);
                }
                self.add_repair(repair);
                (result, Life::Goes)
            }
            Err(Unreadable) => {
                tracing::error!(
                    document.id = self.document.as_str(),
                    ?command,
                    "a command broke the board; loading it again"
                );
                let detail = "Something broke on the server. Nothing was changed.".into();
                self.finish_turn(Instant::now());
                (Err(Refused { code: "internal", detail }), self.reload().await)
            }
        }
    }
}

fn parse(json: &str, role: Role) -> Result<Command, Refused> {
    let refused = |code, detail| Err(Refused { code, detail });
    if role == Role::Viewer {
        return refused("forbidden", "You may look at this document, not change it.".into());
    }
    if json.len() > COMMAND_BYTES_MAX {
        return refused("too_large", format!("A command has at most {COMMAND_BYTES_MAX} bytes."));
    }
    serde_json::from_str(json).or_else(|error| refused("malformed", format!("This is no command: {error}.")))
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
            outcomes.remember((Asker::Session(SessionKey(1)), number.to_string().into()), Bytes::new());
        }

        assert_eq!((outcomes.frames.len(), outcomes.oldest_first.len()), (OUTCOMES_MAX, OUTCOMES_MAX));
        assert!(!outcomes.frames.contains_key(&(Asker::Session(SessionKey(1)), "0".into())));
    }
}
