//! Replicas that are one server: over a database of their own and a Redis, behind a balancer that knows who is ready.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;

use anyhow::Context as _;

use crate::database::Database;
use crate::process::{Meeting, Process};

/// The servers that replicas stand on; they run already.
#[derive(Clone)]
pub(in crate::bench) struct Ground {
    /// Any database of the Postgres.
    pub(in crate::bench) postgres: String,
    pub(in crate::bench) redis: String,
}

/// Replicas of one server. Their processes are killed and their database is dropped with it.
pub(in crate::bench) struct Cluster {
    calit: PathBuf,
    /// Where the replicas' logs are.
    data: PathBuf,
    meeting: Meeting,
    replicas: Vec<Option<Process>>,
    pub(in crate::bench) balancer: Rc<Balancer>,
    pub(in crate::bench) database: Database,
}

/// Sends people to one replica after the other.
#[derive(Default)]
pub(in crate::bench) struct Balancer {
    addresses: RefCell<Vec<Option<SocketAddr>>>,
    next: Cell<usize>,
}

impl Balancer {
    /// Where the next one is sent.
    pub(super) fn next(&self) -> anyhow::Result<SocketAddr> {
        let addresses = self.addresses.borrow();
        let ready: Vec<SocketAddr> = addresses.iter().flatten().copied().collect();
        self.next.set(self.next.get() + 1);
        ready.get(self.next.get() % ready.len().max(1)).copied().context("no replica is ready")
    }

    /// Nobody is sent to this replica any more.
    pub(super) fn leave_out(&self, replica: usize) {
        self.addresses.borrow_mut()[replica] = None;
    }
}

impl Cluster {
    /// Starts so many replicas on an empty database. Files are named after `data`.
    pub(in crate::bench) async fn start(
        calit: PathBuf,
        data: PathBuf,
        ground: &Ground,
        count: usize,
    ) -> anyhow::Result<Self> {
        let database = Database::create(&ground.postgres)?;
        let meeting =
            Meeting { database: database.url(), redis: ground.redis.clone(), deployment: database.name.clone() };
        let balancer = Rc::new(Balancer::default());
        balancer.addresses.borrow_mut().resize(count, None);
        let replicas = (0..count).map(|_| None).collect();
        let mut cluster = Self { calit, data, meeting, replicas, balancer, database };
        for replica in 0..count {
            cluster.start_replica(replica).await?;
        }
        Ok(cluster)
    }

    /// Starts a replica that does not run; returns when it is ready. The clients play on meanwhile.
    pub(super) async fn start_replica(&mut self, replica: usize) -> anyhow::Result<()> {
        let (calit, data, meeting) = (self.calit.clone(), self.data.clone(), self.meeting.clone());
        let process = tokio::task::spawn_blocking(move || Process::replica(&calit, &data, &meeting)).await??;
        process.ready().await?;
        self.balancer.addresses.borrow_mut()[replica] = Some(process.address);
        self.replicas[replica] = Some(process);
        Ok(())
    }

    /// Ends a replica by SIGTERM; the balancer is told at the same time. Returns when it has ended.
    pub(super) async fn stop_replica(&mut self, replica: usize) -> anyhow::Result<()> {
        self.balancer.leave_out(replica);
        self.replicas[replica].take().context("the replica runs")?.stop().await
    }

    /// Ends a replica with `kill -9`; the balancer is not told.
    pub(super) fn kill_replica(&mut self, replica: usize) {
        self.replicas[replica] = None;
    }

    /// The replicas that run.
    pub(in crate::bench) fn running(&self) -> Vec<&Process> {
        self.replicas.iter().flatten().collect()
    }

    /// Where people of one replica connect.
    pub(in crate::bench) fn address(&self, replica: usize) -> anyhow::Result<SocketAddr> {
        Ok(self.replicas[replica].as_ref().context("the replica runs")?.address)
    }

    /// Ends all of them in order.
    pub(in crate::bench) async fn stop(mut self) -> anyhow::Result<()> {
        for process in self.replicas.drain(..).flatten() {
            process.stop().await?;
        }
        Ok(())
    }
}
