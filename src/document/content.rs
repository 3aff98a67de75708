//! The content of one document: the only place that owns a [`yrs::Doc`].
//! Promises: what is applied has passed the gate and has all its predecessors, so nothing is ever pending, and what is
//! saved can always be loaded; a panic inside yrs is caught and reported as [`ApplyError::Broken`].
//! One owner, no locks for the caller to think of: each method is one transaction, and closures get the transaction.
//! Knows nothing of sessions: who may write under which client id is the room's to decide, from [`UpdateSummary`].
//! Does not bound the time of one update: yrs looks at all that lies between an item's two neighbours, so a hostile
//! editor's 20,000 items with far neighbours (140 KB) take 43 s. Whoever calls must charge the session for the time.
//! Start at [`Content::apply`].

use std::collections::HashMap;
use std::fmt;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use yrs::error::UpdateError;
use yrs::updates::decoder::Decode;
use yrs::{ClientID, Doc, OffsetKind, Options, ReadTxn, StateVector, Transact, Transaction, TransactionMut, Update};

use super::gate::{self, Caps, Refusal, UpdateSummary};
use super::limits::DOCUMENT_CLIENTS_MAX;
use super::nesting::Nesting;
use super::touched::{Touched, Watch};

/// yrs recurses once per client while it integrates an update; up to here a 2 MiB stack suffices with a wide margin.
const SHALLOW_CLIENTS_MAX: usize = 4_000;
/// Enough for [`DOCUMENT_CLIENTS_MAX`] such steps of 1 KiB. Only pages that are touched take memory.
const DEEP_STACK_BYTES: usize = 128 << 20;

/// The update that changes nothing: for a row of the log that only tells what happened.
pub const EMPTY_UPDATE: &[u8] = yrs::Update::EMPTY_V1;

/// Where an update comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A session's edit, small and new.
    Live,
    /// A session's sync step 2 or an import: large, and much of it may be known.
    Sync,
    /// Another replica or the store: as large as a whole document.
    Replica,
}

/// What an update did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// All of it was known: nothing to store or to relay.
    Nothing,
    /// The document is different now.
    Changed {
        /// What to store and relay; nothing means: the bytes as they were received.
        relay: Option<Vec<u8>>,
        /// What the received update held.
        summary: UpdateSummary,
    },
}

/// Why an update was not applied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ApplyError {
    /// Malformed or hostile. The document is untouched.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Predecessors are missing. The document is untouched: ask the sender to sync again.
    #[error("predecessors are missing")]
    Gap,
    /// yrs failed halfway: drop this content, and load it again from the store.
    #[error("document broken: {0}")]
    Broken(String),
}

/// A stored document that cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("stored part {part}: {reason}")]
pub struct LoadError {
    /// The part, counted from 0.
    pub part: usize,
    /// What is wrong with it.
    pub reason: ApplyError,
}

/// A fingerprint of what a document has seen and deleted; equal documents have equal digests.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The bytes of the SHA-256.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// One document in memory.
pub struct Content {
    doc: Doc,
    /// What we have of each client: the state vector of `doc`, at hand.
    clocks: HashMap<u64, u32>,
    nesting: Nesting,
    watch: Watch,
}

impl Content {
    /// An empty document. The server's own edits are made under `server_client_id` (below 2^53).
    #[must_use]
    pub fn new(server_client_id: u64) -> Self {
        let mut options = Options::with_client_id(ClientID::new(server_client_id));
        options.offset_kind = OffsetKind::Utf16;
        // Clients clean up; if the server did too, its state would differ from the log it is loaded from.
        options.cleanup_formatting = false;
        Self {
            doc: Doc::with_options(options),
            clocks: HashMap::new(),
            nesting: Nesting::default(),
            watch: Watch::default(),
        }
    }

