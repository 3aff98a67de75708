//! `kill -9` of every replica, again and again, while people edit: what was acknowledged is there after each of them.
//!
//! The ledgers are kept by the clients, outside of the server. `CALIT_KILLS` for more than 20, `CALIT_EDITS` for more than 200
//! edits before each.

use std::collections::BTreeMap;

use tokio::time::{Duration, sleep};

use crate::harness::author::{remove, set, value};
use crate::harness::backend::{Backend, Setup, Shared};
use crate::harness::client::{Client, Dialect, converge};
use crate::harness::proxy::{Proxy, Weather};
use crate::harness::seed::{Random, number};
use crate::harness::server::Server;
use crate::harness::socket;
use crate::replicas::in_between;

/// How long a commit takes where it is slow, at least: longer than people edit between two kills.
const SLOW_COMMIT: Duration = Duration::from_millis(40);

/// What one client believes: for each key the edit that last set or removed it, and the value after it.
#[derive(Default)]
struct Beliefs(BTreeMap<String, Vec<(u64, Option<String>)>>);

impl Beliefs {
    /// The values that a key may have when everything up to `acked` is kept: the last acknowledged one, or a later one.
    fn allowed(&self, key: &str, acked: u64) -> Vec<Option<String>> {
        let edits = &self.0[key];
        let last = edits.iter().rposition(|(edit, _)| *edit <= acked);
        let mut allowed: Vec<_> = edits[last.unwrap_or(0)..].iter().map(|(_, value)| value.clone()).collect();
        if last.is_none() {
            allowed.push(None);
        }
        allowed
    }
}

struct Editor {
    client: Client,
    /// The way to one replica after the other.
    proxy: Proxy,
    beliefs: Beliefs,
    count: u64,
}

impl Editor {
    /// Sets a key of its own, or removes one.
    fn edit(&mut self, random: &mut Random) {
        self.count += 1;
        let keys: Vec<&String> = self.beliefs.0.keys().collect();
        let (key, value) = if random.one_in(4) && !keys.is_empty() {
            (keys[random.below(keys.len() as u64) as usize].clone(), None)
        } else {
            (format!("{}-{}", self.client.id(), random.below(500)), Some(self.count.to_string()))
        };
        let before = self.client.look(|state| state.ledger.edits);
        let edit = self.client.edit(|txn| match &value {
            Some(value) => set(txn, &key, value),
            None => remove(txn, &key),
        });
        if edit > before {
            self.beliefs.0.entry(key).or_default().push((edit, value));
        }
    }
}

/// People who edit, and the replicas that die under them.
struct Loop {
    server: Server,
    editors: Vec<Editor>,
    random: Random,
    /// The replicas' ways to their store, which are slow while people edit.
    slow: Vec<Proxy>,
    /// For whoever wants to see it again.
    settings: String,
}

impl Loop {
    async fn begin(server: Server) -> Self {
        let seed = Random::seed(1);
        let mut editors = Vec::new();
        for id in 1..=4 {
            let dialect = if id % 2 == 0 { Dialect::Stock } else { Dialect::Calit };
            let proxy = Proxy::to(server.address()).await;
            let client = Client::join(dialect, proxy.address, "room", id).await;
            editors.push(Editor { client, proxy, beliefs: Beliefs::default(), count: 0 });
        }
        let settings = format!("CALIT_SEED={seed}");
        Self { server, editors, random: Random::new(seed), slow: Vec::new(), settings }
    }

    fn delay_commits(&self, delay: Duration) {
        self.slow.iter().for_each(|line| line.weather(Weather { delay, ..Weather::default() }));
    }

    /// Everybody edits, so many times in all, give or take.
    async fn edit(&mut self, edits: u64) {
        let rounds = edits / self.editors.len() as u64;
        for _ in 0..rounds / 2 + self.random.below(rounds + 1) {
            self.editors.iter_mut().for_each(|editor| editor.edit(&mut self.random));
            // The spread of the kills over the life of a commit group; not a wait for anything.
            sleep(Duration::from_micros(self.random.below(2_000))).await;
        }
    }

    /// Ends every process and starts them again. Nobody is let in before the document was looked at on each.
    async fn kill(&mut self, kill: u64) {
        self.editors.iter().for_each(|editor| editor.proxy.lead_nowhere());
        self.server.kill();
        let acked = self.acked();
        self.delay_commits(Duration::ZERO);
        self.server.start();
        for _ in 0..self.server.replicas() {
            let survived = socket::fetch(self.server.address(), "room").await;
            for (editor, acked) in self.editors.iter().zip(&acked) {
                for key in editor.beliefs.0.keys() {
                    let (found, allowed) = (value(&survived, key), editor.beliefs.allowed(key, *acked));
                    let settings = &self.settings;
                    assert!(
                        allowed.contains(&found),
                        "{settings}: after kill {kill}, {key} is {found:?}; acknowledged: {allowed:?}"
                    );
                }
            }
        }
        self.delay_commits(SLOW_COMMIT);
        self.editors.iter().for_each(|editor| editor.proxy.lead_to(self.server.address()));
        for editor in &self.editors {
            editor.client.until("it is back", |state| state.connections > kill as u32 && state.is_synced).await;
        }
    }

    fn acked(&self) -> Vec<u64> {
        self.editors.iter().map(|editor| editor.client.look(|state| state.ledger.acked)).collect()
    }

    async fn play(mut self) {
        let (kills, edits) = (number("CALIT_KILLS").unwrap_or(20), number("CALIT_EDITS").unwrap_or(200));
        for kill in 1..=kills {
            self.edit(edits).await;
            self.kill(kill).await;
        }
        for editor in &self.editors {
            editor.client.saved().await;
            assert!(editor.client.look(|state| state.ledger.acked) > 0);
        }
        let (replicas, acked) = (self.server.replicas(), self.acked().iter().sum::<u64>());
        let copies: Vec<Client> = self.editors.iter().map(|editor| editor.client.clone()).collect();
        converge(&copies, |client| client.look(|state| crate::convergence::view(&state.doc))).await;
        println!("{kills} kills of {replicas} replica(s), {acked} acknowledged edits, 0 lost, all copies equal");
    }
}

/// [AC1] [AC2]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_by_kill_9() {
    Loop::begin(Server::open()).await.play().await;
}

/// [AC1] [AC2]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_by_kill_9_of_three_replicas() {
    Loop::begin(Server::on(Setup::Shared { replicas: 3 }, &["--open"])).await.play().await;
}

/// [AC1] [AC2] Most of what people have sent is not durable yet when the replicas die.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_by_kill_9_of_three_replicas_where_commits_are_slow() {
    let (mut shared, mut slow) = (Shared::new(3), Vec::new());
    for url in &mut shared.postgres_url {
        slow.push(in_between(url).await);
    }
    let server = Server::through(Backend::Shared(shared), &["--open"]);
    Loop { slow, ..Loop::begin(server).await }.play().await;
}
