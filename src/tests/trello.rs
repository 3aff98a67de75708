//! The real input: a team's Trello board is imported by the command line, and its dated actions are played again by ten
//! people at once, compressed in time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use calit::app;
use calit::board::Board;
use calit::board::check::violations;
use calit::board::edit::Editor;
use calit::board::value::Stamp;
use calit::store::directory::DataDirectory;
use calit::store::sqlite::SqliteStore;
use calit::transfer::replay::{Replay, Step};
use calit::transfer::trello::ImportOptions;
use futures_util::future::join_all;
use tokio::sync::watch;
use yrs::{Doc, ReadTxn as _, StateVector, Transact as _};

use crate::harness::client::{Client, Dialect};
use crate::harness::server::{Server, run};
use crate::harness::socket;

const PEOPLE: usize = 10;

/// The export, which is not copied into the repository: `CALIT_SHARED_DATA`, or `shared/data` beside the repository.
fn export_file() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("CALIT_SHARED_DATA").map_or_else(beside, PathBuf::from);
    let file = folder.join("trello-team-board.json");
    assert!(file.is_file(), "{} is missing; set CALIT_SHARED_DATA to the folder with the shared data", file.display());
    file
}

#[tokio::test]
async fn the_teams_board_comes_over_whole_while_a_server_runs() {
    let server = Server::demo();
    let file = export_file();
    let path = file.to_str().expect("a path in UTF-8");

    let imported = run(&["import", "trello", path, "--board", "Team"], &server.data());

    let printed = String::from_utf8_lossy(&imported.stdout).into_owned();
    assert!(imported.status.success(), "{printed}{}", String::from_utf8_lossy(&imported.stderr));
    for line in ["Not carried over", "action.updateCard"] {
        assert!(printed.contains(line), "the loss report does not say {line:?}:\n{printed}");
    }
    let boards = crate::workspace::workspace(&server).await;
    let board = boards["boards"].as_array().and_then(|boards| boards.iter().find(|board| board["name"] == "Team"));
    let id = board.and_then(|board| board["id"].as_str()).expect("the workspace shows the board at once");
    let doc = socket::fetch(server.address(), id).await;
    let board = Board::read(&doc.transact());
    let lists = board.layout.columns.len() + board.layout.deleted_columns.len();
    let comments: usize = board.cards.values().map(|card| card.comments.len()).sum();
    let with_checklist = board.cards.values().filter(|card| !card.checklist.is_empty()).count();
    assert_eq!((board.cards.len(), lists, board.labels.len(), comments), (122, 18, 8, 93));
    assert_eq!(board.members.len(), 11);
    assert!((1..=14).contains(&with_checklist), "{with_checklist} cards with checklists");
    assert_eq!(violations(&doc.transact()), []);
}

/// What the ten have done together: for each step whose turn is over, the clocks by which a copy has it.
struct Progress {
    over: Mutex<Over>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Over {
    steps: Vec<bool>,
    clocks: BTreeMap<u64, u32>,
    skipped: Vec<String>,
}

impl Progress {
    /// Whether every step before this one is over, and in the copy.
    fn has_all_before(&self, index: usize, doc: &Doc) -> bool {
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        let known = doc.transact().state_vector();
        let is_known = |(client, clock): (&u64, &u32)| known.get(&yrs::ClientID::new(*client)) >= *clock;
        over.steps[..index].iter().all(|is_over| *is_over) && over.clocks.iter().all(is_known)
    }

