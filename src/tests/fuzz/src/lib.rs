//! What the fuzz targets share: start-up, seeds of our own making, and a count of allocated bytes.

pub mod histories;
mod memory;
pub mod trello;
pub mod updates;

use std::path::Path;

pub use memory::allocated_by;

/// Called once per process. Panics that the core catches are its business, so the abort that libFuzzer's crate ties to
/// every panic is taken off again, unless `FUZZ_STRICT` asks to see them; what comes out of the core still aborts.
/// With `FUZZ_SEEDS=<folder>` the target only writes its seeds.
pub fn start(seeds: impl IntoIterator<Item = Vec<u8>>) {
    if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
        for (index, seed) in seeds.into_iter().enumerate() {
            std::fs::write(Path::new(&folder).join(format!("seed-{index:03}")), seed).expect("a folder for seeds");
        }
        std::process::exit(0);
    }
    if std::env::var_os("FUZZ_STRICT").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
}
