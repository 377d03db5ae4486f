//! Runs the rules over one migration and settles what they say.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::alembic::migration::Migration;
use crate::config::settings::Settings;
use crate::review::cover::Cover;
use crate::review::finding::{Finding, Unread, Waived};
use crate::review::subject::{Judged, Occasion, Revised, Subject};
use crate::review::waiver::{self, Waiver};
use crate::review::{evidence, lead, severity, waiver_complaint};
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::merge_conflicts;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::rollback::{self, Rollback};
use crate::rule::severity::Severity;
use crate::rule::statement_ref::StatementRef;
use crate::rules;
use crate::sql::dialect::Dialect;
use crate::text::source::{Site, Span};

/// What the rules say of one migration.
#[derive(Debug, Default)]
pub struct Judgement {
    /// What stands.
    pub findings: Vec<Finding>,
    /// What is waived.
    pub waived: Vec<Waived>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// The rules that judged something.
    pub asked: Vec<&'static str>,
    /// How to deploy it.
    pub recommendations: Vec<String>,
    /// A defect of ours that kept a rule from answering.
    pub defect: Option<String>,
}

/// Judges one revision of a subject.
///
/// A panic while judging is a defect of ours: it is reported, and the review cannot be relied on.
pub fn judge(subject: &Subject<'_>, revised: &Revised, occasion: &Occasion) -> Judgement {
    let judged =
        catch_unwind(AssertUnwindSafe(|| match subject.history.migration(&revised.path) {
            Some(migration) => judge_migration(subject, revised, &migration, occasion),
            None => Judgement::default(),
        }));
    judged.unwrap_or_else(|_| Judgement {
        defect: Some(format!(
            "`{}` could not be judged because of a defect in safe-migration",
            revised.path
        )),
        ..Judgement::default()
    })
}

fn judge_migration(
    subject: &Subject<'_>,
    revised: &Revised,
    migration: &Migration,
    occasion: &Occasion,
) -> Judgement {
    let mut judgement = Judgement::default();
    let mut findings: Vec<Heard> = Vec::new();
    let mut known: HashSet<Unread> = HashSet::new();
    for (at, dialect) in subject.dialects.iter().enumerate() {
        // What a migration does may depend on the database, so it is read for each.
        let history = at.checked_sub(1).and_then(|at| subject.others.get(at));
        let history = history.unwrap_or(subject.history);
        let Some(read) = history.migration(&revised.path) else { continue };
        let context = RuleContext::new(
            history,
            &subject.memory,
            subject.project,
            &read,
            *dialect,
            &subject.surroundings,
            subject.settings,
            &subject.release,
            occasion.today,
        );
        if judgement.recommendations.is_empty() && !subject.release.each_alone {
            judgement.recommendations.extend(way_back(&context));
            judgement.recommendations.extend(merge_conflicts::disjoint(&context));
        }
        judgement.unread.extend(unread(&read).into_iter().filter(|it| known.insert(it.clone())));
        let found = hits_of(&context, &mut judgement.asked);
        hear(&mut findings, *dialect, found, subject.settings, migration);
    }
    let mut findings = named(findings, &subject.dialects);
    findings.retain(|(rule, finding)| is_asked(rule, finding, revised, migration));
    let own = findings.iter_mut().filter(|(_, finding)| finding.site.path == revised.path);
    own.for_each(|(_, finding)| finding.notes.extend(through(revised)));
    findings.extend(evidence::findings(subject, revised, migration, occasion));
    settle(findings, subject.settings, migration, occasion, &mut judgement);
    judgement
}

/// Says what of a revision changed whose own file may be as it was.
fn through(revised: &Revised) -> Option<String> {
    let files: Vec<String> = revised.through.iter().map(|path| format!("`{path}`")).collect();
    let (verb, files) = (if files.len() == 1 { "is" } else { "are" }, files.join(" and "));
    (!files.is_empty()).then(|| format!("{files}, which this revision reads, {verb} changed here"))
}

/// What to do before a migration is deployed that cannot be taken back whole.
fn way_back(context: &RuleContext<'_>) -> Option<String> {
    let revision = context.revision();
    match rollback::grade(context) {
        Rollback::Clean => None,
        Rollback::Lossy => Some(format!(
            "take a backup just before `{revision}` is deployed: its way back is lossy"
        )),
        Rollback::Impossible => Some(format!(
            "take a backup just before `{revision}` is deployed: a way back is impossible"
        )),
    }
}

