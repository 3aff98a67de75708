//! Ranks: strings that order columns and cards, with room for another one between any two.
//!
//! Promises: the keys are those of npm `fractional-indexing` 4.0.0 (base 62, integer part with a length marker: `a0`, `a1`, `a0V`),
//! proved by the shared vectors in `client-protocol/fixtures/rank.json`. Whatever ranks a document holds, [`place`] finds a place.
//! Knows nothing of documents: it takes and returns strings. A rank that is not a well-formed key still sorts, as the plain string it is.
//! Start at [`place`]; [`between`] is the arithmetic under it.

use std::cmp::Ordering;

/// Longest key that is taken as well-formed, in characters. A key grows by about one character per five inserts into the same gap,
/// so this is over a thousand inserts into one gap; past it the column is keyed anew.
pub const RANK_CHARS_MAX: usize = 256;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ZERO: u8 = b'0';
const LAST: u8 = b'z';
/// Digits of the smallest integer part, `A` and 26 zeros. It is no key itself: nothing could be put before it.
const SMALLEST_INTEGER_CHARS: usize = 27;

/// A well-formed key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(String);

/// Why there is no key between two others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RankError {
    /// The left key is not smaller than the right one.
    #[error("the left rank is not smaller than the right one")]
    NotOrdered,
    /// The key would be longer than [`RANK_CHARS_MAX`].
    #[error("the gap between the two ranks is used up")]
    Full,
}

/// Where an inserted element goes, and which elements get a new rank so that it can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The rank of the inserted element.
    pub rank: Rank,
    /// New ranks of elements already there, by their index in the order that was passed.
    pub rekeyed: Vec<(usize, Rank)>,
}

impl Rank {
    /// Takes a string that is a well-formed key.
    pub fn parse(text: &str) -> Option<Rank> {
        let bytes = text.as_bytes();
        let integer = integer_chars(*bytes.first()?)?;
        let is_key = bytes.len() <= RANK_CHARS_MAX
            && bytes.len() >= integer
            && bytes.iter().all(u8::is_ascii_alphanumeric)
            && !is_smallest_integer(bytes)
            && (bytes.len() == integer || !bytes.ends_with(&[ZERO]));
        is_key.then(|| Rank(text.to_owned()))
    }

    /// The key as it stands in a document.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The integer part and the fraction.
    fn parts(&self) -> (&[u8], &[u8]) {
        let bytes = self.0.as_bytes();
        bytes.split_at(bytes.first().and_then(|head| integer_chars(*head)).unwrap_or(0))
    }
}

/// Orders two ranks, or any two strings of a document, as JavaScript does: by UTF-16 code units.
pub fn compare(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() { left.cmp(right) } else { left.encode_utf16().cmp(right.encode_utf16()) }
}

/// A key after `left` and before `right`; `None` is the open end.
///
/// # Errors
/// [`RankError`] when the two are not in order, or the gap is used up.
pub fn between(left: Option<&Rank>, right: Option<&Rank>) -> Result<Rank, RankError> {
    let key = match (left, right) {
        (None, None) => b"a0".to_vec(),
        (None, Some(right)) => before(right),
        (Some(left), None) => after(left),
        (Some(left), Some(right)) if left < right => inside(left, right),
        (Some(_), Some(_)) => return Err(RankError::NotOrdered),
    };
    if key.len() > RANK_CHARS_MAX {
        return Err(RankError::Full);
    }
    Ok(Rank(key.into_iter().map(char::from).collect()))
}

/// `count` keys in order, all after `left` and before `right`.
///
/// # Errors
/// As [`between`].
pub fn n_between(left: Option<&Rank>, right: Option<&Rank>, count: usize) -> Result<Vec<Rank>, RankError> {
    let mut keys = Vec::new();
    match (left, right) {
        (_, None) => {
            for _ in 0..count {
                keys.push(between(keys.last().or(left), None)?);
            }
        }
        (None, Some(right)) => {
            for _ in 0..count {
                keys.push(between(None, Some(keys.last().unwrap_or(right)))?);
            }
            keys.reverse();
        }
        (Some(left), Some(right)) => halves(left, right, count, &mut keys)?,
    }
    Ok(keys)
}

/// Puts a new element at `index` of an ordered run of elements, whose ranks may be missing, equal or no keys at all.
///
/// Elements on the right that leave no gap (equal ranks, ranks that are no keys) get new ranks. When the left neighbour
/// itself is no key, or the gap is used up, all of them do.
pub fn place(order: &[Option<&str>], index: usize) -> Placement {
    let index = index.min(order.len());
    place_beside(order, index).unwrap_or_else(|| place_anew(order.len(), index))
}

fn place_beside(order: &[Option<&str>], index: usize) -> Option<Placement> {
    let key_at = |at: usize| order.get(at).copied().flatten().and_then(Rank::parse);
    let left = match index.checked_sub(1) {
        Some(neighbour) => Some(key_at(neighbour)?),
        None => None,
    };
    let is_room = |at: &usize| key_at(*at).is_some_and(|key| left.as_ref().is_none_or(|left| *left < key));
    let end = (index..order.len()).find(is_room).unwrap_or(order.len());
    let keys = n_between(left.as_ref(), key_at(end).as_ref(), end - index + 1).ok()?;
    let mut keys = keys.into_iter();
    Some(Placement { rank: keys.next()?, rekeyed: (index..end).zip(keys).collect() })
}

