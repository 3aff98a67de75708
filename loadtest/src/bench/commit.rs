//! Group commit: authors who each wait for the acknowledgement of an edit before they make the next.

use std::cell::RefCell;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::crowd::join;
use super::open::ack;
use super::table::{Row, Table};
use super::{Bench, percentile};
use crate::edits::Editor;
use crate::process::Process;
use crate::socket::Socket;

/// A stored row of the floor, in bytes.
const ROW_BYTES: usize = 80;

/// Edits prepared for an author: twice what a connection may send in the time.
const EDITS_PER_SECOND: f64 = 1_000.0;
const EDITS_BURST: usize = 2_000;

struct Case {
    authors: usize,
    documents: usize,
    /// For the rate and for the latencies.
    goals: [&'static str; 3],
}

/// Where the documents are.
struct Place<'a> {
    server: &'a Process,
    name: &'static str,
    /// What must be done at least for a group of edits, in words, and how long that took in milliseconds.
    floor_name: &'static str,
    floor: Vec<f64>,
}

const CASES: [Case; 4] = [
    case(50, 50, ["", "≤ 2 ms", "≤ 10 ms"]),
    case(50, 5, ["", "", ""]),
    case(500, 500, ["≥ 30,000 /s", "", ""]),
    case(500, 20, ["", "", ""]),
];

const fn case(authors: usize, documents: usize, goals: [&'static str; 3]) -> Case {
    Case { authors, documents, goals }
}

pub(super) async fn run(bench: &mut Bench, costs: &mut Table, split: &mut Table) -> anyhow::Result<()> {
    for case in &CASES {
        let server = bench.server()?;
        let floor = floor(bench.directory.path(), case.authors)?;
        let place = Place { server: &server, name: "SQLite", floor_name: "one write and one fdatasync", floor };
        measure(bench.measured() / 2, case, place, costs, split).await?;
        server.stop().await?;
    }
    if bench.ground.is_none() {
        return Ok(());
    }
    for case in &CASES {
        let cluster = bench.cluster(1).await?;
        let floor = cluster.database.floor(case.authors, ROW_BYTES, bench.directory.path())?;
        let server = cluster.running()[0];
        let place = Place { server, name: "Postgres", floor_name: "one insert by pgbench", floor };
        measure(bench.measured() / 2, case, place, costs, split).await?;
        cluster.stop().await?;
    }
    Ok(())
}

async fn measure(
    duration: Duration,
    case: &Case,
    place: Place<'_>,
    costs: &mut Table,
    split: &mut Table,
) -> anyhow::Result<()> {
    let seconds = duration.as_secs_f64();
    let Place { server, name: place, floor_name, floor: mut least } = place;
    let least_rate = case.authors as f64 * least.len() as f64 * 1000.0 / least.iter().sum::<f64>();
    let sequences = prepare(case, seconds);
    let mut sockets = Vec::new();
    for author in 0..case.authors {
        let (socket, _) =
            join(server.address, &format!("log-{}-{}-{}", case.authors, case.documents, author % case.documents))
                .await?;
        sockets.push((socket, Rc::clone(&sequences[author / case.documents])));
    }
    let before = (server.cpu()?, server.metrics().await?);
    let end = Instant::now() + duration;
    let latencies = Rc::new(RefCell::new(Vec::new()));
    let mut authors = JoinSet::new();
    for (socket, frames) in sockets {
        authors.spawn_local(write(socket, frames, end, Rc::clone(&latencies)));
    }
    while let Some(author) = authors.join_next().await {
        author??;
    }
    let cpu = server.cpu()?.since(&before.0);
    let after = server.metrics().await?;
    let grown = |name: &str| after.get(name).unwrap_or(&0.0) - before.1.get(name).unwrap_or(&0.0);

    let mut latencies = latencies.take();
    let rate = latencies.len() as f64 / seconds;
    let Case { authors, documents, goals } = case;
    let name = format!("{authors} authors on {documents} documents, {place}");
    let paused = grown("calit_rate_limited_total");
    let note = format!("floor: {floor_name} of {authors} rows; {paused} pauses for rate");
    costs.add(Row::new(format!("acknowledged edits, {name}"), "/s", rate).floor(least_rate).goal(goals[0]).note(note));
    for (share_name, share, goal) in [("p50", 0.5, goals[1]), ("p99", 0.99, goals[2])] {
        let what = format!("edit to durable acknowledgement, {share_name}, {name}");
        let value = percentile(&mut latencies, share);
        costs.add(Row::new(what, "ms", value).floor(percentile(&mut least, share)).goal(goal));
    }
    let relays = format!("each edit is relayed to {} others", authors / documents - 1);
    let micros = cpu.as_secs_f64() * 1e6 / latencies.len() as f64;
    costs.add(Row::new(format!("CPU for each acknowledged edit, {name}"), "µs", micros).note(relays));
    let appends = grown("calit_store_duration_seconds_count{op=\"append\"}");
    let append = grown("calit_store_duration_seconds_sum{op=\"append\"}") * 1000.0 / appends;
    let note = format!("{:.0} edits in each of {appends} commits", latencies.len() as f64 / appends);
    split.add(Row::new(format!("one commit, {name}"), "ms", append).note(note));
    Ok(())
}

/// One sequence of edits for each author of a document; documents share them.
fn prepare(case: &Case, seconds: f64) -> Vec<Rc<Vec<Bytes>>> {
    let each_document = case.authors.div_ceil(case.documents);
    let most = EDITS_BURST.min(200_000 / each_document) + (EDITS_PER_SECOND * seconds) as usize;
    let sequence = |author: usize| Rc::new(Editor::new(500_000 + author as u64).frames(most));
    (0..each_document).map(sequence).collect()
}

async fn write(
    mut socket: Socket,
    frames: Rc<Vec<Bytes>>,
    end: Instant,
    latencies: Rc<RefCell<Vec<f64>>>,
) -> anyhow::Result<()> {
    let sender = socket.sender();
    // Joining has sent one step 2, which is acknowledged as well.
    for (number, frame) in frames.iter().enumerate() {
        let started = Instant::now();
        sender.send(frame).await?;
        let mut newest = 0;
        while newest < number as u64 + 2 {
            let received = timeout_at(
                end + Duration::from_secs(5),
                socket.receive(|payload| {
                    newest = newest.max(ack(payload).unwrap_or(0));
                }),
            );
            received.await.context("an edit is not acknowledged")??;
        }
        if Instant::now() > end {
            return Ok(());
        }
        latencies.borrow_mut().push(started.elapsed().as_secs_f64() * 1000.0);
    }
    anyhow::bail!("too few edits were prepared")
}

/// Writes as many rows as there are authors and flushes them, again and again: how long each takes in milliseconds.
fn floor(directory: &Path, rows: usize) -> anyhow::Result<Vec<f64>> {
    let mut file = File::create(directory.join("floor.log"))?;
    let bytes = vec![7; rows * ROW_BYTES];
    let (mut times, begin) = (Vec::new(), Instant::now());
    while begin.elapsed() < Duration::from_millis(500) {
        let started = Instant::now();
        file.write_all(&bytes)?;
        file.sync_data()?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}
