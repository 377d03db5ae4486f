//! What the replayed schema refuses, as findings of the rules of *Refusals*.

use crate::alembic::revision_file::RevisionFile;
use crate::operation::operation::Operation;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::refusal_words;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::refusal_kind::RefusalKind;
use crate::schema::answer::verdict::{Answer, Proof, Refusal};
use crate::schema::answer::words::server::words;
use crate::sql::foreign_words;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::{Statement, Unread};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

/// Judges a statement for one of the rules of *Refusals*.
pub fn of<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    kind: RefusalKind,
) -> Vec<RawFinding> {
    match context.answer(stmt) {
        Answer::Refused(refusal) if refusal.error.kind() == kind => {
            finding(stmt, context, &refusal).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn finding(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    refusal: &Refusal,
) -> Option<RawFinding> {
    let words = words(&refusal.error, context.dialect);
    let what = match stmt.direction {
        Direction::Downgrade => "the downgrade",
        Direction::Upgrade | Direction::File => "the deployment",
    };
    let sentence = refusal_words::message(refusal, context.dialect);
    let mut finding = context
        .finding(stmt, sentence)
        .label(format!("{what} fails here: {words}"))
        .remedy(refusal_words::remedy(refusal, context.dialect));
    finding.object = refusal.error.object();
    if stmt.step.guarded {
        finding = finding.note(
            "`except` does not help: PostgreSQL has aborted the transaction, and whatever follows \
             ends in `current transaction is aborted`",
        );
    }
    if is_met_here(context, refusal) {
        return None;
    }
    match &refusal.proof {
        Proof::Unproved(_) if is_found_and_dropped(stmt, context, refusal) => None,
        Proof::NothingMakes(_) if is_spoken_of(context, refusal) => None,
        Proof::Proved => Some(finding),
        Proof::NothingMakes(_) if is_made_later(stmt, context, refusal) => Some(finding),
        Proof::Unproved(why) => Some(doubtful(finding).note(why.clone())),
        Proof::Elsewhere(_) if sets_search_path(context) => None,
        Proof::Elsewhere(why) => Some(doubtful(finding).note(why.clone())),
        Proof::NothingMakes(why) => (!context.begins_before_history()).then(|| {
            doubtful(finding).note(format!(
                "{why}: if it was there before the first revision, `baseline` in `[verify]` says so"
            ))
        }),
    }
}

/// Tells whether an earlier statement drops constraints or indexes of the table by names that it
/// finds as it runs, by an inspector: what is there is what it looks for.
fn is_found_and_dropped<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    refusal: &Refusal,
) -> bool {
    let is_unknown =
        |name: &Option<Known<String>>| name.as_ref().is_some_and(|name| !name.is_known());
    let own = stmt.statement().table();
    context.earlier(stmt).any(|earlier| match (earlier.statement(), &refusal.error) {
        (
            Statement::Table(TableChange::DropConstraint { table, name, .. }),
            DatabaseError::ConstraintExists { table: of, .. },
        ) => table == of && is_unknown(name),
        (
            Statement::Table(TableChange::DropIndex { table, name, .. }),
            DatabaseError::IndexExists { .. },
        ) => table.as_ref() == own && is_unknown(name),
        _ => false,
    })
}

/// Tells whether a later statement of the same run makes what is missing: it is not there before.
fn is_made_later<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    refusal: &Refusal,
) -> bool {
    context.later(stmt).any(|later| {
        let makes = match (later.statement(), &refusal.error) {
            (
                Statement::Table(TableChange::CreateTable(create)),
                DatabaseError::NoTable { table, .. },
            ) => create.table == *table && !create.if_not_exists,
            (
                Statement::Object(ObjectChange::CreateObject {
                    kind: ObjectKind::Routine,
                    name: Known::Is(made),
                    ..
                }),
                DatabaseError::NoObject { kind: ObjectKind::Routine, name, .. },
            ) => made == name,
            _ => false,
        };
        makes && !later.is_conditional() && !later.step.guarded
    })
}

/// Tells whether another revision or `env.py` names a schema that nothing makes: whoever wrote that
/// knew of it, and the databases have it.
fn is_spoken_of(context: &RuleContext<'_>, refusal: &Refusal) -> bool {
    let name = match &refusal.error {
        DatabaseError::NoSchema { name } => name,
        DatabaseError::NoObject { kind: ObjectKind::Routine, name, .. } => {
            return other_files(context)
                .any(|file| has_word(&String::from_utf8_lossy(file.bytes()), name));
        }
        _ => return false,
    };
    let mut others = other_files(context);
    let environment = context.history.project().environment.path.as_deref();
    let environment = environment.and_then(|path| context.history.snapshot().text(path));
    environment.is_some_and(|text| {
        let text = text.content().to_lowercase();
        has_word(&text, &name.to_lowercase()) || text.contains("schema")
    }) || others.any(|file| has_word(&String::from_utf8_lossy(file.bytes()), name))
}

/// Tells whether `env.py` or a revision says where names without a schema are looked for.
fn sets_search_path(context: &RuleContext<'_>) -> bool {
    const WORDS: [&str; 4] =
        ["search_path", "schema_translate_map", "currentSchema", "default_schema"];
    let names = |text: &str| WORDS.iter().any(|word| text.contains(word));
    let environment = context.history.project().environment.path.as_deref();
    let environment = environment.and_then(|path| context.history.snapshot().text(path));
    environment.is_none_or(|text| names(text.content()))
        || context.history.files().iter().any(|file| names(&String::from_utf8_lossy(file.bytes())))
}

fn other_files<'a>(context: &RuleContext<'a>) -> impl Iterator<Item = &'a RevisionFile> {
    let own = &context.migration.path;
    context.history.files().iter().filter(move |file| file.path != *own)
}

/// Tells whether a table is there for no other reason than that this migration refers to it.
fn is_met_here(context: &RuleContext<'_>, refusal: &Refusal) -> bool {
    match (&refusal.error, &refusal.proof) {
        (DatabaseError::TableExists { table }, Proof::Unproved(_)) => {
            context.before_migration().table(table).is_none()
        }
        _ => false,
    }
}

/// Returns why a statement does not parse, where that is certain and it certainly runs.
pub fn unparsed<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Option<&'a Unread> {
    match &stmt.emitted.statement {
        Statement::Unreadable { why: why @ Unread::Refused { .. }, .. }
            if context.is_judged(stmt) =>
        {
            Some(why)
        }
        _ => None,
    }
}

/// Returns words of a statement in SQL that the project's database does not have.
pub fn foreign(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Option<&'static str> {
    let is_text = matches!(stmt.step.operation, Operation::Execute { sql: Some(_), .. });
    (is_text && context.is_judged(stmt))
        .then(|| foreign_words::of(stmt.statement(), context.dialect))
        .flatten()
}

fn doubtful(finding: RawFinding) -> RawFinding {
    finding.severity(Severity::Warning).weight(Weight::Practice)
}
