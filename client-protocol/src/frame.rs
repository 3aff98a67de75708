//! Messages: what stands inside a WebSocket frame, in both directions.
//!
//! A frame from a client may hold several messages; it is accepted or refused whole, so that no half of a bad frame
//! takes effect. The server puts exactly one message into a frame, because stock clients read only the first.

use bytes::Bytes;

use crate::limits::{COMMAND_KEY_CHARS_MAX, MESSAGES_PER_FRAME_MAX};
use crate::varint;

/// The WebSocket subprotocol by which our own clients announce themselves (SPEC section HS).
pub const SUBPROTOCOL: &str = "calit.v1";

/// Message types: the first number of a message.
pub mod message_type {
    /// Sync: step 1, step 2 or update.
    pub const SYNC: u64 = 0;
    /// Presence.
    pub const AWARENESS: u64 = 1;
    /// Asks for everybody's presence.
    pub const QUERY_AWARENESS: u64 = 3;
    /// Durable acknowledgement; ours only, as are all from here on.
    pub const ACK: u64 = 100;
    /// First message of a connection.
    pub const WELCOME: u64 = 101;
    /// The server goes away.
    pub const DRAIN: u64 = 103;
    /// Whether the server can store edits.
    pub const STORAGE: u64 = 104;
    /// A frame of this connection was refused.
    pub const REFUSED: u64 = 105;
    /// Asks for what a merge cannot decide.
    pub const COMMAND: u64 = 106;
    /// What became of a command.
    pub const OUTCOME: u64 = 107;
}

/// Sync submessages: the second number of a sync message.
pub mod sync_type {
    /// "This is what I have": a state vector.
    pub const STEP_1: u64 = 0;
    /// "This is what you lack": an update computed for one state vector.
    pub const STEP_2: u64 = 1;
    /// A live edit.
    pub const UPDATE: u64 = 2;
}

/// Why a frame from a client cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A number, a length or a payload ends too early, or a length lies.
    #[error("the message is truncated")]
    Truncated,
    /// The message type is not one a client may send.
    #[error("message type {0} is not understood")]
    UnknownType(u64),
    /// The kind of sync message is unknown.
    #[error("sync message type {0} is not understood")]
    UnknownSyncType(u64),
    /// More messages than one frame may hold.
    #[error("a frame holds at most {MESSAGES_PER_FRAME_MAX} messages")]
    TooManyMessages,
    /// A number that may be 0 or 1 only.
    #[error("{0} is neither 0 nor 1")]
    NoFlag(u64),
    /// The key of a command is empty or too long.
    #[error("the key of a command has 1 to {COMMAND_KEY_CHARS_MAX} characters")]
    BadKey,
    /// The frame has no message.
    #[error("the frame is empty")]
    Empty,
}

/// Text of a client's message: a slice of the frame that is UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Bytes);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a text is made of UTF-8 only")
    }

    fn read(input: &mut Bytes) -> Result<Self, FrameError> {
        let bytes = varint::read_bytes(input).ok_or(FrameError::Truncated)?;
        std::str::from_utf8(&bytes).map_err(|_| FrameError::Truncated)?;
        Ok(Self(bytes))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

/// One message from a client. Payloads are slices of the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientMessage {
    /// The client's state vector; asks for a step 2.
    SyncStep1(Bytes),
    /// What the server lacked when it sent its step 1.
    SyncStep2(Bytes),
    /// A live edit.
    Update(Bytes),
    /// Presence of this client.
    Awareness(Bytes),
    /// Asks for everybody's presence.
    QueryAwareness,
    /// Asks the server for what a merge cannot decide.
    Command {
        /// Chosen by the client: the same key is done once.
        key: Text,
        /// What is asked for.
        json: Text,
    },
}

