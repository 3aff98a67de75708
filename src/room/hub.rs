//! The hub: which documents are live on this replica.
//!
//! Promises: a document is loaded once however many ask for it at the same moment, off the hot path; a failed load
//! never becomes an empty room; rooms are given up when nobody is in them, sooner when memory is short, and a room that
//! is given up has stored everything.
//! Start with [`Hub::open`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use client_protocol::frame::ClientMessages;
use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use tokio::sync::{OnceCell, Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::decoder::Decoder;
use super::history::{History, Sprints};
use super::persistence::LogWriter;
use super::record;
use super::room::{Event, Room};
use super::session::{Newcomer, SessionKey};
use crate::board::sprint;
use crate::clock::Clock;
use crate::document::Content;
use crate::document::{DocumentId, DocumentKind};
use crate::fanout::Fanout;
use crate::replica::ReplicaId;
use crate::store::{DocumentStore, EventQuery, NewDocument, StoreError, Stored};
use crate::telemetry::metrics::Metrics;

/// Most events that wait for a room. A full inbox stops its connections from reading, so TCP pushes back.
const INBOX_EVENTS_MAX: usize = 1024;

/// A loaded document takes about this many times the bytes of its snapshot. `make bench` measures 17 to 21 for 5,000 cards
/// of plain values, and 25 for cards as the app writes them, which are made of more and smaller items.
pub(super) const RESIDENT_FACTOR: u64 = 25;

/// What a room costs before its document: its task, its inbox, its map entries. An estimate.
pub(super) const ROOM_BYTES: u64 = 64 * 1024;

/// Documents that are loaded at once: when everybody comes back, they are let in in portions, and who waits is not refused.
const LOADS_MAX: usize = 8;

/// Why a document cannot be joined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no such document.
    #[error("there is no such document")]
    NotFound,
    /// Its stored bytes cannot be trusted; they are kept as they are.
    #[error("the document is damaged: {0}")]
    Damaged(String),
    /// The store does not answer: try again.
    #[error("the store does not answer")]
    Unavailable,
    /// Too much is open already: try again.
    #[error("too many documents are open")]
    Overloaded,
    /// The server is shutting down: try another.
    #[error("the server is shutting down")]
    Draining,
}

/// The room ended before the call was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the room has ended")]
pub struct RoomEnded;

/// What every room works with.
pub struct Services {
    /// Where documents are kept.
    pub store: Arc<dyn DocumentStore>,
    /// Appends to the log in groups.
    pub log: LogWriter,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// The time.
    pub clock: Clock,
    /// Where documents are decoded.
    pub decoder: Decoder,
    /// Where rooms are spawned.
    pub tasks: TaskTracker,
    /// Cancelled when rooms are to close their members, flush and end.
    pub drain: CancellationToken,
    /// Estimated memory above which idle rooms are given up at once and new documents refused, in bytes.
    pub room_bytes_max: u64,
    /// The Yjs client id of the server's own edits.
    pub server_client_id: u64,
    /// The way to other replicas.
    pub fanout: Arc<dyn Fanout>,
    /// Whether no other replica ever writes to the store.
    pub is_alone: bool,
}

impl Services {
    /// Who this replica is.
    pub fn replica(&self) -> ReplicaId {
        self.fanout.replica()
    }
}

/// The live documents of this replica; a cheap clone.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

/// What rooms share: the services, and the registry they leave.
pub(super) struct Inner {
    pub(super) services: Services,
    rooms: DashMap<DocumentId, Slot>,
    sessions: AtomicU64,
    resident_bytes: AtomicU64,
    loads: Semaphore,
}

/// Empty while the document is being loaded.
type Slot = Arc<OnceCell<mpsc::Sender<Event>>>;

/// The way into one room. Holding it keeps the room alive.
#[derive(Clone)]
pub struct RoomHandle {
    hub: Arc<Inner>,
    inbox: mpsc::Sender<Event>,
}

impl Hub {
    /// A hub without rooms.
    pub fn new(services: Services) -> Self {
        Self(Arc::new(Inner {
            services,
            rooms: DashMap::new(),
            sessions: AtomicU64::new(1),
            resident_bytes: AtomicU64::new(0),
            loads: Semaphore::new(LOADS_MAX),
        }))
    }

