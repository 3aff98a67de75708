//! What must hold when all faults have ended: everything comes to rest, all copies are equal, and nothing that was
//! acknowledged is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use calit::board::Board;
use calit::document::{Applied, Content, DocumentKind, Source};
use calit::store::EventQuery;
use client_protocol::frame::Role;
use tokio::time::{Instant, sleep, timeout};
use yrs::{ReadTxn as _, StateVector, Transact as _};

use super::edits;
use super::world::World;
use crate::harness::author;
use crate::harness::client::{Dialect, State};

/// How long it may take until everything is at rest: some leases, digests and back-offs.
const REST: Duration = Duration::from_secs(120);

/// How long rest is watched: two replicas that differ tell each other within 15 s.
const WATCH: Duration = Duration::from_secs(20);

const LOOK: Duration = Duration::from_millis(700);

impl World {
    /// Waits for rest, and judges what is there.
    pub(super) async fn judge(&mut self) {
        let trace = self.field.trace.clone();
        if let Err(why) = self.rest().await {
            return trace.fault(format_args!("no rest: {why}"));
        }
        trace.note("at rest");
        sleep(WATCH).await;
        if let Err(why) = self.is_at_rest().await {
            return trace.fault(format_args!("rest does not last: {why}"));
        }
        self.judge_contents();
        self.end().await;
        if let Err(why) = self.judge_store() {
            trace.fault(why);
        }
    }

    async fn rest(&self) -> Result<(), String> {
        let began = Instant::now();
        loop {
            sleep(LOOK).await;
            let Err(why) = self.is_at_rest().await else { return Ok(()) };
            if began.elapsed() > REST {
                return Err(why);
            }
        }
    }

    async fn is_at_rest(&self) -> Result<(), String> {
        let here = || self.people.iter().filter(|person| !self.gone.contains(&person.id));
        for person in here() {
            let mind = &mut *person.mind();
            let (id, ledger) = (person.id, &mind.state.ledger);
            if !mind.is_in() {
                return Err(format!("person {id} is not in"));
            }
            if let Some(key) = mind.pending.keys().next() {
                return Err(format!("person {id} waits for the outcome of {key}"));
            }
            if person.role == Role::Editor && ledger.acked < ledger.edits {
                let (acked, edits) = (ledger.acked, ledger.edits);
                if mind.state.dialect == Dialect::Stock {
                    // Whose echo was lost with its connection learns of it by the echo of the next edit.
                    mind.edit(None, |txn| author::note(txn, &format!("{id} {edits}")));
                }
                return Err(format!("person {id} has {acked} of {edits} edits acknowledged"));
            }
        }
        let everybody: BTreeSet<u64> = here().map(|person| person.id).collect();
        for person in here() {
            let seen: BTreeSet<u64> = person.mind().state.others.keys().copied().chain([person.id]).collect();
            if seen != everybody {
                return Err(format!("person {} sees {seen:?}, and {everybody:?} are there", person.id));
            }
        }
        let stored = digest(self.field.database.rows().content(&self.field.document));
        for person in here() {
            let copy = copy(&person.mind().state);
            // What a replica showed and lost by dying stays with whoever may only look.
            let is_right = match person.role {
                Role::Editor => digest(&copy) == stored,
                Role::Viewer => self.has_all(&copy),
            };
            if !is_right {
                let rows = self.field.database.rows();
                let (has, stored) = (clocks(&copy), clocks(rows.content(&self.field.document)));
                return Err(format!("person {} has {has}, the store {stored}", person.id));
            }
        }
        for replica in self.field.replicas() {
            let Some(room) = replica.hub.live(&self.field.document) else { continue };
            let looked = timeout(Duration::from_secs(5), room.look(digest)).await;
            let id = replica.id;
            let Ok(looked) = looked else { return Err(format!("the room of replica {id} hangs")) };
            if looked.is_ok_and(|looked| looked != stored) {
                return Err(format!("replica {id} has another copy than the store"));
            }
            if replica.metrics.divergent_documents.get() != 0 {
                return Err(format!("replica {id} counts a divergence"));
            }
        }
        if self.field.document.kind() == DocumentKind::Board {
            let mut rows = self.field.database.rows();
            let board = rows.content(&self.field.document).read(|txn| Board::read(txn));
            let events = |sprint: &str| {
                if rows.was_told_late(&self.field.document, sprint) {
                    return None;
                }
                let (document, subject) = (Some(self.field.document.clone()), Some(sprint.to_owned()));
                let query = EventQuery { document, subject, limit: u32::MAX, ..EventQuery::default() };
                Some(rows.events(&query).expect("the document is there"))
            };
            if let Some(wrong) = edits::wrong_numbers(&board).or_else(|| edits::wrong_records(&board, events)) {
                return Err(wrong);
            }
        }
        Ok(())
    }

