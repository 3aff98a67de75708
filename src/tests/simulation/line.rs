//! A socket that is simulated: it delays both ways, takes little at once, stands still, and is cut without either end
//! being told. The server's end does what `gateway::connection` does, over the same outbox.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use calit::room::hub::RoomHandle;
use calit::room::outbox::{Drained, Outbox};
use calit::room::session::SessionKey;
use client_protocol::frame::ClientMessages;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::site::Site;
use crate::harness::seed::Random;

/// How long the server's end waits for a client to take its goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// Both directions between a client and a replica.
pub(super) struct Line {
    site: Site,
    down: Mutex<Down>,
    arrives: Notify,
    has_room: Notify,
    /// The server's end has noticed that the client's is gone.
    pub(super) noticed: CancellationToken,
}

struct Down {
    random: Random,
    chunks: VecDeque<(Instant, Bytes)>,
    bytes: usize,
    capacity: usize,
    delay_ms: u64,
    last: Instant,
    stalled_until: Instant,
    /// Nobody reads any more.
    is_cut: bool,
    /// Nobody writes any more.
    is_over: bool,
}

impl Line {
    pub(super) fn new(mut random: Random, site: Site, is_calm: bool) -> Self {
        let now = Instant::now();
        let capacity = if is_calm { 1 << 20 } else { [200, 4_000, 1 << 20][random.below(3) as usize] };
        let delay_ms = if is_calm { 2 } else { [2, 20, 150][random.below(3) as usize] };
        let (chunks, bytes, is_cut, is_over) = (VecDeque::new(), 0, false, false);
        let down = Down { random, chunks, bytes, capacity, delay_ms, last: now, stalled_until: now, is_cut, is_over };
        Self {
            site,
            down: Mutex::new(down),
            arrives: Notify::new(),
            has_room: Notify::new(),
            noticed: CancellationToken::new(),
        }
    }

    fn down(&self) -> MutexGuard<'_, Down> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When what is sent up now arrives.
    pub(super) fn due(&self) -> Instant {
        let mut down = self.down();
        let delay_ms = down.delay_ms;
        Instant::now() + Duration::from_millis(1 + down.random.below(delay_ms))
    }

    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut down = self.down();
        if self.site.is_dead() || down.is_over || self.noticed.is_cancelled() {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let len = bytes.len().min(down.capacity - down.bytes);
        if len == 0 || down.is_cut {
            return Err(ErrorKind::WouldBlock.into());
        }
        let delay_ms = down.delay_ms;
        let due = (Instant::now() + Duration::from_millis(1 + down.random.below(delay_ms))).max(down.last);
        down.last = due;
        down.bytes += len;
        down.chunks.push_back((due, Bytes::copy_from_slice(&bytes[..len])));
        self.arrives.notify_one();
        Ok(len)
    }

    /// The next bytes at the client's end; `None` when the server has hung up.
    async fn next(&self) -> Option<Bytes> {
        loop {
            let due = {
                let down = self.down();
                match down.chunks.front() {
                    Some((due, _)) => Some((*due).max(down.stalled_until)),
                    None if down.is_over => return None,
                    None => None,
                }
            };
            match due {
                Some(due) if due <= Instant::now() => {
                    let mut down = self.down();
                    let (_, chunk) = down.chunks.pop_front()?;
                    down.bytes -= chunk.len();
                    self.has_room.notify_one();
                    return Some(chunk);
                }
                Some(due) => sleep_until(due).await,
                None => self.arrives.notified().await,
            }
        }
    }

    /// Reads nothing for a while.
    pub(super) fn stall(&self, time: Duration) {
        self.down().stalled_until = Instant::now() + time;
    }

    /// The client's end is gone; what is on its way down is lost.
    pub(super) fn cut(&self) {
        let mut down = self.down();
        down.is_cut = true;
        down.chunks.clear();
    }

    /// The server's end is gone: the client reads what is on its way, and then the end.
    fn hang_up(&self) {
        self.down().is_over = true;
        self.arrives.notify_one();
    }
}

