//! Every way to change a board. One [`Editor`] works inside one transaction, for one author at one time.
//!
//! Promises: a nested type is made with its parent in the same transaction and never replaced; moving writes the whole position;
//! deleting is soft. An edit of something that is not there changes nothing and says so.
//! Does not check who may edit, and makes no ids: they are parameters.

mod card;
mod column;

use yrs::{Any, Map, MapPrelim, MapRef, TransactionMut, WriteTxn};

use super::SCHEMA;
use super::card::{ChecklistItem, Comment};
use super::field;
use super::id::{CardId, ColumnId, ItemId, LabelId, SprintId, UserId};
use super::label::Label;
use super::sprint::{Completed, Sprint};
use super::value::{Stamp, deletion, nested};

pub use card::Place;

/// Why an edit was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No such column, or it is deleted.
    #[error("there is no column {0}")]
    NoColumn(ColumnId),
    /// No such card.
    #[error("there is no card {0}")]
    NoCard(CardId),
    /// The card has no such checklist item.
    #[error("there is no checklist item {0}")]
    NoItem(ItemId),
    /// The document holds something else where this part should be; it must not be replaced.
    #[error("the document is malformed: {0} is not what it should be")]
    Malformed(&'static str),
    /// The id is in use already; parts are never replaced.
    #[error("the id {0} is in use already")]
    Taken(String),
}

/// Changes a board inside one transaction.
pub struct Editor<'t, 'doc> {
    txn: &'t mut TransactionMut<'doc>,
    stamp: Stamp,
}

impl<'t, 'doc> Editor<'t, 'doc> {
    /// Edits as the author of `stamp`, at its time.
    pub fn new(txn: &'t mut TransactionMut<'doc>, stamp: Stamp) -> Self {
        Editor { txn, stamp }
    }

    /// Writes what makes a document a board.
    pub fn create_board(&mut self, name: &str, key: Option<&str>) {
        let meta = self.root("meta");
        meta.insert(self.txn, "schema", SCHEMA);
        meta.insert(self.txn, "kind", "board");
        meta.insert(self.txn, "name", name);
        if let Some(key) = key {
            meta.insert(self.txn, "key", key);
        }
        if !meta.contains_key(self.txn, "members") {
            meta.insert(self.txn, "members", MapPrelim::default());
        }
    }

    /// Gives the board a new name.
    pub fn rename_board(&mut self, name: &str) {
        let meta = self.root("meta");
        self.set(&meta, "name", name);
    }

    /// Adds a person the board can name.
    ///
    /// # Errors
    /// [`EditError::Malformed`] when the document is no board.
    pub fn add_member(&mut self, id: &UserId, name: &str) -> Result<(), EditError> {
        let meta = self.root("meta");
        let members = nested(self.txn, &meta, "members").ok_or(EditError::Malformed("meta.members"))?;
        let member = self.new_map(&members, id.as_str())?;
        member.insert(self.txn, "name", name);
        Ok(())
    }

    /// Adds a label.
    ///
    /// # Errors
    /// [`EditError::Taken`].
    pub fn add_label(&mut self, id: &LabelId, label: &Label) -> Result<(), EditError> {
        let labels = self.root("labels");
        let map = self.new_map(&labels, id.as_str())?;
        map.insert(self.txn, "name", label.name.as_str());
        map.insert(self.txn, "color", label.color.as_str());
        Ok(())
    }

    /// Plans a sprint.
    ///
    /// # Errors
    /// [`EditError::Taken`].
    pub fn add_sprint(&mut self, id: &SprintId, sprint: &Sprint) -> Result<(), EditError> {
        let sprints = self.root("sprints");
        let map = self.new_map(&sprints, id.as_str())?;
        map.insert(self.txn, "name", sprint.name.as_str());
        map.insert(self.txn, "goal", sprint.goal.as_str());
        self.insert_some(&map, "start", sprint.start.as_deref());
        self.insert_some(&map, "end", sprint.end.as_deref());
        self.insert_some(&map, "capacity", sprint.capacity);
        self.insert_some(&map, "started", sprint.started.as_ref().map(Stamp::to_any));
        self.insert_some(&map, "completed", sprint.completed.as_ref().map(Completed::to_any));
        Ok(())
    }

