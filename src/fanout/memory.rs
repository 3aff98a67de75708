//! Replicas inside of one process: the embedded server, which is the only one on its bus, and tests, which may give the bus
//! a network that loses, repeats, delays and cuts off.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use async_trait::async_trait;

use super::exchange::Exchange;
use super::message::Envelope;
use super::{Fanout, Line, WayOut};
use crate::document::DocumentId;
use crate::replica::ReplicaId;

/// Joins the replicas of one process. A cheap clone.
#[derive(Clone, Default)]
pub struct MemoryBus(Arc<Bus>);

#[derive(Default)]
struct Bus {
    replicas: Mutex<Vec<Weak<Exchange>>>,
    /// What carries deliveries; without it they arrive at once.
    network: Option<Box<Network>>,
}

type Network = dyn Fn(Delivery) + Send + Sync;

/// One replica on a [`MemoryBus`].
pub struct MemoryFanout {
    exchange: Arc<Exchange>,
    bus: MemoryBus,
}

/// A message or a heartbeat on its way to one other replica.
#[derive(Clone)]
pub struct Delivery {
    from: ReplicaId,
    to: ReplicaId,
    exchange: Weak<Exchange>,
    /// Nothing in a heartbeat.
    envelope: Option<Envelope>,
}

impl Delivery {
    /// Who sent it.
    pub fn from(&self) -> ReplicaId {
        self.from
    }

    /// Where it goes.
    pub fn to(&self) -> ReplicaId {
        self.to
    }

    /// It arrives: once for each call, whenever that is.
    pub fn arrive(&self) {
        let Some(exchange) = self.exchange.upgrade() else { return };
        match &self.envelope {
            Some(envelope) => {
                exchange.deliver(envelope);
            }
            None => exchange.hear_of(self.from),
        }
    }
}

impl MemoryBus {
    /// A bus without replicas.
    pub fn new() -> Self {
        Self::default()
    }

    /// A bus over a network, which decides for each delivery when it arrives, and whether. A replica is then alive for as
    /// long as others hear it: [`MemoryBus::beat`].
    pub fn over(network: impl Fn(Delivery) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Bus { replicas: Mutex::default(), network: Some(Box::new(network)) }))
    }

    /// Puts a replica on the bus, until it is dropped.
    pub fn replica(&self, replica: ReplicaId) -> MemoryFanout {
        let exchange = Arc::new(Exchange::new(replica));
        self.0.replicas.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&exchange));
        MemoryFanout { exchange, bus: self.clone() }
    }

    /// A replica says that it is alive.
    pub fn beat(&self, replica: ReplicaId) {
        self.send(replica, None);
    }

    /// A replica is back on the network, and may have missed anything.
    pub fn gap(&self, replica: ReplicaId) {
        let exchanges = self.exchanges();
        exchanges.iter().filter(|exchange| exchange.replica() == replica).for_each(|exchange| exchange.gap(|_| true));
    }

    fn send(&self, from: ReplicaId, envelope: Option<&Envelope>) {
        for exchange in self.exchanges().iter().filter(|exchange| exchange.replica() != from) {
            let (to, exchange) = (exchange.replica(), Arc::downgrade(exchange));
            let delivery = Delivery { from, to, exchange, envelope: envelope.cloned() };
            match &self.0.network {
                Some(network) => network(delivery),
                None => delivery.arrive(),
            }
        }
    }

    fn exchanges(&self) -> Vec<Arc<Exchange>> {
        let mut replicas = self.0.replicas.lock().unwrap_or_else(PoisonError::into_inner);
        replicas.retain(|exchange| exchange.strong_count() > 0);
        replicas.iter().filter_map(Weak::upgrade).collect()
    }
}

/// The way out of one replica on the bus.
struct MemoryWay {
    bus: MemoryBus,
    exchange: Arc<Exchange>,
}

impl WayOut for MemoryWay {
    fn send(&self, envelope: Envelope) {
        self.bus.send(self.exchange.replica(), Some(&envelope));
    }

    fn left(&self, _: &DocumentId) {}

    fn has_peers(&self) -> bool {
        match self.bus.0.network {
            Some(_) => self.exchange.has_peers(),
            None => self.bus.exchanges().iter().any(|exchange| exchange.replica() != self.exchange.replica()),
        }
    }
}

#[async_trait]
impl Fanout for MemoryFanout {
    fn replica(&self) -> ReplicaId {
        self.exchange.replica()
    }

    async fn join(&self, document: &DocumentId) -> Line {
        let way_out = MemoryWay { bus: self.bus.clone(), exchange: Arc::clone(&self.exchange) };
        Line::new(&self.exchange, Arc::new(way_out), document)
    }

    fn is_alive(&self, replica: ReplicaId) -> bool {
        match self.bus.0.network {
            Some(_) => self.exchange.is_alive(replica),
            None => self.bus.exchanges().iter().any(|exchange| exchange.replica() == replica),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fanout::contract::{self, Network};

    impl Network for MemoryBus {
        type Replica = MemoryFanout;

        async fn replica(&self, number: u64) -> MemoryFanout {
            MemoryBus::replica(self, ReplicaId::new(number))
        }
    }

    contract::tests!(MemoryBus::new());
}
