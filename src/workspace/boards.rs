//! Boards are made, renamed, and put away.

use serde::Deserialize;
use serde_json::Value as Json;

use super::{Failure, NewBoard, Workspace, stored};
use crate::access::UserId;
use crate::board::command::{Command, board_name};
use crate::board::draft::BoardDraft;
use crate::board::template::{Language, Template};
use crate::board::value::Stamp;
use crate::document::DocumentId;

/// Most boards of a workspace, those put away included: lists show them all, and whoever may come in may make some.
const BOARDS_MAX: usize = 1_000;

/// What is to be different about a board; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardChange {
    /// Its name.
    pub name: Option<String>,
    /// Whether it is put away.
    pub archived: Option<bool>,
}

/// A board after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedBoard {
    /// Its name.
    pub name: String,
    /// Whether it is put away.
    pub is_archived: bool,
}

impl Workspace {
    /// Makes a board; returns its id and the name it got.
    ///
    /// # Errors
    /// When the name is none, or there are too many boards already.
    pub async fn create(
        &self,
        name: &str,
        template: Template,
        language: Language,
        user: Option<&UserId>,
    ) -> Result<(DocumentId, String), Failure> {
        let draft = template.board(board_name(name)?, language);
        self.check_room_for_a_board().await?;
        let name = draft.name.clone();
        let id = self.add(draft, self.stamp(user)).await?;
        Ok((id, name))
    }

    /// Changes a board's name, or whether it is put away. Sending the same change again does what is left of it to do.
    ///
    /// # Errors
    /// When the name is none, or the board cannot be opened. When the store fails the document may have changed already.
    pub async fn change(
        &self,
        board: &DocumentId,
        change: &BoardChange,
        user: Option<&UserId>,
    ) -> Result<ChangedBoard, Failure> {
        let name = change.name.as_deref().map(board_name).transpose()?;
        let listed = self.board(board).await?;
        if let Some(name) = name {
            self.command(board, user, &Command::RenameBoard { name: name.to_owned() }).await?;
            self.0.store.rename(board, name).await?;
        }
        if let Some(archived) = change.archived {
            self.command(board, user, &Command::ArchiveBoard { archived }).await?;
            let at_ms = archived.then(|| listed.archived_at_ms.unwrap_or_else(|| self.0.clock.now_ms()));
            self.0.store.archive(board, at_ms).await?;
        }
        let is_archived = change.archived.unwrap_or(listed.archived_at_ms.is_some());
        Ok(ChangedBoard { name: name.map_or(listed.name, str::to_owned), is_archived })
    }

    /// Deletes the cards that an import made; returns how many there were.
    ///
    /// # Errors
    /// When the board cannot be opened.
    pub async fn undo_import(&self, board: &DocumentId, import: &str, user: Option<&UserId>) -> Result<u64, Failure> {
        let undone = self.command(board, user, &Command::UndoImport { import: import.to_owned() }).await?;
        Ok(undone.get("cards").and_then(Json::as_u64).unwrap_or_default())
    }

    pub(super) async fn check_room_for_a_board(&self) -> Result<(), Failure> {
        if self.boards().await?.len() < BOARDS_MAX { Ok(()) } else { Err(Failure::Full) }
    }

    /// Stores a draft as a new board.
    pub(super) async fn add(&self, draft: BoardDraft, stamp: Stamp) -> Result<DocumentId, Failure> {
        let (id, client_id) = (self.new_id(), self.client_id());
        let written = stored::off_workers(move || NewBoard::write(id, draft, &stamp, client_id)).await?;
        let board = written.map_err(|error| {
            tracing::error!(%error, "a draft contradicts itself");
            Failure::Broken
        })?;
        Ok(board.store(self.0.store.as_ref()).await?)
    }
}
