use std::collections::BTreeSet;

use proptest::prelude::*;
use yrs::{Doc, Transact};

use super::shared_data;
use crate::board::Board;
use crate::board::card::CardKind;
use crate::board::check::violations;
use crate::board::demo;
use crate::board::draft::BoardDraft;
use crate::board::id::CardId;
use crate::board::tests::copy;
use crate::board::value::Stamp;
use crate::transfer::csv::{CsvError, Field, ImportId, Kind, Mapping, Options, preview, read};
use crate::transfer::export;
use crate::transfer::loss_report::{Fate, LossReport};

pub(super) fn options(into: Option<&Board>) -> Options<'_> {
    Options {
        board_name: "Imported".to_owned(),
        import: ImportId::parse("imp_1").expect("a name"),
        stamp: Stamp::new(1_795_484_520_000, "usr_importer"),
        into,
    }
}

fn guessed(file: &[u8]) -> Mapping {
    let columns = preview(file).expect("a table").columns;
    columns.into_iter().filter_map(|column| Some((column.index, column.field?))).collect()
}

pub(super) fn import(file: &[u8]) -> (BoardDraft, LossReport) {
    read(file, &guessed(file), &options(None)).expect("it is read")
}

/// The board that a draft makes.
pub(super) fn board(draft: &BoardDraft) -> Board {
    let doc = copy(1);
    draft.write(&mut doc.transact_mut(), &options(None).stamp).expect("an empty document takes it");
    assert_eq!(violations(&doc.transact()), []);
    Board::read(&doc.transact())
}

fn titles<'b>(board: &'b Board, column: &str) -> Vec<&'b str> {
    let column = board.layout.columns.iter().find(|shown| shown.name == column).expect("the column");
    column.cards.iter().map(|card| board.cards[card].title.as_str()).collect()
}

fn losses(report: &LossReport) -> Vec<(&str, usize)> {
    report.lines(Fate::Lost).map(|(kind, count, _)| (kind, count)).collect()
}

#[test]
fn the_real_backlog_imports_whole() {
    let file = shared_data("backlog/jirasoftware.csv");

    let preview = preview(&file).expect("a table");
    let (draft, report) = import(&file);
    let board = board(&draft);

    let fields: Vec<Option<Field>> = preview.columns.iter().map(|column| column.field).collect();
    assert_eq!((preview.kind, preview.rows), (Kind::Jira, 352));
    assert_eq!(fields, [Some(Field::Number), Some(Field::Title), Some(Field::Description), Some(Field::Points)]);
    assert_eq!((board.cards.len(), titles(&board, "To do").len()), (352, 352));
    assert_eq!(board.cards.values().filter(|card| card.points.is_some()).count(), 352);
    assert_eq!((losses(&report), report.count(Fate::Kept, "keys")), (vec![], 352));
    let longest = board.cards.values().map(|card| card.description.join("\n").len()).max();
    assert_eq!(longest, Some(7_367));
}

/// An export of Jira with its repeated columns, and what people do to it in a spreadsheet.
const JIRA: &str = "\u{feff}Summary,Issue key,Issue Type,Status,Priority,Assignee,Sprint,Sprint,Labels,Labels,Custom field (Story Points),Due date,Reporter,Comment,Comment\r\n\
    Sign in,CAL-7,Story,In Progress,Major,Ada,S 1,\"S 2, late\",ui,api,3.0,24/Nov/26 9:30 AM,Bo,24/Nov/26 9:30 AM;Cy;first,\"24/Nov/26 10:00 AM;Ada;second; and last\"\r\n\
    Crash,CAL-8,Bug,Done,Blocker,,,,ui,,NULL,,Bo,,\r\n\
    Plan,CAL-9,Spike,Backlog,Sometimes,ada,S 1,,,,many,soon,Bo,,\r\n";

