//! A team that plays one sprint: every person has a socket and a copy of the board of their own, and writes it as the rules of the
//! document say.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use calit::board::draft::{BoardDraft, NewCard};
use calit::board::edit::{Editor, Place};
use calit::board::id::{CardId, ColumnId};
use calit::board::position::Position;
use calit::board::value::Stamp;
use calit::transfer::trello::{ImportOptions, import};
use serde_json::{Value, json};
use yrs::{Any, Map as _, MapPrelim, MapRef, Out, ReadTxn as _, TransactionMut, WriteTxn as _};

use super::rows::{Fate, Issue, Row};
use crate::harness::client::{Client, Dialect, converge};

/// Most sockets of one team at once; the others take over later.
const SOCKETS_MAX: usize = 8;

/// The sprint's id in its board.
pub(super) const SPRINT: &str = "spr_1";

/// When the team plays, in ms since 1970: only the server's clock decides in which order things happened.
const NOW_MS: i64 = 1_795_484_520_000;

/// The board before the sprint: three columns and no cards.
pub(super) fn board(name: &str) -> BoardDraft {
    let lists = [("todo", "To do"), ("doing", "In progress"), ("done", "Done")];
    let list = |(at, (id, name)): (usize, (&str, &str))| json!({ "id": id, "name": name, "pos": at });
    let lists: Vec<Value> = lists.into_iter().enumerate().map(list).collect();
    let options = ImportOptions { board_name: None, stamp: Stamp::new(NOW_MS, "usr_0") };
    let file = json!({ "name": name, "lists": lists, "cards": [] });
    import(file.to_string().as_bytes(), &options).expect("a board without cards").board
}

/// The people of one sprint, at most [`SOCKETS_MAX`] of them connected.
pub(super) struct Team {
    address: SocketAddr,
    board: String,
    size: usize,
    /// The first person who is connected now.
    first: usize,
    online: Vec<Client>,
}

impl Team {
    pub(super) async fn gather(address: SocketAddr, board: &str, row: &Row) -> Team {
        let size = usize::try_from(row.people).expect("a team fits into memory").max(1);
        let mut team = Team { address, board: board.to_owned(), size, first: 0, online: Vec::new() };
        team.connect().await;
        team
    }

    /// The next people of the team take the place of those who are connected; a small team stays as it is.
    pub(super) async fn take_turns(&mut self) {
        if self.size > SOCKETS_MAX {
            self.online.drain(..).for_each(|client| client.disconnect());
            self.first = (self.first + SOCKETS_MAX) % self.size.next_multiple_of(SOCKETS_MAX);
            self.connect().await;
        }
    }

    async fn connect(&mut self) {
        let people = self.first..self.size.min(self.first + SOCKETS_MAX);
        for person in people {
            // Yjs client ids from 1, one for each person.
            let id = person as u64 + 1;
            self.online.push(Client::join(Dialect::Calit, self.address, &self.board, id).await);
        }
    }

    /// Each piece of work is done by another person; afterwards everybody has everything, and it is saved.
    pub(super) async fn work<'i>(
        &self,
        issues: impl Iterator<Item = (usize, &'i Issue)>,
        act: impl Fn(&mut Act<'_, '_>, usize, &Issue),
    ) {
        for (at, issue) in issues {
            let person = &self.online[at % self.online.len()];
            let by = format!("usr_{}", person.id());
            person.edit(|txn| act(&mut Act { txn, by }, at, issue));
        }
        self.settle().await;
    }

    /// Somebody plans the sprint.
    pub(super) async fn create_sprint(&self, name: &str) {
        let by = format!("usr_{}", self.online[0].id());
        self.online[0].edit(|txn| Act { txn, by }.create_sprint(name));
        self.settle().await;
    }

    async fn settle(&self) {
        for client in &self.online {
            client.saved().await;
        }
        converge(&self.online, |client| format!("{:?}", client.read(clocks))).await;
    }

