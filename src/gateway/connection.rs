//! One WebSocket connection: reads what the client sends, and sends on what waits in its outbox.
//!
//! Promises: the peer's bytes are bounded in size, rate and time before the room hears of them; the task ends when
//! either side closes, with the close code on the wire. A connection at rest costs its task and its socket, no buffer.
//! Knows nothing of documents: messages go to the room as they are.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use client_protocol::close_code::CloseCode;
use client_protocol::frame::{ClientMessage, ClientMessages};
use client_protocol::websocket;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::budget::Budget;
use super::frame_reader::{FrameReader, Inbound, Violation};
use crate::room::hub::RoomHandle;
use crate::room::outbox::{Drained, Outbox};
use crate::room::session::SessionKey;
use crate::telemetry::metrics::Metrics;

/// Bytes taken from a socket at once, by a buffer that all connections of a thread share: a flood can overdraw its budget
/// by one read, some 500 keystrokes.
const READ_BYTES: usize = 16 * 1024;

/// A step 1 costs the room an encoding, a command a look at the whole board: each counts as this many messages.
const COSTLY_WEIGHT: f64 = 20.0;

/// A ping is answered without the room: ten cost as much as a message.
const PING_WEIGHT: f64 = 0.1;

/// How long the peer may take to answer our close before the socket is dropped.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

thread_local! {
    /// Shared scratch: reading never spans an await, so one buffer for each thread serves every connection.
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BYTES].into_boxed_slice());
}

/// A connection that has joined its room.
pub(super) struct Connection {
    pub(super) stream: Arc<TcpStream>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) room: RoomHandle,
    pub(super) session: SessionKey,
    pub(super) metrics: Arc<Metrics>,
}

/// What the reading keeps between two reads.
struct Incoming {
    reader: FrameReader,
    budget: Budget,
}

/// Why the reading ended.
enum End {
    /// The peer said goodbye.
    Goodbye,
    /// The socket is gone without a goodbye.
    Lost,
    /// The peer broke the rules.
    Violation(CloseCode, String),
    /// The server closed.
    ByServer,
}

impl Connection {
    /// Serves the connection to its end; `early` is what the client sent together with its handshake.
    pub(super) async fn run(self, early: Bytes) {
        let mut incoming = Incoming { reader: FrameReader::default(), budget: Budget::new(Instant::now()) };
        let end = match self.take(&mut incoming, &early).await {
            Ok(pause) => self.serve(incoming, pause).await,
            Err(end) => end,
        };
        self.finish(end).await;
    }

    async fn serve(&self, mut incoming: Incoming, mut paused_until: Option<Instant>) -> End {
        let mut is_draining = false;
        loop {
            let interest = match (paused_until.is_none(), is_draining) {
                (true, true) => Interest::READABLE | Interest::WRITABLE,
                (true, false) => Interest::READABLE,
                (false, true) => Interest::WRITABLE,
                // Errors and hang-ups are still noticed while paused.
                (false, false) => Interest::ERROR,
            };
            tokio::select! {
                biased;
                () = self.outbox.waiting() => match self.outbox.closing() {
                    // A socket that takes nothing would never become writable: the closing has a deadline of its own.
                    Some(_) => return End::ByServer,
                    None if self.outbox.is_broken() => return End::Lost,
                    None => is_draining = true,
                },
                ready = self.stream.ready(interest) => {
                    let Ok(ready) = ready else { return End::Lost };
                    if is_draining && ready.is_writable() {
                        match self.drain().await {
                            Ok(draining) => is_draining = draining,
                            Err(end) => return end,
                        }
                    }
                    if paused_until.is_none() && ready.is_readable() {
                        match self.read(&mut incoming).await {
                            Ok(until) => paused_until = until,
                            Err(end) => return end,
                        }
                    } else if ready.is_error() {
                        return End::Lost;
                    }
                }
                () = sleep_until(paused_until.unwrap_or_else(Instant::now)), if paused_until.is_some() => paused_until = None,
            }
        }
    }

    /// Sends on what waits; returns whether more waits.
    async fn drain(&self) -> Result<bool, End> {
        match self.outbox.drain() {
            Drained::Empty => Ok(false),
            Drained::Blocked => Ok(true),
            Drained::DiffDue => self.room.drained(self.session).await.map(|()| false).map_err(|_| End::ByServer),
            Drained::Finished if self.outbox.closing().is_some() => Err(End::ByServer),
            Drained::Finished => Err(End::Lost),
        }
    }

