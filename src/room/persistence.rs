//! The log writer: takes what all rooms have accepted and commits it in groups.
//!
//! Promises: an entry is reported as committed only after its row is flushed; the entries of one document are committed in
//! the order in which they were submitted; nothing that was accepted is dropped while the process lives: while the store
//! fails, the group is tried again for as long as it takes. Memory is bounded: a full queue refuses at once, and gives the
//! entry back.
//! Groups form by themselves: while one is being committed, the next one queues up. One flush then serves all rooms
//! (27 × the rows of one flush each, reference: limits, 3.4), and an idle server commits a lone entry without delay. Only
//! when small groups come in quick succession is one held open for a moment: a flush costs as much CPU as 50 deliveries.
//! Knows nothing of rooms but the channel that each entry brings for its outcome. Start with [`LogWriter::submit`].

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::store::{Append, DocumentStore, Position, StoreError};

#[cfg(test)]
mod tests;

/// Most entries of one group: beyond it a group takes longer without costing less per entry (reference: limits, 3.4).
pub const GROUP_ENTRIES_MAX: usize = 512;

/// Bytes at which a group is complete; the entry that reaches it belongs to it.
pub const GROUP_BYTES_MAX: usize = 1024 * 1024;

/// Entries at which a group is not held open any longer: the flush is shared by enough of them.
pub const GROUP_ENTRIES_ENOUGH: usize = 8;

/// What an entry counts besides its updates, in bytes: its own memory here and in the channel, rounded up.
const ENTRY_BYTES: usize = 256;

/// Bounds and times of a log writer; the defaults are for a server.
#[derive(Clone, Debug)]
pub struct WriterLimits {
    /// Entries accepted and not yet committed: a quarter of a second of a busy store (30,000 rows/s).
    pub queue_entries: usize,
    /// Bytes accepted and not yet committed: eight of the largest frame a client may send (8 MiB).
    pub queue_bytes: usize,
    /// How soon after the last group began a smaller one than [`GROUP_ENTRIES_ENOUGH`] may begin. People do not see 5 ms, and
    /// 400 edits a second then cost 200 flushes.
    pub gather: Duration,
    /// Wait before the first repetition of a failed commit; doubles until `retry_max`.
    pub retry_min: Duration,
    /// Longest wait between two repetitions: people see "saved" within this time of the store's return.
    pub retry_max: Duration,
    /// How long a commit may take before the store counts as failing. A flush takes milliseconds.
    pub slow_after: Duration,
    /// How long the writer goes on after it was told to stop: below the grace period of a pod (30 s).
    pub drain: Duration,
}

impl Default for WriterLimits {
    fn default() -> Self {
        Self {
            queue_entries: 8_192,
            queue_bytes: 64 * 1024 * 1024,
            gather: Duration::from_millis(5),
            retry_min: Duration::from_millis(100),
            retry_max: Duration::from_secs(2),
            slow_after: Duration::from_secs(3),
            drain: Duration::from_secs(10),
        }
    }
}

/// What a room wants to have stored.
#[derive(Debug)]
pub struct Entry {
    /// The updates, with their document, author and time.
    pub append: Append,
    /// Comes back with the outcome; the writer does not look at it.
    pub ticket: u64,
    /// Where the outcome goes. Unbounded, but it holds no more than the room has submitted.
    pub outcome: mpsc::UnboundedSender<CommitOutcome>,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitOutcome {
    /// The ticket of the entry.
    pub ticket: u64,
    /// The position of the row that holds it, which is flushed; or why this document can store nothing. Such an error is
    /// final, and the entry is *not* stored: the room must not go on as if it were.
    pub result: Result<Position, StoreError>,
}

/// Why an entry was not accepted. The entry comes back, since the room has applied it already and must store it later.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The queue is full. [`StoreHealth`] is failing now; submit again when it is well.
    #[error("too much is waiting to be saved")]
    Full(Box<Entry>),
    /// The writer was told to stop.
    #[error("the log writer has stopped")]
    Stopped(Box<Entry>),
}

