//! The fan-out of a deployment: publish and subscribe on one Redis.
//!
//! Promises: one connection, made again for ever; whatever may have been missed meanwhile is a gap for every line; a
//! connection that says nothing any more is noticed, because a replica hears its own heartbeat on it; no room ever waits for
//! Redis. A document's messages go over one of 256 channels, and a replica listens to those of its own documents.
//! On a cluster it is enough to reach one node: Redis passes such messages on to all.

mod connection;
mod server;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use self::server::{Failure, Server};
use super::exchange::Exchange;
use super::message::{BODY_BYTES_MAX, Envelope};
use super::{ALIVE_FOR, Fanout, Line, WayOut};
use crate::document::DocumentId;
use crate::replica::ReplicaId;
use crate::telemetry::metrics::Metrics;

/// Channels that documents are spread over: so many that replicas of some thousand documents each share few.
const CHANNELS: u64 = 256;

/// Messages and bytes on their way out: a tenth of a second of a busy replica, and two of the largest messages. Beyond, they
/// are lost, which the others notice.
const OUT_MESSAGES_MAX: usize = 8_192;
const OUT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// How long a join waits for its channel; without it, a gap comes when there is one.
const JOIN_PATIENCE: Duration = Duration::from_secs(1);

/// How long a replica that stops goes on to say what waits. Whoever misses it looks into the store within seconds.
const FAREWELL: Duration = Duration::from_secs(1);

/// Wait before the next try to connect: doubles between these.
const RETRY_MIN: Duration = Duration::from_millis(50);
const RETRY_MAX: Duration = Duration::from_secs(1);

/// Why Redis cannot be used as it is configured; one sentence for whoever starts the server.
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// The URL makes no sense.
    #[error("REDIS_URL cannot be understood: write redis://host:port, or several with commas between")]
    Url,
    /// It is there and refuses.
    #[error("Redis at {address} refuses: {what}")]
    Refused {
        /// Where, without the password.
        address: String,
        /// What it says.
        what: String,
    },
    /// It is there, and its certificate is not one that we trust.
    #[error("Redis at {address} is not trusted: {what} (SSL_CERT_FILE names a file of authorities that are)")]
    Untrusted {
        /// Where, without the password.
        address: String,
        /// Why.
        what: String,
    },
}

/// One replica on a Redis.
pub struct RedisFanout {
    exchange: Arc<Exchange>,
    way_out: Arc<RedisWay>,
}

/// What the lines and the task that speaks with Redis share.
struct RedisWay {
    exchange: Arc<Exchange>,
    names: Names,
    out: mpsc::Sender<Outgoing>,
    /// The bytes that may wait in `out`.
    room: Arc<Semaphore>,
    channels: watch::Sender<Channels>,
    metrics: Arc<Metrics>,
}

/// A message that waits to be published, and the room that it takes.
struct Outgoing {
    envelope: Envelope,
    _room: OwnedSemaphorePermit,
}

/// Which channels lines need, and which they have.
#[derive(Default)]
struct Channels {
    /// How many lines need each.
    wanted: BTreeMap<u64, usize>,
    /// Those that Redis has confirmed; nothing while there is no connection.
    confirmed: Option<BTreeSet<u64>>,
    /// Those whose lines do not wait any more, and must be told what they could not hear.
    owed_a_gap: BTreeSet<u64>,
}

impl Channels {
    fn is_confirmed(&self, channel: u64) -> bool {
        self.confirmed.as_ref().is_some_and(|confirmed| confirmed.contains(&channel))
    }
}

/// What a deployment calls things.
struct Names {
    deployment: String,
    number: u64,
}

/// The task that speaks with Redis.
pub struct RedisTask {
    servers: Vec<Server>,
    way: Arc<RedisWay>,
    out: mpsc::Receiver<Outgoing>,
}

impl RedisFanout {
    /// Whether a Redis that is there takes us: an error only when none does, and none may do so later. One that cannot be
    /// reached may.
    ///
    /// # Errors
    /// See [`RedisError`].
    pub async fn check(urls: &str) -> Result<(), RedisError> {
        let mut refused = None;
        for server in server::parse(urls)? {
            let error = match server.connect(|_| {}).await {
                Ok(_) => return Ok(()),
                Err(Failure::Unreachable(why)) => {
                    tracing::warn!(
                        address = server.address,
                        why,
                        "Redis cannot be reached yet; replicas do not hear each other"
                    );
                    return Ok(());
                }
                Err(Failure::Refused(what)) => RedisError::Refused { address: server.address, what },
                Err(Failure::Untrusted(what)) => RedisError::Untrusted { address: server.address, what },
            };
            refused.get_or_insert(error);
        }
        refused.map_or(Ok(()), Err)
    }

