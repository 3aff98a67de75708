//! A store that counts: how long each operation of the store behind it takes, and how often it fails.
//!
//! Promises what the store behind it promises.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::{
    Append, DocumentInfo, DocumentStore, EventQuery, Hold, NewDocument, Position, Quarantined, RecordedEvent,
    ReplicaId, Since, Snapshot, StoreError, Stored, VersionId, VersionInfo,
};
use crate::document::DocumentId;
use crate::telemetry::metrics::{Metrics, StoreOperation};

/// A store whose calls show in the metrics.
pub struct MeteredStore {
    store: Arc<dyn DocumentStore>,
    metrics: Arc<Metrics>,
}

impl MeteredStore {
    /// Counts the calls of `store`.
    pub fn new(store: Arc<dyn DocumentStore>, metrics: Arc<Metrics>) -> Self {
        Self { store, metrics }
    }

    async fn time<T>(
        &self,
        operation: impl Fn(&Metrics) -> &StoreOperation + Send,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let operation = operation(&self.metrics);
        let timer = operation.duration.start_timer();
        let outcome = call.await;
        timer.observe_duration();
        // That a document is not there, or is there already, is an answer.
        if !matches!(outcome, Ok(_) | Err(StoreError::NotFound(_) | StoreError::AlreadyExists(_))) {
            operation.errors.inc();
        }
        outcome
    }
}

#[async_trait]
impl DocumentStore for MeteredStore {
    async fn create(&self, document: &NewDocument, initial: &[Bytes]) -> Result<(), StoreError> {
        self.time(|metrics| &metrics.store.create, self.store.create(document, initial)).await
    }

    async fn load(&self, document: &DocumentId) -> Result<Stored, StoreError> {
        self.time(|metrics| &metrics.store.load, self.store.load(document)).await
    }

    async fn load_since(&self, document: &DocumentId, after: Position) -> Result<Since, StoreError> {
        self.time(|metrics| &metrics.store.load, self.store.load_since(document, after)).await
    }

    async fn outcome(&self, document: &DocumentId, key: &str) -> Result<Option<String>, StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.outcome(document, key)).await
    }

    async fn hold(
        &self,
        documents: &[DocumentId],
        replica: ReplicaId,
        time: Duration,
    ) -> Result<Vec<Hold>, StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.hold(documents, replica, time)).await
    }

    async fn release(&self, documents: &[DocumentId], replica: ReplicaId) -> Result<(), StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.release(documents, replica)).await
    }

    async fn append(&self, batch: &[Append]) -> Result<Vec<Option<Position>>, StoreError> {
        self.time(|metrics| &metrics.store.append, self.store.append(batch)).await
    }

    async fn compact(&self, document: &DocumentId, snapshot: &Snapshot, at_ms: u64) -> Result<(), StoreError> {
        self.time(|metrics| &metrics.store.compact, self.store.compact(document, snapshot, at_ms)).await
    }

    async fn versions(&self, document: &DocumentId) -> Result<Vec<VersionInfo>, StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.versions(document)).await
    }

    async fn load_version(&self, document: &DocumentId, version: VersionId) -> Result<Snapshot, StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.load_version(document, version)).await
    }

    async fn list(&self) -> Result<Vec<DocumentInfo>, StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.list()).await
    }

    async fn rename(&self, document: &DocumentId, name: &str) -> Result<(), StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.rename(document, name)).await
    }

    async fn archive(&self, document: &DocumentId, archived_at_ms: Option<u64>) -> Result<(), StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.archive(document, archived_at_ms)).await
    }

    async fn events(&self, query: &EventQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.events(query)).await
    }

    async fn quarantine(
        &self,
        document: &DocumentId,
        bytes: &[u8],
        reason: &str,
        at_ms: u64,
    ) -> Result<(), StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.quarantine(document, bytes, reason, at_ms)).await
    }

    async fn quarantined(&self, document: &DocumentId) -> Result<Vec<Quarantined>, StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.quarantined(document)).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.time(|metrics| &metrics.store.other, self.store.ping()).await
    }
}
