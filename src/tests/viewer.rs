//! A viewer of a live room. There is no way to become one over the wire before there are rights, so this one joins the
//! room in this process, by the door that the gateway uses: [SY8].

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use calit::clock::Clock;
use calit::document::{DocumentId, DocumentKind};
use calit::room::hub::{Hub, Services};
use calit::room::outbox::Outbox;
use calit::room::persistence::{LogWriter, WriterLimits};
use calit::room::session::{Dialect, Newcomer};
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

/// A hub over a store of its own.
async fn hub(folder: &TempDir, document: &DocumentId) -> Hub {
    let directory = DataDirectory::open(folder.path()).expect("a directory");
    let store: Arc<dyn DocumentStore> = Arc::new(SqliteStore::open(&directory).await.expect("a store"));
    let new = NewDocument { id: document.clone(), name: "Notes".into(), author: "test".into(), created_at_ms: 1 };
    store.create(&new, &[]).await.expect("an empty document");
    let (log, writer) = LogWriter::new(Arc::clone(&store), WriterLimits::default());
    tokio::spawn(writer.run(CancellationToken::new()));
    Hub::new(Services {
        store,
        log,
        metrics: Arc::new(Metrics::new().expect("names are unique")),
        clock: Clock::new(|| 1_000),
        tasks: TaskTracker::new(),
        drain: CancellationToken::new(),
        room_bytes_max: u64::MAX,
        server_client_id: 1,
    })
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

fn messages(message: ClientMessage) -> ClientMessages {
    let mut frame = Vec::new();
    message.write(&mut frame);
    ClientMessages::parse(frame.into()).expect("a message of a client")
}

/// [SY8]
#[tokio::test]
async fn a_viewers_updates_do_nothing_and_it_is_told() {
    let folder = TempDir::new().expect("a folder");
    let document = DocumentId::from_parts(DocumentKind::Note, &[7; 16]);
    let room = hub(&folder, &document).await.open(&document).await.expect("the document opens");
    let (viewer, editor) = (Wire::default(), Wire::default());
    let viewing = room.join(viewer.newcomer(Role::Viewer)).await.expect("the room is there");
    let editing = room.join(editor.newcomer(Role::Editor)).await.expect("the room is there");
    let (theirs, ours) = (Author::new(5), Author::new(6));

    room.messages(viewing, messages(ClientMessage::Update(theirs.set("viewer", "was here"))))
        .await
        .expect("it is there");
    room.messages(viewing, messages(ClientMessage::SyncStep2(theirs.state()))).await.expect("it is there");
    room.messages(editing, messages(ClientMessage::Update(ours.edit(|txn| set(txn, "editor", "1")))))
        .await
        .expect("yes");
    room.messages(editing, messages(ClientMessage::SyncStep1(Bytes::from_static(&[0])))).await.expect("it is there");

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
