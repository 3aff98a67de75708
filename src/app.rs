//! The composition root: the only file that knows every part.
//!
//! Here the clock and randomness come in, the store is opened, and the parts are put together. [`Server::run`] serves until it
//! is told to stop, and returns when everything is stored.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use rand::Rng as _;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::Mode;
use crate::board::demo;
use crate::board::draft::BoardDraft;
use crate::board::history::Happening;
use crate::board::value::Stamp;
use crate::clock::Clock;
use crate::config::Config;
use crate::document::{Content, DocumentId, DocumentKind};
use crate::fanout::Fanout;
use crate::fanout::memory::MemoryBus;
use crate::fanout::redis::RedisFanout;
use crate::gateway::{self, Gateway};
use crate::replica::ReplicaId;
use crate::room::decoder::Decoder;
use crate::room::hub::{Hub, Services};
use crate::room::persistence::{LogWriter, LogWriterTask, Unsaved, WriterLimits};
use crate::shutdown::Shutdown;
use crate::store::directory::ServerLock;
use crate::store::metered::MeteredStore;
use crate::store::place::Place;
use crate::store::{Append, DocumentStore, Event, StoreError};
use crate::telemetry::metrics::Metrics;
use crate::transfer::calit;
use crate::workspace::{NewBoard, Workspace};

/// Connections that may wait to be accepted. The usual 128 are too few when everybody comes back at once: whoever does not
/// fit tries again a second later. The kernel lowers it to its own limit (`somaxconn`, 4,096 by default).
const LISTEN_BACKLOG: u32 = 4_096;

/// What the demo board's id is made of: the same for all replicas that start on one empty store.
const DEMO_BOARD: &[u8; 16] = b"the demo's board";

/// A server that is ready to serve.
pub struct Server {
    config: Config,
    replicas: Vec<Replica>,
    _lock: Option<ServerLock>,
}

impl Server {
    /// Opens the store and the ports.
    ///
    /// # Errors
    /// In one sentence for whoever starts the server: the data is in use, or too new, or a port is taken.
    pub async fn start(config: Config, shutdown: &Shutdown) -> anyhow::Result<Self> {
        if let Some(url) = &config.redis_url {
            // Before the store is migrated: whoever mistook one setting may have mistaken another.
            RedisFanout::check(url).await?;
        }
        let lock = config.store.lock_for_server()?;
        let store = config.store.open().await?;
        if config.mode != Mode::Closed {
            make_demo(store.as_ref(), &system_clock()).await?;
        }
        let bus = MemoryBus::new();
        let mut replicas = Vec::new();
        let (mut listen, mut admin_listen) = (config.listen, config.admin_listen);
        for _ in 0..config.replicas {
            let listeners = (bind(listen)?, bind(admin_listen)?);
            replicas.push(Replica::start(&config, Arc::clone(&store), &bus, listeners, shutdown).await?);
            listen.set_port(0);
            admin_listen.set_port(0);
        }
        Ok(Self { config, replicas, _lock: lock })
    }

    /// A line for each replica that tells where it listens.
    ///
    /// # Errors
    /// When the sockets have no address any more.
    pub fn greeting(&self) -> anyhow::Result<String> {
        let lines: anyhow::Result<Vec<String>> = self.replicas.iter().map(Replica::greeting).collect();
        Ok(lines?.join("\n"))
    }

    /// Serves until SIGTERM, then shuts down in order. Returns whether everything ended in time and was stored.
    ///
    /// # Errors
    /// When the signal handlers cannot be installed.
    pub async fn run(self, shutdown: Shutdown) -> anyhow::Result<bool> {
        let mut running = Vec::new();
        for Replica { gateway, listener, admin_listener, writer, voice } in self.replicas {
            let (tasks, stop) = (&shutdown.tasks, &shutdown.stop);
            tasks.spawn(gateway::serve(listener, gateway.clone().public(), tasks.clone(), stop.clone()));
            tasks.spawn(gateway::serve(admin_listener, gateway.clone().admin(), tasks.clone(), stop.clone()));
            running.push((gateway.metrics, writer, voice));
        }
        shutdown.requested().await?;
        tracing::info!("shutting down");
        running.iter().for_each(|(metrics, ..)| metrics.draining.set(1));
        let has_ended = shutdown.run(self.config.drain_grace).await;
        let mut is_stored = true;
        for (_, writer, voice) in running {
            is_stored &= writer.finish().await;
            voice.finish().await;
        }
        tracing::info!(has_ended, is_stored, "stopped");
        Ok(has_ended && is_stored)
    }
}

