//! The real sprints' figures: one row of the file is one sprint, as counts and points; a plan is a history that has exactly these.

use std::collections::BTreeMap;

/// A number of issues and their points together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) count: u32,
    pub(crate) points: u32,
}

/// One sprint of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: usize,
    pub(crate) name: String,
    pub(crate) started: Tally,
    pub(crate) added: Tally,
    pub(crate) removed: Tally,
    pub(crate) todo: Tally,
    pub(crate) doing: Tally,
    pub(crate) done: Tally,
    pub(crate) people: u32,
}

/// A row that is no sprint, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    pub(crate) line: usize,
    pub(crate) why: String,
}

/// What becomes of an issue of a sprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    Removed,
    Todo,
    Doing,
    Done,
}

/// One issue's way through a sprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Issue {
    /// Whether it came after the start.
    pub(crate) is_added: bool,
    /// Its estimate when it came in.
    pub(crate) points: u32,
    pub(crate) fate: Fate,
    /// Its estimate at the end, or when it was removed.
    pub(crate) points_at_end: u32,
}

/// Reads the file: its sprints, and the rows that are none.
pub(crate) fn read(file: &str) -> (Vec<Row>, Vec<Malformed>) {
    let mut lines = file.lines().enumerate().map(|(at, line)| (at + 1, line));
    let header: Vec<&str> = lines.next().map(|(_, line)| line.split(',').collect()).unwrap_or_default();
    let (mut rows, mut malformed) = (Vec::new(), Vec::new());
    for (line, text) in lines.filter(|(_, text)| !text.is_empty()) {
        match row(&header, line, text) {
            Ok(row) => rows.push(row),
            Err(why) => malformed.push(Malformed { line, why }),
        }
    }
    (rows, malformed)
}

fn row(header: &[&str], line: usize, text: &str) -> Result<Row, String> {
    let mut cells: Vec<String> = cells(text);
    let name_at = header.iter().position(|column| *column == "name").ok_or("the header has no name")?;
    // A name with a comma that nobody quoted: the other columns are numbers, so what is too much belongs to it.
    while cells.len() > header.len() {
        let rest = cells.remove(name_at + 1);
        cells[name_at] = format!("{},{rest}", cells[name_at]);
    }
    let named: BTreeMap<&str, &str> = header.iter().copied().zip(cells.iter().map(String::as_str)).collect();
    let number = |column: &str| -> Result<u32, String> {
        let cell = named.get(column).ok_or_else(|| format!("there is no {column}"))?;
        cell.parse().map_err(|_| format!("{column} is {cell:?}"))
    };
    let tally = |count: &str, points: &str| -> Result<Tally, String> {
        let tally = Tally { count: number(count)?, points: number(points)? };
        if tally.count == 0 && tally.points > 0 { Err(format!("{points} without {count}")) } else { Ok(tally) }
    };
    let row = Row {
        line,
        name: cells.get(name_at).cloned().unwrap_or_default(),
        started: tally("no_issue_starttime", "vel_starttime")?,
        added: tally("no_issue_added", "vel_added")?,
        removed: tally("no_issue_removed", "vel_removed")?,
        todo: tally("no_issuetodo", "vel_todo")?,
        doing: tally("no_issueinprogress", "vel_inprogress")?,
        done: tally("no_issuedone", "vel_done")?,
        people: number("no_teammember")?,
    };
    let came = row.started.count + row.added.count;
    let went: u32 = row.fates().iter().map(|(_, tally)| tally.count).sum();
    if came == went { Ok(row) } else { Err(format!("{came} issues came and {went} went or stayed")) }
}

/// The cells of a line, with quoted ones.
fn cells(text: &str) -> Vec<String> {
    let (mut cells, mut is_quoted) = (vec![String::new()], false);
    for character in text.trim_end().chars() {
        match (character, cells.last_mut()) {
            ('"', _) => is_quoted = !is_quoted,
            (',', _) if !is_quoted => cells.push(String::new()),
            (_, Some(cell)) => cell.push(character),
            (_, None) => {}
        }
    }
    cells
}

impl Row {
    fn fates(&self) -> [(Fate, Tally); 4] {
        [(Fate::Removed, self.removed), (Fate::Todo, self.todo), (Fate::Doing, self.doing), (Fate::Done, self.done)]
    }

    /// The issues not done at the end.
    pub(crate) fn carried(&self) -> Tally {
        Tally { count: self.todo.count + self.doing.count, points: self.todo.points + self.doing.points }
    }

    /// Whether the points that came are those that went or stayed; else estimates were changed during the sprint.
    pub(crate) fn is_balanced(&self) -> bool {
        let went: u32 = self.fates().iter().map(|(_, tally)| tally.points).sum();
        self.started.points + self.added.points == went
    }

