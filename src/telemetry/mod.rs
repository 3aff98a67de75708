//! What the server tells about itself: logs for people, metrics for Prometheus. Usable by every module.

pub mod logging;
pub mod metrics;