    /// Reads once; returns until when to pause.
    async fn read(&self, incoming: &mut Incoming) -> Result<Option<Instant>, End> {
        let mut inbound = Vec::new();
        let outcome = SCRATCH.with_borrow_mut(|scratch| match self.stream.try_read(scratch) {
            Ok(0) => Err(End::Lost),
            Ok(len) => Ok(incoming.reader.read(&scratch[..len], &mut |message| inbound.push(message))),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Ok(())),
            Err(_) => Err(End::Lost),
        })?;
        self.forward(inbound, outcome, &mut incoming.budget).await
    }

    async fn take(&self, incoming: &mut Incoming, input: &[u8]) -> Result<Option<Instant>, End> {
        let mut inbound = Vec::new();
        let outcome = incoming.reader.read(input, &mut |message| inbound.push(message));
        self.forward(inbound, outcome, &mut incoming.budget).await
    }

    async fn forward(
        &self,
        inbound: Vec<Inbound>,
        outcome: Result<(), Violation>,
        budget: &mut Budget,
    ) -> Result<Option<Instant>, End> {
        let mut paused_until = None;
        if !inbound.is_empty() {
            self.outbox.heard();
        }
        for message in inbound {
            let (weight, len) = match message {
                Inbound::Message(frame) => self.message(frame).await?,
                Inbound::Ping(payload) => {
                    let mut pong = Vec::new();
                    websocket::write_pong(&mut pong, &payload);
                    self.outbox.push_control(&pong);
                    (PING_WEIGHT, payload.len())
                }
                Inbound::Pong => continue,
                Inbound::Close => return Err(End::Goodbye),
            };
            let now = Instant::now();
            paused_until = budget.spend(now, len, weight).map(|pause| now + pause).or(paused_until);
        }
        if paused_until.is_some() {
            self.metrics.rate_limited.inc();
        }
        outcome.map(|()| paused_until).map_err(|violation| End::Violation(violation.code, violation.reason.to_owned()))
    }

    /// Hands one frame to the room; returns its weight and size for the budget.
    async fn message(&self, frame: Bytes) -> Result<(f64, usize), End> {
        let len = frame.len();
        self.metrics.bytes_in.inc_by(len as u64);
        self.metrics.message_size.observe(len as f64);
        let messages = ClientMessages::parse(frame).map_err(|error| {
            self.metrics.messages_in.get("refused").inc();
            End::Violation(CloseCode::PolicyViolation, error.to_string())
        })?;
        let mut weight = 1.0;
        for message in messages.clone() {
            self.metrics.messages_in.get(message.name()).inc();
            use ClientMessage::{Command, QueryAwareness, SyncStep1};
            if matches!(message, SyncStep1(_) | QueryAwareness | Command { .. }) {
                weight += COSTLY_WEIGHT;
            }
        }
        self.room.messages(self.session, messages).await.map_err(|_| End::ByServer)?;
        Ok((weight, len))
    }

    async fn finish(self, end: End) {
        let (code, initiator) = match &end {
            End::Goodbye => (CloseCode::Normal, "client"),
            End::Lost => (CloseCode::GoingAway, "client"),
            End::Violation(code, reason) => {
                tracing::info!(session.id = %self.session, code = code.number(), reason, "closing a connection");
                (*code, "server")
            }
            End::ByServer => (self.outbox.closing().unwrap_or(CloseCode::GoingAway), "server"),
        };
        self.metrics.connection_closed(code, initiator);
        // The room hears of it first, so that a goodbye is seen by the others without delay.
        let is_clean = matches!(end, End::Goodbye);
        self.room.leave(self.session, is_clean).await;
        match end {
            End::Lost => return self.outbox.abandon(),
            End::Goodbye => self.outbox.close(CloseCode::Normal, ""),
            End::Violation(code, reason) => self.outbox.close(code, &reason),
            End::ByServer => {}
        }
        self.close_socket().await;
    }

    /// Sends the close frame and waits, briefly, for the peer to hang up: a socket closed with unread bytes in it would
    /// be reset, and the close code lost.
    async fn close_socket(&self) {
        let deadline = Instant::now() + CLOSE_TIMEOUT;
        while self.outbox.drain() == Drained::Blocked {
            match timeout_at(deadline, self.stream.writable()).await {
                Ok(Ok(())) => {}
                _ => return self.outbox.abandon(),
            }
        }
        if end_of_sending(&self.stream).is_err() {
            return self.outbox.abandon();
        }
        while let Ok(Ok(())) = timeout_at(deadline, self.stream.readable()).await {
            let read = SCRATCH.with_borrow_mut(|scratch| self.stream.try_read(scratch));
            match read {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
        self.outbox.abandon();
    }
}

/// Tells the peer's TCP that nothing more comes. Browsers wait for that before they report a close, and would wait for
/// [`CLOSE_TIMEOUT`] if we waited for them (RFC 6455 §7.1.1: the server goes first).
fn end_of_sending(stream: &TcpStream) -> io::Result<()> {
    // The outbox shares the stream, which takes this call only from its one owner; a duplicate is the same socket.
    std::net::TcpStream::from(stream.as_fd().try_clone_to_owned()?).shutdown(Shutdown::Write)
}
