//! Stopping in order: signals become a token, and each step has its deadline.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long everything may take to end after the last connection was told: rooms flush for 10 s.
const END_TIMEOUT: Duration = Duration::from_secs(15);

/// The steps of a shutdown, as tokens that are cancelled in this order.
#[derive(Clone, Default)]
pub struct Shutdown {
    /// Refuse what is new: readiness is false, upgrades get 503.
    pub refuse: CancellationToken,
    /// Close what is there: rooms tell their members, flush and end.
    pub drain: CancellationToken,
    /// Stop accepting.
    pub stop: CancellationToken,
    /// Everything that runs.
    pub tasks: TaskTracker,
}

impl Shutdown {
    /// Waits for SIGTERM or Ctrl-C, or for `stop` to be cancelled by somebody else.
    ///
    /// # Errors
    /// When the signal handlers cannot be installed.
    pub async fn requested(&self) -> std::io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => {}
            outcome = tokio::signal::ctrl_c() => outcome?,
            () = self.stop.cancelled() => {}
        }
        Ok(())
    }

    /// Runs the steps: new upgrades are refused, then, after `grace`, members are told to come back elsewhere, rooms
    /// flush, and everything ends. Returns whether all of it ended in time.
    pub async fn run(&self, grace: Duration) -> bool {
        self.refuse.cancel();
        tokio::time::sleep(grace).await;
        self.drain.cancel();
        self.stop.cancel();
        self.tasks.close();
        tokio::time::timeout(END_TIMEOUT, self.tasks.wait()).await.is_ok()
    }
}