    /// Adds a checklist item to a card.
    ///
    /// # Errors
    /// [`EditError`] when the card is not there, or the id is taken.
    pub fn add_item(&mut self, card: &CardId, item: &ChecklistItem) -> Result<(), EditError> {
        let items = self.part(card, "checklist")?;
        let map = self.new_map(&items, item.id.as_str())?;
        map.insert(self.txn, "text", item.text.as_str());
        map.insert(self.txn, "done", item.is_done);
        self.insert_some(&map, "rank", item.rank.as_deref());
        self.insert_some(&map, "list", item.list.as_deref());
        Ok(())
    }

    /// Ticks an item, or takes the tick away.
    ///
    /// # Errors
    /// [`EditError`] when card or item are not there.
    pub fn tick_item(&mut self, card: &CardId, item: &ItemId, is_done: bool) -> Result<(), EditError> {
        let map = self.item(card, item)?;
        self.set(&map, "done", is_done);
        Ok(())
    }

    /// Changes what an item says.
    ///
    /// # Errors
    /// [`EditError`] when card or item are not there.
    pub fn rename_item(&mut self, card: &CardId, item: &ItemId, text: &str) -> Result<(), EditError> {
        let map = self.item(card, item)?;
        self.set(&map, "text", text);
        Ok(())
    }

    /// Adds a comment to a card.
    ///
    /// # Errors
    /// [`EditError`] when the card is not there, or the id is taken.
    pub fn add_comment(&mut self, card: &CardId, comment: &Comment) -> Result<(), EditError> {
        let comments = self.part(card, "comments")?;
        let map = self.new_map(&comments, comment.id.as_str())?;
        map.insert(self.txn, "by", comment.by.as_str());
        map.insert(self.txn, "at", comment.at_ms);
        map.insert(self.txn, "body", comment.body.as_str());
        Ok(())
    }

    /// Puts a person on a card, or takes them off.
    ///
    /// # Errors
    /// [`EditError`] when the card is not there.
    pub fn assign(&mut self, card: &CardId, user: &UserId, change: Membership) -> Result<(), EditError> {
        let assignees = self.part(card, "assignees")?;
        self.set_member(&assignees, user.as_str(), change);
        Ok(())
    }

    /// Puts a label on a card, or takes it off.
    ///
    /// # Errors
    /// [`EditError`] when the card is not there.
    pub fn label(&mut self, card: &CardId, label: &LabelId, change: Membership) -> Result<(), EditError> {
        let labels = self.part(card, "labels")?;
        self.set_member(&labels, label.as_str(), change);
        Ok(())
    }

    fn set_member(&mut self, set: &MapRef, key: &str, change: Membership) {
        match change {
            Membership::In => drop(set.try_update(self.txn, key, true)),
            Membership::Out => drop(set.remove(self.txn, key)),
        }
    }

    fn item(&self, card: &CardId, item: &ItemId) -> Result<MapRef, EditError> {
        let items = self.part(card, "checklist")?;
        nested(self.txn, &items, item.as_str()).ok_or_else(|| EditError::NoItem(item.clone()))
    }

    /// Writes a field of a part.
    fn set(&mut self, map: &MapRef, name: &str, value: impl Into<Any>) {
        field::write(self.txn, map, name, value.into(), &self.stamp);
    }

    /// The first deletion stays: deleting again says nothing new.
    fn mark_deleted(&mut self, map: &MapRef) {
        if deletion(self.txn, map).is_none() {
            map.insert(self.txn, "deleted", self.stamp.to_any());
        }
    }

    fn root(&mut self, name: &'static str) -> MapRef {
        self.txn.get_or_insert_map(name)
    }

    /// Makes a nested map under a free key.
    fn new_map(&mut self, parent: &MapRef, key: &str) -> Result<MapRef, EditError> {
        if parent.contains_key(self.txn, key) {
            return Err(EditError::Taken(key.to_owned()));
        }
        Ok(parent.insert(self.txn, key, MapPrelim::default()))
    }

    fn insert_some(&mut self, map: &MapRef, key: &'static str, value: Option<impl Into<Any>>) {
        if let Some(value) = value {
            map.insert(self.txn, key, value.into());
        }
    }
}

/// Whether something belongs to a set afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// It does.
    In,
    /// It does not.
    Out,
}
