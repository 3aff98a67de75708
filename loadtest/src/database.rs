//! A database of its own in a Postgres that runs already: made for one server of a benchmark, and dropped behind it.
//!
//! Knows no SQL driver: Debian's `psql` and `pgbench` do the work.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, ensure};

/// A database; it is dropped with this.
pub(crate) struct Database {
    /// As `postgres://…/`, to be followed by a database.
    server: String,
    /// What it is called.
    pub(crate) name: String,
}

impl Database {
    /// A fresh one, in the Postgres of a URL that names any database.
    pub(crate) fn create(url: &str) -> anyhow::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let end = url.rfind('/').context("--postgres looks like postgres://user@host:port/database")?;
        let name = format!("bench_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        psql(&format!("{}postgres", &url[..=end]), &format!("CREATE DATABASE {name}"))?;
        Ok(Self { server: url[..=end].to_owned(), name })
    }

    /// Its own URL.
    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.server, self.name)
    }

    /// The least that storing a group of `rows` rows can cost: one statement that inserts them, again and again on one
    /// connection. Returns how long each took, in milliseconds. `directory` is for files.
    pub(crate) fn floor(&self, rows: usize, row_bytes: usize, directory: &Path) -> anyhow::Result<Vec<f64>> {
        let columns = "number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, document BIGINT, body BYTEA";
        psql(&self.url(), &format!("CREATE TABLE IF NOT EXISTS floor ({columns})"))?;
        let (script, log) = (directory.join("floor.sql"), directory.join(format!("floor-{rows}")));
        let insert = format!(
            "INSERT INTO floor (document, body) SELECT document, decode(repeat('07', {row_bytes}), 'hex') \
             FROM unnest(ARRAY(SELECT generate_series(1, {rows}))) AS document;"
        );
        std::fs::write(&script, insert)?;
        let mut command = Command::new("pgbench");
        command.args(["--no-vacuum", "--time=2", "--client=1", "--protocol=prepared", "--log"]);
        command.arg(format!("--log-prefix={}", log.display())).arg(format!("--file={}", script.display()));
        let output = command.arg(self.url()).output().context("pgbench is not there")?;
        ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
        let mut millis = Vec::new();
        for entry in std::fs::read_dir(directory)? {
            let path = entry?.path();
            if path.to_string_lossy().starts_with(&format!("{}.", log.display())) {
                // Client, transaction, microseconds, and more.
                let text = std::fs::read_to_string(path)?;
                let micros = text.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<f64>().ok());
                millis.extend(micros.map(|micros| micros / 1000.0));
            }
        }
        ensure!(!millis.is_empty(), "pgbench has logged nothing");
        Ok(millis)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Its connections end with the processes, a moment later.
        let _ =
            psql(&format!("{}postgres", self.server), &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

fn psql(url: &str, statement: &str) -> anyhow::Result<()> {
    let run = Command::new("psql").args([url, "-v", "ON_ERROR_STOP=1", "-qAtc", statement]).output();
    let run = run.context("psql is not there")?;
    ensure!(run.status.success(), "{statement}: {}", String::from_utf8_lossy(&run.stderr));
    Ok(())
}
