//! A simulation of everything from the socket to the store: the real hubs of one to three replicas, on one thread, on a clock
//! that jumps, over a store, a network and lines that fail as a seed says. The same seed plays the same history.
//!
//! `CALIT_SIMULATION_SEEDS` for more than 200, `CALIT_SIMULATION_FIRST` to begin elsewhere, `CALIT_SIMULATION_SEED` for one,
//! with all that happens printed.

mod edits;
mod judge;
mod line;
mod network;
mod person;
mod rows;
mod site;
mod store;
mod trace;
mod world;

use self::trace::Trace;
use self::world::World;
use crate::harness::seed::number;

/// Seeds that every test run plays.
const SEEDS: u64 = 200;

/// What became of one seed.
struct Played {
    faults: Vec<String>,
    fingerprint: (u64, u64),
}

fn play(seed: u64, is_shown: bool) -> Played {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime needs nothing but memory");
    runtime.block_on(async {
        let trace = Trace::new(is_shown);
        let mut world = World::begin(seed, trace.clone()).await;
        world.play().await;
        world.calm().await;
        world.judge().await;
        Played { faults: trace.faults(), fingerprint: trace.fingerprint() }
    })
}

/// [AC1] [AC2] [CM3] [SY8]
#[test]
fn every_seed_ends_with_equal_copies_and_nothing_lost() {
    if let Some(seed) = number("CALIT_SIMULATION_SEED") {
        let played = play(seed, true);
        assert!(played.faults.is_empty(), "CALIT_SIMULATION_SEED={seed}: {:#?}", played.faults);
        return;
    }
    let first = number("CALIT_SIMULATION_FIRST").unwrap_or(1);
    let count = number("CALIT_SIMULATION_SEEDS").unwrap_or(SEEDS);
    let mut failed = Vec::new();
    for seed in first..first + count {
        let played = play(seed, false);
        if !played.faults.is_empty() {
            println!("CALIT_SIMULATION_SEED={seed}: {:#?}", played.faults);
            failed.push(seed);
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {count} seeds failed; the first is CALIT_SIMULATION_SEED={}",
        failed.len(),
        failed[0]
    );
}

#[test]
fn the_same_seed_plays_the_same_history() {
    for seed in 1..=3 {
        assert_eq!(play(seed, false).fingerprint, play(seed, false).fingerprint, "CALIT_SIMULATION_SEED={seed}");
    }
}
