//! Each write of the replicas, as the place where all of them die: triggers in the case's own database let a write wait before
//! it, behind it and in its commit, until everybody is dead. What was acknowledged is there afterwards, and all copies agree.

use std::collections::BTreeSet;

use calit::board::Board;
use calit::board::edit::Editor;
use calit::board::id::ColumnId;
use calit::board::value::Stamp;
use serde_json::json;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Executor as _};
use yrs::Transact as _;

use super::replicas;
use crate::commands::{ADA, add_card, card_id};
use crate::harness::backend::Shared;
use crate::harness::client::{Client, Dialect, converge};
use crate::harness::eventually;
use crate::harness::proxy::Proxy;
use crate::harness::server::Server;
use crate::harness::socket;
use crate::workspace::first_board;

/// What replicas write for an edit or a command.
const OF_EDITS: [&str; 5] = ["documents", "log", "events", "outcomes", "keepers"];

/// What they write when they replace the log by a snapshot.
const OF_COMPACTION: [&str; 3] = ["snapshots", "log", "documents"];

/// Where in a write it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Before,
    After,
    /// When the replica has said `COMMIT`, and Postgres has not done it yet.
    Commit,
}

/// Lets writes wait: whoever holds the lock decides for how long.
pub(super) struct Barrier {
    connection: PgConnection,
}

impl Barrier {
    pub(super) async fn new(shared: &Shared) -> Self {
        let options: PgConnectOptions = shared.postgres_url[0].parse().expect("a URL");
        let mut connection = options.connect().await.expect("the replicas' database");
        let function = "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_advisory_xact_lock_shared(1, 1); RETURN NULL; END $$";
        connection.execute(function).await.expect("a function");
        Self { connection }
    }

    async fn run(&mut self, statement: &'static str) {
        self.connection.execute(statement).await.expect("a statement of the test's own");
    }

    /// From now on, who writes to the table waits.
    pub(super) async fn arm(&mut self, shared: &Shared, table: &str, moment: Moment) {
        self.run("SELECT pg_advisory_lock(1, 1)").await;
        let (constraint, when, end) = match moment {
            Moment::Before => ("", "BEFORE", "FOR EACH STATEMENT"),
            Moment::After => ("", "AFTER", "FOR EACH STATEMENT"),
            Moment::Commit => ("CONSTRAINT", "AFTER", "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"),
        };
        shared.sql(&format!(
            "CREATE {constraint} TRIGGER wait_here {when} INSERT OR UPDATE OR DELETE ON {table} {end}
             EXECUTE FUNCTION wait_here()"
        ));
    }

    /// Somebody has come to the place.
    pub(super) async fn reached(&mut self, what: &str) {
        let count = "SELECT count(*) FROM pg_locks
            WHERE locktype = 'advisory' AND classid = 1 AND objid = 1 AND NOT granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        eventually(what, async || {
            let waiting: i64 = sqlx::query_scalar(count).fetch_one(&mut self.connection).await.expect("a count");
            (waiting > 0).then_some(())
        })
        .await;
    }

    /// Lets everybody go on, or ends them where they are.
    pub(super) async fn disarm(&mut self, shared: &Shared, table: &str, goes_on: bool) {
        if !goes_on {
            self.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                .await;
        }
        self.run("SELECT pg_advisory_unlock(1, 1)").await;
        shared.sql(&format!("DROP TRIGGER wait_here ON {table}"));
        // Nobody waits for the leases of the dead, which last for ten seconds.
        self.run("UPDATE keepers SET until_ms = 0").await;
    }
}

/// Somebody who adds cards on one replica.
struct Author {
    client: Client,
    proxy: Proxy,
    /// With the number of the edit.
    cards: Vec<(u64, String)>,
}

struct Case {
    server: Server,
    barrier: Barrier,
    board: String,
    column: ColumnId,
    authors: Vec<Author>,
    kills: u32,
}

impl Case {
    async fn begin() -> Self {
        let server = replicas(3, &[]);
        let barrier = Barrier::new(server.backend().shared()).await;
        let board = format!("{}?guest={ADA}", first_board(&server).await);
        let mut authors = Vec::new();
        for replica in 0..3 {
            let proxy = Proxy::to(server.address_of(replica)).await;
            let client = Client::join(Dialect::Calit, proxy.address, &board, 1001 + replica as u64).await;
            authors.push(Author { client, proxy, cards: Vec::new() });
        }
        let column = read(&socket::fetch(server.address(), &board).await).layout.columns[0].id.clone();
        Self { server, barrier, board, column, authors, kills: 0 }
    }

