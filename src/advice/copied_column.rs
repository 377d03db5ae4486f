//! A column that is copied into one of another type.

use crate::advice::literal::quoted;
use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::sql::dialect::Dialect;
use crate::sql::table::TableName;

/// A column that is copied into one of another type.
#[derive(Clone, Copy, Debug)]
pub struct CopiedColumn<'c> {
    /// The table.
    pub table: &'c TableName,
    /// The column.
    pub column: &'c str,
    /// The new type, as SQLAlchemy writes it.
    pub kind: &'c str,
    /// The new type, as SQL writes it.
    pub cast: &'c str,
}

impl CopiedColumn<'_> {
    /// Returns the three deployments that copy it; `how` and `when` say more of the second and the
    /// third.
    pub fn in_three(&self, dialect: Dialect, how: &str, when: &str) -> String {
        let (table, column) = (self.table, self.column);
        let new = format!("{column}_new");
        let declared = format!("sa.Column({}, {}, nullable=True)", quoted(&new), self.kind);
        let add = OpCall::new("add_column").table(table).code(declared);
        let fill = Sql::new(dialect, "UPDATE").table(table).words("SET").name(&new);
        let fill = fill.words("= CAST(").name(column).words("AS").words(self.cast).words(")");
        let drop = OpCall::new("drop_column").table(table).text(column);
        format!(
            "{}  # 1\n{}  # 2, {how}\n{}  # 3, {when}",
            add.call(),
            fill.words("WHERE ...").execute(),
            drop.call()
        )
    }
}
