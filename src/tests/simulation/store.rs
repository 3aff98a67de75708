//! The store that all replicas share: the contract of [`DocumentStore`] in memory, behind connections that are slow, fail
//! before the commit or after it, and are cut.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use calit::document::DocumentId;
use calit::replica::ReplicaId;
use calit::store::{
    Append, DocumentInfo, DocumentStore, EventQuery, Hold, NewDocument, Position, Quarantined, RecordedEvent, Since,
    Snapshot, StoreError, Stored, VersionId, VersionInfo,
};
use tokio::time::{sleep, timeout};

use super::rows::Rows;
use super::site::{Site, Weather};
use super::trace::Trace;
use crate::harness::seed::Random;

/// What is stored. A cheap clone.
#[derive(Clone)]
pub(super) struct Database(Arc<Mutex<Rows>>);

impl Database {
    pub(super) fn new(trace: Trace) -> Self {
        Self(Arc::new(Mutex::new(Rows::new(trace))))
    }

    pub(super) fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One replica's connection to the database.
pub(super) struct Connection {
    pub(super) database: Database,
    pub(super) site: Site,
    pub(super) weather: Weather,
    pub(super) trace: Trace,
    pub(super) replica: ReplicaId,
    /// Whether the database does what was under way when the replica died: not if it died with it.
    pub(super) outlives: bool,
    pub(super) random: Mutex<Random>,
    /// One in so many calls fails, or takes long.
    pub(super) trouble: u64,
}

/// What becomes of one call.
struct Fate {
    before: Duration,
    after: Duration,
    fails_before: bool,
    fails_after: bool,
    happens_at_death: bool,
}

impl Connection {
    fn fate(&self) -> Fate {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let is_calm = self.weather.is_calm();
        let mut one_in = |times| random.one_in(times) && !is_calm;
        let (fails_before, fails_after, is_slow) =
            (one_in(self.trouble), one_in(self.trouble), one_in(self.trouble * 2));
        let slow_ms = if is_slow { random.below(5_000) } else { 0 };
        Fate {
            before: Duration::from_millis(1 + random.below(5) + slow_ms),
            after: Duration::from_millis(1 + random.below(4)),
            fails_before,
            fails_after,
            happens_at_death: self.outlives && random.one_in(2),
        }
    }

    async fn call<T>(
        &self,
        what: &str,
        work: impl FnOnce(&mut Rows) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let fate = self.fate();
        let unavailable = || Err(StoreError::Unavailable("simulated".into()));
        // What a replica has asked for when it dies is done then, or never.
        let was_dead = self.site.is_dead();
        if was_dead || timeout(fate.before, self.site.death()).await.is_ok() {
            if fate.happens_at_death && self.site.has_store() && !was_dead {
                self.trace.note(format_args!("store {} does {what} at its death", self.replica));
                drop(work(&mut self.database.rows()));
            }
            return std::future::pending().await;
        }
        if fate.fails_before || !self.site.has_store() {
            self.trace.note(format_args!("store {} fails to {what}", self.replica));
            return unavailable();
        }
        self.trace.note(format_args!("store {} does {what}", self.replica));
        let result = work(&mut self.database.rows());
        sleep(fate.after).await;
        if self.site.is_dead() {
            return std::future::pending().await;
        }
        if fate.fails_after || !self.site.has_store() {
            self.trace.note(format_args!("store {} does not hear of {what}", self.replica));
            return unavailable();
        }
        result
    }
}

#[async_trait]
impl DocumentStore for Connection {
    async fn create(&self, document: &NewDocument, initial: &[Bytes]) -> Result<(), StoreError> {
        self.call("create", |rows| rows.create(document, initial)).await
    }

    async fn load(&self, document: &DocumentId) -> Result<Stored, StoreError> {
        self.call("load", |rows| rows.load(document)).await
    }

    async fn append(&self, batch: &[Append]) -> Result<Vec<Option<Position>>, StoreError> {
        self.call("append", |rows| Ok(rows.append(batch, self.replica))).await
    }

    async fn compact(&self, document: &DocumentId, snapshot: &Snapshot, _at_ms: u64) -> Result<(), StoreError> {
        self.call("compact", |rows| rows.compact(document, snapshot)).await
    }

    async fn versions(&self, _document: &DocumentId) -> Result<Vec<VersionInfo>, StoreError> {
        Ok(Vec::new())
    }

    async fn load_version(&self, document: &DocumentId, _version: VersionId) -> Result<Snapshot, StoreError> {
        Err(StoreError::NotFound(document.clone()))
    }

    async fn list(&self) -> Result<Vec<DocumentInfo>, StoreError> {
        Ok(Vec::new())
    }

    async fn rename(&self, document: &DocumentId, name: &str) -> Result<(), StoreError> {
        self.call("rename", |rows| rows.rename(document, name)).await
    }

    async fn archive(&self, _document: &DocumentId, _archived_at_ms: Option<u64>) -> Result<(), StoreError> {
        self.call("archive", |_| Ok(())).await
    }

    async fn events(&self, query: &EventQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        self.call("read what happened", |rows| rows.events(query)).await
    }

    async fn quarantine(
        &self,
        document: &DocumentId,
        _bytes: &[u8],
        reason: &str,
        _at_ms: u64,
    ) -> Result<(), StoreError> {
        self.trace.fault(format_args!("{document} has quarantined something: {reason}"));
        Ok(())
    }

    async fn quarantined(&self, _document: &DocumentId) -> Result<Vec<Quarantined>, StoreError> {
        Ok(Vec::new())
    }

    async fn hold(
        &self,
        documents: &[DocumentId],
        replica: ReplicaId,
        time: Duration,
    ) -> Result<Vec<Hold>, StoreError> {
        self.call("hold", |rows| Ok(documents.iter().map(|document| rows.hold(document, replica, time)).collect()))
            .await
    }

    async fn release(&self, documents: &[DocumentId], replica: ReplicaId) -> Result<(), StoreError> {
        self.call("release", |rows| {
            documents.iter().for_each(|document| rows.release(document, replica));
            Ok(())
        })
        .await
    }

    async fn outcome(&self, document: &DocumentId, key: &str) -> Result<Option<String>, StoreError> {
        self.call("look up", |rows| rows.outcome(document, key)).await
    }

    async fn load_since(&self, document: &DocumentId, after: Position) -> Result<Since, StoreError> {
        self.call("load since", |rows| rows.load_since(document, after)).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
