//! A reconnect storm: everybody loses the connection at once, and comes back when the protocol says so.

use std::rc::Rc;
use std::time::Duration;

use tokio::time::sleep;

use super::cluster::Cluster;
use super::member::Member;
use super::party::{Party, ROOM};
use crate::bench::Bench;
use crate::bench::table::{Row, Table};

const PEOPLE: usize = 2_000;

/// The mean pause between two edits of one person, with a connection or without.
const PACE: Duration = Duration::from_secs(10);

/// How long people edit before each storm.
const CALM: Duration = Duration::from_secs(4);

/// When a balancer has noticed that a replica is dead.
const NOTICED_AFTER: Duration = Duration::from_secs(1);

/// How long coming back may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub(in crate::bench) async fn run(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    let mut cluster = bench.cluster(bench.replicas).await?;
    let party = Party::gather(&cluster, PEOPLE).await?;
    let rooms = PEOPLE / ROOM;
    party.edit_every(Some(PACE));
    for is_killed in [true, false] {
        sleep(CALM).await;
        let what = if is_killed {
            format!("{PEOPLE} people in {rooms} rooms, a replica killed and all other lines cut")
        } else {
            format!("{PEOPLE} people in {rooms} rooms, all lines cut")
        };
        lose(&mut cluster, &party, is_killed).await?;
        let seen = &party.seen;
        let note = format!(
            "{} came back; {} attempts refused; {} met a replica without all that was acknowledged to them",
            seen.back_ms.borrow().len(),
            seen.refused.get(),
            seen.behind.get()
        );
        let name = format!("{what}: until in step again");
        costs.percentiles(&name, &mut seen.back_ms.take(), [""; 3], &note);
        if is_killed {
            cluster.start_replica(0).await?;
        }
    }
    let seen = Rc::clone(&party.seen);
    let ledger = party.leave(PATIENCE).await?;
    let missing = ledger.missing(&mut cluster).await?;
    let note = format!("looked for after a `kill -9` of all; odd endings: {:?}", seen.odd_ending.borrow());
    let what = "the same: people who miss what was acknowledged";
    costs.add(Row::new(what, "", missing as f64).goal("0").note(note));
    cluster.stop().await
}

async fn lose(cluster: &mut Cluster, party: &Party, is_killed: bool) -> anyhow::Result<()> {
    party.seen.begin();
    if is_killed {
        cluster.kill_replica(0);
    }
    party.cut();
    if is_killed {
        sleep(NOTICED_AFTER).await;
        cluster.balancer.leave_out(0);
    }
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while party.seen.back_ms.borrow().len() < party.members.len() {
        anyhow::ensure!(tokio::time::Instant::now() < deadline, "not all are back");
        sleep(Duration::from_millis(20)).await;
    }
    party.until_all(Member::is_synced, PATIENCE).await
}