/// Whether edits are being saved; what rooms tell their members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreHealth {
    /// What is submitted is committed.
    Ok,
    /// Nothing, or not enough, is being committed.
    Failing {
        /// When that began.
        since: Instant,
        /// Why.
        trouble: Trouble,
    },
}

/// Why edits are not being saved, in words that may be shown to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The disk or the quota is full.
    #[error("the storage is full")]
    Full,
    /// The store answers with errors.
    #[error("the storage does not answer")]
    Unavailable,
    /// A commit has been under way for too long.
    #[error("the storage is very slow")]
    Slow,
    /// More is submitted than the store can take.
    #[error("too much is waiting to be saved")]
    Backlog,
}

/// The writer was stopped before everything was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{entries} entries were not saved before the deadline")]
pub struct Unsaved {
    /// How many; none of them was reported as committed.
    pub entries: usize,
}

/// How rooms reach the log writer. Cheap to clone.
#[derive(Clone)]
pub struct LogWriter {
    queue: mpsc::UnboundedSender<Queued>,
    budget: Arc<Budget>,
    health: Arc<watch::Sender<StoreHealth>>,
}

impl LogWriter {
    /// A writer to `store`, and the task that does the work: spawn [`LogWriterTask::run`] before rooms open.
    pub fn new(store: Arc<dyn DocumentStore>, limits: WriterLimits) -> (Self, LogWriterTask) {
        // The budget bounds the channel: an entry holds its share until it is committed, not until it is received.
        let (queue, entries) = mpsc::unbounded_channel();
        let budget = Arc::new(Budget::new(&limits));
        let health = Arc::new(watch::Sender::new(StoreHealth::Ok));
        let task = LogWriterTask {
            store,
            limits,
            entries,
            budget: budget.clone(),
            health: health.clone(),
            batch: Vec::new(),
            waiting: Vec::new(),
            last_began: None,
        };
        (Self { queue, budget, health }, task)
    }

    /// Accepts an entry, or gives it back at once; the outcome comes by the entry's channel.
    ///
    /// # Errors
    /// [`SubmitError::Full`]: submit again when the health is [`StoreHealth::Ok`], which it will be announced to be.
    pub fn submit(&self, entry: Entry) -> Result<(), SubmitError> {
        let bytes = entry_bytes(&entry.append);
        let share = self.budget.take(bytes).or_else(|| {
            fail(&self.health, Trouble::Backlog);
            // Again, because the last commit may have ended before the line above: then nobody would announce the end of
            // the backlog. If the budget is still full here, a commit is still to come.
            self.budget.take(bytes)
        });
        let Some(share) = share else { return Err(SubmitError::Full(Box::new(entry))) };
        let queued = Queued { entry, _share: share };
        self.queue.send(queued).map_err(|refused| SubmitError::Stopped(Box::new(refused.0.entry)))
    }

    /// Whether edits are being saved, and each change of that.
    pub fn health(&self) -> watch::Receiver<StoreHealth> {
        self.health.subscribe()
    }

    /// Entries that are accepted and not yet committed.
    pub fn unsaved_entries(&self) -> usize {
        self.budget.entries_taken()
    }

    /// Bytes that are accepted and not yet committed.
    pub fn unsaved_bytes(&self) -> usize {
        self.budget.bytes_taken()
    }
}

/// The one task that writes the log.
pub struct LogWriterTask {
    store: Arc<dyn DocumentStore>,
    limits: WriterLimits,
    entries: mpsc::UnboundedReceiver<Queued>,
    budget: Arc<Budget>,
    health: Arc<watch::Sender<StoreHealth>>,
    /// The group under way, and who waits for it, entry by entry.
    batch: Vec<Append>,
    waiting: Vec<Waiting>,
    last_began: Option<Instant>,
}

