//! The reading side of a WebSocket: bytes of a client become messages.
//!
//! Promises: every rule of RFC 6455 for client frames is checked before anything is allocated for the frame (masked, no
//! reserved bits or opcodes, short unfragmented control frames, order of continuations, lengths); at most one message
//! within the limits is buffered; a connection at rest holds no buffer at all, which is why this is not tungstenite's
//! reader (its buffer costs 4 to 128 KiB for each connection). tungstenite parses the headers here and is the oracle of
//! the tests.

use std::io::Cursor;

use bytes::Bytes;
use client_protocol::close_code::CloseCode;
use client_protocol::limits::{FRAME_BYTES_MAX, SYNC_BYTES_MAX};
use client_protocol::websocket::CONTROL_BYTES_MAX;
use tokio_tungstenite::tungstenite::error::{Error as WebSocketError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// Room for the envelope around the largest sync step 2.
const MESSAGE_BYTES_MAX: usize = SYNC_BYTES_MAX + 64;

/// A buffer larger than this is given back after its message.
const BUFFER_BYTES_KEPT: usize = 4 * 1024;

/// The first two bytes of a sync step 2, the only message that may pass [`FRAME_BYTES_MAX`].
const STEP_2_PREFIX: [u8; 2] = [0, 1];

/// What arrived.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Inbound {
    /// A binary message, whole and unmasked.
    Message(Bytes),
    /// To be answered with a pong of the same payload.
    Ping(Bytes),
    /// The peer lives.
    Pong,
    /// The peer says goodbye.
    Close,
}

/// Bytes that are no WebSocket of ours: what to close with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Violation {
    pub(super) code: CloseCode,
    pub(super) reason: &'static str,
}

/// Turns reads of any size into messages.
#[derive(Default)]
pub(super) struct FrameReader {
    /// A frame that has not arrived whole.
    partial: Vec<u8>,
    /// The message of which some fragments have arrived.
    fragments: Option<Vec<u8>>,
}

impl FrameReader {
    /// Takes what was read and hands out what is complete.
    ///
    /// # Errors
    /// On the first violation; the reader must not be used after it.
    pub(super) fn read(&mut self, input: &[u8], take: &mut impl FnMut(Inbound)) -> Result<(), Violation> {
        if self.partial.is_empty() {
            let used = self.read_frames(input, take)?;
            self.partial.extend_from_slice(&input[used..]);
            return Ok(());
        }
        self.partial.extend_from_slice(input);
        let mut buffer = std::mem::take(&mut self.partial);
        let used = self.read_frames(&buffer, take)?;
        if used == buffer.len() && buffer.capacity() > BUFFER_BYTES_KEPT {
            return Ok(());
        }
        buffer.drain(..used);
        self.partial = buffer;
        Ok(())
    }

    fn read_frames(&mut self, input: &[u8], take: &mut impl FnMut(Inbound)) -> Result<usize, Violation> {
        let mut used = 0;
        while let Some((header, start, len)) = self.header(&input[used..])? {
            let masked = &input[used + start..];
            let mask = header.mask.ok_or(violation(CloseCode::ProtocolError, "client frames must be masked"))?;
            self.check_size(&header, len, mask, masked)?;
            if masked.len() < len {
                break;
            }
            let mut payload = masked[..len].to_vec();
            unmask(&mut payload, mask);
            self.take_frame(&header, payload, take)?;
            used += start + len;
        }
        Ok(used)
    }

    /// The next frame's header, where its payload starts and how long it is; `None` when more bytes are needed.
    fn header(&self, input: &[u8]) -> Result<Option<(FrameHeader, usize, usize)>, Violation> {
        let mut cursor = Cursor::new(input);
        let parsed = FrameHeader::parse(&mut cursor).map_err(|error| match error {
            WebSocketError::Protocol(ProtocolError::InvalidOpcode(_)) => {
                violation(CloseCode::ProtocolError, "reserved opcode")
            }
            _ => violation(CloseCode::ProtocolError, "malformed frame header"),
        })?;
        let Some((header, len)) = parsed else { return Ok(None) };
        if header.rsv1 || header.rsv2 || header.rsv3 {
            return Err(violation(CloseCode::ProtocolError, "reserved bits are set"));
        }
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        match header.opcode {
            OpCode::Control(_) if !header.is_final || len > CONTROL_BYTES_MAX => {
                Err(violation(CloseCode::ProtocolError, "control frames are short and whole"))
            }
            OpCode::Data(Data::Text) => Err(violation(CloseCode::UnsupportedData, "the protocol is binary")),
            OpCode::Data(Data::Continue) if self.fragments.is_none() => {
                Err(violation(CloseCode::ProtocolError, "a continuation without a beginning"))
            }
            OpCode::Data(Data::Binary) if self.fragments.is_some() => {
                Err(violation(CloseCode::ProtocolError, "a message within a message"))
            }
            _ => Ok(Some((header, usize::try_from(cursor.position()).unwrap_or(0), len))),
        }
    }