    /// Whether a copy holds all that is stored.
    fn has_all(&self, copy: &Content) -> bool {
        let mut copy = Content::load(0, std::iter::once(copy.encode_state().as_slice())).expect("a copy can be read");
        let stored = self.field.database.rows().content(&self.field.document).encode_state();
        matches!(copy.apply(&stored, Source::Replica), Ok(Applied::Nothing))
    }

    fn judge_contents(&self) {
        let (rows, trace) = (self.field.database.rows(), &self.field.trace);
        let content = rows.content(&self.field.document);
        let found = content.read(|txn| edits::marks(txn, self.field.document.kind()));
        for person in &self.people {
            let mind = person.mind();
            let is_sure = mind.state.dialect == Dialect::Calit;
            let acked = if is_sure { mind.state.ledger.acked } else { 0 };
            let mut saved = mind.marks.iter().filter(|(edit, _)| *edit <= acked);
            if let Some((edit, mark)) = saved.find(|(_, mark)| !found.contains(mark)) {
                trace.fault(format_args!("edit {edit} of person {} ({mark}) was acknowledged and is lost", person.id));
            }
            if content.clock(person.id + 8_000) > 0 {
                trace.fault(format_args!("an edit of the viewer {} is stored", person.id));
            }
        }
        let editors: BTreeSet<&str> = (self.people.iter())
            .filter(|person| person.role == Role::Editor)
            .map(|person| person.user.as_str())
            .collect();
        for author in rows.authors(&self.field.document) {
            if author.starts_with("usr_") && !editors.contains(&*author) {
                trace.fault(format_args!("{author} may only look, and is an author"));
            }
        }
    }

    /// What the store would give to a newcomer.
    fn judge_store(&self) -> Result<(), String> {
        let mut rows = self.field.database.rows();
        let stored = rows.load(&self.field.document).map_err(|error| error.to_string())?;
        let loaded = Content::load(0, stored.parts()).map_err(|error| error.to_string())?;
        if digest(&loaded) != digest(rows.content(&self.field.document)) {
            return Err("what the store loads is not all that was committed".into());
        }
        Ok(())
    }
}

fn digest(content: &Content) -> [u8; 32] {
    *content.digest().as_bytes()
}

/// What somebody has, in words: clients with their clocks, and what is deleted.
fn clocks(content: &Content) -> String {
    let snapshot = content.read(|txn| txn.snapshot());
    let clocks: BTreeMap<u64, u32> = snapshot.state_map.iter().map(|(client, clock)| (client.get(), *clock)).collect();
    let mut deleted: Vec<_> = (snapshot.delete_set.iter())
        .flat_map(|(client, ranges)| ranges.iter().map(|range| (client.get(), range.clone())))
        .collect();
    deleted.sort_unstable_by_key(|(client, range)| (*client, range.start));
    format!("{clocks:?} without {deleted:?}")
}

fn copy(state: &State) -> Content {
    let update = state.doc.transact().encode_diff_v1(&StateVector::default());
    Content::load(0, std::iter::once(update.as_slice())).expect("a copy can be read")
}
