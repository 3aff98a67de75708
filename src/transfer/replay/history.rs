//! From actions to steps: back to the board before the first of them, then forward, one step for each.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::board::card::Comment;
use crate::board::date::parse_instant;
use crate::board::draft::{BoardDraft, NewCard, NewColumn};
use crate::board::edit::Membership;
use crate::board::id::{CardId, ColumnId, CommentId, ItemId, UserId};
use crate::board::position::Position;
use crate::board::rank::n_between;
use crate::board::value::Stamp;
use crate::transfer::trello::file::{Action, ActionCard, Export};

use super::order::{Order, Spot};
use super::{Change, Replay, Step};

/// The board at one moment of the history.
struct Moment {
    board: BoardDraft,
    columns: Order<ColumnId, NewColumn>,
    cards: Order<CardId, NewCard>,
    steps: Vec<Step>,
    skipped: BTreeMap<String, usize>,
}

pub(super) fn replay(export: &Export, end: BoardDraft, importer: &Stamp) -> Replay {
    let dated = |action| Some((when(action)?, action));
    // The file has the newest first; a stable sort keeps the history's order within one moment.
    let mut actions: Vec<(i64, &Action)> = export.actions.iter().rev().filter_map(dated).collect();
    actions.sort_by_key(|(at_ms, _)| *at_ms);
    let started = Stamp::new(actions.first().map_or(importer.at_ms, |(at_ms, _)| at_ms - 1), &importer.by);

    let mut moment = Moment::at_end(end);
    for (_, action) in &actions {
        moment.add_gone_card(action, &started);
    }
    for (_, action) in actions.iter().rev() {
        moment.undo(action);
    }
    let start = moment.draft(&started);
    for (at_ms, action) in &actions {
        moment.play(*at_ms, action);
    }
    let undated = export.actions.len() - actions.len();
    if undated > 0 {
        moment.skipped.insert("without a date".to_owned(), undated);
    }
    Replay { start, started, steps: moment.steps, skipped: moment.skipped }
}

fn when(action: &Action) -> Option<i64> {
    parse_instant(action.date.as_deref()?).map(|at_ms| Stamp::new(at_ms, "").at_ms)
}

impl Moment {
    fn at_end(mut board: BoardDraft) -> Moment {
        let pos = |ext: &serde_json::Map<String, Json>| {
            ext.get("trello").and_then(|trello| trello["pos"].as_f64()).unwrap_or(0.0)
        };
        let column = |column: NewColumn| {
            (column.id.clone(), spot(String::new(), pos(&column.ext), column.deleted.is_some(), column))
        };
        let card = |card: NewCard| {
            let group = card.position.column.to_string();
            (card.id.clone(), spot(group, pos(&card.ext), card.is_archived, card))
        };
        let columns = Order::new(std::mem::take(&mut board.columns).into_iter().map(column));
        let cards = Order::new(std::mem::take(&mut board.cards).into_iter().map(card));
        Moment { board, columns, cards, steps: Vec::new(), skipped: BTreeMap::new() }
    }

    /// A card that was deleted for good is not in the export, but its actions name it.
    fn add_gone_card(&mut self, action: &Action, started: &Stamp) {
        let (Some(card), Some(list)) = (&action.data.card, &action.data.list) else { return };
        let (Some(id), Some(name), Some(column)) =
            (card_id(card), &card.name, list.id.as_deref().and_then(|id| ColumnId::parse(id).ok()))
        else {
            return;
        };
        let position = Position { column: column.clone(), lane: None, rank: String::new() };
        let new = || spot(column.to_string(), 0.0, true, NewCard::new(id.clone(), name, position, started.clone()));
        self.cards.add_new(id.clone(), new);
    }

    /// Takes one action back.
    fn undo(&mut self, action: &Action) {
        let data = &action.data;
        let makes_card = matches!(action.kind.as_str(), "createCard" | "convertToCardFromCheckItem");
        if let Some(spot) = data
            .list
            .as_ref()
            .and_then(|list| ColumnId::parse(list.id.as_deref()?).ok())
            .and_then(|id| self.columns.get_mut(&id))
        {
            match action.kind.as_str() {
                "createList" => (spot.is_hidden, spot.is_born_later) = (true, true),
                "updateList" => data.old.iter().for_each(|(key, old)| match key.as_str() {
                    "name" => old.as_str().unwrap_or_default().clone_into(&mut spot.value.name),
                    "pos" => spot.pos = old.as_f64().unwrap_or(spot.pos),
                    "closed" => spot.is_hidden = old.as_bool().unwrap_or(false),
                    _ => {}
                }),
                _ => {}
            }
        }
        let Some(spot) = data.card.as_ref().and_then(card_id).and_then(|id| self.cards.get_mut(&id)) else { return };
        match action.kind.as_str() {
            _ if makes_card => (spot.is_hidden, spot.is_born_later) = (true, true),
            "deleteCard" => spot.is_hidden = false,
            "updateCard" => data.old.iter().for_each(|(key, old)| undo_field(spot, key, old)),
            "addMemberToCard" => change_people(spot, data.id_member.as_deref(), Membership::Out),
            "removeMemberFromCard" => change_people(spot, data.id_member.as_deref(), Membership::In),
            "commentCard" => spot.value.comments.retain(|comment| comment.id.as_str() != action.id),
            "updateCheckItemStateOnCard" => {
                if let Some((item, is_done)) = tick(action) {
                    spot.value
                        .checklist
                        .iter_mut()
                        .filter(|known| known.id == item)
                        .for_each(|known| known.is_done = !is_done);
                }
            }
            _ => {}
        }
    }

