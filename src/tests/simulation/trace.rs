//! What happened in one run, in order, and which promises were broken.

use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// Rows of one run that a failure may print; beyond them something has gone wild.
const FAULTS_MAX: usize = 12;

/// The record of one run. A cheap clone.
#[derive(Clone)]
pub(super) struct Trace(Arc<Mutex<Record>>);

struct Record {
    began: Instant,
    /// FNV-1a over every note: two runs of a seed must agree on it.
    hash: u64,
    notes: u64,
    is_shown: bool,
    faults: Vec<String>,
}

impl Trace {
    pub(super) fn new(is_shown: bool) -> Self {
        let hash = 0xcbf2_9ce4_8422_2325;
        Self(Arc::new(Mutex::new(Record { began: Instant::now(), hash, notes: 0, is_shown, faults: Vec::new() })))
    }

    /// Something happened.
    pub(super) fn note(&self, what: impl Display) {
        let mut record = self.record();
        let line = format!("{:>7} {what}", record.began.elapsed().as_millis());
        for byte in line.bytes() {
            record.hash = (record.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        record.notes += 1;
        if record.is_shown {
            println!("{line}");
        }
    }

    /// A promise was broken.
    pub(super) fn fault(&self, what: impl Display) {
        self.note(format_args!("FAULT {what}"));
        let mut record = self.record();
        let at_ms = record.began.elapsed().as_millis();
        if record.faults.len() < FAULTS_MAX {
            record.faults.push(format!("at {at_ms} ms: {what}"));
        }
    }

    /// How long the run has lasted, in simulated time.
    pub(super) fn age_ms(&self) -> u64 {
        u64::try_from(self.record().began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The promises that were broken.
    pub(super) fn faults(&self) -> Vec<String> {
        self.record().faults.clone()
    }

    /// What two runs of a seed have in common.
    pub(super) fn fingerprint(&self) -> (u64, u64) {
        let record = self.record();
        (record.hash, record.notes)
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
