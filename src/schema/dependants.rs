//! What goes along when something is dropped with CASCADE, as far as the history knows it.

use crate::schema::answer::marks::is_doubtful;
use crate::schema::database::{Database, Object, table_key};
use crate::schema::dependant::{Dependant, of_constraint, unqualified};
use crate::schema::mark::ObjectName;
use crate::schema::table::{ConstraintState, Table, columns_of};
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ForeignKey, IndexPart, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

/// What is dropped.
#[derive(Clone, Debug, PartialEq)]
pub enum Dropped {
    /// A table.
    Table(TableName),
    /// A column.
    Column(TableName, String),
    /// A constraint.
    Constraint(TableName, String),
    /// A type or a domain.
    Type(String),
    /// A view, routine, sequence or the like.
    Object(ObjectKind, String),
}

impl Dropped {
    /// Reads what a statement drops with CASCADE.
    pub fn of(statement: &Statement) -> Option<Self> {
        let known = |name: &Known<String>| name.as_str().map(str::to_owned);
        Some(match statement {
            Statement::Table(TableChange::DropTable { table, .. }) => Dropped::Table(table.clone()),
            Statement::Table(TableChange::DropColumn { table, column, .. }) => {
                Dropped::Column(table.clone(), known(column)?)
            }
            Statement::Table(TableChange::DropConstraint { table, name: Some(name), .. }) => {
                Dropped::Constraint(table.clone(), known(name)?)
            }
            Statement::Object(
                ObjectChange::DropType { name, .. }
                | ObjectChange::DropObject { kind: ObjectKind::Domain, name, .. },
            ) => Dropped::Type(known(name)?),
            Statement::Object(ObjectChange::DropObject { kind, name, .. }) => {
                Dropped::Object(*kind, known(name)?)
            }
            _ => return None,
        })
    }

    /// Returns the name that the history is searched for.
    pub fn name(&self) -> Option<&str> {
        match self {
            Dropped::Table(table) | Dropped::Column(table, _) | Dropped::Constraint(table, _) => {
                table.name.as_str()
            }
            Dropped::Type(name) | Dropped::Object(_, name) => Some(unqualified(name)),
        }
    }

    /// Returns what depends on it, in the order of the schema: what it reaches by one step, and
    /// views over views.
    pub fn dependants(&self, database: &Database) -> Vec<Dependant> {
        let mut found = self.of_tables(database);
        let mut objects: Vec<&Object> =
            database.objects.iter().filter(|object| self.is_used_by(object)).collect();
        let mut at = 0;
        while let Some(view) = objects.get(at).copied() {
            let over = database
                .objects
                .iter()
                .filter(|object| reads(object, &view.name) && !objects.contains(object));
            let over: Vec<&Object> = over.filter(|_| is_view(view.kind)).collect();
            objects.extend(over);
            at += 1;
        }
        found.extend(objects.into_iter().map(|object| Dependant::Object {
            kind: object.kind,
            name: object.name.clone(),
            on: object.on.clone(),
        }));
        found
    }

    /// Returns what refuses a drop without CASCADE for sure: words of a definition may mean
    /// something else of the same name.
    pub fn certain(&self, database: &Database) -> Vec<Dependant> {
        let is_certain = |found: &Dependant| match (self, found) {
            (_, Dependant::Default { table, column } | Dependant::Column { table, column }) => {
                let key = table_key(table).unwrap_or_default();
                let name = ObjectName::Column(key, column.to_ascii_lowercase());
                !is_doubtful(database, &name)
            }
            // A trigger on a table whose schema is not known may be gone under another name.
            (Dropped::Object(ObjectKind::Routine, _), Dependant::Object { kind, on, .. }) => {
                *kind == ObjectKind::Trigger && on.as_ref().and_then(table_key).is_some()
            }
            (Dropped::Object(own, _), Dependant::Object { kind, .. }) => {
                is_view(*own) && is_view(*kind)
            }
            _ => false,
        };
        self.dependants(database).into_iter().filter(is_certain).collect()
    }