#[test]
fn an_export_of_jira_comes_over_with_its_repeated_columns() {
    let (draft, report) = import(JIRA.as_bytes());
    let board = board(&draft);

    let columns: Vec<(&str, &str)> =
        board.layout.columns.iter().map(|column| (column.name.as_str(), column.category.as_str())).collect();
    assert_eq!(columns, [("Backlog", "backlog"), ("In Progress", "doing"), ("Done", "done")]);
    let sign_in = board.cards.values().find(|card| card.title == "Sign in").expect("the card");
    let said: Vec<(&str, &str)> =
        sign_in.comments.iter().map(|comment| (comment.by.as_str(), comment.body.as_str())).collect();
    let name = |id: &str| board.members.iter().find(|(known, _)| known.as_str() == id).map(|(_, name)| name.as_str());
    assert_eq!(
        said.iter().map(|(by, body)| (name(by), *body)).collect::<Vec<_>>(),
        [(Some("Cy"), "first"), (Some("Ada"), "second; and last")]
    );
    assert_eq!((sign_in.labels.len(), sign_in.assignees.len(), board.labels.len()), (2, 1, 2));
    assert_eq!(
        (sign_in.points, sign_in.priority.as_deref(), sign_in.due.as_deref()),
        (Some(3.0), Some("high"), Some("2026-11-24"))
    );
    let plan = sign_in.plan.sprint.as_ref().map(|id| board.sprints[id].name.as_str());
    assert_eq!((sign_in.kind, sign_in.number, plan), (CardKind::Story, Some(7), Some("S 2, late")));
    assert_eq!((board.key.as_deref(), board.sprints.len(), report.count(Fate::Kept, "sprints")), (Some("CAL"), 2, 1));
    assert_eq!(
        losses(&report),
        [("column \"Reporter\"", 3), ("due dates", 1), ("points", 1), ("priorities", 1), ("types", 1)]
    );
    assert_eq!(report.to_json()["lost"][1]["lines"], serde_json::json!([4]));
}

#[test]
fn columns_of_one_name_stay_apart_in_the_preview() {
    let preview = preview(JIRA.as_bytes()).expect("a table");

    let sprints: Vec<(usize, &[String])> = preview
        .columns
        .iter()
        .filter(|column| column.name == "Sprint")
        .map(|column| (column.index, column.samples.as_slice()))
        .collect();
    assert_eq!(sprints, [(6, &["S 1".to_owned(), "S 1".to_owned()][..]), (7, &["S 2, late".to_owned()][..])]);
    assert_eq!(preview.kind, Kind::Jira);
}

#[test]
fn any_column_can_mean_any_field() {
    let mapping: Mapping = [(2, Field::Title), (0, Field::Column), (1, Field::Label)].into_iter().collect();

    let (draft, report) = read("a;b;c\n열림;x, y;하나\n".as_bytes(), &mapping, &options(None)).expect("it is read");

    let board = board(&draft);
    assert_eq!((titles(&board, "열림"), board.labels.len()), (vec!["하나"], 2));
    assert_eq!(losses(&report), []);
}

#[test]
fn an_existing_board_gets_only_what_it_lacks() {
    let there = board(&import(JIRA.as_bytes()).0);
    let file = b"title,status,assignee,labels\nNew,in progress,ADA,ui;db\nOther,Review,Dee,\nNowhere,,,\n";
    let again = Options { import: ImportId::parse("imp_2").expect("a name"), ..options(Some(&there)) };

    let (draft, _) = read(file, &guessed(file), &again).expect("it is read");

    let names = |parts: Vec<&str>| parts.join(" ");
    assert_eq!(names(draft.columns.iter().map(|column| column.name.as_str()).collect()), "Review");
    assert_eq!(names(draft.members.iter().map(|(_, name)| name.as_str()).collect()), "Dee");
    assert_eq!(names(draft.labels.iter().map(|(_, label)| label.name.as_str()).collect()), "db");
    let doing = &there.layout.columns[1];
    assert_eq!(draft.cards[0].position.column, doing.id);
    let last = there.cards[&doing.cards[0]].position.winner().expect("it stands somewhere");
    assert!(draft.cards[0].position.rank > last.value.rank);
}

