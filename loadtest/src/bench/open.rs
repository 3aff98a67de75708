//! Opening a large board: by a server that has just started, and by one that has it in memory.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use client_protocol::frame::{ClientMessage, ReceivedMessage};
use tokio::time::{Instant, sleep, timeout};
use yrs::updates::decoder::Decode as _;
use yrs::{Doc, ReadTxn as _, StateVector, Transact as _, Update};

use super::crowd::join;
use super::table::{Row, Table};
use super::{Bench, percentile};
use crate::edits::{Editor, Shape, board, update_frame, write_updates};
use crate::process::Process;
use crate::socket::{Kind, Socket, framed};

const CARDS: usize = 5_000;
const AUTHORS: usize = 20;

/// The same board under several names.
const BOARDS: [&str; 3] = ["board", "board-2", "board-3"];

/// Edits behind the snapshot: a few less than make the server write a new one.
const LOG_ROWS: usize = 450;

/// How often a server is started, or joined, for one figure.
const TRIES: usize = 3;

/// How long writing a board may take.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the server may take to notice that a snapshot is due and write it.
const SNAPSHOT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an allocator may take to give back what loading needed.
const SETTLE: Duration = Duration::from_millis(700);

pub(super) async fn run(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    let of_reference = Case { shape: Shape::Plain, name: "5,000 cards", goals: ["≤ 45 ms", "≤ 20 MB"] };
    measure(bench, &of_reference, costs).await?;
    let of_app = Case { shape: Shape::Schema, name: "5,000 cards as the app writes them", goals: ["", ""] };
    measure(bench, &of_app, costs).await
}

