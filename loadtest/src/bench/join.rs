//! CPU and time of joining: a small document again and again, and a large one by many at once.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::crowd::join;
use super::open::write_board;
use super::table::{Row, Table};
use super::{Bench, percentile};
use crate::edits::{Shape, board};
use crate::process::Process;
use crate::socket::Socket;

/// Joins of small documents.
const JOINS: usize = 600;
const DOCUMENTS: usize = 20;

/// Cards of a small document.
const SMALL_CARDS: usize = 20;

/// People who open a board of [`BOARD_CARDS`] at once.
const STORM: usize = 150;
const BOARD_CARDS: usize = 5_000;

/// How often memory is looked at during a storm.
const SAMPLE: Duration = Duration::from_millis(5);

pub(super) async fn run(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    small(bench, costs).await?;
    storm(bench, costs).await
}

async fn small(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    let server = bench.server()?;
    let cards = board(Shape::Schema, SMALL_CARDS, 2);
    for document in 0..DOCUMENTS {
        write_board(server.address, &format!("small-{document}"), &cards).await?;
    }
    let (socket, bytes) = join(server.address, "small-0").await?;
    let floor = Process::floor(82, bytes)?;
    let (least, mut least_times) = joins(&floor).await?;
    let (cpu, mut times) = joins(&server).await?;
    let note = format!("connect, upgrade and a first sync of {bytes} B");
    costs.add(Row::new("CPU for each join, small document", "µs", cpu).floor(least).note(note));
    let p50 = percentile(&mut times, 0.5);
    costs.add(Row::new("join, small document, p50", "ms", p50).floor(percentile(&mut least_times, 0.5)));
    drop(socket);
    server.stop().await?;
    floor.stop().await
}

/// CPU for each join in microseconds, and how long each took in milliseconds.
async fn joins(process: &Process) -> anyhow::Result<(f64, Vec<f64>)> {
    let (mut sockets, mut times) = (Vec::new(), Vec::new());
    let before = process.cpu()?;
    for number in 0..JOINS {
        let started = Instant::now();
        sockets.push(join(process.address, &format!("small-{}", number % DOCUMENTS)).await?);
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok((process.cpu()?.since(&before).as_secs_f64() * 1e6 / JOINS as f64, times))
}

async fn storm(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    let server = bench.server()?;
    write_board(server.address, "board", &board(Shape::Plain, BOARD_CARDS, 20)).await?;
    let (socket, bytes) = join(server.address, "board").await?;
    let floor = Process::floor(82, bytes)?;
    let least = crowd_in(&floor).await?;
    let measured = crowd_in(&server).await?;
    let what = format!("{STORM} join a board of {BOARD_CARDS} cards at once, until the last has it");
    let note = format!("{:.1} MB each", bytes as f64 / 1e6);
    costs.add(Row::new(what, "ms", measured.millis).floor(least.millis).goal("< 1 s").note(note));
    let what = "the same, CPU for each join";
    costs.add(Row::new(what, "ms", measured.cpu_millis).floor(least.cpu_millis));
    let what = "the same, memory above rest at its highest";
    costs.add(Row::new(what, "MB", measured.megabytes).goal("< 300 MB"));
    drop(socket);
    server.stop().await?;
    floor.stop().await
}

struct Storm {
    millis: f64,
    cpu_millis: f64,
    megabytes: f64,
}

async fn crowd_in(process: &Process) -> anyhow::Result<Storm> {
    let (rest, before) = (process.memory()?, process.cpu()?);
    let mut highest = rest;
    let started = Instant::now();
    let mut joining = JoinSet::new();
    for _ in 0..STORM {
        joining.spawn_local(join_one(process.address));
    }
    let mut sockets = Vec::new();
    while !joining.is_empty() {
        tokio::select! {
            joined = joining.join_next() => sockets.push(joined.context("nobody joins")???),
            () = sleep(SAMPLE) => highest = highest.max(process.memory()?),
        }
    }
    let millis = started.elapsed().as_secs_f64() * 1000.0;
    let cpu_millis = process.cpu()?.since(&before).as_secs_f64() * 1000.0 / STORM as f64;
    Ok(Storm { millis, cpu_millis, megabytes: (highest - rest) as f64 / 1e6 })
}

async fn join_one(server: SocketAddr) -> anyhow::Result<Socket> {
    Ok(join(server, "board").await?.0)
}
