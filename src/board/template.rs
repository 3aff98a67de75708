//! What a new board begins with.
//!
//! Promises: the same template in the same language is the same board; every column says what it means for a sprint. Names are
//! written into the document once: from then on they are the team's own, in whatever language its people read the app.

use serde::Deserialize;
use serde_json::Map as JsonMap;

use super::column::{Category, Wip};
use super::draft::{BoardDraft, NewColumn};
use super::id::{ColumnId, LabelId};
use super::label::Label;
use super::rank::n_between;

/// What a board is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Template {
    /// Sprints: from the backlog to done.
    Scrum,
    /// A flow with few things under way at once.
    Kanban,
    /// Bugs, from the report to the fix.
    Triage,
    /// Three columns and nothing else.
    Empty,
}

/// The language of the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Language {
    /// Korean.
    #[serde(rename = "ko")]
    Korean,
    /// English.
    #[serde(rename = "en")]
    English,
}

/// A name in both languages: Korean, English.
type Name = (&'static str, &'static str);

/// A column's id, its name, what it means, and how many cards it should hold.
type Stage = (&'static str, Name, Category, Option<u16>);

const BACKLOG: Stage = ("backlog", ("백로그", "Backlog"), Category::Backlog, None);
const TODO: Stage = ("todo", ("할 일", "To do"), Category::Todo, None);
const DOING: Stage = ("doing", ("진행 중", "In progress"), Category::Doing, None);
const REVIEW: Stage = ("review", ("리뷰", "Review"), Category::Doing, None);
const DONE: Stage = ("done", ("완료", "Done"), Category::Done, None);

const SCRUM: &[Stage] = &[BACKLOG, TODO, DOING, REVIEW, DONE];
const KANBAN: &[Stage] = &[TODO, limited(DOING, 5), limited(REVIEW, 3), DONE];
const TRIAGE: &[Stage] = &[
    ("reported", ("새로 들어옴", "Reported"), Category::Backlog, None),
    ("confirmed", ("확인됨", "Confirmed"), Category::Todo, None),
    ("fixing", ("고치는 중", "Being fixed"), Category::Doing, None),
    ("verifying", ("검증 중", "Verifying"), Category::Doing, None),
    ("closed", ("닫힘", "Closed"), Category::Done, None),
];
const EMPTY: &[Stage] = &[TODO, DOING, DONE];

/// Labels of bugs: id, name, colour.
const BUG_LABELS: &[(&str, Name, &str)] = &[
    ("critical", ("치명적", "Critical"), "red"),
    ("major", ("주요", "Major"), "orange"),
    ("minor", ("사소함", "Minor"), "blue"),
    ("regression", ("다시 생김", "Regression"), "violet"),
    ("unreproducible", ("재현 안 됨", "Cannot reproduce"), "amber"),
    ("duplicate", ("중복", "Duplicate"), "teal"),
];

const fn limited((id, name, category, _): Stage, limit: u16) -> Stage {
    (id, name, category, Some(limit))
}

impl Language {
    fn of(self, (korean, english): Name) -> String {
        match self {
            Language::Korean => korean,
            Language::English => english,
        }
        .to_owned()
    }
}

impl Template {
    /// The board that it makes, under this name.
    pub fn board(self, name: &str, language: Language) -> BoardDraft {
        let stages = match self {
            Template::Scrum => SCRUM,
            Template::Kanban => KANBAN,
            Template::Triage => TRIAGE,
            Template::Empty => EMPTY,
        };
        let labels = if self == Template::Triage { BUG_LABELS } else { &[] };
        let ranks = n_between(None, None, stages.len()).expect("a few keys counted up stay short");
        let column = |(&(id, name, category, limit), rank): (&Stage, _)| NewColumn {
            id: ColumnId::parse(id).expect("templates use well-formed ids"),
            name: language.of(name),
            category,
            // A hint, not a wall: a hard limit is for a team to decide on.
            wip: limit.map(|limit| Wip { limit, is_hard: false }),
            rank,
            deleted: None,
            ext: JsonMap::new(),
        };
        let label = |&(id, name, color): &(&str, Name, &str)| {
            let id = LabelId::parse(id).expect("templates use well-formed ids");
            (id, Label { name: language.of(name), color: color.to_owned() })
        };
        BoardDraft {
            name: name.to_owned(),
            key: None,
            members: Vec::new(),
            labels: labels.iter().map(label).collect(),
            sprints: Vec::new(),
            columns: stages.iter().zip(ranks).map(column).collect(),
            cards: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::check::violations;
    use crate::board::tests::{copy, read};
    use crate::board::value::Stamp;
    use yrs::Transact;

    #[test]
    fn every_template_is_a_sound_board_in_both_languages() {
        for template in [Template::Scrum, Template::Kanban, Template::Triage, Template::Empty] {
            for language in [Language::Korean, Language::English] {
                let doc = copy(1);
                let draft = template.board("Team", language);
                draft.write(&mut doc.transact_mut(), &Stamp::new(1, "usr_a")).expect("an empty document takes it");

                let board = read(&doc);
                let columns = &board.layout.columns;
                assert_eq!((board.name.as_str(), columns.len()), ("Team", draft.columns.len()), "{template:?}");
                assert_eq!(columns.last().map(|column| column.category), Some(Category::Done), "{template:?}");
                assert_eq!(violations(&doc.transact()), [], "{template:?}");
            }
        }
    }

    #[test]
    fn scrum_goes_from_the_backlog_to_done() {
        let draft = Template::Scrum.board("팀", Language::Korean);

        let columns: Vec<_> = draft.columns.iter().map(|column| (column.name.as_str(), column.category)).collect();
        let expected = [
            ("백로그", Category::Backlog),
            ("할 일", Category::Todo),
            ("진행 중", Category::Doing),
            ("리뷰", Category::Doing),
            ("완료", Category::Done),
        ];
        assert_eq!(columns, expected);
    }
}
