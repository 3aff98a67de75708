//! CalIT: live, offline-first scrum boards and calendars.

pub mod document;

pub mod board;

pub mod transfer;

#[cfg(feature = "server")]
pub mod store;

#[cfg(feature = "server")]
pub mod room;
