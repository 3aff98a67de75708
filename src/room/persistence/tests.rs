//! The log writer over the real SQLite store, with faults put between the two.

use async_trait::async_trait;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::Mutex;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::*;
use crate::document::DocumentId;
use crate::replica::ReplicaId;
use crate::store::directory::DataDirectory;
use crate::store::sqlite::SqliteStore;
use crate::store::{
    DocumentInfo, EventQuery, Hold, NewDocument, Quarantined, RecordedEvent, Since, Snapshot, Stored, VersionId,
    VersionInfo,
};

/// What happens to one append.
enum Fault {
    /// It fails, and nothing is stored.
    Fails(StoreError),
    /// It succeeds, and its answer is lost.
    AnswersLate(StoreError),
    /// It waits for [`FaultyStore::release`].
    Stalls,
}

/// The SQLite store, with faults at will. After `poison`, a batch that holds that document fails for good.
struct FaultyStore {
    inner: SqliteStore,
    faults: Mutex<VecDeque<Fault>>,
    poisoned: Mutex<Option<DocumentId>>,
    batches: Mutex<Vec<usize>>,
    stalled: Notify,
    release: Notify,
}

impl FaultyStore {
    fn inject(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().expect("no test panicked").extend(faults);
    }

    fn batches(&self) -> Vec<usize> {
        self.batches.lock().expect("no test panicked").clone()
    }

    fn damage_in(&self, batch: &[Append]) -> Option<StoreError> {
        let poisoned = self.poisoned.lock().expect("no test panicked").clone()?;
        let damaged = StoreError::Damaged { document: poisoned.clone(), what: "poison".into(), last_good: None };
        batch.iter().any(|entry| entry.document == poisoned).then_some(damaged)
    }
}

#[async_trait]
impl DocumentStore for FaultyStore {
    async fn append(&self, batch: &[Append]) -> Result<Vec<Option<Position>>, StoreError> {
        self.batches.lock().expect("no test panicked").push(batch.len());
        if let Some(damaged) = self.damage_in(batch) {
            return Err(damaged);
        }
        let fault = self.faults.lock().expect("no test panicked").pop_front();
        match fault {
            Some(Fault::Fails(error)) => return Err(error),
            Some(Fault::AnswersLate(error)) => {
                self.inner.append(batch).await?;
                return Err(error);
            }
            Some(Fault::Stalls) => {
                self.stalled.notify_one();
                self.release.notified().await;
            }
            None => {}
        }
        self.inner.append(batch).await
    }

    async fn create(&self, document: &NewDocument, initial: &[Bytes]) -> Result<(), StoreError> {
        self.inner.create(document, initial).await
    }
    async fn load(&self, document: &DocumentId) -> Result<Stored, StoreError> {
        self.inner.load(document).await
    }
    async fn load_since(&self, document: &DocumentId, after: Position) -> Result<Since, StoreError> {
        self.inner.load_since(document, after).await
    }
    async fn outcome(&self, document: &DocumentId, key: &str) -> Result<Option<String>, StoreError> {
        self.inner.outcome(document, key).await
    }
    async fn hold(
        &self,
        documents: &[DocumentId],
        replica: ReplicaId,
        time: Duration,
    ) -> Result<Vec<Hold>, StoreError> {
        self.inner.hold(documents, replica, time).await
    }
    async fn release(&self, documents: &[DocumentId], replica: ReplicaId) -> Result<(), StoreError> {
        self.inner.release(documents, replica).await
    }
    async fn compact(&self, document: &DocumentId, snapshot: &Snapshot, at_ms: u64) -> Result<(), StoreError> {
        self.inner.compact(document, snapshot, at_ms).await
    }
    async fn versions(&self, document: &DocumentId) -> Result<Vec<VersionInfo>, StoreError> {
        self.inner.versions(document).await
    }
    async fn load_version(&self, document: &DocumentId, version: VersionId) -> Result<Snapshot, StoreError> {
        self.inner.load_version(document, version).await
    }
    async fn list(&self) -> Result<Vec<DocumentInfo>, StoreError> {
        self.inner.list().await
    }
    async fn rename(&self, document: &DocumentId, name: &str) -> Result<(), StoreError> {
        self.inner.rename(document, name).await
    }
    async fn archive(&self, document: &DocumentId, archived_at_ms: Option<u64>) -> Result<(), StoreError> {
        self.inner.archive(document, archived_at_ms).await
    }
    async fn events(&self, query: &EventQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        self.inner.events(query).await
    }
    async fn quarantine(
        &self,
        document: &DocumentId,
        bytes: &[u8],
        reason: &str,
        at_ms: u64,
    ) -> Result<(), StoreError> {
        self.inner.quarantine(document, bytes, reason, at_ms).await
    }
    async fn quarantined(&self, document: &DocumentId) -> Result<Vec<Quarantined>, StoreError> {
        self.inner.quarantined(document).await
    }
    async fn ping(&self) -> Result<(), StoreError> {
        self.inner.ping().await
    }
}

