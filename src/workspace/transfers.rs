//! Files come in as boards or as cards, and boards go out as files.
//!
//! Promises: a file that is refused leaves nothing behind; what an import put on a board that was there before can be taken back by its
//! id. A large import goes into a live room in steps, between which the people in it are served.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value as Json;
use tokio::sync::OwnedSemaphorePermit;

use super::{Failure, NewBoard, Workspace, stored};
use crate::access::UserId;
use crate::board::Board;
use crate::board::command::{board_name, presentable_name};
use crate::board::draft::BoardDraft;
use crate::board::value::Stamp;
use crate::document::{Content, DocumentId};
use crate::transfer::calit::{self, CalitError};
use crate::transfer::csv::{self, CsvError, ImportId, Mapping, Preview};
use crate::transfer::export;
use crate::transfer::trello::{self, ImportError, ImportOptions};

/// What a board is called whose file has no usable name.
const NAMELESS: &str = "Board";

/// Leave to take in a file. There are few of them; one is held from before the first byte is read until all is stored.
pub struct TransferSlot(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

/// A board that was imported.
#[derive(Debug)]
pub struct Imported {
    /// The new board.
    pub board: DocumentId,
    /// Its name.
    pub name: String,
    /// What became of everything in the file.
    pub report: Json,
}

/// Cards that were imported.
#[derive(Debug)]
pub struct Added {
    /// The board on which they are.
    pub board: DocumentId,
    /// What takes them back.
    pub import: String,
    /// How many there are.
    pub cards: usize,
    /// What became of everything in the file.
    pub report: Json,
}

/// How a board goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Everything that is in the document.
    Json,
    /// The cards, for a spreadsheet.
    Csv,
}

/// A board as a file.
pub struct Exported {
    /// The board's name.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Workspace {
    /// Leave to take in a file.
    ///
    /// # Errors
    /// [`Failure::Busy`] when as many as may are under way.
    pub fn transfer_slot(&self) -> Result<TransferSlot, Failure> {
        let permit = Arc::clone(&self.0.transfers).try_acquire_owned();
        permit.map(TransferSlot).map_err(|_| Failure::Busy)
    }

    /// Makes a board of a Trello export.
    ///
    /// # Errors
    /// When the file is none, or the name.
    pub async fn import_trello(
        &self,
        _slot: &TransferSlot,
        file: Bytes,
        name: Option<&str>,
        user: Option<&UserId>,
    ) -> Result<Imported, Failure> {
        let name = name.map(board_name).transpose()?.map(str::to_owned);
        self.check_room_for_a_board().await?;
        let stamp = self.stamp(user);
        let options = ImportOptions { board_name: name, stamp: stamp.clone() };
        let mut import = stored::off_workers(move || trello::import(&file, &options)).await??;
        import.board.name = presentable_name(&import.board.name).unwrap_or_else(|| NAMELESS.to_owned());
        let (name, report) = (import.board.name.clone(), import.report.to_json());
        let board = self.add(import.board, stamp).await?;
        Ok(Imported { board, name, report })
    }

    /// Makes a board of one that CalIT exported, with all that was in it.
    ///
    /// # Errors
    /// When the file is none, or the name.
    pub async fn import_calit(
        &self,
        _slot: &TransferSlot,
        file: Bytes,
        name: Option<&str>,
        user: Option<&UserId>,
    ) -> Result<Imported, Failure> {
        let name = name.map(board_name).transpose()?.map(str::to_owned);
        self.check_room_for_a_board().await?;
        let (id, client_id, stamp) = (self.new_id(), self.client_id(), self.stamp(user));
        let write = move || -> Result<_, CalitError> {
            let import = calit::import(&file, name.as_deref())?;
            let name = presentable_name(&import.name).unwrap_or_else(|| NAMELESS.to_owned());
            let updates = import.write_to(&mut Content::new(client_id));
            Ok((NewBoard::of(id, &name, updates, &stamp), name, import.report.to_json()))
        };
        let (board, name, report) = stored::off_workers(write).await??;
        Ok(Imported { board: board.store(self.0.store.as_ref()).await?, name, report })
    }

    /// Looks at a table without importing it.
    ///
    /// # Errors
    /// When the file is none.
    pub async fn preview_csv(&self, _slot: &TransferSlot, file: Bytes) -> Result<Preview, Failure> {
        Ok(stored::off_workers(move || csv::preview(&file)).await??)
    }