    /// The room of a document, loaded if it was not live.
    ///
    /// # Errors
    /// See [`OpenError`]; the next call tries again.
    pub async fn open(&self, document: &DocumentId) -> Result<RoomHandle, OpenError> {
        loop {
            if self.0.services.drain.is_cancelled() {
                return Err(OpenError::Draining);
            }
            // The map's guard is dropped at the end of this statement, before anything is awaited.
            let slot = Slot::clone(self.0.rooms.entry(document.clone()).or_default().value());
            let loaded = slot.get_or_try_init(|| self.0.load(document)).await;
            match loaded {
                Ok(inbox) if !inbox.is_closed() => {
                    return Ok(RoomHandle { hub: Arc::clone(&self.0), inbox: inbox.clone() });
                }
                Ok(_) => self.0.forget(document, slot),
                Err(error) => {
                    self.0.forget(document, slot);
                    return Err(error);
                }
            }
        }
    }

    /// The room of a document that is live now; nothing is loaded.
    pub fn live(&self, document: &DocumentId) -> Option<RoomHandle> {
        // The map's guard is dropped at the end of this statement.
        let inbox = self.0.rooms.get(document)?.get().filter(|inbox| !inbox.is_closed())?.clone();
        Some(RoomHandle { hub: Arc::clone(&self.0), inbox })
    }
}

/// A document, decoded.
pub(super) struct Loaded {
    pub(super) content: Content,
    pub(super) stored: Stored,
    /// Of a board, its sprints without what members may have written.
    pub(super) sprints: Sprints,
}

impl Inner {
    async fn load(self: &Arc<Self>, document: &DocumentId) -> Result<mpsc::Sender<Event>, OpenError> {
        if self.is_over_budget() {
            tracing::warn!(document.id = document.as_str(), "no document is opened: the memory for rooms is used up");
            return Err(OpenError::Overloaded);
        }
        // Nobody closes the semaphore.
        let _turn = self.loads.acquire().await;
        // First, so that what is stored too late to be loaded is heard.
        let line = self.services.fanout.join(document).await;
        let outcome = self.load_content(document).await;
        let metrics = &self.services.metrics;
        metrics.room_loads.get(if outcome.is_ok() { "loaded" } else { "failed" }).inc();
        let Loaded { content, stored, sprints } = outcome?;
        let content = match document.kind() {
            DocumentKind::Board => self.read_board(document, content, sprints).await?,
            _ => (content, None),
        };
        let (sender, inbox) = mpsc::channel(INBOX_EVENTS_MAX);
        let room = Room::new(Arc::clone(self), document.clone(), content, &stored, line, inbox);
        self.services.tasks.spawn(room.run());
        Ok(sender)
    }

    /// Reads a document and decodes it off the async workers.
    pub(super) async fn load_content(&self, document: &DocumentId) -> Result<Loaded, OpenError> {
        let stored = match self.services.store.load(document).await {
            Err(StoreError::NotFound(_)) if document.kind() == DocumentKind::Open => self.create(document).await?,
            Err(error) => return Err(self.explain(document, error)),
            Ok(stored) => stored,
        };
        let client_id = self.services.server_client_id;
        let is_board = document.kind() == DocumentKind::Board;
        let decoding = move || {
            let mut sprints = Sprints::new();
            let content = Content::load_watched(client_id, stored.parts(), |parts, content| {
                if is_board && parts == stored.kept_parts() {
                    sprints = content.read(|txn| sprint::read_all(txn));
                }
            });
            content.map(|content| Loaded { content, stored, sprints })
        };
        match self.services.decoder.run(decoding).await {
            Ok(Ok(loaded)) => Ok(loaded),
            Ok(Err(error)) => {
                tracing::error!(document.id = document.as_str(), %error, "a stored document does not decode");
                Err(OpenError::Damaged(error.to_string()))
            }
            Err(_) => Err(OpenError::Damaged("decoding it broke off".into())),
        }
    }

    /// Reads a board for its history, off the async workers too.
    async fn read_board(
        &self,
        document: &DocumentId,
        mut content: Content,
        sprints: Sprints,
    ) -> Result<(Content, Option<History>), OpenError> {
        let query = EventQuery { document: Some(document.clone()), limit: 1, ..EventQuery::default() };
        let newest = self.services.store.events(&query).await.map_err(|error| self.explain(document, error))?;
        let newest = newest.first().map_or(0, |event| event.number);
        let (replica, is_alone) = (self.services.replica(), self.services.is_alone);
        let reading = move || {
            let known = (!is_alone).then_some(&sprints);
            let history = History::begin(&mut content, replica, known, newest);
            (content, history)
        };
        let read = self.services.decoder.run(reading).await;
        let (content, mut history) = read.map_err(|_| OpenError::Damaged("reading it broke off".into()))?;
        if let Some(history) = &mut history {
            let recorded = record::of_sprints(self.services.store.as_ref(), document, history.recorded_sprints()).await;
            history.learn(&content, recorded.map_err(|error| self.explain(document, error))?);
        }
        Ok((content, history))
    }

