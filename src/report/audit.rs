//! What an audit found, for people and as one JSON object.

use std::fmt::Write;

use serde::Serialize;

use crate::report::palette;
use crate::report::prose::{count, indent, wrap};
use crate::report::recorded::short;
use crate::report::speech::{one_line, shown};

/// What an audit found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Audit {
    /// The number of this form.
    pub schema: u8,
    /// The program.
    pub tool: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The commits that were asked about: `main..HEAD`, or `HEAD` with all that leads to it.
    pub range: String,
    /// How many commits these are.
    pub commits: usize,
    /// How many of them concern migrations, and were judged.
    pub judged: usize,
    /// What the range makes of the settings.
    pub settings_changes: Vec<String>,
    /// What commits hold that the hook would have refused, the oldest first.
    pub violations: Vec<Violation>,
    /// What the last commit holds that no single commit is to blame for, or that is not mended.
    pub state: Vec<Problem>,
    /// Commits that are on record for going around the gate and hold nothing that it would have
    /// refused.
    pub harmless: Vec<Harmless>,
    /// Revisions whose failed rehearsal a waiver covers, or would where none is on record here.
    pub waived: Vec<WaivedTrial>,
    /// Commits that could not be judged.
    pub unjudged: Vec<Unjudged>,
    /// What should be known besides.
    pub notices: Vec<String>,
}

/// A finding that would have kept a commit from being made.
#[derive(Clone, Debug, Serialize)]
pub struct Violation {
    /// The commit.
    pub commit: CommitFacts,
    /// What was found.
    #[serde(flatten)]
    pub problem: Problem,
    /// How the commit got in, where this clone has it on record.
    pub recorded: Option<Record>,
    /// How it was mended later within the range, if it was.
    pub mended: Option<Mended>,
}

/// A commit, as far as a reader needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommitFacts {
    /// Its id.
    pub id: String,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it.
    pub author: String,
    /// The author's address.
    pub email: String,
    /// When it was committed, RFC 3339 in UTC.
    pub date: String,
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The rule.
    pub rule: &'static str,
    /// The severity that stands.
    pub severity: &'static str,
    /// The file.
    pub path: String,
    /// The line, from 1; null where the file is gone.
    pub line: Option<usize>,
    /// The revision.
    pub revision: Option<String>,
    /// The direction.
    pub direction: &'static str,
    /// The table.
    pub table: Option<String>,
    /// The column, constraint or other object.
    pub object: Option<String>,
    /// The sentence.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// How a commit got in, from the ledger of this clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// `bypass`, `bypass after failure`, `changed after the gate` or `ungated:ACTION`.
    pub class: String,
    /// What git noted.
    pub action: String,
    /// Who committed it.
    pub who: String,
    /// When it was noted.
    pub at: String,
    /// The records of commits that this one took the place of: id and class.
    pub before: Vec<(String, String)>,
}

/// How a violation was mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mended {
    /// The commit that did it, where that is known.
    pub commit: Option<String>,
    /// What was done: `changed` or `removed`.
    pub how: &'static str,
}

/// A commit that went around the gate and is sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Harmless {
    /// Its id.
    pub commit: String,
    /// How it got in.
    pub class: String,
    /// Who committed it.
    pub who: String,
}

/// A revision that `downgrade-failed` is waived for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WaivedTrial {
    /// The commit.
    pub commit: String,
    /// The revision.
    pub revision: String,
    /// The database on which it failed; nothing where no rehearsal is on record here.
    pub failed_on: Option<String>,
    /// The reason.
    pub reason: String,
}

impl WaivedTrial {
    /// Tells of it in one sentence.
    pub fn sentence(&self) -> String {
        let tried = match &self.failed_on {
            Some(database) => format!("failed when it was tried on {database}"),
            None => "was not tried here".to_owned(),
        };
        let commit = short(&self.commit);
        let (revision, reason) = (&self.revision, &self.reason);
        format!("{commit}: `{revision}` {tried}, and waives downgrade-failed: {reason}")
    }
}

