//! `calit export`: a board as JSON.

use anyhow::{Context as _, bail};

use super::{Data, Outcome, print};
use crate::document::{Content, DocumentId, DocumentKind};
use crate::store::{DocumentInfo, DocumentStore as _};
use crate::transfer::export;

/// Writes a board as JSON to standard output.
#[derive(clap::Args)]
pub struct Export {
    /// The board's id, or its name if only one has it.
    board: String,
    #[command(flatten)]
    data: Data,
}

impl Export {
    pub(super) async fn run(self) -> anyhow::Result<Outcome> {
        let store = self.data.open().await?;
        let document = find(store.list().await?, &self.board)?;
        let stored = store.load(&document).await?;
        let content = Content::load(0, stored.parts()).context("the stored board does not decode")?;
        let board = content.read(|txn| export::export(txn));
        print(serde_json::to_string_pretty(&board)?)?;
        Ok(Outcome::Done)
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
