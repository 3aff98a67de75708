//! The demo team's sprints: three that are over, the one under way, the next; and what happened in them.
//!
//! Promises: the record of the sprint under way agrees with the board (74 points, 28 of them left), and every step of it lies before
//! `now_ms`.

use super::story::{COLUMNS, Column, Line, MEMBERS};
use super::{DAY_MS, ZONE_MS, date_of, id};
use crate::board::column::Category;
use crate::board::history::{Change, Happening, Named, Scoped, What};
use crate::board::id::SprintId;
use crate::board::sprint::{Completed, Sprint};
use crate::board::value::Stamp;

/// The sprint under way.
const CURRENT: u16 = 24;
/// The first one that the demo tells of.
const FIRST: u16 = 21;
/// Two weeks, Monday to Friday of the next week.
const SPRINT_DAYS: i64 = 14;
const LAST_DAY: i64 = 11;
/// When the team meets to begin and to end a sprint, after midnight.
const MEETING_MS: i64 = 10 * 3_600_000;

/// What is planned into the next sprint.
const NEXT: [u16; 3] = [241, 233, 230];
/// Cards that came into the sprint under way after it had begun, and one that was taken out again.
const ADDED_LATE: [u16; 2] = [225, 229];
const TAKEN_OUT: u16 = 222;

const GOAL: &str = "결제 실패율을 1 % 아래로 내리고 3DS 재시도를 연다";

struct Past {
    number: u16,
    goal: &'static str,
    /// Points of the cards it set out with; the last ones were not done.
    points: &'static [u32],
    undone: usize,
    added: &'static [u32],
}

const PAST: [Past; 3] = [
    Past {
        number: 21, goal: "정산 대사 자동화", points: &[3, 5, 2, 3, 8, 2, 5, 3, 1, 5], undone: 3, added: &[2]
    },
    Past {
        number: 22,
        goal: "카드사 점검 시간 안내",
        points: &[5, 3, 2, 2, 3, 5, 1, 3, 8, 2, 3],
        undone: 2,
        added: &[3, 1],
    },
    Past {
        number: 23,
        goal: "3DS 2.2 인증 준비",
        points: &[3, 3, 5, 2, 5, 1, 8, 3, 2, 5, 3, 2],
        undone: 2,
        added: &[2, 3],
    },
];

const TITLES: [&str; 6] = [
    "승인 로그 항목 정리",
    "Retry schedule per acquirer",
    "정산 파일 형식 검사",
    "환불 사유 고르기",
    "Webhook signature rotation",
    "결제 창 글자 크기",
];

/// The Monday on which a sprint began, at midnight in the team's zone.
fn monday(sprint: u16, now_ms: i64) -> i64 {
    let today = (now_ms + ZONE_MS).div_euclid(DAY_MS);
    // Day 0 of 1970 was a Thursday.
    let weekday = (today + 3).rem_euclid(7);
    let weeks_since = i64::from(CURRENT) - i64::from(sprint);
    (today - weekday - 7 - weeks_since * SPRINT_DAYS) * DAY_MS - ZONE_MS
}

fn sprint_id(number: u16) -> SprintId {
    id(SprintId::parse, &format!("sprint-{number}"))
}

fn name(number: u16) -> String {
    format!("스프린트 {number}")
}

/// When the team began a sprint.
fn began(number: u16, now_ms: i64) -> Stamp {
    Stamp::new(monday(number, now_ms) + MEETING_MS, MEMBERS[0].0)
}

/// When it ended it: on its last day, in the afternoon.
fn ended(number: u16, now_ms: i64) -> Stamp {
    Stamp::new(monday(number, now_ms) + LAST_DAY * DAY_MS + MEETING_MS + 6 * 3_600_000, MEMBERS[0].0)
}

