//! A server process that is measured from outside: started, asked, weighed, stopped.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::socket::Sender;

/// How long a server may take to write its last edits.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a server may take to answer a scrape.
const SCRAPE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server that listens may take to be ready.
const READY_TIMEOUT: Duration = Duration::from_secs(10);

/// A running server; it is ended with `kill -9` when this is dropped.
pub(crate) struct Process {
    child: Child,
    /// Where users connect.
    pub(crate) address: SocketAddr,
    admin: SocketAddr,
}

/// CPU time of each thread, in nanoseconds.
pub(crate) struct Cpu(BTreeMap<u32, u64>);

/// Where replicas meet.
#[derive(Clone)]
pub(crate) struct Meeting {
    /// The database's URL.
    pub(crate) database: String,
    /// Redis's URL.
    pub(crate) redis: String,
    /// What the replicas that belong together call themselves.
    pub(crate) deployment: String,
}

impl Process {
    /// Starts `calit serve` in open mode on a data directory.
    pub(crate) fn serve(calit: &Path, data: &Path) -> anyhow::Result<Self> {
        Self::serve_with(calit, data, &[])
    }

    /// Starts `calit serve` in open mode as one of several replicas; `data` names its log only.
    pub(crate) fn replica(calit: &Path, data: &Path, meeting: &Meeting) -> anyhow::Result<Self> {
        let Meeting { database, redis, deployment } = meeting;
        let environment = [("DATABASE_URL", database), ("REDIS_URL", redis), ("CALIT_DEPLOYMENT", deployment)];
        Self::serve_with(calit, data, &environment.map(|(name, value)| (name, value.as_str())))
    }

    fn serve_with(calit: &Path, data: &Path, environment: &[(&str, &str)]) -> anyhow::Result<Self> {
        let log = File::options().create(true).append(true).open(data.with_extension("log"))?;
        let mut command = Command::new(calit);
        command.env_remove("DATABASE_URL").env_remove("REDIS_URL").envs(environment.iter().copied());
        command.args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--open", "--data"]);
        Self::start(command.arg(data).stderr(log)).with_context(|| format!("{} does not serve", calit.display()))
    }

    /// Starts the floor.
    pub(crate) fn floor(frame_bytes: usize, sync_bytes: usize) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["floor", "--frame-bytes", &frame_bytes.to_string(), "--sync-bytes", &sync_bytes.to_string()]);
        Self::start(&mut command).context("the floor does not serve")
    }

    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut greeting = String::new();
        let stdout = child.stdout.take().context("standard output is not piped")?;
        BufReader::new(stdout).read_line(&mut greeting)?;
        let mut addresses = greeting.split("http://").skip(1).map(|rest| {
            let end = rest.find([' ', ')', '\n']).unwrap_or(rest.len());
            rest[..end].parse::<SocketAddr>()
        });
        match (addresses.next(), addresses.next()) {
            (Some(Ok(address)), Some(Ok(admin))) => Ok(Self { child, address, admin }),
            _ => {
                let _ = child.kill();
                bail!("no address in its greeting {greeting:?}")
            }
        }
    }

    /// Ends the server as an operator does, and waits until it has.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        // No signal can be sent from safe Rust without another crate.
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let deadline = Instant::now() + STOP_TIMEOUT;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success() || status.code().is_none(), "the server ended with {status}");
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
        bail!("the server did not end within {STOP_TIMEOUT:?}")
    }

    /// What each thread has used so far.
    pub(crate) fn cpu(&self) -> anyhow::Result<Cpu> {
        let mut threads = BTreeMap::new();
        for task in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let task = task?;
            // A thread may end between the two calls.
            let Ok(text) = std::fs::read_to_string(task.path().join("schedstat")) else { continue };
            let nanoseconds: Option<u64> = text.split(' ').next().and_then(|field| field.parse().ok());
            let id: Option<u32> = task.file_name().to_string_lossy().parse().ok();
            threads.extend(id.zip(nanoseconds));
        }
        Ok(Cpu(threads))
    }

    /// Private memory that is resident now, in bytes.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        resident_bytes(&self.child.id().to_string())
    }

    /// Returns when the server says that it can be sent people.
    pub(crate) async fn ready(&self) -> anyhow::Result<()> {
        let deadline = Instant::now() + READY_TIMEOUT;
        while let Err(error) = get(self.admin, "/readyz").await {
            ensure!(Instant::now() < deadline, "the server is not ready: {error:#}");
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// How often a member's socket could not keep up, so that what it missed was replaced by a diff.
    pub(crate) async fn fell_behind(&self) -> anyhow::Result<f64> {
        Ok(self.metrics().await?.get("calit_slow_consumers_total{action=\"collapsed\"}").copied().unwrap_or(0.0))
    }

    /// Sums of the server's own metrics, by name (with labels).
    pub(crate) async fn metrics(&self) -> anyhow::Result<BTreeMap<String, f64>> {
        let text = timeout(SCRAPE_TIMEOUT, get(self.admin, "/metrics")).await.context("/metrics does not answer")??;
        let samples = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
        Ok(samples.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // After stop() it has ended and has been waited for: both do nothing then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Cpu {
    /// What was used between `before` and this. A thread that ended in between counts nothing: only idle ones end.
    pub(crate) fn since(&self, before: &Cpu) -> Duration {
        let used = self.0.iter().map(|(id, now)| now.saturating_sub(before.0.get(id).copied().unwrap_or(0)));
        Duration::from_nanos(used.sum())
    }
}

/// Private resident memory of a process (`self` for this one), in bytes.
pub(crate) fn resident_bytes(process: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("no RssAnon in /proc")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}

async fn get(server: SocketAddr, path: &str) -> anyhow::Result<String> {
    let stream = std::sync::Arc::new(TcpStream::connect(server).await?);
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    Sender::new(std::sync::Arc::clone(&stream)).send(request.as_bytes()).await?;
    let (mut answer, mut buffer) = (Vec::new(), vec![0; 16 * 1024]);
    loop {
        stream.readable().await?;
        match stream.try_read(&mut buffer) {
            Ok(0) => break,
            Ok(len) => answer.extend_from_slice(&buffer[..len]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    ensure!(answer.starts_with("HTTP/1.1 200"), "{path}: {}", answer.lines().next().unwrap_or_default());
    Ok(answer)
}
