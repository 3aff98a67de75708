use super::*;
use crate::document::gate;

const ANN: SessionKey = SessionKey(1);
const BOB: SessionKey = SessionKey(2);

fn entry(client: u64, clock: u32, state: Option<&str>) -> AwarenessEntry<'_> {
    AwarenessEntry { client, clock, state }
}

#[test]
fn many_states_within_a_tick_leave_as_the_latest() {
    let (mut presence, now) = (Presence::default(), Instant::now());
    for clock in 1..=100 {
        presence.announce(ANN, None, &[entry(7, clock, Some("{}"))], now);
    }

    assert_eq!(presence.take_changes(), Some(vec![1, 7, 100, 2, b'{', b'}']));
    assert_eq!(presence.take_changes(), None);
}

#[test]
fn nobody_speaks_for_somebody_else() {
    let (mut presence, now) = (Presence::default(), Instant::now());
    presence.announce(ANN, None, &[entry(7, 1, Some("{}"))], now);

    assert!(!presence.announce(BOB, None, &[entry(7, 2, None)], now));
}

#[test]
fn what_others_repeat_of_somebody_who_has_just_gone_does_not_bring_them_back() {
    for is_clean in [true, false] {
        let (mut presence, now) = (Presence::default(), Instant::now());
        presence.announce(ANN, None, &[entry(7, 9, Some("{}"))], now);
        presence.announce(BOB, None, &[entry(8, 1, Some("{}"))], now);
        presence.leave(ANN, is_clean, now);
        presence.expire(now);
        presence.take_changes();

        assert!(!presence.announce(BOB, None, &[entry(7, 9, Some("{}"))], now), "clean: {is_clean}");
        presence.expire(now + LINGER);
        presence.take_changes();
        assert_eq!(presence.everybody(), Some(vec![1, 8, 1, 2, b'{', b'}']));
    }
}

#[test]
fn who_has_gone_is_forgotten_after_a_while() {
    let (mut presence, now) = (Presence::default(), Instant::now());
    presence.announce(ANN, None, &[entry(7, 9, Some("{}"))], now);
    presence.leave(ANN, true, now);
    presence.expire(now);
    presence.take_changes();
    presence.take_changes_here();
    presence.expire(now + FORGET);

    assert!(presence.clients.is_empty());
}

#[test]
fn a_removal_keeps_its_clock() {
    let (mut presence, now) = (Presence::default(), Instant::now());
    presence.announce(ANN, None, &[entry(7, 9, Some("{}"))], now);
    presence.take_changes();
    presence.leave(ANN, true, now);

    assert!(presence.expire(now));
    assert_eq!(presence.take_changes(), Some(vec![1, 7, 9, 4, b'n', b'u', b'l', b'l']));
    assert_eq!(presence.everybody(), None);
}

#[test]
fn a_quick_reconnect_is_not_seen_as_leaving() {
    let (mut presence, now) = (Presence::default(), Instant::now());
    presence.announce(ANN, None, &[entry(7, 9, Some("{}"))], now);
    presence.take_changes();
    presence.take_changes_here();
    presence.leave(ANN, false, now);

    assert!(!presence.expire(now + LINGER - Duration::from_millis(1)));
    presence.announce(BOB, None, &[entry(7, 9, Some("{}"))], now);
    presence.take_changes();
    presence.take_changes_here();
    assert!(!presence.expire(now + LINGER * 2));
}

#[test]
fn who_says_goodbye_elsewhere_is_seen_when_they_come_back_at_once() {
    let (here, elsewhere, third) = (ReplicaId::new(1), ReplicaId::new(2), ReplicaId::new(3));
    let now = Instant::now();
    let mut presence = Presence::default();
    presence.hear(elsewhere, &[entry(7, 9, Some("{}"))], now);
    presence.hear(elsewhere, &[entry(7, 9, None)], now);
    let mut at_third = Presence::default();
    at_third.hear(here, &[entry(7, 9, Some("{}"))], now);
    at_third.hear(here, &[entry(7, 9, None)], now);

    assert!(presence.announce(ANN, None, &[entry(7, 9, Some("{}"))], now), "on another replica");
    assert!(at_third.hear(third, &[entry(7, 9, Some("{}"))], now), "and on a third");
}