/// What a client hears, frame by frame: payloads of binary frames, then perhaps the code of a close frame.
pub(super) struct Reader {
    line: Arc<Line>,
    bytes: Vec<u8>,
}

pub(super) enum Heard {
    Message(Bytes),
    Ping,
    Closed(u16),
    Lost,
}

impl Reader {
    pub(super) fn new(line: Arc<Line>) -> Self {
        Self { line, bytes: Vec::new() }
    }

    pub(super) async fn next(&mut self) -> Heard {
        loop {
            while let Some((first, payload)) = self.frame() {
                match first & 0x0f {
                    2 => return Heard::Message(payload),
                    9 => return Heard::Ping,
                    8 => return Heard::Closed(u16::from_be_bytes([payload[0], payload[1]])),
                    _ => {}
                }
            }
            match self.line.next().await {
                Some(chunk) => self.bytes.extend_from_slice(&chunk),
                None => return Heard::Lost,
            }
        }
    }

    /// The first whole frame that has arrived: its first byte and its payload.
    fn frame(&mut self) -> Option<(u8, Bytes)> {
        let (first, short) = (*self.bytes.first()?, *self.bytes.get(1)?);
        let (head, len) = match short {
            126 => (4, usize::from(u16::from_be_bytes(self.bytes.get(2..4)?.try_into().ok()?))),
            127 => (10, usize::try_from(u64::from_be_bytes(self.bytes.get(2..10)?.try_into().ok()?)).ok()?),
            short => (2, usize::from(short)),
        };
        let payload = Bytes::copy_from_slice(self.bytes.get(head..head + len)?);
        self.bytes.drain(..head + len);
        Some((first, payload))
    }
}

/// The server's end of a line, for one session.
pub(super) struct ServerEnd {
    pub(super) line: Arc<Line>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) room: RoomHandle,
    pub(super) session: SessionKey,
}

impl ServerEnd {
    /// Serves until either end is gone, or the replica.
    pub(super) async fn run(self, mut up: mpsc::UnboundedReceiver<(Instant, Vec<u8>)>) {
        let death = self.line.site.clone();
        tokio::select! {
            biased;
            () = death.death() => {}
            () = self.serve(&mut up) => {
                self.room.leave(self.session, false).await;
            }
        }
        self.outbox.abandon();
        self.line.hang_up();
    }

    async fn serve(&self, up: &mut mpsc::UnboundedReceiver<(Instant, Vec<u8>)>) {
        let mut next: Option<(Instant, Vec<u8>)> = None;
        let mut is_draining = false;
        let mut is_open = true;
        loop {
            let due = next.as_ref().map_or_else(Instant::now, |(due, _)| *due);
            tokio::select! {
                biased;
                () = self.line.noticed.cancelled() => return,
                () = self.outbox.waiting() => {
                    if self.outbox.closing().is_some() {
                        let _ = timeout(GOODBYE, self.say_goodbye()).await;
                        return;
                    }
                    if self.outbox.is_broken() {
                        return;
                    }
                }
                () = self.line.has_room.notified(), if is_draining => {}
                () = sleep_until(due), if next.is_some() => {
                    let Some((_, frame)) = next.take() else { continue };
                    self.outbox.heard();
                    // Nothing at all stands for a pong.
                    let Ok(messages) = ClientMessages::parse(frame.into()) else { continue };
                    if self.room.messages(self.session, messages).await.is_err() {
                        return;
                    }
                    continue;
                }
                frame = up.recv(), if next.is_none() && is_open => {
                    is_open = frame.is_some();
                    next = frame;
                    continue;
                }
            }
            match self.outbox.drain() {
                Drained::Blocked => is_draining = true,
                Drained::Empty => is_draining = false,
                Drained::DiffDue => {
                    is_draining = false;
                    if self.room.drained(self.session).await.is_err() {
                        return;
                    }
                }
                Drained::Finished => return,
            }
        }
    }

    async fn say_goodbye(&self) {
        while self.outbox.drain() == Drained::Blocked {
            self.line.has_room.notified().await;
        }
    }
}
