//! CREATE INDEX lets nobody write until it is built.

use crate::advice::ident;
use crate::advice::literal;
use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::example;
use crate::operation::operation::Operation;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::default_name;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{Index, IndexPart, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "index-without-concurrently",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::WeakScan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "builds an index on a table that people write to, without CONCURRENTLY",
    harm: "PostgreSQL holds SHARE on the table from the first row read until the transaction ends: \
        every INSERT, UPDATE and DELETE waits, for as long as the build takes and whatever else \
        the transaction does. CREATE INDEX CONCURRENTLY reads the table twice and lets writers \
        through, but runs in no transaction. A table that is made in the same deployment has no \
        rows and nobody who waits.",
    remedy: "Build it with `postgresql_concurrently=True` inside \
        `op.get_context().autocommit_block()`, in a revision of its own.",
    example: example!("index-without-concurrently"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Some((table, index)) = blocking(stmt.statement()) else {
        return refused(stmt, context).into_iter().collect();
    };
    if is_silent(context.dialect, index)
        || context.is_new(stmt, table)
        || is_told(stmt, context, table)
    {
        return Vec::new();
    }
    let others = others(stmt, context, table);
    let name = name_of(table, index);
    let finding = context
        .finding(
            stmt,
            format!(
                "{} is built without CONCURRENTLY, which blocks writes to `{table}`",
                named(&name)
            ),
        )
        .object(name.unwrap_or_default())
        .label(format!("writes to `{table}` wait until the index is built"));
    let finding = match (context.dialect, context.is_partitioned(stmt, table)) {
        (Dialect::PostgreSql, true) => partitioned(finding, table, index),
        (Dialect::PostgreSql, false) => finding.safe_form(safe_form(stmt, context, table, index)),
        (Dialect::SqlServer, _) => finding
            .severity(Severity::Warning)
            .remedy("Build it WITH (ONLINE = ON) by `op.execute`, where the edition has it."),
        _ => finding.severity(Severity::Warning).remedy("Build it while few people write."),
    };
    let finding = match index.unique == Known::Is(true) {
        true => finding.note(format!("fails if two rows of `{table}` are alike in it")),
        false => finding,
    };
    vec![match others.is_empty() {
        true => finding,
        false => finding.note(format!("so do {} on the same table", code::listed(&others))),
    }]
}

/// PostgreSQL builds no index CONCURRENTLY on a partitioned table.
fn refused(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Option<RawFinding> {
    let Statement::Table(TableChange::CreateIndex { table, index }) = stmt.statement() else {
        return None;
    };
    let applies = context.is_postgresql()
        && index.concurrently == Known::Is(true)
        && context.is_partitioned(stmt, table);
    applies.then(|| {
        let name = name_of(table, index);
        let message =
            format!("{} cannot be built CONCURRENTLY, for `{table}` is partitioned", named(&name));
        let object = name.unwrap_or_default();
        let finding =
            context.finding(stmt, message).object(object).label("the deployment fails here");
        partitioned(finding.weight(Weight::Fails).plan(None), table, index)
    })
}

/// Returns the index that a statement builds while writers wait.
fn blocking(statement: &Statement) -> Option<(&TableName, &Index)> {
    match statement {
        Statement::Table(TableChange::CreateIndex { table, index })
            if index.concurrently == Known::Is(false) && !index.only =>
        {
            Some((table, index))
        }
        _ => None,
    }
}

/// MySQL builds ordinary indexes while people write, SQLite has one writer anyway.
fn is_silent(dialect: Dialect, index: &Index) -> bool {
    let method = index.method.as_ref().and_then(Known::as_str).unwrap_or_default().to_lowercase();
    match dialect {
        Dialect::PostgreSql | Dialect::SqlServer => false,
        Dialect::MySql | Dialect::MariaDb => !matches!(method.as_str(), "fulltext" | "spatial"),
        Dialect::Sqlite | Dialect::Oracle => true,
    }
}

/// One finding per table: the first index speaks for all, unless the table is new on its path.
fn is_told<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>, table: &TableName) -> bool {
    context.earlier(stmt).any(|earlier| {
        blocking(earlier.statement()).is_some_and(|(of, _)| of == table)
            && (earlier.step.path == stmt.step.path || !context.is_new(&earlier, table))
    })
}

fn others<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
) -> Vec<String> {
    let later = context.later(stmt).filter_map(|later| {
        let (of, index) = blocking(&later.emitted.statement)?;
        (of == table).then(|| name_of(of, index)).flatten()
    });
    later.collect()
}

/// Says which index it is, in a sentence.
fn named(name: &Option<String>) -> String {
    name.as_ref().map_or_else(|| "an index".to_owned(), |name| format!("`{name}`"))
}

/// Returns the name of an index: the one that is given, or that PostgreSQL gives.
fn name_of(table: &TableName, index: &Index) -> Option<String> {
    match &index.name {
        Some(name) => name.as_str().map(str::to_owned),
        None => default_name::index_name(table.name.as_str()?, index),
    }
}