#[test]
fn one_connection_introduces_a_bounded_number_of_ids() {
    let (mut presence, now) = (Presence::default(), Instant::now());
    for id in 0..100 {
        presence.announce(ANN, None, &[entry(id, 1, Some("{}"))], now);
    }

    assert_eq!(presence.clients.len(), AWARENESS_CLIENTS_MAX);
}

/// Replicas that tell each other whose presence changed.
struct Replicas {
    all: [Presence; 3],
    now: Instant,
    /// Who was shown as gone, and where.
    gone: BTreeSet<(usize, u64)>,
}

impl Replicas {
    /// Somebody is known to all, from the first.
    fn who_know(client: u64) -> Self {
        let all = std::array::from_fn(|_| Presence::default());
        let mut replicas = Self { all, now: Instant::now(), gone: BTreeSet::new() };
        replicas.announce(0, ANN, client, 9);
        replicas
    }

    fn announce(&mut self, at: usize, session: SessionKey, client: u64, clock: u32) {
        self.all[at].announce(session, None, &[entry(client, clock, Some("{}"))], self.now);
        self.settle();
    }

    fn lose(&mut self, at: usize, session: SessionKey) {
        self.all[at].leave(session, false, self.now);
        self.settle();
    }

    fn lose_replica(&mut self, lost: u64, at: usize) {
        self.all[at].lose_replica(ReplicaId::new(lost), self.now);
        self.settle();
    }

    /// A replica says who is there.
    fn say_who_is_at(&mut self, from: usize) {
        let there = self.all[from].who_is_here();
        for (_, presence) in self.all.iter_mut().enumerate().filter(|(at, _)| *at != from) {
            presence.hear_who_is_there(ReplicaId::new(from as u64), &there, self.now);
        }
        self.settle();
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        for presence in &mut self.all {
            presence.expire(self.now);
        }
        self.settle();
    }

    /// Everything is told, and shown at every step.
    fn settle(&mut self) {
        for rounds in 0.. {
            assert!(rounds < 10, "they never stop to talk");
            self.all.iter_mut().enumerate().for_each(|(at, presence)| show(presence, at, &mut self.gone));
            let told: Vec<_> = self.all.iter_mut().map(Presence::take_changes_here).collect();
            if told.iter().all(Option::is_none) {
                return;
            }
            for (from, update) in told.iter().enumerate() {
                let Some(update) = update else { continue };
                let entries = gate::check_awareness(update).expect("an awareness update");
                for (at, presence) in self.all.iter_mut().enumerate().filter(|(at, _)| *at != from) {
                    presence.hear(ReplicaId::new(from as u64), &entries, self.now);
                    show(presence, at, &mut self.gone);
                }
            }
        }
    }

    fn who_is_there(&self) -> Vec<Vec<u64>> {
        let there = |presence: &Presence| {
            let ids = presence.clients.iter().filter(|(_, client)| client.state.is_some());
            ids.map(|(id, _)| *id).collect::<BTreeSet<u64>>().into_iter().collect()
        };
        self.all.iter().map(there).collect()
    }
}

fn show(presence: &mut Presence, at: usize, gone: &mut BTreeSet<(usize, u64)>) {
    let Some(update) = presence.take_changes() else { return };
    let entries = gate::check_awareness(&update).expect("an awareness update");
    gone.extend(entries.iter().filter(|entry| entry.state.is_none()).map(|entry| (at, entry.client)));
}

const AGAIN: SessionKey = SessionKey(3);

