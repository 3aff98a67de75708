//! lib0's variable-length integers: LEB128, seven bits a byte, little endian, at most 53 bits.
//!
//! The bound is JavaScript's: a number above 2^53 − 1 cannot be read by the other side.

use bytes::{Buf, Bytes};

/// The greatest number the encoding may carry: JavaScript's largest safe integer.
pub const MAX: u64 = (1 << 53) - 1;

/// Appends `value` (at most [`MAX`]).
pub fn write(out: &mut Vec<u8>, mut value: u64) {
    debug_assert!(value <= MAX);
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a length and the bytes.
pub fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// How many bytes [`write()`] appends for `value`.
pub fn len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

/// Takes a number off the front of `input`; `None` when it is truncated or above [`MAX`].
pub fn read(input: &mut Bytes) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..=49).step_by(7) {
        if !input.has_remaining() {
            return None;
        }
        let byte = input.get_u8();
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return (value <= MAX).then_some(value);
        }
    }
    None
}

/// Takes a length-prefixed run of bytes off the front of `input`, without copying; `None` when it is truncated.
pub fn read_bytes(input: &mut Bytes) -> Option<Bytes> {
    let len = usize::try_from(read(input)?).ok()?;
    (len <= input.len()).then(|| input.split_to(len))
}

/// Takes a length-prefixed UTF-8 string off the front of `input`; `None` when it is truncated or not UTF-8.
pub fn read_string(input: &mut Bytes) -> Option<String> {
    String::from_utf8(read_bytes(input)?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_a_round_trip() {
        for value in [0, 1, 127, 128, 300, 16_383, 16_384, u64::from(u32::MAX), MAX] {
            let mut out = Vec::new();
            write(&mut out, value);
            assert_eq!(out.len(), len(value), "{value}");
            assert_eq!(read(&mut Bytes::from(out)), Some(value));
        }
    }

    #[test]
    fn truncated_and_oversized_numbers_are_refused() {
        for bytes in [&[][..], &[0x80], &[0xff; 8], &[0xff; 12]] {
            assert_eq!(read(&mut Bytes::copy_from_slice(bytes)), None, "{bytes:02x?}");
        }
    }

    #[test]
    fn a_lying_length_is_refused() {
        assert_eq!(read_bytes(&mut Bytes::from_static(&[5, 1, 2])), None);
    }
}