pub(super) fn sprints(now_ms: i64) -> Vec<(SprintId, Sprint)> {
    let sprint = |number: u16| {
        let first = monday(number, now_ms);
        let past = PAST.iter().find(|past| past.number == number);
        let completed = Completed { stamp: ended(number, now_ms), to: Some(sprint_id(number + 1)) };
        let sprint = Sprint {
            name: name(number),
            goal: past.map_or(if number == CURRENT { GOAL } else { "" }, |past| past.goal).to_owned(),
            start: Some(date_of(first, ZONE_MS)),
            end: Some(date_of(first + LAST_DAY * DAY_MS, ZONE_MS)),
            capacity: Some(if number == CURRENT { 70.0 } else { 40.0 }),
            started: (number <= CURRENT).then(|| began(number, now_ms)),
            completed: (number < CURRENT).then_some(completed),
            deleted: None,
        };
        (sprint_id(number), sprint)
    };
    (FIRST..=CURRENT + 1).map(sprint).collect()
}

/// The sprint that a card of the board is planned into.
pub(super) fn of(line: &Line, column: &Column) -> Option<SprintId> {
    match column.category {
        Category::Backlog => NEXT.contains(&line.number).then(|| sprint_id(CURRENT + 1)),
        _ => Some(sprint_id(CURRENT)),
    }
}

/// What happened in all of them, oldest first.
pub(super) fn events(now_ms: i64) -> Vec<(i64, String, Happening)> {
    let mut told = Told { events: Vec::new() };
    PAST.iter().for_each(|past| told.past(past, now_ms));
    told.current(now_ms);
    told.events.sort_by_key(|(at_ms, ..)| *at_ms);
    told.events
}

struct Told {
    events: Vec<(i64, String, Happening)>,
}

impl Told {
    fn push(&mut self, stamp: &Stamp, subject: impl ToString, what: What) {
        self.events.push((stamp.at_ms, stamp.by.clone(), Happening { subject: subject.to_string(), what }));
    }

    fn scope(&mut self, stamp: &Stamp, sprint: u16, card: Scoped, change: Change) {
        self.push(stamp, sprint_id(sprint), What::Scope { card, change });
    }

    fn past(&mut self, past: &Past, now_ms: i64) {
        let (begin, end) = (began(past.number, now_ms), ended(past.number, now_ms));
        let card = |at: usize, points: u32| {
            let number = u64::from(past.number) * 20 + at as u64 - 300;
            let title = TITLES[at % TITLES.len()].to_owned();
            Scoped { card: format!("pay-{number}"), number: Some(number), title, points: points.into(), done: false }
        };
        let all: Vec<Scoped> =
            past.points.iter().chain(past.added).enumerate().map(|(at, points)| card(at, *points)).collect();
        let (committed, added) = all.split_at(past.points.len());
        self.push(
            &begin,
            sprint_id(past.number),
            What::SprintStarted { name: name(past.number), committed: committed.to_vec(), at: None },
        );
        for (at, card) in added.iter().enumerate() {
            let stamp = Stamp::new(begin.at_ms + (2 + at as i64) * DAY_MS, MEMBERS[1].0);
            self.scope(&stamp, past.number, card.clone(), Change::Added);
        }
        let done: Vec<&Scoped> = committed.iter().rev().skip(past.undone).rev().chain(added).collect();
        let step = (end.at_ms - begin.at_ms - 4 * DAY_MS) / done.len() as i64;
        for (at, card) in done.into_iter().enumerate() {
            let person = MEMBERS[at % MEMBERS.len()].0;
            let stamp = Stamp::new(begin.at_ms + 4 * DAY_MS + at as i64 * step, person);
            self.scope(&stamp, past.number, Scoped { done: true, ..card.clone() }, Change::Done);
        }
        let to = Some(sprint_id(past.number + 1).to_string());
        self.push(
            &end,
            sprint_id(past.number),
            What::SprintCompleted { name: name(past.number), to, at: None, held: None },
        );
    }

