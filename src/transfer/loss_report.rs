//! What an import carried over, what it keeps without showing it, and what it lost: by kind and count, nothing in silence.
//!
//! Promises: the same file gives the same report, line by line. What was empty in the file is not lost and has no line.
//! Where a person would look for it in the file, the report says in which of the file's lines, the first [`PLACES_MAX`] of them.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value as Json, json};

/// Most lines of the file that one line of the report names. Whoever looks at ten has seen what it is.
pub const PLACES_MAX: usize = 10;

/// What became of something in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is on the board.
    Carried,
    /// It is in the document (`ext`), but the board does not show it.
    Kept,
    /// It is not in the document.
    Lost,
}

impl Fate {
    const ALL: [Fate; 3] = [Fate::Carried, Fate::Kept, Fate::Lost];

    fn title(self) -> &'static str {
        match self {
            Fate::Carried => "Carried over",
            Fate::Kept => "Kept in the document, not shown",
            Fate::Lost => "Not carried over",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Fate::Carried => "carried",
            Fate::Kept => "kept",
            Fate::Lost => "lost",
        }
    }
}

/// A report, filled while a file is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LossReport {
    lines: BTreeMap<(Fate, String), Line>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Line {
    count: usize,
    note: &'static str,
    places: Vec<u64>,
}

impl LossReport {
    /// Counts `count` more of a kind; nothing happens for zero.
    pub fn add(&mut self, fate: Fate, kind: impl Into<String>, count: usize, note: &'static str) {
        if count > 0 {
            let line = self.lines.entry((fate, kind.into())).or_default();
            line.count += count;
            line.note = note;
        }
    }

    /// Counts one more of a kind, which stands in this line of the file.
    pub fn add_at(&mut self, fate: Fate, kind: impl Into<String>, place: u64, note: &'static str) {
        let line = self.lines.entry((fate, kind.into())).or_default();
        line.count += 1;
        line.note = note;
        if line.places.len() < PLACES_MAX && line.places.last() != Some(&place) {
            line.places.push(place);
        }
    }

    /// How many of a kind had this fate.
    pub fn count(&self, fate: Fate, kind: &str) -> usize {
        self.lines.get(&(fate, kind.to_owned())).map_or(0, |line| line.count)
    }

    /// All lines of one fate: kind, count, note; by kind.
    pub fn lines(&self, fate: Fate) -> impl Iterator<Item = (&str, usize, &'static str)> {
        let of_fate = self.lines.iter().filter(move |((line_fate, _), _)| *line_fate == fate);
        of_fate.map(|((_, kind), line)| (kind.as_str(), line.count, line.note))
    }

    /// The report as JSON: `{"carried": [{"kind", "count", "note", "lines"?}], "kept": […], "lost": […]}`.
    pub fn to_json(&self) -> Json {
        let line = |((_, kind), line): (&(Fate, String), &Line)| {
            let mut json = json!({ "kind": kind, "count": line.count, "note": line.note });
            if !line.places.is_empty() {
                json["lines"] = json!(line.places);
            }
            json
        };
        let lines = |fate| -> Json { self.lines.iter().filter(|((of, _), _)| *of == fate).map(line).collect() };
        Fate::ALL.into_iter().map(|fate| (fate.key().to_owned(), lines(fate))).collect()
    }
}

impl fmt::Display for LossReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.lines.keys().map(|(_, kind)| kind.chars().count()).max().unwrap_or(0);
        for fate in Fate::ALL {
            writeln!(f, "{}", fate.title())?;
            if self.lines(fate).next().is_none() {
                writeln!(f, "  nothing")?;
            }
            for ((_, kind), line) in self.lines.iter().filter(|((of, _), _)| *of == fate) {
                let Line { count, note, places } = line;
                let places: Vec<String> = places.iter().map(u64::to_string).collect();
                let more = if places.len() < *count { ", …" } else { "" };
                let places =
                    if places.is_empty() { String::new() } else { format!(" (line {}{more})", places.join(", ")) };
                writeln!(f, "{}", format!("  {count:>6}  {kind:<width$}  {note}{places}").trim_end())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_adds_up_and_keeps_its_order() {
        let mut report = LossReport::default();
        report.add(Fate::Lost, "card.stickers", 2, "pictures on cards");
        report.add(Fate::Carried, "cards", 1, "");
        report.add(Fate::Lost, "card.stickers", 1, "pictures on cards");
        report.add(Fate::Lost, "action.updateCard", 0, "");

        assert_eq!(
            report.to_string(),
            "Carried over\n       1  cards\nKept in the document, not shown\n  nothing\nNot carried over\n       3  card.stickers  pictures on cards\n"
        );
        assert_eq!(
            report.to_json()["lost"],
            json!([{ "kind": "card.stickers", "count": 3, "note": "pictures on cards" }])
        );
    }

    #[test]
    fn lines_of_the_file_are_named_up_to_ten() {
        let mut report = LossReport::default();
        (0..11).for_each(|at| report.add_at(Fate::Lost, "dates", at + 2, "not understood"));

        assert_eq!(report.to_json()["lost"][0]["lines"], json!([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
        assert!(report.to_string().ends_with("11  dates  not understood (line 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …)\n"));
    }
}
