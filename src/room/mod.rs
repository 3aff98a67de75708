//! A document that is live on this replica, with its sessions.

pub mod persistence;