    /// The board as it is now.
    fn draft(&self, stamp: &Stamp) -> BoardDraft {
        let columns = self.columns.sorted();
        let ranks = n_between(None, None, columns.len()).expect("keys counted up from a0 stay short");
        let column = |((_, spot), rank): ((&ColumnId, &Spot<NewColumn>), _)| NewColumn {
            wip: None,
            rank,
            deleted: spot.is_hidden.then(|| stamp.clone()),
            ..spot.value.clone()
        };
        let cards = self.cards.sorted();
        let card_ranks = n_between(None, None, cards.len()).expect("keys counted up from a0 stay short");
        let card = |((_, spot), rank): ((&CardId, &Spot<NewCard>), crate::board::rank::Rank)| {
            let column = ColumnId::parse(&spot.group).unwrap_or_else(|_| spot.value.position.column.clone());
            NewCard {
                position: Position { column, lane: None, rank: rank.as_str().to_owned() },
                is_archived: spot.is_hidden,
                ..spot.value.clone()
            }
        };
        BoardDraft {
            sprints: Vec::new(),
            columns: columns.into_iter().zip(ranks).map(column).collect(),
            cards: cards.into_iter().zip(card_ranks).map(card).collect(),
            ..self.board.clone()
        }
    }

    /// Does one action again, as steps.
    fn play(&mut self, at_ms: i64, action: &Action) {
        let actor = action.id_member_creator.as_deref().and_then(|raw| UserId::parse(raw).ok());
        let changes = match action.kind.as_str() {
            "createList" | "updateList" => self.column_changes(action),
            _ => self.card_changes(at_ms, action),
        };
        match actor {
            Some(actor) if !changes.is_empty() => {
                self.steps.extend(changes.into_iter().map(|change| Step { at_ms, actor: actor.clone(), change }));
            }
            _ => {
                let fields: Vec<&str> = action.data.old.keys().map(String::as_str).collect();
                let kind = if fields.is_empty() {
                    action.kind.clone()
                } else {
                    format!("{} {}", action.kind, fields.join("+"))
                };
                *self.skipped.entry(kind).or_default() += 1;
            }
        }
    }

    fn column_changes(&mut self, action: &Action) -> Vec<Change> {
        let Some(list) = &action.data.list else { return Vec::new() };
        let Some(id) = list.id.as_deref().and_then(|raw| ColumnId::parse(raw).ok()) else { return Vec::new() };
        let Some(spot) = self.columns.get_mut(&id) else { return Vec::new() };
        if action.kind == "createList" {
            spot.is_hidden = false;
            return vec![Change::AddColumn(NewColumn { deleted: None, ..spot.value.clone() })];
        }
        let mut changes = Vec::new();
        if let Some(name) = list.name.clone().filter(|_| action.data.old.contains_key("name")) {
            spot.value.name.clone_from(&name);
            changes.push(Change::RenameColumn(id.clone(), name));
        }
        if let Some(closed) = list.closed.filter(|_| action.data.old.contains_key("closed")) {
            spot.is_hidden = closed;
            changes.push(if closed { Change::DeleteColumn(id.clone()) } else { Change::RestoreColumn(id.clone()) });
        }
        if let Some(pos) = list.pos.filter(|_| action.data.old.contains_key("pos")) {
            spot.pos = pos;
            changes.push(Change::MoveColumn(id.clone(), self.columns.next(&id)));
        }
        changes
    }

