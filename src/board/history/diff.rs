//! The difference that an update made, told as happenings.

use std::collections::BTreeMap;

use serde_json::json;
use yrs::ReadTxn;

use super::facts::{CardFacts, CardFields, ColumnFacts};
use super::{BOARD, Facts, Happening, Origin, Touched, What};
use crate::board::Board;
use crate::board::id::{CardId, SprintId};
use crate::board::link::Link;
use crate::board::sprint::{self, Completed, Sprint};
use crate::board::value::{Stamp, nested, root};

/// A person who goes on typing a description is told of again after this long.
const DESCRIBED_AGAIN_MS: i64 = 10 * 60_000;

/// What an update did, and what the touched cards were before it.
#[derive(Debug, Default)]
pub struct Observed {
    /// In the order of the board, its sprints, its cards, and the sprints that began.
    pub happenings: Vec<Happening>,
    /// The touched cards as they were; none for one that was not there.
    pub before: BTreeMap<CardId, Option<CardFacts>>,
}

impl Facts {
    /// Takes in what an update changed, by whom and when, and tells it.
    pub fn observe<T: ReadTxn>(&mut self, txn: &T, touched: &Touched, stamp: &Stamp, origin: Origin) -> Observed {
        let mut observed = Observed::default();
        if touched.is_empty() {
            return observed;
        }
        let mut tell = Teller { stamp, happenings: Vec::new() };
        if touched.meta {
            self.observe_meta(txn, &mut tell);
        }
        let has_moved = touched.columns && self.observe_columns(txn, &mut tell);
        let started = self.observe_sprints(txn, touched, origin, &mut tell);
        let cards = if has_moved { self.cards.keys().cloned().collect() } else { touched.cards.clone() };
        let maps = root(txn, "cards");
        for id in cards.union(&touched.cards) {
            let map = maps.as_ref().and_then(|maps| nested(txn, maps, id.as_str()));
            let now = map.map(|map| self.card_facts(txn, &map));
            let before = self.observe_card(id, now, origin, &mut tell);
            if touched.cards.contains(id) {
                observed.before.insert(id.clone(), before);
            }
        }
        started.iter().for_each(|id| self.tell_start(id, &mut tell));
        observed.happenings = tell.happenings;
        observed
    }

    fn observe_meta<T: ReadTxn>(&mut self, txn: &T, tell: &mut Teller<'_>) {
        let name = Board::read_name(txn);
        if name != self.name {
            tell.board(What::BoardRenamed { from: self.name.clone(), to: name.clone() });
            self.name = name;
        }
    }

    /// Whether cards may be shown elsewhere now, or count as done.
    fn observe_columns<T: ReadTxn>(&mut self, txn: &T, tell: &mut Teller<'_>) -> bool {
        let (columns, deleted) = ColumnFacts::read_all(txn);
        for column in &columns {
            let name = column.name.clone();
            match self.column(&column.id) {
                Some(known) if known.name != name => {
                    tell.board(What::ColumnRenamed { from: known.name.clone(), to: name });
                }
                Some(_) => {}
                None if self.deleted_columns.iter().any(|gone| gone.id == column.id) => {
                    tell.board(What::ColumnRestored { name });
                }
                None => tell.board(What::ColumnAdded { name }),
            }
        }
        for gone in self.columns.iter().filter(|known| columns.iter().all(|column| column.id != known.id)) {
            tell.board(What::ColumnDeleted { name: gone.name.clone() });
        }
        let shape =
            |all: &[ColumnFacts]| all.iter().map(|column| (column.id.clone(), column.category)).collect::<Vec<_>>();
        let has_moved = shape(&columns) != shape(&self.columns);
        (self.columns, self.deleted_columns) = (columns, deleted);
        has_moved
    }