    /// Refuses a message that is too large as soon as its header and its first bytes are known.
    fn check_size(&self, header: &FrameHeader, len: usize, mask: [u8; 4], masked: &[u8]) -> Result<(), Violation> {
        if matches!(header.opcode, OpCode::Control(_)) {
            return Ok(());
        }
        let before = self.fragments.as_deref().unwrap_or_default();
        let total = before.len().saturating_add(len);
        if total > MESSAGE_BYTES_MAX {
            return Err(violation(CloseCode::TooBig, "the message is too big"));
        }
        if total <= FRAME_BYTES_MAX {
            return Ok(());
        }
        let unmasked = masked.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask);
        let prefix = before.iter().copied().chain(unmasked);
        if prefix.zip(STEP_2_PREFIX).any(|(byte, expected)| byte != expected) {
            return Err(violation(CloseCode::TooBig, "the message is too big"));
        }
        Ok(())
    }

    fn take_frame(
        &mut self,
        header: &FrameHeader,
        payload: Vec<u8>,
        take: &mut impl FnMut(Inbound),
    ) -> Result<(), Violation> {
        match header.opcode {
            OpCode::Control(Control::Ping) => take(Inbound::Ping(payload.into())),
            OpCode::Control(Control::Pong) => take(Inbound::Pong),
            OpCode::Control(_) => {
                check_close(&payload)?;
                take(Inbound::Close);
            }
            OpCode::Data(_) => match (&mut self.fragments, header.is_final) {
                (None, true) => take(Inbound::Message(payload.into())),
                (None, false) => self.fragments = Some(payload),
                (Some(fragments), false) => fragments.extend_from_slice(&payload),
                (Some(fragments), true) => {
                    fragments.extend_from_slice(&payload);
                    let message = std::mem::take(fragments);
                    self.fragments = None;
                    take(Inbound::Message(message.into()));
                }
            },
        }
        Ok(())
    }
}