    fn card_changes(&mut self, at_ms: i64, action: &Action) -> Vec<Change> {
        let data = &action.data;
        let Some(card) = &data.card else { return Vec::new() };
        let Some(id) = card_id(card) else { return Vec::new() };
        let Some(spot) = self.cards.get_mut(&id) else { return Vec::new() };
        match action.kind.as_str() {
            "createCard" | "convertToCardFromCheckItem" => {
                spot.is_hidden = false;
                let column = ColumnId::parse(&spot.group).unwrap_or_else(|_| spot.value.position.column.clone());
                let position = Position { column, ..spot.value.position.clone() };
                let card = NewCard {
                    position,
                    is_archived: false,
                    comments: Vec::new(),
                    checklist: Vec::new(),
                    ..spot.value.clone()
                };
                let items = spot.value.checklist.clone();
                let mut changes = vec![Change::AddCard(Box::new(card), self.cards.next(&id))];
                changes.extend(items.into_iter().map(|item| Change::AddItem(id.clone(), item)));
                changes
            }
            "updateCard" => self.update_changes(id, card, &data.old),
            "deleteCard" => {
                spot.is_hidden = true;
                vec![Change::DeleteCard(id)]
            }
            "addMemberToCard" | "removeMemberFromCard" => {
                let membership = if action.kind == "addMemberToCard" { Membership::In } else { Membership::Out };
                let user = data.id_member.as_deref().and_then(|raw| UserId::parse(raw).ok());
                user.map(|user| Change::Assign(id, user, membership)).into_iter().collect()
            }
            "commentCard" => {
                let by = action.id_member_creator.clone().unwrap_or_default();
                let body = data.text.clone().unwrap_or_default();
                let comment = CommentId::parse(&action.id).ok().map(|comment| Comment { id: comment, by, at_ms, body });
                comment.map(|comment| Change::AddComment(id, comment)).into_iter().collect()
            }
            "updateCheckItemStateOnCard" => {
                let known = tick(action).filter(|(item, _)| spot.value.checklist.iter().any(|known| known.id == *item));
                known.map(|(item, is_done)| Change::Tick(id, item, is_done)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn update_changes(&mut self, id: CardId, card: &ActionCard, old: &BTreeMap<String, Json>) -> Vec<Change> {
        let Some(spot) = self.cards.get_mut(&id) else { return Vec::new() };
        let mut changes = Vec::new();
        if let Some(name) = card.name.clone().filter(|_| old.contains_key("name")) {
            changes.push(Change::RenameCard(id.clone(), name));
        }
        if let Some(text) = card.desc.as_deref().filter(|_| old.contains_key("desc")) {
            changes.push(Change::Describe(id.clone(), paragraphs(text)));
        }
        if old.contains_key("due") {
            changes.push(Change::SetDue(id.clone(), card.due.clone()));
        }
        if let Some(closed) = card.closed.filter(|_| old.contains_key("closed")) {
            spot.is_hidden = closed;
            changes.push(Change::ArchiveCard(id.clone(), closed));
        }
        let list = card.id_list.as_deref().filter(|_| old.contains_key("idList"));
        let pos = card.pos.filter(|_| old.contains_key("pos"));
        if list.is_some() || pos.is_some() {
            spot.pos = pos.unwrap_or(spot.pos);
            if let Some(list) = list {
                list.clone_into(&mut spot.group);
            }
            if let Ok(column) = ColumnId::parse(&spot.group) {
                let before = self.cards.next(&id);
                changes.push(Change::MoveCard(id, column, before));
            }
        }
        changes
    }
}

fn spot<V>(group: String, pos: f64, is_hidden: bool, value: V) -> Spot<V> {
    Spot { group, pos, is_hidden, is_born_later: false, value }
}

fn undo_field(spot: &mut Spot<NewCard>, key: &str, old: &Json) {
    match key {
        "name" => old.as_str().unwrap_or_default().clone_into(&mut spot.value.title),
        "desc" => spot.value.description = paragraphs(old.as_str().unwrap_or_default()),
        "due" => spot.value.due = old.as_str().map(str::to_owned),
        "closed" => spot.is_hidden = old.as_bool().unwrap_or(false),
        "pos" => spot.pos = old.as_f64().unwrap_or(spot.pos),
        "idList" => old.as_str().unwrap_or_default().clone_into(&mut spot.group),
        _ => {}
    }
}

fn change_people(spot: &mut Spot<NewCard>, user: Option<&str>, change: Membership) {
    let Some(user) = user.and_then(|raw| UserId::parse(raw).ok()) else { return };
    spot.value.assignees.retain(|known| *known != user);
    if change == Membership::In {
        spot.value.assignees.push(user);
    }
}

fn tick(action: &Action) -> Option<(ItemId, bool)> {
    let item = action.data.check_item.as_ref()?;
    Some((ItemId::parse(item.id.as_deref()?).ok()?, item.state.as_deref()? == "complete"))
}

fn card_id(card: &ActionCard) -> Option<CardId> {
    CardId::parse(&card.id).ok()
}

fn paragraphs(text: &str) -> Vec<String> {
    if text.is_empty() {
        Vec::new()
    } else {
        text.splitn(1_000, '\n').map(|line| line.trim_end_matches('\r').to_owned()).collect()
    }
}
