//! One replica's end of the fan-out: what is heard goes to the lines that are open here, and who was heard is remembered.
//!
//! Promises: a line's queue is bounded, and what it has no room for becomes one gap; a counter that jumps is a gap, one that
//! goes back is dropped and a gap; forged origins cannot grow memory, and nothing forged makes a line deaf for longer than
//! one message.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::message::Envelope;
use super::{ALIVE_FOR, Heard};
use crate::document::DocumentId;
use crate::replica::ReplicaId;

/// Messages and bytes that wait for one room: some seconds of a busy document. A room that is slower asks for the rest.
pub(super) const QUEUE_MESSAGES_MAX: usize = 4_096;
const QUEUE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Replicas that are kept account of. Nobody runs as many.
const REPLICAS_MAX: usize = 256;

/// The lines of one replica.
pub(super) struct Exchange {
    replica: ReplicaId,
    lines: Mutex<HashMap<DocumentId, Vec<Arc<Queue>>>>,
    others: Mutex<Others>,
    epochs: AtomicU64,
}

/// The other replicas.
#[derive(Default)]
struct Others {
    /// When each was heard last.
    heard: HashMap<ReplicaId, Instant>,
    /// Until then somebody may be there who was not heard yet.
    unknown_until: Option<Instant>,
}

/// What waits for one room.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    news: Notify,
}

#[derive(Default)]
struct Waiting {
    heard: VecDeque<Heard>,
    bytes: usize,
    /// Of each origin, its epoch and the counter that comes next.
    expected: HashMap<ReplicaId, (u64, u64)>,
}

impl Exchange {
    pub(super) fn new(replica: ReplicaId) -> Self {
        Self { replica, lines: Mutex::default(), others: Mutex::default(), epochs: AtomicU64::new(1) }
    }

    pub(super) fn replica(&self) -> ReplicaId {
        self.replica
    }