    fn of_tables(&self, database: &Database) -> Vec<Dependant> {
        let mut found = Vec::new();
        for table in database.tables() {
            let name = table.table_name();
            let own = |held: &&ConstraintState| self.is_constraint_of_use(database, &name, held);
            found.extend(
                table.constraints.iter().filter(own).filter_map(|held| of_constraint(&name, held)),
            );
            let calls = |text: &str| matches!(self, Dropped::Object(_, object) if has_word(text, unqualified(object)));
            for column in &table.columns {
                if self.is_type_of(column.kind.as_ref().and_then(|kind| kind.sql.as_str())) {
                    found.push(Dependant::Column {
                        table: name.clone(),
                        column: column.name.clone(),
                    });
                }
                let default = column
                    .default
                    .get()
                    .and_then(Option::as_ref)
                    .and_then(|default| default.sql.as_str());
                if default.is_some_and(calls) {
                    found.push(Dependant::Default {
                        table: name.clone(),
                        column: column.name.clone(),
                    });
                }
            }
            let expressions = table.indexes.iter().filter(|index| {
                let parts = index.columns.get().into_iter().flatten();
                parts
                    .into_iter()
                    .any(|part| matches!(part, IndexPart::Expression(sql) if calls(sql)))
            });
            let named = expressions.filter_map(|index| index.name.as_ref().and_then(Known::as_str));
            found.extend(
                named.map(|index| Dependant::Index { table: name.clone(), name: index.to_owned() }),
            );
        }
        found
    }

    /// Tells whether a constraint of a table goes with what is dropped.
    fn is_constraint_of_use(
        &self,
        database: &Database,
        table: &TableName,
        held: &ConstraintState,
    ) -> bool {
        match (self, &held.constraint) {
            (Dropped::Table(dropped), Constraint::ForeignKey(key)) => {
                key.referent == *dropped && table != dropped
            }
            (Dropped::Column(of, column), Constraint::ForeignKey(key)) => {
                key.referent == *of && refers_to(database, key, &[column.as_str()])
            }
            (Dropped::Constraint(of, name), Constraint::ForeignKey(key)) => {
                let dropped =
                    database.table(of).and_then(|table| table.constraint_or_unnamed(name));
                let columns = dropped.map(|held| columns_of(&held.constraint)).unwrap_or_default();
                let is_key = dropped.is_some_and(|held| {
                    matches!(held.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
                });
                is_key && key.referent == *of && refers_to(database, key, &columns)
            }
            (Dropped::Object(ObjectKind::Routine, name), Constraint::Check(check)) => check
                .condition
                .as_str()
                .is_some_and(|condition| has_word(condition, unqualified(name))),
            _ => false,
        }
    }

    fn is_type_of(&self, sql: Option<&str>) -> bool {
        let (Dropped::Type(name) | Dropped::Object(ObjectKind::Extension, name)) = self else {
            return false;
        };
        let sql = sql.map(|sql| sql.trim_end_matches("[]").replace('"', ""));
        sql.is_some_and(|sql| unqualified(&sql).eq_ignore_ascii_case(unqualified(name)))
    }

    fn is_used_by(&self, object: &Object) -> bool {
        let names = |name: &str| {
            object.uses.names.iter().any(|used| used.eq_ignore_ascii_case(unqualified(name)))
        };
        let is_on = |table: &TableName| object.on.as_ref().and_then(table_key) == table_key(table);
        match self {
            // What belongs to the table itself goes without CASCADE.
            Dropped::Table(table) => {
                !is_on(table)
                    && table
                        .name
                        .as_str()
                        .is_some_and(|name| reads(object, name) || takes(object, name))
            }
            Dropped::Column(table, column) => {
                let reads = table.name.as_str().is_some_and(|name| reads(object, name))
                    && (names(column) || names("*"));
                reads || (is_on(table) && names(column))
            }
            Dropped::Constraint(..) => false,
            Dropped::Type(name) => takes(object, name),
            Dropped::Object(kind, name) if is_view(*kind) => {
                reads(object, name) || takes(object, name)
            }
            Dropped::Object(ObjectKind::Routine, name) => {
                !unqualified(&object.name).eq_ignore_ascii_case(unqualified(name)) && names(name)
            }
            Dropped::Object(ObjectKind::Sequence, name) => is_view(object.kind) && names(name),
            Dropped::Object(..) => false,
        }
    }
}

/// Tells whether a foreign key needs these columns of the table that it refers to; no columns mean
/// the primary key.
fn refers_to(database: &Database, key: &ForeignKey, columns: &[&str]) -> bool {
    let Some(named) = key.referent_columns.get() else { return false };
    let of_key = |table: &Table| {
        table.primary_key().and_then(|key| key.columns.get().cloned()).unwrap_or_default()
    };
    let needed = match named.is_empty() {
        true => database.table(&key.referent).map(of_key).unwrap_or_default(),
        false => named.clone(),
    };
    !columns.is_empty()
        && columns
            .iter()
            .all(|column| needed.iter().any(|one| one.as_str().is_some_and(|one| one == *column)))
}

fn reads(object: &Object, table: &str) -> bool {
    let is_it = |read: &TableName| {
        read.name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(unqualified(table)))
    };
    // A publication loses the table and stays.
    object.kind != ObjectKind::Publication && object.uses.tables.iter().any(is_it)
}

