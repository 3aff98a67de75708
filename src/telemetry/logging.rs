//! Logs: one readable line each, fields beside the message; never tokens, bodies or names.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error; `filter` is a `tracing` filter such as `info` or `calit=debug`.
pub fn start(filter: &str) {
    // What Postgres says of a migration that is there already is no news; whoever names it in `filter` hears it.
    let filter = format!("sqlx=warn,{filter}");
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    // A second start (tests run several servers in one process) keeps the first subscriber.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(stderr().is_terminal())
        .with_writer(stderr)
        .try_init();
}
