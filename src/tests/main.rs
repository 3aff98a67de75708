//! One integration binary, through the public wire: the real server, real sockets, real clients.
//!
//! Each test has a server, a data directory and ports of its own, so all of them run at once. A test that proves a rule
//! of `client-protocol/SPEC.md` names it in brackets. More of the random ones: `CALIT_CONVERGENCE_SECONDS`,
//! `CALIT_KILLS`, `CALIT_EDITS`, `CALIT_SEED`, `CALIT_SIMULATION_SEEDS` (100,000 take an hour or so in a release build).
#![expect(clippy::disallowed_methods, reason = "tests have no composition root: they read the environment and spawn")]

mod admin;
mod boards;
mod cli;
mod commands;
mod convergence;
mod crash;
mod formats;
mod frames;
mod handshake;
mod harness;
mod history;
mod home;
mod import;
mod imports;
mod pgbouncer;
mod presence;
mod refusals;
mod replicas;
mod restart;
mod rooms;
mod saved;
mod simulation;
mod slow_client;
mod sprints;
mod stock;
mod storage;
mod sync;
mod tidy;
mod trello;
mod workspace;
mod yjs_corpus;
