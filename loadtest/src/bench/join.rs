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
use crate::edits::{Editor, Shape, board};
use crate::process::Process;
use crate::socket::Socket;

/// Joins of small documents.
const JOINS: usize = 600;
const DOCUMENTS: usize = 20;

/// Cards of a small document.
const SMALL_CARDS: usize = 20;

/// People who open a large board at once.
const STORM: usize = 150;

struct Case {
    cards: usize,
    replicas: usize,
}

/// A large board, and one of 4 MB.
const CASES: [Case; 3] =
    [Case { cards: 5_000, replicas: 1 }, Case { cards: 14_000, replicas: 1 }, Case { cards: 14_000, replicas: 2 }];

/// How long an allocator may take to give back what writing the board needed.
const SETTLE: Duration = Duration::from_millis(700);

/// How often memory is looked at during a storm.
const SAMPLE: Duration = Duration::from_millis(5);

pub(super) async fn run(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    small(bench, costs).await?;
    for case in CASES {
        if case.replicas == 1 {
            let server = bench.server()?;
            storm(&[&server], &case, costs).await?;
            server.stop().await?;
        } else if bench.ground.is_some() {
            let cluster = bench.cluster(case.replicas).await?;
            storm(&cluster.running(), &case, costs).await?;
            cluster.stop().await?;
        }
    }
    Ok(())
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

async fn storm(replicas: &[&Process], case: &Case, costs: &mut Table) -> anyhow::Result<()> {
    write_board(replicas[0].address, "board", &board(Shape::Plain, case.cards, 20)).await?;
    let (mut sockets, mut bytes) = (Vec::new(), 0);
    for replica in replicas {
        let (socket, len) = join(replica.address, "board").await?;
        sockets.push(socket);
        bytes = len;
    }
    // One edit more, so that the first sync has to be encoded anew for the crowd.
    write_board(replicas[0].address, "board", &[Editor::new(1).edit()]).await?;
    sleep(SETTLE).await;
    let floor = Process::floor(82, bytes)?;
    let least = crowd_in(&[&floor]).await?;
    let measured = crowd_in(replicas).await?;
    floor.stop().await?;
    let mut behind = 0.0;
    for replica in replicas {
        behind += replica.fell_behind().await?;
    }

    let megabytes = bytes as f64 / 1e6;
    let over = if replicas.len() > 1 { format!(" over {} replicas", replicas.len()) } else { String::new() };
    let name = format!("{STORM} join a board of {} cards at once{over}", case.cards);
    let (what, note) =
        (format!("{name}, until the last has it"), format!("{megabytes:.1} MB each; {behind} got a diff behind it"));
    costs.add(Row::new(what, "ms", measured.millis).floor(least.millis).goal("< 1 s").note(note));
    let what = format!("{name}, CPU for each");
    costs.add(Row::new(what, "ms", measured.cpu_millis).floor(least.cpu_millis));
    let note = format!("{:.1} × the document; an encoding for each would be {STORM} ×", measured.megabytes / megabytes);
    let what = format!("{name}, memory above rest at its highest");
    costs.add(Row::new(what, "MB", measured.megabytes).goal("< 300 MB").note(note));
    Ok(())
}

struct Storm {
    millis: f64,
    cpu_millis: f64,
    megabytes: f64,
}

async fn crowd_in(replicas: &[&Process]) -> anyhow::Result<Storm> {
    let memory = || replicas.iter().map(|replica| replica.memory()).sum::<anyhow::Result<u64>>();
    let rest = memory()?;
    let before = replicas.iter().map(|replica| replica.cpu()).collect::<anyhow::Result<Vec<_>>>()?;
    let mut highest = rest;
    let started = Instant::now();
    let mut joining = JoinSet::new();
    for number in 0..STORM {
        joining.spawn_local(join_one(replicas[number % replicas.len()].address));
    }
    let mut sockets = Vec::new();
    while !joining.is_empty() {
        tokio::select! {
            joined = joining.join_next() => sockets.push(joined.context("nobody joins")???),
            () = sleep(SAMPLE) => highest = highest.max(memory()?),
        }
    }
    let millis = started.elapsed().as_secs_f64() * 1000.0;
    let mut cpu = Duration::ZERO;
    for (replica, before) in replicas.iter().zip(&before) {
        cpu += replica.cpu()?.since(before);
    }
    Ok(Storm {
        millis,
        cpu_millis: cpu.as_secs_f64() * 1000.0 / STORM as f64,
        megabytes: (highest - rest) as f64 / 1e6,
    })
}

async fn join_one(server: SocketAddr) -> anyhow::Result<Socket> {
    Ok(join(server, "board").await?.0)
}
