//! The document in memory beside the one in the store, where other replicas write too.
//!
//! Promises: rows that others wrote are read and applied before this replica keeps the document or compacts its log; what
//! is in memory and was lost on the way to the store, because the replica that took it in has died, is stored.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use crate::board::history::Origin;
use crate::document::{Applied, ApplyError, Content, DocumentId, LoadError, Source};
use crate::room::decoder::Decoder;
use crate::room::errand::Errand;
use crate::room::history::SERVER;
use crate::room::room::{Life, Room};
use crate::room::sync::allows_roots;
use crate::room::turn::{Part, PartSource};
use crate::store::{DocumentStore, Position, Since, StoreError, Stored};

/// What was read.
pub(in crate::room) struct Read {
    /// Updates with their authors, in order; many may be known.
    updates: Vec<(Arc<str>, Bytes)>,
    /// The newest row among them.
    position: Position,
    /// What the store holds, when all of it was read to be compared.
    whole: Option<Whole>,
}

struct Whole {
    state_vector: Vec<u8>,
    digest: [u8; 32],
}

/// What became of an update that another replica or the store gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::room) enum TakenOver {
    /// It is part of the document now.
    News,
    /// It was part of the document before.
    Known,
    /// Something before it is missing.
    Gap,
    /// It is none that a document takes.
    Refused,
    /// It broke the document, which could not be loaded again.
    Last,
}

/// Reads what was stored behind a position.
pub(in crate::room) async fn read_since(
    store: &dyn DocumentStore,
    document: &DocumentId,
    seen: Position,
) -> Result<Read, StoreError> {
    match store.load_since(document, seen).await? {
        Since::Rows { log, position } => {
            let updates = log.into_iter().map(|logged| (logged.author, logged.update)).collect();
            Ok(Read { updates, position, whole: None })
        }
        Since::Compacted => Ok(Read::of(&store.load(document).await?)),
    }
}

/// Reads everything, to compare it with the document in memory.
async fn read_whole(store: &dyn DocumentStore, document: &DocumentId, decoder: Decoder) -> Result<Read, StoreError> {
    let stored = store.load(document).await?;
    let mut read = Read::of(&stored);
    let decoding = move || {
        let content = Content::load(0, stored.parts())?;
        Ok::<_, LoadError>(Whole { state_vector: content.state_vector(), digest: *content.digest().as_bytes() })
    };
    match decoder.run(decoding).await {
        Ok(Ok(whole)) => read.whole = Some(whole),
        Ok(Err(error)) => tracing::error!(document.id = document.as_str(), %error, "a stored document does not decode"),
        Err(_) => tracing::error!(document.id = document.as_str(), "decoding a stored document broke off"),
    }
    Ok(read)
}

impl Read {
    fn of(stored: &Stored) -> Self {
        let snapshot = stored.snapshot.iter().map(|snapshot| (Arc::from(SERVER), snapshot.bytes.clone()));
        let log = stored.log.iter().map(|logged| (Arc::clone(&logged.author), logged.update.clone()));
        Self { updates: snapshot.chain(log).collect(), position: stored.position, whole: None }
    }
}

impl Room {
    /// Reads what others have stored since this replica last knew all of it.
    pub(in crate::room) fn read_store(&mut self) {
        if self.errands.begin_reading() {
            let (store, document) = (Arc::clone(&self.hub.services.store), self.document.clone());
            let seen = self.log.seen();
            self.errands.run(&self.hub, async move { Errand::Read(read_since(store.as_ref(), &document, seen).await) });
        }
    }

    /// Reads all that is stored, to store what is missing there.
    pub(in crate::room) fn compare_with_store(&mut self) {
        if self.errands.begin_reading() {
            let (store, document) = (Arc::clone(&self.hub.services.store), self.document.clone());
            let decoder = self.hub.services.decoder;
            let reading = async move { Errand::Read(read_whole(store.as_ref(), &document, decoder).await) };
            self.errands.run(&self.hub, reading);
        }
    }

    /// Takes in what was read.
    pub(in crate::room) async fn took_in(&mut self, read: Result<Read, StoreError>) -> Life {
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                tracing::warn!(document.id = self.document.as_str(), %error, "what others stored cannot be read");
                return Life::Goes;
            }
        };
        let mut has_gap = false;
        for (author, update) in read.updates {
            match self.take_over(author, Origin::Stored, update).await {
                TakenOver::Gap => has_gap = true,
                TakenOver::Last => return Life::Ends,
                TakenOver::News | TakenOver::Known | TakenOver::Refused => {}
            }
        }
        if has_gap {
            tracing::error!(document.id = self.document.as_str(), "what others stored does not follow on what is here");
            if read.whole.is_none() {
                self.compare_with_store();
            }
            return Life::Goes;
        }
        self.log.saw(read.position);
        if let Some(whole) = read.whole {
            self.replicas.compared();
            self.store_what_is_missing(&whole);
        }
        self.ask_all_who_are_due();
        Life::Goes
    }

    fn store_what_is_missing(&mut self, whole: &Whole) {
        if whole.digest == self.digest() {
            return;
        }
        // What is on its way to the store is among it; a row too many changes nothing.
        if let Ok(update) = self.content.diff_since(&whole.state_vector) {
            tracing::info!(
                document.id = self.document.as_str(),
                bytes = update.len(),
                "storing what a dead replica left"
            );
            let part = Part::new(PartSource::Server, Arc::from(SERVER), update.into(), Vec::new());
            self.log.append(&mut [part], self.hub.services.clock.now_ms());
        }
    }

    /// Applies an update from another replica or the store, and passes on to the members what is new in it.
    pub(in crate::room) async fn take_over(&mut self, author: Arc<str>, origin: Origin, update: Bytes) -> TakenOver {
        let started = Instant::now();
        let kind = self.document.kind();
        let applied = self.content.apply_if(&update, Source::Replica, |summary, _| allows_roots(summary, kind));
        self.hub.services.metrics.apply_duration.observe(started.elapsed().as_secs_f64());
        let broken = match applied {
            Ok(Applied::Nothing) => return TakenOver::Known,
            Ok(Applied::Changed { relay, .. }) => match self.record(&author, origin) {
                Ok(_) => {
                    let update = relay.map_or(update, Bytes::from);
                    self.turn.add(Part::new(PartSource::Replica, author, update, Vec::new()));
                    return TakenOver::News;
                }
                Err(_) => "the board cannot be read with it".to_owned(),
            },
            Err(ApplyError::Gap) => return TakenOver::Gap,
            Err(ApplyError::Refused(refusal)) => {
                tracing::warn!(document.id = self.document.as_str(), %refusal, "an update from elsewhere is refused");
                return TakenOver::Refused;
            }
            Err(ApplyError::Broken(what)) => what,
        };
        tracing::error!(
            document.id = self.document.as_str(),
            what = broken,
            "an update from elsewhere broke the document"
        );
        self.quarantine(update, broken);
        self.finish_turn(Instant::now());
        match self.reload().await {
            Life::Goes => TakenOver::Refused,
            Life::Ends => TakenOver::Last,
        }
    }

    /// The fingerprint of the document as it is now.
    pub(in crate::room) fn digest(&mut self) -> [u8; 32] {
        let content = &self.content;
        self.replicas.digest_or(|| *content.digest().as_bytes())
    }
}
