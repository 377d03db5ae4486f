//! What the findings of the gallery say to write instead: it is Python, and what it replaces is not
//! blocked any more.
//!
//! A safe form is one revision, or several that are deployed one after the other: a step begins at
//! a line that ends in `# 2`, or behind `# in the next revision:`. What ends in `# env.py` belongs
//! there. `...`, and `<...>` in a comment, are for people to fill in.

use std::rc::Rc;

use safe_migration::alembic::history::History;
use safe_migration::alembic::project::Search;
use safe_migration::alembic::search;
use safe_migration::config::settings::Settings;
use safe_migration::report::{place, snippet};
use safe_migration::review::finding::{Finding, LoweredBy};
use safe_migration::rule::definition::{Check, Rule, Theme};
use safe_migration::rule::raw_finding::Direction;
use safe_migration::rule::severity::Severity;
use safe_migration::rule::wording::{Claim, Hollow, hollow};
use safe_migration::rules::RULES;
use safe_migration::snapshot::Snapshot;
use safe_migration::text::source::Span;

use crate::common::workbench::{ENV, Files};
use crate::respelled::{in_a_schema, in_mixed_case, with_reserved_names};

/// A finding that says what to write instead, with the example that it is about.
struct Advice {
    example: Files,
    rule: &'static Rule,
    finding: Finding,
    safe: String,
}

fn advice() -> Vec<Advice> {
    advice_on(|text| Some(text.to_owned()))
}

/// What is said of every bad example, spelled otherwise; nothing is said where it cannot be.
fn advice_on(spelling: impl Fn(&str) -> Option<String>) -> Vec<Advice> {
    let mut all = Vec::new();
    for rule in RULES.iter().filter(|rule| !matches!(rule.check, Check::Review)) {
        let Some(text) = spelling(rule.example.bad) else { continue };
        for finding in Files::of(&text).review().findings {
            if let Some(safe) = finding.raw.safe_form.clone() {
                all.push(Advice { example: Files::of(&text), rule: finding.rule, finding, safe });
            }
        }
    }
    all.retain(|advice| !matches!(advice.rule.check, Check::Review));
    all
}

/// Cuts a safe form into the revisions that it asks for.
fn steps(safe: &str) -> Vec<Vec<&str>> {
    let mut steps: Vec<Vec<&str>> = vec![Vec::new()];
    for line in safe.lines() {
        let begins = line.rsplit_once("  # ").is_some_and(|(_, why)| {
            why.starts_with(|c: char| ('2'..='9').contains(&c)) || why.contains("later deployment")
        });
        match line {
            "# in the next revision:" => steps.push(Vec::new()),
            _ if begins => steps.push(vec![line]),
            _ => steps.last_mut().unwrap().push(line),
        }
    }
    let holds_code = |step: &Vec<&str>| step.iter().any(|line| !line.trim_start().starts_with('#'));
    let later = steps.split_off(1).into_iter().filter(holds_code).collect::<Vec<_>>();
    steps.extend(later);
    steps
}

fn name_of(path: &str) -> String {
    path.strip_prefix("alembic/versions/").map_or_else(|| format!("../../{path}"), str::to_owned)
}

/// Writes files as an example writes them; `released` of them stand above the line.
fn example(files: &[(String, String)], released: usize) -> String {
    let mut text = String::new();
    for (at, (path, content)) in files.iter().enumerate() {
        if at == released && released > 0 {
            text.push_str("# upstream\n");
        }
        text.push_str(&format!("# file: {}\n{content}\n", name_of(path)));
    }
    text
}

fn indented(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("    {line}\n")).collect()
}

fn revision_of(content: &str) -> String {
    let line = content.lines().find(|line| line.starts_with("revision")).expect("a revision");
    line.split('"').nth(1).expect("an id").to_owned()
}

/// The statement that a finding is about: the innermost one around it.
fn statement(finding: &Finding) -> Option<Span> {
    let site = finding.raw.site.span;
    let around = finding
        .raw
        .within
        .iter()
        .copied()
        .filter(|span| span.start <= site.start && site.end <= span.end);
    around.min_by_key(|span| span.end - span.start).filter(|span| span.end > span.start)
}

