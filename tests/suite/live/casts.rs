//! The casts and comparisons that are written down, against the catalogue of a live server.

use super::Cluster;

const CASTS: &str = include_str!("../../../src/sql/casts.txt");
const EXPLICIT: &str = include_str!("../../../src/sql/explicit_casts.txt");
const ARGUMENTS: &str = include_str!("../../../src/sql/arguments.txt");
const CLASSES: &str = include_str!("../../../src/sql/opclasses.txt");
const COMPARISONS: &str = include_str!("../../../src/sql/comparisons.txt");

const OPERATORS: &str = include_str!("../../../src/sql/operators.txt");

fn rows(table: &str) -> Vec<&str> {
    table.lines().filter(|row| !row.starts_with('#') && !row.is_empty()).collect()
}

#[test]
fn casts_are_those_of_the_catalogue() {
    for table in [CASTS, EXPLICIT] {
        casts_of(table);
    }
}

fn casts_of(table: &str) {
    let Some(cluster) = Cluster::start() else { return };
    let query: String = table
        .lines()
        .filter_map(|line| line.strip_prefix("#   "))
        .map(|line| format!("{line}\n"))
        .collect();
    let found: Vec<String> = cluster
        .connect("prepared")
        .ask(&query)
        .unwrap()
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    let written = rows(table);
    let missing: Vec<&&str> =
        written.iter().filter(|row| !found.iter().any(|found| found == **row)).collect();
    assert!(missing.is_empty(), "the server has no cast {missing:?}");
    let surplus: Vec<&String> =
        found.iter().filter(|found| !written.contains(&found.as_str())).collect();
    // Newer servers add types, not casts between old ones.
    assert!(cluster.version.major > 15 || surplus.is_empty(), "not written down: {surplus:?}");
}

#[test]
fn foreign_keys_compare_the_types_that_are_written_down() {
    let Some(cluster) = Cluster::start() else { return };
    let mut session = cluster.connect("prepared");
    let measured: Vec<&str> = {
        let mut types: Vec<&str> =
            rows(COMPARISONS).iter().flat_map(|row| row.split(' ')).collect();
        types.sort_unstable();
        types.dedup();
        types
    };
    let mut wrong = Vec::new();
    for key in &measured {
        for column in measured.iter().filter(|column| *column != key) {
            session.ask("BEGIN").unwrap();
            session.ask(&format!("CREATE TABLE p (a {key} PRIMARY KEY)")).unwrap();
            let taken =
                session.ask(&format!("CREATE TABLE f (a {column} REFERENCES p (a))")).is_ok();
            session.ask("ROLLBACK").unwrap();
            let pair = format!("{key} {column}");
            if taken != rows(COMPARISONS).contains(&pair.as_str()) {
                wrong.push(pair);
            }
        }
    }
    assert!(wrong.is_empty(), "not as the server does: {wrong:?}");
}

/// Types that a column is tried of.
const TRIED: [&str; 14] = [
    "int4",
    "int8",
    "numeric",
    "float8",
    "text",
    "varchar",
    "bool",
    "date",
    "timestamptz",
    "uuid",
    "json",
    "jsonb",
    "bytea",
    "tsvector",
];

/// What stands behind the first argument of functions that take more.
const MORE: [(&str, &str); 15] = [
    ("replace", ", 'x', 'y'"),
    ("split_part", ", '-', 1"),
    ("regexp_replace", ", 'x', 'y'"),
    ("strpos", ", 'x'"),
    ("translate", ", 'x', 'y'"),
    ("starts_with", ", 'x'"),
    ("string_to_array", ", ','"),
    ("to_date", ", 'YYYY'"),
    ("string_agg", ", ','"),
    ("json_extract_path", ", 'x'"),
    ("json_extract_path_text", ", 'x'"),
    ("jsonb_extract_path", ", 'x'"),
    ("jsonb_extract_path_text", ", 'x'"),
    ("jsonb_set", ", '{a}', '1'"),
    ("jsonb_insert", ", '{a}', '1'"),
];

#[test]
fn functions_and_indexes_take_the_types_that_are_written_down() {
    let Some(cluster) = Cluster::start() else { return };
    let mut session = cluster.connect("prepared");
    let mut wrong = Vec::new();
    for (table, is_index) in [(ARGUMENTS, false), (CLASSES, true)] {
        for row in rows(table) {
            let (name, taken) = row.split_once(' ').unwrap();
            for kind in TRIED {
                session.ask("BEGIN").unwrap();
                session.ask(&format!("CREATE TABLE tried (a {kind})")).unwrap();
                let more = MORE.iter().find(|(function, _)| *function == name);
                let sql = match is_index {
                    true => format!("CREATE INDEX ON tried USING {name} (a)"),
                    false => {
                        format!("SELECT {name}(a{}) FROM tried", more.map_or("", |more| more.1))
                    }
                };
                let is_taken = session.ask(&sql).is_ok();
                session.ask("ROLLBACK").unwrap();
                if is_taken != taken.split(' ').any(|known| known == kind) {
                    wrong.push(sql + " of " + kind);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "not as the server does: {wrong:#?}");
}

/// Types of which every pair is tried with every operator.
const OPERANDS: [&str; 19] = [
    "bool",
    "bpchar",
    "bytea",
    "date",
    "float4",
    "float8",
    "int2",
    "int4",
    "int8",
    "interval",
    "json",
    "jsonb",
    "numeric",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "uuid",
    "varchar",
];

#[test]
fn operators_are_those_of_the_server() {
    let Some(cluster) = Cluster::start() else { return };
    let mut session = cluster.connect("prepared");
    let mut wrong = Vec::new();
    for operator in ["+", "-", "*", "/", "%", "||", "=", "<"] {
        for left in OPERANDS {
            for right in OPERANDS {
                let sql = format!(
                    "SELECT typname FROM pg_type \
                      WHERE oid = (SELECT pg_typeof(NULL::{left} {operator} NULL::{right}))"
                );
                let given = match session.ask(&sql) {
                    Ok(rows) => Some(rows[0][0].clone()),
                    Err(error) if error.to_string().contains("not unique") => {
                        Some("ambiguous".to_owned())
                    }
                    Err(_) => None,
                };
                let head = format!("{operator} {left} {right} ");
                let mut written = rows(OPERATORS).into_iter();
                let written = written.find_map(|row| row.strip_prefix(&head));
                if given.as_deref() != written {
                    wrong.push(format!("{head}{given:?}, written {written:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "not as the server does: {wrong:?}");
}
