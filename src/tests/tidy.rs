//! What must hold of the source itself: rules are proved, arrows point down, fixtures are read in both languages, and
//! nothing names the machine it was written on.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file that belongs to the repository, with its path from the root.
fn sources() -> Vec<(String, String)> {
    let arguments = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let listed = Command::new("git").args(arguments).current_dir(repository()).output().expect("git is installed");
    assert!(listed.status.success(), "this is no git repository: {}", String::from_utf8_lossy(&listed.stderr));
    let paths = String::from_utf8(listed.stdout).expect("paths in UTF-8");
    let read = |path: &str| Some((path.to_owned(), std::fs::read_to_string(repository().join(path)).ok()?));
    paths.lines().filter_map(read).collect()
}

fn rust_sources() -> impl Iterator<Item = (String, String)> {
    sources().into_iter().filter(|(path, _)| path.ends_with(".rs"))
}

/// The code of a file without comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(at, line)| (at + 1, line))
}

#[test]
fn every_rule_of_spec_is_cited_by_a_test() {
    let spec = std::fs::read_to_string(repository().join("client-protocol/SPEC.md")).expect("the specification");
    let rules = spec.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let is_rule = |cell: &&str| {
        cell.len() >= 3 && cell[..2].chars().all(|c| c.is_ascii_uppercase()) && cell[2..].parse::<u8>().is_ok()
    };
    let rules: Vec<&str> = rules.filter(is_rule).collect();
    let is_test = |path: &str| {
        let folders = ["src/", "client-protocol/", "web/"];
        folders.iter().any(|folder| path.starts_with(folder)) && (path.ends_with(".rs") || path.ends_with(".ts"))
    };
    let tests: Vec<String> = sources().into_iter().filter(|(path, _)| is_test(path)).map(|(_, text)| text).collect();

    assert!(rules.len() > 30, "only {rules:?} found");
    let cited = |rule: &&str| tests.iter().any(|text| text.contains(&format!("[{rule}]")));
    let uncited: Vec<&str> = rules.into_iter().filter(|rule| !cited(rule)).collect();
    assert_eq!(uncited, Vec::<&str>::new(), "rules that no test cites");
}

/// Crates, and where alone they may be used: folders and files from the root. Tests and the load test stand outside.
const CRATES: &[(&str, &[&str])] = &[
    ("axum", &["src/gateway/", "src/app.rs"]),
    ("tower", &["src/gateway/", "src/app.rs"]),
    ("hyper", &["src/gateway/"]),
    ("hyper_util", &["src/gateway/"]),
    ("tokio_tungstenite", &["src/gateway/"]),
    ("sqlx", &["src/store/"]),
    ("redis", &["src/fanout/redis.rs", "src/fanout/redis/"]),
    ("dashmap", &["src/room/hub.rs"]),
    ("prometheus", &["src/telemetry/"]),
    ("yrs", &["src/document/", "src/board/", "src/transfer/"]),
    ("rand", &["src/app.rs"]),
    ("clap", &["src/cli/", "src/config.rs", "src/main.rs"]),
];

/// Expressions, and where alone they may stand.
const EXPRESSIONS: &[(&str, &[&str])] = &[
    ("SystemTime::now", &["src/app.rs"]),
    ("Utc::now", &[]),
    ("Timestamp::now", &[]),
    ("tokio::spawn", &[]),
    ("std::env::var", &["src/config.rs"]),
];

/// The pure core, and what it must not use.
const CORE: &[&str] = &["src/document/", "src/board/", "src/transfer/"];
const EDGES: &[&str] = &[
    "tokio",
    "axum",
    "sqlx",
    "dashmap",
    "hyper",
    "std::net",
    "std::fs",
    "std::time::SystemTime",
    "std::time::Instant",
];

/// Who may name which modules of ours; a module that is not listed may be used by all.
const ARROWS: &[(&str, &[&str])] = &[
    ("src/document/", &["document"]),
    ("src/board/", &["board", "document"]),
    ("src/transfer/", &["transfer", "board", "document"]),
    ("src/store/", &["store", "document", "telemetry", "replica"]),
    ("src/fanout/", &["fanout", "document", "telemetry", "replica"]),
    ("src/access/", &["access", "document"]),
    ("src/telemetry/", &["telemetry"]),
    ("src/room/", &["room", "store", "fanout", "access", "board", "document", "telemetry", "clock", "replica"]),
    (
        "src/workspace/",
        &["workspace", "room", "store", "access", "transfer", "board", "document", "telemetry", "clock"],
    ),
    (
        "src/gateway/",
        &["gateway", "workspace", "room", "store", "access", "transfer", "board", "document", "telemetry", "clock"],
    ),
];

