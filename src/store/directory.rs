//! The directory that holds the data of an embedded store.
//!
//! Promises: what it creates is readable by its owner only; at most one server works on it at a time. Other commands, such
//! as `calit import`, may use it beside a running server.
//! Knows nothing of what is in the database.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::OpenError;

const DATABASE: &str = "calit.db";
const SERVER_LOCK: &str = "server.lock";

/// A directory that exists and can be used.
#[derive(Clone, Debug)]
pub struct DataDirectory {
    path: PathBuf,
}

/// The right to be the one server on a directory, until it is dropped or the process ends in any way.
#[derive(Debug)]
#[must_use = "the lock is given back when this is dropped"]
pub struct ServerLock {
    _file: File,
}

impl DataDirectory {
    /// Opens the directory, creating it (and its parents) where missing.
    ///
    /// # Errors
    /// [`OpenError::Unusable`]: it cannot be created, or is no directory.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, OpenError> {
        let path = path.into();
        if !path.is_dir() {
            create_private(&path).map_err(|error| unusable(&path, &error))?;
        }
        Ok(Self { path })
    }

    /// Claims the directory for a server.
    ///
    /// The operating system holds the lock, not the file's existence: it ends with the process, also after `kill -9`.
    ///
    /// # Errors
    /// [`OpenError::InUse`]: another server holds it.
    pub fn lock_for_server(&self) -> Result<ServerLock, OpenError> {
        let path = self.path.join(SERVER_LOCK);
        let file = open_private(&path).map_err(|error| unusable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(ServerLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(self.path.display().to_string())),
            Err(TryLockError::Error(error)) => Err(unusable(&path, &error)),
        }
    }

    /// The database file, created empty where missing; SQLite gives its side files the same permissions.
    pub(super) fn database(&self) -> Result<PathBuf, OpenError> {
        let path = self.path.join(DATABASE);
        open_private(&path).map_err(|error| unusable(&path, &error))?;
        Ok(path)
    }
}

/// Creates the directory so that it is still there after a crash of the operating system: a directory's name is durable
/// when its parent is flushed.
fn create_private(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    for parent in path.canonicalize()?.ancestors().skip(1) {
        // A parent that may not be read was not created here.
        if let Ok(directory) = File::open(parent) {
            directory.sync_all()?;
        }
    }
    Ok(())
}

fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn unusable(path: &Path, error: &io::Error) -> OpenError {
    OpenError::Unusable { path: path.display().to_string(), what: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("it exists").permissions().mode() & 0o777
    }

    #[test]
    fn what_it_creates_is_private() {
        let parent = tempfile::tempdir().expect("a directory");
        let path = parent.path().join("a/b");

        let directory = DataDirectory::open(&path).expect("can be created");
        let database = directory.database().expect("can be created");

        assert_eq!((mode(&path), mode(&database)), (0o700, 0o600));
    }

    #[test]
    fn a_second_server_is_refused_until_the_first_is_gone() {
        let parent = tempfile::tempdir().expect("a directory");
        let directory = DataDirectory::open(parent.path()).expect("can be opened");

        let first = directory.lock_for_server().expect("nobody else is here");
        assert!(matches!(directory.lock_for_server(), Err(OpenError::InUse(_))));
        drop(first);

        assert!(directory.lock_for_server().is_ok());
    }

    #[test]
    fn a_file_in_its_place_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("a file");

        assert!(matches!(DataDirectory::open(file.path()), Err(OpenError::Unusable { .. })));
    }
}
