//! What a change costs: the files that name every variant of an enum are those in which a new one
//! needs its say, those that write a lock mode are those in which a lock is corrected, and a setting
//! is read in one file and shown on one page. CONTRIBUTING lists them.

use std::collections::BTreeSet;
use std::fs;

use super::{Source, code, sources};
use crate::docs;

/// The enums that are extended, each with the file that it lies in.
const STATEMENTS: [(&str, &str); 4] = [
    ("TableChange", "sql/table_change.rs"),
    ("RowChange", "sql/row_change.rs"),
    ("ObjectChange", "sql/object_change.rs"),
    ("SessionCommand", "sql/session_command.rs"),
];

/// Returns the text of a file without comments, strings and tests.
fn own(source: &Source) -> String {
    code(&source.text).into_iter().map(|(_, line)| line + "\n").collect()
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect()
}

/// Returns the names of an enum's variants, which stand one step in.
fn variants(text: &str, name: &str) -> Vec<String> {
    let (_, body) = text.split_once(&format!("pub enum {name} {{\n")).unwrap();
    let lines = body.lines().take_while(|line| !line.starts_with('}'));
    let names = lines.filter_map(|line| line.strip_prefix("    "));
    let name = |line: &str| line.chars().take_while(|letter| letter.is_alphanumeric()).collect();
    names.filter(|line| line.starts_with(char::is_uppercase)).map(name).collect()
}

/// Returns the files that name the enum and each of its variants, but for its own.
fn naming_all(sources: &[Source], name: &str, file: &str) -> Vec<String> {
    let home = sources.iter().find(|source| source.name == file).unwrap();
    let variants = variants(&own(home), name);
    assert!(variants.len() > 2, "{name} has the variants {variants:?}");
    let others = sources.iter().filter(|source| source.name != file);
    let names_all = |source: &&Source| {
        let text = own(source);
        let words = words(&text);
        words.contains(name) && variants.iter().all(|variant| words.contains(variant.as_str()))
    };
    others.filter(names_all).map(|source| format!("`src/{}`", source.name)).collect()
}

#[test]
fn contributing_lists_the_files_in_which_a_new_variant_needs_its_say() {
    let sources = sources();
    let row = |(name, file): &(&str, &str)| {
        let files = naming_all(&sources, name, file);
        format!("   - `{name}`: {}", files.join(", "))
    };
    let statements: Vec<String> = STATEMENTS.iter().map(row).collect();
    docs::holds("CONTRIBUTING.md", "statement", &statements.join("\n"));
    docs::holds("CONTRIBUTING.md", "operation", &row(&("Operation", "operation/operation.rs")));
}

#[test]
fn contributing_lists_the_files_that_write_a_lock_mode() {
    let sources = sources();
    let home = sources.iter().find(|source| source.name == "sql/lock.rs").unwrap();
    let modes = variants(&own(home), "LockMode");
    assert!(modes.contains(&"AccessExclusive".to_owned()), "{modes:?}");
    let writes = |source: &&Source| {
        let text = own(source);
        text.contains("LockMode")
            && modes.iter().any(|mode| text.contains(&format!("Mode::{mode}")))
    };
    let others = sources.iter().filter(|source| source.name != home.name);
    let files: Vec<String> =
        others.filter(writes).map(|source| format!("`src/{}`", source.name)).collect();
    docs::holds("CONTRIBUTING.md", "lock", &format!("   - {}", files.join(", ")));
}

/// The settings: the file of the fields, their struct, the file that reads their keys.
const SETTINGS: [(&str, &str, &str); 2] = [
    ("config/settings.rs", "Settings", "config/read.rs"),
    ("config/verify.rs", "VerifySettings", "config/verify.rs"),
];

/// Returns the keys of a struct's fields: what stands between the first backticks of their words.
fn keys(text: &str, name: &str) -> Vec<String> {
    let (_, body) = text.split_once(&format!("pub struct {name} {{\n")).unwrap();
    let lines = body.lines().take_while(|line| !line.starts_with('}'));
    let words = lines.filter_map(|line| line.strip_prefix("    /// `"));
    let key = |words: &str| words.split('`').next().unwrap_or_default().to_owned();
    words.map(key).collect()
}

#[test]
fn every_setting_is_read_in_one_file_and_stands_on_the_page() {
    let sources = sources();
    let text = |name: &str| &sources.iter().find(|source| source.name == name).unwrap().text;
    let page =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md")).unwrap();
    for (file, name, reader) in SETTINGS {
        let keys = keys(text(file), name);
        assert!(keys.len() > 10, "{name} has the keys {keys:?}");
        for key in keys {
            let words = key.split(['[', ']', '.', ' ']).filter(|word| !word.is_empty());
            for word in words.filter(|word| !word.starts_with('"')) {
                let quoted = format!("\"{word}\"");
                assert!(text(reader).contains(&quoted), "src/{reader} does not read `{key}`");
                assert!(page.contains(word), "docs/settings.md does not name `{key}`");
            }
        }
    }
}
