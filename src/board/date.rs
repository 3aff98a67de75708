//! Calendar dates and instants as text, for the little that the board and its imports need; no zone database, no clock.

const DAY_MS: i64 = 86_400_000;

/// The date, `YYYY-MM-DD`, on which an instant falls in a zone that is `offset_ms` ahead of UTC.
pub fn date_of(at_ms: i64, offset_ms: i64) -> String {
    let (year, month, day) = civil((at_ms + offset_ms).div_euclid(DAY_MS));
    format!("{year:04}-{month:02}-{day:02}")
}

/// An instant in UTC as RFC 3339 writes it, with milliseconds.
pub fn instant(at_ms: i64) -> String {
    let (seconds, ms) = (at_ms.div_euclid(1_000).rem_euclid(86_400), at_ms.rem_euclid(1_000));
    format!("{}T{:02}:{:02}:{:02}.{ms:03}Z", date_of(at_ms, 0), seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Reads an instant in UTC: `2019-06-12T22:19:30.762Z`, the fraction may be absent.
pub fn parse_instant(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers::<3>(date, '-')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hours, minutes, seconds] = numbers::<3>(time, ':')?;
    let is_real = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_real || hours > 23 || minutes > 59 || seconds > 60 || fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let ms: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok().filter(|ms| *ms >= 0)?;
    Some(days(year, month, day) * DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms)
}

fn numbers<const N: usize>(text: &str, separator: char) -> Option<[i64; N]> {
    let is_number =
        |part: &&str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|digit| digit.is_ascii_digit());
    let parts: Option<Vec<i64>> =
        text.split(separator).map(|part| Some(part).filter(is_number)?.parse().ok()).collect();
    parts?.try_into().ok()
}

/// Days since 1970-01-01, in the proleptic Gregorian calendar counted in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day_of_year - (153 * month_from_march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_of_an_export_are_read_to_the_millisecond() {
        assert_eq!(parse_instant("2019-06-12T22:19:30.762Z"), Some(1_560_377_970_762));
        assert_eq!(parse_instant("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse_instant("2019-06-12T22:19:30.7Z"), Some(1_560_377_970_700));
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "Z",
            "2019-06-12",
            "2019-13-12T22:19:30Z",
            "2019-06-12T24:19:30Z",
            "2019-06-12T22:19:30+01:00",
            "2019-06-12T22:19:30.Z",
            "2019-06-12T22:19:30.éZ",
            "-2019-06-12T22:19:30Z",
            "+019-06-12T22:19:30Z",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_follows_the_zone() {
        let evening_in_london = parse_instant("2026-11-23T16:00:00Z").expect("an instant");

        assert_eq!(date_of(evening_in_london, 0), "2026-11-23");
        assert_eq!(date_of(evening_in_london, 9 * 3_600_000), "2026-11-24");
    }

    proptest! {
        #[test]
        fn instants_are_read_as_they_were_written(at_ms in 0_i64..=4_102_444_800_000) {
            prop_assert_eq!(parse_instant(&instant(at_ms)), Some(at_ms));
        }

        #[test]
        fn no_text_makes_the_reader_fail(text in "\\PC{0,30}") {
            let _ = parse_instant(&text);
        }
    }
}
