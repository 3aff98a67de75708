//! A rolling restart: replicas end by SIGTERM and start again, one after the other, under people who edit.

use std::time::Duration;

use tokio::time::sleep;

use super::member::Member;
use super::party::Party;
use crate::bench::table::{Row, Table};
use crate::bench::{Bench, percentile};

const PEOPLE: usize = 500;

/// The mean pause between two edits of one person.
const PACE: Duration = Duration::from_secs(2);

/// How long coming back, and the last acknowledgement, may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub(in crate::bench) async fn run(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    let mut cluster = bench.cluster(bench.replicas).await?;
    let party = Party::gather(&cluster, PEOPLE).await?;
    party.edit_every(Some(PACE));
    sleep(bench.measured()).await;
    party.seen.begin();
    let mut restarts = Vec::new();
    for replica in 0..bench.replicas {
        let started = tokio::time::Instant::now();
        cluster.stop_replica(replica).await?;
        cluster.start_replica(replica).await?;
        restarts.push(started.elapsed().as_secs_f64() * 1000.0);
        party.until_all(Member::is_synced, PATIENCE).await?;
        sleep(bench.measured()).await;
    }
    let seen = std::rc::Rc::clone(&party.seen);
    let ledger = party.leave(PATIENCE).await?;
    let missing = ledger.missing(&mut cluster).await?;

    let mut acks = seen.ack_ms.take();
    let what = format!(
        "rolling restart of {} replicas under {PEOPLE} people: people who miss what was acknowledged",
        bench.replicas
    );
    let note = format!("of {} acknowledged edits; looked for after a `kill -9` of all", acks.len());
    costs.add(Row::new(what, "", missing as f64).goal("0").note(note));
    let mut back = seen.back_ms.take();
    let note = format!(
        "{} came back; {} attempts refused; {} met a replica without all that was acknowledged to them",
        back.len(),
        seen.refused.get(),
        seen.behind.get()
    );
    costs.percentiles("the same, from a lost connection to being in step again", &mut back, ["", "< 3 s", ""], &note);
    costs.percentiles("the same, edit to durable acknowledgement", &mut acks, [""; 3], "over however many connections");
    costs.add(Row::new("the same, the longest of them", "ms", percentile(&mut acks, 1.0)));
    let silence = seen.silence.get().as_secs_f64() * 1000.0;
    costs.add(Row::new("the same, longest time in which nobody was acknowledged anything", "ms", silence));
    let longest = percentile(&mut restarts, 1.0);
    costs.add(Row::new("the same, SIGTERM to ready again, the longest", "ms", longest));
    cluster.stop().await
}
