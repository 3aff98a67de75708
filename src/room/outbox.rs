//! An outbox: what one member's socket has not taken yet.
//!
//! Promises: frames leave whole and in order; memory stays under [`OUTBOX_BYTES_MAX`] plus one answer; pushing never
//! waits. A member whose socket cannot keep up is *behind*: its queue is dropped at a frame boundary, and when the
//! socket has drained the room sends one diff instead of everything that was missed. An update is never lost in silence.
//! An answer (a first sync, a diff) is never dropped: what it brings need not be sent a second time.
//! Knows nothing of sockets: it writes through a closure. The room pushes, the connection drains.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use client_protocol::close_code::CloseCode;
use client_protocol::websocket;
use tokio::sync::Notify;

/// Most bytes that wait for a slow socket before it counts as behind: 64 KiB, some 800 keystrokes of others, a second
/// of a very busy room. An answer on its way, which may be the whole document, does not count.
pub const OUTBOX_BYTES_MAX: usize = 64 * 1024;

/// Writes what the socket takes without blocking; `WouldBlock` when it takes nothing.
pub type TryWrite = Box<dyn Fn(&[u8]) -> io::Result<usize> + Send + Sync>;

/// What became of pushed frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// The socket took everything.
    Written,
    /// Some of it waits; the connection sends it on.
    Queued,
    /// The member is behind: this and what waited before is dropped, and a diff is due once the socket has drained.
    Behind,
    /// The connection has ended.
    Closed,
}

/// What is left after a drain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Nothing waits.
    Empty,
    /// The socket is full.
    Blocked,
    /// Nothing waits, and the room must send a diff now.
    DiffDue,
    /// The closing frame has left, or the socket is broken: the connection may end.
    Finished,
}

/// The sending side of one connection, shared by the room and the connection.
pub struct Outbox {
    try_write: TryWrite,
    queue: Mutex<Queue>,
    waiting: Notify,
    /// Whether the peer was heard since the room last asked.
    heard: AtomicBool,
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Bytes>,
    /// How much of the first entry has left.
    sent: usize,
    bytes: usize,
    /// The first entry is an answer.
    is_answering: bool,
    behind: bool,
    closing: Option<CloseCode>,
    broken: bool,
    /// Grows with each byte that the socket takes: a peer that stalls shows as a number that stands still.
    taken: u64,
}

impl Outbox {
    /// An empty outbox over a socket.
    pub fn new(try_write: TryWrite) -> Self {
        Self { try_write, queue: Mutex::default(), waiting: Notify::new(), heard: AtomicBool::new(true) }
    }

    /// Sends whole frames now or queues them.
    pub fn push(&self, frames: &Bytes) -> Pushed {
        let mut queue = self.lock();
        if queue.broken || queue.closing.is_some() {
            return Pushed::Closed;
        }
        if queue.behind {
            return Pushed::Behind;
        }
        if !queue.frames.is_empty() && queue.droppable_bytes() + frames.len() > OUTBOX_BYTES_MAX {
            queue.fall_behind();
            return Pushed::Behind;
        }
        self.send(&mut queue, frames)
    }

    /// Sends the answer to a state vector, or the diff that a member behind was due: it is in step again from here on.
    /// Only when nothing waits. Unless the connection has ended, all of it leaves.
    pub fn push_answer(&self, frames: &Bytes) -> Pushed {
        let mut queue = self.lock();
        if queue.broken || queue.closing.is_some() {
            return Pushed::Closed;
        }
        queue.behind = false;
        let pushed = self.send(&mut queue, frames);
        queue.is_answering = pushed == Pushed::Queued;
        pushed
    }

    /// Sends a control frame: never dropped for being behind, so only for frames that are few (pongs answer pings, one
    /// close). A peer that pings without reading is cut off.
    pub fn push_control(&self, frame: &[u8]) -> Pushed {
        let mut queue = self.lock();
        if queue.broken || queue.closing.is_some() {
            return Pushed::Closed;
        }
        if queue.droppable_bytes() > 2 * OUTBOX_BYTES_MAX {
            queue.broken = true;
            self.waiting.notify_one();
            return Pushed::Closed;
        }
        self.send(&mut queue, &Bytes::copy_from_slice(frame))
    }

    /// Drops what waits and has a diff due once the socket has drained.
    pub fn require_diff(&self) {
        let mut queue = self.lock();
        queue.fall_behind();
        self.waiting.notify_one();
    }

