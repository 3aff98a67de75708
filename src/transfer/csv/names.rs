//! Names in a file, and the parts of the board that they stand for: those it has, and those the import makes.

use std::collections::BTreeMap;

use crate::board::id::PartIdError;

use super::{CsvError, ImportId};
use crate::transfer::trello::NAME_CHARS_MAX;

/// How parts of one kind are made.
pub(super) struct Making<I> {
    /// What they are called in a refusal.
    pub(super) what: &'static str,
    /// How many are made at most.
    pub(super) max: usize,
    /// Tells their ids from those of other kinds.
    pub(super) letter: char,
    pub(super) parse: fn(&str) -> Result<I, PartIdError>,
}

/// Parts by name. Names count as the same whatever their case and the white space around them.
pub(super) struct Names<'a, I> {
    making: Making<I>,
    import: &'a ImportId,
    known: BTreeMap<String, I>,
    made: Vec<(I, String)>,
}

impl<'a, I: Clone> Names<'a, I> {
    /// Starts with the parts that the board has; of several with one name the first counts.
    pub(super) fn new<'n>(
        making: Making<I>,
        import: &'a ImportId,
        existing: impl Iterator<Item = (&'n I, &'n str)>,
    ) -> Self
    where
        I: 'n,
    {
        let mut known = BTreeMap::new();
        for (id, name) in existing {
            known.entry(key(name)).or_insert_with(|| id.clone());
        }
        Names { making, import, known, made: Vec::new() }
    }

    /// The part of this name, made where the board has none.
    pub(super) fn take(&mut self, name: &str) -> Result<I, CsvError> {
        let key = key(name);
        if let Some(id) = self.known.get(&key) {
            return Ok(id.clone());
        }
        let Making { what, max, letter, parse } = self.making;
        if self.made.len() == max {
            return Err(CsvError::TooManyNames { what, max });
        }
        let id = self.import.part(letter, self.made.len() + 1, parse);
        self.known.insert(key, id.clone());
        self.made.push((id.clone(), name.trim().chars().take(NAME_CHARS_MAX).collect()));
        Ok(id)
    }

    /// The parts that had to be made, in the order of the file.
    pub(super) fn into_made(self) -> Vec<(I, String)> {
        self.made
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}
