//! The scrum board as a typed view of a document.
