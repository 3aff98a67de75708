//! The real binary on data and ports of its own: started, asked, killed, started again.
//!
//! What stands behind one [`Server`] is a [`Setup`]: one process with an embedded store, which may be several replicas, or a
//! process for each replica over Postgres and Redis. A test that does not choose gets the one that the environment names, so that the same tests run over all; then each
//! question for the address gives the next replica's.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use tempfile::TempDir;

use super::backend::{Backend, Setup};
use super::{DEADLINE, eventually, http};

/// Settings that a developer may have in the environment.
const VARIABLES: [&str; 14] = [
    "CALIT_LISTEN",
    "CALIT_ADMIN_LISTEN",
    "CALIT_DATA",
    "CALIT_DEMO",
    "CALIT_OPEN",
    "CALIT_ROOM_MEGABYTES",
    "CALIT_REPLICAS",
    "CALIT_DRAIN_GRACE",
    "CALIT_LOG",
    "CALIT_DEPLOYMENT",
    "DATABASE_URL",
    "REDIS_URL",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
];

/// A server, of one replica or several, that can be stopped in every way and started again on the same data.
pub(crate) struct Server {
    folder: TempDir,
    options: Vec<String>,
    backend: Backend,
    processes: Vec<Option<Process>>,
    next: AtomicUsize,
}

struct Process {
    child: Child,
    /// Where each of its replicas listens for users and for operators.
    addresses: Vec<(SocketAddr, SocketAddr)>,
}

impl Server {
    /// Any name under `/sync/` is a plain document.
    pub(crate) fn open() -> Self {
        Self::with(&["--open"])
    }

    /// The demo workspace, as `make run` serves it.
    pub(crate) fn demo() -> Self {
        Self::with(&[])
    }

    /// With options of its own.
    pub(crate) fn with(options: &[&str]) -> Self {
        Self::on(Setup::from_environment(), options)
    }

    /// One replica whatever the environment names, for what each replica promises by itself.
    pub(crate) fn alone(options: &[&str]) -> Self {
        Self::on(Setup::Embedded { replicas: 1 }, options)
    }

    /// On a setup of its own.
    pub(crate) fn on(setup: Setup, options: &[&str]) -> Self {
        Self::through(Backend::new(setup), options)
    }

    /// Over a backend whose ways may lead through proxies.
    pub(crate) fn through(backend: Backend, options: &[&str]) -> Self {
        let folder = TempDir::new().expect("a temporary directory");
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let processes = (0..backend.processes()).map(|_| None).collect();
        let mut server = Self { folder, options, backend, processes, next: AtomicUsize::new(0) };
        server.start();
        server
    }

    /// Starts every replica, on the data that is there. Returns when they listen.
    pub(crate) fn start(&mut self) {
        for replica in 0..self.processes.len() {
            self.start_replica(replica);
        }
    }

