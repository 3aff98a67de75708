//! Edits of columns.

use yrs::{Any, Map, MapRef};

use crate::board::column::{self, Category, Column, Wip};
use crate::board::draft::NewColumn;
use crate::board::id::ColumnId;
use crate::board::rank::place;
use crate::board::value::{nested, root};

use super::{EditError, Editor};

impl Editor<'_, '_> {
    /// Adds a column at the place of its rank.
    ///
    /// # Errors
    /// [`EditError::Taken`].
    pub fn add_column(&mut self, column: &NewColumn) -> Result<(), EditError> {
        let columns = self.root("columns");
        let map = self.new_map(&columns, column.id.as_str())?;
        map.insert(self.txn, "name", column.name.as_str());
        map.insert(self.txn, "category", column.category.as_str());
        map.insert(self.txn, "rank", column.rank.as_str());
        self.insert_some(&map, "wip", column.wip.map(Wip::to_any));
        if let Some(stamp) = &column.deleted {
            map.insert(self.txn, "deleted", stamp.to_any());
        }
        self.insert_ext(&map, &column.ext);
        Ok(())
    }

    /// Gives a column a new name.
    ///
    /// # Errors
    /// [`EditError::NoColumn`].
    pub fn rename_column(&mut self, column: &ColumnId, name: &str) -> Result<(), EditError> {
        let map = self.column(column)?;
        self.set(&map, "name", name);
        Ok(())
    }

    /// Changes what a column means for the sprint.
    ///
    /// # Errors
    /// [`EditError::NoColumn`].
    pub fn set_category(&mut self, column: &ColumnId, category: Category) -> Result<(), EditError> {
        let map = self.column(column)?;
        self.set(&map, "category", category.as_str());
        Ok(())
    }

    /// Limits how many cards a column should hold, or takes the limit away.
    ///
    /// # Errors
    /// [`EditError::NoColumn`].
    pub fn set_wip(&mut self, column: &ColumnId, wip: Option<Wip>) -> Result<(), EditError> {
        let map = self.column(column)?;
        self.set(&map, "wip", wip.map_or(Any::Null, Wip::to_any));
        Ok(())
    }

    /// Puts a column before another live one, or last.
    ///
    /// # Errors
    /// [`EditError::NoColumn`] for either.
    pub fn move_column(&mut self, column: &ColumnId, before: Option<&ColumnId>) -> Result<(), EditError> {
        let map = self.column(column)?;
        let others: Vec<Column> = column::read_all(self.txn)
            .into_iter()
            .filter(|other| other.deleted.is_none() && other.id != *column)
            .collect();
        let index = match before {
            None => others.len(),
            Some(next) => {
                others.iter().position(|other| other.id == *next).ok_or_else(|| EditError::NoColumn(next.clone()))?
            }
        };
        let ranks: Vec<Option<&str>> = others.iter().map(|other| other.rank.as_deref()).collect();
        let placement = place(&ranks, index);
        for (at, rank) in placement.rekeyed {
            let other = self.column(&others[at].id)?;
            self.set(&other, "rank", rank.as_str());
        }
        self.set(&map, "rank", placement.rank.as_str());
        Ok(())
    }

    /// Deletes a column. Its cards are shown elsewhere and come back with it.
    ///
    /// # Errors
    /// [`EditError::NoColumn`].
    pub fn delete_column(&mut self, column: &ColumnId) -> Result<(), EditError> {
        let map = self.column(column)?;
        self.mark_deleted(&map);
        Ok(())
    }

    /// Brings a deleted column back.
    ///
    /// # Errors
    /// [`EditError::NoColumn`].
    pub fn restore_column(&mut self, column: &ColumnId) -> Result<(), EditError> {
        self.column(column)?.remove(self.txn, "deleted");
        Ok(())
    }

    fn column(&self, id: &ColumnId) -> Result<MapRef, EditError> {
        let columns = root(self.txn, "columns");
        columns
            .and_then(|columns| nested(self.txn, &columns, id.as_str()))
            .ok_or_else(|| EditError::NoColumn(id.clone()))
    }
}
