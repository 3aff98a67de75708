//! From text to rows: the delimiter, the header, the cells, and where the file is broken.
//!
//! Promises: every row that can be told apart is there with the line it began on; a quote that is never closed refuses the file,
//! because everything behind it would be one cell. Knows nothing of boards.

use csv::{ReaderBuilder, StringRecord};

use super::super::FILE_BYTES_MAX;
use super::text::decode;
use super::{CELL_BYTES_MAX, CELLS_MAX, COLUMNS_MAX, CsvError, ROWS_MAX};

/// The signs that spreadsheets separate cells with, most usual first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Appended as a row of its own: when it does not come out as one, a quote before it is open. No file of text holds it.
const END: &str = "\n\0";

/// A file as cells.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) is_encoding_guessed: bool,
    cells: usize,
    /// Lines of rows with more cells than the header that say something there.
    pub(super) long: Vec<u64>,
    /// Lines of rows with fewer cells than the header.
    pub(super) short: Vec<u64>,
    /// Lines of rows with an odd number of quotes.
    pub(super) stray_quotes: Vec<u64>,
    /// Lines of rows with a cell above [`CELL_BYTES_MAX`], which was cut there.
    pub(super) clipped: Vec<u64>,
}

/// The cells below the header.
#[derive(Debug)]
pub(super) struct Row {
    /// Where it begins, counted from 1.
    pub(super) line: u64,
    record: StringRecord,
}

impl Row {
    /// The cell of a column, empty where the row is too short, cut at [`CELL_BYTES_MAX`].
    pub(super) fn cell(&self, column: usize) -> &str {
        let cell = self.record.get(column).unwrap_or_default();
        &cell[..cell.floor_char_boundary(CELL_BYTES_MAX)]
    }
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// [`CsvError`] when there is no table in it, or more than is read.
    pub(super) fn read(bytes: &[u8]) -> Result<Table, CsvError> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(CsvError::TooLarge { bytes: bytes.len() });
        }
        let mut decoded = decode(bytes)?;
        // Excel writes this line for itself, and takes it away when it opens the file.
        let delimiter = match decoded.text.strip_prefix("sep=").and_then(|rest| rest.bytes().next()) {
            Some(named) if DELIMITERS.contains(&named) => {
                decoded.text.replace_range(..5, "");
                named
            }
            _ => delimiter(&decoded.text),
        };
        decoded.text.push_str(END);
        let mut table = Table {
            header: Vec::new(),
            rows: Vec::new(),
            is_encoding_guessed: decoded.is_guessed,
            cells: 0,
            long: Vec::new(),
            short: Vec::new(),
            stray_quotes: Vec::new(),
            clipped: Vec::new(),
        };
        table.fill(&decoded.text, delimiter)?;
        if table.header.is_empty() { Err(CsvError::Empty) } else { Ok(table) }
    }

    fn fill(&mut self, text: &str, delimiter: u8) -> Result<(), CsvError> {
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        let mut record = StringRecord::new();
        let (mut open, mut is_closed) = (1, false);
        let mut lines = Lines { text, at: 0, line: 1 };
        // The reader only fails on bytes that are no UTF-8, and this is a string.
        while reader.read_record(&mut record).unwrap_or(false) {
            let (start, end) = (record.position().map_or(0, csv::Position::byte), reader.position().byte());
            let raw = &text[start as usize..end as usize];
            open = lines.line_of(start as usize + raw.len() - raw.trim_start_matches(['\r', '\n']).len());
            is_closed = record.len() == 1 && record[0] == END[1..];
            if is_closed {
                break;
            }
            self.take(&record, open, raw)?;
        }
        if is_closed { Ok(()) } else { Err(CsvError::OpenQuote { line: open }) }
    }

    fn take(&mut self, record: &StringRecord, line: u64, raw: &str) -> Result<(), CsvError> {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if self.header.is_empty() {
            self.header = record.iter().map(|cell| cell.trim().to_owned()).collect();
            while self.header.last().is_some_and(String::is_empty) {
                self.header.pop();
            }
            let columns = self.header.len();
            return if columns > COLUMNS_MAX { Err(CsvError::TooManyColumns { columns }) } else { Ok(()) };
        }
        if self.rows.len() == ROWS_MAX {
            return Err(CsvError::TooManyRows);
        }
        let columns = self.header.len();
        if record.iter().skip(columns).any(|cell| !cell.trim().is_empty()) {
            self.long.push(line);
        }
        if record.len() < columns {
            self.short.push(line);
        }
        if raw.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            self.stray_quotes.push(line);
        }
        if record.iter().take(columns).any(|cell| cell.len() > CELL_BYTES_MAX) {
            self.clipped.push(line);
        }
        self.cells += record.len();
        if self.cells > CELLS_MAX {
            return Err(CsvError::TooManyCells);
        }
        self.rows.push(Row { line, record: record.clone() });
        Ok(())
    }
}

