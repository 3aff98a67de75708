//! `calit import`: another product's export becomes a board.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::{Data, Outcome, print};
use crate::app;
use crate::board::value::Stamp;
use crate::transfer::trello::{self, ImportOptions};

/// The author that the log names for imported content.
const AUTHOR: &str = "import";

/// Brings a board in from another product.
#[derive(clap::Args)]
pub struct Import {
    #[command(subcommand)]
    from: From,
}

#[derive(clap::Subcommand)]
enum From {
    /// A board that Trello exported as JSON. Prints what could not be carried over.
    Trello {
        /// The exported file.
        file: PathBuf,
        /// Name of the new board [default: its name in Trello].
        #[arg(long)]
        board: Option<String>,
        #[command(flatten)]
        data: Data,
    },
}

impl Import {
    pub(super) async fn run(self) -> anyhow::Result<Outcome> {
        let From::Trello { file, board, data } = self.from;
        let shown = file.display();
        let len = std::fs::metadata(&file).with_context(|| format!("{shown} cannot be read"))?.len();
        if len > trello::FILE_BYTES_MAX as u64 {
            bail!("{shown} has {len} bytes; an export of up to {} is taken", trello::FILE_BYTES_MAX);
        }
        let bytes = std::fs::read(&file).with_context(|| format!("{shown} cannot be read"))?;
        let now_ms = i64::try_from(app::system_clock().now_ms()).unwrap_or(i64::MAX);
        let options = ImportOptions { board_name: board, stamp: Stamp::new(now_ms, AUTHOR) };
        let import = trello::import(&bytes, &options).with_context(|| format!("nothing was imported from {shown}"))?;
        let store = data.open().await?;
        let id = app::store_board(&store, &import.board, &options.stamp).await?;
        print(format_args!("imported {shown} as {:?} ({})\n{}", import.board.name, id.as_str(), import.report))?;
        Ok(Outcome::Done)
    }
}