/// Returns the columns of an index as a Python list, expressions as `sa.text(...)`.
pub(super) fn columns_of(index: &Index) -> String {
    let parts =
        index.columns.get().map(Vec::as_slice).unwrap_or_default().iter().map(|part| match part {
            IndexPart::Column(name) => literal::quoted(name),
            IndexPart::Expression(sql) => format!("sa.text({})", literal::quoted(sql)),
            IndexPart::Unreadable => "...".to_owned(),
        });
    format!("[{}]", parts.collect::<Vec<_>>().join(", "))
}

fn safe_form(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    index: &Index,
) -> String {
    let name =
        name_of(table, index).map_or_else(|| "...".to_owned(), |name| literal::quoted(&name));
    let (argument, schema) = (code::table_argument(table), code::schema_argument(table));
    let unique = if index.unique == Known::Is(true) { ", unique=True" } else { "" };
    let predicate = index.predicate.as_ref().and_then(Known::as_str);
    let predicate = predicate
        .map(|sql| format!(", postgresql_where=sa.text({})", literal::quoted(sql)))
        .unwrap_or_default();
    let using = index.method.as_ref().and_then(Known::as_str).filter(|method| *method != "btree");
    let using = using
        .map(|method| format!(", postgresql_using={}", literal::quoted(method)))
        .unwrap_or_default();
    let create = as_written(stmt, context).unwrap_or_else(|| {
        let columns = columns_of(index);
        format!(
            "op.create_index({name}, {argument}, {columns}{unique}{schema}{using}{predicate}, \
             postgresql_concurrently=True)"
        )
    });
    let built = code::in_autocommit(&format!(
        "op.drop_index({name}, table_name={argument}{schema}, if_exists=True, postgresql_concurrently=True)\n{create}"
    ));
    match column_first(stmt, context, table) {
        Some(column) => format!("{column}\n# in the next revision:\n{built}"),
        None => built,
    }
}

/// Returns the call that adds the column without its index, where `index=True` asks for it.
fn column_first(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
) -> Option<String> {
    let Operation::AddColumn { .. } = stmt.step.operation else { return None };
    let column = code::declared_column(context, stmt.step)?.without("index").without("unique");
    Some(OpCall::new("add_column").table(table).code(column.code()).call())
}

/// Returns the statement that makes the index as the migration writes it, with CONCURRENTLY and all
/// that it says besides: INCLUDE, operator classes, storage.
fn as_written(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Option<String> {
    match &stmt.step.operation {
        Operation::CreateIndex { index, .. }
            if index.name.as_ref().is_some_and(Known::is_known) =>
        {
            let call = code::written(context, &stmt.step.site);
            let says_so = call.contains("concurrently") || !call.starts_with("op.create_index(");
            let open = call.trim_end().strip_suffix(')').filter(|_| !says_so)?;
            let end = if open.ends_with('\n') { ",\n)" } else { ")" };
            let open = open.trim_end().trim_end_matches(',');
            let glue = if end == ")" { ", " } else { ",\n    " };
            Some(format!("{open}{glue}postgresql_concurrently=True{end}"))
        }
        Operation::Execute { sql: Some(Known::Is(sql)), .. }
            if stmt.step.emitted.len() == 1 && !sql.contains('…') =>
        {
            let plain = sql.split_whitespace().collect::<Vec<_>>().join(" ");
            let (before, behind) =
                plain.split_once(" INDEX ").or_else(|| plain.split_once(" index "))?;
            Some(code::execute(&format!(
                "{before} INDEX CONCURRENTLY {}",
                behind.trim_end_matches(';')
            )))
        }
        _ => None,
    }
}

/// CONCURRENTLY does not work on a partitioned table, but on each of its partitions.
fn partitioned(finding: RawFinding, table: &TableName, index: &Index) -> RawFinding {
    let name = name_of(table, index).unwrap_or_else(|| "index_name".to_owned());
    let parts = index.columns.get().map(Vec::as_slice).unwrap_or_default().iter();
    let columns = parts.map(|part| match part {
        IndexPart::Column(name) => ident::ident(name, Dialect::PostgreSql),
        IndexPart::Expression(sql) => sql.clone(),
        IndexPart::Unreadable => "...".to_owned(),
    });
    let columns = format!("({})", columns.collect::<Vec<_>>().join(", "));
    let sql = |words: &str| Sql::new(Dialect::PostgreSql, words);
    let first = format!("{name}_p1");
    let partition = TableName {
        schema: table.schema.clone(),
        name: table.name.clone().map(|name| format!("{name}_p1")),
    };
    let parent = sql("CREATE INDEX").name(&name).words("ON ONLY").table(table).words(&columns);
    let own = sql("CREATE INDEX CONCURRENTLY").name(&first).words("ON").table(&partition);
    let attach = sql("ALTER INDEX").table(&of_schema(table, &name)).words("ATTACH PARTITION");
    finding
        .remedy(
            "Make it ON ONLY the parent, build it CONCURRENTLY on each partition, and \
        attach those.",
        )
        .safe_form(format!(
            "{}\n# for each partition, in an autocommit block:\n{}\n{}",
            parent.execute(),
            own.words(&columns).execute(),
            attach.table(&of_schema(table, &first)).execute()
        ))
}

/// An index lies in the schema of its table.
fn of_schema(table: &TableName, index: &str) -> TableName {
    TableName { schema: table.schema.clone(), name: Known::from(index) }
}