impl ClientMessage {
    /// Appends the message as it goes over the wire.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            ClientMessage::SyncStep1(state_vector) => write_sync(out, sync_type::STEP_1, state_vector),
            ClientMessage::SyncStep2(update) => write_sync(out, sync_type::STEP_2, update),
            ClientMessage::Update(update) => write_sync(out, sync_type::UPDATE, update),
            ClientMessage::Awareness(update) => write_awareness(out, update),
            ClientMessage::QueryAwareness => varint::write(out, message_type::QUERY_AWARENESS),
            ClientMessage::Command { key, json } => {
                varint::write(out, message_type::COMMAND);
                varint::write_bytes(out, &key.0);
                varint::write_bytes(out, &json.0);
            }
        }
    }

    /// A bounded name, for metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            ClientMessage::SyncStep1(_) => "step1",
            ClientMessage::SyncStep2(_) => "step2",
            ClientMessage::Update(_) => "update",
            ClientMessage::Awareness(_) => "awareness",
            ClientMessage::QueryAwareness => "query_awareness",
            ClientMessage::Command { .. } => "command",
        }
    }

    fn read(input: &mut Bytes) -> Result<Self, FrameError> {
        match varint::read(input).ok_or(FrameError::Truncated)? {
            message_type::SYNC => {
                let kind = varint::read(input).ok_or(FrameError::Truncated)?;
                if kind > sync_type::UPDATE {
                    return Err(FrameError::UnknownSyncType(kind));
                }
                let payload = varint::read_bytes(input).ok_or(FrameError::Truncated)?;
                Ok(match kind {
                    sync_type::STEP_1 => ClientMessage::SyncStep1(payload),
                    sync_type::STEP_2 => ClientMessage::SyncStep2(payload),
                    _ => ClientMessage::Update(payload),
                })
            }
            message_type::AWARENESS => {
                varint::read_bytes(input).map(ClientMessage::Awareness).ok_or(FrameError::Truncated)
            }
            message_type::QUERY_AWARENESS => Ok(ClientMessage::QueryAwareness),
            message_type::COMMAND => {
                let (key, json) = (Text::read(input)?, Text::read(input)?);
                // Counted no further than the limit, however long the key is.
                match key.as_str().chars().take(COMMAND_KEY_CHARS_MAX + 1).count() {
                    1..=COMMAND_KEY_CHARS_MAX => Ok(ClientMessage::Command { key, json }),
                    _ => Err(FrameError::BadKey),
                }
            }
            other => Err(FrameError::UnknownType(other)),
        }
    }
}

/// The messages of one frame, checked as a whole before the first is handed out.
#[derive(Clone, Debug)]
pub struct ClientMessages(Bytes);

impl ClientMessages {
    /// Checks the frame to its last byte.
    ///
    /// # Errors
    /// When any message of the frame cannot be read; then none of them counts.
    pub fn parse(frame: Bytes) -> Result<Self, FrameError> {
        let mut rest = frame.clone();
        if rest.is_empty() {
            return Err(FrameError::Empty);
        }
        for _ in 0..MESSAGES_PER_FRAME_MAX {
            ClientMessage::read(&mut rest)?;
            if rest.is_empty() {
                return Ok(Self(frame));
            }
        }
        Err(FrameError::TooManyMessages)
    }
}

impl Iterator for ClientMessages {
    type Item = ClientMessage;

    fn next(&mut self) -> Option<ClientMessage> {
        if self.0.is_empty() { None } else { ClientMessage::read(&mut self.0).ok() }
    }
}

/// What a member may do, as the welcome says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Sees everything, changes nothing but its own presence.
    Viewer,
    /// May edit.
    Editor,
}

/// One message from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerMessage<'a> {
    /// The server's state vector; asks for a step 2.
    SyncStep1(&'a [u8]),
    /// What the client lacked when it sent its step 1.
    SyncStep2(&'a [u8]),
    /// An edit of somebody else, or the echo that tells a stock client that its edit is durable.
    Update(&'a [u8]),
    /// Presence of one or more clients.
    Awareness(&'a [u8]),
    /// The first `frames` sync frames (step 2 or update) of this connection are durable, in the log up to `position`.
    Ack {
        /// How many of the connection's step 2 and update messages, counted from its start.
        frames: u64,
        /// The document's log position that covers them.
        position: u64,
    },
    /// The first message of a connection.
    Welcome {
        /// What this member may do.
        role: Role,
        /// Names the session in logs and problem reports.
        session: &'a str,
    },
    /// The server goes away: reconnect after `delay_ms`.
    Drain {
        /// Milliseconds.
        delay_ms: u64,
    },
    /// Whether the server can store edits now.
    Storage {
        /// False: edits are passed on but not saved.
        ok: bool,
        /// For people; empty when ok.
        reason: &'a str,
    },
    /// A frame of this connection was refused; a close follows.
    Refused {
        /// The close code that follows.
        code: u64,
        /// For people.
        reason: &'a str,
    },
    /// What became of a command.
    Outcome {
        /// The command's key.
        key: &'a str,
        /// Whether it was done, now or before.
        ok: bool,
        /// The command's value; or `{"code", "detail"}`, why not.
        json: &'a str,
    },
}

impl ServerMessage<'_> {
    /// Appends the message as it goes over the wire.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            ServerMessage::SyncStep1(state_vector) => write_sync(out, sync_type::STEP_1, state_vector),
            ServerMessage::SyncStep2(update) => write_sync(out, sync_type::STEP_2, update),
            ServerMessage::Update(update) => write_sync(out, sync_type::UPDATE, update),
            ServerMessage::Awareness(update) => write_awareness(out, update),
            ServerMessage::Ack { frames, position } => write_numbers(out, [message_type::ACK, *frames, *position]),
            ServerMessage::Welcome { role, session } => {
                write_numbers(out, [message_type::WELCOME, u64::from(*role == Role::Editor)]);
                varint::write_bytes(out, session.as_bytes());
            }
            ServerMessage::Drain { delay_ms } => write_numbers(out, [message_type::DRAIN, *delay_ms]),
            ServerMessage::Storage { ok, reason } => {
                write_numbers(out, [message_type::STORAGE, u64::from(*ok)]);
                varint::write_bytes(out, reason.as_bytes());
            }
            ServerMessage::Refused { code, reason } => {
                write_numbers(out, [message_type::REFUSED, *code]);
                varint::write_bytes(out, reason.as_bytes());
            }
            ServerMessage::Outcome { key, ok, json } => {
                varint::write(out, message_type::OUTCOME);
                varint::write_bytes(out, key.as_bytes());
                varint::write(out, u64::from(*ok));
                varint::write_bytes(out, json.as_bytes());
            }
        }
    }
}

