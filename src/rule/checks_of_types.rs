//! CHECKs that types of columns made by themselves before SQLAlchemy 1.4.

use crate::rule::context::RuleContext;
use crate::rule::statement_ref::StatementRef;
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::verdict::{Answer, Engine, Proof, Refusal};
use crate::schema::database::Database;
use crate::schema::table::{Column, Table};
use crate::sql::dialect::Dialect;
use crate::sql::table::Checked;
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

/// The version of SQLAlchemy from which on types make no CHECK by themselves.
const CHECKS_NOTHING: ServerVersion = ServerVersion { major: 1, minor: 4, patch: 0 };

/// Tells whether a type that a column is declared of made a CHECK before SQLAlchemy 1.4, by its own
/// name or what a naming convention makes of that.
fn brings_check(column: &Column, name: &str, dialect: Dialect) -> bool {
    let is_named = |own: &Option<Known<String>>| match own {
        Some(Known::Is(own)) => name.contains(own.as_str()),
        Some(Known::Unreadable) | None => true,
    };
    column.kind.as_ref().is_some_and(|kind| match &kind.labels {
        Some(labels) => {
            !labels.native && labels.checked == Checked::Unsaid && is_named(&labels.name)
        }
        None => kind.name == "Boolean" && dialect != Dialect::PostgreSql,
    })
}

impl<'a> RuleContext<'a> {
    /// Answers for a constraint that a type of a column may have made: before SQLAlchemy 1.4 one
    /// without `create_constraint` makes a CHECK where the database has no such type.
    pub(super) fn is_check_of_type(
        &self,
        stmt: &StatementRef<'a>,
        refusal: &Refusal,
        engine: Engine,
    ) -> Option<Answer> {
        let DatabaseError::NoConstraint { table, name } = &refusal.error else { return None };
        // A batch of Alembic finds no CHECK in what SQLite reflects (run on Alembic 1.4.3).
        if engine.copies() {
            return None;
        }
        let makes =
            |held: &Table| held.columns.iter().any(|own| brings_check(own, name, self.dialect));
        let ask = |database: &Database| database.table(table).is_some_and(makes);
        if !self.before(stmt, ask) {
            return None;
        }
        match self.package("sqlalchemy").or_else(|| self.least_package("sqlalchemy")) {
            Some(said) if said.version >= CHECKS_NOTHING => None,
            Some(_) => Some(Answer::Applied),
            None => {
                let why = "before SQLAlchemy 1.4 `sa.Enum(native_enum=False)` and `sa.Boolean` \
                    make a CHECK unless `create_constraint=False` is said";
                Some(refusal.clone().with(Proof::Unproved(why.to_owned())).into())
            }
        }
    }
}
