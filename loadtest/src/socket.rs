//! A WebSocket as a client has it, with as little of its own as possible: the load must not drown what it measures.
//!
//! Promises: frames are handed out whole and in order; pings are answered; a close frame is an error that names its code.
//! A socket at rest holds no buffer: all of them read through one scratch buffer of the thread.

use std::cell::RefCell;
use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use client_protocol::frame::{ClientMessage, SUBPROTOCOL};
use tokio::net::TcpStream;

/// Bytes taken from a socket at once.
const READ_BYTES: usize = 256 * 1024;

/// Longest answer to a handshake.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Largest frame that room is made for at once: a first sync of a very large document.
const FRAME_BYTES_MAX: usize = 64 * 1024 * 1024;

const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;

/// The mask of every frame: it must be there, but hides nothing from anybody here.
pub(crate) const MASK: [u8; 4] = [0x5a, 0xa5, 0x3c, 0xc3];

thread_local! {
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BYTES].into_boxed_slice());
}

/// The receiving side of a connection.
pub(crate) struct Socket {
    stream: Arc<TcpStream>,
    /// What has arrived of a frame that is not whole yet.
    partial: Vec<u8>,
}

/// The server's close frame.
#[derive(Debug)]
pub(crate) struct Closed {
    /// 1005 if it named none.
    pub(crate) code: u16,
    reason: String,
}

impl Closed {
    fn parse(payload: &[u8]) -> Self {
        match payload.split_first_chunk() {
            Some((code, reason)) => {
                Self { code: u16::from_be_bytes(*code), reason: String::from_utf8_lossy(reason).into_owned() }
            }
            None => Self { code: 1005, reason: String::new() },
        }
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server closed: {} {}", self.code, self.reason)
    }
}

impl std::error::Error for Closed {}

/// The sending side; a cheap clone.
#[derive(Clone)]
pub(crate) struct Sender(Arc<TcpStream>);

impl Socket {
    /// Connects and upgrades, as a client of ours.
    pub(crate) async fn connect(server: SocketAddr, document: &str) -> anyhow::Result<Self> {
        Self::upgrade(TcpStream::connect(server).await.context("cannot connect")?, server, document).await
    }

    /// Upgrades a connection that is there.
    pub(crate) async fn upgrade(stream: TcpStream, server: SocketAddr, document: &str) -> anyhow::Result<Self> {
        stream.set_nodelay(true)?;
        let stream = Arc::new(stream);
        let request = format!(
            "GET /sync/{document} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
        );
        Sender::new(Arc::clone(&stream)).send(request.as_bytes()).await?;
        let mut socket = Self { stream, partial: Vec::new() };
        socket.read_head().await?;
        Ok(socket)
    }

    /// A handle to send with.
    pub(crate) fn sender(&self) -> Sender {
        Sender::new(Arc::clone(&self.stream))
    }

    async fn read_head(&mut self) -> anyhow::Result<()> {
        loop {
            self.read_some(|this, bytes| this.partial.extend_from_slice(bytes)).await?;
            if let Some(end) = self.partial.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.partial[..end]).into_owned();
                ensure!(head.starts_with("HTTP/1.1 101"), "the upgrade was refused: {head}");
                self.partial.drain(..end + 4);
                return Ok(());
            }
            ensure!(self.partial.len() < HEAD_BYTES_MAX, "the answer to the handshake has no end");
        }
    }

    /// Waits until something arrives, and hands out the payloads of the binary frames that are complete.
    pub(crate) async fn receive(&mut self, mut take: impl FnMut(&[u8])) -> anyhow::Result<()> {
        if !self.partial.is_empty() {
            // What came together with the end of the handshake.
            let buffer = std::mem::take(&mut self.partial);
            let used = self.frames(&buffer, &mut take)?;
            if used > 0 {
                self.partial = buffer[used..].to_vec();
                return Ok(());
            }
            self.partial = buffer;
        }
        let mut outcome = Ok(0);
        self.read_some(|this, bytes| {
            if this.partial.is_empty() {
                outcome = this.frames(bytes, &mut take);
                let rest = &bytes[*outcome.as_ref().unwrap_or(&0)..];
                let (_, start, len) = header(rest).unwrap_or_default();
                // A first sync arrives in many pieces.
                this.partial.reserve_exact(rest.len().max((start + len).min(FRAME_BYTES_MAX)));
                this.partial.extend_from_slice(rest);
                return;
            }
            let mut buffer = std::mem::take(&mut this.partial);
            buffer.extend_from_slice(bytes);
            outcome = this.frames(&buffer, &mut take);
            let used = *outcome.as_ref().unwrap_or(&0);
            if used < buffer.len() {
                buffer.drain(..used);
                this.partial = buffer;
            }
        })
        .await?;
        outcome.map(drop)
    }

    /// Waits for the next step 2 and returns its size. Nothing of a long one is kept: a crowd of clients on one machine
    /// would pay more for its copies than the server for sending them.
    pub(crate) async fn skim_step_2(&mut self) -> anyhow::Result<usize> {
        let mut buffer = std::mem::take(&mut self.partial);
        loop {
            // Two bytes tell what it is.
            let is_known = |(_, start, len): &(u8, usize, usize)| buffer.len() >= start + len.min(&2);
            let Some((opcode, start, len)) = header(&buffer).filter(is_known) else {
                self.read_some(|_, bytes| buffer.extend_from_slice(bytes)).await?;
                continue;
            };
            let payload = &buffer[start..buffer.len().min(start + len)];
            if opcode == CLOSE {
                return Err(Closed::parse(payload).into());
            }
            let (kind, mut lacking) = (Kind::of(payload), len - payload.len());
            buffer.drain(..start + payload.len());
            while lacking > 0 {
                self.read_some(|_, bytes| {
                    let (skipped, rest) = bytes.split_at(lacking.min(bytes.len()));
                    lacking -= skipped.len();
                    buffer.extend_from_slice(rest);
                })
                .await?;
            }
            if kind == Kind::Step2 {
                self.partial = buffer;
                return Ok(len);
            }
        }
    }

    /// Reads at most so many bytes and throws them away, frames or not.
    pub(crate) async fn sip(&mut self, bytes: usize) -> anyhow::Result<()> {
        let mut buffer = vec![0; bytes];
        self.stream.readable().await?;
        match self.stream.try_read(&mut buffer) {
            Ok(0) => bail!("the server hung up"),
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error.into()),
            _ => Ok(()),
        }
    }

    async fn read_some(&mut self, mut take: impl FnMut(&mut Self, &[u8])) -> anyhow::Result<()> {
        loop {
            self.stream.readable().await?;
            let len = SCRATCH.with_borrow_mut(|scratch| match self.stream.try_read(scratch) {
                Ok(0) => bail!("the server hung up"),
                Ok(len) => {
                    take(self, &scratch[..len]);
                    Ok(len)
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
                Err(error) => Err(error.into()),
            })?;
            if len > 0 {
                return Ok(());
            }
        }
    }

    fn frames(&self, input: &[u8], take: &mut impl FnMut(&[u8])) -> anyhow::Result<usize> {
        let mut used = 0;
        while let Some((opcode, start, len)) = header(&input[used..]) {
            let Some(payload) = input[used + start..].get(..len) else { break };
            match opcode {
                BINARY => take(payload),
                PING => self.pong(payload),
                CLOSE => return Err(Closed::parse(payload).into()),
                _ => {}
            }
            used += start + len;
        }
        Ok(used)
    }

    fn pong(&self, payload: &[u8]) {
        // A full socket has other signs of life in it.
        let _ = self.stream.try_write(&masked_as(0xa, payload));
    }
}

