//! Edits of cards.

use serde_json::{Map as JsonMap, Value as Json};
use yrs::{Any, Map, MapPrelim, MapRef, Out, TextPrelim, XmlFragmentPrelim};

use crate::board::card::Plan;
use crate::board::draft::NewCard;
use crate::board::id::{CardId, ColumnId};
use crate::board::layout::Placing;
use crate::board::link::Link;
use crate::board::position::Position;
use crate::board::rank::place;
use crate::board::value::{nested, root};
use crate::board::{register, text};

use super::{EditError, Editor};

/// Nested maps of a card, beside title and description.
const CARD_MAPS: [&str; 7] = ["position", "assignees", "labels", "checklist", "comments", "links", "ext"];

/// Where a card goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Into this live column.
    pub column: ColumnId,
    /// Into this swimlane.
    pub lane: Option<String>,
    /// Before this card of the column, or last.
    pub before: Option<CardId>,
}

impl Place {
    /// At the end of a column.
    pub fn last_in(column: ColumnId) -> Place {
        Place { column, lane: None, before: None }
    }

    /// Before a card of a column.
    pub fn before(column: ColumnId, card: CardId) -> Place {
        Place { column, lane: None, before: Some(card) }
    }
}

impl Editor<'_, '_> {
    /// Adds a card with everything nested in it. Checklist items and comments are added apart.
    ///
    /// # Errors
    /// [`EditError::Taken`].
    pub fn add_card(&mut self, card: &NewCard) -> Result<(), EditError> {
        let cards = self.root("cards");
        let map = self.new_map(&cards, card.id.as_str())?;
        map.insert(self.txn, "type", card.kind.as_str());
        map.insert(self.txn, "title", TextPrelim::new(card.title.as_str()));
        let description = map.insert(self.txn, "description", XmlFragmentPrelim::default());
        text::set_paragraphs(self.txn, &description, &card.description);
        for part in CARD_MAPS {
            map.insert(self.txn, part, MapPrelim::default());
        }
        map.insert(self.txn, "created", card.created.to_any());
        self.insert_some(&map, "points", card.points);
        self.insert_some(&map, "priority", card.priority.as_deref());
        self.insert_some(&map, "start", card.start.as_deref());
        self.insert_some(&map, "due", card.due.as_deref());
        self.insert_some(&map, "plan", (card.plan != Plan::default()).then(|| card.plan.to_any()));
        self.insert_some(&map, "archived", card.is_archived.then_some(true));
        self.insert_some(&map, "deleted", card.deleted.as_ref().map(|stamp| stamp.to_any()));
        self.write_position(&map, &card.position)?;
        self.insert_ext(&self.part(&card.id, "ext")?, &card.ext);
        for user in &card.assignees {
            self.assign(&card.id, user, super::Membership::In)?;
        }
        card.labels.iter().try_for_each(|label| self.label(&card.id, label, super::Membership::In))?;
        card.links.iter().try_for_each(|link| self.link_card(&card.id, link))
    }

    /// The position that a new card would have at this place, after making room for it.
    ///
    /// # Errors
    /// [`EditError`] when the column or the card to go before is not there.
    pub fn open_place(&mut self, place: &Place) -> Result<Position, EditError> {
        self.make_room(place, None)
    }

    /// Moves a card; the newest move takes the whole position.
    ///
    /// # Errors
    /// [`EditError`] when card, column or the card to go before are not there.
    pub fn move_card(&mut self, card: &CardId, place: &Place) -> Result<(), EditError> {
        let map = self.card(card)?;
        let position = self.make_room(place, Some(card))?;
        self.write_position(&map, &position)
    }

    /// Puts a card back to a position that was overwritten.
    ///
    /// # Errors
    /// [`EditError::NoCard`].
    pub fn restore_position(&mut self, card: &CardId, position: &Position) -> Result<(), EditError> {
        let map = self.card(card)?;
        self.write_position(&map, position)
    }

    /// Changes a title by its smallest difference.
    ///
    /// # Errors
    /// [`EditError`] when the card is not there or holds no title text.
    pub fn set_title(&mut self, card: &CardId, title: &str) -> Result<(), EditError> {
        match self.card(card)?.get(self.txn, "title") {
            Some(Out::YText(current)) => text::set_text(self.txn, &current, title),
            _ => return Err(EditError::Malformed("title")),
        }
        Ok(())
    }

    /// Changes a description, paragraph by paragraph, by its smallest difference.
    ///
    /// # Errors
    /// [`EditError`] when the card is not there or holds no description.
    pub fn set_description(&mut self, card: &CardId, paragraphs: &[String]) -> Result<(), EditError> {
        match self.card(card)?.get(self.txn, "description") {
            Some(Out::YXmlFragment(current)) => text::set_paragraphs(self.txn, &current, paragraphs),
            _ => return Err(EditError::Malformed("description")),
        }
        Ok(())
    }

    /// Sets the estimate, or removes it.
    ///
    /// # Errors
    /// [`EditError::NoCard`].
    pub fn set_points(&mut self, card: &CardId, points: Option<u32>) -> Result<(), EditError> {
        let map = self.card(card)?;
        self.set(&map, "points", points.map_or(Any::Null, Any::from));
        Ok(())
    }

