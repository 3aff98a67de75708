//! CPU and latency of a delivery: one author in each room, everybody else receives.

use std::time::Duration;

use bytes::Bytes;

use super::crowd::{Crowd, Scene};
use super::table::{Row, Table};
use super::{Bench, percentile};
use crate::edits::Editor;
use crate::process::Process;

/// Server and floor take turns of this length.
const SLICE: Duration = Duration::from_millis(1_000);

/// The frame that the floor sends: an update of 76 bytes, close to what an edit is.
const FLOOR_FRAME_BYTES: usize = 82;

struct Case {
    name: &'static str,
    goal: &'static str,
    scene: Scene,
    /// Where latency says something: not when a turn takes longer than the pause behind it.
    has_latency: bool,
}

const CASES: [Case; 6] = [
    case("1 room of 50, one by one", "≤ 1.25 × floor, ≤ 10 µs", (1, 50, 1), 400.0, true),
    case("1 room of 50, bursts of 10", "≤ 1.4 × floor", (1, 50, 10), 40.0, false),
    case("1 room of 500, one by one", "≤ 1.25 × floor, ≤ 10 µs", (1, 500, 1), 40.0, true),
    case("1 room of 500, bursts of 10", "≤ 1.4 × floor", (1, 500, 10), 20.0, false),
    case("20 rooms of 10, one by one", "≤ 10 µs", (20, 10, 1), 800.0, true),
    case("20 rooms of 10, bursts of 10", "", (20, 10, 10), 400.0, false),
];

const fn case(
    name: &'static str,
    goal: &'static str,
    (rooms, members, burst): (usize, usize, usize),
    turns_per_second: f64,
    has_latency: bool,
) -> Case {
    Case { name, goal, scene: Scene { name: "room", rooms, members, burst, turns_per_second }, has_latency }
}

/// What one side was seen to do.
#[derive(Default)]
struct Side {
    cpu: Duration,
    deliveries: u64,
}

impl Side {
    fn micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.deliveries as f64
    }
}

pub(super) async fn run(bench: &mut Bench, costs: &mut Table, split: &mut Table) -> anyhow::Result<()> {
    for case in CASES {
        if let Err(error) = measure(bench, &case, costs, split).await {
            costs.fail(case.name, &format!("{error:#}"));
        }
    }
    Ok(())
}

async fn measure(bench: &mut Bench, case: &Case, costs: &mut Table, split: &mut Table) -> anyhow::Result<()> {
    let slices = (bench.seconds / SLICE.as_secs_f64()).ceil().max(1.0) as u32;
    let frames = prepare(&case.scene, SLICE * (slices + 1));
    let server = bench.server()?;
    let floor = Process::floor(FLOOR_FRAME_BYTES, 4)?;
    let mut server_crowd = Crowd::gather(server.address, case.scene).await?;
    let mut floor_crowd = Crowd::gather(floor.address, case.scene).await?;
    // The first edits make the card and warm everything up.
    server_crowd.play(SLICE / 4, &frames).await?;
    floor_crowd.play(SLICE / 4, &frames).await?;
    server_crowd.tally.latencies.take();
    floor_crowd.tally.latencies.take();

    let before = server.metrics().await?;
    let (mut server_side, mut floor_side) = (Side::default(), Side::default());
    for _ in 0..slices {
        play(&floor, &mut floor_crowd, &frames, &mut floor_side).await?;
        play(&server, &mut server_crowd, &frames, &mut server_side).await?;
    }
    let after = server.metrics().await?;

    let grown = |name: &str| after.get(name).unwrap_or(&0.0) - before.get(name).unwrap_or(&0.0);
    let note = match (server_crowd.tally.diffs.get(), grown("calit_rate_limited_total")) {
        (0, 0.0) => format!("{:.0} deliveries/s", server_side.deliveries as f64 / (SLICE * slices).as_secs_f64()),
        (diffs, paused) => format!("{diffs} diffs in place of updates, {paused} pauses"),
    };
    let what = format!("CPU for each delivery, {}", case.name);
    costs.add(Row::new(what, "µs", server_side.micros()).floor(floor_side.micros()).goal(case.goal).note(note));
    if case.has_latency {
        add_latencies(case, &server_crowd, &floor_crowd, costs);
    }
    // Both sides play equally long, but not to the last turn.
    let share = server_side.deliveries as f64 / floor_side.deliveries as f64;
    let updates = grown("calit_apply_duration_seconds_count");
    let apply = grown("calit_apply_duration_seconds_sum") * 1e6 / updates;
    let turns = grown("calit_fanout_duration_seconds_count");
    let turn = grown("calit_fanout_duration_seconds_sum") * 1e6;
    let note = format!("{updates} updates of {:.0} B in {turns} turns", mean_len(&frames));
    split.add(Row::new(format!("gate and apply of one update, {}", case.name), "µs", apply).note(note));
    let beyond = (server_side.cpu.as_secs_f64() - floor_side.cpu.as_secs_f64() * share) * 1e6 / turns;
    let note = "CPU: gate, apply, the log's flush, the acknowledgement, and waking the threads for them";
    split.add(Row::new(format!("beyond the floor, for each turn, {}", case.name), "µs", beyond).note(note));
    let note = "the whole turn, gate and apply included, by the clock";
    let per_delivery = turn / server_side.deliveries as f64;
    split.add(Row::new(format!("turn, for each delivery, {}", case.name), "µs", per_delivery).note(note));
    // A server that is told to stop waits for clients that do not hang up.
    drop((server_crowd, floor_crowd));
    server.stop().await?;
    floor.stop().await
}

async fn play(process: &Process, crowd: &mut Crowd, frames: &[Bytes], side: &mut Side) -> anyhow::Result<()> {
    let before = process.cpu()?;
    side.deliveries += crowd.play(SLICE, frames).await?;
    side.cpu += process.cpu()?.since(&before);
    Ok(())
}

fn add_latencies(case: &Case, server: &Crowd, floor: &Crowd, costs: &mut Table) {
    let (mut measured, mut least) = (server.tally.latencies.take(), floor.tally.latencies.take());
    for (name, share, goal) in [("p50", 0.5, "≤ 1 ms at 50"), ("p99", 0.99, "≤ 5 ms at 50")] {
        let what = format!("edit to peer, {name}, {}", case.name);
        let value = percentile(&mut measured, share);
        costs.add(Row::new(what, "ms", value).floor(percentile(&mut least, share)).goal(goal));
    }
}

/// The edits of one author, enough for `duration`.
fn prepare(scene: &Scene, duration: Duration) -> Vec<Bytes> {
    let turns = scene.turns_per_second * duration.as_secs_f64() / scene.rooms as f64 + 2.0;
    Editor::new(4_242_424).frames(turns.ceil() as usize * scene.burst)
}

/// Mean size of an update without its masked frame.
fn mean_len(frames: &[Bytes]) -> f64 {
    const OVERHEAD: f64 = 9.0;
    frames.iter().map(Bytes::len).sum::<usize>() as f64 / frames.len() as f64 - OVERHEAD
}
