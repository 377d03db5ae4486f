//! Floors and doors: an import goes down or stays in its room, and each foreign crate has one door.

mod changes;
mod circles;

use std::fs;
use std::path::{Path, PathBuf};

/// The floor of each room. An import may lead to the same room or to a lower floor.
const FLOORS: [(&str, u8); 21] = [
    ("main", 12),
    ("cli", 11),
    ("change", 10),
    ("report", 9),
    ("ledger", 9),
    ("review", 8),
    ("rules", 7),
    ("rule", 6),
    // The macro of `rule` that embeds a rule's examples; macros stand at the crate's root.
    ("example", 6),
    ("scratch", 6),
    ("schema", 5),
    ("advice", 3),
    ("alembic", 4),
    ("models", 4),
    ("operation", 3),
    ("git", 3),
    ("config", 3),
    ("python", 2),
    ("sql", 2),
    ("snapshot", 2),
    ("text", 1),
];

/// The rooms that may name each foreign crate. Crates that are not listed may be named anywhere.
const DOORS: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("terminal_size", &["cli"]),
    ("unicode_width", &["report"]),
    ("colored", &["report"]),
    ("diffy", &["text"]),
    ("git2", &["git"]),
    ("landlock", &["scratch"]),
    ("libc", &["scratch"]),
    ("nix", &["scratch", "git"]),
    ("seccompiler", &["scratch"]),
    ("base64", &["scratch"]),
    ("hmac_sha256", &["scratch"]),
    ("md5", &["operation", "scratch"]),
    ("tempfile", &["scratch", "git"]),
    ("toml", &["config"]),
    ("tree_sitter", &["python"]),
    ("tree_sitter_python", &["python"]),
    ("thiserror", &["git", "scratch", "ledger", "config", "change", "cli"]),
    ("std::process::Command", &["git", "scratch"]),
];

/// What stands in one file only, so that nothing of others is shown past it: the streams, and the
/// escapes of what nobody sees.
const ONE_FILE: [(&str, &str); 4] = [
    // An editor is spoken to in JSON-RPC, and inside of walls only our own words are said.
    ("io::stdout", "cli/output.rs cli/server/mod.rs"),
    ("io::stderr", "cli/output.rs scratch/walls/inside.rs"),
    ("escape_unicode", "report/speech.rs"),
    ("serde_json::to_string_pretty", "report/json.rs"),
];

/// One source file: the room it lies in, its name for messages, its text.
struct Source {
    room: String,
    name: String,
    text: String,
}

impl Source {
    fn new(name: &str, text: &str) -> Self {
        let room = name.trim_end_matches(".rs").split('/').next().unwrap().to_owned();
        Source { room, name: name.to_owned(), text: text.to_owned() }
    }
}

/// Reads every file of `src`.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let name =
        |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    files.iter().map(|path| Source::new(&name(path), &fs::read_to_string(path).unwrap())).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, files),
            false if path.extension().is_some_and(|extension| extension == "rs") => {
                files.push(path)
            }
            false => {}
        }
    }
    files.sort();
}

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// The lines of a file that are code outside of its tests, with their numbers. Comments and strings
/// are blanked.
fn code(text: &str) -> Vec<(usize, String)> {
    let own = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
    blanked(own).lines().enumerate().map(|(number, line)| (number + 1, line.to_owned())).collect()
}

