//! Live documents: a document that is open on this replica, with its members.
//!
//! Promises: one task owns a document; updates are applied and passed on in arrival order; "saved" is said after the
//! commit. Knows nothing of sockets (members are written to through outboxes) or SQL.
//! Start with [`hub::Hub::open`], then `room.rs`.

pub mod call;
mod command;
pub mod decoder;
mod delivery;
mod errand;
mod history;
pub mod hub;
mod listing;
mod log;
pub mod outbox;
pub mod persistence;
mod presence;
pub mod record;
mod replicas;
#[expect(clippy::module_inception, reason = "a file is named for its main type")]
mod room;
pub mod session;
mod sync;
mod turn;
mod upkeep;