/// What is critical although the advice was followed. What is said of the way back is another
/// matter.
fn criticals(text: &str) -> Vec<String> {
    let findings = Files::of(text).review().findings;
    let blocks = findings.iter().filter(|finding| finding.severity == Severity::Critical);
    let blocks = blocks.filter(|finding| {
        finding.rule.theme != Theme::Downgrade && finding.raw.direction != Direction::Downgrade
    });
    blocks.map(title).collect()
}

/// What a finding says, without the lines that it names.
fn title(finding: &Finding) -> String {
    let words = finding.raw.message.split(' ').map(|word| {
        match word.trim_end_matches(',').parse::<usize>() {
            Ok(_) => "N",
            Err(_) => word,
        }
    });
    let message = words.collect::<Vec<_>>().join(" ");
    format!("{} in {}: {message}", finding.rule.id, finding.raw.direction.name())
}

/// What is critical in an example besides the finding that an advice is about.
fn other_criticals(advice: &Advice, aims: &[String]) -> Vec<String> {
    let files: Vec<(String, String)> = advice
        .example
        .files
        .iter()
        .map(|(path, content, _)| (path.clone(), content.clone()))
        .collect();
    let released = files.iter().filter(|(path, _)| advice.example.is_released(path)).count();
    let own = title(&advice.finding);
    let here = criticals(&example(&files, released)).into_iter();
    let here = here.filter(|other| *other != own);
    here.chain(aims.iter().filter(|aim| **aim != own).cloned()).collect()
}

/// The plans that a safe form asks for.
const PLANS: [&str; 3] = ["# Backup plan: ", "# Deploy window: ", "# Irreversible: "];

