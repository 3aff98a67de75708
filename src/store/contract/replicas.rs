//! What replicas agree on by way of the store: what one has missed, who keeps a document, what a command came to.

use super::*;

const ADA: ReplicaId = ReplicaId::new(u64::MAX);
const BOB: ReplicaId = ReplicaId::new(7);
const LONG: Duration = Duration::from_secs(3_600);
const FREE: Hold = Hold::Mine { is_wanted: false };

async fn hold(store: &impl DocumentStore, document: &DocumentId, replica: ReplicaId, time: Duration) -> Hold {
    store.hold(std::slice::from_ref(document), replica, time).await.expect("the store works")[0]
}

pub(in crate::store) async fn what_came_after_a_position_is_loaded_alone(fixture: impl Fixture) {
    let stores = [fixture.open().await, fixture.open().await];
    let id = create(&stores[0], "notes").await;
    for update in ["one", "two", "three"] {
        append(&stores[0], &id, update).await;
    }
    let since = async |after| stores[1].load_since(&id, Position::new(after)).await.expect("an intact document");

    let Since::Rows { log, position } = since(1).await else { panic!("nothing was compacted") };
    let texts: Vec<_> = log.iter().map(|logged| &logged.update[..]).collect();
    assert_eq!((texts, position), (vec![&b"two"[..], b"three"], Position::new(3)));
    assert_eq!(since(3).await, Since::Rows { log: Vec::new(), position: Position::new(3) });
    assert_eq!(since(4).await, Since::Compacted);
    let nobody = self::id("nobody");
    assert_eq!(stores[1].load_since(&nobody, Position::START).await, Err(StoreError::NotFound(nobody)));
}

pub(in crate::store) async fn what_was_compacted_is_not_loaded_row_by_row(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    for update in ["one", "two", "three"] {
        append(&store, &id, update).await;
    }
    store.compact(&id, &snapshot("one+two", 2), 5_000).await.expect("the store works");

    let since = async |after| store.load_since(&id, Position::new(after)).await.expect("an intact document");

    assert_eq!(since(1).await, Since::Compacted);
    let Since::Rows { log, .. } = since(2).await else { panic!("the third row is there") };
    assert_eq!(log.len(), 1);
}

pub(in crate::store) async fn a_damaged_row_is_not_passed_to_a_replica(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    append(&store, &id, "one").await;
    append(&store, &id, "two").await;
    fixture.damage(Damage::FlipLogBit(2)).await;

    let result = store.load_since(&id, Position::new(1)).await;

    assert!(matches!(result, Err(StoreError::Damaged { .. })), "{result:?}");
}

pub(in crate::store) async fn one_replica_keeps_a_document(fixture: impl Fixture) {
    let stores = [fixture.open().await, fixture.open().await];
    let (notes, plan) = (create(&stores[0], "notes").await, create(&stores[0], "plan").await);

    assert_eq!(hold(&stores[0], &notes, ADA, LONG).await, FREE);
    let asked = [plan.clone(), id("nobody"), notes.clone(), plan.clone()];
    let holds = stores[1].hold(&asked, BOB, LONG).await.expect("the store works");

    assert_eq!(holds, [FREE, Hold::Gone, Hold::Others { keeper: ADA }, FREE]);
    assert_eq!(hold(&stores[0], &plan, ADA, LONG).await, Hold::Others { keeper: BOB });
}

pub(in crate::store) async fn a_keeper_hears_that_its_document_is_wanted(fixture: impl Fixture) {
    let stores = [fixture.open().await, fixture.open().await];
    let id = create(&stores[0], "notes").await;
    hold(&stores[0], &id, ADA, LONG).await;
    assert_eq!(hold(&stores[0], &id, ADA, LONG).await, FREE);

    hold(&stores[1], &id, BOB, LONG).await;

    assert_eq!(hold(&stores[0], &id, ADA, LONG).await, Hold::Mine { is_wanted: true });
    assert_eq!(hold(&stores[0], &id, ADA, LONG).await, Hold::Mine { is_wanted: true });
    stores[0].release(std::slice::from_ref(&id), ADA).await.expect("the store works");
    assert_eq!(hold(&stores[1], &id, BOB, LONG).await, FREE);
}

