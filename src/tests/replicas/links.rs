//! Each line of a cluster in trouble: cut, standing still without a word, slow, throttled, and one that loses what comes behind
//! some bytes. Replica 1 is hit; people on all replicas go on.

use std::time::Duration;

use super::with_proxies;
use crate::harness::crowd::Crowd;
use crate::harness::proxy::{Proxy, Weather};

/// How a line fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Cut,
    Stalled,
    Slow,
    Throttled,
    Lossy,
}

impl Trouble {
    const ALL: [Self; 5] = [Self::Cut, Self::Stalled, Self::Slow, Self::Throttled, Self::Lossy];

    fn begin(self, line: &Proxy) {
        match self {
            Self::Cut => {
                line.lead_nowhere();
                line.cut();
            }
            Self::Stalled => line.weather(Weather { is_stalled: true, ..Weather::default() }),
            Self::Slow => line.weather(Weather { delay: Duration::from_millis(150), ..Weather::default() }),
            Self::Throttled => line.weather(Weather { bytes_per_second: Some(20_000), ..Weather::default() }),
            Self::Lossy => line.drop_answers_after(300),
        }
    }

    fn end(self, line: &Proxy) {
        match self {
            Self::Cut => line.lead_back(),
            Self::Lossy => line.cut_and_pass_answers(),
            Self::Stalled | Self::Slow | Self::Throttled => line.weather(Weather::default()),
        }
    }

    /// Whether bytes arrive all the same.
    fn passes(self) -> bool {
        matches!(self, Self::Slow | Self::Throttled)
    }
}

/// Edits under every trouble of some lines, one after the other.
async fn endure(crowd: &mut Crowd, what: &str, lines: &[Proxy]) {
    for trouble in Trouble::ALL {
        lines.iter().for_each(|line| trouble.begin(line));
        for _ in 0..5 {
            crowd.edit();
        }
        // Whoever is elsewhere does not wait for it.
        crowd.saved(|replica| replica != 1 || trouble.passes()).await;
        crowd.edit();
        lines.iter().for_each(|line| trouble.end(line));
        crowd.recovers(&format!("{what}: {trouble:?}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lines_of_people_may_fail_in_every_way() {
    let (server, _redis, _postgres) = with_proxies(3, &["--open"]).await;
    let mut crowd = Crowd::join(&server).await;

    let lines: Vec<Proxy> =
        crowd.people.iter().filter(|member| member.replica == 1).map(|member| member.proxy.clone()).collect();

    endure(&mut crowd, "people's lines", &lines).await;

    crowd.end(server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_line_to_redis_may_fail_in_every_way() {
    let (server, redis, _postgres) = with_proxies(3, &["--open"]).await;
    let mut crowd = Crowd::join(&server).await;

    endure(&mut crowd, "the line to Redis", &[redis]).await;

    crowd.end(server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_line_to_postgres_may_fail_in_every_way() {
    let (server, _redis, postgres) = with_proxies(3, &["--open"]).await;
    let mut crowd = Crowd::join(&server).await;

    endure(&mut crowd, "the line to Postgres", &[postgres]).await;

    crowd.end(server).await;
}
