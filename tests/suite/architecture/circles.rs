//! Circles between files of one room: files that import each other cannot be read one after the
//! other.
//!
//! The list may only shrink. Some of it is the nature of the thing, a grammar whose parts hold each
//! other or a tree whose nodes do; the rest waits for somebody who opens it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Source, code, sources};

/// The circles that there are, each as its files in alphabetical order.
const CIRCLES: &[&[&str]] = &[
    &[
        "operation::sqlalchemy::query",
        "operation::sqlalchemy::sql_builder",
        "operation::sqlalchemy::sql_expr",
    ],
    &[
        "python::builtin::classes",
        "python::builtin::functions",
        "python::builtin::itertools",
        "python::builtin::library_calls",
        "python::builtin::reflection",
    ],
    &["python::host", "python::object"],
    &["sql::grammar::expression", "sql::grammar::operand", "sql::grammar::operator"],
    &["sql::object_change", "sql::statement"],
];

/// Which files of its room each file imports.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// Returns the module of a file: `sql::title::words`.
fn module(source: &Source) -> String {
    let path = source.name.trim_end_matches(".rs");
    path.strip_suffix("/mod").unwrap_or(path).replace('/', "::")
}

/// Returns the paths that a text imports from this crate; `a::{b, c}` are two.
fn imported(text: &str) -> Vec<String> {
    let lines: Vec<String> = code(text).into_iter().map(|(_, line)| line).collect();
    let text = lines.join(" ");
    let mut paths = Vec::new();
    for statement in text.split("use crate::").skip(1) {
        let path: String = statement.split(';').next().unwrap().split_whitespace().collect();
        match path.split_once('{') {
            Some((before, names)) => {
                let names = names.trim_end_matches('}').split(',').filter(|name| !name.is_empty());
                paths.extend(names.map(|name| format!("{before}{name}")));
            }
            None => paths.push(path),
        }
    }
    paths
}

/// Returns the file that a path leads to: the longest beginning that is one.
fn leads_to<'p>(path: &'p str, modules: &BTreeSet<String>) -> Option<&'p str> {
    let ends = path.match_indices("::").map(|(end, _)| end).chain([path.len()]);
    let beginnings: Vec<&str> = ends.map(|end| &path[..end]).collect();
    beginnings.into_iter().rev().find(|beginning| modules.contains(*beginning))
}

fn imports(sources: &[Source]) -> Imports {
    let modules: BTreeSet<String> = sources.iter().map(module).collect();
    let of = |source: &Source| {
        let own = module(source);
        let paths = imported(&source.text);
        let there = paths.iter().filter_map(|path| leads_to(path, &modules));
        let in_room = there.filter(|file| {
            file.split("::").next() == Some(&source.room) && file.contains("::") && *file != own
        });
        (own.clone(), in_room.map(str::to_owned).collect())
    };
    sources.iter().map(of).collect()
}

fn reached<'i>(from: &str, imports: &'i Imports) -> BTreeSet<&'i str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = vec![from];
    while let Some(file) = open.pop() {
        for next in imports.get(file).into_iter().flatten() {
            if found.insert(next.as_str()) {
                open.push(next);
            }
        }
    }
    found
}

/// Returns the circles: files of which each is reached from each.
fn circles(imports: &Imports) -> BTreeSet<Vec<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        imports.keys().map(|file| (file.as_str(), reached(file, imports))).collect();
    let circle = |file: &&str| -> Vec<String> {
        let back = reached[*file].iter().filter(|other| reached[*other].contains(*file));
        back.map(|other| (*other).to_owned()).collect()
    };
    reached.keys().map(circle).filter(|circle| circle.len() > 1).collect()
}

#[test]
fn files_import_each_other_in_no_circle_but_those_that_are_listed() {
    let found = circles(&imports(&sources()));
    let listed: BTreeSet<Vec<String>> =
        CIRCLES.iter().map(|circle| circle.iter().map(|&file| file.to_owned()).collect()).collect();
    let new: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(new.is_empty(), "files import each other; move what both need to a third: {new:#?}");
    assert!(gone.is_empty(), "take these circles off the list, they are opened: {gone:#?}");
}

#[test]
fn a_circle_is_found_and_what_only_looks_like_one_is_not() {
    let of = |files: &[(&str, &str)]| {
        let sources: Vec<Source> =
            files.iter().map(|(name, text)| Source::new(name, text)).collect();
        circles(&imports(&sources))
    };
    let circle = of(&[
        ("sql/a.rs", "use crate::sql::b::{\n    One,\n    Two,\n};"),
        ("sql/b.rs", "use crate::sql::c;"),
        ("sql/c/mod.rs", "use crate::sql::a::Three;"),
        ("sql/d.rs", "use crate::sql::a::Three;"),
    ]);
    assert_eq!(circle.into_iter().collect::<Vec<_>>(), [["sql::a", "sql::b", "sql::c"]]);
    let none = of(&[
        ("sql/a.rs", "// use crate::sql::b;\n"),
        ("sql/b.rs", "use crate::sql::a::One;\n\n#[cfg(test)]\nmod tests {}"),
        ("sql/mod.rs", "use crate::sql::a::One;"),
    ]);
    assert!(none.is_empty());
}