/// Counts lines forward through the text; the reader's own count begins before the line ends that it skips.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn line_of(&mut self, at: usize) -> u64 {
        let passed = self.text.as_bytes()[self.at..at].iter().filter(|byte| **byte == b'\n').count();
        self.line += passed as u64;
        self.at = at;
        self.line
    }
}

/// The sign that separates most cells of the first line that says something, outside of quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut is_quoted = false;
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                DELIMITERS.iter().zip(&mut counts).filter(|(sign, _)| **sign == byte).for_each(|(_, count)| *count += 1)
            }
        }
    }
    // The first of the greatest: `max_by_key` would take the last.
    let most = counts.iter().copied().max().unwrap_or(0);
    DELIMITERS[counts.iter().position(|count| *count == most).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(u64, Vec<String>)> {
        let table = Table::read(text.as_bytes()).expect("a table");
        let columns = table.header.len();
        let cells = |row: &Row| (row.line, (0..columns).map(|column| row.cell(column).to_owned()).collect());
        table.rows.iter().map(cells).collect()
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn cells_hold_quotes_delimiters_and_lines() {
        let rows = cells("a,b\n\"one, \"\"two\"\"\",\"x\r\ny\"\r\n\n\n가,나\n");

        assert_eq!(rows, [row(2, &["one, \"two\"", "x\r\ny"]), row(6, &["가", "나"])]);
    }

    #[test]
    fn the_delimiter_is_what_separates_the_header() {
        assert_eq!(cells("a;b,c;d\n1;2,5;3"), [row(2, &["1", "2,5", "3"])]);
        assert_eq!(cells("a\tb\n1,2\t3"), [row(2, &["1,2", "3"])]);
        assert_eq!(cells("\"a;b;c\",d\n1,2"), [row(2, &["1", "2"])]);
        assert_eq!(cells("sep=;\na,x;b\n1;2"), [row(3, &["1", "2"])]);
    }

    #[test]
    fn ragged_rows_and_stray_quotes_are_told_by_line() {
        let table = Table::read(b"a,b\n1\n1,2,3\n1,2,\n5\" pipe,x\n").expect("a table");

        assert_eq!((table.short, table.long, table.stray_quotes), (vec![2], vec![3], vec![5]));
        assert_eq!(table.rows[3].cell(0), "5\" pipe");
    }

    #[test]
    fn a_quote_that_never_closes_names_its_line() {
        let error = Table::read(b"a,b\n1,2\n\n3,\"4\n5,6\n").expect_err("it is refused");

        assert_eq!(error.to_string(), "a cell in line 4 begins with a quotation mark that is never closed");
    }

    #[test]
    fn too_much_is_refused_with_the_limit() {
        let refusal = |text: &str| Table::read(text.as_bytes()).expect_err("it is refused").to_string();

        assert_eq!(refusal(&format!("a\n{}", "x\n".repeat(ROWS_MAX + 1))), "the file has more than 20000 rows");
        assert_eq!(refusal(&"x,".repeat(COLUMNS_MAX + 1)), "the file has 1001 columns; at most 1000 are read");
        assert_eq!(refusal(" \n\n"), "the file is empty");
        let long = format!("a,b\n{},2", "가".repeat(CELL_BYTES_MAX));
        let table = Table::read(long.as_bytes()).expect("a table");
        assert_eq!((table.clipped, table.rows[0].cell(0).len()), (vec![2], CELL_BYTES_MAX / 3 * 3));
    }
}
