//! What the simulated store holds, and what it notices: it decodes everything, as a real one does not, to judge each commit
//! when it is made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use calit::document::{Applied, Content, DocumentId, Source};
use calit::replica::ReplicaId;
use calit::store::{
    Append, EventQuery, Hold, LoggedUpdate, NewDocument, Outcome, Position, RecordedEvent, Since, Snapshot, StoreError,
    Stored,
};
use tokio::time::Instant;

use super::trace::Trace;

/// The tables.
pub(super) struct Rows {
    documents: BTreeMap<DocumentId, Document>,
    trace: Trace,
}

struct Document {
    snapshot: Option<Snapshot>,
    /// Every row since the first, with its position; those up to the snapshot are deleted for everybody but the judge.
    log: Vec<(Position, LoggedUpdate)>,
    end: Position,
    name: String,
    lease: Option<Lease>,
    /// Who lost the lease and has not given it up since, which needs all stored: what they decided may still come.
    late: BTreeSet<ReplicaId>,
    outcomes: BTreeMap<String, Decided>,
    /// What happened, by number.
    events: BTreeMap<u64, RecordedEvent>,
    /// Subjects of which a replica told something late: their records are put right when somebody keeps the document next.
    told_late: BTreeSet<String>,
    /// What the rows make, as they are committed.
    content: Content,
}

struct Lease {
    keeper: ReplicaId,
    until: Instant,
    is_wanted: bool,
}

/// A command that was decided.
pub(super) struct Decided {
    pub(super) json: String,
    /// The update that was made of it, each time it was decided: more than one is one too many.
    updates: BTreeSet<Bytes>,
}

impl Rows {
    pub(super) fn new(trace: Trace) -> Self {
        Self { documents: BTreeMap::new(), trace }
    }

    fn document(&mut self, id: &DocumentId) -> Result<&mut Document, StoreError> {
        self.documents.get_mut(id).ok_or_else(|| StoreError::NotFound(id.clone()))
    }

    pub(super) fn create(&mut self, new: &NewDocument, initial: &[Bytes]) -> Result<(), StoreError> {
        if self.documents.contains_key(&new.id) {
            return Err(StoreError::AlreadyExists(new.id.clone()));
        }
        let mut document = Document {
            snapshot: None,
            log: Vec::new(),
            end: Position::START,
            name: new.name.clone(),
            lease: None,
            late: BTreeSet::new(),
            outcomes: BTreeMap::new(),
            events: BTreeMap::new(),
            told_late: BTreeSet::new(),
            content: Content::new(0),
        };
        if !initial.is_empty() {
            document.end = Position::new(1);
            initial.iter().for_each(|update| document.take(&new.author, new.created_at_ms, update, &self.trace));
        }
        self.documents.insert(new.id.clone(), document);
        Ok(())
    }

    pub(super) fn load(&mut self, id: &DocumentId) -> Result<Stored, StoreError> {
        let document = self.document(id)?;
        let from = document.compacted_to();
        Ok(Stored { snapshot: document.snapshot.clone(), log: document.log_after(from), position: document.end })
    }

    pub(super) fn append(&mut self, batch: &[Append], replica: ReplicaId) -> Vec<Option<Position>> {
        let mut grown = BTreeSet::new();
        for entry in batch {
            let Some(document) = self.documents.get_mut(&entry.document) else { continue };
            if grown.insert(&entry.document) {
                document.end = Position::new(document.end.get() + 1);
            }
            for update in &entry.updates {
                document.take(&entry.author, entry.at_ms, update, &self.trace);
            }
            document.tell(entry, replica);
            if let Some(outcome) = &entry.outcome {
                document.decide(outcome, &entry.updates, replica, &self.trace);
            }
        }
        batch.iter().map(|entry| Some(self.documents.get(&entry.document)?.end)).collect()
    }

    pub(super) fn compact(&mut self, id: &DocumentId, snapshot: &Snapshot) -> Result<(), StoreError> {
        let trace = self.trace.clone();
        let document = self.document(id)?;
        if snapshot.position > document.end {
            return Err(StoreError::Refused("the position is beyond the log"));
        }
        if snapshot.position > document.compacted_to() {
            document.judge(snapshot, &trace);
            document.snapshot = Some(snapshot.clone());
        }
        Ok(())
    }

    pub(super) fn rename(&mut self, id: &DocumentId, name: &str) -> Result<(), StoreError> {
        name.clone_into(&mut self.document(id)?.name);
        Ok(())
    }

    pub(super) fn hold(&mut self, id: &DocumentId, replica: ReplicaId, time: Duration) -> Hold {
        let now = Instant::now();
        let Ok(document) = self.document(id) else { return Hold::Gone };
        match document.lease.as_mut().filter(|lease| now < lease.until) {
            Some(lease) if lease.keeper != replica => {
                lease.is_wanted = true;
                Hold::Others { keeper: lease.keeper }
            }
            Some(lease) => {
                lease.until = now + time;
                Hold::Mine { is_wanted: lease.is_wanted }
            }
            None => {
                document.late.extend(document.lease.take().map(|lease| lease.keeper));
                document.lease = Some(Lease { keeper: replica, until: now + time, is_wanted: false });
                self.trace.note(format_args!("lease {replica} keeps"));
                Hold::Mine { is_wanted: false }
            }
        }
    }

