//! The demo workspace: the payments team's board in the middle of sprint 24, as the design pictures show it.
//!
//! Promises: the same `now_ms` gives the same board; the sums of points per column agree with the pictures
//! (42 in the backlog, 13, 8 and 7 open, 46 done). Only the days move: what is due today is due today.

mod sprints;
mod story;

use serde_json::{Map as JsonMap, Value as Json};

use super::card::{CardKind, ChecklistItem, Comment, Plan};
use super::column::Wip;
use super::date::date_of;
use super::draft::{BoardDraft, NewCard, NewColumn};
use super::history::Happening;
use super::id::{CardId, ColumnId, CommentId, ItemId, LabelId, UserId};
use super::label::Label;
use super::link::{Link, LinkKind};
use super::position::Position;
use super::rank::{Rank, n_between};
use super::value::Stamp;
use story::Line;

/// The author of everything the demo brings along.
pub const AUTHOR: &str = "usr_demo";

/// The team's zone: Korea, nine hours ahead of UTC all year.
const ZONE_MS: i64 = 9 * 3_600_000;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// The board is older than the sprint: when its first card was made, in days before now.
const FIRST_CARD_DAYS: i64 = 40;

/// The demo board as it is at `now_ms`.
pub fn board(now_ms: i64) -> BoardDraft {
    let ranks = ranks(story::COLUMNS.len());
    let columns = story::COLUMNS.iter().zip(ranks).map(|(column, rank)| NewColumn {
        id: id(ColumnId::parse, column.id),
        name: column.name.to_owned(),
        category: column.category,
        wip: column.wip.map(|limit| Wip { limit, is_hard: false }),
        rank,
        deleted: None,
        ext: JsonMap::new(),
    });
    let label = |(key, name, color): &(&str, &str, &str)| {
        (id(LabelId::parse, key), Label { name: (*name).to_owned(), color: (*color).to_owned() })
    };
    BoardDraft {
        name: "결제팀".to_owned(),
        key: Some("PAY".to_owned()),
        members: story::MEMBERS.iter().map(|(key, name)| (id(UserId::parse, key), (*name).to_owned())).collect(),
        labels: story::LABELS.iter().map(label).collect(),
        sprints: sprints::sprints(now_ms),
        columns: columns.collect(),
        cards: story::COLUMNS.iter().flat_map(|column| cards(column, now_ms)).collect(),
    }
}

fn cards(column: &story::Column, now_ms: i64) -> Vec<NewCard> {
    let ranks = ranks(column.cards.len());
    column.cards.iter().zip(&ranks).map(|(line, rank)| card(line, column, rank, now_ms)).collect()
}

fn card(line: &Line, column: &story::Column, rank: &Rank, now_ms: i64) -> NewCard {
    let number = i64::from(line.number);
    // Higher numbers are younger; number 242 would be made now.
    let created = Stamp::new(now_ms - (242 - number).max(0) * FIRST_CARD_DAYS * DAY_MS / 100, AUTHOR);
    let position = Position { column: id(ColumnId::parse, column.id), lane: None, rank: rank.as_str().to_owned() };
    let checklist = line.checklist.iter().zip(ranks(line.checklist.len())).enumerate();
    let labels = line.labels.iter().map(|label| id(LabelId::parse, label)).collect();
    let blocked = line.blocks.map(|to| Link { kind: LinkKind::Blocks, to: id(CardId::parse, to) });
    NewCard {
        kind: kind(line),
        plan: Plan { sprint: sprints::of(line, column), rank: None },
        links: blocked.into_iter().collect(),
        description: line.description.iter().map(|paragraph| (*paragraph).to_owned()).collect(),
        points: Some(f64::from(line.points)),
        priority: line.priority.map(str::to_owned),
        due: line.due_in_days.map(|days| date_of(now_ms + days * DAY_MS, ZONE_MS)),
        assignees: line.people.iter().map(|person| id(UserId::parse, person)).collect(),
        labels,
        checklist: checklist.map(|(at, ((text, is_done), rank))| item(at, text, *is_done, &rank)).collect(),
        comments: line.comments.iter().enumerate().map(|(at, said)| comment(at, said, now_ms)).collect(),
        ext: [("number".to_owned(), Json::from(number))].into_iter().collect(),
        ..NewCard::new(id(CardId::parse, &format!("pay-{number}")), line.title, position, created)
    }
}