#[test]
fn long_titles_stay_whole_in_the_description() {
    let title = "가나 ".repeat(5_000);
    let (draft, report) = import(format!("title,description\n{title},more\n,only text\n,\nx,\n").as_bytes());

    assert_eq!((draft.cards[0].title.chars().count(), draft.cards[0].description.len()), (500, 2));
    assert_eq!(draft.cards[0].description[0].trim_end(), title.trim_end());
    assert_eq!(draft.cards[1].title, "only text");
    assert_eq!((draft.cards.len(), report.count(Fate::Kept, "titles"), report.count(Fate::Lost, "titles")), (3, 1, 1));
}

#[test]
fn a_broken_table_says_where_it_is_broken() {
    let (draft, report) = import(b"title,points\none\ntwo,2,rest of a title\n5\" pipe,3\n");

    let lines = |fate: &str, at: usize| report.to_json()[fate][at]["lines"][0].clone();
    assert_eq!(draft.cards.len(), 3);
    assert_eq!(losses(&report), [("rows with more cells than the header", 1)]);
    assert_eq!((lines("lost", 0), lines("kept", 0), lines("kept", 1)), (3.into(), 4.into(), 2.into()));
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let refusal = |file: &str, mapping: Mapping| {
        let error: CsvError = read(file.as_bytes(), &mapping, &options(None)).expect_err("it is refused");
        (error.code(), error.to_string())
    };
    let columns = (0..200).map(|at| format!("x,{at}\n")).collect::<String>();

    assert_eq!(
        refusal("title\n", guessed(b"title\n")),
        ("no_rows", "the file has a header and no rows below it".to_owned())
    );
    assert_eq!(
        refusal("a\n1\n", Mapping::default()),
        ("no_title", "no column of the file is chosen for the title".to_owned())
    );
    assert_eq!(
        refusal(&format!("title,status\n{columns}"), guessed(b"title,status\n")),
        (
            "too_many_names",
            "more than 100 different columns are named; was the right column of the file chosen?".to_owned()
        )
    );
}

/// What a table can say of a board: by column its cards, each with its values by name.
fn said(board: &Board) -> Vec<(String, Vec<String>)> {
    let people = |ids: Vec<&str>| -> BTreeSet<String> {
        let name =
            |id: &str| board.members.iter().find(|(known, _)| known.as_str() == id).map(|(_, name)| name.clone());
        ids.into_iter().map(|id| name(id).unwrap_or_else(|| id.to_owned())).collect()
    };
    let card = |id: &CardId| {
        let card = &board.cards[id];
        let sprint = card.plan.sprint.as_ref().map(|id| board.sprints[id].name.as_str());
        let labels: BTreeSet<&str> = card.labels.iter().map(|id| board.labels[id].name.as_str()).collect();
        let items: Vec<(&str, bool)> = card.checklist.iter().map(|item| (item.text.as_str(), item.is_done)).collect();
        let comments = card.comments.iter().map(|comment| (comment.at_ms, people(vec![&comment.by]), &comment.body));
        format!(
            "{:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            (card.number, sprint),
            card.title,
            card.description,
            card.kind.as_str(),
            card.points,
            card.priority,
            card.start,
            card.due,
            (people(card.assignees.iter().map(|id| id.as_str()).collect()), labels),
            items,
            comments.collect::<Vec<_>>(),
        )
    };
    let columns = board.layout.columns.iter().filter(|column| !column.cards.is_empty());
    columns.map(|column| (column.name.clone(), column.cards.iter().map(card).collect())).collect()
}

/// Goes out and comes in again with the mapping that the form suggests.
fn there_and_back(there: &Board) -> Board {
    let file = export::csv(there);
    board(&import(&file).0)
}

#[test]
fn a_board_that_goes_out_comes_in_the_same() {
    let there = board(&import(JIRA.as_bytes()).0);
    assert_eq!(said(&there_and_back(&there)), said(&there));

    let demo = board(&demo::board(1_795_484_520_000));
    assert_eq!(said(&there_and_back(&demo)), said(&demo));
}

