use super::shared_data;
use crate::board::Board;
use crate::board::check::violations;
use crate::board::tests::{apply, card_id, copy};
use crate::board::value::Stamp;
use crate::document::{Content, Source};
use crate::transfer::loss_report::Fate;
use crate::transfer::trello::{Import, ImportError, ImportOptions, import};
use serde_json::{Value as Json, json};
use yrs::{Doc, Transact};

pub(super) fn options() -> ImportOptions {
    ImportOptions { board_name: None, stamp: Stamp::new(1_795_484_520_000, "usr_importer") }
}

pub(super) fn team_board() -> Import {
    import(&shared_data("trello-team-board.json"), &options()).expect("the team's board is read")
}

/// The document on another machine, after the import's updates went over the wire.
pub(super) fn document(import: &Import) -> Doc {
    let (here, there) = (copy(1), copy(2));
    for batch in import.board.clone().batches() {
        let mut txn = here.transact_mut();
        batch.write(&mut txn, &options().stamp).expect("an empty document takes it");
        let update = txn.encode_update_v1();
        assert!(update.len() < 8 << 20);
        apply(&mut there.transact_mut(), &update);
    }
    there
}

#[test]
fn the_teams_board_comes_over_whole() {
    let import = team_board();
    let doc = document(&import);
    let board = Board::read(&doc.transact());

    let lists = board.layout.columns.len() + board.layout.deleted_columns.len();
    let items: usize = board.cards.values().map(|card| card.checklist.len()).sum();
    let comments: usize = board.cards.values().map(|card| card.comments.len()).sum();
    assert_eq!(
        (board.name.as_str(), board.cards.len(), lists, board.members.len(), board.labels.len()),
        ("Test Drive", 122, 18, 11, 8)
    );
    assert_eq!((import.report.count(Fate::Carried, "checklists"), comments), (14, 93));
    assert_eq!(items, import.report.count(Fate::Carried, "checklist items"));
    assert_eq!(violations(&doc.transact()), []);
}

#[test]
fn what_the_teams_board_loses_is_said_by_kind_and_count() {
    let report = team_board().report;

    let lost = |kind| report.count(Fate::Lost, kind);
    assert_eq!((lost("action.updateCard"), lost("action.addMemberToCard"), lost("board.memberships")), (576, 103, 11));
    assert_eq!(report.count(Fate::Kept, "card.attachments"), 59);
    // Trello counts 133 comments on the cards and exports only those among the last 1,000 actions.
    assert_eq!((lost("comments"), report.count(Fate::Carried, "comments")), (40, 93));
    assert_eq!(team_board().report.to_string(), report.to_string());
}

pub(super) fn small() -> Json {
    json!({
        "name": "Small", "prefs": { "background": "blue" }, "pluginData": [1, 2],
        "lists": [
            { "id": "l2", "name": "완료", "pos": 2 }, { "id": "l1", "name": "To do", "pos": 1, "softLimit": 3 },
            { "id": "l3", "name": "Old work in progress", "pos": 3, "closed": true },
        ],
        "labels": [{ "id": "b1", "name": "bug", "color": "purple_dark" }],
        "members": [{ "id": "m1", "fullName": "Ada", "username": "ada" }],
        "cards": [
            { "id": "5ca3d99a0378a65090e676ca", "name": "Second", "idList": "l1", "pos": 20, "desc": "one\n\nthree", "due": "2026-11-27T09:00:00.000Z",
              "start": "tomorrow", "idMembers": ["m1", "m9"], "idLabels": ["b1"], "stickers": [{}, {}], "badges": { "comments": 3 } },
            { "id": "c1", "name": "First", "idList": "l1", "pos": 10.5, "closed": true },
            { "id": "c1", "name": "Twin", "idList": "l1", "pos": 11 },
            { "id": "c3", "name": "Hidden with its list", "idList": "l3", "pos": 1 },
            { "id": "not a part id", "name": "Lost list", "idList": "l9", "pos": 1 },
        ],
        "checklists": [
            { "id": "k2", "name": "Later", "idCard": "5ca3d99a0378a65090e676ca", "pos": 2, "checkItems": [{ "id": "i3", "name": "three", "state": "incomplete", "pos": 1, "due": "2026-11-27" }] },
            { "id": "k1", "name": "Now", "idCard": "5ca3d99a0378a65090e676ca", "pos": 1, "checkItems": [{ "id": "i2", "name": "two", "state": "complete", "pos": 2 }, { "id": "i1", "name": "one", "pos": 1 }] },
        ],
        "actions": [
            { "id": "a2", "type": "commentCard", "date": "2026-11-24T01:00:00.000Z", "idMemberCreator": "m2", "memberCreator": { "id": "m2", "fullName": "Left" },
              "data": { "text": "hello", "card": { "id": "5ca3d99a0378a65090e676ca" } } },
            { "id": "a1", "type": "createCard", "date": "2026-11-23T01:00:00.000Z", "idMemberCreator": "m1", "data": { "card": { "id": "5ca3d99a0378a65090e676ca" } } },
            { "id": "a0", "type": "voteOnCard", "data": {} },
        ],
    })
}

