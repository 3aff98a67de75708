//! Commands: what members ask of the server because a merge cannot decide it.
//!
//! Promises: a command is done once for each key of a person, whichever replica gets it, and by the replica that keeps the
//! document, so that two that arrive at once are decided one after the other; its outcome is told when it is durable; what
//! is refused touches nothing. Knows nothing of what a command means: `board::command` does.
//! Start with [`Room::decide`].

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use client_protocol::close_code::CloseCode;
use client_protocol::frame::{Role, ServerMessage};
use client_protocol::limits::COMMAND_BYTES_MAX;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::errand::Errand;
use super::history::Unreadable;
use super::log::Owed;
use super::room::{Life, Room};
use super::session::{Dialect, SessionKey};
use super::sync::framed;
use super::turn::{Part, PartSource};
use crate::access::UserId;
use crate::board::command::{Command, Refused};
use crate::board::history::Origin;
use crate::store::{Outcome, StoreError};

/// Outcomes that a room remembers: a person whose connection was cut asks again within seconds, for a handful of keys. The
/// store remembers more.
const OUTCOMES_MAX: usize = 256;

/// Commands that wait to be decided; whoever sends more than this while the store does not answer is refused.
const WAITING_MAX: usize = 256;

/// Longest that a command waits: longer than the lease of a replica that died while it kept the document.
const WAIT_MAX: Duration = Duration::from_secs(15);

/// The code of a command that could not be tried, because its effect could not be stored.
const STORE_FULL: &str = "store_full";

/// Whose key it is: a person's, or of a connection that did not say who it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Asker {
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

/// A command that waits to be decided.
pub(super) struct Waiting {
    asks: Asks,
    author: Arc<str>,
    command: Command,
    since: Instant,
}

/// Who hears of the outcome.
pub(super) enum Asks {
    Member { session: SessionKey, asker: Asker, key: Arc<str> },
    Caller(oneshot::Sender<Result<Value, Refused>>),
}

impl Waiting {
    pub(super) fn new(asks: Asks, author: Arc<str>, command: Command) -> Self {
        Self { asks, author, command, since: Instant::now() }
    }

    /// The outcome, if the same was asked before; its first asking may have waited beside this one.
    fn known_outcome(&self, outcomes: &Outcomes) -> Option<Bytes> {
        let Asks::Member { asker, key, .. } = &self.asks else { return None };
        outcomes.frames.get(&(asker.clone(), Arc::clone(key))).cloned()
    }

