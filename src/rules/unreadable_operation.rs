//! What runs against the database and cannot be read is a finding, never a pass.

use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::{Emitted, Step};
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::refusals;
use crate::rule::refused_calls;
use crate::rule::routine;
use crate::rule::routine::Called;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::database::Database;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::row_change::RowChange;
use crate::sql::statement::{self, Statement};
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::sql::title::statement::statement_title;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

pub(super) static RULE: Rule = Rule {
    id: "unreadable-operation",
    theme: Theme::Reading,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "does something to the database that cannot be read without running it",
    harm: "Nobody can tell before the deployment what it locks, rewrites or deletes, so no other \
        rule speaks about it.",
    remedy: "Write the operation so that its kind and its table stand in the file, or waive it \
        with the reason why it is safe.",
    example: example!("unreadable-operation"),
    check: Check::Migration(check),
};

const SMALLER: &str = "Cut it into revisions that are smaller; rows to be loaded belong into a \
    file that is copied. Or say above the first function why it is safe: `# safe-migration: \
    allow-file unreadable-operation -- <the reason>`.";

/// How many names it costs to look an object of the database up for a call.
const PER_ROUTINE: usize = 16;

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let steps = context.steps();
    let unread =
        steps.filter_map(|(direction, number, step)| judge(context, direction, number, step));
    beyond(context).into_iter().chain(unread).collect()
}

/// A file that exceeds a bound is not read at all: it may do anything.
fn beyond(context: &RuleContext<'_>) -> Option<RawFinding> {
    let bound = context.migration.bound.as_ref()?;
    let path = &context.migration.path;
    let finding = context
        .hit_span(bound.span, format!("`{path}` is not read: {}", bound.message))
        .severity(Severity::Critical)
        .label("what this does to the database is not known before it runs");
    match context.migration.text.foreign_encoding() {
        None => Some(finding.remedy(SMALLER)),
        Some(_) => Some(finding.remedy("Write the file in UTF-8, without that comment.")),
    }
}

/// Makes the finding of a migration that does more than is looked at: the rest of it may be
/// anything.
pub(super) fn beyond_looks(context: &RuleContext<'_>) -> (&'static Rule, RawFinding) {
    let count = |direction| -> usize {
        context.script(direction).steps.iter().map(|step| step.emitted.len()).sum()
    };
    let statements = count(Direction::Upgrade) + count(Direction::Downgrade);
    let path = &context.migration.path;
    let finding = context
        .hit_file(format!(
            "`{path}` is not judged to its end: it sends {statements} statements, and each would \
             be compared with all others"
        ))
        .severity(Severity::Critical)
        .label("what else this does to the database is not known before it runs");
    (&RULE, finding.remedy(SMALLER))
}

/// Tells of the worst that is unreadable in one step: one sentence for each call is enough.
fn judge(
    context: &RuleContext<'_>,
    direction: Direction,
    number: usize,
    step: &Step,
) -> Option<RawFinding> {
    let is_unknown = matches!(step.operation, Operation::Custom { registered: false, .. });
    // What a refused call would do is nothing that runs.
    if is_unknown || refused_calls::is_refused(context, direction, step) {
        return None;
    }
    let mut unread: Vec<Unread> = Vec::new();
    for (part, emitted) in step.emitted.iter().enumerate() {
        let stmt = StatementRef { direction, step, number, emitted, part };
        if refusals::unparsed(&stmt, context).is_some() {
            return None;
        }
        unread.extend(unread_in(&emitted.statement));
        unread.extend(called_by(context, &stmt));
    }
    if unread.is_empty() {
        unread.extend(named_by(context, direction, number, step));
    }
    if let (Operation::Unreadable { why }, true) = (&step.operation, unread.is_empty()) {
        unread.push(Unread::because(why.clone(), None));
    }
    let is_bad = |unread: &&Unread| unread.destroys.is_some() || unread.beyond;
    let worst = unread.iter().find(is_bad).or(unread.first())?;
    let what = code::excerpt(context, &step.site);
    let finding =
        RawFinding::on(step, number, direction, format!("`{what}` cannot be read: {}", worst.why));
    // What a downgrade takes away, the upgrade made: no rule speaks of it where it can be read.
    let destroys = worst.destroys.or_else(|| handed(context, step));
    let destroys = destroys.filter(|_| direction != Direction::Downgrade);
    if worst.beyond || step.emitted.iter().any(|emitted| ends_reading(&emitted.statement)) {
        return Some(
            finding
                .severity(Severity::Critical)
                .label("what runs from here on is not known before it runs")
                .remedy(SMALLER),
        );
    }
    Some(match destroys {
        None => finding.label("what this does to the database is not known before it runs"),
        Some(word) => finding
            .severity(Severity::Critical)
            .label(format!("{word} runs here, and what it destroys is not known before it runs")),
    })
}

