//! Cards as they are read: everything that a person did to a card, whatever the document looks like.
//!
//! Promises: every map under `cards` with a well-formed id is a card; parts that are malformed are left out, never the card.
//! Does not know where a card is shown: [`crate::board::Board`] decides that.

use std::collections::{BTreeMap, BTreeSet};

use yrs::{Any, GetString, Map, MapRef, Out, ReadTxn, TransactionMut};

use super::column::by_rank;
use super::field::{self, Part};
use super::id::{CardId, CommentId, ItemId, LabelId, SprintId, UserId};
use super::link::{self, Linked};
use super::position::{self, Positions};
use super::text::paragraphs;
use super::value::{
    Deletion, Stamp, deletion, entries, field as entry, maps, moment, nested, object, plain, plain_string, root, string,
};

/// Largest number of a card. A member may bring any with a new card; past this one it names nothing that people can say.
pub const NUMBER_MAX: u64 = 999_999_999;

/// A card.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// What it is; a task when the document says nothing.
    pub kind: CardKind,
    /// Its number on the board, once the server has given it one.
    pub number: Option<u64>,
    /// One line of text.
    pub title: String,
    /// Paragraphs, as plain text.
    pub description: Vec<String>,
    /// Where it was put, and where else people put it at the same time.
    pub position: Positions,
    /// Which sprint it is planned into.
    pub plan: Plan,
    /// Estimate in points, 0 to [`super::field::POINTS_MAX`].
    pub points: Option<f64>,
    /// `low`, `high` or `urgent`; absent is medium.
    pub priority: Option<String>,
    /// First day, a date or an instant.
    pub start: Option<String>,
    /// Last day, a date or an instant.
    pub due: Option<String>,
    /// When and by whom it was made.
    pub created: Option<Stamp>,
    /// Put away: kept for good, but not shown.
    pub is_archived: bool,
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
    /// Links to other cards, by kind and card.
    pub links: Vec<Linked>,
    /// The import that made it.
    pub import: Option<String>,
}

/// What a card is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardKind {
    /// Something to do.
    #[default]
    Task,
    /// Something that users will be able to do.
    Story,
    /// Something that is wrong.
    Bug,
    /// Something that stands in the team's way.
    Issue,
    /// Something to find out.
    Question,
}

impl CardKind {
    const ALL: [CardKind; 5] = [CardKind::Task, CardKind::Story, CardKind::Bug, CardKind::Issue, CardKind::Question];

