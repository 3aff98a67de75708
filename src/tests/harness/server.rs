//! The real binary on a data directory and ports of its own: started, asked, killed, started again.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;

use tempfile::TempDir;

use super::{DEADLINE, eventually, http};

/// Settings that a developer may have in the environment.
const VARIABLES: [&str; 9] = [
    "DATABASE_URL",
    "CALIT_LISTEN",
    "CALIT_ADMIN_LISTEN",
    "CALIT_DATA",
    "CALIT_DEMO",
    "CALIT_OPEN",
    "CALIT_ROOM_MEGABYTES",
    "CALIT_DRAIN_GRACE",
    "CALIT_LOG",
];

/// A server that can be stopped in every way and started again on the same data.
pub(crate) struct Server {
    folder: TempDir,
    options: Vec<String>,
    process: Option<Process>,
}

struct Process {
    child: Child,
    address: SocketAddr,
    admin: SocketAddr,
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
        let folder = TempDir::new().expect("a temporary directory");
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut server = Self { folder, options, process: None };
        server.start();
        server
    }

    /// Starts the binary, on the data that is there. Returns when it listens.
    pub(crate) fn start(&mut self) {
        assert!(self.process.is_none(), "the server runs already");
        let log = File::options().create(true).append(true).open(self.log_file()).expect("the log can be written");
        let mut child = calit()
            .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data"])
            .arg(self.data())
            .args(&self.options)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary was built with the tests");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, greeting) = mpsc::channel();
        std::thread::spawn(move || {
            // The receiver is gone when the test has given up.
            let _ = sender.send(stdout.lines().next().and_then(Result::ok));
        });
        let Ok(Some(line)) = greeting.recv_timeout(DEADLINE) else {
            let _ = child.kill();
            panic!("the server did not start:\n{}", self.log());
        };
        let (address, admin) = addresses(&line).unwrap_or_else(|| panic!("no greeting: {line:?}"));
        self.process = Some(Process { child, address, admin });
    }

    /// Ends the process as a power cut would: `kill -9`.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.child.kill().expect("the process is ours");
            process.child.wait().expect("the process is ours");
        }
    }

    /// Asks it to shut down; the process ends in its own time.
    pub(crate) fn send_term(&self) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill is installed");
        assert!(sent.success(), "no process {pid}");
    }

    /// Waits for the end of a process that was told to end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let mut process = self.process.take().expect("the server runs");
        eventually("the server ends", async || process.child.try_wait().expect("the process is ours")).await
    }

    /// Shuts down in order.
    pub(crate) async fn term(&mut self) -> ExitStatus {
        self.send_term();
        self.ended().await
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running().address
    }

    pub(crate) fn admin(&self) -> SocketAddr {
        self.running().admin
    }

    pub(crate) fn pid(&self) -> u32 {
        self.running().child.id()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Everything that it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Memory that the process holds, in bytes.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the server runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells it");
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kibibytes * 1024
    }

    /// One sample of `/metrics`: the value behind the series' name and labels, as they are written there.
    pub(crate) async fn metric(&self, series: &str) -> f64 {
        let text = http::get(self.admin(), "/metrics", &[]).await.body;
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no metric {series} in:\n{text}"))
    }

    fn running(&self) -> &Process {
        self.process.as_ref().expect("the server runs")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("the end of the server's log:\n{}", tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
        }
        if let Some(mut process) = self.process.take() {
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

fn addresses(line: &str) -> Option<(SocketAddr, SocketAddr)> {
    let (public, admin) = line.strip_prefix("listening on http://")?.split_once(" (admin http://")?;
    Some((public.parse().ok()?, admin.strip_suffix(')')?.parse().ok()?))
}
