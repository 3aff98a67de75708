//! A Yjs application: a yrs document that edits offline and online, reconnects by itself, shows its presence, and keeps
//! a ledger of what the server has acknowledged. Speaks as a stock provider (the echo acknowledges) or as our own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use client_protocol::frame::{ClientMessage, ReceivedMessage};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use yrs::updates::decoder::Decode as _;
use yrs::updates::encoder::Encode as _;
use yrs::{ClientID, Doc, OffsetKind, Options, ReadTxn as _, StateVector, Transact as _, Transaction, TransactionMut};

use super::DEADLINE;
use super::author;
use super::awareness::{self, Entry};
use super::ledger::Ledger;
use super::socket::{self, Heard, Socket};

/// Between two attempts to connect.
const RETRY: Duration = Duration::from_millis(50);

/// How a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Stock,
    Calit,
}

/// A running application; a cheap clone.
#[derive(Clone)]
pub(crate) struct Client(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    target: watch::Sender<Target>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    At(SocketAddr),
    /// With a close frame, or as a lost network looks.
    Away {
        says_goodbye: bool,
    },
}

/// What the application knows.
pub(crate) struct State {
    pub(crate) doc: Doc,
    pub(crate) ledger: Ledger,
    /// A step 2 has come on this connection.
    pub(crate) is_synced: bool,
    pub(crate) connections: u32,
    /// The codes with which the server has closed.
    pub(crate) closes: Vec<u16>,
    /// Drains, storage notices and refusals, in order.
    pub(crate) notices: Vec<ReceivedMessage>,
    /// How many step 2 and how many updates came.
    pub(crate) diffs: u32,
    pub(crate) updates: u32,
    /// Everybody else's presence: clock and state.
    pub(crate) others: BTreeMap<u64, (u64, String)>,
    presence: (u64, Option<String>),
    /// A rule that the server broke.
    pub(crate) fault: Option<String>,
    pub(crate) dialect: Dialect,
    outgoing: Option<mpsc::UnboundedSender<Vec<u8>>>,
}

impl Client {
    /// An application with a Yjs client id, not connected yet. Must be called on a runtime.
    pub(crate) fn new(dialect: Dialect, document: &str, id: u64) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new(dialect, id)),
            changed: watch::Sender::new(()),
            target: watch::Sender::new(Target::Away { says_goodbye: false }),
        });
        tokio::spawn(live(Arc::clone(&shared), dialect, document.to_owned()));
        Self(shared)
    }

    /// A client that is connected and synced.
    pub(crate) async fn join(dialect: Dialect, address: SocketAddr, document: &str, id: u64) -> Self {
        let client = Self::new(dialect, document, id);
        client.connect(address);
        client.until("the first sync", |state| state.is_synced).await;
        client
    }

    /// Connects, and again whenever the connection is lost.
    pub(crate) fn connect(&self, address: SocketAddr) {
        let wanted = Target::At(address);
        self.0.target.send_if_modified(|target| std::mem::replace(target, wanted) != wanted);
    }

    /// Goes away with a goodbye.
    pub(crate) fn disconnect(&self) {
        self.0.target.send_replace(Target::Away { says_goodbye: true });
    }

    /// Loses the network.
    pub(crate) fn lose_connection(&self) {
        self.0.target.send_replace(Target::Away { says_goodbye: false });
    }

    /// Edits the document; returns the number of the edit in the ledger.
    pub(crate) fn edit(&self, change: impl FnOnce(&mut TransactionMut<'_>)) -> u64 {
        let mut state = self.state();
        let edits = state.ledger.edits;
        let number = state.edit(change);
        drop(state);
        // An edit that changed nothing is no news: who tries again at every news would wake themselves up for good.
        if number != edits {
            self.0.changed.send_replace(());
        }
        number
    }

    pub(crate) fn read<R>(&self, look: impl FnOnce(&Transaction<'_>) -> R) -> R {
        look(&self.state().doc.transact())
    }

    /// Shows a presence state (JSON), or nothing.
    pub(crate) fn announce(&self, presence: Option<&str>) {
        self.state().announce(presence);
    }

    /// Sends everything once more, as a network that duplicates would.
    pub(crate) fn send_again(&self) {
        self.state().send_again();
    }

    /// Asks the server for what a merge cannot decide; returns whether it was done, and what was answered.
    pub(crate) async fn command(&self, key: &str, command: &str) -> (bool, serde_json::Value) {
        self.ask(key, command);
        let answer = |state: &State| {
            state.notices.iter().find_map(|notice| match notice {
                ReceivedMessage::Outcome { key: answered, ok, json } if answered == key => Some((*ok, json.clone())),
                _ => None,
            })
        };
        self.until("the outcome of a command", |state| answer(state).is_some()).await;
        let (ok, json) = self.look(answer).expect("the answer has come");
        (ok, serde_json::from_str(&json).expect("an outcome is JSON"))
    }

    /// Asks the server, and does not wait for what comes of it.
    pub(crate) fn ask(&self, key: &str, command: &str) {
        self.state().send_message(&ClientMessage::Command { key: key.into(), json: command.into() });
    }

    /// Looks at what the application knows.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.state())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn id(&self) -> u64 {
        self.state().doc.client_id().get()
    }

    /// Changes whenever the application has heard something or edited.
    pub(crate) fn news(&self) -> watch::Receiver<()> {
        self.0.changed.subscribe()
    }

    /// Waits for a condition on what the application knows.
    pub(crate) async fn until(&self, what: &str, mut is_so: impl FnMut(&State) -> bool) {
        let mut changed = self.0.changed.subscribe();
        let wait = async {
            loop {
                changed.borrow_and_update();
                let is_met = self.look(|state| {
                    assert_eq!(state.fault, None);
                    is_so(state)
                });
                if is_met || changed.changed().await.is_err() {
                    return;
                }
            }
        };
        if timeout(DEADLINE, wait).await.is_err() {
            panic!("client {} waited {DEADLINE:?} in vain: {what}; {}", self.id(), self.state().summary());
        }
    }

    /// Waits until everything that was edited so far is acknowledged. A stock client whose echo was lost with its
    /// connection learns of it by the echo of its next edit, so it makes one on each connection.
    pub(crate) async fn saved(&self) {
        let edits = self.look(|state| state.ledger.edits);
        let is_saved = |state: &State| state.ledger.acked >= edits;
        while !self.look(is_saved) {
            let connections = self.look(|state| state.connections);
            if self.look(|state| state.dialect == Dialect::Stock) {
                self.edit(|txn| author::set(txn, "touched on connection", &connections.to_string()));
            }
            let is_new = |state: &State| state.connections > connections && state.is_synced;
            self.until("everything is acknowledged", |state| is_saved(state) || is_new(state)).await;
        }
    }
}