    fn current(&mut self, now_ms: i64) {
        let begin = began(CURRENT, now_ms);
        let scoped = |line: &Line| Scoped {
            card: format!("pay-{}", line.number),
            number: Some(u64::from(line.number)),
            title: line.title.to_owned(),
            points: line.points.into(),
            done: false,
        };
        let is_late = |line: &&Line| ADDED_LATE.contains(&line.number);
        let in_sprint = || COLUMNS.iter().filter(|column| column.category != Category::Backlog);
        let taken_out = COLUMNS.iter().flat_map(|column| column.cards).find(|line| line.number == TAKEN_OUT);
        let lines = in_sprint().flat_map(|column| column.cards).filter(|line| !is_late(line));
        let committed = lines.chain(taken_out).map(scoped).collect();
        self.push(&begin, sprint_id(CURRENT), What::SprintStarted { name: name(CURRENT), committed, at: None });
        for (days, line) in (2..).zip(in_sprint().flat_map(|column| column.cards).filter(is_late)) {
            let stamp = Stamp::new(begin.at_ms + days * DAY_MS, MEMBERS[1].0);
            self.scope(&stamp, CURRENT, scoped(line), Change::Added);
        }
        if let Some(line) = taken_out {
            let stamp = Stamp::new(begin.at_ms + 4 * DAY_MS, MEMBERS[0].0);
            self.scope(&stamp, CURRENT, scoped(line), Change::Removed);
        }
        self.moves(now_ms, &begin, scoped);
    }

    /// Every card that left the first column went through those before its own.
    fn moves(&mut self, now_ms: i64, begin: &Stamp, scoped: impl Fn(&Line) -> Scoped) {
        let moved: Vec<(usize, &Line)> =
            (2..COLUMNS.len()).rev().flat_map(|at| COLUMNS[at].cards.iter().map(move |line| (at, line))).collect();
        let step = (now_ms - begin.at_ms).max(1) / (moved.len() as i64 + 1);
        for (order, (at, line)) in moved.into_iter().enumerate() {
            let person = line.people.first().copied().unwrap_or(MEMBERS[order % MEMBERS.len()].0);
            let stamp = Stamp::new(begin.at_ms + (order as i64 + 1) * step, person);
            let named = |column: &Column| Named { id: column.id.to_owned(), name: column.name.to_owned() };
            let what = What::Moved { from: named(&COLUMNS[at - 1]), to: named(&COLUMNS[at]) };
            self.push(&stamp, format!("pay-{}", line.number), what);
            if COLUMNS[at].category == Category::Done {
                self.scope(&stamp, CURRENT, Scoped { done: true, ..scoped(line) }, Change::Done);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::ledger::{SprintRecord, SprintState};

    /// Tuesday 24 November 2026, 10:42 in Korea.
    const NOW_MS: i64 = 1_795_484_520_000;

    fn record(sprint: u16) -> SprintRecord {
        let subject = sprint_id(sprint).to_string();
        let events = events(NOW_MS);
        let of_sprint = events.iter().filter(|(_, _, happening)| happening.subject == subject);
        let at = |at_ms: &i64| u64::try_from(*at_ms).expect("after 1970");
        SprintRecord::fold(of_sprint.map(|(at_ms, _, happening)| (at(at_ms), &happening.what)))
    }

    #[test]
    fn the_sprint_under_way_agrees_with_the_board() {
        let record = record(CURRENT);

        let last = record.burndown.last().expect("it has begun");
        assert_eq!((last.remaining.points, last.scope.points), (28.0, 74.0));
        assert_eq!((record.added.count, record.removed.count, record.state), (2, 1, SprintState::Active));
    }

    #[test]
    fn days_are_those_of_the_story() {
        let sprints = sprints(NOW_MS);
        let (_, current) = &sprints[usize::from(CURRENT - FIRST)];

        assert_eq!((current.start.as_deref(), current.end.as_deref()), (Some("2026-11-16"), Some("2026-11-27")));
        assert!(events(NOW_MS).iter().all(|(at_ms, ..)| *at_ms <= NOW_MS));
    }

    #[test]
    fn sprints_that_are_over_have_a_record() {
        for past in &PAST {
            let record = record(past.number);

            assert_eq!((record.state, record.carried.count), (SprintState::Closed, past.undone), "{}", past.number);
        }
    }
}