fn check_close(payload: &[u8]) -> Result<(), Violation> {
    let Some((code, reason)) = payload.split_at_checked(2) else {
        return match payload.is_empty() {
            true => Ok(()),
            false => Err(violation(CloseCode::ProtocolError, "a close code has two bytes")),
        };
    };
    let is_allowed = matches!(u16::from_be_bytes([code[0], code[1]]), 1000..=1003 | 1007..=1014 | 3000..=4999);
    if !is_allowed {
        return Err(violation(CloseCode::ProtocolError, "that close code is not for the wire"));
    }
    std::str::from_utf8(reason).map(drop).map_err(|_| violation(CloseCode::InvalidPayload, "the reason is not UTF-8"))
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    for chunk in payload.chunks_mut(4) {
        for (byte, mask) in chunk.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
}

const fn violation(code: CloseCode, reason: &'static str) -> Violation {
    Violation { code, reason }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketContext};

    use super::*;

    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut out = vec![first];
        match payload.len() {
            len @ 0..=125 => out.push(0x80 | len as u8),
            len @ 126..=0xffff => {
                out.push(0x80 | 126);
                out.extend_from_slice(&(len as u16).to_be_bytes());
            }
            len => {
                out.push(0x80 | 127);
                out.extend_from_slice(&(len as u64).to_be_bytes());
            }
        }
        let mask = [1, 2, 3, 4];
        out.extend_from_slice(&mask);
        let start = out.len();
        out.extend_from_slice(payload);
        unmask(&mut out[start..], mask);
        out
    }

    fn read_all(input: &[u8]) -> Result<Vec<Inbound>, Violation> {
        let mut taken = Vec::new();
        FrameReader::default().read(input, &mut |inbound| taken.push(inbound))?;
        Ok(taken)
    }

    /// [FR1] [FR2]
    #[test]
    fn bytes_that_break_rfc_6455_are_refused_with_their_code() {
        let mut unmasked = masked(0x82, b"abc");
        unmasked[1] &= 0x7f;
        let huge = [0x82, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
        let cases: [(&str, Vec<u8>, CloseCode); 11] = [
            ("unmasked", unmasked, CloseCode::ProtocolError),
            ("reserved bit", masked(0xc2, b"abc"), CloseCode::ProtocolError),
            ("reserved data opcode", masked(0x83, b"abc"), CloseCode::ProtocolError),
            ("reserved control opcode", masked(0x8b, b""), CloseCode::ProtocolError),
            ("fragmented ping", masked(0x09, b""), CloseCode::ProtocolError),
            ("long ping", masked(0x89, &[0; 126]), CloseCode::ProtocolError),
            ("stray continuation", masked(0x80, b"abc"), CloseCode::ProtocolError),
            ("bad close code", masked(0x88, &1005_u16.to_be_bytes()), CloseCode::ProtocolError),
            ("half a close code", masked(0x88, &[3]), CloseCode::ProtocolError),
            ("text", masked(0x81, b"abc"), CloseCode::UnsupportedData),
            ("declared length of 2^62", huge.to_vec(), CloseCode::TooBig),
        ];
        for (name, bytes, code) in cases {
            assert_eq!(read_all(&bytes).map_err(|violation| violation.code), Err(code), "{name}");
        }
    }

    /// [FR3]
    #[test]
    fn only_a_step_2_may_pass_the_frame_limit() {
        let mut step_2 = vec![7; FRAME_BYTES_MAX + 10];
        step_2[..2].copy_from_slice(&STEP_2_PREFIX);
        let mut update = step_2.clone();
        update[1] = 2;

        assert_eq!(read_all(&masked(0x82, &step_2)), Ok(vec![Inbound::Message(step_2.into())]));
        assert_eq!(read_all(&masked(0x82, &update)).map_err(|v| v.code), Err(CloseCode::TooBig));
    }

    #[test]
    fn a_connection_at_rest_holds_no_buffer() {
        let mut reader = FrameReader::default();
        let bytes = masked(0x82, &vec![7; 100_000]);
        let mut count = 0;
        for chunk in bytes.chunks(1000) {
            reader.read(chunk, &mut |_| count += 1).expect("the frame is well formed");
        }

        assert_eq!((count, reader.partial.capacity()), (1, 0));
    }

    fn oracle(input: &[u8]) -> Vec<Inbound> {
        let mut context = WebSocketContext::new(Role::Server, None);
        let mut stream = Cursor::new(input.to_vec());
        let mut messages = Vec::new();
        while let Ok(message) = context.read(&mut ReadOnly(&mut stream)) {
            messages.push(match message {
                Message::Binary(bytes) => Inbound::Message(bytes),
                Message::Ping(bytes) => Inbound::Ping(bytes),
                Message::Pong(_) => Inbound::Pong,
                _ => Inbound::Close,
            });
        }
        messages
    }

    struct ReadOnly<'a>(&'a mut Cursor<Vec<u8>>);

    impl std::io::Read for ReadOnly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl std::io::Write for ReadOnly<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let payload = || prop::collection::vec(any::<u8>(), 0..300);
        let message = prop_oneof![
            payload().prop_map(|bytes| masked(0x82, &bytes)),
            payload().prop_map(|bytes| masked(0x89, &bytes[..bytes.len().min(125)])),
            payload().prop_map(|bytes| masked(0x8a, &bytes[..bytes.len().min(125)])),
            (payload(), payload())
                .prop_map(|(a, b)| [masked(0x02, &a), masked(0x89, b"hi"), masked(0x80, &b)].concat()),
        ];
        prop::collection::vec(message, 0..8).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn any_split_of_a_stream_reads_like_tungstenite(input in stream(), cuts in prop::collection::vec(1_usize..200, 1..50)) {
            let mut taken = Vec::new();
            let mut reader = FrameReader::default();
            let mut rest = &input[..];
            for cut in cuts.iter().cycle() {
                let (chunk, tail) = rest.split_at((*cut).min(rest.len()));
                reader.read(chunk, &mut |inbound| taken.push(inbound)).expect("the stream is well formed");
                rest = tail;
                if rest.is_empty() { break; }
            }
            prop_assert_eq!(taken, oracle(&input));
        }

        #[test]
        fn random_bytes_never_panic(input in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_all(&input);
        }
    }
}