/// A finding, with the dialects on which a rule has it.
struct Heard {
    rule: &'static Rule,
    finding: RawFinding,
    dialects: Vec<Dialect>,
}

/// Keeps one finding per rule and place over several dialects: the worst. Arms that exclude each
/// other and do the same have one as well.
fn hear(
    heard: &mut Vec<Heard>,
    dialect: Dialect,
    found: Vec<(&'static Rule, RawFinding)>,
    settings: &Settings,
    migration: &Migration,
) {
    let rank = |rule: &Rule, finding: &RawFinding| {
        severity::settle(rule, finding, settings, &migration.remarks).map(|(severity, _)| severity)
    };
    let sites: BTreeSet<Site> = found.iter().map(|(_, finding)| finding.site.clone()).collect();
    let mut here: BTreeMap<(&str, &Site), Vec<usize>> = BTreeMap::new();
    let mut elsewhere: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, other) in heard.iter().enumerate() {
        here.entry((other.rule.id, &other.finding.site)).or_default().push(at);
        if !sites.contains(&other.finding.site) {
            elsewhere.entry((other.rule.id, other.finding.message.as_str())).or_default().push(at);
        }
    }
    let mut twins: Vec<Option<usize>> = Vec::new();
    let mut taken = vec![false; heard.len()];
    for (rule, finding) in &found {
        let same = |at: &&usize| {
            let other = &heard[**at];
            !taken[**at]
                && !other.dialects.contains(&dialect)
                && other.finding.direction == finding.direction
                && (&other.finding.table, &other.finding.object)
                    == (&finding.table, &finding.object)
        };
        let near = here.get(&(rule.id, &finding.site)).into_iter().flatten().find(same);
        let far = elsewhere.get(&(rule.id, finding.message.as_str())).into_iter().flatten();
        let twin = near.or_else(|| far.into_iter().find(same)).copied();
        if let Some(at) = twin {
            taken[at] = true;
        }
        twins.push(twin);
    }
    for ((rule, finding), twin) in found.into_iter().zip(twins) {
        match twin {
            Some(at) => {
                let twin = &mut heard[at];
                twin.dialects.push(dialect);
                if rank(rule, &twin.finding) < rank(rule, &finding) {
                    twin.finding = finding;
                }
            }
            None => heard.push(Heard { rule, finding, dialects: vec![dialect] }),
        }
    }
}

/// Names the databases of what is not so on all of them.
fn named(heard: Vec<Heard>, all: &[Dialect]) -> Vec<(&'static Rule, RawFinding)> {
    let name = |Heard { rule, finding, dialects }| {
        let titles: Vec<&str> = dialects.iter().map(|dialect| dialect.title()).collect();
        let finding = match dialects.len() == all.len() {
            true => finding,
            false => finding.note(format!("on {}", titles.join(" and "))),
        };
        (rule, finding)
    };
    heard.into_iter().map(name).collect()
}

/// Runs every rule; those that had something to judge are noted in `asked`.
fn hits_of(
    context: &RuleContext<'_>,
    asked: &mut Vec<&'static str>,
) -> Vec<(&'static Rule, RawFinding)> {
    let mut findings = Vec::new();
    let mut heard = vec![false; rules::RULES.len()];
    for direction in [Direction::Upgrade, Direction::Downgrade] {
        for stmt in context.statements(direction) {
            for (rule, heard) in rules::RULES.iter().zip(&mut heard) {
                if let Some(found) = on_statement(rule, &stmt, context) {
                    *heard = true;
                    add(&mut findings, rule, found, context);
                }
            }
        }
        // What only reads is refused as well where it names what is not there.
        for stmt in context.queries(direction) {
            for rule in rules::RULES.iter().filter(|rule| rule.theme == Theme::Refusals) {
                if let Some(found) = on_statement(rule, &stmt, context) {
                    add(&mut findings, rule, found, context);
                }
            }
        }
    }
    for (rule, heard) in rules::RULES.iter().zip(&mut heard) {
        let found: Vec<RawFinding> = match rule.check {
            Check::Migration(check) | Check::MigrationAndGraph(check, _) => check(context),
            Check::Step(check) => {
                let judge = |(direction, number, step)| check(context, direction, number, step);
                context.steps().filter_map(judge).collect()
            }
            Check::Upgrade(_) | Check::Both(_) | Check::Graph(_) | Check::Review => continue,
        };
        *heard = true;
        add(&mut findings, rule, found, context);
    }
    let ids = rules::RULES.iter().zip(heard).filter(|(_, heard)| *heard).map(|(rule, _)| rule.id);
    for id in ids {
        if !asked.contains(&id) {
            asked.push(id);
        }
    }
    if context.is_exhausted() {
        findings.push(rules::beyond_looks(context));
    }
    findings
}

