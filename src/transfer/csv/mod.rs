//! A table becomes cards: Jira's export, another tracker's, or somebody's own spreadsheet.
//!
//! Promises: any column can mean any field of a card; what a cell says that a board cannot hold has a line in the report, naming the
//! file's lines; a file that is no table is refused in one sentence that a person understands, and nothing of it is imported.
//! Knows nothing of what else stands on the board but names: columns, people, labels and sprints of the same name are used again.
//! Start at [`preview`], which is what the form shows, then [`read`].

pub(super) mod cell;
mod convert;
mod dates;
mod field;
mod keys;
mod names;
mod row;
mod table;
mod text;

use serde::Serialize;

use crate::board::Board;
use crate::board::draft::BoardDraft;
use crate::board::id::{PART_ID_CHARS_MAX, PartIdError, UserId};
use crate::board::value::Stamp;

use super::FILE_BYTES_MAX;
use super::kind::megabytes;
use super::loss_report::LossReport;
use table::Table;

pub use field::{Field, Kind, Mapping};

/// Most rows below the header. A board document is measured with 5,000 cards; Jira exports at most 1,000 issues at once.
pub const ROWS_MAX: usize = 20_000;
/// Most columns. Jira's exports have some 300, with every custom field and a column for each further comment.
pub const COLUMNS_MAX: usize = 1_000;
/// Most cells below the header; bounds what a file costs in memory. A hundred columns in each of [`ROWS_MAX`] rows.
pub const CELLS_MAX: usize = 2_000_000;
/// Most text of one cell, in bytes; a longer one is cut there. Twice what a spreadsheet's cell can hold.
pub const CELL_BYTES_MAX: usize = 64 << 10;
/// Longest title, in characters; the whole text of a longer one begins the description.
pub const TITLE_CHARS_MAX: usize = 500;
/// Most columns that a board gets from a file. More means that the wrong column of the file was chosen.
pub const BOARD_COLUMNS_MAX: usize = 100;
/// Most people, labels or sprints that a board gets from a file, each.
pub const NAMES_MAX: usize = 2_000;

/// Values that the form shows of each column.
const SAMPLES: usize = 3;
/// Longest sample, in characters.
const SAMPLE_CHARS_MAX: usize = 120;

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// More than [`FILE_BYTES_MAX`].
    #[error("the file has {}; at most {} are read", megabytes(*bytes), megabytes(FILE_BYTES_MAX))]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// No text, or text that is no table.
    #[error("this file is {0}, not CSV; save it as CSV first")]
    OtherKind(&'static str),
    /// Text in an encoding that is not read.
    #[error("line {line} is in no encoding that is read here; save the file as CSV in UTF-8")]
    Encoding {
        /// Counted from 1.
        line: usize,
    },
    /// Nothing but white space.
    #[error("the file is empty")]
    Empty,
    /// A header and nothing below it.
    #[error("the file has a header and no rows below it")]
    NoRows,
    /// A quotation mark without its other one: the rest of the file would be one cell.
    #[error("a cell in line {line} begins with a quotation mark that is never closed")]
    OpenQuote {
        /// Where the row begins, counted from 1.
        line: u64,
    },
    /// More than [`ROWS_MAX`].
    #[error("the file has more than {ROWS_MAX} rows")]
    TooManyRows,
    /// More than [`COLUMNS_MAX`].
    #[error("the file has {columns} columns; at most {COLUMNS_MAX} are read")]
    TooManyColumns {
        /// How many it has.
        columns: usize,
    },
    /// More than [`CELLS_MAX`].
    #[error("the file has more than {CELLS_MAX} cells")]
    TooManyCells,
    /// More different names than a board has room for: most likely the wrong column was chosen.
    #[error("more than {max} different {what} are named; was the right column of the file chosen?")]
    TooManyNames {
        /// What is named: columns, people, labels or sprints.
        what: &'static str,
        /// How many are taken.
        max: usize,
    },
    /// A mapping that gives no card a title.
    #[error("no column of the file is chosen for the title")]
    NoTitle,
}