fn imported(file: &Json) -> (Import, Board) {
    let import = import(file.to_string().as_bytes(), &options()).expect("it is read");
    let board = Board::read(&document(&import).transact());
    (import, board)
}

#[test]
fn a_card_comes_over_with_everything_in_it() {
    let (_, board) = imported(&small());

    let card = &board.cards[&card_id("5ca3d99a0378a65090e676ca")];
    let items: Vec<(&str, bool, Option<&str>)> =
        card.checklist.iter().map(|item| (item.text.as_str(), item.is_done, item.list.as_deref())).collect();
    assert_eq!(items, [("one", false, Some("Now")), ("two", true, Some("Now")), ("three", false, Some("Later"))]);
    assert_eq!(
        (card.title.as_str(), card.description.join("|"), card.due.as_deref()),
        ("Second", "one||three".to_owned(), Some("2026-11-27T09:00:00.000Z"))
    );
    assert_eq!(
        (card.comments[0].by.as_str(), card.comments[0].body.as_str(), card.comments[0].at_ms),
        ("m2", "hello", 1_795_482_000_000)
    );
    assert_eq!(card.created.as_ref().map(|made| (made.at_ms, made.by.as_str())), Some((1_554_241_946_000, "m1")));
    assert_eq!(board.members.values().collect::<Vec<_>>(), ["Ada", "Left"]);
}

#[test]
fn columns_are_in_order_and_their_categories_guessed() {
    let (_, board) = imported(&small());

    let column =
        |column: &crate::board::column::Column| (column.name.clone(), column.category.as_str(), column.cards.len());
    assert_eq!(
        board.layout.columns.iter().map(column).collect::<Vec<_>>(),
        [("To do".to_owned(), "todo", 2), ("완료".to_owned(), "done", 0)]
    );
    assert_eq!(
        board.layout.deleted_columns.iter().map(column).collect::<Vec<_>>(),
        [("Old work in progress".to_owned(), "doing", 0)]
    );
    assert!(board.cards[&card_id("c1")].is_archived && board.cards[&card_id("c3")].is_archived);
    assert!(board.cards.values().all(|card| card.deleted.is_none()));
}

#[test]
fn cards_attached_to_cards_are_related() {
    let attached = |url: &str| json!([{ "name": "x", "url": url }]);
    let cards = [
        json!({ "id": "c1", "shortLink": "aaaa", "attachments": attached("https://trello.com/c/bbbb/2-second") }),
        json!({ "id": "c2", "shortLink": "bbbb", "attachments": attached("https://trello.com/c/aaaa") }),
        json!({ "id": "c3", "shortLink": "cccc", "attachments": attached("https://trello.com/c/elsewhere") }),
    ];
    let (import, board) = imported(&json!({ "lists": [], "cards": cards }));

    let links = |id: &str| board.cards[&card_id(id)].links.iter().map(|linked| linked.link.key()).collect::<Vec<_>>();
    assert_eq!((links("c1"), links("c2"), links("c3")), (vec!["relates:c2".to_owned()], vec![], vec![]));
    assert_eq!(
        (
            import.report.count(Fate::Carried, "links between cards"),
            import.report.count(Fate::Kept, "card.attachments")
        ),
        (1, 3)
    );
}

