//! One row as the values of a card, still by name.
//!
//! Promises: every cell that says something and is mapped ends up in the [`Issue`] or in the report.

use std::collections::BTreeMap;

use crate::board::card::CardKind;
use crate::board::field::POINTS_MAX;
use crate::transfer::loss_report::{Fate, LossReport};
use crate::transfer::words;

use super::TITLE_CHARS_MAX;
use super::cell::{said, split};
use super::dates::{Order, at_ms, date};
use super::field::{Field, Mapping};
use super::table::{Row, Table};

/// Fields of which a card has one value; descriptions are put one below the other.
const SINGLE: [Field; 8] =
    [Field::Title, Field::Column, Field::Type, Field::Points, Field::Priority, Field::Start, Field::Due, Field::Number];

/// A card as the file describes it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Issue {
    pub(super) title: String,
    pub(super) description: Vec<String>,
    pub(super) column: String,
    pub(super) kind: Option<CardKind>,
    pub(super) points: Option<f64>,
    pub(super) priority: Option<&'static str>,
    pub(super) start: Option<String>,
    pub(super) due: Option<String>,
    pub(super) key: String,
    pub(super) assignees: Vec<String>,
    pub(super) labels: Vec<String>,
    /// In the order of the file; in Jira's the last is where the issue stands now.
    pub(super) sprints: Vec<String>,
    pub(super) comments: Vec<Remark>,
    pub(super) checklist: Vec<Item>,
}

/// What somebody said.
#[derive(Debug, PartialEq)]
pub(super) struct Remark {
    /// Absent when the cell does not say.
    pub(super) at_ms: Option<i64>,
    pub(super) by: Option<String>,
    pub(super) body: String,
}

/// Something to tick off.
#[derive(Debug, PartialEq)]
pub(super) struct Item {
    pub(super) text: String,
    pub(super) is_done: bool,
}

/// Reads the rows of one file.
pub(super) struct Reader {
    columns: BTreeMap<Field, Vec<usize>>,
    orders: BTreeMap<usize, Order>,
}

impl Reader {
    /// Looks at the whole columns of dates first: they prove the order of day and month.
    pub(super) fn new(table: &Table, mapping: &Mapping) -> Reader {
        let mut columns: BTreeMap<Field, Vec<usize>> = BTreeMap::new();
        let mut orders = BTreeMap::new();
        for index in 0..table.header.len() {
            let Some(field) = mapping.field(index) else { continue };
            columns.entry(field).or_default().push(index);
            if matches!(field, Field::Start | Field::Due) {
                let order = Order::of(table.rows.iter().map(|row| said(row.cell(index))));
                orders.insert(index, order.unwrap_or(Order::MonthFirst));
            }
        }
        Reader { columns, orders }
    }

    /// Reads one row; what it cannot hold goes into the report.
    pub(super) fn issue(&self, row: &Row, report: &mut LossReport) -> Issue {
        let mut issue = Issue { column: self.first(row, Field::Column).to_owned(), ..Issue::default() };
        issue.key = self.first(row, Field::Number).to_owned();
        for field in SINGLE {
            let further = self.all(row, field).skip(1).count();
            report.add(Fate::Lost, "second values", further, "of fields that a card has once");
        }
        issue.description = self.description(row);
        self.title(row, &mut issue, report);
        issue.kind = self.kind(row, report);
        issue.priority = self.priority(row, report);
        issue.points = self.points(row, report);
        issue.start = self.date(row, Field::Start, report);
        issue.due = self.date(row, Field::Due, report);
        issue.assignees = self.several(row, Field::Assignee);
        issue.labels = self.several(row, Field::Label);
        issue.sprints = self.several(row, Field::Sprint);
        issue.comments = self.all(row, Field::Comment).map(|(_, cell)| remark(cell)).collect();
        issue.checklist = self.all(row, Field::Checklist).flat_map(|(_, cell)| items(cell)).collect();
        issue
    }

