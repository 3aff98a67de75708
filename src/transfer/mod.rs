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

#[cfg(test)]
mod tests;
