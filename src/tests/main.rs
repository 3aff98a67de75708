//! One integration binary, through the public wire.

mod yjs_corpus;