    /// The sprints that began with this update.
    fn observe_sprints<T: ReadTxn>(
        &mut self,
        txn: &T,
        touched: &Touched,
        origin: Origin,
        tell: &mut Teller<'_>,
    ) -> Vec<SprintId> {
        let mut started = Vec::new();
        for (id, mut now) in sprint::read_some(txn, touched.sprints.iter()) {
            let before = self.sprints.get(&id);
            self.doubted.remove(&id);
            if origin != Origin::Server {
                // Only the server begins and ends a sprint; what a member wrote there is put back.
                let known = before.map(|before| (before.started.clone(), before.completed.clone())).unwrap_or_default();
                let written = (std::mem::take(&mut now.started), std::mem::take(&mut now.completed));
                if written != known {
                    self.doubted.insert(id.clone());
                }
                (now.started, now.completed) = known;
            }
            tell.sprint_changes(&id, before, &now);
            if let (Some(completed), None) = (&now.completed, before.and_then(|before| before.completed.as_ref())) {
                // Its cards have not gone on yet, in these facts.
                self.tell_end(&id, &now.name, completed, tell);
            }
            if now.is_active() && before.is_none_or(|before| before.started.is_none()) {
                started.push(id.clone());
            }
            self.sprints.insert(id, now);
        }
        started
    }

    fn tell_start(&self, id: &SprintId, tell: &mut Teller<'_>) {
        let Some(sprint) = self.sprints.get(id) else { return };
        let (name, at) = (sprint.name.clone(), sprint.started.as_ref().map(|stamp| stamp.at_ms));
        tell.push(id.as_str(), What::SprintStarted { name, committed: self.scope_of(id), at });
    }

    fn tell_end(&self, id: &SprintId, name: &str, completed: &Completed, tell: &mut Teller<'_>) {
        let (name, to, at) = (name.to_owned(), completed.to.as_ref().map(SprintId::to_string), completed.stamp.at_ms);
        tell.push(id.as_str(), What::SprintCompleted { name, to, at: Some(at), held: Some(self.scope_of(id)) });
    }

    /// Takes in one card and returns what it was.
    fn observe_card(
        &mut self,
        id: &CardId,
        now: Option<CardFacts>,
        origin: Origin,
        tell: &mut Teller<'_>,
    ) -> Option<CardFacts> {
        let before = self.cards.remove(id);
        let Some(mut now) = now else { return before };
        if origin == Origin::Member
            && let Some(before) = &before
        {
            // A number is the server's to give.
            now.number = before.number.or(now.number);
        }
        now.described = before.as_ref().and_then(|before| before.described.clone());
        match &before {
            None => tell.push(
                id.as_str(),
                What::Created { title: now.title.clone(), column: self.named_column(now.column.as_ref()) },
            ),
            Some(before) => self.tell_card(id, before, &mut now, tell),
        }
        self.cards.insert(id.clone(), now);
        before
    }

    fn tell_card(&self, id: &CardId, before: &CardFacts, now: &mut CardFacts, tell: &mut Teller<'_>) {
        let subject = id.as_str();
        let column = |card: &CardFacts| self.home(card.position.as_ref().map(|position| &position.column));
        let (from, to) = (column(before), column(now));
        if before.position != now.position && from.map(|from| &from.id) != to.map(|to| &to.id) {
            let named = |column: Option<&ColumnFacts>| self.named_column(column.map(|column| &column.id));
            tell.push(subject, What::Moved { from: named(from), to: named(to) });
        }
        if before.sprint != now.sprint {
            let (from, to) = (self.named_sprint(before.sprint.as_ref()), self.named_sprint(now.sprint.as_ref()));
            tell.push(subject, What::Planned { from, to });
        }
        if before.title != now.title {
            tell.push(subject, What::Renamed { from: before.title.clone(), to: now.title.clone() });
        }
        if before.description != now.description && tell.is_news(now.described.as_ref()) {
            now.described = Some((tell.stamp.by.clone(), tell.stamp.at_ms));
            tell.push(subject, What::Described);
        }
        tell.card_fields(subject, &before.fields, &now.fields);
        tell.sets(subject, before, now);
        tell.checklist(subject, before, now);
    }
}

/// Gathers what one person did at one time.
struct Teller<'a> {
    stamp: &'a Stamp,
    happenings: Vec<Happening>,
}