    /// Says goodbye: what waits is dropped at a frame boundary, the close frame is the last to leave.
    pub fn close(&self, code: CloseCode, reason: &str) {
        let mut queue = self.lock();
        if queue.broken || queue.closing.is_some() {
            return;
        }
        queue.is_answering = false;
        queue.fall_behind();
        let mut frame = Vec::new();
        websocket::write_close(&mut frame, code.number(), reason);
        self.send(&mut queue, &Bytes::from(frame));
        queue.closing = Some(code);
        self.waiting.notify_one();
    }

    /// The socket is gone: nothing is sent from here on.
    pub fn abandon(&self) {
        let mut queue = self.lock();
        queue.broken = true;
        queue.frames.clear();
        queue.bytes = 0;
        self.waiting.notify_one();
    }

    /// Sends what waits, as far as the socket takes it.
    pub fn drain(&self) -> Drained {
        let mut queue = self.lock();
        while !queue.broken
            && let Some(front) = queue.frames.front().cloned()
        {
            match (self.try_write)(&front[queue.sent..]) {
                Ok(0) => queue.broken = true,
                Ok(len) => queue.advance(len),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Drained::Blocked,
                Err(_) => queue.broken = true,
            }
        }
        if queue.broken || queue.closing.is_some() {
            Drained::Finished
        } else if queue.behind {
            Drained::DiffDue
        } else {
            Drained::Empty
        }
    }

    /// Waits until something waits for the socket, or the connection is to end.
    pub async fn waiting(&self) {
        self.waiting.notified().await;
    }

    /// Whether every pushed byte has left.
    pub fn is_in_step(&self) -> bool {
        let queue = self.lock();
        queue.frames.is_empty() && !queue.behind
    }

    /// How many bytes the socket has taken in all, and whether some wait.
    pub fn progress(&self) -> (u64, bool) {
        let queue = self.lock();
        (queue.taken, !queue.frames.is_empty())
    }

    /// The code of the close frame that was sent, if one was.
    pub fn closing(&self) -> Option<CloseCode> {
        self.lock().closing
    }

    /// Whether nothing can be sent any more.
    pub fn is_broken(&self) -> bool {
        self.lock().broken
    }

    /// Notes that the peer was heard.
    pub fn heard(&self) {
        self.heard.store(true, Ordering::Relaxed);
    }

    /// Whether the peer was heard since the last call.
    pub fn was_heard(&self) -> bool {
        self.heard.swap(false, Ordering::Relaxed)
    }

