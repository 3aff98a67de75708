//! People on every replica who edit one document while something fails, and what must hold when it has ended: soon every copy
//! is equal, and nothing that was acknowledged is lost.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use yrs::{Map as _, Text as _, WriteTxn as _};

use super::client::{Client, Dialect, converge};
use super::proxy::Proxy;
use super::server::Server;
use super::socket;
use crate::convergence::{marks, view};

/// How soon every copy is equal after the end of a fault. A machine that is busy with other tests may take longer, and only
/// [`super::DEADLINE`] fails: the report shows it.
const PROMISED: Duration = Duration::from_secs(5);

/// The document that they edit.
const DOCUMENT: &str = "notes";

/// Two people for each replica, who speak as a stock provider and as our own client.
pub(crate) struct Crowd {
    pub(crate) people: Vec<Member>,
    edits: u64,
}

pub(crate) struct Member {
    pub(crate) client: Client,
    /// The way to a replica.
    pub(crate) proxy: Proxy,
    pub(crate) replica: usize,
    /// Never removed, with the number of the edit.
    marks: Vec<(u64, String)>,
}

impl Crowd {
    pub(crate) async fn join(server: &Server) -> Self {
        let mut people = Vec::new();
        for (number, dialect) in (0..server.replicas())
            .flat_map(|replica| [(2 * replica, Dialect::Calit), (2 * replica + 1, Dialect::Stock)])
        {
            let replica = number / 2;
            let proxy = Proxy::to(server.address_of(replica)).await;
            let client = Client::join(dialect, proxy.address, DOCUMENT, 1 + number as u64).await;
            people.push(Member { client, proxy, replica, marks: Vec::new() });
        }
        Self { people, edits: 0 }
    }

    /// Everybody adds something of their own, and changes what all share.
    pub(crate) fn edit(&mut self) {
        self.edits += 1;
        for member in &mut self.people {
            let mark = format!("{}-{}", member.client.id(), self.edits);
            let edit = member.client.edit(|txn| {
                txn.get_or_insert_map("marks").insert(txn, mark.as_str(), true);
                let text = txn.get_or_insert_text("text");
                text.insert(txn, 0, "한 word ");
                if text.len(txn) > 200 {
                    text.remove_range(txn, 100, 50);
                }
            });
            member.marks.push((edit, mark));
        }
    }

    /// Waits until everything is acknowledged to those on some replicas.
    pub(crate) async fn saved(&self, is_meant: impl Fn(usize) -> bool) {
        for member in self.people.iter().filter(|member| is_meant(member.replica)) {
            member.client.saved().await;
        }
    }

    /// A fault has ended at this moment: everybody's copy becomes equal soon, and everything is acknowledged.
    pub(crate) async fn recovers(&self, from: &str) {
        println!("{from} has ended; every copy is to be equal within {PROMISED:?}");
        report(from, self.settles(from).await);
    }

    /// Everybody's copy becomes equal, and everything is acknowledged; how long the former takes.
    pub(crate) async fn settles(&self, after: &str) -> Duration {
        let began = Instant::now();
        let copies: Vec<Client> = self.people.iter().map(|member| member.client.clone()).collect();
        let copy = |client: &Client| client.look(|state| view(&state.doc));
        converge(&copies, copy).await;
        let took = began.elapsed();
        self.saved(|_| true).await;
        // Whoever could not know that they were saved has edited once more.
        converge(&copies, copy).await;
        let found = copies[0].look(|state| marks(&state.doc));
        self.has_all(&found, &self.acked(), after);
        took
    }

    /// Everything that was acknowledged is there when all replicas and all copies are gone.
    pub(crate) async fn end(self, mut server: Server) {
        let acked = self.acked();
        self.people.iter().for_each(|member| member.proxy.lead_nowhere());
        server.kill();
        server.start();
        let stored = marks(&socket::fetch(server.address(), DOCUMENT).await);
        self.has_all(&stored, &acked, "the death of all replicas");
    }

    fn acked(&self) -> Vec<u64> {
        self.people.iter().map(|member| member.client.look(|state| state.ledger.acked)).collect()
    }

    fn has_all(&self, found: &BTreeSet<String>, acked: &[u64], what: &str) {
        for (member, acked) in self.people.iter().zip(acked) {
            for (_, mark) in member.marks.iter().filter(|(edit, _)| edit <= acked) {
                assert!(found.contains(mark), "{mark} was acknowledged and is lost after {what}");
            }
        }
    }
}

/// Says how long all faults of this run took to converge; past the capture of the test's own output, so that it is seen.
fn report(what: &str, time: Duration) {
    static TIMES: Mutex<Vec<Duration>> = Mutex::new(Vec::new());
    let mut times = TIMES.lock().unwrap_or_else(PoisonError::into_inner);
    times.push(time);
    times.sort_unstable();
    let percentile = |percent: usize| times[(times.len() * percent).div_ceil(100) - 1].as_millis();
    let (n, p50, p99) = (times.len(), percentile(50), percentile(99));
    let late = if time > PROMISED { ", LATE" } else { "" };
    let line = format!("time to converge: n={n}, p50={p50} ms, p99={p99} ms ({what}: {} ms{late})\n", time.as_millis());
    // A report that nobody can read is no failure.
    let _ = std::io::stderr().write_all(line.as_bytes());
}