struct Queued {
    entry: Entry,
    _share: Share,
}

struct Waiting {
    ticket: u64,
    outcome: mpsc::UnboundedSender<CommitOutcome>,
    _share: Share,
}

impl LogWriterTask {
    /// Commits until `stop`, then refuses new entries and commits what was accepted. Stop the rooms first.
    ///
    /// # Errors
    /// [`Unsaved`]: the store did not take everything before the deadline.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), Unsaved> {
        let drain = self.limits.drain;
        let deadline = async {
            stop.cancelled().await;
            sleep(drain).await;
        };
        tokio::select! {
            biased;
            () = self.work(&stop) => Ok(()),
            () = deadline => Err(Unsaved { entries: self.budget.entries_taken() }),
        }
    }

    async fn work(&mut self, stop: &CancellationToken) {
        while self.collect(stop).await {
            self.last_began = Some(Instant::now());
            let results = self.commit().await;
            for (waiting, result) in self.waiting.drain(..).zip(results) {
                // A room that is gone needs no answer.
                let _ = waiting.outcome.send(CommitOutcome { ticket: waiting.ticket, result });
            }
            self.batch.clear();
            self.recover();
        }
    }

    /// Takes the next group: whatever is queued, and what follows in a moment if that is little. `false` when nothing is,
    /// and nothing will be.
    async fn collect(&mut self, stop: &CancellationToken) -> bool {
        let mut next = tokio::select! {
            biased;
            () = stop.cancelled(), if !self.entries.is_closed() => {
                self.entries.close();
                self.entries.recv().await
            }
            entry = self.entries.recv() => entry,
        };
        let mut bytes = 0;
        while let Some(Queued { entry: Entry { append, ticket, outcome }, _share }) = next {
            bytes += entry_bytes(&append);
            self.batch.push(append);
            self.waiting.push(Waiting { ticket, outcome, _share });
            let complete = self.batch.len() >= GROUP_ENTRIES_MAX || bytes >= GROUP_BYTES_MAX;
            next = if complete { None } else { self.follower().await };
        }
        !self.batch.is_empty()
    }

    /// The next entry of a group that has one already: one that waits, or one that comes while the group is held open.
    async fn follower(&mut self) -> Option<Queued> {
        match (self.entries.try_recv(), self.last_began) {
            (Ok(queued), _) => Some(queued),
            (Err(_), Some(last)) if self.batch.len() < GROUP_ENTRIES_ENOUGH => {
                timeout_at(last + self.limits.gather, self.entries.recv()).await.ok().flatten()
            }
            _ => None,
        }
    }

    /// Commits the group, and answers each entry. An error that will not pass is one document's alone: the others of the
    /// group are then committed without it.
    async fn commit(&self) -> Vec<Result<Position, StoreError>> {
        if let Ok(positions) = self.append_patiently(&self.batch).await {
            return self.batch.iter().zip(positions).map(|(entry, position)| answer(entry, position)).collect();
        }
        let mut documents: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, entry) in self.batch.iter().enumerate() {
            documents.entry(entry.document.as_str()).or_default().push(place);
        }
        let mut results = vec![Err(StoreError::Refused("not committed")); self.batch.len()];
        for places in documents.into_values() {
            let batch: Vec<Append> = places.iter().map(|place| self.batch[*place].clone()).collect();
            match self.append_patiently(&batch).await {
                Ok(positions) => {
                    for ((place, entry), position) in places.into_iter().zip(&batch).zip(positions) {
                        results[place] = answer(entry, position);
                    }
                }
                Err(error) => {
                    tracing::error!(document.id = batch[0].document.as_str(), %error, "a document cannot be saved");
                    places.into_iter().for_each(|place| results[place] = Err(error.clone()));
                }
            }
        }
        results
    }

    /// Appends until the store has taken the batch or will never take it.
    ///
    /// A commit that failed may have succeeded all the same, with only its answer lost. Then the batch is in the log twice,
    /// which is harmless: applying an update twice changes nothing.
    async fn append_patiently(&self, batch: &[Append]) -> Result<Vec<Option<Position>>, StoreError> {
        let mut delay = self.limits.retry_min;
        loop {
            match self.append_watched(batch).await {
                Err(error) if error.is_transient() => {
                    let trouble = if let StoreError::Full(_) = error { Trouble::Full } else { Trouble::Unavailable };
                    if fail(&self.health, trouble) {
                        tracing::error!(%error, "edits are not being saved");
                    }
                    sleep(delay).await;
                    delay = (delay * 2).min(self.limits.retry_max);
                }
                result => return result,
            }
        }
    }

    async fn append_watched(&self, batch: &[Append]) -> Result<Vec<Option<Position>>, StoreError> {
        let mut append = self.store.append(batch);
        match timeout(self.limits.slow_after, &mut append).await {
            Ok(result) => result,
            Err(_) => {
                fail(&self.health, Trouble::Slow);
                append.await
            }
        }
    }

    /// Announces that the store works again, once half of the queue is free: at less, rooms would stop and go at each commit.
    fn recover(&self) {
        if self.budget.is_half_free() {
            self.health.send_if_modified(|health| std::mem::replace(health, StoreHealth::Ok) != StoreHealth::Ok);
        }
    }
}

