//! What is stored of documents: their log, snapshots, versions, what the list shows, and what is in quarantine.

use super::*;

pub(in crate::store) async fn a_new_document_has_its_first_updates(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = id("notes");
    let document = NewDocument { id: id.clone(), name: "Notes".into(), author: "usr_ada".into(), created_at_ms: 500 };

    store.create(&document, &[Bytes::from("one"), Bytes::from("two")]).await.expect("a new document");

    let stored = store.load(&id).await.expect("an intact document");
    assert_eq!((texts(&stored), stored.position), (vec!["one".into(), "two".into()], Position::new(1)));
}

pub(in crate::store) async fn an_empty_document_starts_at_the_start(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;

    let stored = store.load(&id).await.expect("an intact document");

    assert_eq!((texts(&stored), stored.position), (Vec::new(), Position::START));
}

pub(in crate::store) async fn a_taken_id_stays_with_its_document(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    append(&store, &id, "kept").await;

    let document = NewDocument { id: id.clone(), name: "Other".into(), author: "usr_bob".into(), created_at_ms: 900 };
    let result = store.create(&document, &[Bytes::from("lost")]).await;

    assert_eq!(result, Err(StoreError::AlreadyExists(id.clone())));
    assert_eq!(content(&store, &id).await, ["kept"]);
}

pub(in crate::store) async fn an_unknown_document_is_not_found(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = id("nobody");
    let not_found = StoreError::NotFound(id.clone());

    assert_eq!(store.load(&id).await.expect_err("unknown"), not_found);
    assert_eq!(store.rename(&id, "name").await, Err(not_found.clone()));
    assert_eq!(store.compact(&id, &snapshot("all", 0), 1).await, Err(not_found.clone()));
    assert_eq!(store.versions(&id).await, Err(not_found.clone()));
    assert_eq!(store.quarantine(&id, b"evil", "why", 1).await, Err(not_found));
}

pub(in crate::store) async fn updates_are_loaded_in_the_order_of_their_positions(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;

    let positions = [append(&store, &id, "one").await, append(&store, &id, "two").await];

    assert_eq!(positions, [Position::new(1), Position::new(2)]);
    assert_eq!(content(&store, &id).await, ["one", "two"]);
}

pub(in crate::store) async fn a_logged_update_keeps_its_author_and_time(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    let ada = entry(&id, "one");
    let bob = Append { author: "usr_bob".into(), at_ms: 2_000, ..entry(&id, "two") };

    store.append(&[ada, bob]).await.expect("the store works");

    let stored = store.load(&id).await.expect("an intact document");
    let authors: Vec<_> = stored.log.iter().map(|logged| (&*logged.author, logged.at_ms)).collect();
    assert_eq!(authors, [("usr_ada", 1_000), ("usr_bob", 2_000)]);
}

pub(in crate::store) async fn the_entries_of_one_document_share_a_row(fixture: impl Fixture) {
    let store = fixture.open().await;
    let (notes, plan) = (create(&store, "notes").await, create(&store, "plan").await);

    let batch = [entry(&notes, "one"), entry(&plan, "goal"), entry(&notes, "two")];
    let positions = store.append(&batch).await.expect("the store works");

    assert_eq!(positions, [Some(Position::new(1)); 3]);
    assert_eq!(content(&store, &notes).await, ["one", "two"]);
    assert_eq!(content(&store, &plan).await, ["goal"]);
}

pub(in crate::store) async fn an_unknown_document_does_not_fail_the_batch(fixture: impl Fixture) {
    let store = fixture.open().await;
    let notes = create(&store, "notes").await;

    let batch = [entry(&id("nobody"), "lost"), entry(&notes, "one")];
    let positions = store.append(&batch).await.expect("the store works");

    assert_eq!(positions, [None, Some(Position::new(1))]);
    assert_eq!(content(&store, &notes).await, ["one"]);
}

pub(in crate::store) async fn an_empty_batch_is_nothing(fixture: impl Fixture) {
    let store = fixture.open().await;

    assert_eq!(store.append(&[]).await, Ok(Vec::new()));
}

pub(in crate::store) async fn any_bytes_come_back_as_they_were(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    let large: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let updates = vec![Bytes::new(), Bytes::from_static(&[0, 0xff, 0x27, 0x22, 0]), Bytes::from(large)];

    store.append(&[Append { updates: updates.clone(), ..entry(&id, "") }]).await.expect("the store works");

    let stored = store.load(&id).await.expect("an intact document");
    let loaded: Vec<_> = stored.log.into_iter().map(|logged| logged.update).collect();
    assert!(loaded == updates);
}

