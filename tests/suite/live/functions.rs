//! How volatile functions are: as the file says that stands in the program, and as the server says.

use safe_migration::sql::functions::{FunctionKind, function_kind};

use super::Cluster;

const PG_PROC: &str = include_str!("../../../src/sql/pg_proc.txt");

/// The query that made the file, as its head says it.
fn query() -> String {
    let lines = PG_PROC.lines().filter_map(|line| line.strip_prefix("#   "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn functions_are_as_volatile_as_the_server_says() {
    let Some(cluster) = Cluster::start() else { return };
    let rows = cluster.connect("prepared").ask(&query()).unwrap();
    assert!(rows.len() > 1800, "{} functions", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let (said, name) = (row[0].as_str(), row[1].as_str());
        let kind = match function_kind(name) {
            FunctionKind::Immutable => "immutable",
            FunctionKind::Stable => "stable",
            FunctionKind::Volatile => "volatile",
            FunctionKind::Unknown => "unknown",
        };
        if kind != said {
            wrong.push(format!("{name} is {said}, not {kind}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