/// Puts words of a team in the place of those that say what belongs there, and what they fill
/// columns with.
fn filled_in(safe: &str) -> String {
    let kept = "# Backup plan: copied to cold storage by the nightly job";
    let line = |line: &str| {
        let label = PLANS.into_iter().find(|label| line.starts_with(label));
        let words = label.map(|label| format!("{label}copied to cold storage by the nightly job"));
        let line = words.unwrap_or_else(|| line.replace(" = ... WHERE", " = 1 WHERE"));
        // A step begins at the line that says its number: the plan stands below that.
        match line.split_once("  # ").filter(|(_, why)| why.contains("with a backup plan")) {
            Some((code, why)) => format!("pass  # {why}\n{kept}\n{code}"),
            None => line,
        }
    };
    safe.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Follows an advice, one deployment after the other; tells what is blocked.
fn followed(advice: &Advice) -> Vec<String> {
    let Some(span) = statement(&advice.finding) else { return Vec::new() };
    let path = advice.finding.raw.site.path.to_string();
    let mut files: Vec<(String, String)> = advice
        .example
        .files
        .iter()
        .map(|(path, content, _)| (path.clone(), content.clone()))
        .collect();
    let mut released = files.iter().filter(|(path, _)| advice.example.is_released(path)).count();
    let at = files.iter().position(|(other, _)| *other == path).expect("the file of the finding");
    let mut blocked = Vec::new();
    let safe = filled_in(&advice.safe);
    for (number, step) in steps(&safe).iter().enumerate() {
        // What people fill in is known to them alone; what comes after it is said whole.
        if step.iter().any(|line| line.contains("...")) {
            if number == 0 {
                return blocked;
            }
            continue;
        }
        if number == 0 {
            let code = if step.is_empty() { "    pass\n".to_owned() } else { indented(step) };
            let (_, content) = &mut files[at];
            let start = content[..span.start].rfind('\n').map_or(0, |at| at + 1);
            let start = if content[span.start..].starts_with(' ') { span.start } else { start };
            let inside = content[start..span.end].trim_end().len();
            content.replace_range(start..start + inside, code.trim_end());
            if !content.contains("import sqlalchemy as sa") {
                *content = content.replacen(
                    "from alembic import op",
                    "import sqlalchemy as sa\nfrom alembic import op",
                    1,
                );
            }
        } else {
            released = files.len();
            let parent = revision_of(&files[released - 1].1);
            let content = format!(
                "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = \"{number}f0a7c39e6b2\"\n\
                 down_revision = \"{parent}\"\n\n\ndef upgrade():\n{}\n\ndef downgrade():\n    pass\n",
                indented(step)
            );
            files.push((format!("alembic/versions/9{number}_step.py"), content));
        }
        blocked.extend(criticals(&example(&files, released)));
    }
    blocked
}

#[test]
fn a_plan_that_repeats_what_belongs_there_is_none() {
    let mut seen = 0;
    for advice in advice() {
        for line in advice.safe.lines() {
            for (label, claim) in
                PLANS.iter().zip([Claim::Backup, Claim::Window, Claim::Irreversible])
            {
                let Some(words) = line.strip_prefix(label) else { continue };
                seen += 1;
                let refused = hollow(words, claim);
                assert!(
                    matches!(refused, Some(Hollow::Template | Hollow::Placeholder(_))),
                    "{line}: {refused:?}"
                );
            }
        }
    }
    assert!(seen > 3);
}

#[test]
fn every_safe_form_is_python() {
    let mut wrong = Vec::new();
    for advice in advice() {
        let code = match advice.safe.starts_with("def ") {
            true => advice.safe.clone(),
            false => {
                format!("def upgrade():\n{}", indented(&advice.safe.lines().collect::<Vec<_>>()))
            }
        };
        let text = format!("revision = \"a\"\ndown_revision = None\n\n{code}");
        let files = [
            ("alembic.ini", "[alembic]\nscript_location = alembic\n"),
            ("alembic/versions/a.py", &text),
        ];
        let snapshot = Rc::new(Snapshot::of(files));
        let project =
            Rc::new(search::find(&snapshot, Search::Whole, &Settings::default()).remove(0));
        let migration = History::read(&snapshot, &project).migration("a").expect("a revision");
        if !migration.syntax_errors.is_empty() {
            wrong.push(format!("{}:\n{}", advice.rule.id, advice.safe));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Tells what is blocked although advice was followed, and whose advice is no Python.
fn failures(advice: Vec<Advice>) -> Vec<String> {
    failures_beside(advice, &[])
}

/// Tells the same; what the migration is after brings `aims` whichever way it is written.
fn failures_beside(advice: Vec<Advice>, aims: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    let in_upgrade = |advice: &Advice| {
        !["# env.py", "def ", "revision =", "down_revision ="]
            .iter()
            .any(|sign| advice.safe.contains(sign))
    };
    for advice in advice.into_iter().filter(in_upgrade) {
        let others = other_criticals(&advice, aims);
        let blocked: Vec<String> =
            followed(&advice).into_iter().filter(|why| !others.contains(why)).collect();
        wrong.extend(
            blocked
                .iter()
                .map(|why| format!("{} still has {why}\n{}", advice.rule.id, advice.safe)),
        );
    }
    wrong
}

#[test]
fn a_migration_that_does_what_it_is_told_is_not_blocked() {
    let wrong = failures(advice());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn advice_holds_for_names_that_sql_reads_only_in_quotes_and_for_tables_in_a_schema() {
    let spellings: [fn(&str) -> Option<String>; 3] =
        [in_mixed_case, with_reserved_names, in_a_schema];
    let mut wrong = Vec::new();
    for spelling in spellings {
        let advice = advice_on(spelling);
        assert!(advice.len() > 15, "{} pieces of advice", advice.len());
        wrong.extend(failures(advice));
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// Returns an example in a project of another database; nothing where it says its own.
fn on_database(text: &str, url: &str) -> Option<String> {
    let ini = format!("[alembic]\nscript_location = alembic\nsqlalchemy.url = {url}\n");
    // What speaks of PostgreSQL alone makes it PostgreSQL, where only an address says otherwise.
    let name = url.split(['+', ':']).next().unwrap_or_default();
    let settings = format!("dialect = \"{name}\"\n");
    let first = if text.starts_with("# file: ") { "" } else { "# file: 0001_example.py\n" };
    (!text.contains("alembic.ini") && !text.contains("pyproject.toml")).then(|| {
        format!(
            "# file: ../../alembic.ini\n{ini}\n# file: ../../safe-migration.toml\n{settings}\n\
             {first}{text}"
        )
    })
}

#[test]
fn advice_is_for_the_database_that_is_judged() {
    let mut wrong = Vec::new();
    // What an example does to rows and tables on PostgreSQL it also does elsewhere, once it runs.
    // That it does not run there is no aim.
    let judged = RULES
        .iter()
        .filter(|rule| !matches!(rule.check, Check::Review) && rule.theme != Theme::AlembicTraps);
    let mut aims: Vec<String> = judged.flat_map(|rule| criticals(rule.example.bad)).collect();
    // SQLite has no type for them: `sa.Uuid()` is CHAR(32) there.
    aims.push(
        "lossy-type-change in upgrade: `reports.token` becomes CHAR(32), which does not hold every \
         VARCHAR(36)"
            .to_owned(),
    );
    for url in [
        "mysql+pymysql://localhost/app",
        "mariadb+pymysql://localhost/app",
        "sqlite:///app.db",
        "mssql+pyodbc://localhost/app",
    ] {
        let advice = advice_on(|text| on_database(text, url));
        assert!(advice.len() > 15, "{} pieces of advice on {url}", advice.len());
        wrong.extend(failures_beside(advice, &aims).into_iter().map(|why| format!("{url}: {why}")));
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// What no remedy may speak of where another database is judged.
const FOREIGN: [(&str, &[&str]); 5] = [
    ("postgresql+psycopg://localhost/app", &["MySQL", "MariaDB", "SQLite", "SQL Server", "batch_"]),
    ("mysql+pymysql://localhost/app", &["SQLite", "SQL Server", "batch_"]),
    ("mariadb+pymysql://localhost/app", &["SQLite", "SQL Server", "batch_"]),
    ("sqlite:///app.db", &["MySQL", "MariaDB", "SQL Server"]),
    ("mssql+pyodbc://localhost/app", &["MySQL", "MariaDB", "SQLite", "batch_"]),
];

/// What only PostgreSQL has.
const OF_POSTGRESQL: [&str; 8] = [
    "PostgreSQL",
    "postgresql_",
    "CONCURRENTLY",
    "NOT VALID",
    "VALIDATE CONSTRAINT",
    "USING INDEX",
    "SET LOCAL",
    "lock_timeout",
];

/// What the examples say in the words of PostgreSQL alone, as the others take it.
const ELSEWHERE: &str = r#"# file: 0001_users.py
"""Users"""
import sqlalchemy as sa
from alembic import op

revision = "c81d4e2ef0a7"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(50)))
    op.create_index("ix_users_name", "users", ["name"])


def downgrade():
    op.drop_table("users")

# upstream

# file: 0002_more.py
"""More"""
import sqlalchemy as sa
from alembic import op

revision = "f47ac10b58cc"
down_revision = "c81d4e2ef0a7"


def upgrade():
    op.drop_index("ix_users_name", "users")
    op.create_index("ix_users_name_2", "users", ["name"])
    op.create_index("ix_users_text", "users", ["name"], mysql_prefix="FULLTEXT")
    op.alter_column("users", "name", existing_type=sa.String(50), nullable=False)
    op.alter_column("users", "name", existing_nullable=False, existing_type=sa.String(50), type_=sa.String(20))
    op.alter_column("users", "name", existing_nullable=False, existing_type=sa.String(20), server_default="x")
    op.add_column("users", sa.Column("at", sa.DateTime(), server_default=sa.func.now(), nullable=False))
    op.add_column("users", sa.Column("org", sa.Integer(), sa.ForeignKey("users.id")))
    op.execute("UPDATE users SET name = 'x'")
    op.execute("DELETE FROM users")
    with op.batch_alter_table("users") as batch_op:
        batch_op.create_unique_constraint("uq_users_name", ["name"])
        batch_op.create_check_constraint("ck_users_name", "name <> ''")
        batch_op.alter_column("name", new_column_name="title", existing_type=sa.String(20))


def downgrade():
    pass
"#;

#[test]
fn what_is_said_to_do_names_no_other_database() {
    let mut wrong = Vec::new();
    for (url, foreign) in FOREIGN {
        let only_there = if url.starts_with("postgresql") { &[][..] } else { &OF_POSTGRESQL[..] };
        let more = [("more", ELSEWHERE)];
        for (by, example) in RULES.iter().map(|rule| (rule.id, rule.example.bad)).chain(more) {
            let Some(text) = on_database(example, url) else { continue };
            let findings = Files::of(&text).review().findings;
            // What is no SQL there is quoted as it stands.
            for finding in findings.into_iter().filter(|it| it.rule.id != "invalid-sql") {
                let remedy = place::remedy(&finding);
                let code = finding.raw.safe_form.as_deref().unwrap_or_default();
                // What the migration says itself stands in the code that replaces it.
                let is_said = |name: &&&str| {
                    remedy.contains(**name) || code.contains(**name) && !example.contains(**name)
                };
                if let Some(name) = foreign.iter().chain(only_there).find(is_said) {
                    let about = finding.rule.id;
                    wrong.push(format!("{url}: {about} of {by}: {name}: {remedy}\n{code}"));
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_downgrade_that_is_written_as_told_runs_on_the_database_that_is_judged() {
    let mut wrong = Vec::new();
    for (url, ..) in FOREIGN {
        for rule in RULES {
            let Some(text) = on_database(rule.example.bad, url) else { continue };
            let findings = Files::of(&text).review().findings;
            let told = findings.iter().filter_map(|it| it.raw.safe_form.as_deref());
            for way_back in told.filter(|safe| safe.starts_with("def downgrade():")) {
                let Some((before, _)) = text.split_once("def downgrade():") else { continue };
                let way_back = way_back.replace("sa.Column(..., ", "sa.Column(");
                let again = Files::of(&format!("{before}{way_back}\n")).review().findings;
                let refused = again.iter().find(|it| {
                    it.raw.direction == Direction::Downgrade
                        && ["operation-not-supported", "lost-column-attributes"]
                            .contains(&it.rule.id)
                });
                if let Some(refused) = refused {
                    wrong.push(format!("{url}: {}: {}\n{way_back}", rule.id, title(refused)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_belongs_into_env_py_settles_the_matter_there() {
    let mut settled = Vec::new();
    for advice in advice().into_iter().filter(|advice| advice.safe.trim_end().ends_with("# env.py"))
    {
        let head = advice.safe.split('(').next().expect("a call");
        let start = ENV.rfind(head).expect("a line of Alembic's env.py");
        let end = start + ENV[start..].find("\n\n").expect("an empty line");
        let mut env = ENV.to_owned();
        env.replace_range(start..end, indented(&advice.safe.lines().collect::<Vec<_>>()).trim());
        let mut files: Vec<(String, String)> = vec![("alembic/env.py".to_owned(), env)];
        let own = advice.example.files.iter().filter(|(path, ..)| path != "alembic/env.py");
        files.extend(own.map(|(path, content, _)| (path.clone(), content.clone())));
        let released = files.iter().filter(|(path, _)| advice.example.is_released(path)).count();
        let released = if released == 0 { 0 } else { released + 1 };
        let left = Files::of(&example(&files, released)).seen();
        assert!(
            left.iter().all(|seen| seen.rule != advice.rule.id),
            "{} is not settled",
            advice.rule.id
        );
        settled.push(advice.rule.id);
    }
    for rule in ["missing-lock-timeout", "autocommit-leaves-version-behind"] {
        assert!(settled.contains(&rule), "{rule} says nothing about env.py");
    }
}

/// Returns what the findings of a rule on a case say to write instead.
fn forms_of(rule: &str, case: &str) -> Vec<String> {
    let findings =
        Files::of(case).review().findings.into_iter().filter(|finding| finding.rule.id == rule);
    findings.filter_map(|finding| finding.raw.safe_form).collect()
}

#[test]
fn what_a_migration_writes_stands_in_what_it_is_told_to_write() {
    let table = [
        (
            "column-type-change",
            include_str!("../cases/column-type-change/an_enum_with_more_labels.py"),
            "op.execute(\"ALTER TYPE mood ADD VALUE IF NOT EXISTS 'so so'\")",
        ),
        (
            "unbatched-data-migration",
            include_str!(
                "../cases/unbatched-data-migration/batches_of_keys_that_are_no_numbers.py"
            ),
            "UPDATE users SET name = login WHERE id BETWEEN :first AND :last AND name IS NULL",
        ),
        (
            "data-migration-not-idempotent",
            include_str!(
                "../cases/data-migration-not-idempotent/a_key_that_is_drawn_stops_nothing.py"
            ),
            "6a1f20e8b3c4', 'h', 5) ON CONFLICT (id) DO NOTHING",
        ),
        (
            "overwrite-without-copy",
            include_str!("../cases/overwrite-without-copy/a_loop_is_one_finding_a_statement.py"),
            "op.add_column(\"teams\", sa.Column(\"state_before\", sa.Integer()))",
        ),
    ];
    for (rule, case, expected) in table {
        let forms = forms_of(rule, case);
        assert!(forms.iter().any(|form| form.contains(expected)), "{rule}: {forms:#?}");
    }
}

/// Puts a line above the statement that a finding is about.
fn with_line_above(text: &str, finding: &Finding, line: &str) -> String {
    let span = statement(finding).unwrap_or(finding.raw.site.span);
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let margin: String =
        text[start..].chars().take_while(|letter| letter.is_whitespace()).collect();
    format!("{}{margin}{line}\n{}", &text[..start], &text[start..])
}

#[test]
fn a_template_that_is_pasted_as_it_stands_opens_nothing() {
    let mut opened = Vec::new();
    for rule in RULES.iter().filter(|rule| !matches!(rule.check, Check::Review)) {
        let files = Files::of(rule.example.bad);
        for finding in files.review().findings {
            // A released file that is written again stands twice; the later one is judged.
            let is_its = |(path, ..): &(String, String, usize)| *path == *finding.raw.site.path;
            let Some(at) = files.files.iter().rposition(is_its) else { continue };
            let text = &files.files[at].1;
            let plan = finding.raw.plan.unwrap_or(finding.rule.plan).map(snippet::sentence);
            let waiver = format!("safe-migration: allow {} -- <the reason>", finding.rule.id);
            let own = finding.raw.safe_form.iter().flat_map(|form| form.lines());
            let own = own.filter(|line| line.trim_start().starts_with("# "));
            let own: Vec<String> = own.map(|line| line.trim().to_owned()).collect();
            let lines =
                plan.map(|plan| format!("# {plan}")).into_iter().chain([format!("# {waiver}")]);
            for line in lines.chain(own) {
                let pasted = with_line_above(text, &finding, &line);
                let all: Vec<(String, String)> = files
                    .files
                    .iter()
                    .enumerate()
                    .map(|(number, (path, text, _))| {
                        let text = if number == at { &pasted } else { text };
                        (path.clone(), text.clone())
                    })
                    .collect();
                let released = all.iter().filter(|(path, _)| files.is_released(path)).count();
                let review = Files::of(&example(&all, released)).review();
                let lowered = review.findings.iter().filter(|other| {
                    other.lowered.as_ref().is_some_and(|lowered| lowered.by == LoweredBy::Plan)
                });
                if !review.waived.is_empty() || lowered.count() > 0 {
                    opened.push(format!("{}: {line}", rule.id));
                }
            }
        }
    }
    assert!(opened.is_empty(), "\n{}", opened.join("\n"));
}
