//! From the file's lists, cards and actions to a board draft.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map as JsonMap, Value as Json, json};

use crate::board::card::{ChecklistItem, Comment};
use crate::board::date::parse_instant;
use crate::board::draft::{BoardDraft, NewCard, NewColumn};
use crate::board::id::{CardId, ColumnId, CommentId, ItemId, LabelId, UserId};
use crate::board::label::Label;
use crate::board::link::{Link, LinkKind};
use crate::board::position::Position;
use crate::board::rank::{Rank, n_between};
use crate::board::value::Stamp;
use crate::transfer::loss_report::{Fate, LossReport};
use crate::transfer::words::category;

use super::file::{self, Export};
use super::ids::{Ids, made_at_ms};
use super::losses;
use super::{ATTACHMENTS_MAX, Import, ImportOptions, LINK_BYTES_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX};

/// Most paragraphs a description is cut into; the rest stays in the last one. Bounds what one card costs.
const PARAGRAPHS_MAX: usize = 1_000;
/// The column for cards of a file without any list.
const NO_LIST: (&str, &str) = ("imported", "Imported");

/// Everything one import needs to know while it goes through the file.
struct Conversion<'a> {
    options: &'a ImportOptions,
    report: LossReport,
    columns: Ids<ColumnId>,
    archived_lists: BTreeSet<ColumnId>,
    cards: Ids<CardId>,
    people: Ids<UserId>,
    labels: Ids<LabelId>,
    authors: BTreeMap<String, String>,
    /// Cards by the address that attachments name them with.
    short_links: BTreeMap<String, CardId>,
    /// Cards and the addresses of other cards that are attached to them.
    attached: Vec<(CardId, String)>,
}

pub(super) fn board(mut export: Export, options: &ImportOptions) -> Import {
    let mut report = LossReport::default();
    losses::add_unread_keys(&export, &mut report);
    losses::add_unread_actions(&export, &mut report);
    let mut conversion = Conversion {
        options,
        report,
        columns: Ids::new("list", |id| ColumnId::parse(id).ok()),
        archived_lists: BTreeSet::new(),
        cards: Ids::new("card", |id| CardId::parse(id).ok()),
        people: Ids::new("member", |id| UserId::parse(id).ok()),
        labels: Ids::new("label", |id| LabelId::parse(id).ok()),
        authors: BTreeMap::new(),
        short_links: BTreeMap::new(),
        attached: Vec::new(),
    };
    let members = conversion.members(&export);
    let labels = conversion.labels(&export.labels);
    let columns = conversion
        .columns(export.lists.take().unwrap_or_default(), export.cards.as_ref().is_some_and(|cards| !cards.is_empty()));
    let mut cards = conversion.cards(export.cards.take().unwrap_or_default(), &columns);
    conversion.checklists(export.checklists, &mut cards);
    conversion.comments(export.actions, &mut cards);
    conversion.links(&mut cards);
    let name = conversion.name(options.board_name.as_deref().unwrap_or(&export.name), "board.name");
    let cards = cards.into_iter().map(|card| card.new).collect();
    Import {
        board: BoardDraft { name, key: None, members, labels, sprints: Vec::new(), columns, cards },
        report: conversion.report,
    }
}

/// A card on its way, with the number of comments that Trello says it has.
struct Card {
    new: NewCard,
    comments_expected: usize,
}

