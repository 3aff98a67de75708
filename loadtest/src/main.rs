//! Plays many clients against a CalIT server.
//!
//! `bench` starts a server and prints figures beside floors that are measured in the same run; `sessions` plays editors
//! against a server that runs already and checks that all copies are equal. Speaks the client protocol only.
//! It has one thread on purpose: the server shares the machine, and its figures are what is measured.

mod bench;
mod database;
mod edits;
mod floor;
mod process;
mod sessions;
mod socket;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Plays many clients against a CalIT server and prints what they saw.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts a server and prints a Markdown table of figures beside floors measured in the same run.
    Bench(bench::Arguments),
    /// Plays editors for a while and checks at the end that all copies are equal.
    Sessions(sessions::Arguments),
    /// The least that a server can do, for `bench` to compare with.
    Floor(floor::Arguments),
    /// The least that loading a document can cost, for `bench` to compare with.
    Decode(edits::DecodeArguments),
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        match arguments.command {
            Command::Bench(arguments) => bench::run(&arguments).await,
            Command::Sessions(arguments) => sessions::run(&arguments).await,
            Command::Floor(arguments) => floor::run(&arguments).await,
            Command::Decode(arguments) => edits::decode(&arguments),
        }
    })
}
