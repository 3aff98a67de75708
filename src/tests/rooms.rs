//! Rooms in this process, joined by the door that the gateway uses, for what cannot be reached over the wire: there is no
//! way to become a viewer before there are rights, and a full queue to the store takes more than a test may send.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use calit::clock::Clock;
use calit::document::{DocumentId, DocumentKind};
use calit::fanout::memory::MemoryBus;
use calit::replica::ReplicaId;
use calit::room::decoder::Decoder;
use calit::room::hub::{Hub, RoomHandle, Services};
use calit::room::outbox::Outbox;
use calit::room::persistence::{LogWriter, WriterLimits};
use calit::room::session::{Dialect, Newcomer, SessionKey};
use calit::store::directory::DataDirectory;
use calit::store::sqlite::SqliteStore;
use calit::store::{DocumentStore, NewDocument};
use calit::telemetry::metrics::Metrics;
use client_protocol::close_code::CloseCode;
use client_protocol::frame::{ClientMessage, ClientMessages, ReceivedMessage, Role};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::harness::author::{Author, set, value};
use crate::harness::eventually;
use crate::harness::socket::apply;
use crate::storage::{hold, release};

/// The document of these tests, which has no schema.
fn note() -> DocumentId {
    DocumentId::from_parts(DocumentKind::Note, &[7; 16])
}

/// The document's room, in a hub over a store of its own.
async fn room(folder: &TempDir, limits: WriterLimits) -> RoomHandle {
    let directory = DataDirectory::open(folder.path()).expect("a directory");
    let store: Arc<dyn DocumentStore> = Arc::new(SqliteStore::open(&directory).await.expect("a store"));
    let new = NewDocument { id: note(), name: "Notes".into(), author: "test".into(), created_at_ms: 1 };
    store.create(&new, &[]).await.expect("an empty document");
    let (log, writer) = LogWriter::new(Arc::clone(&store), limits);
    tokio::spawn(writer.run(CancellationToken::new()));
    let hub = Hub::new(Services {
        store,
        log,
        metrics: Arc::new(Metrics::new().expect("names are unique")),
        clock: Clock::new(|| 1_000),
        decoder: Decoder::Threads,
        tasks: TaskTracker::new(),
        drain: CancellationToken::new(),
        room_bytes_max: u64::MAX,
        server_client_id: 1,
        fanout: Arc::new(MemoryBus::new().replica(ReplicaId::new(1))),
        is_alone: true,
    });
    hub.open(&note()).await.expect("the document opens")
}

/// What a member was sent, frame by frame.
#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Vec<u8>>>);

impl Wire {
    fn newcomer(&self, role: Role) -> Newcomer {
        let bytes = Arc::clone(&self.0);
        let try_write = move |sent: &[u8]| -> io::Result<usize> {
            bytes.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(sent);
            Ok(sent.len())
        };
        let outbox = Arc::new(Outbox::new(Box::new(try_write)));
        Newcomer { outbox, dialect: Dialect::Calit, role, user: None }
    }

    /// All messages so far; those of this test have short frames.
    fn messages(&self) -> Vec<ReceivedMessage> {
        let bytes = Bytes::from(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone());
        let (mut messages, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let end = at + 2 + usize::from(bytes[at + 1]);
            messages.push(ReceivedMessage::parse(bytes.slice(at + 2..end)).expect("a message of the server"));
            at = end;
        }
        messages
    }
}

impl Wire {
    fn updates(&self) -> usize {
        self.messages().iter().filter(|message| matches!(message, ReceivedMessage::Update(_))).count()
    }

    /// How often the room has asked for what it lacks.
    fn questions(&self) -> usize {
        self.messages().iter().filter(|message| matches!(message, ReceivedMessage::SyncStep1(_))).count()
    }

    fn acked(&self) -> u64 {
        let frames = |message: &ReceivedMessage| match message {
            ReceivedMessage::Ack { frames, .. } => Some(*frames),
            _ => None,
        };
        self.messages().iter().filter_map(frames).max().unwrap_or(0)
    }
}

/// Hands a message to the room.
async fn say(room: &RoomHandle, session: SessionKey, message: ClientMessage) {
    room.messages(session, messages(message)).await.expect("the room is there");
}

fn messages(message: ClientMessage) -> ClientMessages {
    let mut frame = Vec::new();
    message.write(&mut frame);
    ClientMessages::parse(frame.into()).expect("a message of a client")
}