/// Production code: not the tests beside it, which may use what they like.
fn production() -> impl Iterator<Item = (String, String)> {
    let is_production = |path: &str| path.starts_with("src/") && !path.starts_with("src/tests/");
    let is_test = |path: &str| path.ends_with("/tests.rs") || path.contains("/tests/") || path.contains("/contract");
    rust_sources().filter(move |(path, _)| is_production(path) && !is_test(path)).map(|(path, text)| {
        // Unit tests stand last in their file.
        let end = text.find("\n#[cfg(test)]\nmod tests {").unwrap_or(text.len());
        (path, text[..end].to_owned())
    })
}

fn is_under(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path.starts_with(place))
}

/// Whether a line uses a crate or module by its path.
fn uses(line: &str, name: &str) -> bool {
    let is_word = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    line.match_indices(&format!("{name}::")).any(|(at, _)| is_word(at))
        || line.trim().starts_with(&format!("use {name};"))
}

#[test]
fn every_crate_stays_in_its_place() {
    let mut astray = Vec::new();
    for (path, text) in production() {
        for (at, line) in code(&text) {
            let crates = CRATES.iter().filter(|(name, places)| uses(line, name) && !is_under(&path, places));
            let expressions =
                EXPRESSIONS.iter().filter(|(what, places)| line.contains(what) && !is_under(&path, places));
            astray.extend(crates.chain(expressions).map(|(what, _)| format!("{path}:{at} uses {what}")));
            let edges = EDGES.iter().filter(|edge| is_under(&path, CORE) && uses(line, edge));
            astray.extend(edges.map(|edge| format!("{path}:{at}: the core uses {edge}")));
        }
    }
    assert_eq!(astray, Vec::<String>::new());
}

#[test]
fn arrows_between_modules_point_down() {
    let mut astray = Vec::new();
    for (path, text) in production() {
        let Some((_, allowed)) = ARROWS.iter().find(|(folder, _)| path.starts_with(folder)) else { continue };
        for (at, line) in code(&text) {
            let named = line.match_indices("crate::").filter(|(at, _)| !line[..*at].ends_with("super::"));
            let modules = named.map(|(start, _)| {
                line[start + 7..].split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")
            });
            let strange = modules.filter(|module| !module.is_empty() && !allowed.contains(module));
            astray.extend(strange.map(|module| format!("{path}:{at} names crate::{module}")));
        }
    }
    assert_eq!(astray, Vec::<String>::new());
}

#[test]
fn the_contract_depends_on_nothing_of_ours() {
    for (path, text) in rust_sources().filter(|(path, _)| path.starts_with("client-protocol/")) {
        assert!(!code(&text).any(|(_, line)| uses(line, "calit") || uses(line, "yrs")), "{path}");
    }
}

#[test]
fn every_fixture_is_read_in_both_languages() {
    let (sources, mut unread) = (sources(), BTreeSet::new());
    let fixtures = sources.iter().filter_map(|(path, _)| path.strip_prefix("client-protocol/fixtures/"));
    let reads = |fixture: &str, extension: &str| {
        let of_language = |path: &str| path.ends_with(extension);
        sources.iter().any(|(path, text)| of_language(path) && text.contains(fixture))
    };
    for fixture in fixtures {
        for language in [".rs", ".ts"] {
            if !reads(fixture, language) {
                unread.insert(format!("{fixture} is not read in {language}"));
            }
        }
    }
    assert_eq!(unread, BTreeSet::new());
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    // In pieces, so that this file does not name them.
    let places = [["/wo", "rk/"], ["/ho", "me/"], ["/ro", "ot/"], ["/Us", "ers/"]].map(|halves| halves.concat());
    let mut named = Vec::new();
    for (path, text) in sources() {
        for (at, line) in text.lines().enumerate() {
            let is_named =
                places.iter().any(|place| line.match_indices(place.as_str()).any(|(at, _)| starts_a_path(line, at)));
            if is_named {
                named.push(format!("{path}:{}", at + 1));
            }
        }
    }
    assert_eq!(named, Vec::<String>::new());
}

/// A place in the middle of a longer path or address is somebody else's.
fn starts_a_path(line: &str, at: usize) -> bool {
    !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-~}".contains(c))
}

#[test]
fn a_use_is_told_from_a_name_that_ends_alike() {
    for line in ["use yrs::Doc;", "    let doc: yrs::Doc = Doc::new();", "use yrs;", "fn f(doc: &yrs::Doc) {"] {
        assert!(uses(line, "yrs"), "{line}");
    }
    for line in ["use my_yrs::Doc;", "use crate::yrs::Doc;", "let yrs = 1;", "use yrs_kit::Doc;"] {
        assert!(!uses(line, "yrs"), "{line}");
    }
}

#[test]
fn every_test_is_a_sentence() {
    for (path, text) in rust_sources().filter(|(path, _)| path.starts_with("src/")) {
        for (at, line) in code(&text) {
            assert!(!line.trim_start().starts_with("fn test_"), "{path}:{at}: {line}");
            assert!(!line.trim_start().starts_with(&["#[ign", "ore"].concat()), "{path}:{at}: an ignored test");
        }
    }
}
