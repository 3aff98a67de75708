//! Plays many clients against a CalIT server.

fn main() {}