impl CsvError {
    /// A name of the refusal that stays the same, for an app that says it in its own words.
    pub fn code(&self) -> &'static str {
        match self {
            CsvError::TooLarge { .. } => "too_large",
            CsvError::OtherKind(_) => "other_kind",
            CsvError::Encoding { .. } => "encoding",
            CsvError::Empty => "empty",
            CsvError::NoRows => "no_rows",
            CsvError::OpenQuote { .. } => "open_quote",
            CsvError::TooManyRows => "too_many_rows",
            CsvError::TooManyColumns { .. } => "too_many_columns",
            CsvError::TooManyCells => "too_many_cells",
            CsvError::TooManyNames { .. } => "too_many_names",
            CsvError::NoTitle => "no_title",
        }
    }
}

/// What a person sees of a file before it is imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Where it seems to come from.
    pub kind: Kind,
    /// Rows below the header.
    pub rows: usize,
    /// The columns from the left; repeated names stay apart.
    pub columns: Vec<PreviewColumn>,
}

/// One column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewColumn {
    /// Its place from 0.
    pub index: usize,
    /// What the header says, perhaps nothing.
    pub name: String,
    /// The first few values that say something.
    pub samples: Vec<String>,
    /// What it seems to mean.
    pub field: Option<Field>,
}

/// Looks at a file without importing it.
///
/// # Errors
/// [`CsvError`] when it is no table or too large.
pub fn preview(bytes: &[u8]) -> Result<Preview, CsvError> {
    let table = Table::read(bytes)?;
    let mapping = Mapping::guessed(&table.header);
    let samples = |index: usize| {
        let said = table.rows.iter().map(|row| cell::said(row.cell(index))).filter(|cell| !cell.is_empty());
        said.take(SAMPLES).map(|cell| cell.chars().take(SAMPLE_CHARS_MAX).collect()).collect()
    };
    let column = |(index, name): (usize, &String)| PreviewColumn {
        index,
        name: name.clone(),
        samples: samples(index),
        field: mapping.field(index),
    };
    let columns = table.header.iter().enumerate().map(column).collect();
    Ok(Preview { kind: field::kind(&table.header), rows: table.rows.len(), columns })
}

/// The name of one import. Everything that it makes carries it, so that all of it can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportId(String);

impl ImportId {
    /// Longest name, in characters: what it makes is named after it, and those names have at most [`PART_ID_CHARS_MAX`].
    pub const CHARS_MAX: usize = PART_ID_CHARS_MAX - 12;

    /// Takes 1 to [`ImportId::CHARS_MAX`] characters of `[A-Za-z0-9_-]`.
    ///
    /// # Errors
    /// [`PartIdError`] for anything else.
    pub fn parse(text: &str) -> Result<ImportId, PartIdError> {
        let is_short = text.len() <= Self::CHARS_MAX;
        UserId::parse(text).ok().filter(|_| is_short).map(|id| ImportId(id.as_str().to_owned())).ok_or(PartIdError)
    }

    /// The name as it stands in a document.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name for something that this import makes; `parse` takes any well-formed name.
    fn part<I>(&self, letter: char, number: usize, parse: fn(&str) -> Result<I, PartIdError>) -> I {
        parse(&format!("{}-{letter}{number}", self.0)).expect("an import's id leaves room for a letter and a number")
    }
}

/// What to make of a file.
#[derive(Debug, Clone)]
pub struct Options<'b> {
    /// What the new board is called; an existing one keeps its name.
    pub board_name: String,
    /// Names this import.
    pub import: ImportId,
    /// When and by whom it is imported.
    pub stamp: Stamp,
    /// The board that gets the cards, as it is now; a new one without it. Then the draft holds only what that board lacks.
    pub into: Option<&'b Board>,
}

/// Reads a file as cards.
///
/// # Errors
/// [`CsvError`] when it is no table, too large, or the mapping makes no sense of it; nothing of it is used then.
pub fn read(bytes: &[u8], mapping: &Mapping, options: &Options<'_>) -> Result<(BoardDraft, LossReport), CsvError> {
    let table = Table::read(bytes)?;
    if table.rows.is_empty() {
        return Err(CsvError::NoRows);
    }
    if !mapping.has(Field::Title) {
        return Err(CsvError::NoTitle);
    }
    convert::board(&table, mapping, options)
}
