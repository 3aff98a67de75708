//! A team that plays one sprint: every person has a socket and a copy of the board of their own.

use std::collections::BTreeMap;

use calit::board::card::Plan;
use calit::board::draft::NewCard;
use calit::board::edit::{Editor, Place};
use calit::board::id::{CardId, ColumnId, SprintId};
use calit::board::position::Position;
use calit::board::sprint::Sprint;
use calit::board::value::Stamp;
use serde_json::Value;
use yrs::ReadTxn as _;

use super::rows::{Fate, Issue, Row};
use crate::harness::client::{Client, Dialect, converge};
use crate::harness::server::Server;

/// Most sockets of one team at once; the others take over later.
const SOCKETS_MAX: usize = 8;

/// The sprint's id in its board.
pub(super) const SPRINT: &str = "spr_1";

/// When the team plays, in ms since 1970.
const NOW_MS: i64 = 1_795_484_520_000;

/// The people of one sprint, at most [`SOCKETS_MAX`] of them connected.
pub(super) struct Team<'s> {
    server: &'s Server,
    board: String,
    size: usize,
    /// The first person who is connected now.
    first: usize,
    online: Vec<Client>,
}

impl<'s> Team<'s> {
    pub(super) async fn gather(server: &'s Server, board: &str, row: &Row) -> Self {
        let size = usize::try_from(row.people).expect("a team fits into memory").max(1);
        let mut team = Self { server, board: board.to_owned(), size, first: 0, online: Vec::new() };
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
            self.online.push(Client::join(Dialect::Calit, self.server.address(), &self.board, id).await);
        }
    }

    /// Each piece of work is done by another person; afterwards everybody has everything, and it is saved.
    pub(super) async fn work<'i>(
        &self,
        issues: impl Iterator<Item = (usize, &'i Issue)>,
        act: impl Fn(&mut Editor<'_, '_>, usize, &Issue),
    ) {
        for (at, issue) in issues {
            let person = &self.online[at % self.online.len()];
            let stamp = stamp(person);
            person.edit(|txn| act(&mut Editor::new(txn, stamp), at, issue));
        }
        self.settle().await;
    }

    /// Somebody plans the sprint.
    pub(super) async fn create_sprint(&self, name: &str) {
        let person = &self.online[0];
        let new = Sprint {
            name: name.to_owned(),
            goal: String::new(),
            start: None,
            end: None,
            capacity: None,
            started: None,
            completed: None,
            deleted: None,
        };
        let stamp = stamp(person);
        person.edit(|txn| Editor::new(txn, stamp).add_sprint(&sprint(), &new).expect("the id is free"));
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

/// The board's times are the people's; in which order things happened the server's clock decides.
fn stamp(person: &Client) -> Stamp {
    Stamp::new(NOW_MS, format!("usr_{}", person.id()))
}

fn clocks(txn: &yrs::Transaction<'_>) -> BTreeMap<u64, u32> {
    txn.state_vector().iter().map(|(client, clock)| (client.get(), *clock)).collect()
}

/// A new card, planned into the sprint from the start or not yet.
pub(super) fn create(editor: &mut Editor<'_, '_>, at: usize, points: u32, is_planned: bool) {
    let position = Position { column: column("todo"), lane: None, rank: format!("a{at:03}V") };
    let new = NewCard {
        points: Some(f64::from(points)),
        plan: if is_planned { planned() } else { Plan::default() },
        ..NewCard::new(card(at), &format!("Issue {at}"), position, Stamp::new(NOW_MS, "usr_0"))
    };
    editor.add_card(&new).expect("the id is free");
}

/// From the backlog into the sprint.
pub(super) fn plan(editor: &mut Editor<'_, '_>, at: usize) {
    editor.plan_card(&card(at), &planned()).expect("the card is there");
}

pub(super) fn estimate(editor: &mut Editor<'_, '_>, at: usize, points: u32) {
    editor.set_points(&card(at), Some(points)).expect("the card is there");
}

/// Out of the sprint, in one of the three ways that a card leaves it.
pub(super) fn remove(editor: &mut Editor<'_, '_>, at: usize) {
    let removed = match at % 3 {
        0 => editor.plan_card(&card(at), &Plan::default()),
        1 => editor.archive_card(&card(at), true),
        _ => editor.delete_card(&card(at)),
    };
    removed.expect("the card is there");
}

pub(super) fn move_to(editor: &mut Editor<'_, '_>, at: usize, to: &str) {
    editor.move_card(&card(at), &Place::last_in(column(to))).expect("card and column are there");
}

fn planned() -> Plan {
    Plan { sprint: Some(sprint()), rank: None }
}

fn sprint() -> SprintId {
    SprintId::parse(SPRINT).expect("a well-formed id")
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
