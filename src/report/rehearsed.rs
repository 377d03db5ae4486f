//! What `verify` tells: one part per revision, the legs, what is wrong, and what the database did.

use std::fmt::Write;

use serde::Serialize;

use crate::report::telling::Volume;
use crate::report::walls;
use crate::report::{json, palette};
use crate::review::forecast::Forecast;
use crate::scratch::answer::{EmptyTable, LegStatus};
use crate::scratch::judgement::{Judgement, Leg};
use crate::scratch::problem::{Gravity, Problem};
use crate::scratch::proof::Proof;
use crate::scratch::traced::Traced;
use crate::sql::lock::LockMode;

/// A revision with what its rehearsal proves.
#[derive(Debug)]
pub struct Rehearsed {
    /// The revision id.
    pub revision: String,
    /// The first line of its docstring.
    pub message: Option<String>,
    /// Its file.
    pub path: String,
    /// What is known of it.
    pub proof: Proof,
    /// Where that comes from.
    pub source: ProofSource,
}

/// Where a proof comes from.
#[derive(Debug)]
pub enum ProofSource {
    /// A rehearsal of this run.
    Now {
        /// What was foreseen of each statement that was traced.
        forecasts: Vec<Forecast>,
    },
    /// Evidence of an earlier run of exactly this content.
    Kept,
}

impl Rehearsed {
    /// Tells whether the revision passed.
    pub fn passed(&self) -> bool {
        self.proof.passed()
    }

    /// Tells whether nothing is to be done about it: it passed, or a waiver covers its failure.
    pub fn is_settled(&self) -> bool {
        self.proof.is_settled()
    }
}

/// A revision that could not be tried.
#[derive(Debug)]
pub struct Untried {
    /// The revision id.
    pub revision: String,
    /// Its file.
    pub path: String,
    /// Why.
    pub why: String,
    /// What to do about it.
    pub hint: String,
}

/// Tells a revision to a person.
pub fn tell(rehearsed: &Rehearsed, volume: Volume) -> String {
    let message =
        rehearsed.message.as_deref().map(|message| format!(" \"{message}\"")).unwrap_or_default();
    let mut out = format!(
        "{}\n",
        palette::strong(&format!(
            "{} · {}{message} · {}",
            rehearsed.path, rehearsed.revision, rehearsed.proof.database
        ))
    );
    let judgement = &rehearsed.proof.judgement;
    match &rehearsed.source {
        ProofSource::Kept => {
            let word = if rehearsed.passed() { "passed" } else { "failed" };
            let _ = writeln!(
                out,
                "  {} {word} already on {}, with exactly this content (`--no-cache` tries it \
                 again)",
                mark(rehearsed.passed()),
                rehearsed.proof.at
            );
            noted(&mut out, judgement);
            judgement.problems.iter().for_each(|problem| one(&mut out, problem));
        }
        ProofSource::Now { forecasts } => now(&mut out, judgement, forecasts, volume),
    }
    if let (false, Some(reason)) = (rehearsed.passed(), &rehearsed.proof.waived) {
        let _ = writeln!(out, "  ⚠️  failed, and a waiver covers it: {reason}");
    }
    out
}

/// Tells a person what could not be tried; `said` where another revision had the same reason.
pub fn tell_untried(untried: &Untried, said: bool) -> String {
    let head = palette::strong(&format!("{} · {}", untried.path, untried.revision));
    if said {
        return format!("{head}\n  ❓ not tried, for the same reason\n");
    }
    format!("{head}\n  ❓ not tried: {}\n      = {}\n", untried.why, untried.hint)
}

fn now(out: &mut String, judgement: &Judgement, forecasts: &[Forecast], volume: Volume) {
    let names = ["upgrade", "downgrade", "upgrade again"];
    for (name, leg) in names.iter().zip(judgement.legs.each()) {
        if let Some(Leg { status, seconds }) = leg {
            let passed = mark(status == LegStatus::Passed);
            let _ = writeln!(out, "  {passed} {name:<14} {seconds:.2} s");
        }
    }
    let (seeded, tables) = judgement.seeded;
    if tables > 0 {
        let _ = writeln!(out, "     {seeded} of {tables} tables held rows");
    }
    noted(out, judgement);
    judgement.problems.iter().for_each(|problem| one(out, problem));
    if volume == Volume::Verbose {
        let _ = writeln!(
            out,
            "     {}",
            palette::faint(&format!("kept from other databases by {}", judgement.guard.join(", ")))
        );
    }
    let walls = judgement.guard.iter().find_map(|layer| layer.strip_prefix("walls: "));
    if let Some(gap) = walls.and_then(walls::gap) {
        let _ = writeln!(out, "     {}", palette::faint(gap));
    }
    for (traced, forecast) in judgement.trace.iter().zip(forecasts) {
        if volume == Volume::Verbose {
            trace(out, traced, forecast);
        } else if !forecast.disagreements.is_empty() {
            let _ = writeln!(out, "     {}", palette::faint(&one_line(&traced.sql)));
        }
        for disagreement in &forecast.disagreements {
            let _ = writeln!(out, "       otherwise than foreseen: {disagreement}");
        }
    }
}

fn noted(out: &mut String, judgement: &Judgement) {
    for note in &judgement.notes {
        let _ = writeln!(out, "     {note}");
    }
}

fn one(out: &mut String, problem: &Problem) {
    let mark = match problem.gravity {
        Gravity::Fails => "❌",
        Gravity::Warns => "⚠️ ",
    };
    let _ = writeln!(out, "  {mark} {}", problem.message);
    if let Some(place) = &problem.place {
        let _ = writeln!(out, "     --> {place}");
    }
    if let Some(statement) = &problem.statement {
        let _ = writeln!(out, "      |  {statement}");
    }
    if let Some(hint) = &problem.hint {
        let _ = writeln!(out, "      = {hint}");
    }
}

