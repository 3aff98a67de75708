//! Errands: what a room asks of the store without waiting for it.
//!
//! Promises: an answer comes back to the room's task in one place; a room that ended drops its errands' answers, never
//! their effects. At most one errand of a kind is under way, so that answers never overtake each other.

use std::future::Future;

use tokio::sync::mpsc;

use super::hub::Inner;
use super::replicas::decided::Learned;
use super::replicas::keeping::Kept;
use super::replicas::stored::Read;
use crate::store::StoreError;

/// What the store answered.
pub(super) enum Errand {
    /// Who keeps the document.
    Kept(Kept),
    /// What other replicas decided.
    Learned(Learned),
    /// Keeping was given up.
    Released,
    /// Rows that others wrote.
    Read(Result<Read, StoreError>),
    /// Whether a command was decided before.
    LookedUp { key: String, found: Result<Option<String>, StoreError> },
}

/// The errands under way.
pub(super) struct Errands {
    sender: mpsc::UnboundedSender<Errand>,
    done: mpsc::UnboundedReceiver<Errand>,
    is_looking_up: bool,
    is_reading: bool,
}

impl Default for Errands {
    fn default() -> Self {
        // Holds no more than one answer of each kind.
        let (sender, done) = mpsc::unbounded_channel();
        Self { sender, done, is_looking_up: false, is_reading: false }
    }
}

impl Errands {
    pub(super) fn run(&self, hub: &Inner, errand: impl Future<Output = Errand> + Send + 'static) {
        let sender = self.sender.clone();
        hub.services.tasks.spawn(async move {
            // A room that has ended needs no answer.
            let _ = sender.send(errand.await);
        });
    }

    /// Whether a look-up may begin; then it counts as begun.
    pub(super) fn begin_look_up(&mut self) -> bool {
        !std::mem::replace(&mut self.is_looking_up, true)
    }

    /// Whether a reading may begin; then it counts as begun.
    pub(super) fn begin_reading(&mut self) -> bool {
        !std::mem::replace(&mut self.is_reading, true)
    }

    /// Waits for an answer. Dropping the future loses none.
    pub(super) async fn done(&mut self) -> Errand {
        let Some(errand) = self.done.recv().await else { return std::future::pending().await };
        match errand {
            Errand::LookedUp { .. } => self.is_looking_up = false,
            Errand::Read(_) => self.is_reading = false,
            Errand::Kept(_) | Errand::Learned(_) | Errand::Released => {}
        }
        errand
    }
}