    /// Opens a line, with an epoch that no other line of this replica has.
    pub(super) fn join(&self, document: &DocumentId) -> (Arc<Queue>, u64) {
        let queue = Arc::new(Queue::default());
        lock(&self.lines).entry(document.clone()).or_default().push(Arc::clone(&queue));
        (queue, self.epochs.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn leave(&self, document: &DocumentId, queue: &Arc<Queue>) {
        let mut lines = lock(&self.lines);
        if let Some(queues) = lines.get_mut(document) {
            queues.retain(|other| !Arc::ptr_eq(other, queue));
            if queues.is_empty() {
                lines.remove(document);
            }
        }
    }

    /// Hands a message to the lines of its document. False for what this replica itself sent, which comes back from some
    /// networks.
    pub(super) fn deliver(&self, envelope: &Envelope) -> bool {
        if envelope.origin == self.replica {
            return false;
        }
        self.hear_of(envelope.origin);
        let queues = lock(&self.lines).get(&envelope.document).cloned().unwrap_or_default();
        queues.iter().for_each(|queue| queue.push(envelope));
        true
    }

    /// A replica was heard.
    pub(super) fn hear_of(&self, replica: ReplicaId) {
        if replica == self.replica {
            return;
        }
        let mut others = lock(&self.others);
        if others.heard.len() >= REPLICAS_MAX {
            others.forget_the_dead();
        }
        if others.heard.len() < REPLICAS_MAX || others.heard.contains_key(&replica) {
            others.heard.insert(replica, Instant::now());
        }
    }

    /// The others can be reached again: who they are is not known yet, and anything may have been lost.
    pub(super) fn reconnected(&self) {
        lock(&self.others).unknown_until = Some(Instant::now() + ALIVE_FOR);
        self.gap(|_| true);
    }

    /// Anything may have been lost of these documents.
    pub(super) fn gap(&self, is_affected: impl Fn(&DocumentId) -> bool) {
        let lines = lock(&self.lines);
        let affected = lines.iter().filter(|(document, _)| is_affected(document));
        affected.flat_map(|(_, queues)| queues).for_each(|queue| queue.gap());
    }

    pub(super) fn is_alive(&self, replica: ReplicaId) -> bool {
        lock(&self.others).heard.get(&replica).is_some_and(|heard| heard.elapsed() < ALIVE_FOR)
    }

    pub(super) fn has_peers(&self) -> bool {
        let mut others = lock(&self.others);
        if others.unknown_until.is_some_and(|until| Instant::now() < until) {
            return true;
        }
        others.unknown_until = None;
        if !others.heard.is_empty() {
            others.forget_the_dead();
        }
        !others.heard.is_empty()
    }
}

impl Others {
    /// Twice as long as they are alive: who was missed for a moment must not miss what is said in the next.
    fn forget_the_dead(&mut self) {
        self.heard.retain(|_, heard| heard.elapsed() < ALIVE_FOR * 2);
    }
}

impl Queue {
    fn push(&self, envelope: &Envelope) {
        lock(&self.waiting).push(envelope);
        self.news.notify_one();
    }

    fn gap(&self) {
        lock(&self.waiting).gap(None);
        self.news.notify_one();
    }

    /// The next message or gap. Dropping the future loses none.
    pub(super) async fn next(&self) -> Heard {
        loop {
            if let Some(heard) = lock(&self.waiting).take() {
                return heard;
            }
            self.news.notified().await;
        }
    }
}

impl Waiting {
    fn push(&mut self, envelope: &Envelope) {
        let (from, at) = (envelope.origin, (envelope.epoch, envelope.counter));
        if self.expected.len() >= REPLICAS_MAX && !self.expected.contains_key(&from) {
            // Replicas of long ago, or forged ones. Who is forgotten may have been lost between.
            self.expected.clear();
            self.gap(None);
        }
        let expected = self.expected.insert(from, (at.0, at.1.saturating_add(1)));
        // Whoever joins asks for what was said before: the first that is heard of a replica needs no beginning.
        let is_next = expected.is_none_or(|next| at == next || at.0 > next.0 && at.1 == 0);
        if !is_next {
            self.gap(Some(from));
        }
        if expected.is_some_and(|next| at < next) {
            // A network that repeats, or a forged message before: counting begins anew here, so that what comes is heard.
            return;
        }
        self.bytes += envelope.body.len();
        self.heard.push_back(Heard::Message { from, body: envelope.body.clone() });
        if self.heard.len() > QUEUE_MESSAGES_MAX || self.bytes > QUEUE_BYTES_MAX {
            self.empty();
        }
    }

    /// One gap after the other says nothing new.
    fn gap(&mut self, from: Option<ReplicaId>) {
        let is_known = match self.heard.back() {
            Some(Heard::Gap { from: last }) => last.is_none() || *last == from,
            _ => false,
        };
        if is_known {
            return;
        }
        self.heard.push_back(Heard::Gap { from });
        if self.heard.len() > QUEUE_MESSAGES_MAX {
            self.empty();
        }
    }

    fn take(&mut self) -> Option<Heard> {
        let heard = self.heard.pop_front()?;
        if let Heard::Message { body, .. } = &heard {
            self.bytes -= body.len();
        }
        Some(heard)
    }

    fn empty(&mut self) {
        self.heard.clear();
        self.bytes = 0;
        self.heard.push_back(Heard::Gap { from: None });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    /// Says `(origin, epoch, counter)` to a line, one after the other; what the line hears, as its messages' counters.
    fn hear(said: impl IntoIterator<Item = (u64, u64, u64)>) -> Vec<Result<u64, Option<u64>>> {
        let mut waiting = Waiting::default();
        for (origin, epoch, counter) in said {
            waiting.push(&Envelope {
                origin: ReplicaId::new(origin),
                epoch,
                counter,
                document: DocumentId::parse_open("plan").expect("a valid name"),
                body: Bytes::copy_from_slice(&counter.to_be_bytes()),
            });
        }
        let heard = std::iter::from_fn(|| waiting.take()).map(|heard| match heard {
            Heard::Message { body, .. } => Ok(u64::from_be_bytes(body[..].try_into().expect("eight bytes"))),
            Heard::Gap { from } => Err(from.map(ReplicaId::get)),
        });
        heard.collect()
    }

    #[test]
    fn a_counter_that_jumps_is_a_gap_and_one_that_goes_on_is_none() {
        assert_eq!(hear([(1, 1, 0), (1, 1, 1), (1, 1, 3), (1, 1, 4)]), [Ok(0), Ok(1), Err(Some(1)), Ok(3), Ok(4)]);
        assert_eq!(
            hear([(1, 1, 7), (2, 1, 3), (1, 1, 8)]),
            [Ok(7), Ok(3), Ok(8)],
            "the first of each needs no beginning"
        );
    }

    #[test]
    fn a_new_epoch_begins_at_zero_or_is_a_gap() {
        assert_eq!(hear([(1, 1, 5), (1, 2, 0), (1, 2, 1)]), [Ok(5), Ok(0), Ok(1)]);
        assert_eq!(hear([(1, 1, 5), (1, 2, 1)]), [Ok(5), Err(Some(1)), Ok(1)]);
    }

    #[test]
    fn what_repeats_is_not_heard_twice() {
        let heard = hear([(1, 1, 0), (1, 1, 1), (1, 1, 1), (1, 1, 2)]);

        assert_eq!(heard, [Ok(0), Ok(1), Err(Some(1)), Ok(2)]);
    }

    #[test]
    fn a_forged_counter_does_not_make_a_line_deaf() {
        for forged in [(1, 1, u64::MAX), (1, u64::MAX, 9)] {
            let heard = hear([(1, 1, 0), forged, (1, 1, 1), (1, 1, 2)]);

            assert_eq!(heard, [Ok(0), Err(Some(1)), Ok(forged.2), Err(Some(1)), Ok(2)]);
        }
    }

    #[test]
    fn more_replicas_than_are_kept_account_of_are_still_heard() {
        let many = REPLICAS_MAX as u64 + 1;

        let heard = hear((1..=many).map(|origin| (origin, 1, 0)));

        assert_eq!(heard.iter().filter(|heard| heard.is_ok()).count() as u64, many);
        assert_eq!(heard[REPLICAS_MAX], Err(None), "who is forgotten may be missed");
    }

    #[test]
    fn forged_replicas_do_not_hide_real_ones_for_long() {
        let exchange = Exchange::new(ReplicaId::new(0));
        (1..10_000).for_each(|forged| exchange.hear_of(ReplicaId::new(forged)));
        assert!(lock(&exchange.others).heard.len() <= REPLICAS_MAX);

        lock(&exchange.others).heard.values_mut().for_each(|heard| *heard -= ALIVE_FOR * 2);
        exchange.hear_of(ReplicaId::new(77_777));

        assert!(exchange.is_alive(ReplicaId::new(77_777)) && !exchange.is_alive(ReplicaId::new(1)));
    }
}