/// Finds an operation that destroys in the code of what cannot be read: `register(op.drop_table, "x")`.
fn handed(context: &RuleContext<'_>, step: &Step) -> Option<&'static str> {
    let Operation::Unreadable { .. } = &step.operation else { return None };
    if step.site.path != context.migration.path {
        return None;
    }
    let code = context.migration.text.slice(step.site.span);
    let drops = ["drop_table", "drop_column"];
    drops.iter().any(|name| has_word(code, name)).then_some("DROP")
}

/// Tells whether nothing behind it was read, because reading ended at a bound.
fn ends_reading(statement: &Statement) -> bool {
    match statement {
        Statement::Unreadable { why: statement::Unread::Beyond(_), .. } => true,
        Statement::Block { statements, .. } => {
            statements.iter().any(|placed| ends_reading(&placed.statement))
        }
        _ => false,
    }
}

/// A part that cannot be read.
struct Unread {
    why: String,
    /// The word that says that it destroys something.
    destroys: Option<&'static str>,
    /// Whether a bound is the reason.
    beyond: bool,
}

impl Unread {
    fn because(why: String, destroys: Option<&'static str>) -> Self {
        Unread { why, destroys, beyond: false }
    }
}

/// Tells of routines that a statement calls, or lets a trigger call.
fn called_by(context: &RuleContext<'_>, stmt: &StatementRef<'_>) -> Vec<Unread> {
    let mut statements = vec![stmt.statement()];
    let mut found = Vec::new();
    while let Some(statement) = statements.pop() {
        match statement {
            Statement::Block { statements: inner, .. } => {
                statements.extend(inner.iter().map(|placed| &placed.statement));
            }
            Statement::Rows(RowChange::Select { functions, .. }) => {
                let call = |name: &String| {
                    let (read, objects) = context
                        .before(stmt, |database| (of_call(database, name), database.objects.len()));
                    context.look_at_names(objects * PER_ROUTINE);
                    read
                };
                found.extend(functions.iter().filter_map(call));
            }
            Statement::Object(ObjectChange::CreateObject {
                kind,
                name,
                on: Some(on),
                uses,
                ..
            }) => {
                let writes = context.before(stmt, |database| routine::reaction(database, uses));
                let call = format!(
                    "the {} `{}` runs when `{on}` changes",
                    kind.title(),
                    name.as_str().unwrap_or("…")
                );
                found.extend((!writes.is_empty()).then(|| of_body(&call, &writes)));
            }
            Statement::Rows(change) => {
                let Some(table) = change.table() else { continue };
                if is_catalog(table) {
                    let why =
                        format!("`{table}` is a catalog of the server, which checks nothing of it");
                    found.push(Unread::because(why, None));
                }
                let fired = context.before(stmt, |database| routine::fired(database, change));
                if let Some((how, writes)) = fired {
                    found.push(of_body(&how, &writes));
                }
            }
            _ => {}
        }
    }
    found
}

/// Tells of a routine that destroys and that the text of a step names, in whatever clause, but
/// where it is made, changed or given a trigger of a table.
fn named_by(
    context: &RuleContext<'_>,
    direction: Direction,
    number: usize,
    step: &Step,
) -> Option<Unread> {
    let Operation::Execute { sql: Some(Known::Is(text)), .. } = &step.operation else {
        return None;
    };
    let (part, emitted) = step.emitted.iter().enumerate().next_back()?;
    let stmt = StatementRef { direction, step, number, emitted, part };
    let about = |emitted: &Emitted| match &emitted.statement {
        Statement::Object(ObjectChange::CreateObject { kind, on, .. }) => {
            *kind == ObjectKind::Routine || on.is_some()
        }
        Statement::Object(_) | Statement::Unreadable { .. } => true,
        _ => false,
    };
    if step.emitted.iter().all(about) {
        return None;
    }
    let objects = context.before(&stmt, |database| database.objects.len());
    context.look_at_names(objects * PER_ROUTINE);
    context.before(&stmt, |database| {
        let routines = database.objects.iter().filter(|object| object.kind == ObjectKind::Routine);
        for routine in routines {
            let plain = routine.name.rsplit('.').next().unwrap_or(&routine.name);
            if !has_word(text, plain) {
                continue;
            }
            if let Called::Writes(writes) = routine::called(database, &routine.name)
                && writes.iter().any(|statement| routine::destroys(statement).is_some())
            {
                return Some(of_body(&format!("it names `{}`", routine.name), &writes));
            }
        }
        None
    })
}

/// Says what cannot be read of a call.
fn of_call(database: &Database, name: &str) -> Option<Unread> {
    match routine::called(database, name) {
        Called::Reads => None,
        Called::Writes(writes) => Some(of_body(&format!("`{name}` is called"), &writes)),
        Called::Unknown => {
            let why = format!("`{name}` is called, and nothing that was read defines it");
            Some(Unread::because(why, None))
        }
        Called::TooMany => {
            let why = format!("`{name}` is called, which calls more routines than are followed");
            Some(Unread { why, destroys: None, beyond: true })
        }
    }
}

fn of_body(call: &str, writes: &[Statement]) -> Unread {
    let worst = writes.iter().find(|statement| routine::destroys(statement).is_some());
    let worst = worst.or(writes.first());
    let what = worst.map(statement_title).unwrap_or_default();
    let destroys = worst.and_then(routine::destroys);
    Unread::because(format!("{call}, which does `{what}`"), destroys)
}

/// Tells whether a table is one of the server's own.
fn is_catalog(table: &TableName) -> bool {
    let schema = table.schema.as_ref().and_then(Known::as_str).unwrap_or("pg_catalog");
    let name = table.name.as_str().unwrap_or_default();
    schema.eq_ignore_ascii_case("pg_catalog") && name.starts_with("pg_")
}

fn unread_in(statement: &Statement) -> Vec<Unread> {
    match statement {
        Statement::Unreadable { why, keyword, .. } => {
            let destroys = keyword.as_deref().and_then(destroying);
            vec![Unread::because(why.to_string(), destroys)]
        }
        Statement::Block { statements, .. } => {
            statements.iter().flat_map(|placed| unread_in(&placed.statement)).collect()
        }
        other => match other.table() {
            Some(table) if table.name == Known::Unreadable => {
                let why = "the name of its table is not known".to_owned();
                vec![Unread::because(why, destruction(other))]
            }
            _ => Vec::new(),
        },
    }
}

/// Finds a word that destroys in the words that were read.
fn destroying(words: &str) -> Option<&'static str> {
    let words = words.to_ascii_uppercase();
    ["DROP", "TRUNCATE", "DELETE"]
        .into_iter()
        .find(|word| words.split_whitespace().any(|part| part == *word))
}

fn destruction(statement: &Statement) -> Option<&'static str> {
    match statement {
        Statement::Table(TableChange::DropTable { .. } | TableChange::DropColumn { .. }) => {
            Some("DROP")
        }
        Statement::Rows(RowChange::Truncate { .. }) => Some("TRUNCATE"),
        Statement::Rows(RowChange::Delete(_)) => Some("DELETE"),
        _ => None,
    }
}
