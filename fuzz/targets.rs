//! What is fuzzed: pure functions over bytes that nobody vouches for. `fuzz_targets/` feeds them to
//! libFuzzer, and the suite runs a short seeded share of each.

use std::rc::Rc;

use safe_migration::alembic::history::History;
use safe_migration::alembic::ini::Ini;
use safe_migration::alembic::project::Search;
use safe_migration::alembic::{comments, search};
use safe_migration::cli::server::wire as editor;
use safe_migration::config::read;
use safe_migration::config::settings::Settings;
use safe_migration::git::commit::Commit;
use safe_migration::git::index::cached_tree;
use safe_migration::git::tree::TreeRows;
use safe_migration::ledger::ledger_file::Ledger;
use safe_migration::python::module;
use safe_migration::report::speech;
use safe_migration::report::speech::Voice;
use safe_migration::review::{lookalike, plan, waiver};
use safe_migration::scratch::wire as server;
use safe_migration::snapshot::{ObjectId, Snapshot};
use safe_migration::sql::dialect::Dialect;
use safe_migration::sql::read::statements;
use safe_migration::sql::script::SqlText;
use safe_migration::text::letters::is_unseen;
use safe_migration::text::source::Text;

/// One function that is fuzzed, by the name of its file in `fuzz_targets/`.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 11] = [
    ("revision", revision),
    ("python", python),
    ("sql", sql),
    ("ini", ini),
    ("settings", settings),
    ("waivers", waivers),
    ("index", index),
    ("objects", objects),
    ("ledger", ledger),
    ("speech", speech),
    ("framing", framing),
];

/// A file in a versions folder: its header, the graph, both directions.
pub fn revision(bytes: &[u8]) {
    let files = [
        ("alembic.ini", b"[alembic]\nscript_location = alembic\n".to_vec()),
        ("alembic/env.py", b"from alembic import context\n".to_vec()),
        ("alembic/versions/a1_first.py", bytes.to_vec()),
    ];
    let files = files.map(|(path, bytes)| (path.to_owned(), bytes));
    let snapshot = Rc::new(Snapshot::laid_over(None, files));
    for project in search::find(&snapshot, Search::Whole, &Settings::default()) {
        let history = History::read(&snapshot, &Rc::new(project));
        for file in history.files() {
            let _any_verdict_will_do = history.migration(&file.path);
        }
    }
}

/// A file of Python, parsed.
pub fn python(bytes: &[u8]) {
    let text = Text::decode(bytes);
    let parsed = module::parse(&text);
    for span in parsed.module.statements() {
        assert!(span.end <= text.content().len());
    }
}

/// A script, in every dialect.
pub fn sql(bytes: &[u8]) {
    let text = SqlText::known(String::from_utf8_lossy(bytes));
    for dialect in [
        Dialect::PostgreSql,
        Dialect::MySql,
        Dialect::MariaDb,
        Dialect::Sqlite,
        Dialect::SqlServer,
        Dialect::Oracle,
    ] {
        let _any_statements_will_do = statements(&text, dialect);
    }
}

/// An ini file.
pub fn ini(bytes: &[u8]) {
    let ini = Ini::parse(&String::from_utf8_lossy(bytes));
    let _any_value_will_do = ini.get("alembic", "script_location");
    let _any_text_will_do = ini.form();
}

/// Settings, in either file.
pub fn settings(bytes: &[u8]) {
    let content = String::from_utf8_lossy(bytes);
    let _any_settings_will_do = read::read(Some(&content), None);
    let _nor_do_these = read::read(None, Some(&content));
    let _nor_what_is_listed = read::listed(Some(&content), Some(&content));
}

/// Comments: waivers, plans and what looks like them.
pub fn waivers(bytes: &[u8]) {
    let text = Text::decode(bytes);
    for comment in comments::read(&text, &module::parse(&text)) {
        let _any_waiver_will_do = waiver::read(&comment);
        let _any_plan_will_do = plan::stated(&comment);
        let _any_refusal_will_do = plan::refused(&comment);
        let _any_likeness_will_do = lookalike::find(&comment);
    }
}

/// The tail of an index.
pub fn index(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("index");
    std::fs::write(&path, bytes).expect("a temporary file");
    for width in [20, 32] {
        let _any_answer_will_do = cached_tree(&path, width);
    }
}

/// Raw trees and commits.
pub fn objects(bytes: &[u8]) {
    for width in [20, 32] {
        let rows = TreeRows::new(bytes, width);
        assert!(rows.count() <= bytes.len());
    }
    if let Some(id) = ObjectId::from_hex(&"a".repeat(40)) {
        let _any_commit_will_do = Commit::from_raw(id, bytes);
    }
}

/// A ledger.
pub fn ledger(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("ledger.jsonl"), bytes).expect("a temporary file");
    let contents = Ledger::of(folder.path()).read();
    for entry in contents.entries() {
        let _any_story_will_do = contents.before(&entry.commit);
    }
}

/// What others write, in every form in which it is shown.
pub fn speech(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let json = serde_json::to_string(&text).expect("a text");
    let again: String = serde_json::from_str(&speech::json(&json)).expect("the same text");
    assert_eq!(again, text);
    let forms = [
        speech::markdown(&text),
        speech::cell(&text),
        speech::html(&text),
        speech::xml(&text),
        speech::code(&text),
        speech::fenced(&text, "python"),
        speech::command("error", &[("file", text.to_string())], &text),
        text.into_owned(),
    ];
    for form in forms {
        let shown = speech::written(&form, false, Voice::Prose);
        assert!(!shown.chars().any(is_unseen), "{form}");
        assert!(!shown.contains("##["), "{form}");
        assert!(!shown.lines().any(|line| line.trim_start().starts_with("::")), "{form}");
    }
}

/// What an editor and a database server send, message by message.
pub fn framing(bytes: &[u8]) {
    let mut input = bytes;
    while let Ok(Some(message)) = editor::read(&mut input) {
        let mut sent = Vec::new();
        editor::send(&mut sent, &message).expect("memory takes everything");
        assert!(editor::read(&mut sent.as_slice()).is_ok_and(|again| again.is_some()));
    }
    let mut input = bytes;
    while let Ok((_kind, body)) = server::message(&mut input) {
        assert!(server::cells(&body).len() <= body.len());
        let _any_words_will_do = server::words(&body);
    }
}
