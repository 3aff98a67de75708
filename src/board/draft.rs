//! A whole board as values, to be written into an empty document: what an import, the demo workspace and tests start from.
//!
//! Promises: every part of the draft ends up in the document, in batches whose updates stay far below the wire's limit for one update;
//! each card's nested types are made in the card's own transaction.

use serde_json::{Map as JsonMap, Value as Json};
use yrs::TransactionMut;

use crate::document::Content;

use super::card::{CardKind, ChecklistItem, Comment, Plan};
use super::column::{Category, Wip};
use super::edit::{EditError, Editor};
use super::id::{CardId, ColumnId, LabelId, SprintId, UserId};
use super::label::Label;
use super::link::Link;
use super::position::Position;
use super::rank::Rank;
use super::sprint::Sprint;
use super::value::Stamp;

/// Text in one batch, in bytes. A step 2 may have 8 MiB; a batch of this size is under 2 MiB with its structure.
const BATCH_BYTES_MAX: usize = 512 << 10;
/// What a card costs beside its text, in bytes: 459 measured for a realistic one, and room for labels and people.
const CARD_BYTES: usize = 2_000;
/// What an item or a comment costs beside its text, in bytes.
const ENTRY_BYTES: usize = 200;

/// A board to be.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardDraft {
    /// What people call it.
    pub name: String,
    /// Short prefix of its cards' numbers.
    pub key: Option<String>,
    /// People it names.
    pub members: Vec<(UserId, String)>,
    /// Its labels.
    pub labels: Vec<(LabelId, Label)>,
    /// Its sprints.
    pub sprints: Vec<(SprintId, Sprint)>,
    /// Its columns, with their ranks.
    pub columns: Vec<NewColumn>,
    /// Its cards, with their positions.
    pub cards: Vec<NewCard>,
}

/// A column to be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewColumn {
    /// Its name in the document.
    pub id: ColumnId,
    /// What people call it.
    pub name: String,
    /// What it means for the sprint.
    pub category: Category,
    /// How many cards it should hold.
    pub wip: Option<Wip>,
    /// Orders the columns.
    pub rank: Rank,
    /// Whether it is deleted from the start, as an archived list is.
    pub deleted: Option<Stamp>,
    /// What another product knew of it.
    pub ext: JsonMap<String, Json>,
}

/// A card to be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCard {
    /// Its name in the document.
    pub id: CardId,
    /// What it is.
    pub kind: CardKind,
    /// One line of text.
    pub title: String,
    /// Paragraphs.
    pub description: Vec<String>,
    /// Where it stands.
    pub position: Position,
    /// Which sprint it is planned into.
    pub plan: Plan,
    /// Estimate in points.
    pub points: Option<f64>,
    /// `low`, `high` or `urgent`.
    pub priority: Option<String>,
    /// First day, a date or an instant.
    pub start: Option<String>,
    /// Last day, a date or an instant.
    pub due: Option<String>,
    /// When and by whom it was made.
    pub created: Stamp,
    /// Whether it is put away from the start.
    pub is_archived: bool,
    /// Whether it is deleted from the start.
    pub deleted: Option<Stamp>,
    /// Who works on it.
    pub assignees: Vec<UserId>,
    /// Its labels.
    pub labels: Vec<LabelId>,
    /// Things to tick off.
    pub checklist: Vec<ChecklistItem>,
    /// What was said about it.
    pub comments: Vec<Comment>,
    /// Links to other cards.
    pub links: Vec<Link>,
    /// What another product knew of it.
    pub ext: JsonMap<String, Json>,
}

impl NewCard {
    /// A card with nothing but a title and a place.
    pub fn new(id: CardId, title: &str, position: Position, created: Stamp) -> NewCard {
        NewCard {
            id,
            kind: CardKind::default(),
            title: title.to_owned(),
            description: Vec::new(),
            position,
            plan: Plan::default(),
            points: None,
            priority: None,
            start: None,
            due: None,
            created,
            is_archived: false,
            deleted: None,
            assignees: Vec::new(),
            labels: Vec::new(),
            checklist: Vec::new(),
            comments: Vec::new(),
            links: Vec::new(),
            ext: JsonMap::new(),
        }
    }

    /// The card, then its items and its comments, which are added apart.
    fn into_parts(mut self) -> impl Iterator<Item = Part> {
        let (checklist, comments) = (std::mem::take(&mut self.checklist), std::mem::take(&mut self.comments));
        let (of_item, of_comment) = (self.id.clone(), self.id.clone());
        std::iter::once(Part::Card(Box::new(self)))
            .chain(checklist.into_iter().map(move |item| Part::Item(of_item.clone(), item)))
            .chain(comments.into_iter().map(move |comment| Part::Comment(of_comment.clone(), comment)))
    }

    fn bytes(&self) -> usize {
        let description: usize = self.description.iter().map(|paragraph| ENTRY_BYTES / 8 + paragraph.len()).sum();
        let members = ENTRY_BYTES / 2 * (self.assignees.len() + self.labels.len() + self.links.len());
        CARD_BYTES + self.title.len() + description + members + bytes_of(&self.ext)
    }
}

