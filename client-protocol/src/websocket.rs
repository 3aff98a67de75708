//! WebSocket framing of the sending server (RFC 6455 §5.2): unmasked, unfragmented, no extensions.
//!
//! A server frame is the same for every receiver, so it is framed once and the bytes are shared.

const FIN: u8 = 0x80;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

/// Longest payload of a control frame, in bytes (RFC 6455 §5.5).
pub const CONTROL_BYTES_MAX: usize = 125;

/// Appends one binary frame around what `write` appends.
pub fn write_binary(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    // Most frames are short: guess the two-byte header and move the payload only when the guess was wrong.
    out.extend_from_slice(&[FIN | BINARY, 0]);
    write(out);
    let len = out.len() - start - 2;
    match len {
        0..=125 => out[start + 1] = len as u8,
        126..=0xffff => {
            out[start + 1] = 126;
            out.splice(start + 2..start + 2, (len as u16).to_be_bytes());
        }
        _ => {
            out[start + 1] = 127;
            out.splice(start + 2..start + 2, (len as u64).to_be_bytes());
        }
    }
}

/// Appends a close frame; the reason is cut to what a control frame holds.
pub fn write_close(out: &mut Vec<u8>, code: u16, reason: &str) {
    let mut end = reason.len().min(CONTROL_BYTES_MAX - 2);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    out.extend_from_slice(&[FIN | CLOSE, 2 + end as u8]);
    out.extend_from_slice(&code.to_be_bytes());
    out.extend_from_slice(&reason.as_bytes()[..end]);
}

/// Appends a ping without payload.
pub fn write_ping(out: &mut Vec<u8>) {
    out.extend_from_slice(&[FIN | PING, 0]);
}

/// Appends the answer to a ping; `payload` is at most [`CONTROL_BYTES_MAX`] bytes.
pub fn write_pong(out: &mut Vec<u8>, payload: &[u8]) {
    let payload = &payload[..payload.len().min(CONTROL_BYTES_MAX)];
    out.extend_from_slice(&[FIN | PONG, payload.len() as u8]);
    out.extend_from_slice(payload);
}

/// Where the frame that byte `offset` lies in ends, given bytes that begin with a frame of ours. An `offset` on a
/// boundary is the end of the frame before it.
pub fn frame_end(frames: &[u8], offset: usize) -> usize {
    let mut end = 0;
    while end < offset {
        let Some(len) = frame_len(&frames[end..]) else { return frames.len() };
        end += len;
    }
    end.min(frames.len())
}

fn frame_len(frame: &[u8]) -> Option<usize> {
    let short = usize::from(*frame.get(1)? & 0x7f);
    Some(match short {
        126 => 4 + usize::from(u16::from_be_bytes(frame.get(2..4)?.try_into().ok()?)),
        127 => usize::try_from(u64::from_be_bytes(frame.get(2..10)?.try_into().ok()?)).ok()?.checked_add(10)?,
        len => 2 + len,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_ends_are_found_over_all_three_length_forms() {
        let mut out = Vec::new();
        let mut ends = vec![0];
        for len in [0, 5, 125, 126, 65_535, 65_536] {
            write_binary(&mut out, |out| out.extend(std::iter::repeat_n(7, len)));
            ends.push(out.len());
        }

        for pair in ends.windows(2) {
            assert_eq!(frame_end(&out, pair[0] + 1), pair[1]);
            assert_eq!(frame_end(&out, pair[1]), pair[1]);
        }
    }

    #[test]
    fn a_close_reason_is_cut_at_a_character() {
        let mut out = Vec::new();
        write_close(&mut out, 1008, &"가".repeat(60));

        assert!(out.len() <= 2 + CONTROL_BYTES_MAX);
        assert!(std::str::from_utf8(&out[4..]).is_ok());
    }
}