/// One replica: what a process is, unless it was asked to be several.
struct Replica {
    gateway: Gateway,
    writer: Writer,
    voice: Voice,
    listener: TcpListener,
    admin_listener: TcpListener,
}

impl Replica {
    async fn start(
        config: &Config,
        store: Arc<dyn DocumentStore>,
        bus: &MemoryBus,
        (listener, admin_listener): (TcpListener, TcpListener),
        shutdown: &Shutdown,
    ) -> anyhow::Result<Self> {
        let clock = system_clock();
        let metrics = Arc::new(Metrics::new().context("two metrics share a name")?);
        let store: Arc<dyn DocumentStore> = Arc::new(MeteredStore::new(store, Arc::clone(&metrics)));
        let (fanout, voice) = connect_fanout(config, bus, &metrics)?;
        let (log, log_task) = LogWriter::new(Arc::clone(&store), WriterLimits::default());
        let writer = Writer::spawn(log_task);
        let hub = Hub::new(Services {
            store: Arc::clone(&store),
            log,
            metrics: Arc::clone(&metrics),
            clock: clock.clone(),
            decoder: Decoder::Threads,
            tasks: shutdown.tasks.clone(),
            drain: shutdown.drain.clone(),
            room_bytes_max: config.room_bytes_max,
            server_client_id: server_client_id(),
            fanout,
            is_alone: matches!(config.store, Place::Directory(_)) && config.replicas == 1,
        });
        let workspace = Workspace::new(hub.clone(), Arc::clone(&store), clock, || rand::rng().random());
        let gateway = Gateway {
            hub,
            workspace,
            store,
            mode: config.mode,
            is_loopback: config.listen.ip().is_loopback(),
            metrics,
            shutdown: shutdown.refuse.clone(),
            tasks: shutdown.tasks.clone(),
        };
        Ok(Self { gateway, writer, voice, listener, admin_listener })
    }

    fn greeting(&self) -> anyhow::Result<String> {
        let (public, admin) = (self.listener.local_addr()?, self.admin_listener.local_addr()?);
        Ok(format!("listening on http://{public} (admin http://{admin})"))
    }
}

/// The way to other replicas, and the task that carries what is said.
fn connect_fanout(
    config: &Config,
    bus: &MemoryBus,
    metrics: &Arc<Metrics>,
) -> anyhow::Result<(Arc<dyn Fanout>, Voice)> {
    let (replica, voice) = (ReplicaId::new(rand::rng().random()), Voice::default());
    let Some(url) = &config.redis_url else {
        if let Place::Database(_) = config.store {
            tracing::info!("without REDIS_URL this is the only replica on its database");
        }
        return Ok((Arc::new(bus.replica(replica)), voice));
    };
    let (fanout, task) = RedisFanout::new(url, &config.deployment, replica, Arc::clone(metrics))?;
    voice.tasks.spawn(task.run(voice.stop.clone()));
    Ok((Arc::new(fanout), voice))
}

