//! The command line: import, export and list with and without a server, and mistakes that are told all at once.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::server::{Server, calit, run};
use crate::workspace::{first_board, workspace};

/// A small export with one of each.
const SMALL: &str = r#"{
  "name": "Small", "labels": [], "members": [], "checklists": [], "actions": [],
  "lists": [{ "id": "l1", "name": "To do", "closed": false, "pos": 1 }],
  "cards": [{ "id": "c1", "name": "A card = \"with\" <b>marks</b>", "desc": "", "closed": false, "idList": "l1", "pos": 1 }]
}"#;

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn file(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("a temporary file");
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn import(path: &str, data: &Path) -> Output {
    run(&["import", "trello", path, "--board", "Small"], data)
}

fn check_export(data: &Path) {
    let exported = run(&["export", "Small"], data);
    let board: Value = serde_json::from_slice(&exported.stdout).unwrap_or_else(|_| panic!("{}", printed(&exported)));
    assert_eq!(board["cards"][0]["title"], "A card = \"with\" <b>marks</b>");
    assert_eq!(board["columns"][0]["name"], "To do");
    let listed = printed(&run(&["documents"], data));
    assert!(listed.lines().any(|line| line.contains("brd_") && line.ends_with("Small")), "{listed}");
}

#[test]
fn a_board_goes_in_and_out_without_a_server() {
    let folder = TempDir::new().expect("a folder");
    let (data, path) = (folder.path().join("data"), file(folder.path(), "small.json", SMALL));

    let imported = import(&path, &data);

    assert!(imported.status.success(), "{}", printed(&imported));
    check_export(&data);
}

#[tokio::test]
async fn a_board_goes_in_and_out_while_a_server_runs() {
    let server = Server::demo();
    let folder = TempDir::new().expect("a folder");
    let path = file(folder.path(), "small.json", SMALL);

    let imported = import(&path, &server.data());

    assert!(imported.status.success(), "{}", printed(&imported));
    check_export(&server.data());
    assert_eq!(workspace(&server).await["boards"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn an_export_holds_what_was_acknowledged_a_moment_ago() {
    use crate::harness::author::{Author, note};
    use crate::harness::socket::Socket;

    let server = Server::demo();
    let board = first_board(&server).await;
    let mut socket = Socket::calit(server.address(), &board).await;
    let rename = Author::new(1).edit(|txn| note(txn, "just now"));
    socket.send_update(rename).await;
    socket.ack(1).await;

    let exported = run(&["export", &board], &server.data());

    let board: Value = serde_json::from_slice(&exported.stdout).expect("JSON");
    assert_eq!(board["meta"]["note"], "just now");
}

#[test]
fn a_malformed_import_names_the_line_and_imports_nothing() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    let cases = [
        ("broken.json", SMALL.replace("\"cards\": [", "\"cards\": [,"), "line 4"),
        ("kind.json", SMALL.replace("\"pos\": 1 }],\n", "\"pos\": \"x\", \"closed\": 7 }],\n"), "line 3"),
        ("other.json", "[1, 2]".to_owned(), "not a Trello board export"),
        ("empty.json", String::new(), "line 1"),
    ];

    for (name, content, place) in cases {
        let refused = import(&file(folder.path(), name, &content), &data);
        let complaint = printed(&refused);
        assert_eq!(refused.status.code(), Some(2), "{name}: {complaint}");
        assert!(complaint.contains(place) && complaint.contains("nothing was imported"), "{name}: {complaint}");
    }
    let missing = import("no-such-file.json", &data);
    assert_eq!(missing.status.code(), Some(2));
    assert!(printed(&run(&["documents"], &data)).contains("0 document(s)"));
}

#[test]
fn mistakes_in_the_configuration_are_told_all_at_once() {
    let mut command = calit();
    command.args(["serve", "--listen", "here", "--admin-listen", "there", "--data", "", "--open", "perhaps"]);

    let refused = command.env("CALIT_DEMO", "maybe").env("CALIT_ROOM_MEGABYTES", "lots").output().expect("the binary");

    let complaint = printed(&refused);
    assert_eq!(refused.status.code(), Some(2), "{complaint}");
    for setting in ["--listen", "--admin-listen", "--data", "--open", "CALIT_DEMO", "CALIT_ROOM_MEGABYTES"] {
        assert!(complaint.contains(setting), "{setting} is not mentioned:\n{complaint}");
    }
}

#[test]
fn open_mode_is_refused_where_others_can_reach_it() {
    let folder = TempDir::new().expect("a folder");

    let refused = run(&["serve", "--listen", "0.0.0.0:0", "--admin-listen", "127.0.0.1:0", "--open"], folder.path());

    assert_eq!(refused.status.code(), Some(2));
    assert!(printed(&refused).contains("loopback"), "{}", printed(&refused));
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused() {
    let server = Server::demo();

    let refused = run(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"], &server.data());

    assert_eq!(refused.status.code(), Some(2));
    assert!(printed(&refused).contains("another CalIT server"), "{}", printed(&refused));
}

#[test]
fn settings_come_from_the_environment_too() {
    let mut command = calit();
    command.arg("serve").env("CALIT_LISTEN", "nowhere").env("CALIT_DATA", "");

    let complaint = printed(&command.output().expect("the binary"));

    assert!(complaint.contains("CALIT_LISTEN") && complaint.contains("nowhere"), "{complaint}");
    assert!(complaint.contains("CALIT_DATA"), "{complaint}");
}

#[test]
fn an_export_of_no_board_says_so() {
    let folder = TempDir::new().expect("a folder");

    let refused = run(&["export", "nothing"], folder.path());

    assert_eq!(refused.status.code(), Some(2));
    assert!(printed(&refused).contains("there is no board"), "{}", printed(&refused));
}