    /// A replica of a deployment, and the task that does the work: spawn [`RedisTask::run`]. Several addresses are tried in
    /// turn, for ever; [`RedisFanout::check`] says before whether that makes sense.
    ///
    /// # Errors
    /// [`RedisError::Url`].
    pub fn new(
        urls: &str,
        deployment: &str,
        replica: ReplicaId,
        metrics: Arc<Metrics>,
    ) -> Result<(Self, RedisTask), RedisError> {
        let servers = server::parse(urls)?;
        let exchange = Arc::new(Exchange::new(replica));
        let (sender, out) = mpsc::channel(OUT_MESSAGES_MAX);
        let way = Arc::new(RedisWay {
            exchange: Arc::clone(&exchange),
            names: Names::new(deployment),
            out: sender,
            room: Arc::new(Semaphore::new(OUT_BYTES_MAX)),
            channels: watch::Sender::default(),
            metrics,
        });
        let task = RedisTask { servers, way: Arc::clone(&way), out };
        Ok((Self { exchange, way_out: way }, task))
    }
}

impl Names {
    fn new(deployment: &str) -> Self {
        Self { deployment: deployment.to_owned(), number: hash(deployment) }
    }

    fn channel(&self, channel: u64) -> String {
        format!("calit:{}:{channel}", self.deployment)
    }

    /// Where heartbeats go.
    fn control(&self) -> String {
        format!("calit:{}:replicas", self.deployment)
    }
}

/// The same in every release: replicas of two releases meet during a deploy.
fn hash(text: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(text).into();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn channel_of(document: &DocumentId) -> u64 {
    hash(document.as_str()) % CHANNELS
}

#[async_trait]
impl Fanout for RedisFanout {
    fn replica(&self) -> ReplicaId {
        self.exchange.replica()
    }

    async fn join(&self, document: &DocumentId) -> Line {
        let channel = channel_of(document);
        let line = Line::new(&self.exchange, Arc::clone(&self.way_out) as Arc<dyn WayOut>, document);
        let channels = &self.way_out.channels;
        channels.send_modify(|channels| *channels.wanted.entry(channel).or_default() += 1);
        let is_decided = |channels: &Channels| channels.confirmed.is_none() || channels.is_confirmed(channel);
        let _ = timeout(JOIN_PATIENCE, channels.subscribe().wait_for(is_decided)).await;
        channels.send_if_modified(|channels| !channels.is_confirmed(channel) && channels.owed_a_gap.insert(channel));
        line
    }

    fn is_alive(&self, replica: ReplicaId) -> bool {
        self.exchange.is_alive(replica)
    }
}

impl WayOut for RedisWay {
    fn send(&self, envelope: Envelope) {
        let size = envelope.body.len();
        let is_lost = size > BODY_BYTES_MAX || {
            let room =
                u32::try_from(size).ok().and_then(|size| Arc::clone(&self.room).try_acquire_many_owned(size).ok());
            room.is_none_or(|room| self.out.try_send(Outgoing { envelope, _room: room }).is_err())
        };
        if is_lost {
            self.metrics.fanout_dropped.get("way_out").inc();
        }
    }

    fn left(&self, document: &DocumentId) {
        let channel = channel_of(document);
        self.channels.send_if_modified(|channels| {
            let Some(lines) = channels.wanted.get_mut(&channel) else { return false };
            *lines -= 1;
            let is_last = *lines == 0;
            if is_last {
                channels.wanted.remove(&channel);
                channels.owed_a_gap.remove(&channel);
            }
            is_last
        });
    }

    fn has_peers(&self) -> bool {
        self.exchange.has_peers()
    }
}

impl RedisTask {
    /// Speaks with Redis until `stop`, and then for a moment more if something waits to be said.
    pub async fn run(mut self, stop: CancellationToken) {
        let too_late = async {
            stop.cancelled().await;
            sleep(FAREWELL).await;
        };
        tokio::select! {
            () = too_late => {}
            () = self.work(&stop) => {}
        }
        self.disconnected();
    }

    async fn work(&mut self, stop: &CancellationToken) {
        let (mut delay, mut is_down) = (RETRY_MIN, false);
        for at in (0..self.servers.len()).cycle() {
            let began = Instant::now();
            let why = connection::speak_with(&self.servers[at], &self.way, &mut self.out, stop).await;
            if stop.is_cancelled() {
                return;
            }
            if self.disconnected() && began.elapsed() > ALIVE_FOR {
                (delay, is_down) = (RETRY_MIN, false);
            }
            if !is_down {
                tracing::warn!(address = self.servers[at].address, why, "no connection to Redis; trying again");
                is_down = true;
            }
            // Replicas come back spread out: half of the wait is this one's own.
            let own = u32::try_from(self.way.exchange.replica().get() % 512).unwrap_or_default();
            if timeout(delay / 2 + delay * own / 1024, stop.cancelled()).await.is_ok() {
                return;
            }
            delay = (delay * 2).min(RETRY_MAX);
        }
    }

    /// There is no connection; whether there was one.
    fn disconnected(&self) -> bool {
        self.way.metrics.fanout_connected.set(0);
        let mut was_connected = false;
        self.way.channels.send_modify(|channels| was_connected = channels.confirmed.take().is_some());
        was_connected
    }
}