/// What carries this replica's words to the others; it outlives the rooms, which have something to say when they end.
#[derive(Default)]
struct Voice {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Voice {
    /// Lets it say what waits, for a moment.
    async fn finish(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// The task that writes the log; it outlives the rooms.
struct Writer {
    stop: CancellationToken,
    task: JoinHandle<Result<(), Unsaved>>,
}

impl Writer {
    fn spawn(task: LogWriterTask) -> Self {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let task = tasks.spawn(task.run(stop.clone()));
        Self { stop, task }
    }

    /// Lets it store what it has accepted; whether all of it is stored.
    async fn finish(self) -> bool {
        self.stop.cancel();
        match self.task.await {
            Ok(Ok(())) => true,
            Ok(Err(unsaved)) => {
                tracing::error!(%unsaved, "the log writer ran out of time");
                false
            }
            Err(_) => false,
        }
    }
}

fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(LISTEN_BACKLOG)
    };
    listen().with_context(|| format!("cannot listen on {address}"))
}

/// The system's clock; the only one.
#[expect(clippy::disallowed_methods, reason = "time comes in here and is passed down")]
pub fn system_clock() -> Clock {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Clock::new(move || u64::try_from(now().as_millis()).unwrap_or(u64::MAX))
}

/// A workspace that has no board gets the demo board.
async fn make_demo(store: &dyn DocumentStore, clock: &Clock) -> anyhow::Result<()> {
    let documents = store.list().await.context("the store cannot be read")?;
    if documents.iter().any(|document| document.id.kind() == DocumentKind::Board) {
        return Ok(());
    }
    let now_ms = clock.now_ms();
    let stamp = Stamp::new(i64::try_from(now_ms).unwrap_or(i64::MAX), demo::AUTHOR);
    let id = DocumentId::from_parts(DocumentKind::Board, DEMO_BOARD);
    let board = NewBoard::write(id, demo::board(stamp.at_ms), &stamp, server_client_id())?;
    match board.store(store).await {
        Ok(board) => {
            store_past(store, &board, demo::events(stamp.at_ms)).await.context("the demo's past cannot be stored")
        }
        // Another replica has started at the same moment.
        Err(StoreError::AlreadyExists(_)) => Ok(()),
        Err(error) => Err(error).context("the demo board cannot be stored"),
    }
}

/// Stores what happened on a board before it was there, oldest first. Rooms number what happens from the time of their
/// loading on, far above these.
async fn store_past(
    store: &dyn DocumentStore,
    board: &DocumentId,
    past: Vec<(i64, String, Happening)>,
) -> anyhow::Result<()> {
    let mut batch = Vec::new();
    for (number, (at_ms, author, Happening { subject, what })) in (1..).zip(past) {
        let event = Event { number, subject, body: serde_json::to_string(&what)? };
        batch.push(Append {
            document: board.clone(),
            updates: Vec::new(),
            author: author.into(),
            at_ms: u64::try_from(at_ms).unwrap_or_default(),
            events: vec![event],
            outcome: None,
        });
    }
    store.append(&batch).await?;
    Ok(())
}

/// Stores a whole board as a new document, whether or not a server runs on the store.
///
/// # Errors
/// When the draft contradicts itself or the store fails; then nothing is stored.
pub async fn store_board(store: &dyn DocumentStore, draft: BoardDraft, stamp: &Stamp) -> anyhow::Result<DocumentId> {
    let board = NewBoard::write(new_document_id(DocumentKind::Board), draft, stamp, server_client_id())?;
    Ok(board.store(store).await?)
}

/// Stores a board that came back from an export as a new document.
///
/// # Errors
/// When the store fails; then nothing is stored.
pub async fn store_import(
    store: &dyn DocumentStore,
    import: &calit::Import,
    stamp: &Stamp,
) -> anyhow::Result<DocumentId> {
    let updates = import.write_to(&mut Content::new(server_client_id()));
    let board = NewBoard::of(new_document_id(DocumentKind::Board), &import.name, updates, stamp);
    Ok(board.store(store).await?)
}

/// A fresh id for a document.
pub fn new_document_id(kind: DocumentKind) -> DocumentId {
    DocumentId::from_parts(kind, &rand::rng().random())
}

/// A fresh Yjs client id for the server's own edits, of the 32 bits that Yjs draws itself.
fn server_client_id() -> u64 {
    u64::from(rand::rng().random::<u32>())
}