    /// Makes a new board of a table.
    ///
    /// # Errors
    /// When the file is none, the name, or the mapping makes no sense of it.
    pub async fn import_csv(
        &self,
        _slot: &TransferSlot,
        file: Bytes,
        mapping: Mapping,
        name: &str,
        user: Option<&UserId>,
    ) -> Result<Added, Failure> {
        let board_name = board_name(name)?.to_owned();
        self.check_room_for_a_board().await?;
        let (import, stamp) = (self.import_id(), self.stamp(user));
        let id = import.as_str().to_owned();
        let options_stamp = stamp.clone();
        let read = move || {
            let options = csv::Options { board_name, import, stamp: options_stamp, into: None };
            csv::read(&file, &mapping, &options)
        };
        let (draft, report) = stored::off_workers(read).await??;
        let cards = draft.cards.len();
        let board = self.add(draft, stamp).await?;
        Ok(Added { board, import: id, cards, report: report.to_json() })
    }

    /// Adds a table's rows to a board, as cards.
    ///
    /// # Errors
    /// When the file is none, or the mapping makes no sense of it, or the board cannot be opened.
    pub async fn import_csv_into(
        &self,
        _slot: &TransferSlot,
        file: Bytes,
        mapping: Mapping,
        board: &DocumentId,
        user: Option<&UserId>,
    ) -> Result<Added, Failure> {
        let (import, stamp) = (self.import_id(), self.stamp(user));
        let id = import.as_str().to_owned();
        let options_stamp = stamp.clone();
        let read = move |content: &Content| {
            let there = content.read(|txn| Board::read(txn));
            let board_name = there.name.clone();
            csv::read(&file, &mapping, &csv::Options { board_name, import, stamp: options_stamp, into: Some(&there) })
        };
        let (draft, report) = stored::read(self.0.store.as_ref(), board, read).await??;
        let cards = draft.cards.len();
        if let Err(failure) = self.write_into(board, draft, stamp, user).await {
            // What is there of it already would be in the way of a second attempt.
            let undone = self.undo_import(board, &id, user).await;
            tracing::warn!(document.id = board.as_str(), %failure, is_undone = undone.is_ok(), "an import broke off");
            return Err(failure);
        }
        Ok(Added { board: board.clone(), import: id, cards, report: report.to_json() })
    }

    async fn write_into(
        &self,
        board: &DocumentId,
        draft: BoardDraft,
        stamp: Stamp,
        user: Option<&UserId>,
    ) -> Result<(), Failure> {
        let room = self.0.hub.open(board).await?;
        for batch in draft.additions() {
            let stamp = stamp.clone();
            let write = move |content: &mut Content| {
                let (written, update) = content.edit(|txn| batch.write(txn, &stamp));
                // The room takes back what fails by panicking.
                written.expect("an import's parts are named after it alone");
                Vec::from_iter(update)
            };
            room.edit(user, write).await?;
        }
        Ok(())
    }

    /// A board as a file.
    ///
    /// # Errors
    /// When the board cannot be read.
    pub async fn export(&self, board: &DocumentId, format: Format) -> Result<Exported, Failure> {
        let write = move |content: &Content| {
            let name = content.read(|txn| Board::read_name(txn));
            let bytes = match format {
                Format::Json => content.read(|txn| export::json(txn)).to_string().into_bytes(),
                Format::Csv => export::csv(&content.read(|txn| Board::read(txn))),
            };
            Exported { name, bytes }
        };
        stored::read(self.0.store.as_ref(), board, write).await
    }

    fn import_id(&self) -> ImportId {
        let number = u128::from_le_bytes((self.0.random)());
        ImportId::parse(&format!("imp_{:016x}", number as u64)).expect("four letters and sixteen digits are a name")
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::TooLarge { .. } => Failure::FileTooLarge(sentence(&error.to_string())),
            ImportError::Malformed { line, column, .. } => Failure::BadFile(format!(
                "This is not a board that Trello exported as JSON: it cannot be read from line {line}, column {column} on."
            )),
            error => Failure::BadFile(sentence(&error.to_string())),
        }
    }
}

impl From<CalitError> for Failure {
    fn from(error: CalitError) -> Self {
        match error {
            CalitError::TooLarge { .. } => Failure::FileTooLarge(sentence(&error.to_string())),
            CalitError::Malformed(_) => Failure::BadFile("This is not a board that CalIT exported as JSON.".to_owned()),
            error => Failure::BadFile(sentence(&error.to_string())),
        }
    }
}

impl From<CsvError> for Failure {
    fn from(error: CsvError) -> Self {
        let said = sentence(&error.to_string());
        if matches!(error, CsvError::TooLarge { .. }) { Failure::FileTooLarge(said) } else { Failure::BadFile(said) }
    }
}

/// An error's words as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if words.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_errors_words_become_a_sentence() {
        assert_eq!(sentence("the file is empty"), "The file is empty.");
        assert_eq!(sentence("was it right?"), "Was it right?");
    }
}
