//! What one cell holds: nothing, one value, several, or something that a spreadsheet would run.
//!
//! Promises: [`split`] undoes [`join`] and [`unguarded`] undoes [`guarded`], so a board that goes out comes in the same.

/// Signs that separate values in one cell.
const SEPARATORS: [char; 2] = [';', ','];

/// A spreadsheet takes a cell that begins with one of these for a formula, or looks past it; the wide ones are typed in Korea and Japan.
const RUN: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// What the cell says; empty for what exports write where there is nothing.
pub(super) fn said(cell: &str) -> &str {
    let cell = unguarded(cell).trim();
    if matches!(cell, "NULL" | "null" | "(null)" | "\\N") { "" } else { cell }
}

/// The values in a cell: separated by `;`, or by `,` where there is no `;`. A backslash takes a separator's meaning away.
pub(super) fn split(cell: &str) -> Vec<String> {
    let separator = if breaks(cell, ';').nth(1).is_some() { ';' } else { ',' };
    let values = breaks(cell, separator).map(|value| unescaped(value.trim()));
    values.filter(|value| !value.is_empty()).collect()
}

/// Several values as one cell.
pub(crate) fn join<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let escaped = |value: &str| -> String {
        let escape = |c| if c == '\\' || SEPARATORS.contains(&c) { vec!['\\', c] } else { vec![c] };
        value.chars().flat_map(escape).collect()
    };
    values.map(escaped).collect::<Vec<String>>().join("; ")
}

fn breaks(cell: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_escaped = false;
    cell.split(move |c| {
        let is_break = c == separator && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_break
    })
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let is_escape = c == '\\' && chars.peek().is_some_and(|next| *next == '\\' || SEPARATORS.contains(next));
        text.push(if is_escape { chars.next().unwrap_or(c) } else { c });
    }
    text
}

/// A cell that every spreadsheet shows and none runs: an apostrophe goes before what could be a formula.
pub(crate) fn guarded(cell: String) -> String {
    if needs_guard(&cell) { format!("'{cell}") } else { cell }
}

/// The cell without the apostrophe that was put before what could be a formula.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| needs_guard(cell)).unwrap_or(cell)
}

/// Apostrophes before it count as part of it, so that guarding can be undone.
fn needs_guard(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(RUN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cell_may_hold_several_values() {
        assert_eq!(split("Ada; Kim, Min-su"), ["Ada", "Kim, Min-su"]);
        assert_eq!(split("ui, api ,"), ["ui", "api"]);
        assert_eq!(split(r"Kim\, Min-su"), ["Kim, Min-su"]);
        assert_eq!(split(r"DOMAIN\ada"), [r"DOMAIN\ada"]);
        assert_eq!(split(""), Vec::<String>::new());
    }

    #[test]
    fn nothing_is_said_in_many_ways() {
        assert_eq!([said(" NULL "), said("  "), said("null"), said(r"\N"), said("0")], ["", "", "", "", "0"]);
    }

    #[test]
    fn formulas_are_guarded() {
        assert_eq!(guarded("=HYPERLINK(\"http://x\")".to_owned()), "'=HYPERLINK(\"http://x\")");
        assert_eq!(guarded("plain".to_owned()), "plain");
        assert_eq!(guarded("'quoted'".to_owned()), "'quoted'");
    }

    proptest! {
        #[test]
        fn joined_values_split_again(values in proptest::collection::vec(r"[a-z\\;,]{1,6}", 0..5)) {
            prop_assert_eq!(split(&join(values.iter().map(String::as_str))), values);
        }

        #[test]
        fn guarded_cells_come_back(cell in r"['=+@a\-]{0,6}") {
            let guarded = guarded(cell.clone());
            prop_assert!(!guarded.starts_with(['=', '+', '-', '@']));
            prop_assert_eq!(unguarded(&guarded), cell);
        }
    }
}