impl Conversion<'_> {
    fn carried(&mut self, kind: &str, count: usize, note: &'static str) {
        self.report.add(Fate::Carried, kind, count, note);
    }

    fn lost(&mut self, kind: &str, note: &'static str) {
        self.report.add(Fate::Lost, kind, 1, note);
    }

    /// The board's members, and authors who are no members any more.
    fn members(&mut self, export: &Export) -> Vec<(UserId, String)> {
        let mut named = Vec::new();
        for (member, is_member) in export.members.iter().map(|member| (member, true)).chain(authors(export)) {
            let Some(id) = self.people.add(&member.id) else { continue };
            named.push((id, self.name(&member.full_name, "member.fullName")));
            self.carried(if is_member { "members" } else { "former members" }, 1, "");
        }
        for action in export.actions.iter().filter(|action| action.kind == "createCard") {
            if let (Some(card), Some(author)) = (&action.data.card, &action.id_member_creator) {
                self.authors.insert(card.id.clone(), author.clone());
            }
        }
        named
    }

    fn labels(&mut self, labels: &[file::Label]) -> Vec<(LabelId, Label)> {
        let mut made = Vec::new();
        for label in labels {
            let Some(id) = self.labels.add(&label.id) else {
                self.lost("labels with an id used twice", "");
                continue;
            };
            let (color, is_exact) = color(label.color.as_deref());
            if !is_exact {
                self.lost("label colours", "replaced by the nearest");
            }
            made.push((id, Label { name: self.name(&label.name, "label.name"), color: color.to_owned() }));
            self.carried("labels", 1, "");
        }
        made
    }

    fn columns(&mut self, mut lists: Vec<file::List>, has_cards: bool) -> Vec<NewColumn> {
        lists.sort_by(|a, b| a.pos.total_cmp(&b.pos).then_with(|| a.id.cmp(&b.id)));
        if lists.is_empty() && has_cards {
            let (id, name) = (NO_LIST.0.to_owned(), NO_LIST.1.to_owned());
            lists.push(file::List { id, name, closed: false, pos: 0.0, rest: file::Rest::new() });
        }
        let ranks = ranks(lists.len());
        let mut columns = Vec::new();
        for (list, rank) in lists.into_iter().zip(ranks) {
            let Some(id) = self.columns.add(&list.id) else {
                self.lost("lists with an id used twice", "");
                continue;
            };
            if list.closed {
                self.archived_lists.insert(id.clone());
            }
            self.carried(
                if list.closed { "archived lists" } else { "lists" },
                1,
                if list.closed { "as deleted columns" } else { "as columns" },
            );
            columns.push(NewColumn {
                id,
                category: category(&list.name),
                name: self.name(&list.name, "list.name"),
                wip: None,
                rank,
                deleted: list.closed.then(|| self.options.stamp.clone()),
                ext: [("trello".to_owned(), json!({ "id": shortened(&list.id, NAME_CHARS_MAX).0, "pos": list.pos }))]
                    .into_iter()
                    .collect(),
            });
        }
        columns
    }

    fn cards(&mut self, mut cards: Vec<file::Card>, columns: &[NewColumn]) -> Vec<Card> {
        cards.sort_by(|a, b| a.id_list.cmp(&b.id_list).then(a.pos.total_cmp(&b.pos)).then_with(|| a.id.cmp(&b.id)));
        let Some(first) = columns.first() else { return Vec::new() };
        let mut by_column: BTreeMap<ColumnId, Vec<file::Card>> = BTreeMap::new();
        for card in cards {
            if self.columns.get(&card.id_list).is_none() && card.id_list != NO_LIST.0 {
                self.lost("card.idList", "lists that the file does not hold; the cards are in the first column");
            }
            by_column.entry(self.columns.get(&card.id_list).unwrap_or(&first.id).clone()).or_default().push(card);
        }
        let mut made = Vec::new();
        for (column, cards) in by_column {
            for (rank, card) in ranks(cards.len()).into_iter().zip(cards) {
                made.extend(self.card(card, &column, &rank));
            }
        }
        made
    }

    fn card(&mut self, card: file::Card, column: &ColumnId, rank: &Rank) -> Option<Card> {
        let Some(id) = self.cards.add(&card.id) else {
            self.lost("cards with an id used twice", "");
            return None;
        };
        let is_hidden = card.closed || self.archived_lists.contains(column);
        let (kind, note) = match (card.closed, is_hidden) {
            (true, _) => ("archived cards", ""),
            (false, true) => ("cards of archived lists", "archived, because their list is"),
            (false, false) => ("cards", ""),
        };
        self.carried(kind, 1, note);
        let author = self.authors.get(&card.id).and_then(|author| self.people.get(author)).map(|id| id.to_string());
        let importer = &self.options.stamp;
        let made = made_at_ms(&card.id).unwrap_or(importer.at_ms);
        let created = Stamp::new(made, author.unwrap_or_else(|| importer.by.clone()));
        self.short_links.extend(card.short_link.clone().map(|short| (short, id.clone())));
        let addresses = card.attachments.iter().filter_map(|file| attached_card(file.url.as_deref()?));
        self.attached.extend(addresses.take(ATTACHMENTS_MAX).map(|short| (id.clone(), short.to_owned())));
        let position = Position { column: column.clone(), lane: None, rank: rank.as_str().to_owned() };
        let new = NewCard {
            description: self.description(&card.desc),
            start: self.instant(card.start.as_deref(), "card.start"),
            due: self.instant(card.due.as_deref(), "card.due"),
            is_archived: is_hidden,
            assignees: self.references(&card.id_members, "card.idMembers", |it, raw| it.people.get(raw).cloned()),
            labels: self.references(&card.id_labels, "card.idLabels", |it, raw| it.labels.get(raw).cloned()),
            ext: self.ext(&card, is_hidden),
            ..NewCard::new(id, &self.text(&card.name, "card.name"), position, created)
        };
        self.carried("labels on cards", new.labels.len(), "");
        self.carried("people on cards", new.assignees.len(), "");
        Some(Card { new, comments_expected: card.badges.comments as usize })
    }

    /// What the board does not show, and what leads back to Trello.
    fn ext(&mut self, card: &file::Card, is_hidden: bool) -> JsonMap<String, Json> {
        let short = |text: &Option<String>| text.as_deref().map(|text| shortened(text, NAME_CHARS_MAX).0.to_owned());
        let mut trello = json!({ "id": shortened(&card.id, NAME_CHARS_MAX).0, "pos": card.pos, "idShort": card.id_short,
            "shortLink": short(&card.short_link), "dateLastActivity": short(&card.date_last_activity),
            "dueComplete": card.due_complete, "dueReminder": card.due_reminder });
        self.report.add(Fate::Kept, "card.dueComplete", usize::from(card.due_complete), "ticks on due dates");
        self.report.add(Fate::Kept, "card.dueReminder", usize::from(card.due_reminder.is_some()), "reminders");
        self.report.add(Fate::Kept, "card.idShort", usize::from(card.id_short.is_some()), "Trello's card numbers");
        if !card.attachments.is_empty() {
            let attachment = |file: &file::Attachment| {
                let url = file.url.as_deref().filter(|url| url.len() <= LINK_BYTES_MAX);
                json!({ "name": shortened(&file.name, NAME_CHARS_MAX).0, "url": url, "date": short(&file.date) })
            };
            let kept = card.attachments.len().min(ATTACHMENTS_MAX);
            trello["attachments"] = card.attachments[..kept].iter().map(attachment).collect();
            let note = "name, link and date; the files are not in the export";
            self.report.add(Fate::Kept, "card.attachments", kept, note);
            self.report.add(Fate::Lost, "card.attachments", card.attachments.len() - kept, "more than 100 on one card");
        }
        let mut ext: JsonMap<String, Json> = [("trello".to_owned(), trello)].into_iter().collect();
        if is_hidden {
            ext.insert("archived".to_owned(), Json::from(if card.closed { "card" } else { "list" }));
        }
        ext
    }

    fn checklists(&mut self, mut checklists: Vec<file::Checklist>, cards: &mut [Card]) {
        checklists.sort_by(|a, b| a.pos.total_cmp(&b.pos));
        let places = places(cards);
        let mut ids: BTreeMap<usize, Ids<ItemId>> = BTreeMap::new();
        for mut checklist in checklists {
            let Some(at) = self.cards.get(&checklist.id_card).and_then(|id| places.get(id)).copied() else {
                self.report.add(Fate::Lost, "checklists", 1, "on cards that the file does not hold");
                self.report.add(
                    Fate::Lost,
                    "checklist items",
                    checklist.check_items.len(),
                    "on cards that the file does not hold",
                );
                continue;
            };
            self.carried("checklists", 1, "flattened into one per card; their names stay with the items");
            let list = self.name(&checklist.name, "checklist.name");
            checklist.check_items.sort_by(|a, b| a.pos.total_cmp(&b.pos));
            for item in checklist.check_items {
                let known = ids.entry(at).or_insert_with(|| Ids::new("item", |id| ItemId::parse(id).ok()));
                let Some(id) = known.add(&item.id) else {
                    self.lost("checklist items with an id used twice", "");
                    continue;
                };
                let text = self.text(&item.name, "checkItem.name");
                let is_done = item.state == "complete";
                cards[at].new.checklist.push(ChecklistItem { id, text, is_done, rank: None, list: Some(list.clone()) });
                self.carried("checklist items", 1, "");
            }
        }
        for card in cards {
            let ranks = ranks(card.new.checklist.len());
            card.new
                .checklist
                .iter_mut()
                .zip(ranks)
                .for_each(|(item, rank)| item.rank = Some(rank.as_str().to_owned()));
        }
    }

    fn comments(&mut self, actions: Vec<file::Action>, cards: &mut [Card]) {
        let places = places(cards);
        let mut ids: BTreeMap<usize, Ids<CommentId>> = BTreeMap::new();
        for action in actions.into_iter().filter(|action| action.kind == "commentCard") {
            let card =
                action.data.card.as_ref().and_then(|card| self.cards.get(&card.id)).and_then(|id| places.get(id));
            let Some(at) = card.copied() else {
                self.lost("comments", "on cards that the file does not hold");
                continue;
            };
            let known = ids.entry(at).or_insert_with(|| Ids::new("comment", |id| CommentId::parse(id).ok()));
            let Some(id) = known.add(&action.id) else {
                self.lost("comments with an id used twice", "");
                continue;
            };
            let author = action.id_member_creator.as_deref().and_then(|raw| self.people.get(raw));
            let by = author.map_or_else(|| self.options.stamp.by.clone(), |id| id.to_string());
            let written = action.date.as_deref().and_then(parse_instant).or(made_at_ms(&action.id));
            let stamp = Stamp::new(written.unwrap_or(self.options.stamp.at_ms), by);
            let body = self.text(action.data.text.as_deref().unwrap_or_default(), "comment.text");
            cards[at].new.comments.push(Comment { id, by: stamp.by, at_ms: stamp.at_ms, body });
            self.carried("comments", 1, "");
        }
        let absent = |card: &Card| card.comments_expected.saturating_sub(card.new.comments.len());
        let absent: usize = cards.iter().map(absent).sum();
        self.report.add(Fate::Lost, "comments", absent, "counted on the cards, but the export does not hold them");
    }

    /// A card that is attached to another one is related to it; one link for both directions.
    fn links(&mut self, cards: &mut [Card]) {
        let places = places(cards);
        let mut related = BTreeSet::new();
        for (from, short) in std::mem::take(&mut self.attached) {
            let Some(to) = self.short_links.get(&short).filter(|to| **to != from).cloned() else { continue };
            let is_new = related.insert((from.clone(), to.clone())) && !related.contains(&(to.clone(), from.clone()));
            if let Some(at) = places.get(&from).filter(|_| is_new) {
                cards[*at].new.links.push(Link { kind: LinkKind::Relates, to });
                self.carried("links between cards", 1, "as related cards");
            }
        }
    }

    fn references<I: Ord>(&mut self, raw: &[String], kind: &str, find: impl Fn(&Self, &str) -> Option<I>) -> Vec<I> {
        let found: BTreeSet<I> = raw.iter().filter_map(|raw| find(self, raw)).collect();
        let unknown = raw.iter().filter(|raw| find(self, raw).is_none()).count();
        self.report.add(Fate::Lost, kind, unknown, "that the file does not name");
        found.into_iter().collect()
    }

    fn instant(&mut self, text: Option<&str>, kind: &str) -> Option<String> {
        let text = text?;
        if parse_instant(text).is_none() {
            self.lost(kind, "that is no date");
            return None;
        }
        self.carried(if kind == "card.due" { "due dates" } else { "start dates" }, 1, "");
        Some(text.to_owned())
    }

    /// One paragraph for each line.
    fn description(&mut self, text: &str) -> Vec<String> {
        let text = self.text(text, "card.desc");
        if text.is_empty() {
            return Vec::new();
        }
        self.carried("descriptions", 1, "as plain text");
        text.splitn(PARAGRAPHS_MAX, '\n').map(|line| line.trim_end_matches('\r').to_owned()).collect()
    }

    fn text(&mut self, text: &str, kind: &'static str) -> String {
        let (text, is_whole) = shortened(text, TEXT_CHARS_MAX);
        if !is_whole {
            self.lost(kind, "longer than 16384 characters, shortened");
        }
        text.to_owned()
    }

    fn name(&mut self, name: &str, kind: &'static str) -> String {
        let (name, is_whole) = shortened(name, NAME_CHARS_MAX);
        if !is_whole {
            self.lost(kind, "longer than 500 characters, shortened");
        }
        name.to_owned()
    }
}