/// A running writer, and a room's end of it.
struct Bench {
    writer: LogWriter,
    store: Arc<FaultyStore>,
    outcome: mpsc::UnboundedSender<CommitOutcome>,
    outcomes: mpsc::UnboundedReceiver<CommitOutcome>,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<Result<(), Unsaved>>,
    _directory: TempDir,
}

fn limits() -> WriterLimits {
    let moment = Duration::from_millis(1);
    WriterLimits {
        gather: Duration::ZERO,
        retry_min: moment,
        retry_max: moment,
        slow_after: Duration::from_secs(60),
        ..WriterLimits::default()
    }
}

impl Bench {
    async fn new(limits: WriterLimits) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let data = DataDirectory::open(directory.path()).expect("it can be used");
        let store = Arc::new(FaultyStore {
            inner: SqliteStore::open(&data).await.expect("it can be opened"),
            faults: Mutex::default(),
            poisoned: Mutex::default(),
            batches: Mutex::default(),
            stalled: Notify::new(),
            release: Notify::new(),
        });
        let (writer, task) = LogWriter::new(store.clone(), limits);
        let (outcome, outcomes) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let task = TaskTracker::new().spawn(task.run(stop.clone()));
        Self { writer, store, outcome, outcomes, stop, task, _directory: directory }
    }

    async fn document(&self, name: &str) -> DocumentId {
        let id = DocumentId::parse_open(name).expect("a valid name");
        let document = NewDocument { id: id.clone(), name: name.into(), author: "usr_ada".into(), created_at_ms: 1 };
        self.store.create(&document, &[]).await.expect("a new document");
        id
    }

    /// Submits one update that says its ticket.
    fn submit(&self, document: &DocumentId, ticket: u64) -> Result<(), SubmitError> {
        let updates = vec![Bytes::from(ticket.to_string())];
        let append = Append {
            document: document.clone(),
            updates,
            author: "usr_ada".into(),
            at_ms: 1,
            events: Vec::new(),
            outcome: None,
        };
        self.writer.submit(Entry { append, ticket, outcome: self.outcome.clone() })
    }

    async fn outcome(&mut self) -> (u64, Result<u64, StoreError>) {
        let outcome = self.outcomes.recv().await.expect("the writer answers every entry");
        (outcome.ticket, outcome.result.map(Position::get))
    }

    async fn content(&self, document: &DocumentId) -> Vec<String> {
        let stored = self.store.load(document).await.expect("an intact document");
        stored.parts().map(|part| String::from_utf8_lossy(part).into_owned()).collect()
    }

    async fn wait_until(&self, is: impl Fn(&StoreHealth) -> bool) {
        self.writer.health().wait_for(|health| is(health)).await.expect("the writer lives");
    }

    /// Makes the next append wait, and returns when it does: what is submitted now queues up.
    async fn stall(&self, document: &DocumentId, ticket: u64) {
        self.store.inject([Fault::Stalls]);
        self.submit(document, ticket).expect("the queue is empty");
        self.store.stalled.notified().await;
    }
}

fn failing(trouble: Trouble) -> impl Fn(&StoreHealth) -> bool {
    move |health| matches!(health, StoreHealth::Failing { trouble: now, .. } if *now == trouble)
}

fn is_ok(health: &StoreHealth) -> bool {
    *health == StoreHealth::Ok
}

#[tokio::test]
async fn an_entry_is_answered_with_the_position_of_its_row() {
    let mut bench = Bench::new(limits()).await;
    let notes = bench.document("notes").await;

    bench.submit(&notes, 7).expect("the queue is empty");

    assert_eq!(bench.outcome().await, (7, Ok(1)));
    assert_eq!(bench.content(&notes).await, ["7"]);
}

