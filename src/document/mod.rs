//! The CRDT core: ids, the gate every update passes, and the content of one document. No I/O, no clock, no randomness.
//! Bytes from anywhere go through [`gate`] before yrs sees them; [`content`] is the only owner of a `yrs::Doc`.

pub mod content;
pub mod gate;
pub mod id;
pub mod limits;
mod nesting;
mod touched;

pub use content::{Applied, ApplyError, Content, Digest, EMPTY_UPDATE, LoadError, Source};
pub use gate::{
    AwarenessEntry, Caps, Carried, Refusal, UpdateSummary, check_awareness, check_state_vector, check_update,
};
pub use id::{DocumentId, DocumentKind, IdError};
pub use touched::Touched;

#[cfg(test)]
mod properties;