impl State {
    /// An application with a Yjs client id that has never been connected.
    pub(crate) fn new(dialect: Dialect, id: u64) -> Self {
        let mut options = Options::with_client_id(ClientID::new(id));
        options.offset_kind = OffsetKind::Utf16;
        Self {
            doc: Doc::with_options(options),
            ledger: Ledger::new(dialect, id),
            is_synced: false,
            connections: 0,
            closes: Vec::new(),
            notices: Vec::new(),
            diffs: 0,
            updates: 0,
            others: BTreeMap::new(),
            presence: (0, None),
            fault: None,
            dialect,
            outgoing: None,
        }
    }

    /// Edits the document; returns the number of the edit in the ledger.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut TransactionMut<'_>)) -> u64 {
        let mut txn = self.doc.transact_mut();
        change(&mut txn);
        let update = txn.has_changes().then(|| txn.encode_update_v1());
        drop(txn);
        if let Some(update) = update {
            self.ledger.edited();
            self.send_update(ClientMessage::Update(update.into()));
        }
        self.ledger.edits
    }

    /// Shows a presence state (JSON), or nothing.
    pub(crate) fn announce(&mut self, presence: Option<&str>) {
        self.presence = (self.presence.0 + 1, presence.map(str::to_owned));
        self.send_presence();
    }

    /// Sends everything once more, as a network that duplicates would.
    pub(crate) fn send_again(&mut self) {
        let all = self.doc.transact().encode_diff_v1(&StateVector::default());
        self.send_update(ClientMessage::SyncStep2(all.into()));
    }

    fn send(&self, frame: Vec<u8>) {
        if let Some(outgoing) = &self.outgoing {
            // A connection that has just ended takes nothing: the next one syncs.
            let _ = outgoing.send(frame);
        }
    }

    /// Sends a message, if there is a connection.
    pub(crate) fn send_message(&self, message: &ClientMessage) {
        let mut out = Vec::new();
        message.write(&mut out);
        self.send(out);
    }

    fn send_update(&mut self, message: ClientMessage) {
        if self.outgoing.is_some() {
            self.send_message(&message);
            self.ledger.sent(message);
        }
    }

    fn send_presence(&self) {
        let (clock, state) = self.presence.clone();
        if clock > 0 {
            let entry = Entry { client: self.ledger.client, clock, state };
            self.send_message(&ClientMessage::Awareness(awareness::update(&[entry])));
        }
    }

    /// How many clocks of its own the client has used.
    pub(crate) fn clock(&self) -> u32 {
        self.doc.transact().state_vector().get(&self.doc.client_id())
    }

    /// There is a connection: what is sent goes into `outgoing`, frame by frame.
    pub(crate) fn connected(&mut self, outgoing: mpsc::UnboundedSender<Vec<u8>>) {
        self.outgoing = Some(outgoing);
        self.connections += 1;
        if self.dialect == Dialect::Calit && self.presence.0 > 0 {
            // As the app does: at a clock that nobody has seen.
            self.presence.0 += 1;
        }
        self.ledger.connected();
        let state_vector = self.doc.transact().state_vector().encode_v1();
        self.send_message(&ClientMessage::SyncStep1(state_vector.into()));
        self.send_presence();
    }

    pub(crate) fn disconnected(&mut self) {
        self.outgoing = None;
        self.is_synced = false;
        self.others.clear();
    }

    /// Hears a message of the server.
    pub(crate) fn take(&mut self, message: ReceivedMessage) {
        match message {
            ReceivedMessage::SyncStep1(state_vector) => self.answer(&state_vector),
            ReceivedMessage::SyncStep2(update) => {
                self.is_synced = true;
                self.diffs += 1;
                self.apply(&update);
            }
            ReceivedMessage::Update(update) => {
                self.updates += 1;
                self.apply(&update);
                if let Err(fault) = self.ledger.heard_update(&update) {
                    self.fault.get_or_insert(fault);
                }
            }
            ReceivedMessage::Awareness(update) => self.hear_presence(&update),
            other if self.dialect == Dialect::Stock => {
                self.fault.get_or_insert(format!("a stock client was sent {other:?}"));
            }
            ReceivedMessage::Ack { frames, .. } => {
                if let Err(fault) = self.ledger.acknowledged(frames) {
                    self.fault.get_or_insert(fault);
                }
            }
            ReceivedMessage::Welcome { .. } => {}
            notice => self.notices.push(notice),
        }
    }

    fn answer(&mut self, state_vector: &[u8]) {
        let known = StateVector::decode_v1(state_vector).expect("the server's state vector can be read");
        let diff = self.doc.transact().encode_diff_v1(&known);
        self.send_update(ClientMessage::SyncStep2(diff.into()));
    }

    fn apply(&mut self, update: &Bytes) {
        socket::apply(&self.doc, update);
    }

    /// As y-protocols does: newer clocks count, and a removal of the same clock.
    fn hear_presence(&mut self, update: &Bytes) {
        for Entry { client, clock, state } in awareness::entries(update) {
            let known = self.others.get(&client).map(|(clock, _)| *clock);
            match state {
                _ if client == self.ledger.client => {}
                Some(state) if known.is_none_or(|known| clock > known) => {
                    drop(self.others.insert(client, (clock, state)))
                }
                None if known.is_some_and(|known| clock >= known) => drop(self.others.remove(&client)),
                _ => {}
            }
        }
    }

    fn summary(&self) -> String {
        let Self { dialect, ledger, connections, closes, notices, diffs, updates, .. } = self;
        format!(
            "{dialect:?}: {} of {} edits acknowledged, {connections} connections, closed with {closes:?}, {diffs} diffs, \
             {updates} updates, {notices:?}",
            ledger.acked, ledger.edits
        )
    }
}