#[tokio::test]
async fn what_queues_up_during_a_commit_is_one_group() {
    let mut bench = Bench::new(limits()).await;
    let (notes, plan) = (bench.document("notes").await, bench.document("plan").await);
    bench.stall(&notes, 0).await;

    for ticket in 1..=10 {
        bench.submit(if ticket % 2 == 0 { &notes } else { &plan }, ticket).expect("the queue has room");
    }
    bench.store.release.notify_one();

    for ticket in 0..=10 {
        assert_eq!(bench.outcome().await.0, ticket);
    }
    assert_eq!(bench.store.batches(), [1, 10]);
    assert_eq!(bench.content(&notes).await, ["0", "2", "4", "6", "8", "10"]);
}

#[tokio::test]
async fn small_groups_in_quick_succession_are_gathered() {
    let mut bench = Bench::new(WriterLimits { gather: Duration::from_secs(3600), ..limits() }).await;
    let notes = bench.document("notes").await;

    bench.submit(&notes, 0).expect("the queue is empty");
    assert_eq!(bench.outcome().await.0, 0, "nothing came before it, so it does not wait");
    for ticket in 1..=GROUP_ENTRIES_ENOUGH as u64 {
        bench.submit(&notes, ticket).expect("the queue has room");
        tokio::task::yield_now().await;
    }

    assert_eq!(bench.outcome().await.0, 1);
    assert_eq!(bench.store.batches(), [1, GROUP_ENTRIES_ENOUGH]);
}

#[tokio::test]
async fn a_group_is_bounded_in_entries() {
    let mut bench = Bench::new(limits()).await;
    let notes = bench.document("notes").await;
    bench.stall(&notes, 0).await;

    let queued = GROUP_ENTRIES_MAX as u64 + 1;
    (1..=queued).for_each(|ticket| bench.submit(&notes, ticket).expect("the queue has room"));
    bench.store.release.notify_one();

    for _ in 0..=queued {
        assert!(bench.outcome().await.1.is_ok());
    }
    assert_eq!(bench.store.batches(), [1, GROUP_ENTRIES_MAX, 1]);
}

#[tokio::test]
async fn a_group_is_bounded_in_bytes() {
    let mut bench = Bench::new(limits()).await;
    let notes = bench.document("notes").await;
    bench.stall(&notes, 0).await;

    for ticket in 1..=4 {
        let updates = vec![Bytes::from(vec![0; GROUP_BYTES_MAX / 2])];
        let append = Append {
            document: notes.clone(),
            updates,
            author: "usr_ada".into(),
            at_ms: 1,
            events: Vec::new(),
            outcome: None,
        };
        let entry = Entry { append, ticket, outcome: bench.outcome.clone() };
        bench.writer.submit(entry).expect("the queue has room");
    }
    bench.store.release.notify_one();

    for _ in 0..=4 {
        assert!(bench.outcome().await.1.is_ok());
    }
    assert_eq!(bench.store.batches(), [1, 2, 2]);
}