impl Teller<'_> {
    fn push(&mut self, subject: &str, what: What) {
        self.happenings.push(Happening { subject: subject.to_owned(), what });
    }

    fn board(&mut self, what: What) {
        self.push(BOARD, what);
    }

    /// Whether somebody's work on a description is worth telling again.
    fn is_news(&self, described: Option<&(String, i64)>) -> bool {
        described.is_none_or(|(by, at_ms)| *by != self.stamp.by || self.stamp.at_ms - at_ms >= DESCRIBED_AGAIN_MS)
    }

    fn sprint_changes(&mut self, id: &SprintId, before: Option<&Sprint>, now: &Sprint) {
        let subject = id.as_str();
        let Some(before) = before else {
            self.push(subject, What::SprintCreated { name: now.name.clone() });
            return;
        };
        let fields = |sprint: &Sprint| {
            [
                ("name", json!(sprint.name)),
                ("goal", json!(sprint.goal)),
                ("start", json!(sprint.start)),
                ("end", json!(sprint.end)),
                ("capacity", json!(sprint.capacity)),
            ]
        };
        for ((name, from), (_, to)) in fields(before).into_iter().zip(fields(now)) {
            if from != to {
                self.push(subject, What::SprintField { name: name.to_owned(), from, to });
            }
        }
        self.deletion(subject, before.deleted.is_some(), now.deleted.is_some());
    }

    fn card_fields(&mut self, subject: &str, before: &CardFields, now: &CardFields) {
        let fields = |card: &CardFields| {
            [
                ("type", json!(card.kind)),
                ("points", json!(card.points)),
                ("priority", json!(card.priority)),
                ("start", json!(card.start)),
                ("due", json!(card.due)),
                ("archived", json!(card.is_archived)),
            ]
        };
        for ((name, from), (_, to)) in fields(before).into_iter().zip(fields(now)) {
            if from != to {
                self.push(subject, What::Field { name: name.to_owned(), from, to });
            }
        }
        self.deletion(subject, before.is_deleted, now.is_deleted);
    }

    fn deletion(&mut self, subject: &str, was_deleted: bool, is_deleted: bool) {
        match (was_deleted, is_deleted) {
            (false, true) => self.push(subject, What::Deleted),
            (true, false) => self.push(subject, What::Restored),
            _ => {}
        }
    }

    fn sets(&mut self, subject: &str, before: &CardFacts, now: &CardFacts) {
        for user in now.assignees.difference(&before.assignees) {
            self.push(subject, What::Assigned { user: user.to_string() });
        }
        for user in before.assignees.difference(&now.assignees) {
            self.push(subject, What::Unassigned { user: user.to_string() });
        }
        for label in now.labels.difference(&before.labels) {
            self.push(subject, What::Labelled { label: label.to_string() });
        }
        for label in before.labels.difference(&now.labels) {
            self.push(subject, What::Unlabelled { label: label.to_string() });
        }
        if let (Some(before), Some(now)) = (&before.comments, &now.comments) {
            for comment in now.difference(before) {
                self.push(subject, What::Commented { comment: comment.to_string() });
            }
        }
        let told = |link: &Link| (link.kind.as_str().to_owned(), link.to.to_string());
        for (link, to) in now.links.keys().filter(|link| !before.links.contains_key(link)).map(told) {
            self.push(subject, What::Linked { link, to });
        }
        for (link, to) in before.links.keys().filter(|link| !now.links.contains_key(link)).map(told) {
            self.push(subject, What::Unlinked { link, to });
        }
    }

    fn checklist(&mut self, subject: &str, before: &CardFacts, now: &CardFacts) {
        let (Some(before), Some(now)) = (&before.checklist, &now.checklist) else { return };
        for (id, (text, is_done)) in now {
            let text = text.clone();
            match before.get(id) {
                None => self.push(subject, What::ItemAdded { text }),
                Some((_, was_done)) if !was_done && *is_done => self.push(subject, What::Checked { text }),
                Some((_, was_done)) if *was_done && !is_done => self.push(subject, What::Unchecked { text }),
                Some(_) => {}
            }
        }
        for (_, (text, _)) in before.iter().filter(|(id, _)| !now.contains_key(id)) {
            self.push(subject, What::ItemRemoved { text: text.clone() });
        }
    }
}