    fn end(&self, index: usize, client: &Client, skipped: Option<String>) {
        let clock = client.look(|state| state.doc.transact().state_vector().get(&state.doc.client_id()));
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        over.steps[index] = true;
        over.clocks.insert(client.id(), clock);
        over.skipped.extend(skipped);
        drop(over);
        self.changed.send_replace(());
    }
}

/// One person plays their own steps in order, as fast as they can. A step that speaks of what has not arrived yet waits
/// for it; one that is impossible although all before it is known is skipped, as a person would give up.
async fn play(client: Client, steps: Vec<(usize, Step)>, progress: Arc<Progress>) {
    let (mut changed, mut news) = (progress.changed.subscribe(), client.news());
    for (index, step) in steps {
        loop {
            let has_all = client.look(|state| progress.has_all_before(index, &state.doc));
            let mut outcome = Ok(());
            client.edit(|txn| {
                outcome = step.apply(&mut Editor::new(txn, Stamp::new(step.at_ms, step.actor.as_str())));
            });
            match outcome {
                Ok(()) => break progress.end(index, &client, None),
                Err(error) if has_all => break progress.end(index, &client, Some(format!("{step:?}: {error}"))),
                Err(_) => {
                    tokio::select! {
                        _ = changed.changed() => {}
                        _ = news.changed() => {}
                    }
                }
            }
        }
        // Everybody gets a turn: the steps of the ten interleave.
        tokio::task::yield_now().await;
    }
}

/// [SY3] [AC1] [AC2]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_people_replay_the_teams_history_at_once() {
    let server = Server::demo();
    let bytes = std::fs::read(export_file()).expect("the export can be read");
    let options = ImportOptions { board_name: Some("Replay".into()), stamp: Stamp::new(1, "import") };
    let replay = Replay::read(&bytes, &options).expect("the team's history");
    let directory = DataDirectory::open(server.data()).expect("the server's data");
    let store = SqliteStore::open(&directory).await.expect("the server's store");
    let board = app::store_board(&store, replay.start, &replay.started).await.expect("the board before the history");
    let mut actors: Vec<_> = replay.steps.iter().map(|step| step.actor.clone()).collect();
    actors.sort();
    actors.dedup();
    let mut shares = vec![Vec::new(); PEOPLE];
    for (index, step) in replay.steps.iter().enumerate() {
        let actor = actors.iter().position(|actor| *actor == step.actor).unwrap_or(0);
        shares[actor % PEOPLE].push((index, step.clone()));
    }
    let over = Over { steps: vec![false; replay.steps.len()], ..Over::default() };
    let progress = Arc::new(Progress { over: Mutex::new(over), changed: watch::Sender::new(()) });
    let mut clients = Vec::new();
    for id in 1..=PEOPLE as u64 {
        let dialect = if id % 2 == 0 { Dialect::Stock } else { Dialect::Calit };
        clients.push(Client::join(dialect, server.address(), board.as_str(), id).await);
    }

    let played = clients.iter().zip(shares).map(|(client, share)| play(client.clone(), share, Arc::clone(&progress)));
    tokio::time::timeout(crate::harness::DEADLINE, join_all(played)).await.expect("the history ends");
    for client in &clients {
        client.until("everything is acknowledged", |state| state.ledger.acked == state.ledger.edits).await;
    }

    crate::harness::client::converge(&clients, |client| client.look(|state| clocks(&state.doc))).await;
    let stored = socket::fetch(server.address(), board.as_str()).await;
    let expected = Board::read(&stored.transact());
    for client in &clients {
        assert_eq!(client.read(|txn| Board::read(txn)), expected, "the copy of {} differs", client.id());
    }
    let comments: usize = expected.cards.values().map(|card| card.comments.len()).sum();
    assert_eq!((expected.cards.len(), comments), (122, 93));
    assert_eq!(violations(&stored.transact()), []);
    let skipped = std::mem::take(&mut progress.over.lock().unwrap_or_else(PoisonError::into_inner).skipped);
    println!("{} steps by {} people, {} impossible in this order", replay.steps.len(), actors.len(), skipped.len());
    assert!(skipped.len() * 20 < replay.steps.len(), "too much was impossible: {skipped:#?}");
}

/// What a copy has seen, as text.
fn clocks(doc: &Doc) -> String {
    let txn = doc.transact();
    let snapshot = txn.snapshot();
    let mut clocks: Vec<_> = snapshot.state_map.iter().map(|(client, clock)| (client.get(), *clock)).collect();
    clocks.sort_unstable();
    let whole = txn.encode_diff_v1(&StateVector::default());
    format!("{clocks:?} {} B", whole.len())
}
