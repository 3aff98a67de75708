//! Digests of boards that were read lately, so that a home page over many boards reads only what changed.
//!
//! Promises: one board is read once however many ask for it at the same moment; what is kept is bounded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OnceCell, Semaphore};
use tokio::time::Instant;

use super::digest::Digest;
use crate::document::DocumentId;

/// Most entries of all digests together, by [`Digest::weight`]: some 200 bytes each, so 40 MB; 40 boards of 5,000 cards.
const ENTRIES_MAX: usize = 200_000;

/// Boards that are read at once: decoding a large one takes a processor for a while, and rooms need the other.
const READS_MAX: usize = 1;

/// A digest counts as fresh for so many times as long as it took to read, whatever changed meanwhile: people who look at their home
/// pages while others edit take at most a tenth of a room's time.
const FRESH_FACTOR: u32 = 10;

/// A board that is read within this time, as a small one is, is read again whenever it changed.
const QUICK: Duration = Duration::from_millis(5);

/// The digests at hand.
pub(super) struct Digests {
    kept: Mutex<Kept>,
    reads: Semaphore,
}

#[derive(Default)]
struct Kept {
    slots: HashMap<DocumentId, Slot>,
    /// Counts the uses: what was used longest ago makes room.
    uses: u64,
}

struct Slot {
    updates: u64,
    last_use: u64,
    /// Empty while the board is being read.
    digest: Cell,
}

type Cell = Arc<OnceCell<Fresh>>;

/// A digest, and until when it may be shown although its board has changed.
#[derive(Clone)]
struct Fresh {
    digest: Arc<Digest>,
    until: Instant,
}

impl Slot {
    fn is_fresh(&self) -> bool {
        self.digest.get().is_some_and(|fresh| Instant::now() < fresh.until)
    }
}

impl Digests {
    pub(super) fn new() -> Self {
        Self { kept: Mutex::default(), reads: Semaphore::new(READS_MAX) }
    }

    /// The digest of a board to which so many updates were ever logged; `read` makes it if there is none as new as that.
    /// `None` when it cannot be made: the next call tries again.
    pub(super) async fn get(
        &self,
        board: &DocumentId,
        updates: u64,
        read: impl AsyncFnOnce() -> Option<Digest>,
    ) -> Option<Arc<Digest>> {
        let cell = self.cell(board, updates);
        if let Some(digest) = cell.get() {
            return Some(Arc::clone(&digest.digest));
        }
        let making = async || {
            let _permit = self.reads.acquire().await;
            let started = Instant::now();
            let digest = Arc::new(read().await.ok_or(())?);
            let took = Some(started.elapsed()).filter(|took| *took > QUICK).unwrap_or_default();
            Ok::<_, ()>(Fresh { digest, until: Instant::now() + took * FRESH_FACTOR })
        };
        let made = cell.get_or_try_init(making).await.ok().map(|fresh| Arc::clone(&fresh.digest));
        self.make_room();
        made
    }

    fn cell(&self, board: &DocumentId, updates: u64) -> Cell {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let last_use = kept.uses;
        let new = || Slot { updates, last_use, digest: Cell::default() };
        let slot = kept.slots.entry(board.clone()).or_insert_with(new);
        // Somebody who listed the boards a moment ago must not push out what is newer.
        if slot.updates < updates && !slot.is_fresh() {
            *slot = new();
        }
        slot.last_use = last_use;
        Arc::clone(&slot.digest)
    }

    fn make_room(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let weight = |slot: &Slot| slot.digest.get().map_or(1, |fresh| fresh.digest.weight());
        let mut total: usize = kept.slots.values().map(weight).sum();
        while total > ENTRIES_MAX {
            let oldest = kept.slots.iter().min_by_key(|(_, slot)| slot.last_use).map(|(board, _)| board.clone());
            let Some(slot) = oldest.and_then(|board| kept.slots.remove(&board)) else { break };
            total -= weight(&slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn board(number: u8) -> DocumentId {
        DocumentId::from_parts(crate::document::DocumentKind::Board, &[number; 16])
    }

    fn digest(entries: usize) -> Digest {
        let titles = (0..entries).map(|number| (number.to_string(), String::new())).collect();
        Digest { titles, ..Digest::default() }
    }

    #[tokio::test]
    async fn a_board_is_read_once_until_it_changes() {
        let (digests, reads) = (Digests::new(), AtomicUsize::new(0));
        let get = async |updates| {
            let read = async || {
                reads.fetch_add(1, Ordering::Relaxed);
                Some(digest(1))
            };
            digests.get(&board(1), updates, read).await.expect("it is read")
        };

        futures_util::future::join_all((0..5).map(|_| get(1))).await;
        assert_eq!(reads.load(Ordering::Relaxed), 1);
        get(2).await;
        get(1).await;

        assert_eq!(reads.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_board_that_takes_long_to_read_is_not_read_for_each_change() {
        let digests = Digests::new();
        let get = async |updates: u64, entries| {
            let read = async || {
                tokio::time::sleep(QUICK * 20).await;
                Some(digest(entries))
            };
            digests.get(&board(1), updates, read).await.expect("it is read").titles.len()
        };

        assert_eq!((get(1, 1).await, get(2, 2).await), (1, 1));
        let read_again = async {
            while get(3, 3).await != 3 {
                tokio::task::yield_now().await;
            }
        };

        tokio::time::timeout(Duration::from_secs(30), read_again).await.expect("it is read again in time");
    }

    #[tokio::test]
    async fn a_failed_read_is_tried_again() {
        let digests = Digests::new();

        assert!(digests.get(&board(1), 1, async || None).await.is_none());
        assert!(digests.get(&board(1), 1, async || Some(digest(1))).await.is_some());
    }

    #[tokio::test]
    async fn what_was_used_longest_ago_makes_room() {
        let digests = Digests::new();
        for number in [1, 2, 1, 3] {
            digests.get(&board(number), 1, async || Some(digest(ENTRIES_MAX / 2 - 1))).await;
        }

        let kept = digests.kept.lock().expect("nothing panicked");
        let held: Vec<bool> = [1, 2, 3].map(|number| kept.slots.contains_key(&board(number))).into();
        assert_eq!(held, [true, false, true]);
    }
}
