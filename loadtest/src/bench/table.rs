//! A Markdown table of figures beside their floors.

use std::fmt;

use super::percentile;

/// Figures in the order in which they were measured.
pub(super) struct Table {
    title: &'static str,
    rows: Vec<Row>,
}

/// One figure.
pub(super) struct Row {
    what: String,
    unit: &'static str,
    value: f64,
    floor: Option<f64>,
    goal: &'static str,
    note: String,
}

impl Row {
    pub(super) fn new(what: impl Into<String>, unit: &'static str, value: f64) -> Self {
        Self { what: what.into(), unit, value, floor: None, goal: "", note: String::new() }
    }

    /// The least it could be, measured in the same run.
    pub(super) fn floor(self, floor: f64) -> Self {
        Self { floor: Some(floor), ..self }
    }

    /// What it should be.
    pub(super) fn goal(self, goal: &'static str) -> Self {
        Self { goal, ..self }
    }

    /// What one must know to read it.
    pub(super) fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }
}

impl Table {
    pub(super) fn new(title: &'static str) -> Self {
        Self { title, rows: Vec::new() }
    }

    pub(super) fn add(&mut self, row: Row) {
        eprintln!("  {row}");
        self.rows.push(row);
    }

    /// The p50, p95 and p99 of values in milliseconds, each with its goal.
    pub(super) fn percentiles(&mut self, what: &str, values: &mut [f64], goals: [&'static str; 3], note: &str) {
        for ((name, share), goal) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)].into_iter().zip(goals) {
            let row = Row::new(format!("{what}, {name}"), "ms", percentile(values, share)).goal(goal);
            self.add(row.note(if share == 0.5 { note } else { "" }));
        }
    }

    /// A benchmark that could not be run is in the table too.
    pub(super) fn fail(&mut self, what: &str, why: &str) {
        self.add(Row::new(what, "", f64::NAN).note(format!("FAILED: {why}")));
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let floor = self.floor.map_or("–".into(), |floor| format!("{} {}", number(floor), self.unit));
        let ratio = self.floor.map_or("–".into(), |floor| format!("{:.2}", self.value / floor));
        let Self { what, unit, value, goal, note, .. } = self;
        write!(f, "| {what} | {} {unit} | {floor} | {ratio} | {goal} | {note} |", number(*value))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.is_empty() {
            return Ok(());
        }
        writeln!(f, "### {}\n", self.title)?;
        writeln!(f, "| | CalIT | floor | ratio | goal | |\n| --- | ---: | ---: | ---: | --- | --- |")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}

/// Three digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        _ if value.is_nan() => "–".into(),
        size if size >= 10_000.0 => format!("{:.0}", (value / 100.0).round() * 100.0),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
