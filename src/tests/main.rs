//! One integration binary, through the public wire.

fn main() {}
