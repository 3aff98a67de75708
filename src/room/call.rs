//! Calls from inside of this process: what the HTTP side asks of a live document.
//!
//! Promises: a call is served in the order in which it arrived, among the members' messages; a change is durable when its
//! answer comes, and reaches everybody like a member's.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::command::{Asks, Waiting};
use super::history::Unreadable;
use super::hub::RoomEnded;
use super::hub::RoomHandle;
use super::log::Owed;
use super::room::{Event, Life, Room};
use super::session::author_of;
use super::turn::{Part, PartSource};
use crate::access::UserId;
use crate::board::command::{Command, Refused};
use crate::board::history::Origin;
use crate::document::Content;

/// Updates made by an edit, in order.
pub type Updates = Vec<Vec<u8>>;

/// What is asked of a room.
pub(super) enum Call {
    Command {
        author: Arc<str>,
        command: Command,
        reply: oneshot::Sender<Result<Value, Refused>>,
    },
    Look(Box<dyn FnOnce(&Content) + Send>),
    Edit {
        author: Arc<str>,
        change: Box<dyn FnOnce(&mut Content) -> Updates + Send>,
        reply: oneshot::Sender<Result<(), NotEdited>>,
    },
}

/// Why an edit was not made; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotEdited {
    /// The room ended before: open it again.
    #[error("the room has ended")]
    Ended,
    /// The server cannot save at the moment.
    #[error("the server cannot save at the moment")]
    StoreFull,
    /// The edit failed halfway; the document was loaded again without it.
    #[error("the edit failed")]
    Failed,
}

impl RoomHandle {
    /// Does a command in somebody's name.
    ///
    /// # Errors
    /// When the room ended before it answered: open it again; commands may be repeated.
    pub async fn command(&self, user: Option<&UserId>, command: Command) -> Result<Result<Value, Refused>, RoomEnded> {
        let (reply, answer) = oneshot::channel();
        let author = author_of(user);
        self.send(Event::Call(Call::Command { author, command, reply })).await?;
        answer.await.map_err(|_| RoomEnded)
    }

    /// Reads the document. It keeps the room busy: for what takes long, take a copy out and work on that.
    ///
    /// # Errors
    /// When the room has ended: open it again.
    pub async fn look<R: Send + 'static>(
        &self,
        look: impl FnOnce(&Content) -> R + Send + 'static,
    ) -> Result<R, RoomEnded> {
        let (reply, answer) = oneshot::channel();
        let look = move |content: &Content| drop(reply.send(look(content)));
        self.send(Event::Call(Call::Look(Box::new(look)))).await?;
        answer.await.map_err(|_| RoomEnded)
    }

    /// Makes an edit in somebody's name; `change` gives the updates that it made by [`Content::edit`], in order.
    ///
    /// # Errors
    /// See [`NotEdited`].
    pub async fn edit(
        &self,
        user: Option<&UserId>,
        change: impl FnOnce(&mut Content) -> Updates + Send + 'static,
    ) -> Result<(), NotEdited> {
        let (reply, answer) = oneshot::channel();
        let call = Call::Edit { author: author_of(user), change: Box::new(change), reply };
        self.send(Event::Call(call)).await.map_err(|_| NotEdited::Ended)?;
        answer.await.map_err(|_| NotEdited::Ended)?
    }
}

impl Room {
    pub(super) async fn call(&mut self, call: Call) -> Life {
        match call {
            Call::Look(look) => {
                look(&self.content);
                Life::Goes
            }
            Call::Command { author, command, reply } => {
                self.wait_for_turn(Waiting::new(Asks::Caller(reply), author, command));
                self.decide().await
            }
            Call::Edit { author, change, reply } => {
                let (result, life) = self.edit(&author, change).await;
                self.reply(reply, result);
                life
            }
        }
    }

    /// Answers when what was done is durable.
    pub(super) fn reply<T: Send + 'static>(&mut self, reply: oneshot::Sender<T>, result: T) {
        // Whoever asked may have gone.
        self.log.owe(Owed::Reply(Box::new(move || drop(reply.send(result)))));
    }

    async fn edit(
        &mut self,
        author: &Arc<str>,
        change: impl FnOnce(&mut Content) -> Updates,
    ) -> (Result<(), NotEdited>, Life) {
        if !self.log.has_room() {
            return (Err(NotEdited::StoreFull), Life::Goes);
        }
        let edited = catch_unwind(AssertUnwindSafe(|| change(&mut self.content))).map_err(|_| Unreadable);
        let recorded = edited.and_then(|updates| Ok((updates, self.record(author, Origin::Member)?)));
        match recorded {
            Ok((updates, mut events)) => {
                for update in updates {
                    let (update, events) = (Bytes::from(update), std::mem::take(&mut events));
                    self.turn.add(Part::new(PartSource::Caller, Arc::clone(author), update, events));
                }
                (Ok(()), Life::Goes)
            }
            Err(Unreadable) => {
                tracing::error!(document.id = self.document.as_str(), "an edit broke the document; loading it again");
                self.finish_turn(Instant::now());
                (Err(NotEdited::Failed), self.reload().await)
            }
        }
    }
}
