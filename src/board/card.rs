//! Cards as they are read: everything that a person did to a card, whatever the document looks like.
//!
//! Promises: every map under `cards` with a well-formed id is a card; parts that are malformed are left out, never the card.
//! Does not know where a card is shown: [`crate::board::Board`] decides that.

use std::collections::{BTreeMap, BTreeSet};

use yrs::{Any, GetString, Map, MapRef, Out, ReadTxn};

use super::column::by_rank;
use super::id::{CardId, CommentId, ItemId, LabelId, UserId};
use super::position::{self, Positions};
use super::text::paragraphs;
use super::value::{Deletion, Stamp, deletion, entries, maps, moment, nested, plain, plain_string};

/// A card.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// `task` when the document says nothing.
    pub kind: String,
    /// One line of text.
    pub title: String,
    /// Paragraphs, as plain text.
    pub description: Vec<String>,
    /// Where it was put, and where else people put it at the same time.
    pub position: Positions,
    /// Estimate in points.
    pub points: Option<f64>,
    /// `low`, `high` or `urgent`; absent is medium.
    pub priority: Option<String>,
    /// First day, a date or an instant.
    pub start: Option<String>,
    /// Last day, a date or an instant.
    pub due: Option<String>,
    /// When and by whom it was made.
    pub created: Option<Stamp>,
    /// Present when it is deleted: hidden, not lost.
    pub deleted: Option<Deletion>,
    /// Who works on it.
    pub assignees: BTreeSet<UserId>,
    /// Its labels, known to the board or not.
    pub labels: BTreeSet<LabelId>,
    /// Items by (rank, id).
    pub checklist: Vec<ChecklistItem>,
    /// Comments by (time, id).
    pub comments: Vec<Comment>,
}

/// One thing to tick off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistItem {
    /// Its name in the document.
    pub id: ItemId,
    /// What is to do.
    pub text: String,
    /// Whether it is done.
    pub is_done: bool,
    /// Orders the items, with the id.
    pub rank: Option<String>,
    /// The list it came from, for cards that had several.
    pub list: Option<String>,
}

/// What somebody said about a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its name in the document.
    pub id: CommentId,
    /// The author, as the document says.
    pub by: String,
    /// When, in ms since 1970; 0 when the document does not say.
    pub at_ms: i64,
    /// The text.
    pub body: String,
}

impl Card {
    pub(super) fn read<T: ReadTxn>(txn: &T, map: &MapRef) -> Card {
        let number = |key| match plain(txn, map, key) {
            Some(Any::Number(number)) => number.as_f64().filter(|value| value.is_finite()),
            _ => None,
        };
        Card {
            kind: plain_string(txn, map, "type").unwrap_or_else(|| "task".to_owned()),
            title: shared_text(txn, map, "title").unwrap_or_default(),
            description: match map.get(txn, "description") {
                Some(Out::YXmlFragment(fragment)) => paragraphs(txn, &fragment),
                _ => Vec::new(),
            },
            position: position::read(txn, map),
            points: number("points"),
            priority: plain_string(txn, map, "priority"),
            start: plain_string(txn, map, "start"),
            due: plain_string(txn, map, "due"),
            created: plain(txn, map, "created").as_ref().and_then(Stamp::read),
            deleted: deletion(txn, map),
            assignees: set(txn, map, "assignees", UserId::parse),
            labels: set(txn, map, "labels", LabelId::parse),
            checklist: checklist(txn, map),
            comments: comments(txn, map),
        }
    }
}

/// All cards, deleted ones too, as they stand in the document.
pub(super) fn maps_of_cards<T: ReadTxn>(txn: &T) -> BTreeMap<CardId, MapRef> {
    super::value::root(txn, "cards").map_or_else(BTreeMap::new, |cards| maps(txn, &cards, CardId::parse))
}

fn shared_text<T: ReadTxn>(txn: &T, map: &MapRef, key: &str) -> Option<String> {
    match map.get(txn, key)? {
        Out::YText(text) => Some(text.get_string(txn)),
        _ => None,
    }
}

/// The names that stand as `true` in a nested map.
fn set<T: ReadTxn, K: Ord, E>(txn: &T, map: &MapRef, key: &str, parse: impl Fn(&str) -> Result<K, E>) -> BTreeSet<K> {
    let Some(map) = nested(txn, map, key) else { return BTreeSet::new() };
    let is_set = |(id, value)| matches!(value, Out::Any(Any::Bool(true))).then_some(id);
    entries(txn, &map, parse).into_iter().filter_map(is_set).collect()
}

fn checklist<T: ReadTxn>(txn: &T, card: &MapRef) -> Vec<ChecklistItem> {
    let Some(items) = nested(txn, card, "checklist") else { return Vec::new() };
    let item = |(id, map): (ItemId, MapRef)| ChecklistItem {
        id,
        text: plain_string(txn, &map, "text").unwrap_or_default(),
        is_done: plain(txn, &map, "done") == Some(Any::Bool(true)),
        rank: plain_string(txn, &map, "rank"),
        list: plain_string(txn, &map, "list"),
    };
    let mut items: Vec<ChecklistItem> = maps(txn, &items, ItemId::parse).into_iter().map(item).collect();
    items.sort_by(|a, b| by_rank(a.rank.as_deref(), b.rank.as_deref()).then_with(|| a.id.cmp(&b.id)));
    items
}

fn comments<T: ReadTxn>(txn: &T, card: &MapRef) -> Vec<Comment> {
    let Some(comments) = nested(txn, card, "comments") else { return Vec::new() };
    let comment = |(id, map): (CommentId, MapRef)| Comment {
        id,
        by: plain_string(txn, &map, "by").unwrap_or_default(),
        at_ms: plain(txn, &map, "at").as_ref().and_then(moment).unwrap_or(0),
        body: plain_string(txn, &map, "body").or_else(|| shared_text(txn, &map, "body")).unwrap_or_default(),
    };
    let mut comments: Vec<Comment> = maps(txn, &comments, CommentId::parse).into_iter().map(comment).collect();
    comments.sort_by(|a, b| a.at_ms.cmp(&b.at_ms).then_with(|| a.id.cmp(&b.id)));
    comments
}