pub(in crate::store) async fn two_writers_never_share_a_position(fixture: impl Fixture) {
    let stores = [Arc::new(fixture.open().await), Arc::new(fixture.open().await)];
    let documents = [create(&*stores[0], "notes").await, create(&*stores[0], "plan").await];

    let writers = stores.iter().map(|store| {
        let (store, documents) = (store.clone(), documents.clone());
        async move {
            for turn in 0..25 {
                let batch = documents.each_ref().map(|document| entry(document, &turn.to_string()));
                store.append(&batch).await.expect("the store works");
            }
        }
    });
    futures_util::future::join_all(writers).await;

    for document in &documents {
        let stored = stores[1].load(document).await.expect("no hole and no double");
        assert_eq!((stored.log.len(), stored.position), (50, Position::new(50)));
    }
}

pub(in crate::store) async fn compaction_replaces_the_log_up_to_its_position(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    for update in ["one", "two", "three"] {
        append(&store, &id, update).await;
    }

    store.compact(&id, &snapshot("one+two", 2), 5_000).await.expect("the store works");

    let stored = store.load(&id).await.expect("an intact document");
    assert_eq!(texts(&stored), ["one+two", "three"]);
    assert_eq!((stored.snapshot, stored.position), (Some(snapshot("one+two", 2)), Position::new(3)));
    assert_eq!(append(&store, &id, "four").await, Position::new(4));
}

pub(in crate::store) async fn compaction_during_appends_loses_nothing(fixture: impl Fixture) {
    let stores = [fixture.open().await, fixture.open().await];
    let id = create(&stores[0], "notes").await;

    let writing = async {
        for turn in 1..=60 {
            append(&stores[0], &id, &format!("{turn} ")).await;
        }
    };
    let compacting = async {
        for at_ms in 0..20 {
            let stored = stores[1].load(&id).await.expect("an intact document");
            let state = snapshot(&texts(&stored).concat(), stored.position.get());
            stores[1].compact(&id, &state, at_ms).await.expect("the store works");
        }
    };
    futures_util::future::join(writing, compacting).await;

    let expected: String = (1..=60).map(|turn| format!("{turn} ")).collect();
    assert_eq!(content(&stores[0], &id).await.concat(), expected);
}

pub(in crate::store) async fn a_snapshot_that_is_not_newer_changes_nothing(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    append(&store, &id, "one").await;
    append(&store, &id, "two").await;
    store.compact(&id, &snapshot("one+two", 2), 5_000).await.expect("the store works");

    store.compact(&id, &snapshot("late", 1), 6_000).await.expect("a slower replica is no error");
    store.compact(&id, &snapshot("late", 2), 6_000).await.expect("a slower replica is no error");

    assert_eq!(content(&store, &id).await, ["one+two"]);
}

pub(in crate::store) async fn a_snapshot_beyond_the_log_is_refused(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    append(&store, &id, "one").await;

    let result = store.compact(&id, &snapshot("future", 2), 5_000).await;

    assert!(matches!(result, Err(StoreError::Refused(_))));
    assert_eq!(content(&store, &id).await, ["one"]);
}

pub(in crate::store) async fn versions_are_kept_an_interval_apart(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;

    for (position, at_ms) in [(1, 0), (2, HOUR_MS / 2), (3, HOUR_MS), (4, HOUR_MS + 1), (5, HOUR_MS + 2)] {
        append(&store, &id, "x").await;
        store.compact(&id, &snapshot(&position.to_string(), position), at_ms).await.expect("the store works");
    }

    let versions = store.versions(&id).await.expect("the store works");
    let positions: Vec<_> = versions.iter().map(|version| version.position.get()).collect();
    assert_eq!(positions, [5, 3, 1]);
    assert_eq!(store.load_version(&id, versions[1].id).await, Ok(snapshot("3", 3)));
}

pub(in crate::store) async fn the_oldest_versions_are_pruned(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    let kept = u64::from(VERSIONS_MAX) + 1;

    for position in 1..=kept + 2 {
        append(&store, &id, "x").await;
        let state = snapshot(&position.to_string(), position);
        store.compact(&id, &state, position * HOUR_MS).await.expect("the store works");
    }

    let versions = store.versions(&id).await.expect("the store works");
    assert_eq!(versions.len() as u64, kept);
    assert_eq!(versions.last().expect("many").position, Position::new(3));
}

pub(in crate::store) async fn a_version_of_another_document_is_not_found(fixture: impl Fixture) {
    let store = fixture.open().await;
    let (notes, plan) = (create(&store, "notes").await, create(&store, "plan").await);
    append(&store, &notes, "secret").await;
    store.compact(&notes, &snapshot("secret", 1), 1).await.expect("the store works");
    let version = store.versions(&notes).await.expect("the store works")[0].id;

    assert_eq!(store.load_version(&plan, version).await, Err(StoreError::NotFound(plan)));
}

