//! Random edits by several people over a bad network: delays, duplicates, losses, reconnects, restarts and crashes of
//! the server. At rest all copies are equal, and nothing that was acknowledged is missing.
//!
//! `CALIT_CONVERGENCE_SECONDS` for more than 10, `CALIT_SEED` to begin elsewhere; each episode takes the next seed.

use std::collections::BTreeSet;

use tokio::time::{Duration, Instant, sleep};
use yrs::types::ToJson as _;
use yrs::{
    Array as _, GetString as _, Map as _, ReadTxn as _, Text as _, Transact as _, TransactionMut, WriteTxn as _,
};

use crate::harness::client::{Client, Dialect};
use crate::harness::proxy::{Proxy, Weather};
use crate::harness::seed::{Random, number};
use crate::harness::server::Server;
use crate::harness::socket;
use crate::harness::within;

/// Events of one episode; the next one begins with an empty document.
const EVENTS: u64 = 400;

/// One person with a network of their own.
struct Person {
    client: Client,
    proxy: Proxy,
    /// Unique marks that were inserted, with the number of the edit. They are never removed.
    marks: Vec<(u64, String)>,
}

struct Episode {
    seed: u64,
    random: Random,
    server: Server,
    people: Vec<Person>,
}

impl Episode {
    async fn begin(seed: u64) -> Self {
        let (mut random, server) = (Random::new(seed), Server::open());
        let mut people = Vec::new();
        for id in 1..=3 + random.below(3) {
            let proxy = Proxy::to(server.address()).await;
            let dialect = if random.one_in(2) { Dialect::Stock } else { Dialect::Calit };
            let client = Client::new(dialect, "room", id);
            client.connect(proxy.address);
            people.push(Person { client, proxy, marks: Vec::new() });
        }
        Self { seed, random, server, people }
    }

    async fn play(&mut self) {
        for event in 0..EVENTS {
            self.event(event).await;
            // Edits and messages interleave; without a pause all edits of an episode would be offline.
            sleep(Duration::from_micros(self.random.below(3_000))).await;
        }
    }

    async fn event(&mut self, event: u64) {
        let who = self.random.below(self.people.len() as u64) as usize;
        let person = &mut self.people[who];
        match self.random.below(100) {
            0..3 => person.proxy.cut(),
            3..5 => person.client.disconnect(),
            5..7 => person.client.lose_connection(),
            7..14 => person.client.connect(person.proxy.address),
            14..17 => person.weather(&mut self.random),
            17..20 => person.client.send_again(),
            20 if self.random.one_in(4) => self.restart().await,
            20..30 => person.mark(event),
            _ => person.edit(&mut self.random),
        }
    }

    async fn restart(&mut self) {
        self.people.iter().for_each(|person| person.proxy.lead_nowhere());
        if self.random.one_in(2) {
            self.server.kill();
        } else {
            assert_eq!(self.server.term().await.code(), Some(0), "CALIT_SEED={}", self.seed);
        }
        self.server.start();
        self.people.iter().for_each(|person| person.proxy.lead_to(self.server.address()));
    }

    /// Calms the network, waits for rest, and looks.
    async fn end(self) {
        let seed = self.seed;
        for person in &self.people {
            person.proxy.weather(Weather::default());
            person.client.connect(person.proxy.address);
        }
        let acked: Vec<u64> = self.people.iter().map(|person| person.client.look(|state| state.ledger.acked)).collect();
        for person in &self.people {
            person.client.until(&format!("a sync; CALIT_SEED={seed}"), |state| state.is_synced).await;
            person.client.saved().await;
        }
        let copies: Vec<Client> = self.people.iter().map(|person| person.client.clone()).collect();
        crate::harness::client::converge(&copies, |client| {
            format!("CALIT_SEED={seed} {}", client.look(|state| view(&state.doc)))
        })
        .await;
        let stored = socket::fetch(self.server.address(), "room").await;
        assert_eq!(
            view(&stored),
            copies[0].look(|state| view(&state.doc)),
            "CALIT_SEED={seed}: the server has something else"
        );
        let found = marks(&stored);
        for (person, acked) in self.people.iter().zip(acked) {
            for (edit, mark) in &person.marks {
                assert!(
                    found.contains(mark),
                    "CALIT_SEED={seed}: edit {edit} ({mark}) is lost; acknowledged up to {acked}"
                );
            }
        }
    }
}

