//! The clauses of the rules, one row each: when a rule fires, when it is lower, when it is silent.

use std::fmt::Write as _;

use safe_migration::rule::severity::Severity;

use crate::common::workbench::Files;

const TABLE: &str = include_str!("../clauses.txt");

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
        sa.Column("s", sa.String(20), nullable=False, server_default="x"),
        sa.UniqueConstraint("a", "n", name="uq_t_an"),
        sa.CheckConstraint("n > 0", name="ck_t_n"),
    )
    op.create_index("ix_t_a", "t", ["a"])
    op.create_table("u", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.String(20), unique=True))
    op.execute("CREATE VIEW tv AS SELECT s FROM t")
    op.execute("CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'")
    op.execute("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf()")
    op.execute("CREATE POLICY tp ON u USING (true)")
    op.execute("CREATE TRIGGER g BEFORE UPDATE ON u EXECUTE FUNCTION tf()")


def downgrade():
    op.drop_table("u")
    op.drop_table("t")
"#;

/// Returns what a rule says of some lines: `c`, `w` or `-`.
fn said(rule: &str, lines: &str) -> &'static str {
    let lines = lines.replace("\\n", "\n    ");
    let files = Files::of(&format!(
        "# file: 0001_before.py\n{BEFORE}\n# upstream\n# file: 0002_lines.py\nimport sqlalchemy as sa\nfrom alembic import op\n\
         import somewhere\n\nrevision = \"b1f04c8e7a63\"\ndown_revision = \"4c0d7ae92b1f\"\n\n\ndef upgrade():\n    {lines}\n\n\n\
         def downgrade():\n    pass\n"
    ));
    let review = files.review();
    assert!(review.unverifiable.is_empty(), "{lines}: {:?}", review.unverifiable);
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
fn each_clause_of_a_rule_holds() {
    let mut wrong = String::new();
    for row in TABLE.lines().filter(|row| !row.starts_with('#') && !row.is_empty()) {
        let mut cells = row.splitn(3, " | ");
        let (rule, expected, lines) =
            (cells.next().unwrap(), cells.next().expect(row), cells.next().expect(row));
        assert!(safe_migration::rules::find(rule).is_some(), "{rule} is no rule");
        let found = said(rule, lines);
        if found != expected {
            writeln!(wrong, "{rule} | {found}, not {expected} | {lines}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
