//! A board as a room keeps it: what the server tells of edits, what it puts right, and the commands that it does.

use std::collections::BTreeMap;

use yrs::{Doc, ReadTxn, Transact};

use super::{apply, card_id, column_id, copy, edit, read, small_board};
use crate::board::Board;
use crate::board::card::Plan;
use crate::board::command::{self, Command, Refused};
use crate::board::edit::Editor;
use crate::board::history::{CardFacts, Facts, Happening, Origin, Scopes, Touched, What};
use crate::board::id::{CardId, SprintId};
use crate::board::keeper::keep;
use crate::board::ledger::SprintRecord;
use crate::board::sprint::Sprint;
use crate::board::value::Stamp;

/// A document, what the server remembers of it, and all that it told.
pub(super) struct Live {
    pub(super) doc: Doc,
    pub(super) facts: Facts,
    scopes: Scopes,
    pub(super) told: Vec<(u64, Happening)>,
    pub(super) now_ms: i64,
}

impl Live {
    /// A small board with some cards and two sprints, `s1` and `s2`.
    pub(super) fn with_cards(cards: usize) -> Live {
        let mut board = small_board(cards);
        let sprint = |name: &str| Sprint {
            name: name.to_owned(),
            goal: String::new(),
            start: None,
            end: None,
            capacity: None,
            started: None,
            completed: None,
            deleted: None,
        };
        board.sprints = ["s1", "s2"].map(|id| (sprint_id(id), sprint(id))).into();
        let doc = copy(1);
        board.write(&mut doc.transact_mut(), &Stamp::new(0, "usr_owner")).expect("the draft is in order");
        let facts = Facts::read(&doc.transact());
        let mut live = Live { doc, facts, scopes: Scopes::default(), told: Vec::new(), now_ms: 1_000 };
        live.observe("server", Origin::Server);
        live
    }

    /// Somebody edits; the server tells it and puts right what has to be.
    pub(super) fn edit<R>(&mut self, by: &str, f: impl FnOnce(&mut Editor<'_, '_>) -> R) -> R {
        self.now_ms += 1_000;
        let done = edit(&self.doc, self.now_ms, by, f);
        self.observe(by, Origin::Member);
        done
    }

    /// What somebody did elsewhere arrives.
    pub(super) fn receive(&mut self, by: &str, from: &Doc) {
        self.now_ms += 1_000;
        let missing = from.transact().encode_state_as_update_v1(&self.doc.transact().state_vector());
        apply(&mut self.doc.transact_mut(), &missing);
        self.observe(by, Origin::Member);
    }

    pub(super) fn command(&mut self, command: Command) -> Result<serde_json::Value, Refused> {
        self.now_ms += 1_000;
        let stamp = Stamp::new(self.now_ms, "usr_ann");
        let done = command::perform(&mut self.doc.transact_mut(), &self.facts, &command, &stamp)?;
        self.tell("usr_ann", Origin::Server);
        self.settle();
        Ok(done)
    }

    pub(super) fn observe(&mut self, by: &str, origin: Origin) {
        let (touched, before) = self.tell(by, origin);
        let server = Stamp::new(self.now_ms, "server");
        // Not the state vector: a repair that only removes something does not advance it.
        let written = |doc: &Doc| doc.transact().encode_state_as_update_v1(&yrs::StateVector::default());
        let was = written(&self.doc);
        keep(&mut self.doc.transact_mut(), &self.facts, &before, &touched, &server);
        let has_kept = was != written(&self.doc);
        if has_kept {
            let (touched, before) = self.tell("server", Origin::Server);
            let kept = written(&self.doc);
            keep(&mut self.doc.transact_mut(), &self.facts, &before, &touched, &server);
            assert_eq!(written(&self.doc), kept, "what was put right is right");
        }
        self.settle();
        assert_eq!(without_described(&self.facts), without_described(&Facts::read(&self.doc.transact())));
        assert_eq!(self.scopes.settle(&self.facts, None), [], "what is settled is settled");
    }

    pub(super) fn settle(&mut self) {
        let settled = self.scopes.settle(&self.facts, Some(&everything(&self.doc).cards));
        self.take_down(settled);
    }

    fn take_down(&mut self, happenings: Vec<Happening>) {
        let at = u64::try_from(self.now_ms).expect("after 1970");
        self.told.extend(happenings.into_iter().map(|happening| (at, happening)));
    }

    pub(super) fn tell(&mut self, by: &str, origin: Origin) -> (Touched, BTreeMap<CardId, Option<CardFacts>>) {
        let touched = everything(&self.doc);
        let observed = self.facts.observe(&self.doc.transact(), &touched, &Stamp::new(self.now_ms, by), origin);
        self.scopes.begin(&observed.happenings);
        self.take_down(observed.happenings);
        (touched, observed.before)
    }

    pub(super) fn record(&self, sprint: &str) -> SprintRecord {
        let of_sprint = self.told.iter().filter(|(_, happening)| happening.subject == sprint);
        SprintRecord::fold(of_sprint.map(|(at, happening)| (*at, &happening.what)))
    }

    pub(super) fn last_told(&self, subject: &str) -> Vec<&What> {
        let at = self.told.last().map_or(0, |(at, _)| *at);
        let last = self.told.iter().filter(|(told, happening)| *told == at && happening.subject == subject);
        last.map(|(_, happening)| &happening.what).collect()
    }

    pub(super) fn shown(&self, column: &str) -> Vec<String> {
        let board = read(&self.doc);
        let at = board.layout.index_of(&column_id(column)).expect("the column lives");
        board.layout.columns[at].cards.iter().map(ToString::to_string).collect()
    }
}

/// The facts as a fresh read gives them: whose typing was told is not in the document.
fn without_described(facts: &Facts) -> String {
    let text = format!("{facts:?}");
    text.split("described: ").map(|part| part.split_once(", fields").map_or(part, |(_, rest)| rest)).collect()
}

pub(super) fn everything(doc: &Doc) -> Touched {
    let txn = doc.transact();
    let board = Board::read(&txn);
    let (cards, sprints) = (board.cards.into_keys().collect(), board.sprints.into_keys().collect());
    Touched { cards, sprints, columns: true, meta: true }
}

pub(super) fn sprint_id(text: &str) -> SprintId {
    SprintId::parse(text).expect("a well-formed id")
}

pub(super) fn plan(editor: &mut Editor<'_, '_>, card: &str, sprint: Option<&str>) {
    let plan = Plan { sprint: sprint.map(sprint_id), rank: None };
    editor.plan_card(&card_id(card), &plan).expect("the card is there");
}