    /// Everybody adds a card.
    fn edit(&mut self) {
        for author in &mut self.authors {
            let id = format!("crd_{}x{}", author.client.id(), author.cards.len());
            let at_ms = 1_900_000_000_000 + i64::from(self.kills);
            let number = author.client.edit(|txn| {
                add_card(&mut Editor::new(txn, Stamp::new(at_ms, "usr_test")), &id, "A card", &self.column, at_ms);
            });
            author.cards.push((number, id));
        }
    }

    /// Somebody asks for what the server decides.
    fn command(&self) {
        let rename = json!({ "do": "rename_board", "name": format!("Board {}", self.kills) });
        self.authors[0].client.ask(&format!("k{}", self.kills), &rename.to_string());
    }

    async fn saved(&self) {
        for author in &self.authors {
            author.client.saved().await;
        }
    }

    /// Kills every replica while somebody waits in the barrier, starts them again, and looks before anybody comes back.
    async fn die_at(&mut self, table: &str, moment: Moment) {
        let what = format!("{moment:?} a write to {table}");
        self.barrier.reached(&what).await;
        self.kills += 1;
        self.authors.iter().for_each(|author| author.proxy.lead_nowhere());
        self.server.kill();
        let acked: Vec<u64> =
            self.authors.iter().map(|author| author.client.look(|state| state.ledger.acked)).collect();
        self.barrier.disarm(self.server.backend().shared(), table, self.kills.is_multiple_of(2)).await;
        self.server.start();

        for replica in 0..3 {
            let board = read(&socket::fetch(self.server.address_of(replica), &self.board).await);
            for (author, acked) in self.authors.iter().zip(&acked) {
                for (_, id) in author.cards.iter().filter(|(edit, _)| edit <= acked) {
                    assert!(board.cards.contains_key(&card_id(id)), "{what}: {id} was acknowledged and is lost");
                }
            }
        }
        for (replica, author) in self.authors.iter().enumerate() {
            author.proxy.lead_to(self.server.address_of(replica));
            author.client.connect(author.proxy.address);
        }
        self.saved().await;
    }

    /// At rest all copies are equal, nothing is missing, and every card has a number of its own.
    async fn end(self) {
        let clients: Vec<Client> = self.authors.iter().map(|author| author.client.clone()).collect();
        converge(&clients, |client| client.look(|state| crate::convergence::view(&state.doc))).await;
        let made = self.authors.iter().map(|author| author.cards.len()).sum::<usize>();
        eventually("every card has a number of its own", async || {
            let board = clients[0].look(|state| read(&state.doc));
            let ours = self.authors.iter().flat_map(|author| &author.cards).map(|(_, id)| &board.cards[&card_id(id)]);
            let numbers: BTreeSet<u64> = ours.filter_map(|card| card.number).collect();
            (numbers.len() == made).then_some(())
        })
        .await;
        println!("{} kills of 3 replicas at a write, {made} cards, 0 lost", self.kills);
    }
}

fn read(doc: &yrs::Doc) -> Board {
    Board::read(&doc.transact())
}

const MOMENTS: [Moment; 3] = [Moment::Before, Moment::After, Moment::Commit];

/// [AC1]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_by_a_death_at_any_write_of_an_edit() {
    let mut case = Case::begin().await;

    for (table, moment) in OF_EDITS.iter().flat_map(|table| MOMENTS.map(|moment| (table, moment))) {
        case.barrier.arm(case.server.backend().shared(), table, moment).await;
        case.edit();
        case.command();
        case.die_at(table, moment).await;
    }

    case.end().await;
}

/// [AC1]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_by_a_death_at_any_write_of_a_compaction() {
    let mut case = Case::begin().await;

    for (table, moment) in OF_COMPACTION.iter().flat_map(|table| MOMENTS.map(|moment| (table, moment))) {
        case.edit();
        case.saved().await;
        case.barrier.arm(case.server.backend().shared(), table, moment).await;
        // A room that nobody is in is compacted whatever its log holds.
        case.authors.iter().for_each(|author| author.client.disconnect());
        case.die_at(table, moment).await;
    }

    case.end().await;
}
