//! What a change of the type of a column costs.

use crate::rule::context::RuleContext;
use crate::rule::statement_ref::StatementRef;
use crate::schema::table::ConstraintState;
use crate::sql::condition;
use crate::sql::table::{ColumnType, TableName};
use crate::sql::type_change;
use crate::sql::type_change::TypeChange;
use crate::sql::types::{Family, SqlType, is_same_name, without_default_schema};
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

/// The first version of PostgreSQL for which two kinds of timestamp may be one.
pub const ONE_IN_UTC: u16 = 12;

/// What a type change costs, as far as that can be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Nothing but the lock.
    Free,
    /// The table is rewritten.
    Rewrite,
    /// Indexes are rebuilt.
    Scan,
    /// Nothing is written, and every row is looked at again; why.
    Recheck(String),
    /// It may be free or a rewrite; the reason.
    Doubt(String),
}

/// One change of a type.
#[derive(Debug)]
pub struct Retype<'d> {
    /// The table.
    pub table: &'d TableName,
    /// The column.
    pub column: &'d Known<String>,
    /// The new type.
    pub to: &'d Known<ColumnType>,
    /// The old type, as `existing_type=` has it.
    pub existing: Option<&'d ColumnType>,
    /// The old type, as the history has it.
    pub replayed: Option<ColumnType>,
    /// USING.
    pub using: Option<&'d Known<String>>,
}

impl Retype<'_> {
    /// Returns the old type, as far as anything says it.
    pub fn old(&self) -> Option<&ColumnType> {
        self.replayed.as_ref().or(self.existing)
    }

    /// Returns what the change costs.
    pub fn cost(&self, stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Cost {
        match self.cost_of_rows(stmt, context) {
            Cost::Free if context.is_postgresql() => {
                self.recheck(stmt, context).map_or(Cost::Free, Cost::Recheck)
            }
            cost => cost,
        }
    }

    fn cost_of_rows(&self, stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Cost {
        if self.computes() || context.is_postgresql() && self.relabels(stmt, context) {
            return Cost::Rewrite;
        }
        let new = self.to.get().and_then(|to| Some((to, SqlType::of(to, context.dialect)?)));
        let Some((to, new)) = new else {
            return Cost::Doubt("the new type could not be read".to_owned());
        };
        let version = context.server_version();
        let between = |old: &ColumnType| type_change::between(old, to, context.dialect, version);
        match (self.replayed.as_ref().and_then(between), self.existing.and_then(between)) {
            (Some(TypeChange::RebuildsIndexes), _) if self.is_indexed(stmt, context) => Cost::Scan,
            (Some(TypeChange::Free | TypeChange::RebuildsIndexes), _) => Cost::Free,
            (Some(TypeChange::Rewrites), _) | (None, Some(TypeChange::Rewrites)) => Cost::Rewrite,
            (Some(TypeChange::Unknown), _) | (None, None | Some(TypeChange::Unknown))
                if always_rewrites(&new) =>
            {
                Cost::Rewrite
            }
            (replayed, existing) => Cost::Doubt(doubt(replayed, existing).to_owned()),
        }
    }

    /// Tells whether USING computes something else than a cast of the column.
    fn computes(&self) -> bool {
        let name = self.column.as_str().unwrap_or_default();
        let is_cast = |using: &str| condition::is_cast(using, name);
        self.using.is_some_and(|using| !using.as_str().is_some_and(is_cast))
    }

    /// A type of labels is written otherwise than anything but itself.
    fn relabels(&self, stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> bool {
        let (Some(old), Some(new)) = (self.old(), self.to.get()) else { return false };
        let is_same = match (old.sql.as_str(), new.sql.as_str()) {
            (Some(before), Some(after)) => is_same_name(before, after),
            (before, _) => before.is_none(),
        };
        !is_same && (is_enum(stmt, context, old) || is_enum(stmt, context, new))
    }

    fn is_indexed(&self, stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> bool {
        let Some(column) = self.column.as_str() else { return true };
        context.before(stmt, |database| {
            database.table(self.table).is_some_and(|table| table.is_indexed(column))
        })
    }

    /// Says what has each row looked at again although none is written (seen on PostgreSQL 12.22,
    /// 16.14 and 18.4).
    fn recheck(&self, stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Option<String> {
        let table = context.table(stmt, self.table)?;
        let column = self.column.as_str()?;
        let name = |held: &ConstraintState| {
            held.constraint.name().and_then(Known::as_str).unwrap_or("…").to_owned()
        };
        match table.check_of(column) {
            Some(held) => Some(format!(
                "nothing is written, but `{}` is checked again for every row",
                name(held)
            )),
            None if table.computes_index_of(column) => Some(format!(
                "nothing is written, but an index that computes with `{column}` is rebuilt"
            )),
            None => None,
        }
    }

    /// Tells whether an older or newer server would do something else.
    pub fn turns_on_version(&self, context: &RuleContext<'_>) -> bool {
        let parsed = |kind: &ColumnType| kind.sql.as_str().map(SqlType::parse);
        let (old, new) = (self.old().and_then(parsed), self.to.get().and_then(parsed));
        let (Some(old), Some(new), true, None) = (old, new, context.is_postgresql(), self.using)
        else {
            return false;
        };
        let on =
            |major| type_change::change(&old, &new, context.dialect, ServerVersion::major(major));
        on(ONE_IN_UTC - 1) != on(ONE_IN_UTC)
    }
}

/// Says why the cost cannot be known, of what the history and `existing_type=` say.
fn doubt(replayed: Option<TypeChange>, existing: Option<TypeChange>) -> &'static str {
    match (replayed, existing) {
        (Some(TypeChange::FreeInUtc), _) | (None, Some(TypeChange::FreeInUtc)) => {
            "free only where the session's time zone is UTC: `SET timezone = 'UTC'` before it"
        }
        (None, Some(TypeChange::Free | TypeChange::RebuildsIndexes)) => {
            "free if the column is what `existing_type=` says; no revision that was read tells its \
             type"
        }
        _ => "the type it has now could not be read; `existing_type=` would tell",
    }
}

/// Types that no other type becomes for free.
fn always_rewrites(new: &SqlType) -> bool {
    let written_otherwise = matches!(
        new.family(),
        Family::Integer
            | Family::Float
            | Family::Padded
            | Family::Boolean
            | Family::Date
            | Family::Json
            | Family::Uuid
            | Family::Bytes
    );
    new.array == 0
        && (written_otherwise || (new.family() == Family::Decimal && !new.arguments.is_empty()))
}

/// Tells whether a type is one of labels, by its declaration or by a CREATE TYPE of the history.
fn is_enum(stmt: &StatementRef<'_>, context: &RuleContext<'_>, kind: &ColumnType) -> bool {
    let declared = kind.labels.as_ref().is_some_and(|labels| labels.native);
    let known = |name: &str| {
        let name = without_default_schema(name);
        context.before(stmt, |database| database.enum_type(name).is_some())
    };
    declared || kind.sql.as_str().is_some_and(known)
}
