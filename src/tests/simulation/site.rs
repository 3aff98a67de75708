//! Where one replica runs: whether it is alive, and what it can reach.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

/// The surroundings of one replica; a crash ends them for good. A cheap clone.
#[derive(Clone, Default)]
pub(super) struct Site(Arc<Surroundings>);

#[derive(Default)]
struct Surroundings {
    dead: CancellationToken,
    has_no_store: AtomicBool,
    has_no_bus: AtomicBool,
}

impl Site {
    /// Nothing that this replica does from here on reaches anybody.
    pub(super) fn crash(&self) {
        self.0.dead.cancel();
    }

    pub(super) fn is_dead(&self) -> bool {
        self.0.dead.is_cancelled()
    }

    pub(super) async fn death(&self) {
        self.0.dead.cancelled().await;
    }

    pub(super) fn cut_store(&self, is_cut: bool) {
        self.0.has_no_store.store(is_cut, Ordering::Relaxed);
    }

    pub(super) fn has_store(&self) -> bool {
        !self.0.has_no_store.load(Ordering::Relaxed)
    }

    /// Whether that was news.
    pub(super) fn cut_bus(&self, is_cut: bool) -> bool {
        self.0.has_no_bus.swap(is_cut, Ordering::Relaxed) != is_cut
    }

    pub(super) fn has_bus(&self) -> bool {
        !self.is_dead() && !self.0.has_no_bus.load(Ordering::Relaxed)
    }
}

/// Whether anything goes wrong at all; a simulation ends with a calm. A cheap clone.
#[derive(Clone, Default)]
pub(super) struct Weather(Arc<AtomicBool>);

impl Weather {
    pub(super) fn calm(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_calm(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