#[test]
fn who_comes_over_to_another_replica_is_never_seen_as_gone() {
    for is_noticed_first in [true, false] {
        let mut replicas = Replicas::who_know(7);
        if is_noticed_first {
            replicas.lose(0, ANN);
            replicas.pass(LINGER - Duration::from_millis(1));
            replicas.announce(1, AGAIN, 7, 9);
        } else {
            replicas.announce(1, AGAIN, 7, 9);
            replicas.pass(Duration::from_secs(1));
            replicas.lose(0, ANN);
        }

        replicas.pass(LINGER);
        replicas.pass(LINGER);
        replicas.announce(1, AGAIN, 7, 10);

        assert_eq!((&replicas.who_is_there(), replicas.gone.len()), (&vec![vec![7]; 3], 0), "{is_noticed_first}");
        replicas.lose(1, AGAIN);
        replicas.pass(LINGER);
        assert_eq!(replicas.who_is_there(), vec![Vec::<u64>::new(); 3]);
    }
}

#[test]
fn who_comes_over_from_a_replica_that_dies_is_never_seen_as_gone() {
    for (first, second) in [(1, 2), (2, 1)] {
        let mut replicas = Replicas::who_know(7);
        replicas.all[0] = Presence::default();

        replicas.announce(1, AGAIN, 7, 9);
        replicas.lose_replica(0, first);
        replicas.pass(Duration::from_secs(1));
        replicas.lose_replica(0, second);
        replicas.pass(LINGER);

        assert_eq!((&replicas.who_is_there()[1..], replicas.gone.len()), (&[vec![7], vec![7]][..], 0), "{first} first");
    }
}

#[test]
fn who_is_repeated_on_another_replica_leaves_all_the_same() {
    let mut replicas = Replicas::who_know(7);

    // It has no presence of its own.
    replicas.announce(1, BOB, 7, 9);
    replicas.announce(0, ANN, 7, 10);
    replicas.announce(1, BOB, 7, 10);
    replicas.lose(0, ANN);
    replicas.pass(LINGER);

    assert_eq!(replicas.who_is_there(), vec![Vec::<u64>::new(); 3]);
}

#[test]
fn who_comes_over_and_leaves_at_once_leaves_no_ghost() {
    for is_noticed_first in [true, false] {
        let mut replicas = Replicas::who_know(7);
        if is_noticed_first {
            replicas.lose(0, ANN);
        }
        replicas.announce(1, AGAIN, 7, 9);
        replicas.lose(1, AGAIN);
        if !is_noticed_first {
            replicas.lose(0, ANN);
        }

        replicas.pass(LINGER);
        replicas.pass(LINGER);

        assert_eq!(replicas.who_is_there(), vec![Vec::<u64>::new(); 3], "{is_noticed_first}");
    }
}

#[test]
fn a_goodbye_that_is_lost_or_overtaken_leaves_a_ghost_until_the_next_word_of_who_is_there() {
    let mut replicas = Replicas::who_know(7);
    replicas.all[0].leave(ANN, true, replicas.now);
    replicas.all[0].expire(replicas.now);
    replicas.all[0].take_changes_here().expect("a goodbye, which is lost");
    assert_eq!(replicas.who_is_there(), [vec![], vec![7], vec![7]]);

    replicas.say_who_is_at(0);
    assert_eq!(replicas.who_is_there(), vec![Vec::<u64>::new(); 3]);

    replicas.all[2].hear(ReplicaId::new(0), &[entry(7, 9, Some("{}"))], replicas.now);
    assert_eq!(replicas.who_is_there(), [vec![], vec![], vec![7]], "what comes late cannot be told from a return");
    replicas.say_who_is_at(1);
    assert_eq!(replicas.who_is_there()[2], [7], "each speaks for its own");
    replicas.say_who_is_at(0);
    assert_eq!(replicas.who_is_there(), vec![Vec::<u64>::new(); 3]);
}

#[test]
fn who_has_gone_from_another_replica_is_forgotten_although_it_goes_on_to_say_so() {
    let mut replicas = Replicas::who_know(7);
    replicas.lose(0, ANN);
    replicas.pass(LINGER);

    for _ in 0..7 {
        replicas.pass(FORGET / 6);
        replicas.say_who_is_at(0);
    }

    assert!(replicas.all.iter().all(|presence| presence.clients.is_empty()));
}
