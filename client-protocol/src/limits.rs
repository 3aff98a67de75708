//! The limits of the wire, with their units. Both sides name them the same (`ts/limits.ts`).

use std::time::Duration;

/// Largest WebSocket message a client may send, except a sync step 2: 1 MiB. A keystroke is 30 bytes and a pasted page
/// about 100 KB, so ten times the largest edit a person makes.
pub const FRAME_BYTES_MAX: usize = 1024 * 1024;

/// Largest sync step 2 a client may send: 8 MiB, a long spell offline on a board of 5,000 cards (1.4 MB) several times over.
pub const SYNC_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Most messages in one WebSocket frame from a client; stock clients pack one, a draining queue a handful.
pub const MESSAGES_PER_FRAME_MAX: usize = 64;

/// Largest presence state of one client, JSON: 4 KiB.
pub const AWARENESS_STATE_BYTES_MAX: usize = 4 * 1024;

/// Most presence client ids that one connection may introduce; several are legal, because tabs relay each other.
pub const AWARENESS_CLIENTS_MAX: usize = 4;

/// Longest key of a command, in characters: enough for any random name, too short to keep things in.
pub const COMMAND_KEY_CHARS_MAX: usize = 64;

/// Largest command, in bytes of JSON: 64 KiB name some 2,500 cards.
pub const COMMAND_BYTES_MAX: usize = 64 * 1024;

/// Longest document name under `/sync/`, in bytes of UTF-8 after percent-decoding.
pub const DOCUMENT_NAME_BYTES_MAX: usize = 200;

/// A data frame is due this often even when nothing happens: stock clients reconnect after 30 s without one, and
/// WebSocket pings do not count.
pub const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(10);
