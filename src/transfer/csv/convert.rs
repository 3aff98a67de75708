//! From the file's issues to a board draft: names become parts, rows become cards.

use std::collections::BTreeSet;

use serde_json::{Map as JsonMap, Value as Json, json};

use crate::board::Board;
use crate::board::card::{ChecklistItem, Comment, Plan};
use crate::board::column::Category;
use crate::board::draft::{BoardDraft, NewCard, NewColumn};
use crate::board::id::{CardId, ColumnId, CommentId, ItemId, LabelId, SprintId, UserId};
use crate::board::label::Label;
use crate::board::position::Position;
use crate::board::rank::{Rank, n_between};
use crate::board::sprint::Sprint;
use crate::board::value::{AT_MS_MAX, Stamp};
use crate::transfer::loss_report::{Fate, LossReport};
use crate::transfer::words::category;

use super::cell::said;
use super::field::Mapping;
use super::keys::Keys;
use super::names::{Making, Names};
use super::row::{Issue, Item, Reader};
use super::table::Table;
use super::{BOARD_COLUMNS_MAX, CsvError, ImportId, NAMES_MAX, Options};

/// Colours that new labels get in turn; grey is for labels without one.
const COLORS: [&str; 8] = ["blue", "green", "amber", "red", "violet", "teal", "pink", "orange"];
/// Longest name of a column in the report, in characters.
const COLUMN_NAME_CHARS_MAX: usize = 60;
/// Columns of a new board whose file names none, in both languages.
const COLUMNS: [[&str; 3]; 2] = [["To do", "In progress", "Done"], ["할 일", "진행 중", "완료"]];

/// Everything one import needs to know while it goes through the issues.
struct Conversion<'a> {
    options: &'a Options<'a>,
    report: LossReport,
    columns: Names<'a, ColumnId>,
    people: Names<'a, UserId>,
    labels: Names<'a, LabelId>,
    sprints: Names<'a, SprintId>,
    keys: Keys,
}

pub(super) fn board(
    table: &Table,
    mapping: &Mapping,
    options: &Options<'_>,
) -> Result<(BoardDraft, LossReport), CsvError> {
    let mut report = LossReport::default();
    faults(table, &mut report);
    unread(table, mapping, &mut report);
    let reader = Reader::new(table, mapping);
    let issues: Vec<Issue> = table.rows.iter().map(|row| reader.issue(row, &mut report)).collect();
    Conversion::new(options, report, Keys::of(&issues, options.into.is_none())).convert(issues, table)
}

