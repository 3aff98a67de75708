//! What the home page needs of one board: small enough to be kept for many boards at once.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::board::Board;
use crate::board::card::Card;
use crate::board::column::{Category, Column};
use crate::board::id::{CardId, SprintId};
use crate::board::sprint::Sprint;

/// A board in short.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Digest {
    pub(super) name: String,
    /// The cards that somebody works on and that are not done, in the order of the board.
    pub(super) open: Vec<OpenCard>,
    /// The sprints that have begun and not ended.
    pub(super) sprints: Vec<RunningSprint>,
    /// What its cards and sprints are called, deleted ones too, by id.
    pub(super) titles: BTreeMap<String, String>,
    /// What its people are called, by id.
    pub(super) people: BTreeMap<String, String>,
}

/// A card that somebody works on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct OpenCard {
    card: String,
    number: Option<u64>,
    key: Option<String>,
    title: String,
    column: String,
    category: &'static str,
    due: Option<String>,
    points: Option<f64>,
    priority: Option<String>,
    sprint: Option<String>,
    #[serde(skip)]
    pub(super) assignees: BTreeSet<String>,
}

/// A sprint under way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct RunningSprint {
    sprint: String,
    name: String,
    goal: String,
    start: Option<String>,
    end: Option<String>,
    remaining: Amount,
    total: Amount,
}

/// How much work.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Amount {
    count: usize,
    points: f64,
}

impl Amount {
    fn add(&mut self, card: &Card) {
        self.count += 1;
        self.points += card.points.unwrap_or_default();
    }
}

impl Digest {
    /// Takes out of a board what counts.
    pub(super) fn of(board: &Board) -> Self {
        let shown = || board.layout.columns.iter().flat_map(|column| column.cards.iter().map(move |id| (column, id)));
        let open = shown().filter_map(|(column, id)| open_card(board, column, id));
        let is_running = |sprint: &Sprint| sprint.is_active() && sprint.deleted.is_none();
        let running = board.sprints.iter().filter(|(_, sprint)| is_running(sprint));
        let cards = board.cards.iter().map(|(id, card)| (id.as_str(), &card.title));
        let sprints = board.sprints.iter().map(|(id, sprint)| (id.as_str(), &sprint.name));
        Self {
            name: board.name.clone(),
            open: open.collect(),
            sprints: running.map(|(id, sprint)| running_sprint(board, id, sprint)).collect(),
            titles: cards.chain(sprints).map(|(id, title)| (id.to_owned(), title.clone())).collect(),
            people: board.members.iter().map(|(id, name)| (id.as_str().to_owned(), name.clone())).collect(),
        }
    }

    /// What it counts for in the cache: its entries.
    pub(super) fn weight(&self) -> usize {
        1 + self.titles.len() + self.open.len() + self.people.len()
    }
}

fn open_card(board: &Board, column: &Column, id: &CardId) -> Option<OpenCard> {
    let card = board.cards.get(id)?;
    if column.category == Category::Done || card.assignees.is_empty() {
        return None;
    }
    Some(OpenCard {
        card: id.as_str().to_owned(),
        number: card.number,
        key: board.key.clone(),
        title: card.title.clone(),
        column: column.name.clone(),
        category: column.category.as_str(),
        due: card.due.clone(),
        points: card.points,
        priority: card.priority.clone(),
        sprint: card.plan.sprint.as_ref().map(|sprint| sprint.as_str().to_owned()),
        assignees: card.assignees.iter().map(|user| user.as_str().to_owned()).collect(),
    })
}

fn running_sprint(board: &Board, id: &SprintId, sprint: &Sprint) -> RunningSprint {
    let (mut remaining, mut total) = (Amount::default(), Amount::default());
    for column in &board.layout.columns {
        let planned = column.cards.iter().filter_map(|card| board.cards.get(card));
        for card in planned.filter(|card| card.plan.sprint.as_ref() == Some(id)) {
            total.add(card);
            if column.category != Category::Done {
                remaining.add(card);
            }
        }
    }
    RunningSprint {
        sprint: id.as_str().to_owned(),
        name: sprint.name.clone(),
        goal: sprint.goal.clone(),
        start: sprint.start.clone(),
        end: sprint.end.clone(),
        remaining,
        total,
    }
}