    /// What the store calls the outcome; without a person there is nobody who could ask again elsewhere.
    fn stored_key(&self) -> Option<String> {
        let Asks::Member { asker: Asker::User(user), key, .. } = &self.asks else { return None };
        let mut hash = Sha256::new();
        hash.update(user.as_str().as_bytes());
        hash.update([0]);
        hash.update(key.as_bytes());
        Some(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// An outcome as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    ok: bool,
    value: Value,
}

impl Room {
    /// A member's command.
    pub(super) async fn command(&mut self, session: SessionKey, key: &str, json: &str) -> Life {
        let Some(member) = self.members.get(&session) else { return Life::Goes };
        if member.dialect == Dialect::Stock {
            return self.refuse(session, CloseCode::PolicyViolation, "Commands are for clients of calit.v1.");
        }
        let key = Arc::<str>::from(key);
        let asker = member.user.clone().map_or(Asker::Session(session), Asker::User);
        let author = Arc::clone(&member.author);
        match parse(json, member.role) {
            Ok(command) => {
                self.wait_for_turn(Waiting::new(Asks::Member { session, asker, key }, author, command));
                self.decide().await
            }
            Err(refused) => {
                self.answer_command(Asks::Member { session, asker, key }, Err(refused));
                Life::Goes
            }
        }
    }

    /// Queues a command behind those that came before it.
    pub(super) fn wait_for_turn(&mut self, waiting: Waiting) {
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push_back(waiting);
        } else {
            self.answer_command(waiting.asks, Err(not_now()));
        }
    }

    /// Decides what waits, one after the other, as far as this replica may: it must keep the document, and know that
    /// nobody has decided it before.
    pub(super) async fn decide(&mut self) -> Life {
        while let Some(next) = self.waiting.front() {
            if let Some(frame) = next.known_outcome(&self.outcomes) {
                self.answer_known(frame);
                continue;
            }
            if !self.keeping.is_mine() {
                self.seek_keeping();
                return Life::Goes;
            }
            match next.stored_key() {
                Some(key) => {
                    self.look_up(key);
                    return Life::Goes;
                }
                None => {
                    if self.decide_next().await == Life::Ends {
                        return Life::Ends;
                    }
                }
            }
        }
        Life::Goes
    }

    /// Asks the store whether the first that waits was decided before.
    fn look_up(&mut self, key: String) {
        if self.errands.begin_look_up() {
            let (store, document) = (Arc::clone(&self.hub.services.store), self.document.clone());
            self.errands.run(&self.hub, async move {
                let found = store.outcome(&document, &key).await;
                Errand::LookedUp { key, found }
            });
        }
    }

    /// The store has answered.
    pub(super) async fn looked_up(&mut self, key: &str, found: Result<Option<String>, StoreError>) -> Life {
        let is_next = self.waiting.front().and_then(Waiting::stored_key).as_deref() == Some(key)
            && self.waiting.front().is_some_and(|next| next.known_outcome(&self.outcomes).is_none());
        if !is_next || !self.keeping.is_mine() {
            return self.decide().await;
        }
        match found {
            Ok(None) => {
                if self.decide_next().await == Life::Ends {
                    return Life::Ends;
                }
            }
            Ok(Some(stored)) => {
                let stored = serde_json::from_str(&stored);
                if let (Ok(stored), Some(next)) = (stored, self.waiting.pop_front()) {
                    self.answer_again(next.asks, &stored);
                }
            }
            Err(error) => {
                tracing::warn!(document.id = self.document.as_str(), %error, "a command cannot be looked up");
                if let Some(next) = self.waiting.pop_front() {
                    self.answer_command(next.asks, Err(not_now()));
                }
            }
        }
        self.decide().await
    }

    async fn decide_next(&mut self) -> Life {
        // What came before is put right and told before: the end of a sprint closes its record.
        if self.keep().await == Life::Ends {
            return Life::Ends;
        }
        let Some(next) = self.waiting.pop_front() else { return Life::Goes };
        let (result, life) = self.perform(&next).await;
        self.answer_command(next.asks, result);
        life
    }

    /// Refuses what has waited for too long.
    pub(super) fn refuse_stale_commands(&mut self) {
        while let Some(stale) = self.waiting.pop_front_if(|waiting| waiting.since.elapsed() > WAIT_MAX) {
            self.answer_command(stale.asks, Err(not_now()));
        }
    }

    /// Does a command in somebody's name. The update goes to everybody, its author too.
    async fn perform(&mut self, waiting: &Waiting) -> (Result<Value, Refused>, Life) {
        let (command, author) = (&waiting.command, &waiting.author);
        if !self.log.has_room() {
            return (Err(not_now()), Life::Goes);
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
            Ok((result, update, events)) => {
                if let Some(update) = update {
                    let outcome = waiting.stored_key().zip(result.as_ref().ok()).map(|(key, value)| {
                        let stored = Stored { ok: true, value: value.clone() };
                        Outcome { key, json: json!(stored).to_string() }
                    });
                    self.turn
                        .add(Part { outcome, ..Part::new(PartSource::Server, Arc::clone(author), update, events) });
                }
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

    /// Tells an outcome when what it rests on is durable.
    fn answer_command(&mut self, asks: Asks, result: Result<Value, Refused>) {
        match asks {
            Asks::Caller(reply) => self.reply(reply, result),
            Asks::Member { session, asker, key } => {
                let frame = outcome(&key, &result);
                // What could not be tried may be asked again; what was decided stays decided.
                if !matches!(&result, Err(refused) if refused.code == STORE_FULL) {
                    self.outcomes.remember((asker, key), frame.clone());
                }
                self.log.owe(Owed::Outcome { session, frame });
            }
        }
    }

    /// Answers the first that waits with an outcome that is remembered.
    fn answer_known(&mut self, frame: Bytes) {
        if let Some(Waiting { asks: Asks::Member { session, .. }, .. }) = self.waiting.pop_front() {
            self.log.owe(Owed::Outcome { session, frame });
        }
    }

    fn answer_again(&mut self, asks: Asks, stored: &Stored) {
        let Stored { ok, value } = stored;
        if let Asks::Member { session, asker, key } = asks {
            let frame = framed(&ServerMessage::Outcome { key: &key, ok: *ok, json: &value.to_string() });
            self.outcomes.remember((asker, key), frame.clone());
            self.log.owe(Owed::Outcome { session, frame });
        }
    }
}

fn not_now() -> Refused {
    Refused { code: STORE_FULL, detail: "The server cannot save at the moment. Try again shortly.".into() }
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
