//! Every metric, in one list.
//!
//! Handles are looked up once, here: the hot path increments a counter, at most after comparing a handful of names. No
//! label carries a document or a user; all counters exist from zero. Names and units follow the Prometheus conventions.

use client_protocol::close_code::CloseCode;
use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

/// Buckets for durations on the hot path, in seconds: 10 µs to 2.5 s.
const FAST: &[f64] =
    &[1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1.0, 2.5];

/// Buckets for sizes, in bytes: 64 B to 16 MiB.
const BYTES: &[f64] =
    &[64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0];

/// Buckets for how long a connection lives, in seconds: a second to a day.
const LIFETIMES: &[f64] = &[1.0, 10.0, 60.0, 300.0, 1800.0, 3600.0, 14_400.0, 86_400.0];

/// Buckets for people in a room.
const PEERS: &[f64] = &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

/// Handles to every metric of this process.
#[expect(missing_docs, reason = "each field is described by the help text below, which /metrics shows")]
pub struct Metrics {
    registry: Registry,
    pub connections: IntGauge,
    pub upgrades: ByLabel,
    closed: IntCounterVec,
    pub connection_duration: Histogram,
    pub draining: IntGauge,
    pub rooms: ByKind,
    pub room_peers: Histogram,
    pub room_loads: ByLabel,
    pub room_evictions: IntCounter,
    pub room_bytes: IntGauge,
    pub messages_in: ByLabel,
    pub messages_out: IntCounter,
    pub bytes_in: IntCounter,
    pub bytes_out: IntCounter,
    pub message_size: Histogram,
    pub apply_duration: Histogram,
    pub history_duration: Histogram,
    pub fanout_duration: Histogram,
    pub sync_duration: Histogram,
    pub ack_duration: Histogram,
    pub slow_consumers: ByLabel,
    pub updates_collapsed: IntCounter,
    pub updates_refused: ByLabel,
    pub awareness_coalesced: IntCounter,
    pub unpersisted_updates: IntGauge,
    pub store: StoreOperations,
    pub compactions: IntCounter,
    pub quarantined: IntCounter,
    pub divergent_documents: IntGauge,
    pub fanout_messages: ByLabel,
    pub fanout_dropped: ByLabel,
    pub fanout_connected: IntGauge,
    pub rate_limited: IntCounter,
}