    /// Starts one replica, which has a process of its own.
    pub(crate) fn start_replica(&mut self, replica: usize) {
        assert!(self.processes[replica].is_none(), "replica {replica} runs already");
        let log =
            File::options().create(true).append(true).open(self.log_file(replica)).expect("the log can be written");
        let mut command = calit();
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data"])
            .arg(self.data())
            .args(&self.options);
        self.backend.configure(&mut command, replica);
        let mut child =
            command.stdout(Stdio::piped()).stderr(log).spawn().expect("the binary was built with the tests");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, greeting) = mpsc::channel();
        let lines = self.backend.replicas() / self.backend.processes();
        std::thread::spawn(move || {
            // The receiver is gone when the test has given up.
            let _ = sender.send(stdout.lines().take(lines).map_while(Result::ok).collect::<Vec<String>>());
        });
        let Some(greeting) = greeting.recv_timeout(DEADLINE).ok().filter(|said| said.len() == lines) else {
            let _ = child.kill();
            panic!("the server did not start:\n{}", self.log());
        };
        let listening = |line: &String| addresses(line).unwrap_or_else(|| panic!("no greeting: {line:?}"));
        let addresses = greeting.iter().map(listening).collect();
        self.processes[replica] = Some(Process { child, addresses });
    }

    /// Ends every process as a power cut would: `kill -9`.
    pub(crate) fn kill(&mut self) {
        for process in self.processes.iter_mut().flatten() {
            // All at once: nobody sees another one die.
            process.child.kill().expect("the process is ours");
        }
        for replica in 0..self.processes.len() {
            self.kill_replica(replica);
        }
    }

    /// Ends one process with `kill -9`.
    pub(crate) fn kill_replica(&mut self, replica: usize) {
        if let Some(mut process) = self.processes[replica].take() {
            process.child.kill().expect("the process is ours");
            process.child.wait().expect("the process is ours");
        }
    }

    /// Asks every replica to shut down; the processes end in their own time.
    pub(crate) fn send_term(&self) {
        self.running().for_each(|process| signal(process.child.id(), "TERM"));
    }

    /// Sends a signal to one replica, by its name without `SIG`.
    pub(crate) fn signal_replica(&self, replica: usize, name: &str) {
        signal(self.process(replica).child.id(), name);
    }

    /// Waits for the end of processes that were told to end; the first failure, if there is one.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let mut status = None;
        for replica in 0..self.processes.len() {
            let ended = self.ended_replica(replica).await;
            status = status.filter(|status: &ExitStatus| !status.success()).or(Some(ended));
        }
        status.expect("a server has a replica")
    }

    /// Waits for the end of one process.
    pub(crate) async fn ended_replica(&mut self, replica: usize) -> ExitStatus {
        let mut process = self.processes[replica].take().expect("the replica runs");
        eventually("the server ends", async || process.child.try_wait().expect("the process is ours")).await
    }

    /// Shuts down in order.
    pub(crate) async fn term(&mut self) -> ExitStatus {
        self.send_term();
        self.ended().await
    }

    /// Where users connect: the next replica that runs.
    pub(crate) fn address(&self) -> SocketAddr {
        let listening: Vec<SocketAddr> = self.listening().map(|(public, _)| public).collect();
        listening[self.next.fetch_add(1, Ordering::Relaxed) % listening.len()]
    }

    /// Where users of one replica connect.
    pub(crate) fn address_of(&self, replica: usize) -> SocketAddr {
        match self.backend {
            Backend::Embedded { .. } => self.process(0).addresses[replica].0,
            Backend::Shared(_) => self.process(replica).addresses[0].0,
        }
    }

    /// How many replicas belong to it, whether or not they run.
    pub(crate) fn replicas(&self) -> usize {
        self.backend.replicas()
    }

    /// The admin port of the first replica.
    pub(crate) fn admin(&self) -> SocketAddr {
        self.listening().next().expect("the server runs").1
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the replicas stand on.
    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }

    /// Everything that the replicas have logged.
    pub(crate) fn log(&self) -> String {
        let logs = (0..self.processes.len()).map(|replica| self.log_file(replica));
        logs.map(|file| std::fs::read_to_string(file).unwrap_or_default()).collect()
    }

    /// Memory that the processes hold, in bytes.
    pub(crate) fn resident_bytes(&self) -> u64 {
        self.running().map(|process| resident_bytes(process.child.id())).sum()
    }

    /// One sample of `/metrics`, summed over the replicas: the value behind the series' name and labels, as they are
    /// written there.
    pub(crate) async fn metric(&self, series: &str) -> f64 {
        let mut sum = 0.0;
        for (_, admin) in self.listening() {
            let text = http::get(admin, "/metrics", &[]).await.body;
            let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
            let value: Option<f64> = line.and_then(|value| value.parse().ok());
            sum += value.unwrap_or_else(|| panic!("no metric {series} in:\n{text}"));
        }
        sum
    }

    fn running(&self) -> impl Iterator<Item = &Process> {
        self.processes.iter().flatten()
    }

    /// Where the replicas that run listen for users and for operators.
    fn listening(&self) -> impl Iterator<Item = (SocketAddr, SocketAddr)> {
        self.running().flat_map(|process| &process.addresses).copied()
    }

    fn process(&self, replica: usize) -> &Process {
        self.processes[replica].as_ref().expect("the replica runs")
    }

    fn log_file(&self, replica: usize) -> PathBuf {
        self.folder.path().join(format!("log-{replica}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("the end of the server's log:\n{}", tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
        }
        for mut process in self.processes.drain(..).flatten() {
            // It may have ended already.
            let _ = process.child.kill();
            let _ = process.child.wait();
        }
    }
}

/// The command line, untouched by the developer's settings.
pub(crate) fn calit() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_calit"));
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command
}

/// Runs a subcommand on a data directory to its end.
pub(crate) fn run(arguments: &[&str], data: &Path) -> Output {
    calit().args(arguments).arg("--data").arg(data).output().expect("the binary was built with the tests")
}

/// Sends a signal to a process that the tests started.
pub(crate) fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status().expect("kill is installed");
    assert!(sent.success(), "no process {pid}");
}

/// Memory that a process holds, in bytes.
fn resident_bytes(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the server runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells it");
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kibibytes * 1024
}

fn addresses(line: &str) -> Option<(SocketAddr, SocketAddr)> {
    let (public, admin) = line.strip_prefix("listening on http://")?.split_once(" (admin http://")?;
    Some((public.parse().ok()?, admin.strip_suffix(')')?.parse().ok()?))
}