/// Parts of a draft that go into one transaction.
#[derive(Debug, Default)]
pub struct Batch {
    parts: Vec<Part>,
    bytes: usize,
}

#[derive(Debug)]
enum Part {
    Head { name: String, key: Option<String> },
    Member(UserId, String),
    Label(LabelId, Label),
    Sprint(SprintId, Sprint),
    Column(NewColumn),
    Card(Box<NewCard>),
    Item(CardId, ChecklistItem),
    Comment(CardId, Comment),
}

impl BoardDraft {
    /// Cuts the draft into batches, to be written in this order.
    pub fn batches(mut self) -> Vec<Batch> {
        let head = Part::Head { name: std::mem::take(&mut self.name), key: self.key.take() };
        self.cut(vec![head])
    }

    /// As [`Self::batches`], for a document that is a board already: it keeps its name and its key.
    pub fn additions(self) -> Vec<Batch> {
        self.cut(Vec::new())
    }

    fn cut(self, first: Vec<Part>) -> Vec<Batch> {
        let parts = (first.into_iter())
            .chain(self.members.into_iter().map(|(id, name)| Part::Member(id, name)))
            .chain(self.labels.into_iter().map(|(id, label)| Part::Label(id, label)))
            .chain(self.sprints.into_iter().map(|(id, sprint)| Part::Sprint(id, sprint)))
            .chain(self.columns.into_iter().map(Part::Column))
            .chain(self.cards.into_iter().flat_map(NewCard::into_parts));
        let mut batches = vec![Batch::default()];
        parts.for_each(|part| push(&mut batches, part));
        batches
    }

    /// Writes the draft into a document, batch by batch, and returns the updates that this made, in order.
    ///
    /// # Errors
    /// As [`Batch::write`]; the document then holds a part of the draft and should be thrown away.
    pub fn write_to(self, content: &mut Content, stamp: &Stamp) -> Result<Vec<Vec<u8>>, EditError> {
        let mut updates = Vec::new();
        for batch in self.batches() {
            let (written, update) = content.edit(|txn| batch.write(txn, stamp));
            written?;
            updates.extend(update);
        }
        Ok(updates)
    }

    /// Writes the whole draft in one transaction and keeps it, for boards that are known to be small.
    ///
    /// # Errors
    /// As [`Batch::write`].
    pub fn write(&self, txn: &mut TransactionMut<'_>, stamp: &Stamp) -> Result<(), EditError> {
        self.clone().batches().iter().try_for_each(|batch| batch.write(txn, stamp))
    }
}

impl Batch {
    /// Writes this batch.
    ///
    /// # Errors
    /// [`EditError`] when the document already has a part of that id, or the draft names an id twice.
    pub fn write(&self, txn: &mut TransactionMut<'_>, stamp: &Stamp) -> Result<(), EditError> {
        let mut editor = Editor::new(txn, stamp.clone());
        self.parts.iter().try_for_each(|part| match part {
            Part::Head { name, key } => {
                editor.create_board(name, key.as_deref());
                Ok(())
            }
            Part::Member(id, name) => editor.add_member(id, name),
            Part::Label(id, label) => editor.add_label(id, label),
            Part::Sprint(id, sprint) => editor.add_sprint(id, sprint),
            Part::Column(column) => editor.add_column(column),
            Part::Card(card) => editor.add_card(card),
            Part::Item(card, item) => editor.add_item(card, item),
            Part::Comment(card, comment) => editor.add_comment(card, comment),
        })
    }
}

impl Part {
    fn bytes(&self) -> usize {
        match self {
            Part::Head { name, .. } => ENTRY_BYTES + name.len(),
            Part::Member(_, name) => ENTRY_BYTES + name.len(),
            Part::Label(_, label) => ENTRY_BYTES + label.name.len() + label.color.len(),
            Part::Sprint(_, sprint) => ENTRY_BYTES + sprint.name.len() + sprint.goal.len(),
            Part::Column(column) => ENTRY_BYTES + column.name.len() + bytes_of(&column.ext),
            Part::Card(card) => card.bytes(),
            Part::Item(_, item) => ENTRY_BYTES + item.text.len() + item.list.as_ref().map_or(0, String::len),
            Part::Comment(_, comment) => ENTRY_BYTES + comment.body.len(),
        }
    }
}

fn push(batches: &mut Vec<Batch>, part: Part) {
    let bytes = part.bytes();
    match batches.last_mut() {
        Some(batch) if batch.parts.is_empty() || batch.bytes + bytes <= BATCH_BYTES_MAX => {
            batch.bytes += bytes;
            batch.parts.push(part);
        }
        _ => batches.push(Batch { parts: vec![part], bytes }),
    }
}

fn bytes_of(ext: &JsonMap<String, Json>) -> usize {
    ext.values().map(|value| value.to_string().len()).sum()
}