/// A counter with one label of a fixed set of values.
pub struct ByLabel(Vec<(&'static str, IntCounter)>);

impl ByLabel {
    /// The counter for `value`; the last of the set when the value is not in it.
    pub fn get(&self, value: &str) -> &IntCounter {
        let found = self.0.iter().find(|(name, _)| *name == value).or(self.0.last());
        &found.expect("every labelled counter is made with at least one value").1
    }
}

/// A gauge for each kind of document.
pub struct ByKind(IntGaugeVec);

impl ByKind {
    /// The gauge of one kind.
    pub fn get(&self, kind: &str) -> IntGauge {
        self.0.with_label_values(&[kind])
    }
}

/// The store's operations.
#[expect(missing_docs, reason = "each field is the operation it counts")]
pub struct StoreOperations {
    pub append: StoreOperation,
    pub load: StoreOperation,
    pub create: StoreOperation,
    pub compact: StoreOperation,
    pub other: StoreOperation,
}

/// One operation of the store.
#[expect(missing_docs, reason = "described by the help texts")]
pub struct StoreOperation {
    pub duration: Histogram,
    pub errors: IntCounter,
}

impl Metrics {
    /// Registers everything in a registry of its own, so that several servers fit into one process.
    ///
    /// # Errors
    /// When two metrics share a name: a mistake in this file.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let make = Maker { registry: &registry };
        let closed = make.counters("calit_ws_closed_total", "Closed connections.", &["code", "initiator"])?;
        for code in CloseCode::ALL {
            for initiator in ["client", "server"] {
                closed.with_label_values(&[code.number().to_string().as_str(), initiator]);
            }
        }
        let metrics = Self {
            connections: make.gauge("calit_ws_connections", "Open WebSocket connections.")?,
            upgrades: make.labelled(
                "calit_ws_upgrades_total",
                "WebSocket upgrades.",
                "result",
                &["accepted", "draining", "refused"],
            )?,
            closed,
            connection_duration: make.histogram(
                "calit_ws_connection_duration_seconds",
                "How long connections lived.",
                LIFETIMES,
            )?,
            draining: make.gauge("calit_draining", "1 while the server is shutting down.")?,
            rooms: ByKind(make.gauges("calit_rooms", "Documents held in memory.", &["kind"])?),
            room_peers: make.histogram("calit_room_peers", "Members of the room that was joined.", PEERS)?,
            room_loads: make.labelled(
                "calit_room_loads_total",
                "Documents loaded.",
                "result",
                &["loaded", "reloaded", "failed"],
            )?,
            room_evictions: make.counter("calit_room_evictions_total", "Idle rooms given up.")?,
            room_bytes: make.gauge("calit_room_bytes", "Estimated memory of all rooms.")?,
            messages_in: make.labelled(
                "calit_ws_messages_received_total",
                "Messages from clients.",
                "type",
                &["step1", "step2", "update", "awareness", "query_awareness", "command", "refused"],
            )?,
            messages_out: make.counter("calit_ws_deliveries_total", "Updates handed to members' sockets.")?,
            bytes_in: make.counter("calit_ws_received_bytes_total", "Bytes of messages from clients.")?,
            bytes_out: make.counter("calit_ws_sent_bytes_total", "Bytes handed to members' sockets.")?,
            message_size: make.histogram("calit_ws_message_size_bytes", "Size of messages from clients.", BYTES)?,
            apply_duration: make.histogram("calit_apply_duration_seconds", "Gate and apply of one update.", FAST)?,
            history_duration: make.histogram(
                "calit_history_duration_seconds",
                "Telling what an update did to a board, and putting right what it left.",
                FAST,
            )?,
            fanout_duration: make.histogram(
                "calit_fanout_duration_seconds",
                "From the first update of a turn until the last member's socket was written.",
                FAST,
            )?,
            sync_duration: make.histogram("calit_sync_duration_seconds", "Computing one answer to a step 1.", FAST)?,
            ack_duration: make.histogram(
                "calit_ack_duration_seconds",
                "From the end of a turn until its updates were durable.",
                FAST,
            )?,
            slow_consumers: make.labelled(
                "calit_slow_consumers_total",
                "Members whose socket could not keep up.",
                "action",
                &["collapsed", "closed"],
            )?,
            updates_collapsed: make.counter("calit_updates_collapsed_total", "Deliveries replaced by a later diff.")?,
            updates_refused: make.labelled(
                "calit_updates_refused_total",
                "Updates that were not let in.",
                "reason",
                &["gate", "gap", "broken", "viewer", "foreign_client_id", "store_full"],
            )?,
            awareness_coalesced: make.counter(
                "calit_awareness_coalesced_total",
                "Presence states replaced by a later one before they were sent.",
            )?,
            unpersisted_updates: make.gauge("calit_unpersisted_updates", "Updates on their way to the store.")?,
            store: make.store_operations()?,
            compactions: make.counter("calit_compactions_total", "Log prefixes replaced by a snapshot.")?,
            fanout_messages: make.labelled(
                "calit_fanout_messages_total",
                "Messages between replicas.",
                "direction",
                &["published", "received"],
            )?,
            fanout_dropped: make.labelled(
                "calit_fanout_dropped_total",
                "Messages between replicas that were lost or ignored.",
                "reason",
                &["way_out", "way_in", "oversized", "version", "deployment", "malformed"],
            )?,
            fanout_connected: make.gauge("calit_fanout_connected", "1 while there is a connection to Redis.")?,
            divergent_documents: make.gauge(
                "calit_divergent_documents",
                "Documents of which this replica has another copy than a peer, for longer than repairs take.",
            )?,
            quarantined: make.counter("calit_quarantined_total", "Updates kept aside for inspection.")?,
            rate_limited: make.counter("calit_rate_limited_total", "Times a connection was slowed down.")?,
            registry: registry.clone(),
        };
        make.build_info()?;
        make.process()?;
        Ok(metrics)
    }

    /// Counts a closed connection.
    pub fn connection_closed(&self, code: CloseCode, initiator: &str) {
        self.closed.with_label_values(&[code.number().to_string().as_str(), initiator]).inc();
    }

    /// The text that Prometheus scrapes.
    pub fn render(&self) -> String {
        let mut out = Vec::new();
        // Writing to a vector fails only when a metric family is malformed, which the registry refuses.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

struct Maker<'a> {
    registry: &'a Registry,
}

impl Maker<'_> {
    fn add<C: prometheus::core::Collector + Clone + 'static>(&self, collector: C) -> prometheus::Result<C> {
        self.registry.register(Box::new(collector.clone()))?;
        Ok(collector)
    }

    fn counter(&self, name: &str, help: &str) -> prometheus::Result<IntCounter> {
        self.add(IntCounter::new(name, help)?)
    }

    fn gauge(&self, name: &str, help: &str) -> prometheus::Result<IntGauge> {
        self.add(IntGauge::new(name, help)?)
    }

    fn histogram(&self, name: &str, help: &str, buckets: &[f64]) -> prometheus::Result<Histogram> {
        self.add(Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec()))?)
    }

    fn store_operations(&self) -> prometheus::Result<StoreOperations> {
        let errors = self.counters("calit_store_errors_total", "Store operations that failed.", &["op"])?;
        let operation = |op: &str| {
            let opts = HistogramOpts::new("calit_store_duration_seconds", "Time a store operation took.");
            let duration = self.add(Histogram::with_opts(opts.buckets(FAST.to_vec()).const_label("op", op))?)?;
            Ok::<_, prometheus::Error>(StoreOperation { duration, errors: errors.with_label_values(&[op]) })
        };
        Ok(StoreOperations {
            append: operation("append")?,
            load: operation("load")?,
            create: operation("create")?,
            compact: operation("compact")?,
            other: operation("other")?,
        })
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntCounterVec> {
        self.add(IntCounterVec::new(Opts::new(name, help), labels)?)
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntGaugeVec> {
        self.add(IntGaugeVec::new(Opts::new(name, help), labels)?)
    }

    fn labelled(&self, name: &str, help: &str, label: &str, values: &[&'static str]) -> prometheus::Result<ByLabel> {
        let counters = self.counters(name, help, &[label])?;
        Ok(ByLabel(values.iter().map(|value| (*value, counters.with_label_values(&[*value]))).collect()))
    }

    fn build_info(&self) -> prometheus::Result<()> {
        let opts = Opts::new("calit_build_info", "Always 1; the labels tell what runs.")
            .const_label("version", env!("CARGO_PKG_VERSION"))
            .const_label("protocol", client_protocol::frame::SUBPROTOCOL);
        self.add(IntGauge::with_opts(opts)?)?.set(1);
        Ok(())
    }

    fn process(&self) -> prometheus::Result<()> {
        self.registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_exported_from_zero() {
        let text = Metrics::new().expect("names are unique").render();

        for line in ["calit_ws_connections 0", "calit_ws_upgrades_total{result=\"accepted\"} 0", "calit_build_info{"] {
            assert!(text.contains(line), "{line} is missing in:\n{text}");
        }
    }
}