/// Replaces comments, strings and character literals by spaces; line breaks stay.
fn blanked(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let end = match letters[at] {
            '/' if letters.get(at + 1) == Some(&'/') => line_end(&letters, at),
            '"' => string_end(&letters, at),
            'r' if is_raw(&letters, at) => raw_end(&letters, at),
            '\'' => character_end(&letters, at),
            _ => at,
        };
        if end == at {
            kept.push(letters[at]);
            at += 1;
        } else {
            kept.extend(
                letters[at..end].iter().map(|letter| if *letter == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    kept
}

fn line_end(letters: &[char], at: usize) -> usize {
    letters[at..]
        .iter()
        .position(|letter| *letter == '\n')
        .map_or(letters.len(), |length| at + length)
}

fn string_end(letters: &[char], at: usize) -> usize {
    let mut end = at + 1;
    while end < letters.len() && letters[end] != '"' {
        end += if letters[end] == '\\' { 2 } else { 1 };
    }
    (end + 1).min(letters.len())
}

fn is_raw(letters: &[char], at: usize) -> bool {
    let word_before = at > 0
        && (letters[at - 1].is_alphanumeric() || letters[at - 1] == '_')
        && letters[at - 1] != 'b';
    let after = letters[at + 1..].iter().find(|letter| **letter != '#');
    !word_before && after == Some(&'"') && matches!(letters.get(at + 1), Some('"' | '#'))
}

fn raw_end(letters: &[char], at: usize) -> usize {
    let hashes = letters[at + 1..].iter().take_while(|letter| **letter == '#').count();
    let mut end = at + hashes + 2;
    while end < letters.len() {
        let closes = letters[end] == '"'
            && letters[end + 1..].iter().take(hashes).all(|letter| *letter == '#');
        end += 1;
        if closes {
            return (end + hashes).min(letters.len());
        }
    }
    letters.len()
}

fn character_end(letters: &[char], at: usize) -> usize {
    match (letters.get(at + 1), letters.get(at + 2)) {
        (Some('\\'), _) => letters[at + 3..]
            .iter()
            .position(|letter| *letter == '\'')
            .map_or(at, |end| at + end + 4),
        (Some(_), Some('\'')) => at + 3,
        _ => at,
    }
}

/// What is wrong with a file, one sentence each.
fn wrongs(source: &Source) -> Vec<String> {
    let mut wrongs = Vec::new();
    let Some(own) = floor(&source.room).or((source.room == "lib").then_some(u8::MAX)) else {
        return vec![format!(
            "src/{} lies in `{}`, which stands on no floor",
            source.name, source.room
        )];
    };
    for (number, line) in code(&source.text) {
        let place = format!("src/{}:{number}", source.name);
        for room in rooms_named(&line) {
            match floor(&room) {
                Some(other) if room == source.room || other < own => {}
                Some(_) => wrongs.push(format!(
                    "{place} imports `{room}`, which does not stand below `{}`",
                    source.room
                )),
                None => wrongs.push(format!("{place} imports `{room}`, which is no room")),
            }
        }
        for (foreign, rooms) in DOORS {
            if names(&line, foreign) && !rooms.contains(&source.room.as_str()) {
                wrongs.push(format!(
                    "{place} names `{foreign}`, whose door is in {}",
                    rooms.join(", ")
                ));
            }
        }
        for (words, file) in ONE_FILE {
            let is_kept = source.room == "ledger" && words.starts_with("serde_json");
            let is_there = file.split(' ').any(|file| file == source.name);
            if line.contains(words) && !is_there && !is_kept {
                wrongs.push(format!("{place} names `{words}`, which stands in {file} alone"));
            }
        }
        let use_line = line.trim_start();
        if use_line.starts_with("use crate::{")
            || use_line.starts_with("use super::")
            || use_line.ends_with("::*;")
        {
            wrongs.push(format!("{place}: imports are written `use crate::room::file::Name;`"));
        }
        if use_line.starts_with("pub use ") || use_line.starts_with("pub(crate) use ") {
            wrongs.push(format!("{place}: nothing is re-exported"));
        }
    }
    wrongs
}

/// The rooms that a line names by `crate::` or, in `main`, by the library's name.
fn rooms_named(line: &str) -> Vec<String> {
    let paths =
        ["crate::", "safe_migration::"].into_iter().flat_map(|root| line.split(root).skip(1));
    let word = |rest: &str| {
        rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
    };
    paths.map(word).filter(|room: &String| !room.is_empty()).collect()
}

/// Tells whether a line names a crate or path, as a whole word that leads on.
fn names(line: &str, foreign: &str) -> bool {
    let word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    line.match_indices(foreign).any(|(at, found)| {
        let before = line[..at].chars().next_back();
        let after = line[at + found.len()..].chars().next();
        let whole = after.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_');
        !before.is_some_and(word)
            && whole
            && (found.contains("::") || after == Some(':') || line.contains("use "))
    })
}

#[test]
fn imports_go_down_and_foreign_crates_stay_behind_their_doors() {
    let wrongs: Vec<String> = sources().iter().flat_map(wrongs).collect();
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

/// Clippy knows what is text and what is a list, so that it holds the rule; here it is held that it
/// does.
#[test]
fn text_is_cut_by_places_in_one_file_alone() {
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    assert!(manifest.contains("\nstring_slice = \"warn\"\n"));
    let cutting: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.text.contains("clippy::string_slice"))
        .map(|source| source.name)
        .collect();
    assert_eq!(cutting, ["text/cut.rs"], "cut text by `text::cut`");
    let kept =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("clippy.toml")).unwrap();
    for method in ["str::split_at", "String::replace_range", "String::insert_str"] {
        assert!(kept.contains(method), "{method} stops inside of a letter");
    }
}

#[test]
fn every_room_of_the_library_stands_on_a_floor() {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let rooms: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(rooms.len() > 10);
    for room in rooms {
        assert!(floor(room).is_some(), "`{room}` stands on no floor");
    }
}

#[test]
fn the_test_objects_to_what_it_is_there_for() {
    let table = [
        ("text/source.rs", "use crate::review::finding::Review;", "does not stand below"),
        ("report/human.rs", "use crate::ledger::receipt::Receipt;", "does not stand below"),
        (
            "sql/read.rs",
            "fn x() { let y = crate::python::value::Value::None; }",
            "does not stand below",
        ),
        ("rules/drop_table.rs", "use git2::Repository;", "names `git2`"),
        ("review/lead.rs", "let color = colored::Color::Red;", "names `colored`"),
        ("alembic/ini.rs", "use std::process::Command;", "names `std::process::Command`"),
        ("cli/check.rs", "fn x() { std::io::stdout().lock(); }", "which stands in cli/output.rs"),
        ("cellar/wine.rs", "", "stands on no floor"),
        ("sql/read.rs", "use crate::cellar::Wine;", "is no room"),
        ("sql/read.rs", "use super::table::TableName;", "imports are written"),
        ("sql/read.rs", "use crate::sql::statement::*;", "imports are written"),
        ("sql/mod.rs", "pub use crate::sql::table::TableName;", "re-exported"),
    ];
    for (name, text, expected) in table {
        let wrongs = wrongs(&Source::new(name, text));
        assert!(wrongs.iter().any(|wrong| wrong.contains(expected)), "{name}: {text}: {wrongs:?}");
    }
    let fine = [
        (
            "review/lead.rs",
            "use crate::rule::definition::Rule;\nuse crate::review::finding::Review;",
        ),
        ("git/library.rs", "use git2::Repository;"),
        ("sql/read.rs", "// use git2::Repository;\nlet x = \"use crate::review::x; git2::y\";"),
        ("sql/read.rs", "fn x() {}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n}"),
    ];
    for (name, text) in fine {
        assert_eq!(wrongs(&Source::new(name, text)), Vec::<String>::new(), "{name}");
    }
}