#[test]
fn nothing_is_lost_in_silence() {
    let (import, _) = imported(&small());

    let lost: Vec<(&str, usize)> = import.report.lines(Fate::Lost).map(|(kind, count, _)| (kind, count)).collect();
    assert_eq!(
        lost,
        [
            ("action.voteOnCard", 1),
            ("board.pluginData", 2),
            ("board.prefs", 1),
            ("card.idList", 1),
            ("card.idMembers", 1),
            ("card.start", 1),
            ("card.stickers", 2),
            ("cards with an id used twice", 1),
            ("checkItem.due", 1),
            ("checklist.id", 2),
            ("comments", 2),
            ("label colours", 1),
            ("list.softLimit", 1),
            ("member.username", 1),
        ]
    );
}

#[test]
fn a_malformed_file_is_refused_naming_the_line() {
    let cases = [
        ("{\n \"lists\": [],\n \"cards\": [}", 3),
        ("{\n\"cards\": [\n{\"id\": 7}]}", 3),
        ("", 1),
        ("{\"lists\": [],\n\"lists\": []}", 2),
        ("\n\n[", 3),
    ];
    for (file, expected) in cases {
        let error = import(file.as_bytes(), &options()).expect_err("it is refused");

        assert!(matches!(error, ImportError::Malformed { line, .. } if line == expected), "{file}: {error}");
        assert!(error.to_string().starts_with(&format!("line {expected}, column ")), "{error}");
    }
}

#[test]
fn json_of_another_kind_is_refused_in_a_sentence() {
    let refusal = |file: &str| import(file.as_bytes(), &options()).expect_err("it is refused").to_string();

    assert_eq!(
        refusal("PK\u{3}\u{4}"),
        "this file is a zip file or a workbook (.xlsx, .ods, .numbers); export the board from Trello as JSON"
    );
    assert_eq!(refusal("title,points"), "this file is no JSON; export the board from Trello as JSON");
    assert_eq!(refusal(&" ".repeat((50 << 20) + 1)), "the file has 51 MB; at most 50 MB are read");
    assert_eq!(refusal("[1, 2]"), "this is JSON, but not a Trello board export: it is no object");
    assert_eq!(refusal("{\"cards\": []}"), "this is JSON, but not a Trello board export: it has no `lists`");
    assert_eq!(refusal("{\"lists\": []}"), "this is JSON, but not a Trello board export: it has no `cards`");
}

#[test]
fn too_much_is_refused_before_anything_is_made() {
    let cards: Vec<Json> = (0..=20_000).map(|at| json!({ "id": format!("c{at}") })).collect();
    let error =
        import(json!({ "lists": [], "cards": cards }).to_string().as_bytes(), &options()).expect_err("it is refused");

    assert_eq!(error.to_string(), "the file has 20001 cards; at most 20000 are read");
}

#[test]
fn long_texts_are_shortened_and_large_boards_cut_into_batches() {
    let desc = "가\n".repeat(20_000);
    let cards: Vec<Json> = (0..100).map(|at| json!({ "id": format!("c{at}"), "desc": desc })).collect();

    let (import, board) = imported(&json!({ "lists": [], "cards": cards }));

    assert_eq!(import.report.count(Fate::Lost, "card.desc"), 100);
    assert!(import.board.batches().len() > 5);
    assert_eq!((board.cards.len(), board.cards[&card_id("c7")].description.join("\n").chars().count()), (100, 16_384));
}

#[test]
fn an_import_passes_the_gate_as_stored_rows_and_as_a_clients_sync() {
    let desc = "가\n".repeat(20_000);
    let cards: Vec<Json> = (0..100).map(|at| json!({ "id": format!("c{at}"), "desc": desc })).collect();
    let large = import(json!({ "lists": [], "cards": cards }).to_string().as_bytes(), &options()).expect("it is read");

    for import in [team_board(), large] {
        let mut content = Content::new(1);
        let updates = import.board.write_to(&mut content, &options().stamp).expect("an empty document takes it");

        let mut elsewhere = Content::new(2);
        for update in &updates {
            elsewhere.apply(update, Source::Sync).expect("the gate lets it in");
        }
        let loaded = Content::load(3, updates.iter().map(Vec::as_slice)).expect("stored parts load");
        assert_eq!((elsewhere.digest(), loaded.digest()), (content.digest(), content.digest()));
        assert!(updates.iter().all(|update| update.len() < 2 << 20));
    }
}