pub(in crate::store) async fn a_document_is_free_when_its_time_is_over(fixture: impl Fixture) {
    let stores = [fixture.open().await, fixture.open().await];
    let id = create(&stores[0], "notes").await;
    hold(&stores[0], &id, ADA, LONG).await;
    hold(&stores[1], &id, BOB, LONG).await;
    hold(&stores[0], &id, ADA, Duration::ZERO).await;

    assert_eq!(hold(&stores[1], &id, BOB, LONG).await, FREE);
    assert_eq!(hold(&stores[0], &id, ADA, LONG).await, Hold::Others { keeper: BOB });
}

pub(in crate::store) async fn nobody_gives_up_what_another_keeps(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    hold(&store, &id, ADA, LONG).await;

    store.release(&[id.clone(), self::id("nobody")], BOB).await.expect("the store works");

    assert_eq!(hold(&store, &id, BOB, LONG).await, Hold::Others { keeper: ADA });
}

pub(in crate::store) async fn of_many_that_ask_one_gets_the_document(fixture: impl Fixture) {
    let stores = [fixture.open().await, fixture.open().await];
    let documents = [create(&stores[0], "notes").await, create(&stores[0], "plan").await];
    let backwards = [documents[1].clone(), documents[0].clone()];

    for _ in 0..20 {
        let (ada, bob) =
            futures_util::future::join(stores[0].hold(&documents, ADA, LONG), stores[1].hold(&backwards, BOB, LONG))
                .await;
        let (ada, bob) = (ada.expect("the store works"), bob.expect("the store works"));
        for (one, other) in [(ada[0], bob[1]), (ada[1], bob[0])] {
            assert_eq!([one, other].iter().filter(|hold| matches!(hold, Hold::Mine { .. })).count(), 1);
        }
        stores[0].release(&documents, ADA).await.expect("the store works");
        stores[1].release(&backwards, BOB).await.expect("the store works");
    }
}

fn with_outcome(document: &DocumentId, key: &str, json: &str, at_ms: u64) -> Append {
    Append { at_ms, outcome: Some(Outcome { key: key.into(), json: json.into() }), ..entry(document, "x") }
}

pub(in crate::store) async fn an_outcome_is_stored_with_its_updates(fixture: impl Fixture) {
    let stores = [fixture.open().await, fixture.open().await];
    let (notes, plan) = (create(&stores[0], "notes").await, create(&stores[0], "plan").await);
    let json = "{\"started\":\"spr_1 '가\"}";
    let alone = Append { updates: Vec::new(), ..with_outcome(&plan, "b", "2", 1) };

    let lost = with_outcome(&id("nobody"), "a", "0", 1);
    stores[0].append(&[with_outcome(&notes, "a", json, 1), alone, lost]).await.expect("the store works");

    assert_eq!(stores[1].outcome(&notes, "a").await, Ok(Some(json.into())));
    assert_eq!(stores[1].outcome(&plan, "b").await, Ok(Some("2".into())));
    assert_eq!(stores[1].outcome(&plan, "a").await, Ok(None));
    let nobody = id("nobody");
    assert_eq!(stores[1].outcome(&nobody, "a").await, Err(StoreError::NotFound(nobody)));
}

pub(in crate::store) async fn the_first_outcome_of_a_command_stays(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;

    let batch = [with_outcome(&id, "a", "1", 1), with_outcome(&id, "a", "2", 2)];
    store.append(&batch).await.expect("the store works");
    store.append(&[with_outcome(&id, "a", "3", 3)]).await.expect("the store works");

    assert_eq!(store.outcome(&id, "a").await, Ok(Some("1".into())));
}

pub(in crate::store) async fn a_key_that_is_too_long_stores_nothing(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    let longest = "k".repeat(OUTCOME_KEY_BYTES_MAX);

    let refused = store.append(&[entry(&id, "x"), with_outcome(&id, &format!("{longest}k"), "1", 1)]).await;
    store.append(&[with_outcome(&id, &longest, "1", 1)]).await.expect("the store works");

    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    assert_eq!(store.load(&id).await.expect("an intact document").position, Position::new(1));
}

pub(in crate::store) async fn old_outcomes_go_with_a_compaction(fixture: impl Fixture) {
    let store = fixture.open().await;
    let id = create(&store, "notes").await;
    let batch = [with_outcome(&id, "old", "1", 1_000), with_outcome(&id, "new", "2", 1_001)];
    store.append(&batch).await.expect("the store works");

    store.compact(&id, &snapshot("xx", 1), 1_001 + OUTCOME_KEPT_MS).await.expect("the store works");

    assert_eq!(store.outcome(&id, "old").await, Ok(None));
    assert_eq!(store.outcome(&id, "new").await, Ok(Some("2".into())));
}