    /// Issues that make these figures, those that were there at the start first. Estimates change only where they must.
    pub(crate) fn issues(&self) -> Vec<Issue> {
        let started = self.shares();
        let mut issues = Vec::new();
        for (is_added, came) in [(false, self.started), (true, self.added)] {
            let parts: Vec<(Fate, Tally)> = self
                .fates()
                .into_iter()
                .zip(started)
                .map(|((fate, all), at_start)| {
                    let rest = Tally { count: all.count - at_start.count, points: all.points - at_start.points };
                    (fate, if is_added { rest } else { at_start })
                })
                .collect();
            let at_end = parts.iter().flat_map(|(fate, tally)| split(*tally).into_iter().map(|points| (*fate, points)));
            let at_end: Vec<(Fate, u32)> = at_end.collect();
            let same = at_end.iter().map(|(_, points)| points).sum::<u32>() == came.points;
            let points = if same { at_end.iter().map(|(_, points)| *points).collect() } else { split(came) };
            let issue =
                |((fate, points_at_end), points): ((Fate, u32), u32)| Issue { is_added, points, fate, points_at_end };
            issues.extend(at_end.into_iter().zip(points).map(issue));
        }
        issues
    }

    /// How much of each fate was there at the start: so that its points add up to those of the start, if that is possible.
    fn shares(&self) -> [Tally; 4] {
        let fates = self.fates().map(|(_, tally)| tally);
        let mut counts = [0; 4];
        let mut fallback = None;
        loop {
            if counts.iter().sum::<u32>() == self.started.count {
                if let Some(shares) = with_points(fates, counts, self.started.points) {
                    return shares;
                }
                fallback.get_or_insert(counts);
            }
            let Some(at) = (0..4).find(|at| counts[*at] < fates[*at].count) else { break };
            counts[..at].fill(0);
            counts[at] += 1;
        }
        let counts = fallback.unwrap_or_default();
        let mut at = 0;
        fates.map(|all| {
            let count = counts[at];
            at += 1;
            let points = if all.count == 0 {
                0
            } else if count == all.count {
                all.points
            } else if count == 0 {
                0
            } else {
                all.points / 2
            };
            Tally { count, points }
        })
    }
}

/// Gives each share as few points as it can have, then the missing ones from the left.
fn with_points(fates: [Tally; 4], counts: [u32; 4], points: u32) -> Option<[Tally; 4]> {
    let mut shares = [Tally::default(); 4];
    for ((share, all), count) in shares.iter_mut().zip(fates).zip(counts) {
        *share = Tally { count, points: if count == all.count { all.points } else { 0 } };
    }
    let mut missing = points.checked_sub(shares.iter().map(|share| share.points).sum())?;
    for (share, all) in shares.iter_mut().zip(fates).filter(|(share, _)| share.count > 0) {
        let more = missing.min(all.points - share.points);
        share.points += more;
        missing -= more;
    }
    (missing == 0).then_some(shares)
}

/// Points over issues, as evenly as whole numbers allow.
fn split(tally: Tally) -> Vec<u32> {
    let Tally { count, points } = tally;
    (0..count).map(|at| points / count + u32::from(at < points % count)).collect()
}

#[test]
fn a_plan_has_the_figures_of_its_row() {
    let header = "name,no_issue_starttime,vel_starttime,no_issue_added,vel_added,no_issue_removed,vel_removed,no_issuetodo,vel_todo,no_issueinprogress,vel_inprogress,no_issuedone,vel_done,no_teammember";
    let (rows, malformed) =
        read(&format!("{header}\nBugs, and more,2,9,1,1,1,4,1,3,0,0,1,3,4\nShort,1\nOff,1,1,0,0,0,0,0,0,0,0,0,0,1\n"));

    assert_eq!((rows.len(), rows[0].name.as_str()), (1, "Bugs, and more"));
    assert_eq!(
        malformed.iter().map(|row| row.why.as_str()).collect::<Vec<_>>(),
        ["there is no vel_starttime", "1 issues came and 0 went or stayed"]
    );
    check(&rows[0]);
}

/// The plan's own figures, counted again.
pub(crate) fn check(row: &Row) {
    let issues = row.issues();
    let sum = |is_in: &dyn Fn(&Issue) -> bool, points: fn(&Issue) -> u32| {
        let chosen: Vec<&Issue> = issues.iter().filter(|issue| is_in(issue)).collect();
        Tally { count: u32::try_from(chosen.len()).unwrap_or(u32::MAX), points: chosen.into_iter().map(points).sum() }
    };
    assert_eq!(sum(&|issue| !issue.is_added, |issue| issue.points), row.started, "{row:?}");
    assert_eq!(sum(&|issue| issue.is_added, |issue| issue.points), row.added, "{row:?}");
    for (fate, tally) in row.fates() {
        assert_eq!(sum(&|issue| issue.fate == fate, |issue| issue.points_at_end), tally, "{fate:?} of {row:?}");
    }
    assert!(row.is_balanced() || issues.iter().any(|issue| issue.points != issue.points_at_end), "{row:?}");
}
