//! Presence: everybody of a large room moves once a second.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::Bench;
use super::crowd::{Crowd, Scene};
use super::table::{Row, Table};
use crate::edits::presence_frame;
use crate::process::Process;
use crate::socket::Sender;

/// People in the room.
const PEOPLE: usize = 1_500;

/// States a second of each.
const RATE: f64 = 1.0;

/// People move in groups of this size, evenly over the second.
const GROUP: usize = 15;

pub(super) async fn run(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    let server = bench.server()?;
    let scene = Scene { name: "room", rooms: 1, members: PEOPLE, burst: 1, turns_per_second: 1.0 };
    let crowd = Crowd::gather(server.address, scene).await?;
    let mut clock = 0;
    // Everybody has said who they are before anything is measured.
    move_all(&crowd.senders, Duration::from_secs(2), &mut clock).await?;
    sleep(Duration::from_millis(500)).await;
    let (before, frames, bytes) = (server.cpu()?, crowd.tally.presence_frames.get(), crowd.tally.bytes.get());
    let started = Instant::now();
    let states = move_all(&crowd.senders, bench.measured(), &mut clock).await? as f64;
    let cpu = server.cpu()?.since(&before);
    let seconds = started.elapsed().as_secs_f64();
    sleep(Duration::from_millis(500)).await;
    let frames = crowd.tally.presence_frames.get() - frames;
    let size = (crowd.tally.bytes.get() - bytes) as f64 / frames as f64;
    let behind = server.fell_behind().await?;
    drop(crowd);
    server.stop().await?;

    let percent = cpu.as_secs_f64() * 100.0 / seconds;
    let each_second = frames as f64 / seconds;
    let floor = floor(size as usize, each_second / PEOPLE as f64, bench.measured()).await?;
    let note = format!(
        "{:.0} states/s in, {each_second:.0} frames/s of {size:.0} B, {:.1} µs each; floor: the same frames; {behind} fell behind",
        states / seconds,
        cpu.as_secs_f64() * 1e6 / frames as f64
    );
    let what = format!("presence of {PEOPLE} people in a room, each once a second");
    costs.add(Row::new(what, "% of a core", percent).floor(floor).goal("≤ 15 %").note(note));
    Ok(())
}

/// Everybody moves once a second. Returns how many states were sent: fewer than planned when the machine is too busy.
async fn move_all(senders: &[Sender], duration: Duration, clock: &mut u64) -> anyhow::Result<u64> {
    let groups = senders.len().div_ceil(GROUP);
    let mut ticks = interval(Duration::from_secs_f64(1.0 / RATE / groups as f64));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let end = Instant::now() + duration;
    let mut sent = 0;
    while Instant::now() < end {
        *clock += 1;
        for (group, senders) in senders.chunks(GROUP).enumerate() {
            ticks.tick().await;
            for (member, sender) in senders.iter().enumerate() {
                let client = 9_000_000 + (group * GROUP + member) as u64;
                sender.send(&presence_frame(client, *clock)).await?;
                sent += 1;
            }
        }
    }
    Ok(sent)
}

/// Percent of a core that it takes to write frames of this size to everybody, so many times a second.
async fn floor(frame_bytes: usize, rate: f64, duration: Duration) -> anyhow::Result<f64> {
    let floor = Process::floor(frame_bytes.max(82), 4)?;
    let scene = Scene { name: "room", rooms: 1, members: PEOPLE, burst: 1, turns_per_second: rate.max(1.0) };
    let mut crowd = Crowd::gather(floor.address, scene).await?;
    let frames = vec![presence_frame(1, 1); (rate.max(1.0) * duration.as_secs_f64()) as usize + 10];
    let (before, started) = (floor.cpu()?, Instant::now());
    crowd.play(duration, &frames).await?;
    let percent = floor.cpu()?.since(&before).as_secs_f64() * 100.0 / started.elapsed().as_secs_f64();
    floor.stop().await?;
    Ok(percent)
}
