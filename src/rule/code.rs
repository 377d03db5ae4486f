//! Code as findings show it: what the migration writes, and what it should write instead.

use crate::advice::literal;
use crate::alembic::project::Setting;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::Direction;
use crate::rule::statement_ref::StatementRef;
use crate::rule::written_call::{WrittenCall, dotted_name};
use crate::sql::table::{ColumnType, TableName};
use crate::text::cut;
use crate::text::known::Known;
use crate::text::source::Site;
use crate::text::spelling;

/// The longest excerpt that stands inside of a sentence.
const EXCERPT: usize = 60;

/// The longest code that is written out in a safe form, in bytes: a text of many statements would
/// stand in the safe form of each.
const LONGEST_WRITTEN: usize = 16 << 10;

/// Returns the name of a constraint as a Python string that no naming convention of the project
/// changes.
pub fn own_name(context: &RuleContext<'_>, name: &str) -> String {
    match context.project.environment.naming_convention {
        Setting::No => literal::quoted(name),
        Setting::Yes | Setting::Unreadable => format!("op.f({})", literal::quoted(name)),
    }
}

/// Returns names as people list them: `a`, `b` and `c`, each in backticks.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let ticked: Vec<_> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match ticked.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// Returns a table and the columns of it that are meant: `users` (email, name); the table alone
/// where they cannot be known.
pub fn with_columns<T: AsRef<str>>(table: &TableName, columns: &[T]) -> String {
    match columns {
        [] => format!("`{table}`"),
        columns => {
            let columns: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
            format!("`{table}` ({})", columns.join(", "))
        }
    }
}

/// Returns the call of a step, as the migration writes it; nothing where it stands in another file.
pub fn call(context: &RuleContext<'_>, step: &Step) -> Option<WrittenCall> {
    WrittenCall::parse(at_site(context, &step.site)?)
}

/// Returns what is called in a step, as the migration writes it: `op.add_column`; the fallback
/// where that is no name.
pub fn callee(context: &RuleContext<'_>, step: &Step, fallback: &str) -> String {
    let name = call(context, step).and_then(|call| dotted_name(&call.callee));
    name.unwrap_or_else(|| fallback.to_owned())
}

/// Returns the name of what is called or used at a place of the migration; nothing where that is no
/// plain name.
pub fn called(context: &RuleContext<'_>, site: &Site) -> Option<String> {
    dotted_name(at_site(context, site)?)
}

/// Returns the positional arguments of a call, as the migration writes them.
pub fn arguments(context: &RuleContext<'_>, step: &Step) -> Vec<String> {
    let call = call(context, step);
    call.iter().flat_map(WrittenCall::positional).map(str::to_owned).collect()
}

fn at_site<'a>(context: &RuleContext<'a>, site: &Site) -> Option<&'a str> {
    let migration = context.migration;
    (site.path == migration.path).then(|| migration.text.slice(site.span))
}

