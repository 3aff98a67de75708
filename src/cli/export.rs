//! `calit export`: a board as JSON, or as a table for a spreadsheet.

use std::io::{self, Write as _};

use anyhow::{Context as _, bail};

use super::{Data, Outcome, print};
use crate::board::Board;
use crate::document::{Content, DocumentId, DocumentKind};
use crate::store::DocumentInfo;
use crate::transfer::export;

/// Writes a board to standard output.
#[derive(clap::Args)]
pub struct Export {
    /// The board's id, or its name if only one has it.
    board: String,
    /// JSON holds everything; CSV holds the cards, for a spreadsheet.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    #[command(flatten)]
    data: Data,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Json,
    Csv,
}

impl Export {
    pub(super) async fn run(self) -> anyhow::Result<Outcome> {
        let store = self.data.open().await?;
        let document = find(store.list().await?, &self.board)?;
        let stored = store.load(&document).await?;
        let content = Content::load(0, stored.parts()).context("the stored board does not decode")?;
        match self.format {
            Format::Json => print(serde_json::to_string_pretty(&content.read(|txn| export::json(txn)))?)?,
            Format::Csv => write(&export::csv(&content.read(|txn| Board::read(txn))))?,
        }
        Ok(Outcome::Done)
    }
}

/// Writes bytes as they are. A reader that has seen enough is no error.
fn write(bytes: &[u8]) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => Ok(outcome?),
    }
}

fn find(documents: Vec<DocumentInfo>, wanted: &str) -> anyhow::Result<DocumentId> {
    let boards = documents.into_iter().filter(|document| document.id.kind() == DocumentKind::Board);
    let mut found = boards.filter(|document| document.id.as_str() == wanted || document.name == wanted);
    match (found.next(), found.next()) {
        (Some(document), None) => Ok(document.id),
        (Some(_), Some(_)) => bail!("several boards are named {wanted:?}: use the id that `calit documents` shows"),
        (None, _) => bail!("there is no board {wanted:?}: see `calit documents`"),
    }
}
