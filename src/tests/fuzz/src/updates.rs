//! How an input holds several updates: each behind its length in two bytes.

/// The updates of an input; a length beyond the end means: what is left.
pub fn read(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = input;
    std::iter::from_fn(move || {
        let (len, after) = rest.split_first_chunk()?;
        let (update, after) = after.split_at(usize::from(u16::from_le_bytes(*len)).min(after.len()));
        rest = after;
        Some(update)
    })
}

/// An input: a byte for the target, then updates.
pub fn write(choice: u8, updates: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![choice];
    for update in updates {
        bytes.extend((update.len() as u16).to_le_bytes());
        bytes.extend(update);
    }
    bytes
}
