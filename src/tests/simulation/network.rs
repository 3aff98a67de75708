//! The network between replicas: it delays, loses, repeats and overtakes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use calit::fanout::memory::{Delivery, MemoryBus};
use calit::replica::ReplicaId;
use tokio::time::{Instant, sleep_until};

use super::site::{Site, Weather};
use super::trace::Trace;
use crate::harness::seed::Random;

/// The bus of all replicas, and who is on it. A cheap clone.
#[derive(Clone)]
pub(super) struct Network {
    pub(super) bus: MemoryBus,
    sites: Arc<Mutex<BTreeMap<ReplicaId, Site>>>,
}

struct Wires {
    random: Random,
    weather: Weather,
    trace: Trace,
    /// One in so many deliveries is lost, repeated, late.
    trouble: u64,
    /// When the last delivery from one to another arrives: those after it come behind it.
    last: BTreeMap<(ReplicaId, ReplicaId), Instant>,
}

impl Network {
    pub(super) fn new(mut random: Random, weather: Weather, trace: Trace) -> Self {
        let trouble = [10, 30, 200, 1_000_000][random.below(4) as usize];
        let wires = Mutex::new(Wires { random, weather, trace, trouble, last: BTreeMap::new() });
        let sites = Arc::<Mutex<BTreeMap<ReplicaId, Site>>>::default();
        let all = Arc::clone(&sites);
        let bus = MemoryBus::over(move |delivery| {
            let ends = {
                let sites = all.lock().unwrap_or_else(PoisonError::into_inner);
                sites.get(&delivery.from()).cloned().zip(sites.get(&delivery.to()).cloned())
            };
            if let Some((from, to)) = ends.filter(|(from, to)| from.has_bus() && to.has_bus()) {
                wires.lock().unwrap_or_else(PoisonError::into_inner).carry(delivery, &from, &to);
            }
        });
        Self { bus, sites }
    }

    pub(super) fn add(&self, replica: ReplicaId, site: &Site) {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner).insert(replica, site.clone());
    }
}

impl Wires {
    fn carry(&mut self, delivery: Delivery, from: &Site, to: &Site) {
        let is_calm = self.weather.is_calm();
        let now = Instant::now();
        let last = self.last.entry((delivery.from(), delivery.to())).or_insert(now);
        let usual = (now + Duration::from_millis(1 + self.random.below(if is_calm { 3 } else { 25 }))).max(*last);
        let fate = if is_calm { u64::MAX } else { self.random.below(self.trouble * 3) };
        let dues = match fate {
            0 => Vec::new(),
            1 => vec![usual, usual + Duration::from_millis(self.random.below(50))],
            2 => vec![usual + Duration::from_millis(self.random.below(4_000))],
            _ => {
                *last = usual;
                vec![usual]
            }
        };
        if fate < 3 {
            let what = ["is lost", "comes twice", "is late"][fate as usize];
            self.trace.note(format_args!("bus {} to {} {what}", delivery.from(), delivery.to()));
        }
        for due in dues {
            let (delivery, from, to) = (delivery.clone(), from.clone(), to.clone());
            tokio::spawn(async move {
                sleep_until(due).await;
                // What is on its way when a replica is cut off is lost with the connection.
                if to.has_bus() && (from.is_dead() || from.has_bus()) {
                    delivery.arrive();
                }
            });
        }
    }
}
