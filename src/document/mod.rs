//! The CRDT core: ids, the gate every update passes, and the content of one document. No I/O, no clock, no randomness.

pub mod id;

pub use id::{DocumentId, DocumentKind, IdError};