    /// The kind as it stands in a document.
    pub fn as_str(self) -> &'static str {
        match self {
            CardKind::Task => "task",
            CardKind::Story => "story",
            CardKind::Bug => "bug",
            CardKind::Issue => "issue",
            CardKind::Question => "question",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<CardKind> {
        CardKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Which sprint a card is planned into and its order there: one value, so that two plans never mix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The sprint; none is the backlog.
    pub sprint: Option<SprintId>,
    /// Orders the cards of a sprint; without it the rank on the board stands in.
    pub rank: Option<String>,
}

impl Plan {
    pub(super) fn read(value: &Any) -> Option<Plan> {
        let Any::Map(_) = value else { return None };
        let sprint = match entry(value, "sprint") {
            None | Some(Any::Null | Any::Undefined) => None,
            Some(sprint) => Some(SprintId::parse(string(sprint)?).ok()?),
        };
        Some(Plan { sprint, rank: entry(value, "rank").and_then(string).map(str::to_owned) })
    }

    pub(super) fn to_any(&self) -> Any {
        let text = |text: Option<&str>| text.map_or(Any::Null, Any::from);
        object([("sprint", text(self.sprint.as_ref().map(SprintId::as_str))), ("rank", text(self.rank.as_deref()))])
    }
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
        Card { checklist: checklist(txn, map), comments: comments(txn, map), ..Card::read_without_entries(txn, map) }
    }

    /// As [`Self::read`], with no checklist and no comments, of which there may be thousands.
    pub(super) fn read_without_entries<T: ReadTxn>(txn: &T, map: &MapRef) -> Card {
        let part = Part::new(txn, map);
        let ext = nested(txn, map, "ext");
        Card {
            kind: part.get("type", |value| string(value).and_then(CardKind::parse)).unwrap_or_default(),
            number: number(txn, map),
            title: shared_text(txn, map, "title").unwrap_or_default(),
            description: match map.get(txn, "description") {
                Some(Out::YXmlFragment(fragment)) => paragraphs(txn, &fragment),
                _ => Vec::new(),
            },
            position: position::read(txn, map),
            plan: part.get("plan", Plan::read).unwrap_or_default(),
            points: part.get("points", field::points),
            priority: part.text("priority"),
            start: part.text("start"),
            due: part.text("due"),
            created: plain(txn, map, "created").as_ref().and_then(Stamp::read),
            is_archived: part.is_set("archived"),
            deleted: deletion(txn, map),
            assignees: set(txn, map, "assignees", UserId::parse),
            labels: set(txn, map, "labels", LabelId::parse),
            checklist: Vec::new(),
            comments: Vec::new(),
            links: link::read(txn, map),
            import: ext.and_then(|ext| plain_string(txn, &ext, "import")),
        }
    }

    /// Whether the board shows it.
    pub fn is_shown(&self) -> bool {
        self.deleted.is_none() && !self.is_archived
    }
}

/// Whether the board shows the card of this map.
pub(super) fn is_shown<T: ReadTxn>(txn: &T, map: &MapRef) -> bool {
    deletion(txn, map).is_none() && !Part::new(txn, map).is_set("archived")
}

/// The cards that an import made and that are not deleted.
pub(super) fn of_import<T: ReadTxn>(txn: &T, import: &str) -> Vec<CardId> {
    let is_of_import = |map: &MapRef| {
        let ext = nested(txn, map, "ext");
        deletion(txn, map).is_none() && ext.and_then(|ext| plain_string(txn, &ext, "import")).as_deref() == Some(import)
    };
    maps_of_cards(txn).into_iter().filter(|(_, map)| is_of_import(map)).map(|(id, _)| id).collect()
}

/// Plans a card on into another sprint, or the backlog; its order stays.
pub(super) fn carry(txn: &mut TransactionMut<'_>, map: &MapRef, to: Option<&SprintId>, stamp: &Stamp) {
    let plan = Plan { sprint: to.cloned(), ..plan_of(txn, map) };
    field::write(txn, map, "plan", plan.to_any(), stamp);
}

/// Takes back a plan into a sprint that is over, and says whose it was.
pub(super) fn replan(
    txn: &mut TransactionMut<'_>,
    map: &MapRef,
    to: Option<&SprintId>,
    closed: &SprintId,
    stamp: &Stamp,
) {
    let by = Part::new(txn, map).field("plan", Plan::read).written().map(|write| write.stamp.by.clone());
    let by = by.or_else(|| plain(txn, map, "created").as_ref().and_then(Stamp::read).map(|made| made.by));
    let lost = object([
        ("by", Any::from(by.unwrap_or_default())),
        ("sprint", Any::from(closed.as_str())),
        ("reason", Any::from("closed")),
    ]);
    let plan = Plan { sprint: to.cloned(), ..plan_of(txn, map) };
    field::write_with(txn, map, "plan", plan.to_any(), stamp, Some(lost));
}

fn plan_of<T: ReadTxn>(txn: &T, map: &MapRef) -> Plan {
    Part::new(txn, map).get("plan", Plan::read).unwrap_or_default()
}

/// A card's number: the server's, or that of the import that made it.
pub(super) fn number<T: ReadTxn>(txn: &T, card: &MapRef) -> Option<u64> {
    let number = |map: &MapRef| plain(txn, map, "number").as_ref().and_then(field::whole);
    let counts = |number: &u64| *number <= NUMBER_MAX;
    number(card).filter(counts).or_else(|| number(&nested(txn, card, "ext")?).filter(counts))
}

/// All cards, deleted ones too, as they stand in the document.
pub(super) fn maps_of_cards<T: ReadTxn>(txn: &T) -> BTreeMap<CardId, MapRef> {
    root(txn, "cards").map_or_else(BTreeMap::new, |cards| maps(txn, &cards, CardId::parse))
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

/// How many items or comments a card has, deleted ones too, without reading any.
pub(super) fn count_entries<T: ReadTxn>(txn: &T, card: &MapRef, key: &str) -> u32 {
    nested(txn, card, key).map_or(0, |entries| entries.len(txn))
}

pub(super) fn checklist<T: ReadTxn>(txn: &T, card: &MapRef) -> Vec<ChecklistItem> {
    let item = |(id, map): (ItemId, MapRef)| {
        let part = Part::new(txn, &map);
        ChecklistItem {
            id,
            text: part.text("text").unwrap_or_default(),
            is_done: part.is_set("done"),
            rank: part.text("rank"),
            list: part.text("list"),
        }
    };
    let mut items: Vec<ChecklistItem> =
        live_entries(txn, card, "checklist", ItemId::parse).into_iter().map(item).collect();
    items.sort_by(|a, b| by_rank(a.rank.as_deref(), b.rank.as_deref()).then_with(|| a.id.cmp(&b.id)));
    items
}

fn comments<T: ReadTxn>(txn: &T, card: &MapRef) -> Vec<Comment> {
    let comment = |(id, map): (CommentId, MapRef)| Comment {
        id,
        by: plain_string(txn, &map, "by").unwrap_or_default(),
        at_ms: plain(txn, &map, "at").as_ref().and_then(moment).unwrap_or(0),
        body: Part::new(txn, &map).text("body").or_else(|| shared_text(txn, &map, "body")).unwrap_or_default(),
    };
    let mut comments: Vec<Comment> =
        live_entries(txn, card, "comments", CommentId::parse).into_iter().map(comment).collect();
    comments.sort_by(|a, b| a.at_ms.cmp(&b.at_ms).then_with(|| a.id.cmp(&b.id)));
    comments
}

/// The comments of a card, by id.
pub(super) fn comment_ids<T: ReadTxn>(txn: &T, card: &MapRef) -> BTreeSet<CommentId> {
    live_entries(txn, card, "comments", CommentId::parse).into_keys().collect()
}

fn live_entries<T: ReadTxn, K: Ord, E>(
    txn: &T,
    card: &MapRef,
    key: &str,
    parse: impl Fn(&str) -> Result<K, E>,
) -> BTreeMap<K, MapRef> {
    let Some(entries) = nested(txn, card, key) else { return BTreeMap::new() };
    let mut entries = maps(txn, &entries, parse);
    entries.retain(|_, map| deletion(txn, map).is_none());
    entries
}
