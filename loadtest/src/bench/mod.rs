//! Benchmarks: what a delivery, a connection, a join, a document and a commit cost, beside what they cost at least.
//!
//! Promises: the figures of server and floor come from the same run, taken by turns where the machine's load matters;
//! the server's CPU and memory are read from outside, so its own metrics only split them; each benchmark ends in time.
//! Asserts nothing: figures are for people. Start with [`run`]; `crowd` plays the clients.

mod commit;
mod crowd;
mod fan_out;
mod join;
mod memory;
mod open;
mod presence;
mod replicas;
mod slow_reader;
mod table;

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Context as _;
use clap::ValueEnum;
use replicas::cluster::{Cluster, Ground};
use table::Table;
use tempfile::TempDir;
use tokio::time::{Instant, timeout};

use crate::process::Process;

/// Open files that the largest benchmark needs: 2,000 connections and some.
const FILES: u64 = 4096;

/// No benchmark takes longer.
const BENCHMARK_TIMEOUT: Duration = Duration::from_secs(150);

/// What `loadtest bench` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The release binary of the server; it is started and stopped here.
    #[arg(long)]
    server: PathBuf,
    /// Run only these.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Name>,
    /// How long each figure is measured for.
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// Where the server keeps its data meanwhile: on a real disk, or a commit costs nothing [default: beside the server].
    #[arg(long)]
    data_in: Option<PathBuf>,
    /// A Postgres that runs already, as postgres://user@host:port/database: servers get databases of their own in it.
    #[arg(long, env = "CALIT_TEST_POSTGRES", requires = "redis")]
    postgres: Option<String>,
    /// A Redis that runs already, as redis://host:port.
    #[arg(long, env = "CALIT_TEST_REDIS", requires = "postgres")]
    redis: Option<String>,
    /// Replicas that restart or die under people.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(2..=9))]
    replicas: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    FanOut,
    Memory,
    Join,
    Open,
    Commit,
    Presence,
    SlowReader,
    Across,
    Reconnect,
    Restart,
}

/// What every benchmark works with.
struct Bench {
    calit: PathBuf,
    seconds: f64,
    directory: TempDir,
    servers: u32,
    /// What replicas stand on, if it is there.
    ground: Option<Ground>,
    replicas: usize,
}

impl Bench {
    /// A server on an empty store.
    fn server(&mut self) -> anyhow::Result<Process> {
        self.servers += 1;
        Process::serve(&self.calit, &self.data())
    }

    /// So many replicas of one server, on an empty database.
    async fn cluster(&mut self, replicas: usize) -> anyhow::Result<Cluster> {
        let ground = self.ground.clone().context("there is no Postgres and no Redis")?;
        self.servers += 1;
        Cluster::start(self.calit.clone(), self.data(), &ground, replicas).await
    }

    /// The data of the server that was started last.
    fn data(&self) -> PathBuf {
        self.directory.path().join(self.servers.to_string())
    }

    fn measured(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

/// Runs the benchmarks and prints the tables.
pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let files = raise_file_limit()?;
    let calit = std::fs::canonicalize(&arguments.server)
        .with_context(|| format!("there is no server at {}", arguments.server.display()))?;
    let beside = calit.parent().map(Path::to_owned).unwrap_or_default();
    let data_in = arguments.data_in.clone().unwrap_or(beside);
    let directory = tempfile::Builder::new().prefix("bench-").tempdir_in(&data_in)?;
    let ground = arguments.postgres.clone().zip(arguments.redis.clone());
    let ground = ground.map(|(postgres, redis)| Ground { postgres, redis });
    let replicas = usize::from(arguments.replicas);
    let mut bench = Bench { calit, seconds: arguments.seconds, directory, servers: 0, ground, replicas };
    let started = Instant::now();
    let mut costs = Table::new("Cost and speed");
    let mut split = Table::new("Where the time goes, by the server's own metrics");
    println!("{}", conditions(files));
    for name in Name::value_variants() {
        if !arguments.only.is_empty() && !arguments.only.contains(name) {
            continue;
        }
        eprintln!("{name:?} …");
        let outcome = timeout(BENCHMARK_TIMEOUT, async {
            match name {
                Name::FanOut => fan_out::run(&mut bench, &mut costs, &mut split).await,
                Name::Memory => memory::run(&mut bench, &mut costs).await,
                Name::Join => join::run(&mut bench, &mut costs).await,
                Name::Open => open::run(&mut bench, &mut costs).await,
                Name::Commit => commit::run(&mut bench, &mut costs, &mut split).await,
                Name::Presence => presence::run(&mut bench, &mut costs).await,
                Name::SlowReader => slow_reader::run(&mut bench, &mut costs).await,
                Name::Across if bench.ground.is_some() => replicas::across::run(&mut bench, &mut costs).await,
                Name::Reconnect if bench.ground.is_some() => replicas::reconnect::run(&mut bench, &mut costs).await,
                Name::Restart if bench.ground.is_some() => replicas::restart::run(&mut bench, &mut costs).await,
                Name::Across | Name::Reconnect | Name::Restart => Ok(()),
            }
        });
        match outcome.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => costs.fail(&format!("{name:?}"), &format!("{error:#}")),
            Err(_) => costs.fail(&format!("{name:?}"), "not done in time"),
        }
    }
    print!("{costs}\n{split}");
    if bench.ground.is_none() {
        println!("\nLeft out: what needs Postgres and Redis (--postgres and --redis name them).");
    }
    println!(
        "\nThe whole run took {:.0} s; the load average after it was {}.",
        started.elapsed().as_secs_f64(),
        load()
    );
    Ok(())
}

/// The limit on open files is raised by a shell and this program started anew: safe Rust cannot do it by itself.
fn raise_file_limit() -> anyhow::Result<u64> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap_or_default();
    let mut numbers = line.split_whitespace().skip(3).map(|number| number.parse().unwrap_or(u64::MAX));
    let (soft, hard) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let wanted = FILES.min(hard);
    if soft < wanted {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -S -n {wanted} && exec \"$0\" \"$@\"")]);
        command.arg(std::env::current_exe()?).args(std::env::args_os().skip(1));
        return Err(command.exec()).context("cannot raise the limit on open files");
    }
    Ok(soft)
}

fn conditions(files: u64) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let file_note =
        if files < FILES { format!(" (too few for 2,000 connections: {FILES} are needed)") } else { String::new() };
    format!(
        "{cores} cores that the server, the floor and the clients share; Linux {}; load average {} before the run; \
         {files} open files allowed{file_note}. CPU is the server's own (user and system, all threads); over loopback \
         the sender also pays for the receiver's TCP.\n",
        kernel.trim().split('-').next().unwrap_or_default(),
        load()
    )
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// The value below which `share` of the values lie.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_of_the_sample() {
        let mut values: Vec<f64> = (0..=100).rev().map(f64::from).collect();

        assert_eq!([0.5, 0.99, 1.0].map(|share| percentile(&mut values, share)), [50.0, 99.0, 100.0]);
        assert!(percentile(&mut [], 0.5).is_nan());
    }
}