/// Says that edits are not being saved; `true` if that is news.
fn fail(health: &watch::Sender<StoreHealth>, trouble: Trouble) -> bool {
    health.send_if_modified(|health| {
        let (since, known) = match *health {
            StoreHealth::Ok => (Instant::now(), None),
            StoreHealth::Failing { since, trouble } => (since, Some(trouble)),
        };
        *health = StoreHealth::Failing { since, trouble };
        known != Some(trouble)
    })
}

fn answer(entry: &Append, position: Option<Position>) -> Result<Position, StoreError> {
    position.ok_or_else(|| StoreError::NotFound(entry.document.clone()))
}

pub(super) fn entry_bytes(append: &Append) -> usize {
    let updates: usize = append.updates.iter().map(|update| update.len()).sum();
    let events: usize = append.events.iter().map(|event| event.subject.len() + event.body.len()).sum();
    let outcome = append.outcome.as_ref().map_or(0, |outcome| outcome.key.len() + outcome.json.len());
    ENTRY_BYTES + updates + events + outcome
}

/// What may wait to be committed.
struct Budget {
    entries: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    entries_max: usize,
    bytes_max: usize,
}

/// One entry's part of the budget, given back when it is dropped.
struct Share {
    _entry: OwnedSemaphorePermit,
    _bytes: OwnedSemaphorePermit,
}

impl Budget {
    fn new(limits: &WriterLimits) -> Self {
        let (entries_max, bytes_max) = (limits.queue_entries, limits.queue_bytes);
        let (entries, bytes) = (Arc::new(Semaphore::new(entries_max)), Arc::new(Semaphore::new(bytes_max)));
        Self { entries, bytes, entries_max, bytes_max }
    }

    fn take(&self, bytes: usize) -> Option<Share> {
        // An entry larger than the whole queue waits until it is alone.
        let bytes = u32::try_from(bytes.min(self.bytes_max)).unwrap_or(u32::MAX);
        let entry = self.entries.clone().try_acquire_owned().ok()?;
        let bytes = self.bytes.clone().try_acquire_many_owned(bytes).ok()?;
        Some(Share { _entry: entry, _bytes: bytes })
    }

    fn entries_taken(&self) -> usize {
        self.entries_max - self.entries.available_permits()
    }

    fn bytes_taken(&self) -> usize {
        self.bytes_max - self.bytes.available_permits()
    }

    fn is_half_free(&self) -> bool {
        self.entries_taken() <= self.entries_max / 2 && self.bytes_taken() <= self.bytes_max / 2
    }
}
