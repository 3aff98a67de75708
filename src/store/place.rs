//! Where documents are kept: which store it is, and opening it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::directory::{DataDirectory, ServerLock};
use super::postgres::{DatabaseUrl, PostgresStore};
use super::sqlite::SqliteStore;
use super::{DocumentStore, OpenError};

/// Where documents are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a directory, which belongs to one server.
    Directory(PathBuf),
    /// In a Postgres database, which replicas share.
    Database(DatabaseUrl),
}

impl Place {
    /// Opens the store, whether or not a server runs on it, and brings its schema up to date.
    ///
    /// # Errors
    /// One sentence for the person who starts the program; the data is unchanged.
    pub async fn open(&self) -> Result<Arc<dyn DocumentStore>, OpenError> {
        Ok(match self {
            Self::Directory(path) => Arc::new(SqliteStore::open(&DataDirectory::open(path)?).await?),
            Self::Database(url) => Arc::new(PostgresStore::open(url).await?),
        })
    }

    /// Claims the place for a server, where only one may work on it.
    ///
    /// # Errors
    /// [`OpenError::InUse`]: another server has.
    pub fn lock_for_server(&self) -> Result<Option<ServerLock>, OpenError> {
        match self {
            Self::Directory(path) => DataDirectory::open(path)?.lock_for_server().map(Some),
            Self::Database(_) => Ok(None),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) => path.display().fmt(formatter),
            Self::Database(url) => formatter.write_str(url.place()),
        }
    }
}