    /// The first who is connected asks the server.
    pub(super) async fn command(&self, key: &str, command: Value) -> Value {
        let (is_done, value) = self.online[0].command(key, &command.to_string()).await;
        assert!(is_done, "{command} was refused: {value}");
        value
    }
}

fn clocks(txn: &yrs::Transaction<'_>) -> BTreeMap<u64, u32> {
    txn.state_vector().iter().map(|(client, clock)| (client.get(), *clock)).collect()
}

/// One person's transaction.
pub(super) struct Act<'t, 'doc> {
    txn: &'t mut TransactionMut<'doc>,
    by: String,
}

impl Act<'_, '_> {
    /// A sprint to be.
    fn create_sprint(&mut self, name: &str) {
        let sprints = self.txn.get_or_insert_map("sprints");
        let sprint = sprints.insert(self.txn, SPRINT, MapPrelim::default());
        sprint.insert(self.txn, "name", name);
        sprint.insert(self.txn, "created", self.stamp());
    }

    /// A new card, planned into the sprint from the start or not yet.
    pub(super) fn create(&mut self, at: usize, points: u32, is_planned: bool) {
        let stamp = self.now();
        let position = Position { column: column("todo"), lane: None, rank: format!("a{at:03}V") };
        let card = NewCard::new(card(at), &format!("Issue {at}"), position, stamp.clone());
        Editor::new(self.txn, stamp).add_card(&card).expect("the id is free");
        let map = self.card(at);
        map.insert(self.txn, "points", points);
        if is_planned {
            map.insert(self.txn, "plan", planned());
        }
    }

    /// Into the sprint, or back to the backlog.
    pub(super) fn plan(&mut self, at: usize, is_planned: bool) {
        self.set(at, "plan", if is_planned { planned() } else { Any::Null });
    }

    pub(super) fn estimate(&mut self, at: usize, points: u32) {
        self.set(at, "points", points.into());
    }

    /// Out of the sprint, in one of the three ways that a card leaves it.
    pub(super) fn remove(&mut self, at: usize) {
        match at % 3 {
            0 => self.plan(at, false),
            1 => self.set(at, "archived", true.into()),
            _ => Editor::new(self.txn, self.now()).delete_card(&card(at)).expect("the card is there"),
        }
    }

    pub(super) fn move_to(&mut self, at: usize, to: &str) {
        let place = Place::last_in(column(to));
        Editor::new(self.txn, self.now()).move_card(&card(at), &place).expect("card and column are there");
    }

    /// Writes a field of a card as one newest-wins value for each writer.
    fn set(&mut self, at: usize, field: &str, value: Any) {
        let map = self.card(at);
        let key = format!("{field}@{}", self.txn.doc().client_id());
        let entry = [("value", value), ("at", Any::from(NOW_MS)), ("by", Any::from(self.by.as_str()))];
        map.insert(self.txn, key, object(entry));
    }

    fn card(&mut self, at: usize) -> MapRef {
        let cards = self.txn.get_or_insert_map("cards");
        match cards.get(self.txn, card(at).as_str()) {
            Some(Out::YMap(map)) => map,
            other => panic!("card {at} is {other:?}"),
        }
    }

    fn now(&self) -> Stamp {
        Stamp::new(NOW_MS, self.by.as_str())
    }

    fn stamp(&self) -> Any {
        object([("at", Any::from(NOW_MS)), ("by", Any::from(self.by.as_str()))])
    }
}

fn planned() -> Any {
    object([("sprint", Any::from(SPRINT)), ("rank", Any::Null)])
}

fn object<const N: usize>(fields: [(&str, Any); N]) -> Any {
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<std::collections::HashMap<_, _>>().into()
}

fn card(at: usize) -> CardId {
    CardId::parse(&format!("issue-{at}")).expect("a well-formed id")
}

fn column(name: &str) -> ColumnId {
    ColumnId::parse(name).expect("a well-formed id")
}

/// Whether the issue is worked on before the sprint ends.
pub(super) fn is_begun(issue: &Issue) -> bool {
    matches!(issue.fate, Fate::Doing | Fate::Done)
}