fn trace(out: &mut String, traced: &Traced, forecast: &Forecast) {
    let _ = writeln!(out, "     {}", palette::faint(&one_line(&traced.sql)));
    let did = |what: &str, tables: &[String]| {
        if tables.is_empty() { String::new() } else { format!("; {what} {}", tables.join(", ")) }
    };
    let locks = match (traced.autocommit, traced.taken.is_empty()) {
        (true, _) => {
            "outside of a transaction: its locks are gone before they can be seen".to_owned()
        }
        (false, true) => "no new lock on a table that was there".to_owned(),
        (false, false) => format!("locks {}", written(&traced.taken).join(", ")),
    };
    let line = format!(
        "{locks}{}{}{}",
        did("rewrites", &traced.rewritten),
        did("scans", &traced.scanned),
        did("while holding", &written(&traced.held))
    );
    let _ = writeln!(out, "       {:.1} ms: {line}", traced.milliseconds);
    let foreseen = if forecast.locks.is_empty() {
        "nothing that anybody waits for".to_owned()
    } else {
        forecast.locks.join("; ")
    };
    let _ = writeln!(out, "       foreseen: {foreseen}");
}

/// A statement on one line, cut where it is long.
fn one_line(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 300 { line.chars().take(299).chain(['…']).collect() } else { line }
}

fn written(locks: &[(String, LockMode)]) -> Vec<String> {
    locks.iter().map(|(table, mode)| format!("{table} {}", mode.title())).collect()
}

fn mark(passed: bool) -> &'static str {
    if passed { "✅" } else { "❌" }
}

#[derive(Serialize)]
struct Object<'a> {
    schema: u8,
    tool: &'static str,
    version: &'static str,
    decision: &'static str,
    revisions: Vec<Row<'a>>,
}

#[derive(Default, Serialize)]
struct Row<'a> {
    revision: &'a str,
    path: &'a str,
    status: &'static str,
    database: &'a str,
    kept: bool,
    waived: Option<&'a str>,
    tables: u64,
    filled: u64,
    empty: &'a [EmptyTable],
    notes: &'a [String],
    upgrade: Option<&'static str>,
    downgrade: Option<&'static str>,
    reupgrade: Option<&'static str>,
    problems: Vec<ProblemRow<'a>>,
    statements: Vec<StatementRow<'a>>,
    guard: &'a [String],
}

#[derive(Serialize)]
struct ProblemRow<'a> {
    severity: &'static str,
    message: &'a str,
    hint: Option<&'a str>,
    statement: Option<&'a str>,
    place: Option<&'a str>,
}

#[derive(Serialize)]
struct StatementRow<'a> {
    sql: String,
    locks: Vec<String>,
    rewritten: &'a [String],
    scanned: &'a [String],
    held: Vec<String>,
    milliseconds: f64,
    foreseen: &'a [String],
    disagreements: &'a [String],
}

/// Tells all revisions as one JSON object.
pub fn as_json(revisions: &[Rehearsed], untried: &[Untried]) -> String {
    let settled = revisions.iter().all(Rehearsed::is_settled) && untried.is_empty();
    let decision = if settled { "pass" } else { "block" };
    let tried = revisions.iter().map(row);
    json::write(&Object {
        schema: 1,
        tool: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        decision,
        revisions: tried.chain(untried.iter().map(untried_row)).collect(),
    })
}

fn untried_row(untried: &Untried) -> Row<'_> {
    let problem = ProblemRow {
        severity: "critical",
        message: &untried.why,
        hint: Some(&untried.hint),
        statement: None,
        place: None,
    };
    Row {
        revision: &untried.revision,
        path: &untried.path,
        status: "untested",
        problems: vec![problem],
        ..Row::default()
    }
}

fn row(rehearsed: &Rehearsed) -> Row<'_> {
    let judgement = &rehearsed.proof.judgement;
    let [upgrade, downgrade, reupgrade] = judgement.legs.words();
    let forecasts = match &rehearsed.source {
        ProofSource::Now { forecasts } => forecasts.as_slice(),
        ProofSource::Kept => &[],
    };
    let statements = judgement.trace.iter().zip(forecasts);
    Row {
        revision: &rehearsed.revision,
        path: &rehearsed.path,
        status: if rehearsed.passed() { "passed" } else { "failed" },
        database: &rehearsed.proof.database,
        kept: matches!(rehearsed.source, ProofSource::Kept),
        waived: rehearsed.proof.waived.as_deref().filter(|_| !rehearsed.passed()),
        filled: judgement.seeded.0,
        tables: judgement.seeded.1,
        empty: &judgement.empty,
        notes: &judgement.notes,
        upgrade,
        downgrade,
        reupgrade,
        problems: judgement.problems.iter().map(problem_row).collect(),
        statements: statements.map(|(traced, forecast)| statement_row(traced, forecast)).collect(),
        guard: &judgement.guard,
    }
}

fn problem_row(problem: &Problem) -> ProblemRow<'_> {
    ProblemRow {
        severity: if problem.gravity == Gravity::Fails { "critical" } else { "warning" },
        message: &problem.message,
        hint: problem.hint.as_deref(),
        statement: problem.statement.as_deref(),
        place: problem.place.as_deref(),
    }
}

fn statement_row<'a>(traced: &'a Traced, forecast: &'a Forecast) -> StatementRow<'a> {
    StatementRow {
        sql: one_line(&traced.sql),
        locks: written(&traced.taken),
        rewritten: &traced.rewritten,
        scanned: &traced.scanned,
        held: written(&traced.held),
        milliseconds: traced.milliseconds,
        foreseen: &forecast.locks,
        disagreements: &forecast.disagreements,
    }
}
