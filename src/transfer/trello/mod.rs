//! A Trello board export becomes a board.
//!
//! Promises: lists become columns (archived ones deleted), cards keep their order, text, labels, people, checklists, comments and dates;
//! archived cards, and those of archived lists, are archived; Trello's own ids stay in `ext.trello`. Everything else has a line in the report.
//! A file that cannot be read is refused whole, naming line and column. Actions make comments here and steps in [`super::replay`].
//! Start at [`import`].

mod convert;
pub(super) mod file;
mod ids;
mod losses;

use serde::de::IgnoredAny;

use crate::board::draft::BoardDraft;
use crate::board::value::Stamp;

use super::FILE_BYTES_MAX;
use super::kind::{kind_of, megabytes};
use super::loss_report::LossReport;
use file::Export;

/// Most lists in a file. Trello allows 500 open ones.
pub const LISTS_MAX: usize = 5_000;
/// Most cards in a file. Trello allows 5,000 open and 2 million archived ones; a board document is measured with 5,000.
pub const CARDS_MAX: usize = 20_000;
/// Most labels, and most members, in a file. Trello allows 1,000 labels and 1,600 members.
pub const NAMES_MAX: usize = 5_000;
/// Most checklist items and actions together in a file.
pub const ENTRIES_MAX: usize = 200_000;
/// Longest text that is kept whole, in characters. Trello's own limit.
pub const TEXT_CHARS_MAX: usize = 16_384;

/// Longest name that is kept whole, in characters: of lists, labels, people, attachments. What the app lets people type.
pub const NAME_CHARS_MAX: usize = 500;
/// Most attachments of one card whose names are kept. With their links they take at most 400 KB of ASCII.
pub const ATTACHMENTS_MAX: usize = 100;
/// Longest link that is kept, in bytes; browsers and servers take no longer ones.
pub const LINK_BYTES_MAX: usize = 2_048;

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// More than [`FILE_BYTES_MAX`].
    #[error("the file has {}; at most {} are read", megabytes(*bytes), megabytes(FILE_BYTES_MAX))]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// No JSON, or a value of the wrong kind.
    #[error("line {line}, column {column}: {message}")]
    Malformed {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What was expected.
        message: String,
    },
    /// No JSON at all, but another kind of file.
    #[error("this file is {0}; export the board from Trello as JSON")]
    OtherKind(&'static str),
    /// JSON, but of another kind.
    #[error("this is JSON, but not a Trello board export: {0}")]
    NotTrello(&'static str),
    /// More of something than is read.
    #[error("the file has {count} {what}; at most {max} are read")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        count: usize,
        /// How much is read.
        max: usize,
    },
}

/// What to make of a file.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// A name for the board instead of the one in the file.
    pub board_name: Option<String>,
    /// When and by whom it is imported.
    pub stamp: Stamp,
}

/// A board that was read, and what became of everything in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// To be written with [`BoardDraft::batches`].
    pub board: BoardDraft,
    /// What was carried over, kept and lost.
    pub report: LossReport,
}

/// Reads a Trello export.
///
/// # Errors
/// [`ImportError`] says where the file is wrong; nothing of it is used then.
pub fn import(bytes: &[u8], options: &ImportOptions) -> Result<Import, ImportError> {
    let export = read(bytes)?;
    Ok(convert::board(export, options))
}

/// Reads the file and checks its limits.
pub(super) fn read(bytes: &[u8]) -> Result<Export, ImportError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(ImportError::TooLarge { bytes: bytes.len() });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        let is_json_broken = bytes.is_empty() || bytes.trim_ascii_start().starts_with(b"[");
        return Err(match serde_json::from_slice::<IgnoredAny>(bytes) {
            Ok(_) => ImportError::NotTrello("it is no object"),
            Err(error) if is_json_broken => malformed(error),
            Err(_) => ImportError::OtherKind(kind_of(bytes).unwrap_or("no JSON")),
        });
    }
    let export: Export = serde_json::from_slice(bytes).map_err(malformed)?;
    check_limits(&export)?;
    Ok(export)
}

fn check_limits(export: &Export) -> Result<(), ImportError> {
    let lists = export.lists.as_ref().ok_or(ImportError::NotTrello("it has no `lists`"))?;
    let cards = export.cards.as_ref().ok_or(ImportError::NotTrello("it has no `cards`"))?;
    let items: usize = export.checklists.iter().map(|list| list.check_items.len()).sum();
    let limits = [
        ("lists", lists.len(), LISTS_MAX),
        ("cards", cards.len(), CARDS_MAX),
        ("labels", export.labels.len(), NAMES_MAX),
        ("members", export.members.len(), NAMES_MAX),
        ("checklist items and actions", items + export.actions.len(), ENTRIES_MAX),
    ];
    let over = limits.into_iter().find(|(_, count, max)| count > max);
    over.map_or(Ok(()), |(what, count, max)| Err(ImportError::TooMany { what, count, max }))
}

fn malformed(error: serde_json::Error) -> ImportError {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    ImportError::Malformed {
        line: error.line(),
        column: error.column(),
        message: text.strip_suffix(&place).unwrap_or(&text).to_owned(),
    }
}
