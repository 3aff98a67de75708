//! Benchmarks of several replicas over Postgres and Redis, and of people who come back to them.
//!
//! Start with [`cluster`]: replicas and the balancer in front of them. `member` is one person, `party` many of them.

pub(super) mod across;
pub(super) mod cluster;
mod member;
mod party;
pub(super) mod reconnect;
pub(super) mod restart;
