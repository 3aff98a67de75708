//! Keys of issues, `GHS-1271` or `17`, and when their numbers can be the cards' numbers.

use std::collections::BTreeSet;

use super::row::Issue;

/// Greatest number that is kept; more is a time or an id.
const NUMBER_MAX: u32 = 9_999_999;
/// Longest prefix that becomes the board's, in characters. Jira's own limit.
const PREFIX_CHARS_MAX: usize = 10;

/// What the keys of a file make of the board and its cards.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Keys {
    /// The prefix that all keys share.
    pub(super) prefix: Option<String>,
    is_kept: bool,
}

impl Keys {
    /// Numbers are kept on a new board if no two cards would have the same one: one project's keys, none twice.
    pub(super) fn of(issues: &[Issue], is_new: bool) -> Keys {
        let keys: Vec<&str> = issues.iter().map(|issue| issue.key.as_str()).filter(|key| !key.is_empty()).collect();
        let parsed: Vec<(&str, u32)> = keys.iter().filter_map(|key| parse(key)).collect();
        let prefixes: BTreeSet<&str> = parsed.iter().map(|(prefix, _)| *prefix).collect();
        let numbers: BTreeSet<u32> = parsed.iter().map(|(_, number)| *number).collect();
        let is_kept = is_new && !keys.is_empty() && prefixes.len() == 1 && numbers.len() == keys.len();
        let prefix = prefixes.into_iter().next().filter(|prefix| is_kept && !prefix.is_empty());
        Keys { prefix: prefix.map(str::to_owned), is_kept }
    }

    /// The number of the card with this key.
    pub(super) fn number(&self, key: &str) -> Option<u32> {
        parse(key).filter(|_| self.is_kept).map(|(_, number)| number)
    }
}

/// The prefix, perhaps empty, and the number.
fn parse(key: &str) -> Option<(&str, u32)> {
    let (prefix, number) = key.rsplit_once('-').unwrap_or(("", key.strip_prefix('#').unwrap_or(key)));
    let is_prefix = prefix.len() <= PREFIX_CHARS_MAX && prefix.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    let number = number.parse().ok().filter(|number| is_prefix && (1..=NUMBER_MAX).contains(number))?;
    Some((prefix, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(keys: &[&str], is_new: bool) -> Keys {
        let issue = |key: &&str| Issue { key: (*key).to_owned(), ..Issue::default() };
        Keys::of(&keys.iter().map(issue).collect::<Vec<Issue>>(), is_new)
    }

    #[test]
    fn one_projects_keys_become_the_boards() {
        let kept = keys(&["CAL-3", "", "CAL-17"], true);

        assert_eq!((kept.prefix.as_deref(), kept.number("CAL-17"), kept.number("")), (Some("CAL"), Some(17), None));
        assert_eq!(
            (keys(&["3", "#4"], true).prefix.as_deref(), keys(&["3", "#4"], true).number("#4")),
            (None, Some(4))
        );
    }

    #[test]
    fn numbers_that_would_meet_are_not_kept() {
        for (given, is_new) in
            [(&["CAL-3", "SRV-3"][..], true), (&["3", "3"], true), (&["CAL-3", "x"], true), (&["CAL-3"], false)]
        {
            assert_eq!(keys(given, is_new).number(given[0]), None, "{given:?}");
        }
    }
}