/// A commit that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unjudged {
    /// Its id.
    pub commit: String,
    /// Why, as a clause.
    pub why: String,
}

impl Audit {
    /// Tells whether something stands that the hook would have refused.
    pub fn stands(&self) -> bool {
        !self.state.is_empty() || self.standing().next().is_some()
    }

    /// Returns the violations that nothing mended.
    pub fn standing(&self) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(|violation| violation.mended.is_none())
    }

    /// Returns the violations commit by commit.
    pub fn by_commit(&self) -> Vec<&[Violation]> {
        self.violations.chunk_by(|one, other| one.commit.id == other.commit.id).collect()
    }
}

/// Tells an audit for a person.
pub fn tell(audit: &Audit) -> String {
    let mut out = String::new();
    for change in &audit.settings_changes {
        let _infallible = writeln!(out, "⚠️  settings: {}", shown(change));
    }
    for violations in audit.by_commit() {
        out += &commit(violations);
    }
    if !audit.state.is_empty() {
        let _infallible = writeln!(out, "{}", palette::strong("as it stands at the end"));
        audit.state.iter().for_each(|problem| out += &line("❌", problem));
        out.push('\n');
    }
    for commit in &audit.unjudged {
        let _infallible = writeln!(
            out,
            "❓ {} could not be judged: {}",
            short(&commit.commit),
            shown(&commit.why)
        );
    }
    for commit in &audit.harmless {
        let (class, who) = (shown(&commit.class), shown(&commit.who));
        let _infallible = writeln!(
            out,
            "   {} on record as {class}, by {who}: nothing objectionable in it",
            short(&commit.commit)
        );
    }
    for waived in &audit.waived {
        let _infallible = writeln!(out, "   Waived: {}", shown(&waived.sentence()));
    }
    for notice in &audit.notices {
        let _infallible = writeln!(out, "   Note: {}", shown(notice));
    }
    let closing = closing(audit);
    let painted = match (audit.stands(), audit.unjudged.is_empty(), audit.violations.is_empty()) {
        (true, ..) | (_, false, _) => palette::critical(&closing),
        (false, _, false) => palette::warning(&closing),
        (false, ..) => palette::good(&closing),
    };
    palette::signs(format!("{out}{painted}\n"))
}

/// One commit with what it holds.
fn commit(violations: &[Violation]) -> String {
    let Some(first) = violations.first() else { return String::new() };
    let facts = &first.commit;
    let day = facts.date.get(..10).unwrap_or(&facts.date);
    let head = format!("{} {day} {} <{}>", short(&facts.id), facts.author, facts.email);
    let mut out = format!("{} {}\n", palette::strong(&one_line(&head)), one_line(&facts.subject));
    for violation in violations {
        let mark = if violation.mended.is_some() { "✅" } else { "❌" };
        out += &line(mark, &violation.problem);
        if let Some(mended) = &violation.mended {
            let _infallible = writeln!(out, "      fixed: {}", how(mended));
        }
    }
    if let Some(record) = &first.recorded {
        let _infallible = writeln!(out, "   on record: {}", self::record(record));
    }
    out + "\n"
}

fn line(mark: &str, problem: &Problem) -> String {
    let place = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
    let head = format!("  {mark} {} in {}{place}", problem.rule, one_line(&problem.path));
    let text = indent(&wrap(&shown(&problem.message), palette::width() - 6), "      ");
    format!("{head}\n{text}\n")
}

/// Tells how a violation was mended.
pub fn how(mended: &Mended) -> String {
    let by =
        mended.commit.as_deref().map(|commit| format!(" by {}", short(commit))).unwrap_or_default();
    format!("{}{by}", mended.how)
}

/// Tells how a commit got in.
pub fn record(record: &Record) -> String {
    let before: String = record
        .before
        .iter()
        .map(|(commit, class)| {
            format!("; it took the place of {}, {}", short(commit), one_line(class))
        })
        .collect();
    let stmt = if record.action.is_empty() {
        String::new()
    } else {
        format!(" ({})", one_line(&record.action))
    };
    format!(
        "{}{stmt}, by {}, {}{before}",
        one_line(&record.class),
        one_line(&record.who),
        one_line(&record.at)
    )
}

