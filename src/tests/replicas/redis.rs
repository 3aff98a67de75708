//! A Redis that fails: replicas hear each other late or not at all, and miss nothing for it.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt as _;
use redis::AsyncCommands as _;
use tokio::time::Instant;

use super::{CONVERGED_AFTER, replicas, sees, with_proxies, write};
use crate::harness::backend::{Backend, Shared};
use crate::harness::client::{Client, Dialect};
use crate::harness::crowd::Crowd;
use crate::harness::eventually;
use crate::harness::proxy::Weather;
use crate::harness::server::Server;
use crate::harness::servers::Redis;

/// Three replicas on a Redis of their own.
async fn with_own_redis() -> (Server, Redis) {
    let redis = Redis::start().await;
    let mut shared = Shared::new(3);
    shared.redis_url = vec![redis.url(); 3];
    (Server::through(Backend::Shared(shared), &["--open"]), redis)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_are_equal_soon_after_redis_was_away() {
    let (server, redis, _postgres) = with_proxies(2, &["--open"]).await;
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    write(&here, "before", "x");
    sees(&there, "before").await;

    redis.lead_nowhere();
    redis.cut();
    write(&here, "here", "x");
    write(&there, "there", "x");
    here.saved().await;
    there.saved().await;
    redis.lead_back();
    let returned = Instant::now();

    sees(&here, "there").await;
    sees(&there, "here").await;
    assert!(returned.elapsed() < CONVERGED_AFTER, "it took {:?}", returned.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_says_nothing_any_more_is_noticed() {
    let (server, redis, _postgres) = with_proxies(2, &["--open"]).await;
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    write(&here, "before", "x");
    sees(&there, "before").await;

    redis.weather(Weather { is_stalled: true, ..Weather::default() });
    write(&here, "here", "x");
    here.saved().await;
    // A half-open connection is never told of its end: only a new one helps.
    let known = redis.connections();
    eventually("the replica looks for another connection", async || (redis.connections() > known).then_some(())).await;
    redis.weather(Weather::default());

    sees(&there, "here").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_dies_is_not_needed_and_found_again() {
    let (server, mut redis) = with_own_redis().await;
    let mut crowd = Crowd::join(&server).await;

    for round in 0..2 {
        crowd.edit();
        redis.kill();
        crowd.edit();
        crowd.saved(|_| true).await;
        crowd.edit();
        redis.start_again().await;
        crowd.recovers(&format!("the death of Redis, round {round}")).await;
    }

    crowd.end(server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_redis_cuts_off_in_the_middle_miss_nothing() {
    let (server, redis) = with_own_redis().await;
    let mut crowd = Crowd::join(&server).await;

    for kind in ["pubsub", "normal", "pubsub"] {
        crowd.edit();
        redis.command(&["CLIENT", "KILL", "TYPE", kind]);
        crowd.edit();
        crowd.recovers(&format!("CLIENT KILL TYPE {kind}")).await;
    }

    crowd.end(server).await;
}

/// Says everything again that replicas say, some messages later.
async fn repeat(url: String, deployment: String, repeated: Arc<AtomicU64>) -> redis::RedisResult<()> {
    let client = redis::Client::open(url)?;
    let mut publisher = client.get_multiplexed_async_connection().await?;
    let mut ears = client.get_async_pubsub().await?;
    ears.psubscribe(format!("calit:{deployment}:*")).await?;
    let (mut heard, mut waiting, mut own) = (ears.into_on_message(), VecDeque::new(), HashSet::new());
    while let Some(message) = heard.next().await {
        let (channel, bytes) = (message.get_channel_name().to_owned(), message.get_payload_bytes().to_owned());
        if own.remove(&bytes) {
            continue;
        }
        waiting.push_back((channel, bytes));
        if waiting.len() > 3 {
            let (channel, bytes) = waiting.pop_front().expect("some wait");
            own.insert(bytes.clone());
            publisher.publish::<_, _, ()>(channel, bytes).await?;
            repeated.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_come_twice_and_late_change_nothing() {
    let server = replicas(3, &["--open"]);
    let mut crowd = Crowd::join(&server).await;
    let shared = server.backend().shared();
    let repeated = Arc::<AtomicU64>::default();
    let repeating =
        tokio::spawn(repeat(shared.redis_url[0].clone(), shared.deployment().to_owned(), Arc::clone(&repeated)));

    for _ in 0..20 {
        crowd.edit();
        crowd.saved(|_| true).await;
    }
    eventually("messages are repeated", async || (repeated.load(Ordering::Relaxed) > 20).then_some(())).await;
    crowd.edit();
    crowd.recovers("a Redis that repeats").await;

    assert!(!repeating.is_finished(), "{:?}", repeating.await);
    crowd.end(server).await;
}
