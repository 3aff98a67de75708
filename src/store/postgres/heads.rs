//! Where the log of each document is believed to end, so that an append knows what it has to number before it asks.
//!
//! Promises nothing: another replica may have appended meanwhile. Whoever appends checks it under the rows' locks.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::document::DocumentId;
use crate::store::Position;
use crate::store::row::NewRow;

/// Documents that are remembered: many times what one replica has open, in some 6 MB. Beyond it all are forgotten, which costs
/// each one a try.
const HEADS_MAX: usize = 65_536;

/// The position of the newest row of each document that this replica has read or written.
#[derive(Default)]
pub(super) struct Heads(Mutex<HashMap<DocumentId, Position>>);

impl Heads {
    /// Remembers what was seen.
    pub(super) fn learn(&self, document: &DocumentId, position: Position) {
        let mut heads = self.lock();
        match heads.get_mut(document) {
            Some(known) => *known = position,
            None => {
                if heads.len() >= HEADS_MAX {
                    heads.clear();
                }
                heads.insert(document.clone(), position);
            }
        }
    }

    /// Where the rows' documents are believed to end, row by row; `None` unless all are known.
    pub(super) fn of(&self, rows: &[NewRow<'_>]) -> Option<Vec<Position>> {
        let heads = self.lock();
        rows.iter().map(|row| heads.get(row.document).copied()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<DocumentId, Position>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