pub(in crate::store) async fn a_damaged_row_refuses_the_document(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    for update in ["one", "two", "three"] {
        append(&store, &id, update).await;
    }

    // The order matters: each damage is found before the ones that came earlier.
    for damage in [Damage::LoseLogRow(3), Damage::FlipLogBit(2), Damage::TruncateLogRow(2), Damage::LoseLogRow(1)] {
        fixture.damage(damage).await;

        let error = store.load(&id).await.expect_err("never a part of the document");

        assert!(matches!(error, StoreError::Damaged { last_good: None, .. }), "{damage:?}: {error:?}");
    }
}

pub(in crate::store) async fn a_damaged_document_offers_its_last_good_version(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    for (position, at_ms) in [(1, 0), (2, HOUR_MS)] {
        append(&store, &id, "x").await;
        store.compact(&id, &snapshot(&position.to_string(), position), at_ms).await.expect("the store works");
    }

    for damage in [Damage::FlipSnapshotBit, Damage::LoseSnapshot] {
        fixture.damage(damage).await;

        let error = store.load(&id).await.expect_err("never an older state in silence");

        let StoreError::Damaged { last_good: Some(version), .. } = error else { panic!("{damage:?}: {error:?}") };
        assert_eq!(store.load_version(&id, version).await, Ok(snapshot("1", 1)));
    }
}

pub(in crate::store) async fn a_damaged_document_does_not_stop_the_others(fixture: impl Fixture) {
    let store = fixture.open().await;
    let notes = create(&store, "notes").await;
    append(&store, &notes, "one").await;
    fixture.damage(Damage::FlipLogBit(1)).await;

    let plan = create(&store, "plan").await;
    append(&store, &plan, "goal").await;

    assert_eq!(content(&store, &plan).await, ["goal"]);
    assert_eq!(store.list().await.expect("the store works").len(), 2);
}

pub(in crate::store) async fn the_list_counts_without_reading_content(fixture: impl Fixture) {
    let store = fixture.open().await;
    let (notes, plan) = (create(&store, "notes").await, create(&store, "plan").await);
    append(&store, &notes, "one").await;
    append(&store, &notes, "two").await;
    let before = store.list().await.expect("the store works");
    store.compact(&notes, &snapshot("onetwo", 2), 5_000).await.expect("the store works");
    store.rename(&plan, "A plan").await.expect("the store works");

    let after = store.list().await.expect("the store works");

    assert!(before[0].bytes > 6, "bodies and their frames");
    let info = |id, name: &str, bytes, updates, last_edit_at_ms| DocumentInfo {
        id,
        name: name.into(),
        bytes,
        updates,
        created_at_ms: 500,
        last_edit_at_ms,
        archived_at_ms: None,
    };
    assert_eq!(after, [info(plan, "A plan", 0, 0, None), info(notes, "notes", 6, 2, Some(1_000))]);
}

pub(in crate::store) async fn a_document_is_put_away_and_brought_back(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    let archived = async || store.list().await.expect("the store works")[0].archived_at_ms;

    store.archive(&id, Some(7)).await.expect("the store works");
    assert_eq!(archived().await, Some(7));
    store.archive(&id, None).await.expect("the store works");

    assert_eq!(archived().await, None);
    assert_eq!(store.archive(&self::id("nobody"), None).await, Err(StoreError::NotFound(self::id("nobody"))));
}

pub(in crate::store) async fn quarantine_keeps_the_newest_within_its_bounds(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;

    for number in 0..=QUARANTINE_ENTRIES_MAX {
        store.quarantine(&id, number.to_string().as_bytes(), "why", number.into()).await.expect("the store works");
    }
    let many = store.quarantined(&id).await.expect("the store works");
    let large = vec![1; QUARANTINE_BYTES_MAX - 1];
    store.quarantine(&id, &large, "large", 99).await.expect("the store works");
    let few = store.quarantined(&id).await.expect("the store works");
    let too_large = store.quarantine(&id, &vec![1; QUARANTINE_BYTES_MAX + 1], "larger", 100).await;

    assert_eq!((many.len(), many[0].at_ms), (QUARANTINE_ENTRIES_MAX as usize, QUARANTINE_ENTRIES_MAX.into()));
    assert_eq!((few.len(), few[0].reason.as_str()), (1, "large"));
    assert!(matches!(too_large, Err(StoreError::Refused(_))));
}

pub(in crate::store) async fn what_was_written_is_there_after_opening_again(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    append(&store, &id, "one").await;
    drop(store);

    let again = fixture.open().await;

    assert_eq!(content(&again, &id).await, ["one"]);
    assert_eq!(again.ping().await, Ok(()));
}
