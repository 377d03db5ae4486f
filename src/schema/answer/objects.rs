//! Views, sequences, functions, triggers and the like.

use crate::schema::answer::error::{DatabaseError, Needed, TableUse};
use crate::schema::answer::tables::in_use;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::dependants::Dropped;
use crate::schema::table::{Origin, Table};
use crate::sql::dialect::Dialect;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::table::TableName;
use crate::text::known::Known;

/// What is judged: functions may differ by their arguments, and the rest is not replayed.
fn is_judged(kind: ObjectKind) -> bool {
    use ObjectKind as K;
    matches!(
        kind,
        K::View
            | K::MaterializedView
            | K::Trigger
            | K::Sequence
            | K::Policy
            | K::Schema
            | K::Domain
    )
}

impl Database {
    pub(super) fn answer_create_object(&self, change: &ObjectChange, engine: Engine) -> Answer {
        let ObjectChange::CreateObject { kind, name, on, replace, if_not_exists, uses, .. } =
            change
        else {
            return Answer::Applied;
        };
        let reads = match kind {
            // SQLite looks when the view is read.
            ObjectKind::View | ObjectKind::MaterializedView
                if engine.dialect != Dialect::Sqlite =>
            {
                let is_whole =
                    |read: &TableName| self.table(read).is_some_and(|table| table.complete);
                self.needs_tables(&uses.tables, engine).or(|| {
                    match uses.tables.iter().all(is_whole) {
                        true => Answer::Applied,
                        false => {
                            Answer::Unknown("not all columns that it reads are known".to_owned())
                        }
                    }
                })
            }
            ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule => match on {
                Some(on) => self.needs_table(on, TableUse::Alter, engine),
                None => Answer::Applied,
            },
            _ => Answer::Applied,
        };
        let (Some(name), false) = (name.as_str(), *replace || *if_not_exists || !is_judged(*kind))
        else {
            return reads;
        };
        let error =
            || DatabaseError::ObjectExists { kind: *kind, name: name.to_owned(), on: on.clone() };
        reads.or(|| self.presence_of_object(*kind, name, on).absent(error())).or(|| {
            let is_relation = matches!(
                kind,
                ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Sequence
            );
            let table = unqualified(name);
            match is_relation && self.table(&table).is_some() {
                true => self.presence_of_table(&table).absent(error()),
                false => Answer::Applied,
            }
        })
    }

    pub(super) fn answer_drop_object(
        &self,
        kind: ObjectKind,
        name: &Known<String>,
        on: &Option<TableName>,
        (if_exists, cascade): (bool, bool),
        engine: Engine,
    ) -> Answer {
        let Some(name) = name.as_str() else { return Answer::Applied };
        if let Some(refusal) = self.is_a_table(kind, name, engine) {
            return refusal.into();
        }
        let there = match if_exists || !is_judged(kind) {
            true => Answer::Applied,
            false => {
                let error = DatabaseError::NoObject { kind, name: name.to_owned(), on: on.clone() };
                self.presence_of_object(kind, name, on).needed(error)
            }
        };
        there.or(|| match cascade || engine.dialect != Dialect::PostgreSql {
            true => Answer::Applied,
            false => self.object_is_unused(kind, name),
        })
    }

    /// Refuses DROP VIEW of a table.
    fn is_a_table(&self, kind: ObjectKind, name: &str, engine: Engine) -> Option<Refusal> {
        let is_view = matches!(kind, ObjectKind::View | ObjectKind::MaterializedView);
        let made = |table: &&Table| is_view && table.origin != Origin::Met;
        self.table(&unqualified(name)).filter(made)?;
        let words = match engine.dialect {
            Dialect::Sqlite => format!("use DROP TABLE to delete table {name}"),
            _ => format!("\"{name}\" is not a view"),
        };
        Some(Refusal::proved(DatabaseError::OfAnotherKind { name: name.to_owned(), words }))
    }

    fn object_is_unused(&self, kind: ObjectKind, name: &str) -> Answer {
        use ObjectKind as K;
        let dropped = match kind {
            K::Domain => Dropped::Type(name.to_owned()),
            K::View | K::MaterializedView | K::Sequence | K::Routine => {
                Dropped::Object(kind, name.to_owned())
            }
            _ => return Answer::Applied,
        };
        let found = dropped.certain(self);
        let by = found.iter().map(|dependant| dependant.title()).collect();
        let names = found.iter().filter_map(|dependant| dependant.name()).map(str::to_owned);
        in_use(Needed::Object(kind, name.to_owned()), by, names.collect(), self)
    }
}

fn unqualified(name: &str) -> TableName {
    match name.rsplit_once('.') {
        Some((schema, name)) => TableName {
            schema: Some(Known::Is(schema.to_owned())),
            name: Known::Is(name.to_owned()),
        },
        None => TableName::plain(name),
    }
}
