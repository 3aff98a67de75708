//! What happened in documents.

use super::*;

fn event(number: u64, subject: &str) -> Event {
    Event { number, subject: subject.into(), body: format!("{{\"kind\":\"k{number}\"}}") }
}

/// The numbers of the events that a query finds.
async fn numbers(store: &impl DocumentStore, query: EventQuery) -> Vec<u64> {
    let events = store.events(&EventQuery { limit: query.limit.max(1), ..query }).await.expect("the store works");
    events.into_iter().map(|event| event.number).collect()
}

pub(in crate::store) async fn events_are_stored_with_their_updates(fixture: impl Fixture) {
    let store = fixture.open().await;
    let notes = create(&store, "notes").await;
    let body = "{\"kind\":\"renamed\",\"to\":\"\\u0000 \u{202e} '가\"}".to_owned();
    let odd = Event { number: 5, subject: "a\"b\\'가".into(), body: body.clone() };
    let lost = Append { events: vec![event(1, "x")], ..entry(&id("nobody"), "lost") };
    let kept = Append { events: vec![odd], ..entry(&notes, "one") };

    store.append(&[lost, kept]).await.expect("the store works");

    let events = store.events(&EventQuery { limit: 9, ..EventQuery::default() }).await.expect("the store works");
    let subject = "a\"b\\'가".to_owned();
    let expected = RecordedEvent { document: notes, number: 5, at_ms: 1_000, author: "usr_ada".into(), subject, body };
    assert_eq!(events, [expected]);
}

pub(in crate::store) async fn a_batch_appended_again_leaves_one_copy_of_its_events(fixture: impl Fixture) {
    let store = fixture.open().await;
    let notes = create(&store, "notes").await;
    let batch = [Append { events: vec![event(1, "a"), event(2, "a")], ..entry(&notes, "one") }];

    store.append(&batch).await.expect("the store works");
    store.append(&batch).await.expect("the store works");

    assert_eq!(numbers(&store, EventQuery { limit: 9, ..EventQuery::default() }).await, [2, 1]);
}

pub(in crate::store) async fn events_are_found_by_document_subject_time_and_author(fixture: impl Fixture) {
    let store = fixture.open().await;
    let (notes, plan) = (create(&store, "notes").await, create(&store, "plan").await);
    let by = |document: &DocumentId, author: &str, at_ms, events| Append {
        author: author.into(),
        at_ms,
        events,
        ..entry(document, "x")
    };
    let batch = [
        by(&notes, "usr_ada", 10, vec![event(1, "a"), event(2, "b")]),
        by(&plan, "usr_bob", 20, vec![event(7, "a")]),
        by(&notes, "usr_bob", 30, vec![event(3, "a")]),
    ];
    store.append(&batch).await.expect("the store works");
    let all = EventQuery { limit: 9, ..EventQuery::default() };
    let of_notes = EventQuery { document: Some(notes.clone()), ..all.clone() };

    assert_eq!(numbers(&store, all.clone()).await[..2], [3, 7]);
    assert_eq!(numbers(&store, EventQuery { since_ms: 20, ..all.clone() }).await, [3, 7]);
    assert_eq!(numbers(&store, EventQuery { not_by: Some("usr_ada".into()), ..all.clone() }).await, [3, 7]);
    assert_eq!(numbers(&store, of_notes.clone()).await, [3, 2, 1]);
    assert_eq!(numbers(&store, EventQuery { subject: Some("a".into()), ..of_notes.clone() }).await, [3, 1]);
    assert_eq!(numbers(&store, EventQuery { before: Some(3), limit: 1, ..of_notes }).await, [2]);
    let unknown = EventQuery { document: Some(id("nobody")), ..all };
    assert_eq!(store.events(&unknown).await, Err(StoreError::NotFound(id("nobody"))));
}
