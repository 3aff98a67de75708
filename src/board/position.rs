//! A card's place on the board: column, lane and rank as one value, so that two moves never mix.
//!
//! Promises: any document gives a place for every card, by the rules of [`Positions`]; reading never writes.

use yrs::{Any, MapRef, ReadTxn};

use super::id::ColumnId;
use super::register::{self, Register};
use super::value::{field, nested, string};

/// A place on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The column the card was put into. It may be deleted by now, or unknown.
    pub column: ColumnId,
    /// The swimlane, if any.
    pub lane: Option<String>,
    /// Orders the cards of a column, with the card's id. Any string sorts.
    pub rank: String,
}

impl Position {
    pub(super) fn read(value: &Any) -> Option<Position> {
        let lane = match field(value, "lane") {
            None | Some(Any::Null | Any::Undefined) => None,
            Some(lane) => Some(string(lane)?.to_owned()),
        };
        let column = ColumnId::parse(string(field(value, "column")?)?).ok()?;
        Some(Position { column, lane, rank: string(field(value, "rank")?)?.to_owned() })
    }

    pub(super) fn fields(&self) -> [(&'static str, Any); 3] {
        [
            ("column", Any::from(self.column.as_str())),
            ("lane", self.lane.as_deref().map_or(Any::Null, Any::from)),
            ("rank", Any::from(self.rank.as_str())),
        ]
    }
}

/// Every place a card was put that still counts or can be restored.
pub type Positions = Register<Position>;

/// Reads the `position` of a card.
pub(super) fn read<T: ReadTxn>(txn: &T, card: &MapRef) -> Positions {
    nested(txn, card, "position").map_or_else(Positions::empty, |map| register::read(txn, &map, Position::read))
}