    /// Loads a document: a snapshot if there is one, then the updates after it.
    ///
    /// # Errors
    /// The first part that cannot be taken as a whole; half a document is never given out.
    pub fn load<'a>(server_client_id: u64, parts: impl Iterator<Item = &'a [u8]>) -> Result<Self, LoadError> {
        Self::load_watched(server_client_id, parts, |_, _| ())
    }

    /// Loads a document as [`Self::load`] does, and shows it as it is after so many parts.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_watched<'a>(
        server_client_id: u64,
        parts: impl Iterator<Item = &'a [u8]>,
        mut watch: impl FnMut(usize, &Self),
    ) -> Result<Self, LoadError> {
        let mut content = Self::new(server_client_id);
        for (part, bytes) in parts.enumerate() {
            content.take(bytes, &Caps::stored(), false, |_, _| Ok(())).map_err(|reason| LoadError { part, reason })?;
            watch(part + 1, &content);
        }
        Ok(content)
    }

    /// Loads a snapshot into a document of its own and gives its digest, to be compared before it replaces anything.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn verify_snapshot(bytes: &[u8]) -> Result<Digest, LoadError> {
        Self::load(0, std::iter::once(bytes)).map(|content| content.digest())
    }

    /// Applies an update from outside.
    ///
    /// # Errors
    /// After [`ApplyError::Broken`] this content must be dropped; after the others it is as before.
    pub fn apply(&mut self, update: &[u8], source: Source) -> Result<Applied, ApplyError> {
        self.apply_if(update, source, |_, _| Ok(()))
    }

    /// Applies an update from outside if the caller's own rules let it in: they see what the update holds and this
    /// content, before anything has changed.
    ///
    /// # Errors
    /// As [`Self::apply`]; what `allows` answers is a refusal like the gate's.
    pub fn apply_if(
        &mut self,
        update: &[u8],
        source: Source,
        allows: impl FnOnce(&UpdateSummary, &Self) -> Result<(), Refusal>,
    ) -> Result<Applied, ApplyError> {
        let (caps, wants_delta) = match source {
            Source::Live => (Caps::live(), false),
            Source::Sync => (Caps::sync(), true),
            Source::Replica => (Caps::stored(), true),
        };
        self.take(update, &caps, wants_delta, allows)
    }

    /// From now on notes which entries of these top-level maps change: see [`Self::take_touched`].
    pub fn watch(&mut self, roots: &[&'static str]) {
        self.watch.begin(&self.doc, roots);
    }

    /// The entries of watched maps that changed since the last call, in whatever is inside of them too.
    pub fn take_touched(&mut self) -> Touched {
        self.watch.take()
    }

    /// Makes an edit of the server's own and gives the update it made, if any.
    ///
    /// # Panics
    /// If the edit is one that the gate refuses to others (types nested too deeply): a fault of our code.
    pub fn edit<R>(&mut self, f: impl FnOnce(&mut TransactionMut<'_>) -> R) -> (R, Option<Vec<u8>>) {
        let mut txn = self.doc.transact_mut();
        let result = f(&mut txn);
        let update = txn.has_changes().then(|| txn.encode_update_v1());
        txn.commit();
        self.watch.see_inside(&txn);
        drop(txn);
        if let Some(update) = &update {
            let summary = gate::check_update(update, &Caps::stored()).expect("our own edits pass the gate");
            let placement =
                self.nesting.place(&summary, |client| self.clock(client)).expect("our own edits are shallow");
            self.nesting.keep(placement);
            self.advance_clocks(&summary);
        }
        (result, update)
    }

    /// Reads the document.
    pub fn read<R>(&self, f: impl FnOnce(&Transaction<'_>) -> R) -> R {
        f(&self.doc.transact())
    }

    /// How many clocks of this client the document has: its next struct must start there.
    #[must_use]
    pub fn clock(&self, client: u64) -> u32 {
        self.clocks.get(&client).copied().unwrap_or_default()
    }

    /// What the document has seen, as sync step 1.
    #[must_use]
    pub fn state_vector(&self) -> Vec<u8> {
        use yrs::updates::encoder::Encode;

        self.read(|txn| txn.state_vector().encode_v1())
    }

    /// The whole document as one update.
    #[must_use]
    pub fn encode_state(&self) -> Vec<u8> {
        self.read(|txn| txn.encode_diff_v1(&StateVector::default()))
    }

    /// What somebody with this state vector lacks, as one update.
    ///
    /// # Errors
    /// If the state vector is malformed.
    pub fn diff_since(&self, state_vector: &[u8]) -> Result<Vec<u8>, Refusal> {
        gate::check_state_vector(state_vector)?;
        let known = StateVector::decode_v1(state_vector).map_err(|_| Refusal::Undecodable)?;
        Ok(self.read(|txn| txn.encode_diff_v1(&known)))
    }

    /// The fingerprint of the document: SHA-256 over clients and clocks, then deleted ranges, both sorted.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let snapshot = self.read(|txn| txn.snapshot());
        let mut clocks: Vec<(u64, u32)> =
            snapshot.state_map.iter().map(|(client, &clock)| (client.get(), clock)).collect();
        clocks.sort_unstable();
        let mut deleted: Vec<(u64, u32, u32)> = (snapshot.delete_set.iter())
            .flat_map(|(client, ranges)| ranges.iter().map(|range| (client.get(), range.start, range.end)))
            .collect();
        deleted.sort_unstable();
        let mut hash = Sha256::new();
        hash.update((clocks.len() as u64).to_le_bytes());
        for (client, clock) in clocks {
            hash.update(client.to_le_bytes());
            hash.update(clock.to_le_bytes());
        }
        for (client, from, to) in deleted {
            hash.update(client.to_le_bytes());
            hash.update(from.to_le_bytes());
            hash.update(to.to_le_bytes());
        }
        Digest(hash.finalize().into())
    }

    fn take(
        &mut self,
        bytes: &[u8],
        caps: &Caps,
        wants_delta: bool,
        allows: impl FnOnce(&UpdateSummary, &Self) -> Result<(), Refusal>,
    ) -> Result<Applied, ApplyError> {
        let summary = gate::check_update(bytes, caps)?;
        allows(&summary, self)?;
        let clients = self.admit(&summary)?;
        let placement = self.nesting.place(&summary, |client| self.clock(client))?;
        let update = Update::decode_v1(bytes).map_err(|_| Refusal::Undecodable)?;
        let wants_delta = wants_delta || summary.has_skips();
        let (changed, delta) = if clients > SHALLOW_CLIENTS_MAX {
            on_deep_stack(|| integrate(&self.doc, &self.watch, update, wants_delta))
        } else {
            integrate(&self.doc, &self.watch, update, wants_delta)
        }
        .map_err(ApplyError::Broken)?;
        if !changed {
            return Ok(Applied::Nothing);
        }
        self.nesting.keep(placement);
        self.advance_clocks(&summary);
        Ok(Applied::Changed { relay: delta, summary })
    }

    /// Whether all predecessors are here or in the update itself. Gives the number of clients that it carries.
    fn admit(&self, summary: &UpdateSummary) -> Result<usize, ApplyError> {
        let carried = summary.carried();
        let mut ends: HashMap<u64, u32> = HashMap::new();
        let mut new_clients = 0;
        for range in carried {
            let end = ends.entry(range.client).or_insert_with(|| self.clock(range.client));
            if range.from > *end {
                return Err(ApplyError::Gap);
            }
            new_clients += usize::from(*end == 0);
            *end = range.to.max(*end);
        }
        if self.clocks.len() + new_clients > DOCUMENT_CLIENTS_MAX {
            return Err(Refusal::TooMany { what: "clients", limit: DOCUMENT_CLIENTS_MAX }.into());
        }
        for (client, clock) in summary.references() {
            if clock >= ends.get(&client).copied().unwrap_or_else(|| self.clock(client)) {
                return Err(ApplyError::Gap);
            }
        }
        Ok(ends.len())
    }

    fn advance_clocks(&mut self, summary: &UpdateSummary) {
        for range in summary.carried() {
            let clock = self.clocks.entry(range.client).or_default();
            *clock = range.to.max(*clock);
        }
    }
}

/// Runs one update through yrs. Gives whether it changed anything and, if wanted, what was new in it.
fn integrate(doc: &Doc, watch: &Watch, update: Update, wants_delta: bool) -> Result<(bool, Option<Vec<u8>>), String> {
    // Dropping a transaction commits it, and a second panic while unwinding would end the process:
    // so it is dropped outside of the first catch, in a catch of its own.
    let mut txn = ManuallyDrop::new(doc.transact_mut());
    let applied = catch_unwind(AssertUnwindSafe(|| {
        txn.apply_update(update)?;
        let changed = txn.has_changes();
        let delta = (changed && wants_delta).then(|| txn.encode_update_v1());
        Ok::<_, UpdateError>((changed, delta, txn.has_missing_updates()))
    }));
    let committed = catch_unwind(AssertUnwindSafe(|| {
        txn.commit();
        watch.see_inside(&txn);
    }));
    let txn = ManuallyDrop::into_inner(txn);
    let dropped = catch_unwind(AssertUnwindSafe(move || drop(txn)));
    match (applied, committed.and(dropped)) {
        (Ok(Ok((changed, delta, false))), Ok(())) => Ok((changed, delta)),
        (Ok(Ok(_)), Ok(())) => Err("structs are left pending".to_owned()),
        (Ok(Err(error)), Ok(())) => Err(error.to_string()),
        (Err(panic), _) | (_, Err(panic)) => Err(panic_message(panic.as_ref())),
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let message = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("yrs panicked: {}", message.unwrap_or("no message"))
}

/// Runs `f` on a thread with a large stack. Only documents with thousands of authors need it, and only while loading.
fn on_deep_stack<R: Send>(f: impl FnOnce() -> Result<R, String> + Send) -> Result<R, String> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(DEEP_STACK_BYTES).spawn_scoped(scope, f);
        let thread = thread.map_err(|error| format!("no thread for a deep stack: {error}"))?;
        thread.join().unwrap_or_else(|panic| Err(panic_message(panic.as_ref())))
    })
}

#[cfg(test)]
mod tests;
