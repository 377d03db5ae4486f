//! The table of dialects: one row for one line of a migration, one case for each dialect.

use std::fmt::Write as _;

use safe_migration::rule::severity::Severity;

use crate::common::workbench::Files;

const TABLE: &str = include_str!("../dialects.txt");

const URLS: [&str; 5] = [
    "postgresql+psycopg://localhost/app",
    "mysql+pymysql://localhost/app",
    "mariadb+pymysql://localhost/app",
    "sqlite:///app.db",
    "mssql+pyodbc://localhost/app",
];

const BEFORE: &str = r#"import sqlalchemy as sa
from alembic import op

revision = "4c0d7ae92b1f"
down_revision = None


def upgrade():
    op.create_table(
        "t",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a", sa.String(20)),
        sa.Column("n", sa.Integer()),
        sa.Column("e", sa.Enum("x", "y", name="e")),
        sa.Column("s", sa.String(20), nullable=False, server_default="x"),
    )
    op.create_index("ix_t_a", "t", ["a"])
    op.create_table(
        "u", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.String(20), unique=True)
    )


def downgrade():
    op.drop_table("u")
    op.drop_table("t")
"#;

/// Returns what a rule says of a line on a dialect: `c`, `w` or `-`.
fn said(rule: &str, line: &str, url: &str) -> &'static str {
    let files = Files::of(&format!(
        "# file: ../../alembic.ini\n[alembic]\nscript_location = alembic\nsqlalchemy.url = {url}\n\n# file: 0001_before.py\n{BEFORE}\n# upstream\n\
         # file: 0002_line.py\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = \"b1f04c8e7a63\"\n\
         down_revision = \"4c0d7ae92b1f\"\n\n\ndef upgrade():\n    {line}\n\n\ndef downgrade():\n    pass\n"
    ));
    let review = files.review();
    let leads = review.findings.iter().map(|finding| (finding.rule.id, finding.severity));
    let notes = review
        .findings
        .iter()
        .flat_map(|finding| &finding.notes)
        .map(|note| (note.rule.id, note.severity));
    match leads.chain(notes).filter(|(id, _)| *id == rule).map(|(_, severity)| severity).max() {
        Some(Severity::Critical) => "c",
        Some(Severity::Warning) => "w",
        None => "-",
    }
}

#[test]
fn each_dialect_has_the_hazards_that_it_has() {
    let mut wrong = String::new();
    for row in TABLE.lines().filter(|row| !row.starts_with('#') && !row.is_empty()) {
        let cells: Vec<&str> = row.split(" | ").map(str::trim).collect();
        let [rule, line, expected @ ..] = cells.as_slice() else { panic!("{row}") };
        assert_eq!(expected.len(), URLS.len(), "{row}");
        let found: Vec<&str> = URLS.iter().map(|url| said(rule, line, url)).collect();
        if found != expected {
            writeln!(wrong, "{rule} | {line} | {}", found.join(" | ")).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
