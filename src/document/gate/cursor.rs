//! Reads lib0 v1 primitives out of untrusted bytes. Every read is bounded by what is left; nothing is allocated.

use super::Refusal;
use crate::document::limits::{CLOCK_MAX, INTEGER_MAX};

/// A client's clock that an item refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ItemId {
    pub(crate) client: u64,
    pub(crate) clock: u32,
}

pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn byte(&mut self) -> Result<u8, Refusal> {
        let (&byte, rest) = self.rest.split_first().ok_or(Refusal::Truncated)?;
        self.rest = rest;
        Ok(byte)
    }

    pub(super) fn skip(&mut self, len: usize) -> Result<(), Refusal> {
        self.rest = self.rest.get(len..).ok_or(Refusal::Truncated)?;
        Ok(())
    }

    /// An unsigned number. Only the shortest form is taken, so equal updates have equal bytes.
    pub(super) fn number(&mut self) -> Result<u64, Refusal> {
        let first = self.byte()?;
        if first < 0x80 { Ok(u64::from(first)) } else { self.long_number(u64::from(first & 0x7f), 7) }
    }

    /// A signed number: 6 bits, sign and continuation in the first byte. Minus zero is one of JavaScript's.
    pub(super) fn signed_number(&mut self) -> Result<(), Refusal> {
        let first = self.byte()?;
        if first >= 0x80 {
            self.long_number(u64::from(first & 0x3f), 6)?;
        }
        Ok(())
    }

    fn long_number(&mut self, low_bits: u64, mut shift: u32) -> Result<u64, Refusal> {
        let mut number = low_bits;
        loop {
            let byte = self.byte()?;
            if shift >= u64::BITS - 8 {
                return Err(Refusal::Number);
            }
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return if byte == 0 || number > INTEGER_MAX { Err(Refusal::Number) } else { Ok(number) };
            }
        }
    }

    pub(super) fn client(&mut self) -> Result<u64, Refusal> {
        self.number()
    }

    pub(super) fn clock(&mut self) -> Result<u32, Refusal> {
        let number = self.number()?;
        u32::try_from(number).ok().filter(|&clock| clock <= CLOCK_MAX).ok_or(Refusal::Clock)
    }

    pub(super) fn id(&mut self) -> Result<ItemId, Refusal> {
        Ok(ItemId { client: self.client()?, clock: self.clock()? })
    }

    /// A count of elements that take at least `min_bytes` each.
    pub(super) fn count(&mut self, min_bytes: usize) -> Result<usize, Refusal> {
        let count = usize::try_from(self.number()?).map_err(|_| Refusal::Count)?;
        if count > self.rest.len() / min_bytes { Err(Refusal::Count) } else { Ok(count) }
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Refusal> {
        let len = usize::try_from(self.number()?).map_err(|_| Refusal::Truncated)?;
        let (bytes, rest) = self.rest.split_at_checked(len).ok_or(Refusal::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Refusal> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Refusal::Utf8)
    }

    pub(super) fn end(&self) -> Result<(), Refusal> {
        if self.rest.is_empty() { Ok(()) } else { Err(Refusal::TrailingBytes) }
    }
}