    /// A plain document is made on first use.
    async fn create(&self, document: &DocumentId) -> Result<Stored, OpenError> {
        let new = NewDocument {
            id: document.clone(),
            name: document.as_str().to_owned(),
            author: Arc::from("server"),
            created_at_ms: self.services.clock.now_ms(),
        };
        match self.services.store.create(&new, &[]).await {
            Ok(()) | Err(StoreError::AlreadyExists(_)) => {}
            Err(error) => return Err(self.explain(document, error)),
        }
        self.services.store.load(document).await.map_err(|error| self.explain(document, error))
    }

    fn explain(&self, document: &DocumentId, error: StoreError) -> OpenError {
        match error {
            StoreError::NotFound(_) => OpenError::NotFound,
            StoreError::Damaged { what, last_good, .. } => {
                tracing::error!(document.id = document.as_str(), what, ?last_good, "a stored document is damaged");
                OpenError::Damaged(what)
            }
            error => {
                tracing::error!(document.id = document.as_str(), %error, "a document cannot be read");
                OpenError::Unavailable
            }
        }
    }

    /// Takes a slot out of the registry if it leads nowhere: its room has ended, or its load failed and nobody else waits for
    /// it. Whoever waits loads next, into this slot: without it in the registry there would be two rooms of one document.
    fn forget(&self, document: &DocumentId, slot: Slot) {
        self.rooms.remove_if(document, |_, held| {
            // Slots are taken and given back under the map's lock, so the last one to fail is alone.
            let is_same = Arc::ptr_eq(held, &slot);
            drop(slot);
            is_same && held.get().map_or_else(|| Arc::strong_count(held) == 1, mpsc::Sender::is_closed)
        });
    }

    /// Takes a room out of the registry unless somebody is on the way in; then the room must go on.
    pub(super) fn give_up(&self, document: &DocumentId) -> bool {
        let Entry::Occupied(entry) = self.rooms.entry(document.clone()) else { return true };
        let slot = entry.get();
        // Both counts change only under the map's lock, which this entry holds, or by somebody who holds a handle.
        let is_alone = Arc::strong_count(slot) == 1 && slot.get().is_none_or(|inbox| inbox.strong_count() == 1);
        if is_alone {
            entry.remove();
        }
        is_alone
    }

    /// Takes a room that has closed its inbox out of the registry; a newer room of the document stays.
    pub(super) fn forget_ended(&self, document: &DocumentId) {
        self.rooms.remove_if(document, |_, slot| slot.get().is_some_and(mpsc::Sender::is_closed));
    }

    /// Corrects what a room says it costs.
    pub(super) fn resize(&self, before: u64, after: u64) {
        self.resident_bytes.fetch_add(after.wrapping_sub(before), Ordering::Relaxed);
        self.services.metrics.room_bytes.set(i64::try_from(self.resident_bytes()).unwrap_or(i64::MAX));
    }

    pub(super) fn is_over_budget(&self) -> bool {
        self.resident_bytes() > self.services.room_bytes_max
    }

    fn resident_bytes(&self) -> u64 {
        self.resident_bytes.load(Ordering::Relaxed)
    }
}

impl RoomHandle {
    /// Joins the room. The first frames wait in the newcomer's outbox when this returns.
    ///
    /// # Errors
    /// When the room ended meanwhile: open it again.
    pub async fn join(&self, newcomer: Newcomer) -> Result<SessionKey, RoomEnded> {
        let session = SessionKey(self.hub.sessions.fetch_add(1, Ordering::Relaxed));
        let (reply, joined) = oneshot::channel();
        self.send(Event::Join { session, newcomer, reply }).await?;
        joined.await.map_err(|_| RoomEnded)?;
        Ok(session)
    }

    /// Hands over the messages of one frame.
    ///
    /// # Errors
    /// When the room has ended.
    pub async fn messages(&self, session: SessionKey, messages: ClientMessages) -> Result<(), RoomEnded> {
        self.send(Event::Messages { session, messages }).await
    }

    /// Says that a member's socket has taken everything and a diff is due.
    ///
    /// # Errors
    /// When the room has ended.
    pub async fn drained(&self, session: SessionKey) -> Result<(), RoomEnded> {
        self.send(Event::Drained { session }).await
    }

    /// Leaves the room; `clean` when the client said goodbye.
    pub async fn leave(&self, session: SessionKey, clean: bool) {
        // A room that has ended has no members to tell.
        let _ = self.send(Event::Leave { session, clean }).await;
    }

    pub(super) async fn send(&self, event: Event) -> Result<(), RoomEnded> {
        self.inbox.send(event).await.map_err(|_| RoomEnded)
    }
}