impl Sender {
    pub(crate) fn new(stream: Arc<TcpStream>) -> Self {
        Self(stream)
    }

    /// Writes whole frames.
    pub(crate) async fn send(&self, mut bytes: &[u8]) -> anyhow::Result<()> {
        while !bytes.is_empty() {
            match self.0.try_write(bytes) {
                Ok(len) => bytes = &bytes[len..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.0.writable().await?,
                Err(error) => return Err(error).context("cannot send"),
            }
        }
        Ok(())
    }
}

/// Opcode, where the payload starts and its length, of an unmasked frame.
fn header(frame: &[u8]) -> Option<(u8, usize, usize)> {
    let opcode = frame.first()? & 0xf;
    let (start, len) = match *frame.get(1)? & 0x7f {
        126 => (4, u64::from(u16::from_be_bytes(frame.get(2..4)?.try_into().ok()?))),
        127 => (10, u64::from_be_bytes(frame.get(2..10)?.try_into().ok()?)),
        len => (2, u64::from(len)),
    };
    Some((opcode, start, usize::try_from(len).ok()?))
}

/// One message in a masked binary frame.
pub(crate) fn framed(message: &ClientMessage) -> Vec<u8> {
    let mut payload = Vec::new();
    message.write(&mut payload);
    masked_as(BINARY, &payload)
}

fn masked_as(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x80 | opcode];
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
    out.extend_from_slice(&MASK);
    out.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    out
}

/// What a frame from the server is, told by its first bytes: parsing it whole would cost more than receiving it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An edit of somebody else.
    Update,
    /// The answer to a step 1, or the diff for a member that was behind.
    Step2,
    /// Presence with entries in it.
    Presence,
    /// An acknowledgement.
    Ack,
    /// Anything else.
    Other,
}

impl Kind {
    pub(crate) fn of(payload: &[u8]) -> Self {
        match payload {
            [0, 2, ..] => Kind::Update,
            [0, 1, ..] => Kind::Step2,
            [1, 1, 0] => Kind::Other,
            [1, ..] => Kind::Presence,
            [100, ..] => Kind::Ack,
            _ => Kind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_masked_frame_has_the_message_in_it() {
        let frame = framed(&ClientMessage::Update(Bytes::from_static(b"abc")));

        assert_eq!(frame[..2], [0x82, 0x86]);
        let payload: Vec<u8> = frame[6..].iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
        assert_eq!(payload, [0, 2, 3, b'a', b'b', b'c']);
    }

    #[test]
    fn headers_of_all_three_lengths_are_read() {
        assert_eq!(header(&[0x82, 5]), Some((BINARY, 2, 5)));
        assert_eq!(header(&[0x82, 126, 1, 0]), Some((BINARY, 4, 256)));
        assert_eq!(header(&[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]), Some((BINARY, 10, 65_536)));
        assert_eq!(header(&[0x82, 126, 1]), None);
    }
}
