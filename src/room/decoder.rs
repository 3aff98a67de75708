//! Where stored documents are decoded and boards are read: work that keeps a thread busy for as long as a document is large.

/// Where it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoder {
    /// Off the async workers.
    Threads,
    /// Where it is asked for: a simulation has one thread, and so one order of what happens.
    Here,
}

/// The work panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BrokeOff;

impl Decoder {
    pub(super) async fn run<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, BrokeOff> {
        match self {
            Self::Threads => tokio::task::spawn_blocking(work).await.map_err(|_| BrokeOff),
            Self::Here => Ok(work()),
        }
    }
}
