//! Passing what one replica takes in to the other replicas that have the same document open.
//!
//! Promises: nothing but hints. A message is delivered at most once, in order for each origin, never to whoever published it;
//! what is lost is *noticed*: it becomes [`Heard::Gap`]. So whoever listens must be able to repair itself from the store or
//! from a peer, and must be right without any message at all.
//! Knows nothing of documents' contents: a message's body is bytes, which the room checks as it checks a socket's.
//! Start with [`Fanout`]; `memory.rs` joins replicas inside of one process, `redis.rs` those of a deployment, `contract.rs`
//! is the suite that both pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use self::exchange::{Exchange, Queue};
use self::message::Envelope;
use crate::document::DocumentId;
use crate::replica::ReplicaId;

#[cfg(test)]
mod contract;
mod exchange;
pub mod memory;
mod message;
pub mod redis;

/// How long after it was last heard a replica counts as alive. It is heard once a second at least.
pub const ALIVE_FOR: Duration = Duration::from_secs(3);

/// What arrives on a [`Line`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A message.
    Message {
        /// Who published it.
        from: ReplicaId,
        /// What it says.
        body: Bytes,
    },
    /// Messages may be missing: of one replica, or (`None`) of any, as after a reconnect or when too much was waiting.
    Gap {
        /// Whose.
        from: Option<ReplicaId>,
    },
}

/// Passes messages between replicas. See the module for what is promised, and what not.
#[async_trait]
pub trait Fanout: Send + Sync {
    /// Who this replica is.
    fn replica(&self) -> ReplicaId;

    /// Begins to listen for a document. Whatever another replica publishes after this has returned is heard, or a gap is.
    /// Returns at once, with a gap to come, when the others cannot be reached.
    async fn join(&self, document: &DocumentId) -> Line;

    /// Whether a replica was heard lately. One that has died is no longer alive [`ALIVE_FOR`] later.
    fn is_alive(&self, replica: ReplicaId) -> bool;
}

/// One document's way to the other replicas. Dropping it leaves.
pub struct Line {
    document: DocumentId,
    exchange: Arc<Exchange>,
    queue: Arc<Queue>,
    way_out: Arc<dyn WayOut>,
    /// Tells this line from earlier ones of the same document.
    epoch: u64,
    counter: u64,
    /// Something may have been left unsaid since the last message, because nobody else seemed to be there.
    was_alone: AtomicBool,
}

/// How messages leave a replica.
trait WayOut: Send + Sync {
    /// Passes a message on without waiting, or loses it.
    fn send(&self, envelope: Envelope);

    /// A line of this document is gone.
    fn left(&self, document: &DocumentId);

    /// Whether any other replica may be listening.
    fn has_peers(&self) -> bool;
}

impl Line {
    fn new(exchange: &Arc<Exchange>, way_out: Arc<dyn WayOut>, document: &DocumentId) -> Self {
        let (queue, epoch) = exchange.join(document);
        let (document, exchange, was_alone) = (document.clone(), Arc::clone(exchange), AtomicBool::new(false));
        Self { document, exchange, queue, way_out, epoch, counter: 0, was_alone }
    }

    /// Whether anybody else may be listening. If not, publishing does nothing, and the caller need not encode.
    pub fn has_peers(&self) -> bool {
        let has_peers = self.way_out.has_peers();
        if !has_peers {
            self.was_alone.store(true, Ordering::Relaxed);
        }
        has_peers
    }

    /// Passes a message on, without waiting. What the way out has no room for is lost, and the others notice.
    pub fn publish(&mut self, body: Bytes) {
        if !self.has_peers() {
            return;
        }
        if self.was_alone.swap(false, Ordering::Relaxed) {
            // A replica that only seemed to be gone, as one that stood still, must notice what it was not told.
            self.counter += 1;
        }
        let (origin, document) = (self.exchange.replica(), self.document.clone());
        self.way_out.send(Envelope { origin, epoch: self.epoch, counter: self.counter, document, body });
        self.counter += 1;
    }

    /// The next message or gap. Dropping the future loses none.
    pub async fn hear(&mut self) -> Heard {
        self.queue.next().await
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.exchange.leave(&self.document, &self.queue);
        self.way_out.left(&self.document);
    }
}
