//! The wire of CalIT: frames, close codes and limits, as written down in `SPEC.md`.
//!
//! Promises: decoding is total and copies nothing (payloads are slices of the received buffer); whatever this crate
//! writes it can read; both directions are checked against the golden frames in `fixtures/`, which the TypeScript twin
//! in `ts/` reads and writes too.
//! Knows nothing of documents: sync payloads and awareness updates are opaque bytes here.
//! Start with [`frame::ClientMessages`] (what a client sends) and [`frame::ServerMessage`] (what a server sends).

pub mod close_code;
pub mod frame;
pub mod limits;
pub mod varint;
pub mod websocket;