    /// Sets the last day, or removes it.
    ///
    /// # Errors
    /// [`EditError::NoCard`].
    pub fn set_due(&mut self, card: &CardId, due: Option<&str>) -> Result<(), EditError> {
        let map = self.card(card)?;
        self.set(&map, "due", due.map_or(Any::Null, Any::from));
        Ok(())
    }

    /// Puts a card away, or takes it out again.
    ///
    /// # Errors
    /// [`EditError::NoCard`].
    pub fn archive_card(&mut self, card: &CardId, is_archived: bool) -> Result<(), EditError> {
        let map = self.card(card)?;
        self.set(&map, "archived", is_archived);
        Ok(())
    }

    /// Plans a card into a sprint, or into the backlog.
    ///
    /// # Errors
    /// [`EditError::NoCard`].
    pub fn plan_card(&mut self, card: &CardId, plan: &Plan) -> Result<(), EditError> {
        let map = self.card(card)?;
        self.set(&map, "plan", plan.to_any());
        Ok(())
    }

    /// Links a card to another. Whether that closes a circle is the caller's to ask.
    ///
    /// # Errors
    /// [`EditError`] when the card is not there.
    pub fn link_card(&mut self, card: &CardId, link: &Link) -> Result<(), EditError> {
        let links = self.part(card, "links")?;
        links.insert(self.txn, link.key(), self.stamp.to_any());
        Ok(())
    }

    /// Hides a card. Edits made meanwhile by others survive inside.
    ///
    /// # Errors
    /// [`EditError::NoCard`].
    pub fn delete_card(&mut self, card: &CardId) -> Result<(), EditError> {
        let map = self.card(card)?;
        self.mark_deleted(&map);
        Ok(())
    }

    /// Brings a deleted card back, with everything in it.
    ///
    /// # Errors
    /// [`EditError::NoCard`].
    pub fn restore_card(&mut self, card: &CardId) -> Result<(), EditError> {
        self.card(card)?.remove(self.txn, "deleted");
        Ok(())
    }

    fn write_position(&mut self, card: &MapRef, position: &Position) -> Result<(), EditError> {
        let map = nested(self.txn, card, "position").ok_or(EditError::Malformed("position"))?;
        register::write(self.txn, &map, &self.stamp, Position::read, position.fields());
        Ok(())
    }

    /// Finds the rank at a place; cards that leave no gap get new ranks.
    fn make_room(&mut self, to: &Place, moving: Option<&CardId>) -> Result<Position, EditError> {
        let placing = Placing::read(self.txn);
        let column = placing.layout.index_of(&to.column).ok_or_else(|| EditError::NoColumn(to.column.clone()))?;
        let others: Vec<&CardId> =
            placing.layout.columns[column].cards.iter().filter(|card| Some(*card) != moving).collect();
        let index = match &to.before {
            None => others.len(),
            Some(next) => {
                others.iter().position(|card| *card == next).ok_or_else(|| EditError::NoCard(next.clone()))?
            }
        };
        let ranks: Vec<Option<&str>> = others.iter().map(|card| placing.rank(card)).collect();
        let placement = place(&ranks, index);
        for (at, rank) in &placement.rekeyed {
            let lane = placing.positions[others[*at]].winner().and_then(|winner| winner.value.lane.clone());
            let position = Position { column: to.column.clone(), lane, rank: rank.as_str().to_owned() };
            self.write_position(&self.card(others[*at])?, &position)?;
        }
        Ok(Position { column: to.column.clone(), lane: to.lane.clone(), rank: placement.rank.as_str().to_owned() })
    }

    pub(super) fn card(&self, id: &CardId) -> Result<MapRef, EditError> {
        let cards = root(self.txn, "cards");
        cards.and_then(|cards| nested(self.txn, &cards, id.as_str())).ok_or_else(|| EditError::NoCard(id.clone()))
    }

    pub(super) fn part(&self, card: &CardId, name: &'static str) -> Result<MapRef, EditError> {
        nested(self.txn, &self.card(card)?, name).ok_or(EditError::Malformed(name))
    }

    pub(super) fn insert_ext(&mut self, map: &MapRef, ext: &JsonMap<String, Json>) {
        for (key, value) in ext {
            map.insert(self.txn, key.as_str(), any(value));
        }
    }
}

/// A JSON value as a plain value of a document. Its depth is bounded by the JSON parser (128).
fn any(json: &Json) -> Any {
    match json {
        Json::Null => Any::Null,
        Json::Bool(value) => Any::from(*value),
        Json::Number(number) => number.as_i64().map_or_else(|| Any::from(number.as_f64().unwrap_or(0.0)), Any::from),
        Json::String(text) => Any::from(text.as_str()),
        Json::Array(values) => Any::from(values.iter().map(any).collect::<Vec<_>>()),
        Json::Object(fields) => {
            crate::board::value::object(fields.iter().map(|(key, value)| (key.as_str(), any(value))))
        }
    }
}
