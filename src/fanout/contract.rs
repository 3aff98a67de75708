//! What every [`Fanout`] must do, as tests. An implementation runs them all:
//!
//! ```ignore
//! contract::tests!(MemoryNetwork::default());
//! ```

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::exchange::QUEUE_MESSAGES_MAX;
use super::*;

/// A way between replicas that one test has for itself.
pub(super) trait Network {
    /// The implementation under test. Dropping it is the replica's death.
    type Replica: Fanout;

    /// A new replica, when it has reached the network.
    fn replica(&self, number: u64) -> impl Future<Output = Self::Replica> + Send;
}

/// How long a test waits for what must happen.
pub(super) const DEADLINE: Duration = Duration::from_secs(15);

pub(super) fn document(name: &str) -> DocumentId {
    DocumentId::parse_open(name).expect("a valid name")
}

/// Waits until something is so.
pub(super) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        sleep(Duration::from_millis(2)).await;
    }
}

/// The next message; a gap says only that something may be missing.
pub(super) async fn next_message(line: &mut Line) -> (ReplicaId, Bytes) {
    timeout(DEADLINE, async {
        loop {
            if let Heard::Message { from, body } = line.hear().await {
                return (from, body);
            }
        }
    })
    .await
    .expect("a message in time")
}

/// The next gap; messages before it are passed over.
pub(super) async fn next_gap(line: &mut Line) -> Option<ReplicaId> {
    timeout(DEADLINE, async {
        loop {
            if let Heard::Gap { from } = line.hear().await {
                return from;
            }
        }
    })
    .await
    .expect("a gap in time")
}

/// Two replicas that know each other, and a line of each.
async fn pair<N: Network>(network: &N) -> [(N::Replica, Line); 2] {
    let (ada, bob) = (network.replica(1).await, network.replica(2).await);
    let (mut to_bob, mut to_ada) = (ada.join(&document("plan")).await, bob.join(&document("plan")).await);
    meet(&mut to_bob, &mut to_ada).await;
    [(ada, to_bob), (bob, to_ada)]
}

/// Speaks on both until both have been heard, and all has arrived.
pub(super) async fn meet<'a>(mut one: &'a mut Line, mut two: &'a mut Line) {
    for _ in 0..2 {
        until("the other is there", || one.has_peers()).await;
        one.publish(Bytes::from_static(b"hello"));
        assert_eq!(next_message(two).await.1, "hello");
        (one, two) = (two, one);
    }
}

pub(super) async fn the_others_hear_a_message_and_its_author_does_not(network: impl Network) {
    let [(ada, mut from_ada), (bob, mut from_bob)] = pair(&network).await;
    let cyd = network.replica(3).await;
    let mut at_cyd = cyd.join(&document("plan")).await;

    from_ada.publish(Bytes::from_static(b"one"));
    from_bob.publish(Bytes::from_static(b"two"));

    assert_eq!(next_message(&mut from_bob).await, (ada.replica(), Bytes::from_static(b"one")));
    assert_eq!(next_message(&mut from_ada).await, (bob.replica(), Bytes::from_static(b"two")));
    assert_eq!(next_message(&mut at_cyd).await, (ada.replica(), Bytes::from_static(b"one")));
    assert_eq!(next_message(&mut at_cyd).await, (bob.replica(), Bytes::from_static(b"two")));
}

pub(super) async fn messages_of_one_replica_keep_their_order_without_a_gap(network: impl Network) {
    let [(_ada, mut from_ada), (_bob, mut at_bob)] = pair(&network).await;

    (0..1_000_u32).for_each(|number| from_ada.publish(number.to_be_bytes().to_vec().into()));

    for number in 0..1_000_u32 {
        let heard = timeout(DEADLINE, at_bob.hear()).await.expect("a message in time");
        assert!(
            matches!(&heard, Heard::Message { body, .. } if body[..] == number.to_be_bytes()),
            "{number}: {heard:?}"
        );
    }
}

pub(super) async fn a_line_does_not_hear_another_document(network: impl Network) {
    let [(ada, _from_ada), (bob, mut at_bob)] = pair(&network).await;
    let (mut elsewhere, _at_bob_too) = (ada.join(&document("other")).await, bob.join(&document("other")).await);
    let mut same_document = ada.join(&document("plan")).await;

    elsewhere.publish(Bytes::from_static(b"of the other"));
    same_document.publish(Bytes::from_static(b"of the plan"));

    assert_eq!(next_message(&mut at_bob).await.1, "of the plan");
}

pub(super) async fn whoever_joins_hears_from_then_on(network: impl Network) {
    let [(_ada, mut from_ada), (bob, first)] = pair(&network).await;

    for round in 0..20_u8 {
        let mut again = bob.join(&document("plan")).await;
        from_ada.publish(vec![round].into());
        assert_eq!(next_message(&mut again).await.1[..], [round]);
    }
    drop(first);
}

