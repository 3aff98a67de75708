//! When a sprint began and ended, made of what happened: which only the server can tell, whatever the document says.

use yrs::ReadTxn;

use super::{Facts, What};
use crate::board::id::SprintId;
use crate::board::sprint::{self, Completed};
use crate::board::value::Stamp;

/// What was decided about a sprint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided {
    /// When it began, and who said so.
    pub started: Option<Stamp>,
    /// How it ended.
    pub completed: Option<Completed>,
}

impl Decided {
    /// Takes in one thing that happened to the sprint, and when and by whom it is recorded; the newest first, since what was
    /// decided first stands.
    pub fn take_in(&mut self, what: &What, recorded: Stamp) {
        // The record is written a moment after the document.
        let stamp = |at: Option<i64>| Stamp::new(at.unwrap_or(recorded.at_ms), recorded.by.clone());
        match what {
            What::SprintStarted { at, .. } => self.started = Some(stamp(*at)),
            What::SprintCompleted { to, at, .. } => {
                let to = to.as_ref().and_then(|to| SprintId::parse(to).ok());
                self.completed = Some(Completed { stamp: stamp(*at), to });
            }
            _ => {}
        }
    }
}

impl Facts {
    /// Learns what was decided about a sprint elsewhere. What is known already stays: nothing is decided twice.
    pub fn learn<T: ReadTxn>(&mut self, txn: &T, id: &SprintId, decided: Decided) {
        let Some(sprint) = self.sprints.get_mut(id) else { return };
        sprint.started = sprint.started.take().or(decided.started);
        sprint.completed = sprint.completed.take().or(decided.completed);
        let written = sprint::read_some(txn, std::iter::once(id)).remove(id);
        if written.is_some_and(|written| written.started == sprint.started && written.completed == sprint.completed) {
            self.doubted.remove(id);
        }
    }
}