/// One message from the server as a client reads it: the same as [`ServerMessage`], owning its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of ServerMessage")]
pub enum ReceivedMessage {
    SyncStep1(Bytes),
    SyncStep2(Bytes),
    Update(Bytes),
    Awareness(Bytes),
    Ack { frames: u64, position: u64 },
    Welcome { role: Role, session: String },
    Drain { delay_ms: u64 },
    Storage { ok: bool, reason: String },
    Refused { code: u64, reason: String },
    Outcome { key: String, ok: bool, json: String },
}

impl ReceivedMessage {
    /// Reads the one message of a server's frame.
    ///
    /// # Errors
    /// When the frame is truncated, of an unknown type, or has bytes behind its message.
    pub fn parse(mut frame: Bytes) -> Result<Self, FrameError> {
        let input = &mut frame;
        let message = match varint::read(input).ok_or(FrameError::Truncated)? {
            message_type::SYNC => {
                let kind = varint::read(input).ok_or(FrameError::Truncated)?;
                let payload = varint::read_bytes(input).ok_or(FrameError::Truncated)?;
                match kind {
                    sync_type::STEP_1 => ReceivedMessage::SyncStep1(payload),
                    sync_type::STEP_2 => ReceivedMessage::SyncStep2(payload),
                    sync_type::UPDATE => ReceivedMessage::Update(payload),
                    other => return Err(FrameError::UnknownSyncType(other)),
                }
            }
            other => Self::read_plain(other, input)?,
        };
        if frame.is_empty() { Ok(message) } else { Err(FrameError::TooManyMessages) }
    }

    fn read_plain(kind: u64, input: &mut Bytes) -> Result<Self, FrameError> {
        let number = |input: &mut Bytes| varint::read(input).ok_or(FrameError::Truncated);
        let text = |input: &mut Bytes| varint::read_string(input).ok_or(FrameError::Truncated);
        let flag = |input: &mut Bytes| match number(input)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(FrameError::NoFlag(other)),
        };
        Ok(match kind {
            message_type::AWARENESS => {
                ReceivedMessage::Awareness(varint::read_bytes(input).ok_or(FrameError::Truncated)?)
            }
            message_type::ACK => ReceivedMessage::Ack { frames: number(input)?, position: number(input)? },
            message_type::WELCOME => {
                let role = if flag(input)? { Role::Editor } else { Role::Viewer };
                ReceivedMessage::Welcome { role, session: text(input)? }
            }
            message_type::DRAIN => ReceivedMessage::Drain { delay_ms: number(input)? },
            message_type::STORAGE => ReceivedMessage::Storage { ok: flag(input)?, reason: text(input)? },
            message_type::REFUSED => ReceivedMessage::Refused { code: number(input)?, reason: text(input)? },
            message_type::OUTCOME => {
                ReceivedMessage::Outcome { key: text(input)?, ok: flag(input)?, json: text(input)? }
            }
            other => return Err(FrameError::UnknownType(other)),
        })
    }
}

/// The no-op that keeps a quiet connection alive: an awareness update with no entries.
pub const KEEP_ALIVE: [u8; 3] = [1, 1, 0];

fn write_sync(out: &mut Vec<u8>, kind: u64, payload: &[u8]) {
    // Room for the envelope and a long frame header: a first sync is kept as it is framed here, without slack.
    out.reserve(payload.len() + 24);
    write_numbers(out, [message_type::SYNC, kind]);
    varint::write_bytes(out, payload);
}

fn write_awareness(out: &mut Vec<u8>, update: &[u8]) {
    varint::write(out, message_type::AWARENESS);
    varint::write_bytes(out, update);
}

fn write_numbers<const N: usize>(out: &mut Vec<u8>, numbers: [u64; N]) {
    for number in numbers {
        varint::write(out, number);
    }
}