/// Tells the outcome in one line.
pub fn closing(audit: &Audit) -> String {
    let commits = format!("{}, {} with migrations", count(audit.commits, "commit"), audit.judged);
    let standing = audit.standing().count();
    let mended = audit.violations.len() - standing;
    let culprits =
        audit.by_commit().iter().filter(|all| all.iter().any(|one| one.mended.is_none())).count();
    let mut parts = Vec::new();
    match (standing, mended) {
        (0, 0) => parts.push("nothing that the hook would have refused".to_owned()),
        (0, _) => parts.push(format!("{}, all fixed", count(mended, "violation"))),
        _ => {
            parts.push(format!("{} in {}", count(standing, "violation"), count(culprits, "commit")))
        }
    }
    if standing > 0 && mended > 0 {
        parts.push(format!("{mended} fixed"));
    }
    if !audit.state.is_empty() {
        parts.push(format!("{} at the end", count(audit.state.len(), "problem")));
    }
    if !audit.unjudged.is_empty() {
        parts.push(format!("{} could not be judged", count(audit.unjudged.len(), "commit")));
    }
    format!("audit of {}: {commits}: {}", one_line(&audit.range), parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::audit_sarif;

    fn violation(id: &str, mended: bool) -> Violation {
        let commit = CommitFacts {
            id: id.repeat(40),
            subject: "add\u{1b}[31m email".to_owned(),
            author: "Ada".to_owned(),
            email: "ada@example.com".to_owned(),
            date: "2026-01-02T03:04:05Z".to_owned(),
        };
        let problem = Problem {
            rule: "drop-column",
            severity: "critical",
            path: "a/b.py".to_owned(),
            line: Some(9),
            revision: Some("b".to_owned()),
            direction: "upgrade",
            table: None,
            object: None,
            message: "`users.email` is dropped".to_owned(),
            remedy: "Stop using it first".to_owned(),
        };
        let mended = mended.then(|| Mended { commit: Some("f".repeat(40)), how: "changed" });
        Violation { commit, problem, recorded: None, mended }
    }

    #[test]
    fn violations_stand_by_commit_and_the_last_line_counts_them() {
        let violations = vec![violation("a", true), violation("b", false), violation("b", false)];
        let audit = Audit {
            range: "main..HEAD".to_owned(),
            commits: 7,
            judged: 3,
            violations,
            ..Audit::default()
        };
        let out = tell(&audit);
        assert_eq!(out.matches("aaaaaaaaaa 2026-01-02").count(), 1, "{out}");
        assert_eq!(out.matches("bbbbbbbbbb 2026-01-02").count(), 1, "{out}");
        assert!(out.contains("fixed: changed by ffffffffff") && !out.contains('\u{1b}'), "{out}");
        let last = "audit of main..HEAD: 7 commits, 3 with migrations: 2 violations in 1 commit, 1 fixed\n";
        assert!(out.ends_with(last), "{out}");
    }

    #[test]
    fn what_is_all_mended_does_not_stand() {
        let audit = Audit { violations: vec![violation("a", true)], ..Audit::default() };
        assert!(!audit.stands() && tell(&audit).contains("1 violation, all fixed"));
    }

    #[test]
    fn for_scanners_what_was_mended_is_suppressed_and_each_result_names_its_commit() {
        let violations = vec![violation("a", true), violation("b", false)];
        let audit = Audit { violations, ..Audit::default() };
        let log: serde_json::Value = serde_json::from_str(&audit_sarif::tell(&audit)).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert!(results[0]["suppressions"].is_array() && results[1]["suppressions"].is_null());
        assert_eq!(results[1]["properties"]["commit"], "b".repeat(40));
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][0]["id"], "drop-column");
    }
}
