//! From an edit to a peer on another replica: a room that is spread over two, beside the same room on one of them.

use std::time::Duration;

use crate::bench::crowd::{Crowd, Scene};
use crate::bench::table::{Row, Table};
use crate::bench::{Bench, percentile};
use crate::edits::Editor;

/// The two rooms take turns of this length.
const SLICE: Duration = Duration::from_millis(1_000);

const MEMBERS: usize = 50;
const EDITS_PER_SECOND: f64 = 400.0;

pub(in crate::bench) async fn run(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    let slices = (bench.seconds / SLICE.as_secs_f64()).ceil().max(1.0) as u32;
    let edits = EDITS_PER_SECOND * (SLICE * (slices + 1)).as_secs_f64();
    let frames = Editor::new(4_242_424).frames(edits.ceil() as usize + 2);
    let cluster = bench.cluster(2).await?;
    let addresses = [cluster.address(0)?, cluster.address(1)?];
    let scene = Scene { name: "near", rooms: 1, members: MEMBERS, burst: 1, turns_per_second: EDITS_PER_SECOND };
    let mut near = Crowd::gather(addresses[0], scene).await?;
    let mut far = Crowd::gather_over(&addresses, Scene { name: "far", ..scene }).await?;
    for crowd in [&mut near, &mut far] {
        // The first edits make the card and warm everything up.
        crowd.play(SLICE / 4, &frames).await?;
        crowd.tally.latencies.take();
        crowd.tally.latencies_elsewhere.take();
    }
    for _ in 0..slices {
        near.play(SLICE, &frames).await?;
        far.play(SLICE, &frames).await?;
    }
    let mut one = near.tally.latencies.take();
    let (mut here, mut there) = (far.tally.latencies.take(), far.tally.latencies_elsewhere.take());
    let diffs = near.tally.diffs.get() + far.tally.diffs.get();
    for (name, share, goal) in [("p50", 0.5, "≤ 2 ms"), ("p95", 0.95, ""), ("p99", 0.99, "")] {
        let what = format!("edit to peer on another replica, {name}, a room of {MEMBERS}, half on each of two");
        let note = format!(
            "floor: all on one of them; {:.2} ms to those on the author's; {diffs} diffs in place of updates",
            percentile(&mut here, share)
        );
        let value = percentile(&mut there, share);
        costs.add(Row::new(what, "ms", value).floor(percentile(&mut one, share)).goal(goal).note(note));
    }
    drop((near, far));
    cluster.stop().await
}
