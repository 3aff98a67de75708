//! A Redis and a Postgres of one test's own, to be hurt: those that all tests share must stay well.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::eventually;

/// A Redis on a port of its own.
pub(crate) struct Redis {
    pub(crate) port: u16,
    folder: TempDir,
    options: Vec<String>,
    process: Option<Child>,
}

impl Redis {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With options of its own.
    pub(crate) async fn with(options: &[&str]) -> Self {
        let folder = TempDir::new().expect("a temporary directory");
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut redis = Self { port: free_port(), folder, options, process: None };
        redis.start_again().await;
        redis
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Starts it after its death; it has forgotten everything but its place in a cluster.
    pub(crate) async fn start_again(&mut self) {
        let mut command = Command::new("redis-server");
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        command.arg("--dir").arg(self.folder.path()).args(&self.options);
        let child = command.stdout(Stdio::null()).spawn();
        self.process = Some(child.expect("redis-server is installed"));
        eventually("Redis answers", async || (self.command(&["PING"]).trim() == "PONG").then_some(())).await;
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("the process is ours");
            process.wait().expect("the process is ours");
        }
    }

    /// What a command answers.
    pub(crate) fn command(&self, words: &[&str]) -> String {
        let ran = Command::new("redis-cli").args(["-p", &self.port.to_string()]).args(words).output();
        String::from_utf8_lossy(&ran.expect("redis-cli is installed").stdout).into_owned()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A Postgres that flushes what it commits, with a Redis beside it.
pub(crate) struct Postgres {
    folder: PathBuf,
    /// As the tests' shared servers are named.
    pub(crate) url: String,
    pub(crate) redis_url: String,
}

impl Postgres {
    pub(crate) fn start() -> Self {
        let started = servers().arg("start").output().expect("the script is beside the tests");
        let said = String::from_utf8_lossy(&started.stdout).into_owned();
        let setting = |name: &str| {
            let value = said.lines().find_map(|line| line.strip_prefix(&format!("export {name}=")));
            value.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&started.stderr))).to_owned()
        };
        let folder = PathBuf::from(setting("CALIT_TEST_SERVERS"));
        Self { folder, url: setting("CALIT_TEST_POSTGRES"), redis_url: setting("CALIT_TEST_REDIS") }
    }

    /// Stops as `pg_ctl` calls it, and starts again with the same settings.
    pub(crate) fn restart(&self, mode: &str) {
        let mut programs = std::fs::read_dir("/usr/lib/postgresql").expect("Postgres is installed");
        let program =
            programs.find_map(|version| Some(version.ok()?.path().join("bin/pg_ctl")).filter(|it| it.is_file()));
        let mut command = as_owner(&program.expect("Postgres is installed"));
        command.arg("-D").arg(self.folder.join("postgres")).arg("-l").arg(self.folder.join("postgres.log"));
        // Its children would hold a pipe open.
        let ran = command.args(["-w", "-m", mode, "restart"]).stdout(Stdio::null()).status().expect("pg_ctl runs");
        assert!(ran.success(), "Postgres does not restart");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = servers().arg("stop").env("CALIT_TEST_SERVERS", &self.folder).output();
    }
}

fn servers() -> Command {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/servers"))
}

/// Postgres refuses to work for root; the script lets it work for nobody then.
fn as_owner(program: &Path) -> Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]).arg(program).current_dir("/");
    command
}

pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound").port()
}
