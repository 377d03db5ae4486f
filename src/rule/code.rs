//! Code as findings show it: what the migration writes, and what it should write instead.

use crate::advice::literal;
use crate::alembic::project::Setting;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::Direction;
use crate::rule::statement_ref::StatementRef;
use crate::sql::table::{ColumnType, TableName};
use crate::text::known::Known;
use crate::text::source::Site;
use crate::text::spelling;

/// The longest excerpt that stands inside of a sentence.
const EXCERPT: usize = 60;

/// Returns a text as a Python string literal.
pub fn quoted(text: &str) -> String {
    literal::quoted(text)
}

/// Returns a list of names as a Python list of strings.
pub fn quoted_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    literal::quoted_list(names)
}

/// Returns a name as a Python string, `...` where it cannot be known.
pub fn quoted_name(name: &Known<String>) -> String {
    literal::quoted_name(name)
}

/// Returns the name of a constraint as a Python string that no naming convention of the project
/// changes.
pub fn own_name(context: &RuleContext<'_>, name: &str) -> String {
    match context.project.environment.naming_convention {
        Setting::No => quoted(name),
        Setting::Yes | Setting::Unreadable => format!("op.f({})", quoted(name)),
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

/// Returns what is called in a step, as the migration writes it: `op.add_column`; the fallback
/// where that is no name.
pub fn callee(context: &RuleContext<'_>, step: &Step, fallback: &str) -> String {
    let text = context.migration.text.slice(step.site.span);
    let name = text.split('(').next().unwrap_or_default().trim();
    let is_name =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    match text.contains('(') && name.split('.').all(is_name) {
        true => name.to_owned(),
        false => fallback.to_owned(),
    }
}

/// Returns the name of what is called or used at a place of the migration; nothing where that is no
/// plain name.
pub fn called(context: &RuleContext<'_>, site: &Site) -> Option<String> {
    if site.path != context.migration.path {
        return None;
    }
    let name = context.migration.text.slice(site.span).split('(').next().unwrap_or_default().trim();
    let is_name =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    name.split('.').all(is_name).then(|| name.to_owned())
}

/// Returns the positional arguments of a call, as the migration writes them.
pub fn arguments(context: &RuleContext<'_>, step: &Step) -> Vec<String> {
    let text = context.migration.text.slice(step.site.span);
    let Some((_, inside)) = text.split_once('(') else { return Vec::new() };
    let inside = inside.strip_suffix(')').unwrap_or(inside);
    let parts = split_arguments(inside);
    let positional = |part: &&str| !part.is_empty() && !is_keyword(part) && !part.starts_with('*');
    parts.iter().map(|part| part.trim()).filter(positional).map(str::to_owned).collect()
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
/// a line.
pub fn written(context: &RuleContext<'_>, site: &Site) -> String {
    let text = &context.migration.text;
    if site.path != context.migration.path {
        return "...".to_owned();
    }
    let line = text.line(text.line_of(site.span.start));
    let indent = &line[..line.len() - line.trim_start().len()];
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
    let inside = inside_of(context.migration.text.slice(step.site.span))?;
    keyword_in(&split_arguments(inside), name)
}

/// Returns the column that a step's call declares, as the migration writes it: `sa.Column(...)`.
pub fn declared_column(context: &RuleContext<'_>, step: &Step) -> Option<DeclaredColumn> {
    if step.site.path != context.migration.path {
        return None;
    }
    let call = arguments(context, step).into_iter().find(|argument| is_column(argument))?;
    let constructor = call.split('(').next()?.trim().to_owned();
    let parts = split_arguments(inside_of(&call)?)
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty());
    Some(DeclaredColumn { constructor, arguments: parts.map(str::to_owned).collect() })
}

/// A `sa.Column(...)` as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredColumn {
    /// `sa.Column`.
    pub constructor: String,
    /// What stands in the brackets.
    pub arguments: Vec<String>,
}

impl DeclaredColumn {
    /// Takes an argument out.
    pub fn without(mut self, keyword: &str) -> Self {
        self.arguments
            .retain(|argument| !(is_keyword(argument) && keyword_of(argument) == keyword));
        self
    }

    /// Takes out the calls of a constructor: `ForeignKey`, `CheckConstraint`.
    pub fn without_call(mut self, name: &str) -> Self {
        let is_call =
            |argument: &str| argument.split('(').next().unwrap_or_default().trim().ends_with(name);
        self.arguments.retain(|argument| is_keyword(argument) || !is_call(argument));
        self
    }

    /// Returns the type, as it is written.
    pub fn kind(&self) -> Option<&str> {
        self.arguments.iter().filter(|argument| !is_keyword(argument)).nth(1).map(String::as_str)
    }

    /// Returns it as code.
    pub fn code(&self) -> String {
        format!("{}({})", self.constructor, self.arguments.join(", "))
    }
}

/// Returns `, schema="x"` for a table in a schema, else nothing.
pub fn schema_argument(table: &TableName) -> String {
    table
        .schema
        .as_ref()
        .map(|schema| format!(", schema={}", quoted_name(schema)))
        .unwrap_or_default()
}

/// Returns a table as the first argument of an operation: its name without the schema.
pub fn table_argument(table: &TableName) -> String {
    quoted_name(&table.name)
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
    format!("op.execute({})", quoted(sql))
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
    let after_upgrade;
    let database = match direction {
        Direction::Downgrade => {
            after_upgrade = context.after_upgrade();
            &after_upgrade
        }
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
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
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
    format!("{}_{}", name[..end].trim_end_matches('_'), &new_id(name)[..4])
}

/// Returns how many single edits lie between two words.
pub fn distance(one: &str, other: &str) -> usize {
    spelling::distance(one, other)
}

fn is_column(argument: &str) -> bool {
    let constructor = argument.split('(').next().unwrap_or_default().trim();
    argument.contains('(')
        && constructor.rsplit('.').next().is_some_and(|name| name.ends_with("Column"))
}

fn inside_of(call: &str) -> Option<&str> {
    let (_, inside) = call.trim().split_once('(')?;
    Some(inside.strip_suffix(')').unwrap_or(inside))
}

fn keyword_in(arguments: &[&str], name: &str) -> Option<String> {
    let is_it = |argument: &&&str| is_keyword(argument) && keyword_of(argument) == name;
    arguments
        .iter()
        .find(is_it)
        .and_then(|argument| argument.split_once('='))
        .map(|(_, value)| value.trim().to_owned())
}

fn keyword_of(argument: &str) -> &str {
    argument.split('=').next().unwrap_or_default().trim()
}

fn is_keyword(argument: &str) -> bool {
    let Some((name, value)) = argument.split_once('=') else { return false };
    let name = name.trim();
    !value.starts_with('=')
        && !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Cuts at the commas that stand in no bracket and no plain string.
fn split_arguments(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_end_at_commas_outside_of_brackets_and_strings() {
        let parts: Vec<_> =
            split_arguments("'a, b', f(1, 2), c='x'").into_iter().map(str::trim).collect();
        assert_eq!(parts, ["'a, b'", "f(1, 2)", "c='x'"]);
        assert!(is_keyword("c = 'x'") && !is_keyword("'a=b'") && !is_keyword("a == b"));
    }

    #[test]
    fn an_argument_on_a_line_of_its_own_may_begin_with_any_letter() {
        let parts = split_arguments("\n    \"启用\",\n    \"停用\",\n    name=\"status\",\n");
        let keywords = parts.iter().filter(|part| is_keyword(part)).count();
        assert_eq!((parts.len(), keywords), (4, 1));
    }

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