impl<'a> Conversion<'a> {
    fn new(options: &'a Options<'a>, report: LossReport, keys: Keys) -> Conversion<'a> {
        let (import, board) = (&options.import, options.into);
        let columns = board.into_iter().flat_map(|board| &board.layout.columns);
        let people = board.into_iter().flat_map(|board| &board.members);
        let labels = board.into_iter().flat_map(|board| &board.labels);
        let making = Making { what: "columns", max: BOARD_COLUMNS_MAX, letter: 'l', parse: ColumnId::parse };
        let columns = Names::new(making, import, columns.map(|column| (&column.id, column.name.as_str())));
        let making = Making { what: "people", max: NAMES_MAX, letter: 'p', parse: UserId::parse };
        let people = Names::new(making, import, people.map(|(id, name)| (id, name.as_str())));
        let making = Making { what: "labels", max: NAMES_MAX, letter: 't', parse: LabelId::parse };
        let labels = Names::new(making, import, labels.map(|(id, label)| (id, label.name.as_str())));
        // What is over keeps its record: cards do not go back into a closed sprint.
        let open = board.into_iter().flat_map(|board| &board.sprints).filter(|(_, sprint)| is_open(sprint));
        let making = Making { what: "sprints", max: NAMES_MAX, letter: 's', parse: SprintId::parse };
        let sprints = Names::new(making, import, open.map(|(id, sprint)| (id, sprint.name.as_str())));
        Conversion { options, report, columns, people, labels, sprints, keys }
    }

    fn convert(mut self, issues: Vec<Issue>, table: &Table) -> Result<(BoardDraft, LossReport), CsvError> {
        let home = self.home(&issues, table)?;
        let mut by_column: Vec<(ColumnId, Vec<(usize, Issue)>)> = Vec::new();
        for (at, issue) in issues.into_iter().enumerate() {
            let column = if issue.column.is_empty() { home.clone() } else { self.columns.take(&issue.column)? };
            match by_column.iter_mut().find(|(known, _)| *known == column) {
                Some((_, issues)) => issues.push((at, issue)),
                None => by_column.push((column, vec![(at, issue)])),
            }
        }
        let mut cards = Vec::new();
        for (column, issues) in by_column {
            let ranks = self.ranks(&column, issues.len());
            for ((at, issue), rank) in issues.into_iter().zip(ranks) {
                let position = Position { column: column.clone(), lane: None, rank: rank.as_str().to_owned() };
                cards.push((at, self.card(at, issue, position)?));
            }
        }
        cards.sort_by_key(|(at, _)| *at);
        Ok(self.finish(cards.into_iter().map(|(_, card)| card).collect()))
    }

    /// The column of cards that name none: the first that is to do. A board without any column gets the usual three.
    fn home(&mut self, issues: &[Issue], table: &Table) -> Result<ColumnId, CsvError> {
        if let Some(board) = self.options.into {
            let columns = &board.layout.columns;
            let todo = columns.iter().find(|column| column.category == Category::Todo);
            if let Some(column) = todo.or(columns.first()) {
                return Ok(column.id.clone());
            }
        }
        let named: BTreeSet<&str> =
            issues.iter().map(|issue| issue.column.as_str()).filter(|name| !name.is_empty()).collect();
        let todo = named.iter().find(|name| category(name) == Category::Todo);
        match todo {
            Some(name) => self.columns.take(name),
            None => {
                let names = COLUMNS[usize::from(is_korean(table))];
                if named.is_empty() {
                    names.into_iter().try_for_each(|name| self.columns.take(name).map(drop))?;
                }
                if issues.iter().any(|issue| issue.column.is_empty()) {
                    self.columns.take(names[0])
                } else {
                    self.columns.take(&issues[0].column)
                }
            }
        }
    }

    /// Ranks behind what the column shows already.
    fn ranks(&self, column: &ColumnId, count: usize) -> Vec<Rank> {
        let last = self.options.into.and_then(|board| {
            let shown = &board.layout.columns[board.layout.index_of(column)?].cards;
            let ranks = shown.iter().filter_map(|card| board.cards.get(card)?.position.winner());
            ranks.filter_map(|entry| Rank::parse(&entry.value.rank)).max()
        });
        let from_start = || n_between(None, None, count).expect("keys counted up from a0 stay short");
        n_between(last.as_ref(), None, count).unwrap_or_else(|_| from_start())
    }

    fn card(&mut self, at: usize, issue: Issue, position: Position) -> Result<NewCard, CsvError> {
        let import = &self.options.import;
        let id = import.part('c', at + 1, CardId::parse);
        let assignees = issue.assignees.iter().map(|name| self.people.take(name)).collect::<Result<_, _>>()?;
        let labels = issue.labels.iter().map(|name| self.labels.take(name)).collect::<Result<_, _>>()?;
        let comments = self.comments(&issue)?;
        let sprint = issue.sprints.last().map(|name| self.sprints.take(name)).transpose()?;
        self.count(&issue);
        let mut ext: JsonMap<String, Json> = [("import".to_owned(), json!(import.as_str()))].into_iter().collect();
        if !issue.key.is_empty() {
            ext.insert("key".to_owned(), json!(issue.key));
        }
        // The server gives a number of its own to a card that brings none.
        if let Some(number) = self.keys.number(&issue.key) {
            ext.insert("number".to_owned(), json!(number));
        }
        if let [earlier @ .., _] = issue.sprints.as_slice()
            && !earlier.is_empty()
        {
            ext.insert("sprints".to_owned(), json!(earlier));
        }
        Ok(NewCard {
            kind: issue.kind.unwrap_or_default(),
            plan: Plan { sprint, rank: None },
            description: issue.description,
            points: issue.points,
            priority: issue.priority.map(str::to_owned),
            start: issue.start,
            due: issue.due,
            assignees,
            labels,
            checklist: checklist(&self.options.import, issue.checklist),
            comments,
            ext,
            ..NewCard::new(id, &issue.title, position, self.options.stamp.clone())
        })
    }
}