/// Tells whether a routine takes or returns rows or values of a type.
fn takes(object: &Object, name: &str) -> bool {
    object.kind == ObjectKind::Routine
        && object.uses.names.iter().any(|used| used.eq_ignore_ascii_case(unqualified(name)))
}

fn is_view(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::View | ObjectKind::MaterializedView)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::provenance::AppliedRevision;
    use crate::sql::dialect::Dialect;
    use crate::sql::read::statements;
    use crate::sql::script::SqlText;

    const SCHEMA: &str = "CREATE TABLE u (id int PRIMARY KEY, name text, s int);
        CREATE TABLE r (id int PRIMARY KEY, uid int REFERENCES u (id));
        CREATE VIEW vv AS SELECT name FROM u;
        CREATE VIEW vv2 AS SELECT * FROM vv;
        CREATE MATERIALIZED VIEW mv AS SELECT name FROM u;
        CREATE FUNCTION fn() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
        CREATE TRIGGER tg BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION fn();
        CREATE POLICY pol ON u USING (true);
        CREATE SEQUENCE sq2;
        CREATE TABLE us2 (id int DEFAULT nextval('sq2'), v int);
        CREATE INDEX ix_name ON u (name);
        CREATE FUNCTION usesrow(u) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION usestxt() RETURNS int LANGUAGE sql AS 'SELECT count(*)::int FROM u';
        CREATE TYPE k2 AS ENUM ('a');
        CREATE TABLE t2 (s k2, x text);
        CREATE DOMAIN dom AS int;
        CREATE TABLE td (a dom);
        CREATE FUNCTION dflt() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE TABLE tf (a int DEFAULT dflt(), b int, CONSTRAINT tf_check CHECK (dflt() > 0));";

    /// What PostgreSQL 15.18 said that each drops, in NOTICE.
    const MEASURED: [(&str, &[&str]); 9] = [
        (
            "DROP TABLE u CASCADE",
            &[
                "foreign key `r_uid_fkey` of `r`",
                "view `vv`",
                "materialized view `mv`",
                "function `usesrow`",
                "view `vv2`",
            ],
        ),
        (
            "ALTER TABLE u DROP COLUMN name CASCADE",
            &["view `vv`", "materialized view `mv`", "view `vv2`"],
        ),
        ("ALTER TABLE u DROP COLUMN s CASCADE", &[]),
        ("ALTER TABLE u DROP CONSTRAINT u_pkey CASCADE", &["foreign key `r_uid_fkey` of `r`"]),
        ("DROP SEQUENCE sq2 CASCADE", &["the default of `us2.id`"]),
        ("DROP FUNCTION fn() CASCADE", &["trigger `tg` of `u`"]),
        ("DROP VIEW vv CASCADE", &["view `vv2`"]),
        ("DROP TYPE k2 CASCADE", &["column `t2.s`"]),
        ("DROP FUNCTION dflt() CASCADE", &["check `tf_check` of `tf`", "the default of `tf.a`"]),
    ];

    #[test]
    fn what_goes_along_is_what_a_server_was_seen_to_drop() {
        let read = |sql: &str| statements(&SqlText::known(sql), Dialect::PostgreSql);
        let mut database = Database::default();
        let author = AppliedRevision { revision: "a".into(), released: true };
        read(SCHEMA).iter().for_each(|placed| database.tell(&placed.statement, false, &author));
        for (sql, expected) in MEASURED {
            let dropped = Dropped::of(&read(sql)[0].statement).expect(sql);
            let titles: Vec<String> =
                dropped.dependants(&database).iter().map(Dependant::title).collect();
            assert_eq!(titles, expected, "{sql}");
        }
        let domain = Dropped::of(&read("DROP DOMAIN dom CASCADE")[0].statement).expect("a domain");
        assert_eq!(
            domain.dependants(&database).iter().map(Dependant::title).collect::<Vec<_>>(),
            ["column `td.a`"]
        );
    }
}
