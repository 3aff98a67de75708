//! Memory of connections at rest.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::sleep;

use super::Bench;
use super::crowd::join;
use super::table::{Row, Table};
use crate::process::Process;
use crate::socket::Socket;

/// Connections at rest.
const CONNECTIONS: usize = 2_000;

/// Connections made before, which pay for what is made once.
const FIRST: usize = 50;

/// How long an allocator may take to give back what it does not need.
const SETTLE: Duration = Duration::from_secs(2);

pub(super) async fn run(bench: &mut Bench, costs: &mut Table) -> anyhow::Result<()> {
    let floor = Process::floor(82, 4)?;
    let least = measure(&floor, 50).await?;
    floor.stop().await?;
    for (members, what, goal) in [
        (50, "memory for each idle connection, 40 rooms of 50", "≤ 6 KB, ≤ 8 KB in issue 2"),
        (1, "memory for each idle connection and its room, 2,000 rooms of 1", ""),
    ] {
        let server = bench.server()?;
        let kilobytes = measure(&server, members).await?;
        costs.add(Row::new(what, "KB", kilobytes).floor(least).goal(goal).note("RssAnon"));
        server.stop().await?;
    }
    Ok(())
}

/// Kilobytes for each connection.
async fn measure(process: &Process, members: usize) -> anyhow::Result<f64> {
    let _first = connect(process.address, FIRST, FIRST, "first").await?;
    sleep(SETTLE).await;
    let before = process.memory()?;
    let _connections = connect(process.address, CONNECTIONS, members, "idle").await?;
    sleep(SETTLE).await;
    let after = process.memory()?;
    Ok(after.saturating_sub(before) as f64 / 1000.0 / CONNECTIONS as f64)
}

async fn connect(server: SocketAddr, count: usize, members: usize, name: &str) -> anyhow::Result<Vec<Socket>> {
    let mut sockets = Vec::new();
    for number in 0..count {
        let (socket, _) = join(server, &format!("{name}-{}", number / members)).await?;
        sockets.push(socket);
    }
    Ok(sockets)
}