    pub(super) fn release(&mut self, id: &DocumentId, replica: ReplicaId) {
        let Ok(document) = self.document(id) else { return };
        if document.lease.as_ref().is_some_and(|lease| lease.keeper == replica) {
            document.lease = None;
            document.late.remove(&replica);
            self.trace.note(format_args!("lease {replica} lets go"));
        }
    }

    pub(super) fn outcome(&mut self, id: &DocumentId, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.document(id)?.outcomes.get(key).map(|decided| decided.json.clone()))
    }

    /// What happened in a document, or to one subject of it, newest first.
    pub(super) fn events(&mut self, query: &EventQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        let Some(id) = &query.document else { return Ok(Vec::new()) };
        let before = query.before.unwrap_or(u64::MAX);
        let newest_first = self.document(id)?.events.range(..before).rev().map(|(_, event)| event);
        let is_asked = |event: &&RecordedEvent| query.subject.as_ref().is_none_or(|subject| event.subject == *subject);
        Ok(newest_first.filter(is_asked).take(query.limit as usize).cloned().collect())
    }

    /// Whether something of this subject was told by a replica that had lost the lease.
    pub(super) fn was_told_late(&mut self, id: &DocumentId, subject: &str) -> bool {
        self.document(id).is_ok_and(|document| document.told_late.contains(subject))
    }

    pub(super) fn load_since(&mut self, id: &DocumentId, after: Position) -> Result<Since, StoreError> {
        let document = self.document(id)?;
        if after < document.compacted_to() {
            return Ok(Since::Compacted);
        }
        Ok(Since::Rows { log: document.log_after(after), position: document.end })
    }

    /// What all rows of a document make.
    pub(super) fn content(&self, id: &DocumentId) -> &Content {
        &self.documents[id].content
    }

    /// Who has written a document.
    pub(super) fn authors(&self, id: &DocumentId) -> BTreeSet<Arc<str>> {
        self.documents[id].log.iter().map(|(_, logged)| Arc::clone(&logged.author)).collect()
    }
}

impl Document {
    fn compacted_to(&self) -> Position {
        self.snapshot.as_ref().map_or(Position::START, |snapshot| snapshot.position)
    }

    fn log_after(&self, after: Position) -> Vec<LoggedUpdate> {
        let behind = self.log.iter().filter(|(position, _)| *position > after);
        behind.map(|(_, logged)| logged.clone()).collect()
    }

    fn take(&mut self, author: &Arc<str>, at_ms: u64, update: &Bytes, trace: &Trace) {
        if let Err(error) = self.content.apply(update, Source::Replica) {
            trace.fault(format_args!("what is stored at {} cannot be loaded again: {error:?}", self.end.get()));
        }
        let logged = LoggedUpdate { author: Arc::clone(author), at_ms, update: update.clone() };
        self.log.push((self.end, logged));
    }

    fn tell(&mut self, entry: &Append, replica: ReplicaId) {
        if self.late.contains(&replica) {
            self.told_late.extend(entry.events.iter().map(|event| event.subject.clone()));
        }
        for event in &entry.events {
            self.events.entry(event.number).or_insert_with(|| RecordedEvent {
                document: entry.document.clone(),
                number: event.number,
                at_ms: entry.at_ms,
                author: Arc::clone(&entry.author),
                subject: event.subject.clone(),
                body: event.body.clone(),
            });
        }
    }

    fn decide(&mut self, outcome: &Outcome, updates: &[Bytes], replica: ReplicaId, trace: &Trace) {
        let Outcome { key, json } = outcome;
        let decided = self.outcomes.entry(key.clone()).or_insert_with(|| {
            let json = json.clone();
            Decided { json, updates: BTreeSet::new() }
        });
        if self.late.contains(&replica) {
            // It decided, and lost the store before it could store that, for longer than its lease: the one window in which
            // a command is done twice, and is answered once all the same.
            return trace.note(format_args!("decided {} late by {replica}", &key[..8]));
        }
        // Behind it there may be others of the same author.
        decided.updates.extend(updates.first().cloned());
        trace.note(format_args!("decided {} by {replica}", &key[..8]));
        if decided.updates.len() > 1 {
            trace.fault(format_args!("the command {} was done twice, the second time by {replica}", &key[..8]));
        }
    }

    /// A snapshot must hold every row that it replaces, and nothing that is in no row.
    fn judge(&mut self, snapshot: &Snapshot, trace: &Trace) {
        if !matches!(self.content.apply(&snapshot.bytes, Source::Replica), Ok(Applied::Nothing)) {
            return trace.fault(format_args!("a snapshot up to {} holds what no row does", snapshot.position.get()));
        }
        let Ok(mut content) = Content::load(0, std::iter::once(snapshot.bytes.as_ref())) else {
            return trace.fault("a snapshot does not decode");
        };
        for (position, logged) in self.log.iter().take_while(|(position, _)| *position <= snapshot.position) {
            if !matches!(content.apply(&logged.update, Source::Replica), Ok(Applied::Nothing)) {
                return trace.fault(format_args!(
                    "a snapshot up to {} lacks row {}",
                    snapshot.position.get(),
                    position.get()
                ));
            }
        }
    }
}
