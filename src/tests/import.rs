//! Tables in and out by the command line: the real backlog, a mapping of one's own, and files that are no tables.

use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::harness::server::run;

/// A file of the shared data folder, which stands beside the repository.
pub(crate) fn shared_data(name: &str) -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let file = std::env::var_os("CALIT_SHARED_DATA").map_or_else(beside, PathBuf::from).join(name);
    assert!(file.is_file(), "{} is missing; set CALIT_SHARED_DATA to the folder with the shared data", file.display());
    file
}

fn import(file: &Path, more: &[&str], data: &Path) -> Output {
    let path = file.to_str().expect("a path in UTF-8");
    run(&[&["import", "csv", path], more].concat(), data)
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn written(folder: &TempDir, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("a temporary file");
    path
}

#[test]
fn the_real_backlog_goes_in_and_out_as_a_table() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");

    let imported = import(&shared_data("backlog/jirasoftware.csv"), &["--board", "Backlog"], &data);
    let exported = run(&["export", "Backlog", "--format", "csv"], &data);
    let again = import(&written(&folder, "again.csv", &exported.stdout), &[], &data);
    let twice = run(&["export", "again", "--format", "csv"], &data);

    assert!(imported.status.success() && again.status.success(), "{}{}", printed(&imported), printed(&again));
    for line in ["352 rows", "storypoint → points", "   352  cards", "Not carried over\n  nothing"] {
        assert!(printed(&imported).contains(line), "{line:?} is not in:\n{}", printed(&imported));
    }
    assert_eq!(String::from_utf8_lossy(&twice.stdout), String::from_utf8_lossy(&exported.stdout));
}

#[test]
fn a_board_comes_back_from_its_export_as_it_was() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    let team = shared_data("trello-team-board.json");
    let imported = run(&["import", "trello", team.to_str().expect("a path in UTF-8")], &data);
    let exported = run(&["export", "Test Drive"], &data);

    let file = written(&folder, "board.json", &exported.stdout);
    let again = run(&["import", "calit", file.to_str().expect("a path in UTF-8"), "--board", "Again"], &data);

    assert!(imported.status.success() && again.status.success(), "{}{}", printed(&imported), printed(&again));
    let back = String::from_utf8_lossy(&run(&["export", "Again"], &data).stdout).replace("\"Again\"", "\"Test Drive\"");
    assert_eq!(back, String::from_utf8_lossy(&exported.stdout));
}

#[test]
fn a_column_can_be_mapped_by_hand() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    let file = written(&folder, "own.csv", "Was,Wo\nBrot kaufen,Laden\n".as_bytes());

    let unmapped = import(&file, &[], &data);
    let mapped = import(&file, &["--map", "Was=title", "--map", "Wo=label"], &data);

    assert!(!unmapped.status.success() && printed(&unmapped).contains("no column of the file is chosen for the title"));
    assert!(mapped.status.success() && printed(&mapped).contains("Wo → label"), "{}", printed(&mapped));
    let wrong = printed(&import(&file, &["--map", "Wann=due"], &data));
    assert!(wrong.contains("the file has no column \"Wann\""), "{wrong}");
}

#[test]
fn a_file_that_is_no_table_is_refused_in_words() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    let cases: [(&[u8], &str); 3] = [
        (b"PK\x03\x04rest", "this file is a zip file or a workbook"),
        (b"title,points\n\"one,2\nthree,4\n", "a cell in line 2 begins with a quotation mark that is never closed"),
        (b"\n", "the file is empty"),
    ];

    for (content, sentence) in cases {
        let refused = import(&written(&folder, "wrong.csv", content), &[], &data);

        assert!(!refused.status.success() && printed(&refused).contains(sentence), "{}", printed(&refused));
    }
}