/// Returns what stands at a place of the migration in one short line.
pub fn excerpt(context: &RuleContext<'_>, site: &Site) -> String {
    if site.path != context.migration.path {
        return String::new();
    }
    let text = context.migration.text.slice(site.span);
    shortened(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Returns what stands at a place of the migration, as code that can be pasted at the beginning of
/// a line; dots where it stands in another file, or is too long.
pub fn written(context: &RuleContext<'_>, site: &Site) -> String {
    let text = &context.migration.text;
    if site.path != context.migration.path || text.slice(site.span).len() > LONGEST_WRITTEN {
        return "...".to_owned();
    }
    let line = text.line(text.line_of(site.span.start));
    let indent = cut::to(line, line.len() - line.trim_start().len());
    let lines = text.slice(site.span).lines();
    lines.map(|line| line.strip_prefix(indent).unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// Moves code under a line that opens a block.
pub fn indented(block: &str, code: &str) -> String {
    let lines = code.lines().map(|line| format!("    {line}"));
    std::iter::once(block.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// Returns the source of a keyword argument of a step's call, as the migration writes it.
pub fn keyword(context: &RuleContext<'_>, step: &Step, name: &str) -> Option<String> {
    call(context, step)?.keyword(name).map(str::to_owned)
}

/// Returns the column that a step's call declares, as the migration writes it: `sa.Column(...)`.
pub fn declared_column(context: &RuleContext<'_>, step: &Step) -> Option<WrittenCall> {
    let is_column = |call: &WrittenCall| call.callee.ends_with("Column");
    call(context, step)?.positional().filter_map(WrittenCall::parse).find(is_column)
}

/// Returns `, schema="x"` for a table in a schema, else nothing.
pub fn schema_argument(table: &TableName) -> String {
    table
        .schema
        .as_ref()
        .map(|schema| format!(", schema={}", literal::quoted_name(schema)))
        .unwrap_or_default()
}

/// Returns a table as the first argument of an operation: its name without the schema.
pub fn table_argument(table: &TableName) -> String {
    literal::quoted_name(&table.name)
}

/// Returns the SQL of a call that runs this one statement, in one line.
pub fn one_line(stmt: &StatementRef<'_>) -> Option<String> {
    let Operation::Execute { sql: Some(Known::Is(sql)), .. } = &stmt.step.operation else {
        return None;
    };
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches([';', ' ']).to_owned();
    (stmt.step.emitted.len() == 1 && is_plain(sql) && !line.contains([';', '…'])).then_some(line)
}

/// Tells whether a text reads the same in one line: no comments, no strings with breaks in them.
fn is_plain(sql: &str) -> bool {
    let breaks_in_string = sql.split('\'').skip(1).step_by(2).any(|string| string.contains('\n'));
    !sql.contains("--") && !sql.contains("/*") && !breaks_in_string
}

/// Returns code in an autocommit block.
pub fn in_autocommit(code: &str) -> String {
    indented("with op.get_context().autocommit_block():", code)
}

/// Returns `op.execute("...")` of a statement of SQL.
pub fn execute(sql: &str) -> String {
    format!("op.execute({})", literal::quoted(sql))
}

/// Returns a type as SQLAlchemy writes it.
pub fn python_type(kind: &ColumnType) -> String {
    let Some(sql) = kind.sql.as_str() else { return "...".to_owned() };
    let upper = sql.to_ascii_uppercase();
    let (base, arguments) = upper.split_once('(').unwrap_or((&upper, ""));
    let arguments = arguments.trim_end_matches(')');
    match base.trim() {
        "INTEGER" | "INT" => "sa.Integer()".to_owned(),
        "BIGINT" => "sa.BigInteger()".to_owned(),
        "SMALLINT" => "sa.SmallInteger()".to_owned(),
        "TEXT" => "sa.Text()".to_owned(),
        "BOOLEAN" | "BOOL" => "sa.Boolean()".to_owned(),
        "DATE" => "sa.Date()".to_owned(),
        "UUID" => "sa.Uuid()".to_owned(),
        "VARCHAR" | "CHARACTER VARYING" => format!("sa.String({arguments})"),
        "NUMERIC" | "DECIMAL" => format!("sa.Numeric({arguments})"),
        "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => "sa.DateTime()".to_owned(),
        "TIMESTAMP WITH TIME ZONE" | "TIMESTAMPTZ" => "sa.DateTime(timezone=True)".to_owned(),
        _ if kind.name.starts_with(char::is_uppercase)
            && kind.name.chars().all(char::is_alphanumeric) =>
        {
            format!("sa.{}()", kind.name)
        }
        _ => "...".to_owned(),
    }
}

/// Returns the type that a column has before a direction runs, as SQLAlchemy writes it; `...` where
/// no revision that was read says it.
pub fn type_before(
    context: &RuleContext<'_>,
    direction: Direction,
    table: &TableName,
    column: &Known<String>,
) -> String {
    let database = match direction {
        Direction::Downgrade => context.after_upgrade(),
        Direction::Upgrade | Direction::File => context.before_migration(),
    };
    let held = column.as_str().and_then(|name| database.table(table)?.column(name));
    let kind = held.and_then(|column| column.kind.as_ref());
    kind.map_or_else(|| "...".to_owned(), python_type)
}

/// Cuts a text to what fits in a sentence.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", cut::to(text, end).trim_end()),
    }
}

/// Returns a revision id that is made of a seed: the same for the same seed, another one for
/// another.
pub fn new_id(seed: &str) -> String {
    // FNV-1a, folded to the twelve digits that Alembic draws.
    let hash = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{:012x}", (hash ^ (hash >> 48)) & 0xffff_ffff_ffff)
}

/// Returns a name that PostgreSQL keeps as it is: SQLAlchemy refuses one of more than 63 bytes.
pub fn fitting(name: &str) -> String {
    const LONGEST: usize = 63;
    const KEPT: usize = 58;
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let end = (0..=KEPT).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
    format!("{}_{}", cut::to(name, end).trim_end_matches('_'), cut::to(&new_id(name), 4))
}

/// Returns how many single edits lie between two words.
pub fn distance(one: &str, other: &str) -> usize {
    spelling::distance(one, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_too_long_is_cut_and_told_apart() {
        let long = |tail: &str| fitting(&format!("ix_{}_{tail}", "messages".repeat(8)));
        assert_eq!(fitting("ix_users_name"), "ix_users_name");
        assert!(long("one").len() <= 63 && long("one") != long("two"));
        assert!(fitting(&"é".repeat(40)).len() <= 63);
    }

    #[test]
    fn distance_counts_single_edits() {
        assert_eq!(distance("nulable", "nullable"), 1);
        assert_eq!(distance("drop_colum", "drop_column"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn names_are_listed_as_people_list_them() {
        assert_eq!(listed(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
