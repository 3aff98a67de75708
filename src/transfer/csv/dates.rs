//! Dates as people and products write them.
//!
//! Promises: only days that exist; `11/12/26` is read in the order that the rest of its column proves, else month first, as spreadsheets do.
//! A time without a zone keeps its day and loses its hour: nothing in a table says whose hour it is.

use crate::board::date::{date_of, instant, parse_instant};

/// Order of day and month in dates of three numbers that end with the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

impl Order {
    /// What the values of a column prove; `None` when they prove nothing, or both.
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a str>) -> Option<Order> {
        let (mut day_first, mut month_first) = (false, false);
        for value in values {
            if let [Part::Number(first, _), Part::Number(second, _), Part::Number(..), ..] = parts(value)[..] {
                day_first |= first > 12 && first <= 31;
                month_first |= second > 12 && first <= 12;
            }
        }
        match (day_first, month_first) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        }
    }
}

/// A date, or an instant where the text says one, as a board keeps it; `None` for what is neither.
pub(super) fn date(text: &str, order: Order) -> Option<String> {
    let text = text.trim();
    // What is an instant already stays as it is written.
    if parse_instant(text).is_some() {
        return Some(text.to_owned());
    }
    let moment = Moment::read(text, order)?;
    match moment.offset_min {
        Some(_) => Some(instant(moment.at_ms()?)),
        None => Some(date_of(moment.at_ms()?, 0)),
    }
}

/// A moment in ms since 1970; a time without a zone counts as UTC.
pub(super) fn at_ms(text: &str, order: Order) -> Option<i64> {
    parse_instant(text.trim()).or_else(|| Moment::read(text.trim(), order)?.at_ms())
}

/// Year, month and day.
type Day = (u32, u32, u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment {
    day: Day,
    time: (u32, u32, u32),
    offset_min: Option<i64>,
}

/// A word or a number, with how many digits it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'t> {
    Number(u32, usize),
    Word(&'t str),
}

/// Longest text that may be a date, in bytes. Longer ones are prose.
const DATE_BYTES_MAX: usize = 64;

impl Moment {
    fn read(text: &str, order: Order) -> Option<Moment> {
        if text.len() > DATE_BYTES_MAX {
            return None;
        }
        let (text, offset_min) = zone(text);
        let parts = parts(text);
        let (day, rest) = day(&parts, order)?;
        Some(Moment { day, time: time(rest)?, offset_min })
    }

    fn at_ms(self) -> Option<i64> {
        let ((year, month, day), (hour, minute, second)) = (self.day, self.time);
        let date = format!("{year:04}-{month:02}-{day:02}");
        let local = parse_instant(&format!("{date}T{hour:02}:{minute:02}:{second:02}Z"))?;
        // The 31st of February is read as a day of March.
        if date_of(local, 0) != date {
            return None;
        }
        Some(local - self.offset_min.unwrap_or(0) * 60_000)
    }
}

/// Cuts a zone off: `Z`, `+09:00`, `+0900`, only behind a time of day.
fn zone(text: &str) -> (&str, Option<i64>) {
    if let Some(rest) = text.strip_suffix('Z') {
        return (rest, Some(0));
    }
    let sign = text.rfind(['+', '-']).filter(|at| text[..*at].contains(':'));
    let offset = |at: usize| {
        let digits: String = text[at + 1..].chars().filter(|c| *c != ':').collect();
        let is_offset = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit());
        let (hours, minutes) = is_offset.then(|| digits.split_at(2))?;
        let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
        Some((&text[..at], Some(if text[at..].starts_with('-') { -minutes } else { minutes })))
    };
    sign.and_then(offset).unwrap_or((text, None))
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_same = |c: &char| if first.is_ascii_digit() { c.is_ascii_digit() } else { c.is_alphabetic() };
        let len: usize = rest.chars().take_while(is_same).map(char::len_utf8).sum();
        let (part, behind) = rest.split_at(if len == 0 { first.len_utf8() } else { len });
        match part.parse() {
            Ok(number) => parts.push(Part::Number(number, part.len())),
            Err(_) if len > 0 && part != "T" => parts.push(Part::Word(part)),
            Err(_) => {}
        }
        rest = behind;
    }
    parts
}

/// The day, and what stands behind it.
fn day<'p, 't>(parts: &'p [Part<'t>], order: Order) -> Option<(Day, &'p [Part<'t>])> {
    use Part::{Number, Word};
    let (day, len) = match *parts {
        [Number(year, 4), Word("년"), Number(month, _), Word("월"), Number(day, _), Word("일"), ..] => {
            ((year, month, day), 6)
        }
        [Number(year, 4), Number(month, _), Number(day, _), ..] => ((year, month, day), 3),
        [Number(compact, 8), ..] => ((compact / 10_000, compact / 100 % 100, compact % 100), 1),
        [Number(day, 1 | 2), Word(month), Number(year, digits), ..] => ((full(year, digits)?, named(month)?, day), 3),
        [Word(month), Number(day, 1 | 2), Number(year, 4), ..] => ((year, named(month)?, day), 3),
        [Number(first, 1 | 2), Number(second, 1 | 2), Number(year, digits), ..] => {
            let (day, month) = if order == Order::DayFirst { (first, second) } else { (second, first) };
            ((full(year, digits)?, month, day), 3)
        }
        _ => return None,
    };
    Some((day, &parts[len..]))
}