/// [SY8]
#[tokio::test]
async fn a_viewers_updates_do_nothing_and_it_is_told() {
    let folder = TempDir::new().expect("a folder");
    let room = room(&folder, WriterLimits::default()).await;
    let (viewer, editor) = (Wire::default(), Wire::default());
    let viewing = room.join(viewer.newcomer(Role::Viewer)).await.expect("the room is there");
    let editing = room.join(editor.newcomer(Role::Editor)).await.expect("the room is there");
    let (theirs, ours) = (Author::new(5), Author::new(6));

    say(&room, viewing, ClientMessage::Update(theirs.set("viewer", "was here"))).await;
    say(&room, viewing, ClientMessage::SyncStep2(theirs.state())).await;
    say(&room, editing, ClientMessage::Update(ours.edit(|txn| set(txn, "editor", "1")))).await;
    say(&room, editing, ClientMessage::SyncStep1(Bytes::from_static(&[0]))).await;

    let state = eventually("the editor's answer", async || {
        editor.messages().into_iter().find_map(|message| match message {
            ReceivedMessage::SyncStep2(update) => Some(update),
            _ => None,
        })
    });
    let doc = yrs::Doc::new();
    apply(&doc, &state.await);
    assert_eq!((value(&doc, "viewer"), value(&doc, "editor").as_deref()), (None, Some("1")));
    let refused = u64::from(CloseCode::Forbidden.number());
    let is_refusal =
        |message: &ReceivedMessage| matches!(message, ReceivedMessage::Refused { code, .. } if *code == refused);
    let told = viewer.messages();
    assert_eq!(told.iter().filter(|message| is_refusal(message)).count(), 2);
    assert!(matches!(told[0], ReceivedMessage::Welcome { role: Role::Viewer, .. }));
    assert!(!told.iter().any(|message| matches!(message, ReceivedMessage::Ack { .. })), "{told:?}");
    let from_viewer = |message: &ReceivedMessage| matches!(message, ReceivedMessage::Update(_));
    assert!(!editor.messages().iter().any(from_viewer), "a viewer's update reached the others");
}

/// [AC4] [AC3]
#[tokio::test]
async fn edits_that_the_queue_has_no_room_for_are_set_aside_and_fetched_later() {
    let folder = TempDir::new().expect("a folder");
    let room = room(&folder, WriterLimits { queue_entries: 1, ..WriterLimits::default() }).await;
    let (author_wire, other_wire) = (Wire::default(), Wire::default());
    let editing = room.join(author_wire.newcomer(Role::Editor)).await.expect("the room is there");
    let other = room.join(other_wire.newcomer(Role::Editor)).await.expect("the room is there");
    say(&room, other, ClientMessage::SyncStep1(Bytes::from_static(&[0]))).await;
    let (author, lock) = (Author::new(5), hold(folder.path()).await);

    // The first waits for the store, the second for the queue, the third is not taken in.
    for (number, key) in (1..).zip(["first", "second", "third"]) {
        say(&room, editing, ClientMessage::Update(author.set(key, "1"))).await;
        let relayed = number.min(2);
        eventually("the others see it", async || (other_wire.updates() == relayed).then_some(())).await;
    }
    let is_warning = |message: &ReceivedMessage| matches!(message, ReceivedMessage::Storage { ok: false, .. });
    eventually("a warning", async || author_wire.messages().iter().any(is_warning).then_some(())).await;
    assert_eq!((author_wire.acked(), author_wire.questions()), (0, 1));
    release(lock).await;

    eventually("the room asks for what it set aside", async || (author_wire.questions() == 2).then_some(())).await;
    assert!(author_wire.acked() < 3, "an acknowledgement before the step 2");
    say(&room, editing, ClientMessage::SyncStep2(author.state())).await;
    eventually("everything is acknowledged", async || (author_wire.acked() == 4).then_some(())).await;
    assert_eq!(other_wire.updates(), 3);
}

/// [CM4]
#[tokio::test]
async fn a_viewers_command_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let room = room(&folder, WriterLimits::default()).await;
    let viewer = Wire::default();
    let viewing = room.join(viewer.newcomer(Role::Viewer)).await.expect("the room is there");

    let json = "{\"do\":\"rename_board\",\"name\":\"Mine\"}".into();
    say(&room, viewing, ClientMessage::Command { key: "k".into(), json }).await;

    let is_refusal = |message: &ReceivedMessage| matches!(message, ReceivedMessage::Outcome { ok: false, json, .. } if json.contains("forbidden"));
    eventually("the outcome", async || viewer.messages().iter().any(is_refusal).then_some(())).await;
}
