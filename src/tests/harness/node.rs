//! Runs the Node scripts that drive real npm packages.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Runs a script of a folder beside the tests to its end, on a thread of its own; its failure is the test's.
pub(crate) async fn run(folder: &'static str, script: &'static str, arguments: Vec<String>) -> String {
    let run = tokio::task::spawn_blocking(move || {
        let folder = install(folder);
        let child = Command::new("node").arg(script).args(&arguments).current_dir(folder).stdin(Stdio::null()).output();
        let output = child.expect("Node 20 or later is installed");
        let (printed, complaints) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "node {script} {arguments:?} failed:\n{printed}\n{complaints}");
        printed.into_owned()
    });
    run.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

/// A folder beside the tests with its packages installed, once however many tests ask. `install` respects the lock file
/// as `ci` does, and also works where a registry lacks the binaries of other platforms.
pub(crate) fn install(folder: &str) -> PathBuf {
    static INSTALLING: Mutex<()> = Mutex::new(());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests").join(folder);
    let _alone = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    if !folder.join("node_modules/.package-lock.json").is_file() {
        let installed = Command::new("npm").args(["install", "--no-audit", "--no-fund"]).current_dir(&folder).output();
        let installed = installed.expect("npm is installed");
        assert!(installed.status.success(), "npm install: {}", String::from_utf8_lossy(&installed.stderr));
    }
    folder
}
