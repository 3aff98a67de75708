//! A network between client and server: it can delay, throttle, stall, cut and drop, and lead to another server.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

/// Buffer of the kernel towards a throttled reader: small, so that the server feels the throttle.
const THROTTLED_BUFFER_BYTES: u32 = 4 * 1024;

/// How the network behaves.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weather {
    /// Each chunk is held back for this long, in both directions.
    pub(crate) delay: Duration,
    /// What the client gets at most; `None` is unlimited.
    pub(crate) bytes_per_second: Option<usize>,
    /// Nothing passes, and nobody is told.
    pub(crate) is_stalled: bool,
}

/// A listening proxy. It ends with the runtime. A cheap clone.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    first_upstream: SocketAddr,
    /// Connections that were accepted and led somewhere.
    connections: AtomicU64,
    /// `None` refuses. The port of a server that is gone may belong to another test's server in the next moment.
    upstream: Mutex<Option<SocketAddr>>,
    weather: watch::Sender<Weather>,
    /// Bytes that may still come from the upstream; what comes behind them is lost without a word.
    answers: AtomicUsize,
    /// Counts cuts; every connection ends at the next one.
    cuts: watch::Sender<u64>,
}

impl Proxy {
    pub(crate) async fn to(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared {
            first_upstream: upstream,
            connections: AtomicU64::new(0),
            upstream: Mutex::new(Some(upstream)),
            weather: watch::Sender::new(Weather::default()),
            answers: AtomicUsize::new(usize::MAX),
            cuts: watch::Sender::new(0),
        });
        tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { address, shared }
    }

    /// From the next connection on, leads to this server.
    pub(crate) fn lead_to(&self, upstream: SocketAddr) {
        self.shared.lead_to(Some(upstream));
    }

    /// From the next connection on, refuses. To be said before a server is stopped.
    pub(crate) fn lead_nowhere(&self) {
        self.shared.lead_to(None);
    }

    /// From the next connection on, leads to where it led at first.
    pub(crate) fn lead_back(&self) {
        self.shared.lead_to(Some(self.shared.first_upstream));
    }

    /// How many connections it has led to an upstream.
    pub(crate) fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn weather(&self, weather: Weather) {
        self.shared.weather.send_replace(weather);
    }

    /// Lets so many more bytes come from the upstream and drops all others, while what goes there arrives.
    pub(crate) fn drop_answers_after(&self, bytes: usize) {
        self.shared.answers.store(bytes, Ordering::Relaxed);
    }

    /// Ends every connection, of which some may have lost bytes, and drops nothing any more.
    pub(crate) fn cut_and_pass_answers(&self) {
        self.cut();
        self.shared.answers.store(usize::MAX, Ordering::Relaxed);
    }

    /// Ends every connection, wherever in a frame it is.
    pub(crate) fn cut(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }
}

impl Shared {
    fn lead_to(&self, upstream: Option<SocketAddr>) {
        *self.upstream.lock().unwrap_or_else(PoisonError::into_inner) = upstream;
    }

    /// How many of so many bytes of the upstream may pass.
    fn passing(&self, len: usize) -> usize {
        let spend = |left: usize| Some(if left == usize::MAX { left } else { left.saturating_sub(len) });
        let left = self.answers.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend);
        left.unwrap_or_else(|left| left).min(len)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        tokio::spawn(connect(client, Arc::clone(&shared)));
    }
}

async fn connect(client: TcpStream, shared: Arc<Shared>) {
    let Some(upstream) = *shared.upstream.lock().unwrap_or_else(PoisonError::into_inner) else { return };
    shared.connections.fetch_add(1, Ordering::Relaxed);
    let Ok(socket) = TcpSocket::new_v4() else { return };
    if shared.weather.borrow().bytes_per_second.is_some()
        && socket.set_recv_buffer_size(THROTTLED_BUFFER_BYTES).is_err()
    {
        return;
    }
    let mut cuts = shared.cuts.subscribe();
    let Ok(server) = socket.connect(upstream).await else { return };
    let (_, _) = (client.set_nodelay(true), server.set_nodelay(true));
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        () = pump(from_client, to_server, &shared, false) => {}
        () = pump(from_server, to_client, &shared, true) => {}
        _ = cuts.changed() => {}
    }
}

/// Passes bytes on until one side ends.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, shared: &Shared, is_down: bool) {
    let mut weather = shared.weather.subscribe();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(now) = weather.wait_for(|weather| !weather.is_stalled).await.map(|now| *now) else { return };
        let rate = now.bytes_per_second.filter(|_| is_down);
        // Ten portions a second.
        let most = rate.map_or(buffer.len(), |rate| (rate / 10).clamp(1, buffer.len()));
        let Ok(len @ 1..) = from.read(&mut buffer[..most]).await else { return };
        let pause = if rate.is_some() { Duration::from_millis(100) } else { now.delay };
        if !pause.is_zero() {
            // A change of the weather ends the pause early.
            tokio::select! {
                () = sleep(pause) => {}
                _ = weather.changed() => {}
            }
        }
        if weather.wait_for(|weather| !weather.is_stalled).await.is_err() {
            return;
        }
        let len = if is_down { shared.passing(len) } else { len };
        if to.write_all(&buffer[..len]).await.is_err() {
            return;
        }
    }
}
