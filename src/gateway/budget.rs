//! A token bucket: how much a connection may send before its reading pauses.
//!
//! Pausing instead of closing: TCP pushes back on the sender, nothing is lost, and the room keeps its time for others.

use std::time::Duration;

use tokio::time::Instant;

/// Messages a second that a connection may send for ever. A person typing and dragging makes 30.
const MESSAGES_PER_SECOND: f64 = 500.0;

/// Messages at once, after a pause: a long queue of edits made offline.
const MESSAGES_BURST: f64 = 2_000.0;

/// A kibibyte costs as much as a message: 500 KiB a second for ever, 2 MB at once after a pause; the largest step 2
/// (8 MiB) then pauses its sender for some 12 s.
const BYTES_PER_MESSAGE: f64 = 1024.0;

/// What one connection may still send.
pub(super) struct Budget {
    tokens: f64,
    at: Instant,
}

impl Budget {
    pub(super) fn new(now: Instant) -> Self {
        Self { tokens: MESSAGES_BURST, at: now }
    }

    /// Takes the cost of one message; returns how long to pause before the next read, if at all.
    pub(super) fn spend(&mut self, now: Instant, bytes: usize, weight: f64) -> Option<Duration> {
        let refill = now.duration_since(self.at).as_secs_f64() * MESSAGES_PER_SECOND;
        self.tokens = (self.tokens + refill).min(MESSAGES_BURST) - weight - bytes as f64 / BYTES_PER_MESSAGE;
        self.at = now;
        (self.tokens < 0.0).then(|| Duration::from_secs_f64(-self.tokens / MESSAGES_PER_SECOND))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_pauses() {
        let now = Instant::now();
        let mut budget = Budget::new(now);
        for _ in 0..1_000 {
            assert_eq!(budget.spend(now, 80, 1.0), None);
        }

        let pauses = (0..10_000).filter(|_| budget.spend(now, 80, 1.0).is_some()).count();
        assert!(pauses > 8_000, "{pauses}");
        assert_eq!(budget.spend(now + Duration::from_secs(60), 80, 1.0), None);
    }
}