fn place_anew(len: usize, index: usize) -> Placement {
    let mut keys = n_between(None, None, len + 1).expect("keys counted up from a0 stay short");
    let rank = keys.remove(index);
    Placement { rank, rekeyed: keys.into_iter().enumerate().collect() }
}

fn halves(left: &Rank, right: &Rank, count: usize, keys: &mut Vec<Rank>) -> Result<(), RankError> {
    if count == 0 {
        return Ok(());
    }
    let middle = between(Some(left), Some(right))?;
    let before = count / 2;
    halves(left, &middle, before, keys)?;
    keys.push(middle.clone());
    halves(&middle, right, count - before - 1, keys)
}

fn before(right: &Rank) -> Vec<u8> {
    let (integer, fraction) = right.parts();
    if is_smallest_integer(integer) {
        return joined(integer, &midpoint(b"", Some(fraction)));
    }
    if !fraction.is_empty() {
        return integer.to_vec();
    }
    match step(integer, Step::Down) {
        // The smallest integer is no key by itself; the npm package returns it here and cannot read it again.
        Some(lower) if is_smallest_integer(&lower) => joined(&lower, &midpoint(b"", None)),
        Some(lower) => lower,
        None => joined(integer, &midpoint(b"", None)),
    }
}

fn after(left: &Rank) -> Vec<u8> {
    let (integer, fraction) = left.parts();
    step(integer, Step::Up).unwrap_or_else(|| joined(integer, &midpoint(fraction, None)))
}

fn inside(left: &Rank, right: &Rank) -> Vec<u8> {
    let (integer, fraction) = left.parts();
    let (right_integer, right_fraction) = right.parts();
    if integer == right_integer {
        return joined(integer, &midpoint(fraction, Some(right_fraction)));
    }
    match step(integer, Step::Up) {
        Some(next) if next.as_slice() < right.0.as_bytes() => next,
        _ => joined(integer, &midpoint(fraction, None)),
    }
}

/// The shortest fraction between two fractions without trailing zeros; `None` is 1.
fn midpoint(mut left: &[u8], mut right: Option<&[u8]>) -> Vec<u8> {
    let mut result = Vec::new();
    loop {
        if let Some(bound) = right {
            let same =
                bound.iter().enumerate().take_while(|(at, digit)| left.get(*at).unwrap_or(&ZERO) == *digit).count();
            result.extend_from_slice(&bound[..same]);
            left = left.get(same..).unwrap_or(b"");
            right = Some(&bound[same..]);
        }
        let low = left.first().map_or(0, |digit| value(*digit));
        let high = right.and_then(|bound| bound.first()).map_or(DIGITS.len(), |digit| value(*digit));
        if high > low + 1 {
            result.push(DIGITS[(low + high).div_ceil(2)]);
            return result;
        }
        match right {
            Some([first, _, ..]) => {
                result.push(*first);
                return result;
            }
            _ => {
                result.push(DIGITS[low]);
                left = left.get(1..).unwrap_or(b"");
                right = None;
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Step {
    Up,
    Down,
}

/// The next or previous integer part; `None` past the largest and the smallest.
fn step(integer: &[u8], direction: Step) -> Option<Vec<u8>> {
    let (overflow, refill) = match direction {
        Step::Up => (LAST, ZERO),
        Step::Down => (ZERO, LAST),
    };
    let mut next = integer.to_vec();
    for digit in next.iter_mut().skip(1).rev() {
        if *digit != overflow {
            let at = value(*digit);
            *digit = DIGITS[if matches!(direction, Step::Up) { at + 1 } else { at - 1 }];
            return Some(next);
        }
        *digit = refill;
    }
    let head = match (*integer.first()?, direction) {
        (b'Z', Step::Up) => b'a',
        (b'a', Step::Down) => b'Z',
        (b'z', Step::Up) | (b'A', Step::Down) => return None,
        (head, Step::Up) => head + 1,
        (head, Step::Down) => head - 1,
    };
    next.clear();
    next.push(head);
    next.resize(integer_chars(head)?, refill);
    Some(next)
}

/// Characters of the integer part that begins with this marker.
fn integer_chars(head: u8) -> Option<usize> {
    match head {
        b'a'..=b'z' => Some(usize::from(head - b'a') + 2),
        b'A'..=b'Z' => Some(usize::from(b'Z' - head) + 2),
        _ => None,
    }
}

fn is_smallest_integer(text: &[u8]) -> bool {
    text.len() == SMALLEST_INTEGER_CHARS && text[0] == b'A' && text[1..].iter().all(|digit| *digit == ZERO)
}

fn value(digit: u8) -> usize {
    usize::from(match digit {
        b'0'..=b'9' => digit - b'0',
        b'A'..=b'Z' => digit - b'A' + 10,
        b'a'..=b'z' => digit - b'a' + 36,
        _ => 0,
    })
}

fn joined(integer: &[u8], fraction: &[u8]) -> Vec<u8> {
    [integer, fraction].concat()
}

#[cfg(test)]
mod tests;
