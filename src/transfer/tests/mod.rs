//! Tests of imports and exports, on small files here and on a real team's board.

mod calit;
mod csv;
mod export;
mod hostile;
mod replay;
mod trello;

use std::path::PathBuf;

/// A file of the shared data folder, which stands beside the repository.
pub(super) fn shared_data(name: &str) -> Vec<u8> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let path = std::env::var_os("CALIT_SHARED_DATA").map_or_else(beside, PathBuf::from).join(name);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{} is needed for this test (set CALIT_SHARED_DATA): {error}", path.display()))
}