#[test]
fn no_cell_of_a_board_runs_as_a_formula() {
    let cells = ["=1+1", "+1", "-1", "@a", "'=1", "\t=1"];
    let rows = cells.map(|cell| format!("\"{cell}\",\"x\n{cell}\",'{cell}\n")).concat();
    let there = board(&import(format!("title,description,status\n{rows}").as_bytes()).0);

    let file = String::from_utf8(export::csv(&there)).expect("UTF-8");

    assert!(file.starts_with('\u{feff}') && file.contains(",'=1+1,"), "{file}");
    assert!(!file.contains(",=") && !file.contains(",\"="), "{file}");
    assert_eq!(said(&there_and_back(&there)), said(&there));
}

/// Whatever the bytes are: no panic, and what is read can be written.
fn survives(file: &[u8], mapping: &Mapping) {
    let _ = preview(file);
    if let Ok((draft, _)) = read(file, mapping, &options(None)) {
        let written = board(&draft);
        assert_eq!(written.cards.len(), draft.cards.len());
    }
}

fn any_mapping() -> impl Strategy<Value = Mapping> {
    let header = guessed(JIRA.as_bytes());
    let fields = (0..15).filter_map(|index| header.field(index)).chain([
        Field::Start,
        Field::Description,
        Field::Checklist,
        Field::Ignore,
    ]);
    let fields: Vec<Field> = fields.collect();
    proptest::collection::vec((0_usize..18, prop::sample::select(fields)), 0..8)
        .prop_map(|columns| columns.into_iter().collect())
}

/// A cell of anything that people type, quoted.
fn any_cell() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just(String::new()),
        Just("=1+1".to_owned()),
        Just("'x".to_owned()),
        Just("[x] a\n[ ] b; c".to_owned()),
        Just("2026-11-24".to_owned()),
        Just("3.5".to_owned()),
        Just("Bug".to_owned()),
        Just("P1".to_owned()),
        Just("Ada; Bo\\, jr".to_owned()),
        Just("24/Nov/26 9:30 AM;Ada;hi".to_owned()),
        "[a-c가-다 ,;:\\\\\n\"'=+\u{202e}😀-]{0,12}",
    ];
    words.prop_map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
}

proptest! {
    #[test]
    fn whatever_came_in_goes_out_and_comes_in_the_same(rows in proptest::collection::vec(proptest::collection::vec(any_cell(), 12), 1..6)) {
        let header = "title,description,column,type,points,priority,assignee,label,start,due,comment,checklist";
        let rows: Vec<String> = rows.into_iter().map(|cells| cells.join(",")).collect();
        let file = format!("{header}\n{}\n", rows.join("\n"));
        let Ok((draft, _)) = read(file.as_bytes(), &guessed(file.as_bytes()), &options(None)) else { return Ok(()) };
        let there = board(&draft);

        prop_assert_eq!(said(&there_and_back(&there)), said(&there), "{}", file);
    }

    #[test]
    fn no_bytes_break_the_importer(file in proptest::collection::vec(any::<u8>(), 0..200), mapping in any_mapping()) {
        survives(&file, &mapping);
    }

    #[test]
    fn no_text_breaks_the_importer(file in "([a;,\"\n\t\\[\\]\\\\'=가0-9/-]|NULL){0,120}", mapping in any_mapping()) {
        survives(file.as_bytes(), &mapping);
    }

    #[test]
    fn no_damaged_byte_breaks_the_importer(damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), mapping in any_mapping()) {
        let mut file = JIRA.as_bytes().to_vec();
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        survives(&file, &mapping);
        survives(&file, &guessed(JIRA.as_bytes()));
    }
}

#[test]
fn a_new_board_is_one_document_of_a_few_batches() {
    let rows = (0..3_000).map(|at| format!("Card {at},Done\n")).collect::<String>();
    let (draft, _) = import(format!("title,status\n{rows}").as_bytes());

    let doc = Doc::new();
    for batch in draft.batches() {
        let mut txn = doc.transact_mut();
        batch.write(&mut txn, &options(None).stamp).expect("an empty document takes it");
        assert!(txn.encode_update_v1().len() < 2 << 20);
    }
}
