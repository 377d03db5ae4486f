//! Names that people expect on `op` and that Alembic does not have.

use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::sql::dialect::Dialect;
use crate::sql::table::TableName;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "unknown-operation",
    theme: Theme::AlembicTraps,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "calls an operation that Alembic does not have",
    harm: "Python meets the name only when the line runs: the deployment stops there with \
        AttributeError.",
    remedy: "Call the operation that does it, or register your own with \
        `Operations.register_operation`.",
    example: example!("unknown-operation"),
    check: Check::Step(judge),
};

/// What `op` has (Alembic 1.20.1).
const OPERATIONS: &[&str] = &[
    "add_column",
    "alter_column",
    "batch_alter_table",
    "bulk_insert",
    "create_check_constraint",
    "create_exclude_constraint",
    "create_foreign_key",
    "create_index",
    "create_primary_key",
    "create_table",
    "create_table_comment",
    "create_unique_constraint",
    "drop_column",
    "drop_constraint",
    "drop_index",
    "drop_table",
    "drop_table_comment",
    "execute",
    "get_bind",
    "get_context",
    "inline_literal",
    "rename_table",
    "run_async",
];

fn judge(
    context: &RuleContext<'_>,
    direction: Direction,
    number: usize,
    step: &Step,
) -> Option<RawFinding> {
    let Operation::Custom { name, registered: false } = &step.operation else { return None };
    let called = code::callee(context, step, &format!("op.{name}"));
    let finding =
        RawFinding::on(step, number, direction, format!("`{called}` is no operation of Alembic"))
            .object(name.clone())
            .label("the deployment stops here with AttributeError");
    let window = "# Deploy window: <when no code that says the old name runs>\n";
    let renames = name == "rename_column" && direction == Direction::Upgrade;
    let arguments = code::arguments(context, step);
    let safe = match name.as_str() {
        "rename_column" => Some(renamed_column(context, direction, &arguments)),
        _ => on_dialect(name, context.dialect).unwrap_or_else(|| instead(name, &arguments)),
    };
    let safe = safe.map(|safe| if renames { format!("{window}{safe}") } else { safe });
    let finding = match (safe, nearest(name)) {
        (Some(safe), _) => finding.safe_form(safe),
        (None, Some(near)) => {
            finding.remedy(format!("Write `op.{near}`, if that is what was meant."))
        }
        (None, None) => finding,
    };
    Some(finding.note(
        "a plug-in may register it: safe-migration looks for `register_operation` in \
        this repository only",
    ))
}

/// Returns the operation whose name is within two edits.
fn nearest(name: &str) -> Option<&'static str> {
    let near = OPERATIONS.iter().map(|known| (code::distance(name, known), *known)).min()?;
    (near.0 <= 2).then_some(near.1)
}

/// Returns the call that renames a column, with its type where the database must be given it again.
fn renamed_column(context: &RuleContext<'_>, direction: Direction, arguments: &[String]) -> String {
    let at = |index: usize, fallback: &str| {
        arguments.get(index).cloned().unwrap_or_else(|| fallback.to_owned())
    };
    let (table, old, new) = (at(0, "\"table\""), at(1, "\"old\""), at(2, "\"new\""));
    let restated = match context.dialect {
        Dialect::MySql | Dialect::MariaDb => {
            let name = |code: &str| code.trim_matches(['"', '\'']).to_owned();
            let (table, column) = (TableName::plain(&name(&table)), Known::Is(name(&old)));
            let kind = code::type_before(context, direction, &table, &column);
            format!(", existing_type={kind}")
        }
        _ => String::new(),
    };
    format!("op.alter_column({table}, {old}, new_column_name={new}{restated})")
}

