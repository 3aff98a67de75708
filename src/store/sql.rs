//! What the stores that speak SQL do the same: from columns to values, with everything verified that was stored for that
//! purpose, and which snapshots stay.
//!
//! What is wrong with a document is [`StoreError::Corrupt`] here; the store names the document and offers a version.

use std::collections::HashMap;
use std::time::Duration;

use super::{
    Append, DocumentInfo, Hold, LoggedUpdate, OUTCOME_KEY_BYTES_MAX, Position, Quarantined, RecordedEvent, ReplicaId,
    Snapshot, StoreError, VERSION_INTERVAL_MS, VersionId, VersionInfo, row,
};
use crate::document::DocumentId;

/// A document as [`DocumentInfo`] has it.
pub(super) type DocumentRow = (String, String, i64, i64, i64, Option<i64>, Option<i64>);

/// A row of the log: position, checksum, body.
pub(super) type LogRow = (i64, i64, Vec<u8>);

/// A snapshot: position, digest, checksum, body.
pub(super) type SnapshotRow = (i64, Vec<u8>, i64, Vec<u8>);

/// An event: document, number, time, author, subject, body.
pub(super) type EventRow = (String, i64, i64, String, String, String);

/// Neither database has unsigned numbers of 64 bits. Nothing that is counted here comes near the limit.
pub(super) fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The other way; a negative number can only be damage, and fails a check of position or checksum as zero.
pub(super) fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// What the list shows; `None` for a row that no store of ours wrote.
pub(super) fn document_info(row: DocumentRow) -> Option<DocumentInfo> {
    let (id, name, bytes, updates, created_at_ms, last_edit_at_ms, archived_at_ms) = row;
    let Ok(id) = DocumentId::parse_open(&id) else {
        tracing::error!("a stored document has an id that is none; the list leaves it out");
        return None;
    };
    Some(DocumentInfo {
        id,
        name,
        bytes: from_sql(bytes),
        updates: from_sql(updates),
        created_at_ms: from_sql(created_at_ms),
        last_edit_at_ms: last_edit_at_ms.map(from_sql),
        archived_at_ms: archived_at_ms.map(from_sql),
    })
}

/// From version, position, time and size.
pub(super) fn version_info((id, position, created_at_ms, bytes): (i64, i64, i64, i64)) -> VersionInfo {
    VersionInfo {
        id: VersionId::new(from_sql(id)),
        position: Position::new(from_sql(position)),
        created_at_ms: from_sql(created_at_ms),
        bytes: from_sql(bytes),
    }
}

/// `None` for an event of a document that no store of ours wrote.
pub(super) fn recorded_event((id, number, at_ms, author, subject, body): EventRow) -> Option<RecordedEvent> {
    let document = DocumentId::parse_open(&id).ok()?;
    let (number, at_ms) = (from_sql(number), from_sql(at_ms));
    Some(RecordedEvent { document, number, at_ms, author: author.into(), subject, body })
}

/// From time, reason and bytes.
pub(super) fn quarantined((at_ms, reason, bytes): (i64, String, Vec<u8>)) -> Quarantined {
    Quarantined { at_ms: from_sql(at_ms), reason, bytes: bytes.into() }
}

/// The updates of the rows from the one after `after` to `head`, none missing.
pub(super) fn read_log(
    document: &DocumentId,
    rows: Vec<LogRow>,
    after: Position,
    head: Position,
) -> Result<Vec<LoggedUpdate>, StoreError> {
    let mut log = Vec::new();
    let mut last = after.get();
    for (position, checksum, body) in rows {
        let expected = last + 1;
        if from_sql(position) != expected {
            return Err(StoreError::Corrupt(format!("log row {expected} is missing")));
        }
        if i64::from(row::checksum(document, Position::new(expected), &[&body])) != checksum {
            return Err(StoreError::Corrupt(format!("log row {expected} has a wrong checksum")));
        }
        row::decode_into(body.into(), &mut log)
            .map_err(|what| StoreError::Corrupt(format!("log row {expected}: {what}")))?;
        last = expected;
    }
    if last != head.get() {
        return Err(StoreError::Corrupt(format!("the log ends at row {last} instead of {}", head.get())));
    }
    Ok(log)
}

/// A snapshot, intact.
pub(super) fn read_snapshot(document: &DocumentId, row: SnapshotRow) -> Result<Snapshot, StoreError> {
    let (position, digest, checksum, bytes) = row;
    let position = Position::new(from_sql(position));
    let intact = i64::from(row::checksum(document, position, &[&digest, &bytes])) == checksum;
    match <[u8; 32]>::try_from(digest) {
        Ok(digest) if intact => Ok(Snapshot { bytes: bytes.into(), digest, position }),
        _ => Err(StoreError::Corrupt(format!("the snapshot at {} has a wrong checksum", position.get()))),
    }
}

/// The checksum of a snapshot, as [`read_snapshot`] expects it.
pub(super) fn snapshot_checksum(document: &DocumentId, snapshot: &Snapshot) -> i64 {
    row::checksum(document, snapshot.position, &[&snapshot.digest, &snapshot.bytes]).into()
}

/// What becomes of the current snapshot when a newer one is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replaced {
    /// It is as new: the other is not stored.
    Nothing,
    /// There is none, or it stays as a version.
    Kept,
    /// The version before it is too near: this one goes.
    Dropped(i64),
}

/// Decides from the newest two snapshots (version, position, time), newest first.
pub(super) fn replaced(newest: &[(i64, i64, i64)], position: Position) -> Replaced {
    match newest {
        [current, ..] if from_sql(current.1) >= position.get() => Replaced::Nothing,
        [current, before, ..] if from_sql(current.2).saturating_sub(from_sql(before.2)) < VERSION_INTERVAL_MS => {
            Replaced::Dropped(current.0)
        }
        _ => Replaced::Kept,
    }
}

/// Refuses the batch for what no row can hold.
pub(super) fn check_outcomes(batch: &[Append]) -> Result<(), StoreError> {
    let mut outcomes = batch.iter().filter_map(|entry| entry.outcome.as_ref());
    match outcomes.any(|outcome| outcome.key.len() > OUTCOME_KEY_BYTES_MAX) {
        true => Err(StoreError::Refused("a key of more bytes than an outcome's may have")),
        false => Ok(()),
    }
}

/// A replica's number, bit by bit.
pub(super) fn replica_to_sql(replica: ReplicaId) -> i64 {
    replica.get().cast_signed()
}

/// Milliseconds for which a document is held; nobody means more than some weeks.
pub(super) fn hold_ms(time: Duration) -> i64 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX).into()
}

/// The answer to [`super::DocumentStore::hold`] from who keeps each document that exists: id, replica, whether it is wanted.
pub(super) fn holds(documents: &[DocumentId], replica: ReplicaId, rows: Vec<(String, i64, bool)>) -> Vec<Hold> {
    let keepers: HashMap<String, (i64, bool)> =
        rows.into_iter().map(|(id, keeper, wanted)| (id, (keeper, wanted))).collect();
    let hold = |document: &DocumentId| match keepers.get(document.as_str()) {
        None => Hold::Gone,
        Some(&(keeper, is_wanted)) if keeper == replica_to_sql(replica) => Hold::Mine { is_wanted },
        Some(&(keeper, _)) => Hold::Others { keeper: ReplicaId::new(keeper.cast_unsigned()) },
    };
    documents.iter().map(hold).collect()
}
