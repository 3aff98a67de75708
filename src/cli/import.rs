//! `calit import`: another product's export becomes a board.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, bail};

use super::{Data, Outcome, print};
use crate::app;
use crate::board::draft::BoardDraft;
use crate::board::value::Stamp;
use crate::document::DocumentId;
use crate::transfer::FILE_BYTES_MAX;
use crate::transfer::calit;
use crate::transfer::csv::{self, Field, ImportId, Mapping, Preview};
use crate::transfer::loss_report::LossReport;
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
    /// A board that `calit export` wrote as JSON: it comes back as it was.
    Calit {
        /// The exported file.
        file: PathBuf,
        /// Name of the new board [default: its name in the file].
        #[arg(long)]
        board: Option<String>,
        #[command(flatten)]
        data: Data,
    },
    /// A table: Jira's export, or any other. Prints which column became what, and what could not be carried over.
    Csv {
        /// The file, with a header.
        file: PathBuf,
        /// Name of the new board [default: the file's].
        #[arg(long)]
        board: Option<String>,
        /// What a column becomes, as NAME=FIELD, instead of what its name suggests. Fields: title, description, column, type, points,
        /// priority, assignee, label, start, due, number, sprint, comment, checklist, ignore.
        #[arg(long = "map", value_name = "NAME=FIELD")]
        map: Vec<Mapped>,
        #[command(flatten)]
        data: Data,
    },
}

/// A column of a file, by name, and what it becomes.
#[derive(Clone, Debug)]
struct Mapped {
    name: String,
    field: Field,
}

impl FromStr for Mapped {
    type Err = String;

    fn from_str(text: &str) -> Result<Mapped, String> {
        let (name, field) = text.rsplit_once('=').ok_or("NAME=FIELD is expected")?;
        let parsed = serde_json::from_value(serde_json::Value::from(field));
        let field = parsed.map_err(|_| format!("there is no field {field:?}"))?;
        Ok(Mapped { name: name.to_owned(), field })
    }
}

impl Import {
    pub(super) async fn run(self) -> anyhow::Result<Outcome> {
        let now_ms = i64::try_from(app::system_clock().now_ms()).unwrap_or(i64::MAX);
        let stamp = Stamp::new(now_ms, AUTHOR);
        match self.from {
            From::Trello { file, board, data } => {
                let bytes = read(&file, FILE_BYTES_MAX)?;
                let options = ImportOptions { board_name: board, stamp: stamp.clone() };
                let import = trello::import(&bytes, &options).with_context(|| nothing(&file))?;
                store(&file, &data, import.board, &import.report, &stamp).await
            }
            From::Calit { file, board, data } => {
                let bytes = read(&file, FILE_BYTES_MAX)?;
                let import = calit::import(&bytes, board.as_deref()).with_context(|| nothing(&file))?;
                let id = app::store_import(data.open().await?.as_ref(), &import, &stamp).await?;
                told(&file, &import.name, &id, &import.report)
            }
            From::Csv { file, board, map, data } => {
                let bytes = read(&file, FILE_BYTES_MAX)?;
                let preview = csv::preview(&bytes).with_context(|| nothing(&file))?;
                let mapping = mapping(&preview, &map)?;
                let named = || file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
                let options = csv::Options {
                    board_name: board.or_else(named).unwrap_or_default(),
                    import: ImportId::parse(&format!("imp_{now_ms}"))?,
                    stamp: stamp.clone(),
                    into: None,
                };
                let (draft, report) = csv::read(&bytes, &mapping, &options).with_context(|| nothing(&file))?;
                print(columns(&preview, &mapping))?;
                store(&file, &data, draft, &report, &stamp).await
            }
        }
    }
}

fn read(file: &Path, bytes_max: usize) -> anyhow::Result<Vec<u8>> {
    let shown = file.display();
    let len = std::fs::metadata(file).with_context(|| format!("{shown} cannot be read"))?.len();
    if len > bytes_max as u64 {
        bail!("{shown} has {len} bytes; an export of up to {bytes_max} is taken");
    }
    std::fs::read(file).with_context(|| format!("{shown} cannot be read"))
}

fn nothing(file: &Path) -> String {
    format!("nothing was imported from {}", file.display())
}

/// What the header suggests, with what was said instead. A name stands for all columns that have it.
fn mapping(preview: &Preview, map: &[Mapped]) -> anyhow::Result<Mapping> {
    if let Some(unknown) = map.iter().find(|mapped| preview.columns.iter().all(|column| column.name != mapped.name)) {
        bail!("the file has no column {:?}", unknown.name);
    }
    let said = |name: &str| map.iter().rfind(|mapped| mapped.name == name).map(|mapped| mapped.field);
    let field = |column: &csv::PreviewColumn| Some((column.index, said(&column.name).or(column.field)?));
    Ok(preview.columns.iter().filter_map(field).collect())
}

fn columns(preview: &Preview, mapping: &Mapping) -> String {
    let line = |column: &csv::PreviewColumn| {
        let field = mapping.field(column.index).map_or("not imported", Field::as_str);
        format!("  {} → {field}\n", column.name)
    };
    format!("{} rows\n{}", preview.rows, preview.columns.iter().map(line).collect::<String>())
}

async fn store(
    file: &Path,
    data: &Data,
    board: BoardDraft,
    report: &LossReport,
    stamp: &Stamp,
) -> anyhow::Result<Outcome> {
    let store = data.open().await?;
    let name = board.name.clone();
    let id = app::store_board(store.as_ref(), board, stamp).await?;
    told(file, &name, &id, report)
}

fn told(file: &Path, name: &str, id: &DocumentId, report: &LossReport) -> anyhow::Result<Outcome> {
    print(format_args!("imported {} as {name:?} ({})\n{report}", file.display(), id.as_str()))?;
    Ok(Outcome::Done)
}