fn kind(line: &Line) -> CardKind {
    match line.labels {
        labels if labels.contains(&"bug") => CardKind::Bug,
        labels if labels.contains(&"security") => CardKind::Issue,
        labels if labels.contains(&"ux") => CardKind::Story,
        _ => CardKind::Task,
    }
}

/// What happened before the demo was there, oldest first: by whom, when, and what.
pub fn events(now_ms: i64) -> Vec<(i64, String, Happening)> {
    sprints::events(now_ms)
}

fn item(at: usize, text: &str, is_done: bool, rank: &Rank) -> ChecklistItem {
    let id = id(ItemId::parse, &format!("item-{at}"));
    ChecklistItem { id, text: text.to_owned(), is_done, rank: Some(rank.as_str().to_owned()), list: None }
}

fn comment(at: usize, (by, minutes_ago, body): &(&str, i64, &str), now_ms: i64) -> Comment {
    let id = id(CommentId::parse, &format!("comment-{at}"));
    Comment {
        id,
        by: (*by).to_owned(),
        at_ms: Stamp::new(now_ms - minutes_ago * MINUTE_MS, *by).at_ms,
        body: (*body).to_owned(),
    }
}

fn ranks(count: usize) -> Vec<Rank> {
    n_between(None, None, count).expect("a few keys counted up stay short")
}

fn id<I, E: std::fmt::Debug>(parse: impl Fn(&str) -> Result<I, E>, text: &str) -> I {
    parse(text).expect("the story uses well-formed ids")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::check::violations;
    use crate::board::tests::{copy, read};
    use yrs::Transact;

    /// Tuesday 24 November 2026, 10:42 in Korea.
    const NOW_MS: i64 = 1_795_484_520_000;

    fn demo() -> yrs::Doc {
        let doc = copy(1);
        board(NOW_MS).write(&mut doc.transact_mut(), &Stamp::new(NOW_MS, AUTHOR)).expect("an empty document takes it");
        doc
    }

    #[test]
    fn sums_agree_with_the_pictures() {
        let board = read(&demo());

        let sums: Vec<(String, usize, f64)> = board
            .layout
            .columns
            .iter()
            .map(|column| {
                let points = column.cards.iter().filter_map(|card| board.cards[card].points).sum();
                (column.name.clone(), column.cards.len(), points)
            })
            .collect();
        let expected =
            [("백로그", 17, 42.0), ("할 일", 5, 13.0), ("진행 중", 3, 8.0), ("리뷰", 4, 7.0), ("완료", 16, 46.0)];
        assert_eq!(sums, expected.map(|(name, cards, points)| (name.to_owned(), cards, points)));
    }

    #[test]
    fn the_same_moment_gives_the_same_board() {
        assert_eq!(read(&demo()), read(&demo()));
        assert_eq!(board(NOW_MS), board(NOW_MS));
    }

    #[test]
    fn days_are_those_of_the_story() {
        let board = read(&demo());

        let due = |card: &str| board.cards[&id(CardId::parse, card)].due.clone();
        assert_eq!(due("pay-220").as_deref(), Some("2026-11-24"));
        assert_eq!(due("pay-211").as_deref(), Some("2026-11-23"));
        assert_eq!(due("pay-218").as_deref(), Some("2026-12-04"));
    }

    #[test]
    fn the_demo_breaks_no_rule_and_names_only_known_people_and_labels() {
        let doc = demo();
        let board = read(&doc);

        assert_eq!(violations(&doc.transact()), []);
        assert!(board.cards.values().all(|card| card.labels.iter().all(|label| board.labels.contains_key(label))));
        assert!(board.cards.values().all(|card| card.assignees.iter().all(|user| board.members.contains_key(user))));
    }
}
