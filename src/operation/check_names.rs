//! The names that a naming convention makes of those that a migration gives to checks.
//!
//! Only `ck` commonly takes the given name in (`ck_%(table_name)s_%(constraint_name)s`), and then
//! `op.create_check_constraint("ck_t_x", ...)` makes `ck_t_ck_t_x` (measured on Alembic 1.20.1 with
//! SQLAlchemy 2.1.9). A name in `op.f` stays as it is.

use crate::sql::statement::Statement;
use crate::sql::table::{Check, Constraint, ConstraintKind, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// Takes the names of checks into a convention. `call` is the source of the call, which says what
/// stands in `op.f`.
pub fn conventional(statements: &mut [Statement], template: &str, call: &str) {
    let rename = |table: &TableName, name: &mut Option<Known<String>>| {
        if let Some(Known::Is(given)) = name
            && !is_final(call, given)
            && let Some(table) = table.name.as_str()
        {
            *given = expanded(template, table, given);
        }
    };
    for statement in statements {
        let Statement::Table(change) = statement else { continue };
        match change {
            TableChange::CreateTable(create) => {
                let table = create.table.clone();
                let of_table = create.constraints.iter_mut().filter_map(check_of);
                let of_columns = create.columns.iter_mut().flat_map(|column| &mut column.checks);
                of_table.chain(of_columns).for_each(|check| rename(&table, &mut check.name));
            }
            TableChange::AddColumn { table, column, .. } => {
                column.checks.iter_mut().for_each(|check| rename(table, &mut check.name));
            }
            TableChange::AddConstraint { table, constraint: Constraint::Check(check) } => {
                rename(table, &mut check.name);
            }
            TableChange::DropConstraint {
                table, name, kind: Some(ConstraintKind::Check), ..
            } => rename(table, name),
            _ => {}
        }
    }
}

fn check_of(constraint: &mut Constraint) -> Option<&mut Check> {
    match constraint {
        Constraint::Check(check) => Some(check),
        _ => None,
    }
}

/// Tells whether a name stands in `op.f(...)`.
fn is_final(call: &str, name: &str) -> bool {
    ['"', '\''].iter().any(|quote| {
        let plain: String = call.split_whitespace().collect();
        plain.contains(&format!(".f({quote}{name}{quote}"))
            || plain.contains(&format!("conv({quote}{name}{quote}"))
    })
}

fn expanded(template: &str, table: &str, name: &str) -> String {
    template.replace("%(table_name)s", table).replace("%(constraint_name)s", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_in_unless_it_is_final() {
        let drop = |name: &str| {
            let mut statements = [Statement::Table(TableChange::DropConstraint {
                table: TableName::plain("t"),
                name: Some(name.into()),
                kind: Some(ConstraintKind::Check),
                if_exists: false,
                cascade: false,
            })];
            let call = "op.drop_constraint(op.f( 'a'), \"t\", \"b\")";
            conventional(&mut statements, "ck_%(table_name)s_%(constraint_name)s", call);
            match &statements[0] {
                Statement::Table(TableChange::DropConstraint { name, .. }) => name.clone(),
                _ => None,
            }
        };
        assert_eq!(drop("a"), Some("a".into()));
        assert_eq!(drop("b"), Some("ck_t_b".into()));
    }
}