impl Person {
    fn weather(&self, random: &mut Random) {
        let delay = Duration::from_millis([0, 1, 5, 30][random.below(4) as usize]);
        let bytes_per_second = random.one_in(6).then_some(20_000);
        self.proxy.weather(Weather { delay, bytes_per_second, is_stalled: random.one_in(8) });
    }

    fn mark(&mut self, event: u64) {
        let mark = format!("{}-{event}", self.client.id());
        let edit = self.client.edit(|txn| {
            let map = txn.get_or_insert_map("marks");
            map.insert(txn, mark.as_str(), true);
        });
        self.marks.push((edit, mark));
    }

    fn edit(&self, random: &mut Random) {
        self.client.edit(|txn| match random.below(3) {
            0 => edit_map(txn, random),
            1 => edit_text(txn, random),
            _ => edit_array(txn, random),
        });
    }
}

fn edit_map(txn: &mut TransactionMut<'_>, random: &mut Random) {
    let map = txn.get_or_insert_map("map");
    let key = format!("k{}", random.below(8));
    if random.one_in(4) {
        map.remove(txn, &key);
    } else {
        map.insert(txn, key, random.below(1_000) as f64);
    }
}

fn edit_text(txn: &mut TransactionMut<'_>, random: &mut Random) {
    let text = txn.get_or_insert_text("text");
    let len = text.len(txn) as u64;
    if random.one_in(4) && len > 4 {
        let at = random.below(len - 2) as u32;
        text.remove_range(txn, at, 1 + random.below(2) as u32);
    } else {
        text.insert(txn, random.below(len + 1) as u32, ["a", "가", "ü", "wörd "][random.below(4) as usize]);
    }
}

fn edit_array(txn: &mut TransactionMut<'_>, random: &mut Random) {
    let array = txn.get_or_insert_array("array");
    let len = u64::from(array.len(txn));
    if random.one_in(4) && len > 0 {
        array.remove(txn, random.below(len) as u32);
    } else {
        array.insert(txn, random.below(len + 1) as u32, random.below(1_000) as f64);
    }
}

/// Everything that two copies must agree on: clocks, deletions, and what people see.
pub(crate) fn view(doc: &yrs::Doc) -> String {
    let txn = doc.transact();
    let snapshot = txn.snapshot();
    let mut clocks: Vec<_> = snapshot.state_map.iter().map(|(client, clock)| (client.get(), *clock)).collect();
    clocks.sort_unstable();
    let mut deleted: Vec<_> = (snapshot.delete_set.iter())
        .flat_map(|(client, ranges)| ranges.iter().map(|range| (client.get(), range.start, range.end)))
        .collect();
    deleted.sort_unstable();
    let text = txn.get_text("text").map(|text| text.get_string(&txn)).unwrap_or_default();
    let array = txn.get_array("array").map(|array| array.to_json(&txn).to_string()).unwrap_or_default();
    let mut map: Vec<_> = txn.get_map("map").map(|map| entries(&txn, &map)).unwrap_or_default();
    map.sort();
    format!("clocks {clocks:?}\ndeleted {deleted:?}\nmap {map:?}\ntext {text}\narray {array}")
}

fn entries(txn: &impl yrs::ReadTxn, map: &yrs::MapRef) -> Vec<(String, String)> {
    map.iter(txn).map(|(key, value)| (key.to_owned(), value.to_string(txn))).collect()
}

pub(crate) fn marks(doc: &yrs::Doc) -> BTreeSet<String> {
    let txn = doc.transact();
    txn.get_map("marks").map(|marks| marks.keys(&txn).map(str::to_owned).collect()).unwrap_or_default()
}

/// [SY3] [SY5] [AC1] [AC2]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_copies_are_equal_at_rest_and_nothing_acknowledged_is_lost() {
    let seconds = number("CALIT_CONVERGENCE_SECONDS").unwrap_or(10);
    let first_seed = Random::seed(1);
    let started = Instant::now();
    let mut seed = first_seed;
    while seed == first_seed || started.elapsed() < Duration::from_secs(seconds) {
        println!("episode CALIT_SEED={seed}");
        let mut episode = within("an episode begins", Episode::begin(seed)).await;
        episode.play().await;
        episode.end().await;
        seed += 1;
    }
    println!("{} episodes from CALIT_SEED={first_seed}, all copies equal, 0 lost", seed - first_seed);
}