#[tokio::test]
async fn nothing_is_lost_while_the_store_fails() {
    let mut bench = Bench::new(limits()).await;
    let notes = bench.document("notes").await;
    let fails = || Fault::Fails(StoreError::Full("no space".into()));
    bench.store.inject([fails(), fails(), fails(), Fault::Stalls]);

    bench.submit(&notes, 1).expect("the queue is empty");
    bench.wait_until(failing(Trouble::Full)).await;
    bench.submit(&notes, 2).expect("the queue has room");
    bench.store.stalled.notified().await;
    assert!(bench.outcomes.try_recv().is_err(), "no false \"saved\"");
    bench.store.release.notify_one();

    assert_eq!(bench.outcome().await, (1, Ok(1)));
    assert_eq!(bench.outcome().await, (2, Ok(2)));
    bench.wait_until(is_ok).await;
    assert_eq!(bench.content(&notes).await, ["1", "2"]);
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_repeated() {
    let mut bench = Bench::new(limits()).await;
    let notes = bench.document("notes").await;
    bench.store.inject([Fault::AnswersLate(StoreError::Unavailable("cut".into()))]);

    bench.submit(&notes, 1).expect("the queue is empty");

    assert_eq!(bench.outcome().await, (1, Ok(2)));
    assert_eq!(bench.content(&notes).await, ["1", "1"]);
}

#[tokio::test]
async fn a_commit_that_takes_long_is_announced() {
    let slow_after = Duration::from_millis(1);
    let mut bench = Bench::new(WriterLimits { slow_after, ..limits() }).await;
    let notes = bench.document("notes").await;

    bench.stall(&notes, 1).await;
    bench.wait_until(failing(Trouble::Slow)).await;
    bench.store.release.notify_one();

    assert_eq!(bench.outcome().await, (1, Ok(1)));
}

#[tokio::test]
async fn a_full_queue_gives_the_entry_back_until_it_has_room() {
    let mut bench = Bench::new(WriterLimits { queue_entries: 4, ..limits() }).await;
    let notes = bench.document("notes").await;
    bench.stall(&notes, 0).await;
    (1..4).for_each(|ticket| bench.submit(&notes, ticket).expect("the queue has room"));

    let Err(SubmitError::Full(entry)) = bench.submit(&notes, 4) else { panic!("the queue is full") };
    assert!(failing(Trouble::Backlog)(&bench.writer.health().borrow()));
    bench.store.release.notify_one();
    bench.wait_until(is_ok).await;
    bench.writer.submit(*entry).expect("the queue has room again");

    for ticket in 0..=4 {
        assert_eq!(bench.outcome().await.0, ticket);
    }
    assert_eq!(bench.content(&notes).await, ["0", "1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_queue_is_full_by_bytes_too() {
    let bench = Bench::new(WriterLimits { queue_bytes: 2 * ENTRY_BYTES, ..limits() }).await;
    let notes = bench.document("notes").await;
    bench.stall(&notes, 0).await;

    assert!(matches!(bench.submit(&notes, 1), Err(SubmitError::Full(_))));
    assert_eq!((bench.writer.unsaved_entries(), bench.writer.unsaved_bytes()), (1, ENTRY_BYTES + 1));
}

#[tokio::test]
async fn one_document_that_cannot_be_saved_does_not_stop_the_others() {
    let mut bench = Bench::new(limits()).await;
    let (notes, plan) = (bench.document("notes").await, bench.document("plan").await);
    let nobody = DocumentId::parse_open("nobody").expect("a valid name");
    bench.stall(&notes, 0).await;
    *bench.store.poisoned.lock().expect("no test panicked") = Some(notes.clone());

    bench.submit(&notes, 1).expect("the queue has room");
    bench.submit(&plan, 2).expect("the queue has room");
    bench.submit(&nobody, 3).expect("the queue has room");
    bench.submit(&plan, 4).expect("the queue has room");
    bench.store.release.notify_one();

    assert_eq!(bench.outcome().await, (0, Ok(1)));
    assert!(matches!(bench.outcome().await, (1, Err(StoreError::Damaged { .. }))));
    assert_eq!(bench.outcome().await, (2, Ok(1)));
    assert_eq!(bench.outcome().await, (3, Err(StoreError::NotFound(nobody))));
    assert_eq!(bench.outcome().await, (4, Ok(1)));
    assert_eq!(bench.content(&plan).await, ["2", "4"]);
}

#[tokio::test]
async fn a_stopped_writer_saves_what_it_accepted() {
    let bench = Bench::new(limits()).await;
    let notes = bench.document("notes").await;
    bench.stall(&notes, 0).await;
    bench.submit(&notes, 1).expect("the queue has room");

    bench.stop.cancel();
    bench.store.release.notify_one();
    let Bench { writer, store, outcome, task, .. } = bench;
    assert_eq!(task.await.expect("no panic"), Ok(()));

    assert_eq!(store.load(&notes).await.expect("an intact document").log.len(), 2);
    let append = Append {
        document: notes,
        updates: Vec::new(),
        author: "usr_ada".into(),
        at_ms: 1,
        events: Vec::new(),
        outcome: None,
    };
    assert!(matches!(writer.submit(Entry { append, ticket: 2, outcome }), Err(SubmitError::Stopped(_))));
}

#[tokio::test]
async fn a_stopped_writer_gives_up_at_its_deadline_and_says_so() {
    let bench = Bench::new(WriterLimits { drain: Duration::from_millis(1), ..limits() }).await;
    let notes = bench.document("notes").await;
    bench.stall(&notes, 0).await;
    bench.submit(&notes, 1).expect("the queue has room");

    bench.stop.cancel();

    assert_eq!(bench.task.await.expect("no panic"), Err(Unsaved { entries: 2 }));
}