    /// The cells of a field that say something, with their columns.
    fn all<'r>(&'r self, row: &'r Row, field: Field) -> impl Iterator<Item = (usize, &'r str)> {
        let columns = self.columns.get(&field).map_or([].as_slice(), Vec::as_slice);
        columns.iter().map(|index| (*index, said(row.cell(*index)))).filter(|(_, cell)| !cell.is_empty())
    }

    fn first<'r>(&'r self, row: &'r Row, field: Field) -> &'r str {
        self.all(row, field).next().map_or("", |(_, cell)| cell)
    }

    fn description(&self, row: &Row) -> Vec<String> {
        let lines = self.all(row, Field::Description).flat_map(|(_, cell)| cell.lines());
        lines.map(|line| line.trim_end_matches('\r').to_owned()).collect()
    }

    /// The title is one line of bounded length; what it loses stays in the description.
    fn title(&self, row: &Row, issue: &mut Issue, report: &mut LossReport) {
        let whole = self.first(row, Field::Title);
        let lines = whole.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
        issue.title = lines.collect::<Vec<&str>>().join(" ");
        if issue.title.is_empty() {
            let lines = issue.description.iter().map(|line| line.trim());
            let mut stand_ins = std::iter::once(issue.key.as_str()).chain(lines).filter(|text| !text.is_empty());
            issue.title = stand_ins.next().map_or_else(|| row.line.to_string(), str::to_owned);
            report.add_at(
                Fate::Lost,
                "titles",
                row.line,
                "there is none; the key, the description or the line stands for it",
            );
        }
        if let Some((end, _)) = issue.title.char_indices().nth(TITLE_CHARS_MAX) {
            issue.title.truncate(end);
            issue.description.splice(0..0, whole.lines().map(str::to_owned));
            report.add_at(
                Fate::Kept,
                "titles",
                row.line,
                "longer than 500 characters; the whole text begins the description",
            );
        }
    }

    fn kind(&self, row: &Row, report: &mut LossReport) -> Option<CardKind> {
        let cell = self.first(row, Field::Type);
        let known = words::card_type(cell).filter(|_| !cell.is_empty());
        match known {
            Some((_, false)) => report.add_at(Fate::Kept, "types", row.line, "of other names, as the nearest type"),
            None if !cell.is_empty() => {
                report.add_at(Fate::Lost, "types", row.line, "not known here; the cards are tasks")
            }
            _ => {}
        }
        known.map(|(kind, _)| kind)
    }

    fn priority(&self, row: &Row, report: &mut LossReport) -> Option<&'static str> {
        let cell = self.first(row, Field::Priority);
        let known = words::priority(cell);
        if known.is_none() && !cell.is_empty() {
            report.add_at(Fate::Lost, "priorities", row.line, "not known here");
        }
        known.flatten()
    }

    fn points(&self, row: &Row, report: &mut LossReport) -> Option<f64> {
        let cell = self.first(row, Field::Points);
        let number = cell.replace(',', ".").parse::<f64>().ok();
        let points = number.filter(|points| (0.0..=POINTS_MAX).contains(points));
        if points.is_none() && !cell.is_empty() {
            report.add_at(Fate::Lost, "points", row.line, "no number from 0 to 9999");
        }
        points
    }

    fn date(&self, row: &Row, field: Field, report: &mut LossReport) -> Option<String> {
        let (index, cell) = self.all(row, field).next()?;
        let date = date(cell, self.orders.get(&index).copied().unwrap_or(Order::MonthFirst));
        if date.is_none() {
            let kind = if field == Field::Start { "start dates" } else { "due dates" };
            report.add_at(Fate::Lost, kind, row.line, "not understood as a date");
        }
        date
    }

    /// The values of a field that a card can have several of. A column that repeats holds one value in each cell.
    fn several(&self, row: &Row, field: Field) -> Vec<String> {
        let repeats = self.columns.get(&field).is_some_and(|columns| columns.len() > 1);
        let values = |(_, cell): (usize, &str)| if repeats { vec![cell.to_owned()] } else { split(cell) };
        let mut several = Vec::new();
        for value in self.all(row, field).flat_map(values) {
            if !several.contains(&value) {
                several.push(value);
            }
        }
        several
    }
}

/// Jira writes `date;author;text`; anything else is all text.
fn remark(cell: &str) -> Remark {
    let parts: Vec<&str> = cell.splitn(3, ';').collect();
    match parts[..] {
        [when, by, body] if at_ms(when, Order::DayFirst).is_some() => {
            let by = Some(by.trim().to_owned()).filter(|by| !by.is_empty());
            Remark { at_ms: at_ms(when, Order::DayFirst), by, body: body.to_owned() }
        }
        _ => Remark { at_ms: None, by: None, body: cell.to_owned() },
    }
}

/// One item in each line, ticked by `[x]`; or several in one line, separated as other values are.
fn items(cell: &str) -> Vec<Item> {
    let lines: Vec<String> =
        if cell.contains('\n') || cell.contains('[') { cell.lines().map(str::to_owned).collect() } else { split(cell) };
    let item = |line: String| {
        let line = line.trim().trim_start_matches(['-', '*', '•']).trim_start();
        let ticked = ["[x]", "[X]", "☑", "✓"].into_iter().find_map(|tick| line.strip_prefix(tick));
        let open = ["[ ]", "[]", "☐"].into_iter().find_map(|tick| line.strip_prefix(tick));
        Item { text: ticked.or(open).unwrap_or(line).trim().to_owned(), is_done: ticked.is_some() }
    };
    lines.into_iter().map(item).filter(|item| !item.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_of_jira_has_a_date_and_an_author() {
        assert_eq!(
            remark("24/Nov/26 9:30 AM;kim;done; see below"),
            Remark { at_ms: Some(1_795_512_600_000), by: Some("kim".to_owned()), body: "done; see below".to_owned() }
        );
        assert_eq!(remark("no; form; here").body, "no; form; here");
    }

    #[test]
    fn a_checklist_is_read_line_by_line() {
        let read = |cell| items(cell).into_iter().map(|item| (item.text, item.is_done)).collect::<Vec<_>>();

        assert_eq!(
            read("- [x] write\n[ ] test; twice\n\n"),
            [("write".to_owned(), true), ("test; twice".to_owned(), false)]
        );
        assert_eq!(read("write; test"), [("write".to_owned(), false), ("test".to_owned(), false)]);
    }
}