struct Case {
    shape: Shape,
    name: &'static str,
    /// For the cold open, and for memory.
    goals: [&'static str; 2],
}

async fn measure(bench: &mut Bench, case: &Case, costs: &mut Table) -> anyhow::Result<()> {
    let server = bench.server()?;
    let updates = board(case.shape, CARDS, AUTHORS);
    for name in BOARDS {
        write_board(server.address, name, &updates).await?;
    }
    let has_snapshots = snapshots_are_written(&server, BOARDS.len()).await?;
    for name in BOARDS {
        write_updates_to(server.address, name, log().into_iter().map(update_frame).collect()).await?;
    }
    server.stop().await?;

    let (mut cold, mut warm, mut memory, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..TRIES {
        let server = Process::serve(&bench.calit, &bench.data())?;
        let (mut sockets, mut resident) = (Vec::new(), Vec::new());
        for name in BOARDS {
            let started = Instant::now();
            let (socket, len) = join(server.address, name).await?;
            cold.push(started.elapsed().as_secs_f64() * 1000.0);
            sockets.push(socket);
            bytes = len;
            sleep(SETTLE).await;
            resident.push(server.memory()? as f64 / 1e6);
        }
        // What loading needs for a moment is part of the first one's memory only.
        memory.push((resident[BOARDS.len() - 1] - resident[0]) / (BOARDS.len() as f64 - 1.0));
        warm.push(time_of_join(&server).await?);
        drop(sockets);
        server.stop().await?;
    }

    let (least, least_memory) = decode(bench.directory.path(), case.shape)?;
    let rows = if has_snapshots { format!("{LOG_ROWS} log rows") } else { "no snapshot: all in the log".into() };
    let note = format!("{:.2} MB, {rows}; floor: yrs alone", bytes as f64 / 1e6);
    let Case { name, goals, .. } = case;
    let what = format!("cold open of {name}, connect to first sync, p50");
    costs.add(Row::new(what, "ms", percentile(&mut cold, 0.5)).floor(least).goal(goals[0]).note(note));
    let floor = Process::floor(82, bytes)?;
    let mut least = Vec::new();
    for _ in 0..TRIES {
        least.push(time_of_join(&floor).await?);
    }
    let what = format!("warm open of {name}, p50");
    costs.add(Row::new(what, "ms", percentile(&mut warm, 0.5)).floor(percentile(&mut least, 0.5)));
    let what = format!("memory of {name}, loaded");
    let memory = percentile(&mut memory, 0.5);
    let note = "one more of them, first sync's bytes included; floor: yrs alone";
    costs.add(Row::new(what, "MB", memory).floor(least_memory).goal(goals[1]).note(note));
    floor.stop().await
}

async fn time_of_join(process: &Process) -> anyhow::Result<f64> {
    let started = Instant::now();
    let _joined = join(process.address, "board").await?;
    Ok(started.elapsed().as_secs_f64() * 1000.0)
}

/// Writes a board through the wire, one step 2 for each of its authors, and waits until it is durable.
pub(super) async fn write_board(server: SocketAddr, name: &str, updates: &[Vec<u8>]) -> anyhow::Result<()> {
    let step_2 = |update: &Vec<u8>| Bytes::from(framed(&ClientMessage::SyncStep2(update.clone().into())));
    write_updates_to(server, name, updates.iter().map(step_2).collect()).await
}

async fn write_updates_to(server: SocketAddr, name: &str, frames: Vec<Bytes>) -> anyhow::Result<()> {
    let (mut socket, _) = join(server, name).await?;
    let sender = socket.sender();
    // Joining has sent one step 2.
    let last = frames.len() as u64 + 1;
    let sending = tokio::task::spawn_local(async move {
        for frame in frames {
            sender.send(&frame).await?;
        }
        anyhow::Ok(())
    });
    timeout(WRITE_TIMEOUT, acked(&mut socket, last)).await.context("the document is not acknowledged")??;
    sending.await?
}

/// Waits for the acknowledgement of the first `frames` frames.
async fn acked(socket: &mut Socket, frames: u64) -> anyhow::Result<()> {
    let mut newest = 0;
    while newest < frames {
        socket.receive(|payload| newest = newest.max(ack(payload).unwrap_or(0))).await?;
    }
    Ok(())
}

/// How many frames a message acknowledges, if it is an acknowledgement.
pub(super) fn ack(payload: &[u8]) -> Option<u64> {
    if Kind::of(payload) != Kind::Ack {
        return None;
    }
    match ReceivedMessage::parse(Bytes::copy_from_slice(payload)) {
        Ok(ReceivedMessage::Ack { frames, .. }) => Some(frames),
        _ => None,
    }
}

async fn snapshots_are_written(server: &Process, boards: usize) -> anyhow::Result<bool> {
    let deadline = Instant::now() + SNAPSHOT_TIMEOUT;
    while Instant::now() < deadline {
        if server.metrics().await?.get("calit_compactions_total").is_some_and(|count| *count >= boards as f64) {
            return Ok(true);
        }
        sleep(Duration::from_millis(200)).await;
    }
    Ok(false)
}

fn log() -> Vec<Vec<u8>> {
    let mut editor = Editor::new(31_337);
    (0..LOG_ROWS).map(|_| editor.edit()).collect()
}

/// What yrs alone takes for the same document: milliseconds and megabytes.
fn decode(directory: &Path, shape: Shape) -> anyhow::Result<(f64, f64)> {
    let doc = Doc::with_client_id(1);
    for update in board(shape, CARDS, AUTHORS) {
        doc.transact_mut().apply_update(Update::decode_v1(&update)?)?;
    }
    let snapshot = doc.transact().encode_state_as_update_v1(&StateVector::default());
    let file = directory.join("board.updates");
    let log = log();
    write_updates(&file, std::iter::once(&snapshot).chain(&log).map(Vec::as_slice))?;
    let (mut times, mut memory) = (Vec::new(), 0.0);
    for _ in 0..TRIES {
        let output = Command::new(std::env::current_exe()?).arg("decode").arg(&file).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let numbers: Vec<f64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        ensure!(numbers.len() == 2, "decoding failed: {text}");
        times.push(numbers[0]);
        memory = numbers[1] / 1e6;
    }
    Ok((percentile(&mut times, 0.5), memory))
}