impl Shared {
    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_replace(());
    }
}

/// Keeps the application connected as long as it wants to be.
async fn live(shared: Arc<Shared>, dialect: Dialect, document: String) {
    let mut target = shared.target.subscribe();
    loop {
        let Ok(wanted) = target.wait_for(|target| matches!(target, Target::At(_))).await.map(|target| *target) else {
            return;
        };
        let Target::At(address) = wanted else { continue };
        if let Ok(socket) = Socket::open(address, &document, dialect == Dialect::Calit).await {
            serve(&shared, socket, &mut target).await;
            shared.update(State::disconnected);
        }
        // An early change of mind is a reason to try at once.
        let _ = timeout(RETRY, target.changed()).await;
    }
}

async fn serve(shared: &Shared, mut socket: Socket, target: &mut watch::Receiver<Target>) {
    let (outgoing, mut queue) = mpsc::unbounded_channel();
    shared.update(|state| state.connected(outgoing));
    loop {
        tokio::select! {
            Some(frame) = queue.recv() => socket.send_frame(frame).await,
            heard = socket.hear() => match heard {
                Heard::Message(message) => shared.update(|state| state.take(message)),
                Heard::Closed(code, _) => return shared.update(|state| state.closes.push(code)),
                Heard::Lost => return,
            },
            changed = target.changed() => {
                if changed.is_ok() && matches!(*target.borrow(), Target::Away { says_goodbye: true }) {
                    socket.say_goodbye().await;
                }
                return;
            }
        }
    }
}

/// Waits until all copies hold the same, and says which do not.
pub(crate) async fn converge(clients: &[Client], view: impl Fn(&Client) -> String) {
    let Some((first, rest)) = clients.split_first() else { return };
    for other in rest {
        let wait = async {
            let mut changes = (first.0.changed.subscribe(), other.0.changed.subscribe());
            while view(first) != view(other) {
                tokio::select! {
                    _ = changes.0.changed() => {}
                    _ = changes.1.changed() => {}
                }
            }
        };
        if timeout(DEADLINE, wait).await.is_err() {
            let (a, b) = (view(first), view(other));
            panic!("copies of {} and {} differ at rest:\n{a}\n{b}", first.id(), other.id());
        }
    }
}
