//! What every [`DocumentStore`] must do, as tests. An implementation runs them all:
//!
//! ```ignore
//! contract::tests!(SqliteFixture::new());
//! ```
//!
//! Crash safety is not here: it takes a process to kill (`src/tests/restart.rs`).

use bytes::Bytes;
use std::future::Future;

use super::*;

pub(super) mod events;
pub(super) mod log;
pub(super) mod replicas;

/// A place for documents that one test has for itself.
pub(super) trait Fixture: Send + Sync {
    /// The implementation under test.
    type Store: DocumentStore + 'static;

    /// Opens the place. A second store on the same place is a second process (or replica) on the same documents.
    fn open(&self) -> impl Future<Output = Self::Store> + Send;

    /// Damages what is stored of the only document.
    fn damage(&self, damage: Damage) -> impl Future<Output = ()> + Send;
}

/// What can happen to stored bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Damage {
    /// One bit of the log row at this position is another.
    FlipLogBit(u64),
    /// The log row at this position is not there.
    LoseLogRow(u64),
    /// The body of the log row at this position is cut off in the middle.
    TruncateLogRow(u64),
    /// One bit of the newest snapshot is another.
    FlipSnapshotBit,
    /// The newest snapshot is not there.
    LoseSnapshot,
}

const HOUR_MS: u64 = VERSION_INTERVAL_MS;

fn id(name: &str) -> DocumentId {
    DocumentId::parse_open(name).expect("a valid name")
}

fn entry(document: &DocumentId, update: &str) -> Append {
    Append {
        document: document.clone(),
        updates: vec![Bytes::copy_from_slice(update.as_bytes())],
        author: "usr_ada".into(),
        at_ms: 1_000,
        events: Vec::new(),
        outcome: None,
    }
}

fn snapshot(bytes: &str, position: u64) -> Snapshot {
    Snapshot { bytes: Bytes::copy_from_slice(bytes.as_bytes()), digest: [7; 32], position: Position::new(position) }
}

async fn create(store: &impl DocumentStore, name: &str) -> DocumentId {
    let id = id(name);
    let document = NewDocument { id: id.clone(), name: name.into(), author: "usr_ada".into(), created_at_ms: 500 };
    store.create(&document, &[]).await.expect("a new document");
    id
}

async fn append(store: &impl DocumentStore, document: &DocumentId, update: &str) -> Position {
    let positions = store.append(&[entry(document, update)]).await.expect("the store works");
    positions[0].expect("the document exists")
}

fn texts(stored: &Stored) -> Vec<String> {
    stored.parts().map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}

async fn content(store: &impl DocumentStore, document: &DocumentId) -> Vec<String> {
    texts(&store.load(document).await.expect("an intact document"))
}

/// Runs the contract for the [`Fixture`] that the expression makes.
macro_rules! tests {
    ($fixture:expr) => {
        $crate::store::contract::tests! { $fixture =>
            log:
                a_new_document_has_its_first_updates
                an_empty_document_starts_at_the_start
                a_taken_id_stays_with_its_document
                an_unknown_document_is_not_found
                updates_are_loaded_in_the_order_of_their_positions
                a_logged_update_keeps_its_author_and_time
                the_entries_of_one_document_share_a_row
                an_unknown_document_does_not_fail_the_batch
                an_empty_batch_is_nothing
                any_bytes_come_back_as_they_were
                two_writers_never_share_a_position
                compaction_replaces_the_log_up_to_its_position
                compaction_during_appends_loses_nothing
                a_snapshot_that_is_not_newer_changes_nothing
                a_snapshot_beyond_the_log_is_refused
                versions_are_kept_an_interval_apart
                the_oldest_versions_are_pruned
                a_version_of_another_document_is_not_found
                a_damaged_row_refuses_the_document
                a_damaged_document_offers_its_last_good_version
                a_damaged_document_does_not_stop_the_others
                the_list_counts_without_reading_content
                a_document_is_put_away_and_brought_back
                quarantine_keeps_the_newest_within_its_bounds
                what_was_written_is_there_after_opening_again;
            events:
                events_are_stored_with_their_updates
                a_batch_appended_again_leaves_one_copy_of_its_events
                events_are_found_by_document_subject_time_and_author;
            replicas:
                what_came_after_a_position_is_loaded_alone
                what_was_compacted_is_not_loaded_row_by_row
                a_damaged_row_is_not_passed_to_a_replica
                one_replica_keeps_a_document
                a_keeper_hears_that_its_document_is_wanted
                a_document_is_free_when_its_time_is_over
                nobody_gives_up_what_another_keeps
                of_many_that_ask_one_gets_the_document
                an_outcome_is_stored_with_its_updates
                the_first_outcome_of_a_command_stays
                a_key_that_is_too_long_stores_nothing
                old_outcomes_go_with_a_compaction;
        }
    };
    ($fixture:expr => $($subject:ident: $($name:ident)*;)*) => {
        $($(
            #[tokio::test]
            async fn $name() {
                $crate::store::contract::$subject::$name($fixture).await;
            }
        )*)*
    };
}
pub(super) use tests;