    fn send(&self, queue: &mut Queue, frames: &Bytes) -> Pushed {
        let mut sent = 0;
        if queue.frames.is_empty() {
            match (self.try_write)(frames) {
                Ok(len) if len > 0 => sent = len,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Ok(_) | Err(_) => {
                    queue.broken = true;
                    self.waiting.notify_one();
                    return Pushed::Closed;
                }
            }
            queue.taken += sent as u64;
            if sent == frames.len() {
                return Pushed::Written;
            }
            queue.sent = sent;
            self.waiting.notify_one();
        }
        queue.bytes += frames.len() - sent;
        queue.frames.push_back(frames.clone());
        Pushed::Queued
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Queue {
    fn advance(&mut self, len: usize) {
        self.sent += len;
        self.bytes -= len;
        self.taken += len as u64;
        if self.frames.front().is_some_and(|front| self.sent >= front.len()) {
            self.frames.pop_front();
            self.sent = 0;
            self.is_answering = false;
        }
    }

    /// What waits and may be dropped.
    fn droppable_bytes(&self) -> usize {
        let answer = self.frames.front().filter(|_| self.is_answering).map_or(0, |front| front.len() - self.sent);
        self.bytes - answer
    }

    /// Keeps only an answer, or the rest of a frame that has partly left; a frame cut in the middle would break the stream.
    fn fall_behind(&mut self) {
        self.behind = true;
        let kept = self.frames.pop_front().filter(|_| self.sent > 0 || self.is_answering).map(|front| {
            let end = if self.is_answering { front.len() } else { websocket::frame_end(&front, self.sent) };
            front.slice(..end)
        });
        self.frames.clear();
        self.bytes = 0;
        match kept {
            Some(kept) if kept.len() > self.sent => {
                self.bytes = kept.len() - self.sent;
                self.frames.push_back(kept);
            }
            _ => self.sent = 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// What arrived, and room for how many more bytes.
    type Wire = Mutex<(Vec<u8>, usize)>;

    /// A socket that takes as many bytes as it was given room for.
    fn socket() -> (Outbox, Arc<Wire>) {
        let wire = Arc::new(Mutex::new((Vec::new(), 0)));
        let inner = Arc::clone(&wire);
        let try_write = move |bytes: &[u8]| {
            let mut wire = inner.lock().expect("no test panics here");
            let len = bytes.len().min(wire.1);
            wire.0.extend_from_slice(&bytes[..len]);
            wire.1 -= len;
            if len == 0 { Err(ErrorKind::WouldBlock.into()) } else { Ok(len) }
        };
        (Outbox::new(Box::new(try_write)), wire)
    }

    fn frame(len: usize) -> Bytes {
        let mut out = Vec::new();
        websocket::write_binary(&mut out, |out| out.extend(std::iter::repeat_n(9, len)));
        Bytes::from(out)
    }

    fn give(wire: &Wire, room: usize) {
        wire.lock().expect("no test panics here").1 = room;
    }

    #[test]
    fn a_fast_socket_queues_nothing() {
        let (outbox, wire) = socket();
        give(&wire, 1000);

        assert_eq!(outbox.push(&frame(10)), Pushed::Written);
        assert!(outbox.is_in_step());
    }

    #[test]
    fn a_partly_sent_frame_is_finished_before_the_diff() {
        let (outbox, wire) = socket();
        give(&wire, 5);
        assert_eq!(outbox.push(&frame(100)), Pushed::Queued);

        while outbox.push(&frame(1000)) != Pushed::Behind {}
        give(&wire, 1 << 20);

        assert_eq!(outbox.drain(), Drained::DiffDue);
        assert_eq!(wire.lock().expect("no test panics here").0, frame(100));
        assert_eq!(outbox.push_answer(&frame(3)), Pushed::Written);
        assert!(outbox.is_in_step());
    }

    #[test]
    fn a_partly_sent_frame_is_finished_before_the_close_of_a_reader_behind() {
        let (outbox, wire) = socket();
        give(&wire, 5);
        outbox.push(&frame(100));
        while outbox.push(&frame(1000)) != Pushed::Behind {}

        outbox.close(CloseCode::TryAgainLater, "later");
        give(&wire, 1000);

        assert_eq!(outbox.drain(), Drained::Finished);
        let wire = wire.lock().expect("no test panics here");
        assert_eq!(wire.0[..102], frame(100)[..]);
        assert_eq!(wire.0[102], 0x88);
    }

    #[test]
    fn memory_is_bounded_whatever_is_pushed() {
        let (outbox, _wire) = socket();
        for _ in 0..10_000 {
            outbox.push(&frame(1000));
        }

        assert!(outbox.lock().bytes <= OUTBOX_BYTES_MAX);
    }

    #[test]
    fn a_large_answer_is_let_through_and_what_follows_it_waits() {
        let (outbox, wire) = socket();
        let answer = frame(4 * OUTBOX_BYTES_MAX);
        assert_eq!(outbox.push_answer(&answer), Pushed::Queued);
        assert_eq!(outbox.push(&frame(3)), Pushed::Queued);
        give(&wire, usize::MAX);

        assert_eq!(outbox.drain(), Drained::Empty);
        assert_eq!(wire.lock().expect("no test panics here").0, [answer, frame(3)].concat());
    }

    #[test]
    fn an_answer_leaves_whole_although_its_reader_falls_behind() {
        for started in [0, 5] {
            let (outbox, wire) = socket();
            let answer = frame(4 * OUTBOX_BYTES_MAX);
            give(&wire, started);
            outbox.push_answer(&answer);

            while outbox.push(&frame(1000)) != Pushed::Behind {}
            give(&wire, usize::MAX);

            assert_eq!(outbox.drain(), Drained::DiffDue);
            assert!(wire.lock().expect("no test panics here").0 == answer, "{started} bytes had left");
        }
    }

    #[test]
    fn the_close_frame_is_the_last_to_leave() {
        let (outbox, wire) = socket();
        give(&wire, 3);
        outbox.push(&frame(50));
        outbox.push(&frame(50));
        outbox.close(CloseCode::TryAgainLater, "later");
        assert_eq!(outbox.push(&frame(1)), Pushed::Closed);
        give(&wire, 1000);

        assert_eq!(outbox.drain(), Drained::Finished);
        let wire = wire.lock().expect("no test panics here");
        assert_eq!(wire.0[..52], frame(50)[..]);
        assert_eq!(wire.0[52], 0x88);
    }
}