/// Adds what a rule found, unless it was cut off while it looked.
fn add(
    findings: &mut Vec<(&'static Rule, RawFinding)>,
    rule: &'static Rule,
    found: Vec<RawFinding>,
    context: &RuleContext<'_>,
) {
    if !context.is_exhausted() {
        findings.extend(found.into_iter().map(|finding| (rule, finding)));
    }
}

fn on_statement<'a>(
    rule: &Rule,
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
) -> Option<Vec<RawFinding>> {
    match rule.check {
        Check::Upgrade(check) if stmt.direction == Direction::Upgrade => Some(check(stmt, context)),
        Check::Both(check) => Some(check(stmt, context)),
        _ => None,
    }
}

/// A reformatted migration is judged for Reading, and for Values on the lines that differ.
fn is_asked(rule: &Rule, finding: &RawFinding, revised: &Revised, migration: &Migration) -> bool {
    match &revised.judged {
        Judged::Wholly => true,
        Judged::Not => false,
        Judged::Reformatted { lines } => match rule.theme {
            Theme::Reading => true,
            Theme::Values => lines.contains(&migration.text.line_of(finding.site.span.start)),
            _ => false,
        },
    }
}

/// Turns findings into findings: severity, waivers, then one lead per statement.
fn settle(
    findings: Vec<(&'static Rule, RawFinding)>,
    settings: &Settings,
    migration: &Migration,
    occasion: &Occasion,
    judgement: &mut Judgement,
) {
    let waivers: Vec<Waiver> = migration.remarks.iter().flat_map(waiver::read).collect();
    let cover = Cover::of_all(&waivers, occasion.today);
    let mut used = vec![false; waivers.len()];
    let mut standing = Vec::new();
    for (rule, finding) in findings {
        let Some((severity, lowered)) =
            severity::settle(rule, &finding, settings, &migration.remarks)
        else {
            continue;
        };
        let mut finding = finding;
        if severity == Severity::Critical {
            finding.notes.extend(severity::refused_plans(rule, &finding, &migration.remarks));
        }
        let revision =
            Some(migration.header.revision.clone()).filter(|revision| !revision.is_empty());
        let finding = Finding {
            rule,
            severity,
            raw: finding,
            revision,
            lowered,
            count: 1,
            notes: Vec::new(),
        };
        match cover.of(&finding, migration) {
            Some(at) => {
                used[at] = true;
                judgement.waived.push(waived(finding, &waivers[at]));
            }
            None => standing.push(finding),
        }
    }
    standing.extend(waiver_complaint::findings(&waivers, &used, settings, migration, occasion));
    judgement.findings = lead::led(lead::counted(standing));
}

fn waived(finding: Finding, waiver: &Waiver) -> Waived {
    Waived {
        finding,
        reason: waiver.reason.clone().unwrap_or_default(),
        until: waiver.until.clone(),
    }
}

/// Collects what runs and could not be read.
fn unread(migration: &Migration) -> Vec<Unread> {
    let mut unread = Vec::new();
    let mut known = HashSet::new();
    for step in migration.upgrade.steps.iter().chain(&migration.downgrade.steps) {
        for (why, span) in reasons(step) {
            let entry = Unread {
                path: migration.path.clone(),
                line: migration.text.line_of(span.start),
                why,
            };
            if known.insert(entry.clone()) {
                unread.push(entry);
            }
        }
    }
    unread
}

fn reasons(step: &crate::operation::step::Step) -> Vec<(String, Span)> {
    use crate::operation::operation::Operation;
    use crate::sql::statement::Statement;
    let own = match &step.operation {
        Operation::Unreadable { why } => Some((why.clone(), step.site.span)),
        _ => None,
    };
    let emitted = step.emitted.iter().filter_map(|emitted| match &emitted.statement {
        Statement::Unreadable { why, .. } => Some((why.to_string(), emitted.site.span)),
        _ => None,
    });
    let mut reasons: Vec<(String, Span)> = own.into_iter().chain(emitted).collect();
    reasons.dedup();
    reasons
}

/// Tells whether a finding blocks.
pub fn is_critical(finding: &Finding) -> bool {
    finding.severity == Severity::Critical
}
