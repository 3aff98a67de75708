//! The subcommands, one file each.

mod documents;
mod export;
mod import;
mod migrate;
mod recover;
mod serve;

use std::io::{self, Write as _};
use std::sync::Arc;

use crate::config::{Mistakes, Settings, StoreSettings};
use crate::store::DocumentStore;
use crate::store::place::Place;

/// What to do.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Serves the app and the documents.
    Serve(Settings),
    /// Brings a board in from another product.
    Import(import::Import),
    /// Writes a board as JSON or CSV to standard output.
    Export(export::Export),
    /// Lists the stored documents.
    Documents(documents::Documents),
    /// Makes a new document of the last good version of a damaged one.
    Recover(recover::Recover),
    /// Brings the store's schema up to date, as starting the server does.
    Migrate(migrate::Migrate),
}

/// How a subcommand ended, if not with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All of it was done.
    Done,
    /// Something was left; the log says what.
    Incomplete,
}

impl Command {
    /// Runs the subcommand.
    ///
    /// # Errors
    /// In words for whoever typed it.
    pub async fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Command::Serve(settings) => serve::run(&settings).await,
            Command::Import(import) => import.run().await,
            Command::Export(export) => export.run().await,
            Command::Documents(documents) => documents.run().await,
            Command::Recover(recover) => recover.run().await,
            Command::Migrate(migrate) => migrate.run().await,
        }
    }
}

/// Prints to standard output. A reader that has seen enough, such as `head`, is no error.
fn print(text: impl std::fmt::Display) -> anyhow::Result<()> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => Ok(outcome?),
    }
}

/// Where a subcommand finds the store.
#[derive(clap::Args)]
struct Data {
    #[command(flatten)]
    store: StoreSettings,
}

impl Data {
    fn place(&self) -> Result<Place, Mistakes> {
        let mut mistakes = Vec::new();
        self.store.place(&mut mistakes).ok_or(Mistakes(mistakes))
    }

    /// Opens the store, whether or not a server runs on it.
    async fn open(&self) -> anyhow::Result<Arc<dyn DocumentStore>> {
        Ok(self.place()?.open().await?)
    }
}
