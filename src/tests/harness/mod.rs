//! What the tests stand on: the real binary, clients that speak its wire, a network that can fail, and patience with
//! a deadline instead of sleeps.
//!
//! [`server::Server`] runs the binary on a data directory of its own, [`socket::Socket`] speaks single messages,
//! [`raw::RawSocket`] single bytes, and [`client::Client`] is a Yjs application that keeps a ledger of what was
//! acknowledged. [`proxy::Proxy`] stands between them, and [`crowd::Crowd`] is whom a fault hits.

pub(crate) mod author;
pub(crate) mod awareness;
pub(crate) mod backend;
pub(crate) mod certificates;
pub(crate) mod client;
pub(crate) mod crowd;
pub(crate) mod http;
pub(crate) mod ledger;
pub(crate) mod node;
pub(crate) mod person;
pub(crate) mod proxy;
pub(crate) mod raw;
pub(crate) mod seed;
pub(crate) mod server;
pub(crate) mod servers;
pub(crate) mod socket;

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// How long anything may take before the test fails: generous, because all tests share two cores.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// How often a condition of another process is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Waits for a future, or fails with what was waited for.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match timeout(DEADLINE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited {DEADLINE:?} in vain: {what}"),
    }
}

/// Looks at something outside of this process until it is there.
pub(crate) async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    eventually_within(DEADLINE, what, look).await
}

/// As [`eventually`], for what takes its time.
pub(crate) async fn eventually_within<T>(
    deadline: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> T {
    let started = Instant::now();
    let mut tick = interval(LOOK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Some(found) = look().await {
            return found;
        }
        assert!(started.elapsed() < deadline, "waited {deadline:?} in vain: {what}");
    }
}