/// People who did something, members of the board or not.
fn authors(export: &Export) -> impl Iterator<Item = (&file::Member, bool)> {
    export.actions.iter().filter_map(|action| Some((action.member_creator.as_ref()?, false)))
}

fn places(cards: &[Card]) -> BTreeMap<CardId, usize> {
    cards.iter().enumerate().map(|(at, card)| (card.new.id.clone(), at)).collect()
}

fn shortened(text: &str, chars_max: usize) -> (&str, bool) {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => (&text[..end], false),
        None => (text, true),
    }
}

fn ranks(count: usize) -> Vec<Rank> {
    n_between(None, None, count).expect("keys counted up from a0 stay short")
}

/// The short address of a card in Trello: `https://trello.com/c/SYfYXB9t/12-its-title`.
fn attached_card(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://trello.com/c/").or_else(|| url.strip_prefix("http://trello.com/c/"))?;
    rest.split(['/', '?', '#']).next().filter(|short| !short.is_empty())
}

/// The colour of the app's tokens for a Trello colour, and whether it is the same.
fn color(trello: Option<&str>) -> (&'static str, bool) {
    let Some(trello) = trello else { return ("grey", true) };
    match trello.strip_suffix("_dark").or(trello.strip_suffix("_light")).unwrap_or(trello) {
        "green" => ("green", trello == "green"),
        "orange" => ("orange", trello == "orange"),
        "red" => ("red", trello == "red"),
        "blue" => ("blue", trello == "blue"),
        "pink" => ("pink", trello == "pink"),
        "purple" => ("violet", trello == "purple"),
        "yellow" => ("amber", trello == "yellow"),
        "sky" | "lime" => ("teal", false),
        _ => ("grey", false),
    }
}