/// Returns what a database other than PostgreSQL has in the place of a name: a statement of its own,
/// or nothing; `None` where one form fits all.
fn on_dialect(name: &str, dialect: Dialect) -> Option<Option<String>> {
    use Dialect as D;
    let sql = |text: &str| Some(Some(code::execute(text)));
    match (name, dialect) {
        ("rename_index", D::MySql | D::MariaDb) => {
            sql("ALTER TABLE t RENAME INDEX old_name TO new_name")
        }
        ("rename_index", D::SqlServer) => sql("EXEC sp_rename 't.old_name', 'new_name', 'INDEX'"),
        ("rename_constraint", D::SqlServer) => sql("EXEC sp_rename 'old_name', 'new_name'"),
        ("rename_index" | "rename_constraint", D::Sqlite)
        | ("rename_constraint", D::MySql | D::MariaDb)
        | ("create_sequence" | "drop_sequence", D::Sqlite | D::MySql)
        | ("create_schema" | "drop_schema", D::Sqlite)
        | (
            "create_enum" | "create_type" | "drop_enum" | "drop_type",
            D::Sqlite | D::MySql | D::MariaDb | D::SqlServer | D::Oracle,
        ) => Some(None),
        _ => None,
    }
}

/// Returns what does what the name promises, with the arguments of the call where they are in the
/// expected places.
fn instead(name: &str, arguments: &[String]) -> Option<String> {
    let at = |index: usize, fallback: &str| {
        arguments.get(index).cloned().unwrap_or_else(|| fallback.to_owned())
    };
    let (first, second) = (at(0, "\"table\""), at(1, "\"old\""));
    Some(match name {
        "set_nullable" => format!("op.alter_column({first}, {second}, nullable=True)"),
        "rename_index" => "op.execute(\"ALTER INDEX old_name RENAME TO new_name\")".to_owned(),
        "rename_constraint" => {
            "op.execute(\"ALTER TABLE t RENAME CONSTRAINT old_name TO new_name\")".to_owned()
        }
        "create_enum" | "create_type" => {
            "sa.Enum(\"a\", \"b\", name=\"kind\").create(op.get_bind())".to_owned()
        }
        "drop_enum" | "drop_type" => "sa.Enum(name=\"kind\").drop(op.get_bind())".to_owned(),
        "create_sequence" => {
            format!("op.execute(sa.schema.CreateSequence(sa.Sequence({})))", at(0, "\"name\""))
        }
        "drop_sequence" => {
            format!("op.execute(sa.schema.DropSequence(sa.Sequence({})))", at(0, "\"name\""))
        }
        "create_schema" => format!("op.execute(sa.schema.CreateSchema({}))", at(0, "\"name\"")),
        "drop_schema" => format!("op.execute(sa.schema.DropSchema({}))", at(0, "\"name\"")),
        "create_view" | "replace_view" => {
            "op.execute(\"CREATE VIEW name AS SELECT ...\")".to_owned()
        }
        "drop_view" => "op.execute(\"DROP VIEW name\")".to_owned(),
        "add_table" => format!("op.create_table({})", arguments.join(", ")),
        "create_unique_index" => format!("op.create_index({}, unique=True)", arguments.join(", ")),
        "drop_foreign_key" => {
            format!("op.drop_constraint({first}, {}, type_=\"foreignkey\")", at(1, "\"table\""))
        }
        "drop_primary_key" => {
            format!("op.drop_constraint({first}, {}, type_=\"primary\")", at(1, "\"table\""))
        }
        "drop_check_constraint" => {
            format!("op.drop_constraint({first}, {}, type_=\"check\")", at(1, "\"table\""))
        }
        "drop_unique_constraint" => {
            format!("op.drop_constraint({first}, {}, type_=\"unique\")", at(1, "\"table\""))
        }
        "insert" => "op.bulk_insert(table, [{...}])".to_owned(),
        "update" | "bulk_update" => "op.execute(\"UPDATE t SET ... WHERE ...\")".to_owned(),
        "delete" => "op.execute(\"DELETE FROM t WHERE ...\")".to_owned(),
        "run_sql" | "execute_sql" | "sql" => format!("op.execute({})", at(0, "\"...\"")),
        _ => return None,
    })
}
