//! A type of labels that is replaced by one with more labels: PostgreSQL adds them to the type that
//! is there.

use crate::advice::sql::Sql;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::statement_ref::StatementRef;
use crate::sql::object_change::{EnumChange, ObjectChange};
use crate::sql::statement::Statement;
use crate::sql::table::ColumnType;
use crate::text::known::Known;

/// Returns the statements that add to a type of labels what another one holds besides; nothing
/// where the other one is no type of labels, or lacks some of the first.
pub fn added(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    old: &ColumnType,
    new: &ColumnType,
) -> Option<String> {
    if !context.is_postgresql() {
        return None;
    }
    let (before, after) = (labels(stmt, context, old)?, labels(stmt, context, new)?);
    let more: Vec<&String> = after.iter().filter(|label| !before.contains(label)).collect();
    if more.is_empty() || !before.iter().all(|label| after.contains(label)) {
        return None;
    }
    let name = name_before(context, stmt, old, new)?;
    let add = |label: &&String| {
        let add = Sql::new(context.dialect, "ALTER TYPE").name(&name);
        let label = format!("'{}'", label.replace('\'', "''"));
        add.words("ADD VALUE IF NOT EXISTS").words(&label).execute()
    };
    let lines = more.iter().map(add).collect::<Vec<_>>().join("\n");
    // Before PostgreSQL 12 no transaction may do that.
    Some(if context.is_at_least(12) { lines } else { code::in_autocommit(&lines) })
}

fn labels(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    kind: &ColumnType,
) -> Option<Vec<String>> {
    let declared = kind.labels.as_ref().filter(|labels| labels.native);
    let declared = declared.and_then(|labels| labels.labels.get().cloned());
    let name = kind.sql.as_str()?;
    declared.or_else(|| {
        context.before(stmt, |database| database.enum_type(name)?.labels.get().cloned())
    })
}

/// Returns the name of the type before the revision: the usual way gives the old one another name
/// first, and its name to the new one.
fn name_before(
    context: &RuleContext<'_>,
    stmt: &StatementRef<'_>,
    old: &ColumnType,
    new: &ColumnType,
) -> Option<String> {
    let (old, new) = (old.sql.as_str()?, new.sql.as_str()?);
    let is_new_renamed = context.statements(stmt.direction).any(|other| match other.statement() {
        Statement::Object(ObjectChange::AlterType {
            name: Known::Is(name),
            change: EnumChange::Rename { .. },
        }) => name.eq_ignore_ascii_case(new),
        _ => false,
    });
    Some(if is_new_renamed { new.to_owned() } else { old.to_owned() })
}
