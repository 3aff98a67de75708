//! Boards in and out: other products' exports become values of [`crate::board`] and a loss report, and a board becomes JSON.
//!
//! Promises: an import says what it did not carry over, by kind and count; a malformed file names the line and imports nothing.
//! No I/O, no clock, no randomness: bytes, time and author are parameters.

pub mod calit;
pub mod csv;
pub mod export;
mod kind;
pub mod loss_report;
pub mod replay;
pub mod trello;
mod words;

/// Largest file that is read, in bytes. The app says it before it sends one (`web/src/transfer/upload.ts`).
pub const FILE_BYTES_MAX: usize = 50 << 20;

#[cfg(test)]
mod tests;
