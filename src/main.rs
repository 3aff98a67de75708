//! The command line: reads settings, calls the subcommand, turns its outcome into an exit code.

use std::process::ExitCode;

use calit::cli::{Command, Outcome};
use calit::telemetry::logging;
use clap::Parser;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Live boards and calendars for a team.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// What is logged to standard error: error, warn, info, debug, or a tracing filter.
    #[arg(long, env = "CALIT_LOG", default_value = "info", global = true)]
    log: String,
    #[command(subcommand)]
    command: Command,
}

/// Stacks of the worker threads, in bytes: a margin for the CRDT library's recursion, no defence (the gate is that).
const STACK_BYTES: usize = 8 * 1024 * 1024;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logging::start(&arguments.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(arguments.command.run()),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Incomplete) => ExitCode::from(1),
        Err(error) => {
            eprintln!("calit: {error:#}");
            ExitCode::from(2)
        }
    }
}