impl Conversion<'_> {
    fn comments(&mut self, issue: &Issue) -> Result<Vec<Comment>, CsvError> {
        let mut comments = Vec::new();
        for (at, remark) in issue.comments.iter().enumerate() {
            let Stamp { at_ms, by } = &self.options.stamp;
            let author = remark.by.as_ref().map(|name| self.people.take(name)).transpose()?;
            comments.push(Comment {
                id: self.options.import.part('r', at + 1, CommentId::parse),
                by: author.map_or_else(|| by.clone(), |author| author.to_string()),
                at_ms: remark.at_ms.unwrap_or(*at_ms).clamp(0, AT_MS_MAX),
                body: remark.body.clone(),
            });
        }
        Ok(comments)
    }

    fn count(&mut self, issue: &Issue) {
        let counts = [
            ("cards", 1, ""),
            ("descriptions", usize::from(!issue.description.is_empty()), "as plain text"),
            ("estimates", usize::from(issue.points.is_some()), ""),
            ("start dates", usize::from(issue.start.is_some()), ""),
            ("due dates", usize::from(issue.due.is_some()), ""),
            ("people on cards", issue.assignees.len(), ""),
            ("labels on cards", issue.labels.len(), ""),
            ("comments", issue.comments.len(), ""),
            ("cards in sprints", usize::from(!issue.sprints.is_empty()), ""),
            ("checklist items", issue.checklist.len(), ""),
        ];
        counts.into_iter().for_each(|(kind, count, note)| self.report.add(Fate::Carried, kind, count, note));
        let unnumbered = !issue.key.is_empty() && self.keys.number(&issue.key).is_none();
        self.report.add(Fate::Kept, "keys", usize::from(unnumbered), "of issues; the cards get numbers of this board");
        let earlier = issue.sprints.len().saturating_sub(1);
        self.report.add(Fate::Kept, "sprints", earlier, "where cards were planned before their last one");
    }

    fn finish(mut self, cards: Vec<NewCard>) -> (BoardDraft, LossReport) {
        let columns = self.columns.into_made();
        let labels = self.labels.into_made().into_iter().enumerate();
        let color = |at: usize| COLORS[at % COLORS.len()].to_owned();
        let labels: Vec<(LabelId, Label)> =
            labels.map(|(at, (id, name))| (id, Label { name, color: color(at) })).collect();
        let members = self.people.into_made();
        for (kind, count) in [("columns", columns.len()), ("labels", labels.len()), ("people", members.len())] {
            self.report.add(Fate::Carried, kind, count, "new on the board");
        }
        let sprints = self.sprints.into_made();
        self.report.add(Fate::Carried, "sprints", sprints.len(), "new on the board, to be started there");
        let sprints = sprints.into_iter().map(|(id, name)| (id, planned(name))).collect();
        let name = self.options.board_name.clone();
        let columns = new_columns(columns, self.options.into);
        (BoardDraft { name, key: self.keys.prefix, members, labels, sprints, columns, cards }, self.report)
    }
}

/// The columns in the order of the work, behind those that the board has.
fn new_columns(mut named: Vec<(ColumnId, String)>, board: Option<&Board>) -> Vec<NewColumn> {
    named.sort_by_key(|(_, name)| category(name));
    let existing = board.into_iter().flat_map(|board| &board.layout.columns);
    let last = existing.filter_map(|column| Rank::parse(column.rank.as_deref()?)).max();
    let ranks = n_between(last.as_ref(), None, named.len()).or_else(|_| n_between(None, None, named.len()));
    let ranks = ranks.expect("keys counted up from a0 stay short");
    let column = |((id, name), rank): ((ColumnId, String), Rank)| NewColumn {
        id,
        category: category(&name),
        name,
        wip: None,
        rank,
        deleted: None,
        ext: JsonMap::new(),
    };
    named.into_iter().zip(ranks).map(column).collect()
}

fn is_open(sprint: &Sprint) -> bool {
    sprint.completed.is_none() && sprint.deleted.is_none()
}

/// A sprint that nobody has started.
fn planned(name: String) -> Sprint {
    Sprint {
        name,
        goal: String::new(),
        start: None,
        end: None,
        capacity: None,
        started: None,
        completed: None,
        deleted: None,
    }
}

fn checklist(import: &ImportId, items: Vec<Item>) -> Vec<ChecklistItem> {
    let ranks = n_between(None, None, items.len()).expect("keys counted up from a0 stay short");
    let item = |(at, (item, rank)): (usize, (Item, Rank))| ChecklistItem {
        id: import.part('i', at + 1, ItemId::parse),
        text: item.text,
        is_done: item.is_done,
        rank: Some(rank.as_str().to_owned()),
        list: None,
    };
    items.into_iter().zip(ranks).enumerate().map(item).collect()
}

/// Says where the file itself is broken.
fn faults(table: &Table, report: &mut LossReport) {
    let faults = [
        (
            Fate::Lost,
            "rows with more cells than the header",
            &table.long,
            "what is behind the last column; a sign or a quote is missing",
        ),
        (Fate::Kept, "rows with fewer cells than the header", &table.short, "the missing ones are empty"),
        (Fate::Kept, "rows with a stray quotation mark", &table.stray_quotes, "read as it stands; look at these cards"),
        (Fate::Lost, "cells longer than 64 KiB", &table.clipped, "cut there"),
    ];
    for (fate, kind, lines, note) in faults {
        lines.iter().for_each(|line| report.add_at(fate, kind, *line, note));
    }
    if table.is_encoding_guessed {
        report.add(Fate::Carried, "encoding", 1, "read as CP949, as Korean spreadsheets save");
    }
}

/// Counts what stands in columns that mean nothing.
fn unread(table: &Table, mapping: &Mapping, report: &mut LossReport) {
    for (index, name) in table.header.iter().enumerate().filter(|(index, _)| mapping.field(*index).is_none()) {
        let filled = table.rows.iter().filter(|row| !said(row.cell(index)).is_empty()).count();
        let name: String = name.chars().take(COLUMN_NAME_CHARS_MAX).collect();
        report.add(Fate::Lost, format!("column {name:?}"), filled, "not chosen");
    }
}

fn is_korean(table: &Table) -> bool {
    let is_hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
    let first = table.rows.first().map(|row| (0..table.header.len()).any(|column| is_hangul(row.cell(column))));
    table.header.iter().any(|name| is_hangul(name)) || first == Some(true)
}
