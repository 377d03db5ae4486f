//! The casts and comparisons that are written down, against the catalogue of a live server.

use super::Cluster;

const CASTS: &str = include_str!("../../../src/sql/casts.txt");
const COMPARISONS: &str = include_str!("../../../src/sql/comparisons.txt");

fn rows(table: &str) -> Vec<&str> {
    table.lines().filter(|row| !row.starts_with('#') && !row.is_empty()).collect()
}

#[test]
fn casts_by_assignment_are_those_of_the_catalogue() {
    let Some(cluster) = Cluster::start() else { return };
    let query: String = CASTS
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
    let written = rows(CASTS);
    let missing: Vec<&&str> =
        written.iter().filter(|row| !found.iter().any(|found| found == **row)).collect();
    assert!(missing.is_empty(), "the server has no cast {missing:?}");
    let surplus: Vec<&String> =
        found.iter().filter(|found| !rows(CASTS).contains(&found.as_str())).collect();
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
