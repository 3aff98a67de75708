//! Walks plain values: lib0 `Any` with an explicit stack, and JSON texts.

use serde::de::IgnoredAny;

use super::Refusal;
use super::cursor::Cursor;
use crate::document::limits::VALUE_DEPTH_MAX;

/// A list or map that is being walked.
#[derive(Clone, Copy)]
struct Open {
    left: usize,
    keyed: bool,
}

/// Walks one `Any`; scalars, nearly all of them, never touch the stack.
pub(super) fn walk_any(cursor: &mut Cursor<'_>) -> Result<(), Refusal> {
    match open_any(cursor)? {
        Some(open) => walk_nested(cursor, open),
        None => Ok(()),
    }
}

fn walk_nested(cursor: &mut Cursor<'_>, outermost: Open) -> Result<(), Refusal> {
    let mut stack = [outermost; VALUE_DEPTH_MAX];
    let mut depth = 1;
    while depth > 0 {
        let top = &mut stack[depth - 1];
        if top.left == 0 {
            depth -= 1;
            continue;
        }
        top.left -= 1;
        if top.keyed {
            cursor.text()?;
        }
        if let Some(open) = open_any(cursor)? {
            *stack.get_mut(depth).ok_or(Refusal::TooDeep)? = open;
            depth += 1;
        }
    }
    Ok(())
}

/// Reads a scalar as a whole, or the head of a list or map.
fn open_any(cursor: &mut Cursor<'_>) -> Result<Option<Open>, Refusal> {
    match cursor.byte()? {
        // undefined, null, false, true
        127 | 126 | 121 | 120 => {}
        125 => cursor.signed_number()?,
        124 => cursor.skip(4)?,
        // 64-bit float and integer
        123 | 122 => cursor.skip(8)?,
        119 => drop(cursor.text()?),
        // An entry takes a length of its key and a kind, an element a kind.
        118 => return Ok(Some(Open { left: cursor.count(2)?, keyed: true })),
        117 => return Ok(Some(Open { left: cursor.count(1)?, keyed: false })),
        116 => drop(cursor.bytes()?),
        kind => return Err(Refusal::ValueKind(kind)),
    }
    Ok(None)
}

/// JSON inside an update: it must be what yrs can read, since it is read again whenever the document is loaded.
pub(super) fn check_embedded_json(text: &str) -> Result<(), Refusal> {
    if matches!(text, "null" | "true" | "false") {
        return Ok(());
    }
    check_json_depth(text)?;
    yrs::Any::from_json(text).map(drop).map_err(|_| Refusal::Json)
}

/// JSON that only clients read.
pub(super) fn check_json(text: &str) -> Result<(), Refusal> {
    check_json_depth(text)?;
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|_| Refusal::Json)
}

fn check_json_depth(text: &str) -> Result<(), Refusal> {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > VALUE_DEPTH_MAX {
            return Err(Refusal::TooDeep);
        }
    }
    Ok(())
}