/// Nothing, `9:30`, `09:30:15.000`, `9:30 AM` or `오후 9:30`; `None` for anything else.
fn time(parts: &[Part<'_>]) -> Option<(u32, u32, u32)> {
    use Part::{Number, Word};
    let half = |word: &str| match word.to_lowercase().as_str() {
        "am" | "오전" => Some(0),
        "pm" | "오후" => Some(12),
        _ => None,
    };
    match *parts {
        [] => Some((0, 0, 0)),
        [Word(word), Number(hour, _), Number(minute, _), ..] => Some((hour % 12 + half(word)?, minute, 0)),
        [Number(hour, _), Number(minute, _), Word(word)] => Some((hour % 12 + half(word)?, minute, 0)),
        [Number(hour, _), Number(minute, _), Number(second, _), Word(word)] => {
            Some((hour % 12 + half(word)?, minute, second))
        }
        [Number(hour, _), Number(minute, _)] => Some((hour, minute, 0)),
        [Number(hour, _), Number(minute, _), Number(second, _)] => Some((hour, minute, second)),
        [Number(hour, _), Number(minute, _), Number(second, _), Number(..)] => Some((hour, minute, second)),
        _ => None,
    }
}

/// Years of two digits are of this century: trackers are no older.
fn full(year: u32, digits: usize) -> Option<u32> {
    match digits {
        2 => Some(2_000 + year),
        4 => Some(year),
        _ => None,
    }
}

fn named(month: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = month.to_lowercase();
    let at = MONTHS.iter().position(|name| lower.starts_with(name))?;
    u32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_are_read_as_people_and_products_write_them() {
        let days = [
            "2026-11-24",
            "2026/11/24",
            "2026.11.24",
            "2026. 11. 24.",
            "20261124",
            "2026년 11월 24일",
            "24/Nov/26",
            "24/Nov/26 9:30 AM",
            "24-Nov-2026",
            "Nov 24, 2026",
            "November 24, 2026",
            "24 November 2026",
            "11/24/2026",
            "11/24/26",
            "2026-11-24 09:30",
            "2026-11-24T09:30:00",
            "2026. 11. 24. 오후 3:20",
            "2026-11-24 09:30:00.0",
        ];

        days.into_iter()
            .for_each(|text| assert_eq!(date(text, Order::MonthFirst).as_deref(), Some("2026-11-24"), "{text}"));
        assert_eq!(date("9999-12-31", Order::MonthFirst).as_deref(), Some("9999-12-31"));
        assert_eq!(date("24/11/2026", Order::DayFirst).as_deref(), Some("2026-11-24"));
    }

    #[test]
    fn instants_keep_their_moment() {
        let read = |text| date(text, Order::MonthFirst);

        assert_eq!(read("2026-11-24T09:30:00Z").as_deref(), Some("2026-11-24T09:30:00Z"));
        assert_eq!(read("2026-11-24T09:30:00+09:00").as_deref(), Some("2026-11-24T00:30:00.000Z"));
        assert_eq!(read("2026-11-24T09:30:00.000-0330").as_deref(), Some("2026-11-24T13:00:00.000Z"));
        assert_eq!(at_ms("24/Nov/26 12:05 AM", Order::DayFirst), parse_instant("2026-11-24T00:05:00Z"));
        assert_eq!(at_ms("24/Nov/26 1:05 PM", Order::DayFirst), parse_instant("2026-11-24T13:05:00Z"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "tomorrow",
            "2026-02-31",
            "31/Feb/26",
            "2026-13-01",
            "13/13/2026",
            "2026",
            "24/Foo/26",
            "2026-11-24 25:00",
            "1.5",
        ] {
            assert_eq!(date(text, Order::MonthFirst), None, "{text}");
        }
    }

    #[test]
    fn a_column_proves_the_order_of_its_dates() {
        assert_eq!(Order::of(["1/2/26", "24/11/26"].into_iter()), Some(Order::DayFirst));
        assert_eq!(Order::of(["1/2/26", "11/24/26"].into_iter()), Some(Order::MonthFirst));
        assert_eq!(Order::of(["1/2/26", "2026-11-24"].into_iter()), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_fail(text in "[0-9a-zA-Z :./+년월일-]{0,30}") {
            for order in [Order::DayFirst, Order::MonthFirst] {
                let _ = (date(&text, order), at_ms(&text, order), Order::of([text.as_str()].into_iter()));
            }
        }
    }
}