pub(super) async fn a_document_that_was_left_is_heard_again_when_it_is_joined_again(network: impl Network) {
    let [(_ada, mut from_ada), (bob, mut at_bob)] = pair(&network).await;

    for round in 0..50_u8 {
        drop(at_bob);
        at_bob = bob.join(&document("plan")).await;
        from_ada.publish(vec![round].into());
        assert_eq!(next_message(&mut at_bob).await.1[..], [round]);
    }
}

pub(super) async fn what_a_line_has_no_room_for_becomes_a_gap(network: impl Network) {
    let [(_ada, mut from_ada), (bob, mut slow)] = pair(&network).await;
    let mut quick = bob.join(&document("plan")).await;

    for _ in 0..=QUEUE_MESSAGES_MAX {
        from_ada.publish(Bytes::from_static(b"again"));
        assert_eq!(next_message(&mut quick).await.1, "again");
    }

    let heard = timeout(DEADLINE, slow.hear()).await.expect("a gap in time");
    assert_eq!(heard, Heard::Gap { from: None });
    from_ada.publish(Bytes::from_static(b"after"));
    let heard = timeout(DEADLINE, slow.hear()).await.expect("a message in time");
    assert!(matches!(heard, Heard::Message { body, .. } if body == "after"), "the line goes on behind the gap");
}

pub(super) async fn large_messages_that_wait_are_bounded_in_bytes(network: impl Network) {
    let [(_ada, mut from_ada), (bob, mut slow)] = pair(&network).await;
    let mut quick = bob.join(&document("plan")).await;
    let large = Bytes::from(vec![7; 6 * 1024 * 1024]);

    for _ in 0..6 {
        from_ada.publish(large.clone());
        assert!(next_message(&mut quick).await.1 == large);
    }

    assert_eq!(timeout(DEADLINE, slow.hear()).await.expect("a gap in time"), Heard::Gap { from: None });
}

pub(super) async fn a_replica_is_alone_until_another_comes_and_after_it_has_gone(network: impl Network) {
    let ada = network.replica(1).await;
    let line = ada.join(&document("plan")).await;
    until("nobody else is there", || !line.has_peers()).await;

    let bob = network.replica(2).await;
    until("the other is there", || line.has_peers() && ada.is_alive(bob.replica())).await;
    assert!(!ada.is_alive(ReplicaId::new(3)), "nobody knows a third");

    let gone = bob.replica();
    drop(bob);
    until("the other is not alive", || !ada.is_alive(gone)).await;
    until("nobody else is there", || !line.has_peers()).await;
}

pub(super) async fn dropping_what_waits_to_hear_loses_nothing(network: impl Network) {
    let [(_ada, mut from_ada), (_bob, mut at_bob)] = pair(&network).await;

    from_ada.publish(Bytes::from_static(b"one"));
    for _ in 0..100 {
        // Polled once, and dropped unless it is ready.
        let heard = futures_util::FutureExt::now_or_never(at_bob.hear());
        let Some(heard) = heard else { continue };
        assert!(matches!(heard, Heard::Message { body, .. } if body == "one"));
        return;
    }
    assert_eq!(next_message(&mut at_bob).await.1, "one");
}

pub(super) async fn what_was_not_said_to_a_replica_that_seemed_gone_is_a_gap(network: impl Network) {
    let [(_ada, mut from_ada), (bob, mut at_bob)] = pair(&network).await;

    // As if it had asked whether anybody is there, and heard that nobody is.
    from_ada.was_alone.store(true, Ordering::Relaxed);
    from_ada.publish(Bytes::from_static(b"after"));

    assert_eq!(next_gap(&mut at_bob).await, Some(from_ada.exchange.replica()));
    assert_eq!(next_message(&mut at_bob).await.1, "after");
    drop(bob);
}

/// Runs the contract for the [`Network`] that the expression makes.
macro_rules! tests {
    ($network:expr) => {
        $crate::fanout::contract::tests! { $network =>
            the_others_hear_a_message_and_its_author_does_not
            messages_of_one_replica_keep_their_order_without_a_gap
            a_line_does_not_hear_another_document
            whoever_joins_hears_from_then_on
            a_document_that_was_left_is_heard_again_when_it_is_joined_again
            what_a_line_has_no_room_for_becomes_a_gap
            large_messages_that_wait_are_bounded_in_bytes
            a_replica_is_alone_until_another_comes_and_after_it_has_gone
            dropping_what_waits_to_hear_loses_nothing
            what_was_not_said_to_a_replica_that_seemed_gone_is_a_gap
        }
    };
    ($network:expr => $($name:ident)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                $crate::fanout::contract::$name($network).await;
            }
        )*
    };
}
pub(super) use tests;
