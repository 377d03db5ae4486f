//! Whether something of a name is there.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::marks::mark;
use crate::schema::answer::verdict::{Answer, Proof, Refusal};
use crate::schema::database::{Database, GeneratedNames, object_key, table_key};
use crate::schema::default_name::is_numbered;
use crate::schema::mark::{Mark, ObjectName};
use crate::schema::table::{ConstraintState, Origin, Table, columns_of, is_index};
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::table::{Constraint, ConstraintKind, TableName};
use crate::text::known::Known;

/// Whether something is there.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// It is, for sure.
    Here,
    /// It is, as far as the history says; the sentence says what may have taken it away.
    Perhaps(String),
    /// A revision took it away.
    Gone(String),
    /// No revision made it, and everything that could have was read.
    Never,
    /// It is not, and something is whose name differs in case: that one.
    Misspelt(String),
    /// It is not, and something of its name is in another schema, which a search path may name.
    Elsewhere,
    /// It cannot be known.
    Unknown(String),
}

impl Presence {
    /// Refuses what needs it.
    pub fn needed(self, error: DatabaseError) -> Answer {
        match self {
            Presence::Here | Presence::Perhaps(_) => Answer::Applied,
            Presence::Gone(by) => Refusal { taken_by: Some(by), ..Refusal::proved(error) }.into(),
            Presence::Never => {
                let name = error.object().unwrap_or_default();
                let proof = Proof::NothingMakes(format!("nothing in this history makes `{name}`"));
                Refusal::proved(error).with(proof).into()
            }
            Presence::Elsewhere => {
                let name = error.object().unwrap_or_default();
                let why = format!("`{name}` of another schema is meant only by a search path");
                Refusal::proved(error).with(Proof::Elsewhere(why)).into()
            }
            Presence::Misspelt(spelt) => {
                Refusal { spelt: Some(spelt), ..Refusal::proved(error) }.into()
            }
            Presence::Unknown(why) => Answer::Unknown(why),
        }
    }

    /// Refuses what needs it, where its absence is certain: it belongs to something wholly read.
    pub fn needed_in_full(self, error: DatabaseError) -> Answer {
        match self {
            Presence::Never => Refusal::proved(error).into(),
            other => other.needed(error),
        }
    }

    /// Refuses what makes it.
    pub fn absent(self, error: DatabaseError) -> Answer {
        match self {
            Presence::Here => Refusal::proved(error).into(),
            Presence::Perhaps(why) => Refusal::proved(error).with(Proof::Unproved(why)).into(),
            Presence::Gone(_) | Presence::Never | Presence::Misspelt(_) | Presence::Elsewhere => {
                Answer::Applied
            }
            Presence::Unknown(why) => Answer::Unknown(why),
        }
    }
}

/// Tells whether a table is there.
pub fn presence_of_table(database: &Database, name: &TableName) -> Presence {
    let Some(key) = table_key(name) else {
        return Presence::Unknown("the name of the table cannot be known".to_owned());
    };
    let mark = mark(database, &ObjectName::Table(key));
    match database.table(name) {
        // What differs in case alone is another table to some and the same to others.
        Some(table) if !table.is_spelt(name) => misspelt(database, &table.origin, &table.name),
        Some(table) => standing(mark, &table.origin, &table.title()),
        None if database.view(name).is_some() => Presence::Here,
        None => match database.namesakes(name).next() {
            Some(_) if mark.is_none() && database.complete && name.schema.is_none() => {
                Presence::Elsewhere
            }
            Some(held) => Presence::Unknown(format!("`{}` may be what is meant", held.title())),
            None => missing(database, mark),
        },
    }
}

/// Tells whether a column is there, in a table that is.
pub fn presence_of_column(database: &Database, table: &TableName, column: &str) -> Presence {
    let Some(key) = table_key(table) else {
        return Presence::Unknown("the name of the table cannot be known".to_owned());
    };
    let mark = mark(database, &ObjectName::Column(key, column.to_ascii_lowercase()));
    let Some(held) = database.table(table) else {
        return Presence::Unknown(format!("`{table}` is not known"));
    };
    match held.column(column) {
        Some(found) if found.name != column => misspelt(database, &found.origin, &found.name),
        Some(found) => standing(mark, &found.origin, &found.name),
        None if matches!(mark, Some(Mark::Gone { .. })) || held.complete => {
            missing_in(mark, held.complete)
        }
        None => Presence::Unknown(format!("not all columns of `{table}` are known")),
    }
}

/// Tells whether a constraint is there, in a table that is.
pub fn presence_of_constraint(database: &Database, table: &TableName, name: &str) -> Presence {
    let Some(key) = table_key(table) else {
        return Presence::Unknown("the name of the table cannot be known".to_owned());
    };
    let mark = mark(database, &ObjectName::Constraint(key, name.to_ascii_lowercase()));
    let Some(held) = database.table(table) else {
        return Presence::Unknown(format!("`{table}` is not known"));
    };
    if let Some(found) = held.constraint(name) {
        return match (is_guess(database, found), mark) {
            (true, _) => Presence::Unknown("its name is the server's".to_owned()),
            (false, Some(Mark::Doubtful { by })) => Presence::Perhaps(doubt(name, by)),
            (false, _) => Presence::Here,
        };
    }
    // `AddGeometryColumn(..., use_typmod => false)` of PostGIS makes three of these.
    let of_postgis = ["enforce_dims_", "enforce_srid_", "enforce_geotype_"];
    if of_postgis.iter().any(|prefix| name.starts_with(prefix)) {
        return Presence::Unknown(format!("`{name}` is a constraint that PostGIS makes"));
    }
    if database.is_brought_along && is_conventional(table, name) {
        return Presence::Unknown(format!("`{name}` may be named by a convention"));
    }
    let checks_are_known =
        !matches!(database.generated_names, GeneratedNames::ByConvention { checks: false });
    let is_unknown = |other: &ConstraintState| {
        let is_check = other.constraint.kind() == ConstraintKind::Check;
        !other.constraint.name().is_some_and(Known::is_known) || is_check && !checks_are_known
    };
    // MySQL gives names of its own, where no naming convention gives others.
    let is_of_server =
        database.dialect.is_mysql() && database.generated_names == GeneratedNames::Unknown;
    if is_of_server && held.complete && !held.constraints.iter().any(|own| is_of_mysql(own, name)) {
        return missing_in(mark, true);
    }
    // Without a convention, the names that PostgreSQL gives are the ones that are held.
    let by_convention = database.generated_names != GeneratedNames::AsPostgreSql
        && held.constraint_or_unnamed(name).is_some();
    let could_be_generated = by_convention || held.constraints.iter().any(is_unknown);
    match could_be_generated && !matches!(mark, Some(Mark::Gone { .. })) {
        true => Presence::Unknown(format!("a constraint of `{table}` has a generated name")),
        false => missing_in(mark, held.complete),
    }
}

/// Tells whether MySQL or MariaDB may have given a name to a constraint without one: the number of a
/// foreign key or of a check, the first column of a unique constraint (seen on MariaDB 10.11; manual
/// of MySQL 8.0, CREATE TABLE and FOREIGN KEY Constraints).
pub(super) fn is_of_mysql(held: &ConstraintState, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if !held.constraint.name().is_none_or(Known::is_known) {
        return true;
    }
    held.unnamed
        && match &held.constraint {
            Constraint::ForeignKey(_) => is_numbered(&name) || name.parse::<u32>().is_ok(),
            Constraint::Check(_) => name.contains("_chk_") || name.starts_with("constraint_"),
            Constraint::Unique(_) => columns_of(&held.constraint).first().is_none_or(|first| {
                let rest = name.strip_prefix(&first.to_ascii_lowercase());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
            }),
            Constraint::PrimaryKey(_) => name == "primary",
            Constraint::Exclude { .. } | Constraint::NotNull { .. } => true,
        }
}

/// Tells whether an index is there, the ones of keys included.
pub fn presence_of_index(database: &Database, name: &str, said: Option<&TableName>) -> Presence {
    let mark = mark(database, &ObjectName::Index(name.to_ascii_lowercase()));
    if let Some(owner) = database.owner_of_index(name, said) {
        let guessed = owner.constraint(name).is_some_and(|held| is_guess(database, held));
        return match mark {
            _ if guessed => Presence::Unknown("its name is the server's".to_owned()),
            Some(Mark::Doubtful { by }) => Presence::Perhaps(doubt(name, by)),
            _ => Presence::Here,
        };
    }
    if let Some(Mark::Gone { by }) = mark {
        return Presence::Gone(by.to_string());
    }
    let Some(table) = said.and_then(|said| database.table(said)) else {
        // Without its table, PostgreSQL looks for an index of any.
        let is_read = |table: &Table| table.complete && !may_be_unnamed(table, name);
        return match said.is_none() && database.complete && database.tables().all(is_read) {
            true => missing(database, mark),
            false => Presence::Unknown("the table of the index is not known".to_owned()),
        };
    };
    match may_be_unnamed(table, name) {
        true => Presence::Unknown(format!("an index of `{}` has a generated name", table.title())),
        false => missing_in(mark, table.complete),
    }
}

/// Tells whether an index of a table may have a name that is not known here.
fn may_be_unnamed(table: &Table, name: &str) -> bool {
    table.indexes.iter().any(|index| index.name.as_ref().is_none_or(|name| !name.is_known()))
        || table.constraint_or_unnamed(name).is_some()
}

fn doubt(name: &str, by: &str) -> String {
    format!(
        "`{name}` is there unless `{by}`, which does something under a condition, by models of its \
         day or unread, says otherwise"
    )
}

/// Tells whether an enum type is there.
pub fn presence_of_type(database: &Database, name: &str) -> Presence {
    let mark = mark(database, &ObjectName::Type(name.to_ascii_lowercase()));
    match database.enum_type(name) {
        Some(_) => match mark {
            Some(Mark::Doubtful { by }) => Presence::Perhaps(doubt(name, by)),
            _ => Presence::Here,
        },
        None => missing(database, mark),
    }
}

/// Tells whether a view, sequence, trigger or the like is there.
pub fn presence_of_object(
    database: &Database,
    kind: ObjectKind,
    name: &str,
    on: &Option<TableName>,
) -> Presence {
    let key = object_key(name, on);
    let mark = mark(database, &ObjectName::Object(kind, key.clone()));
    let found = database
        .objects
        .iter()
        .any(|object| object.kind == kind && object_key(&object.name, &object.on) == key);
    match (found, mark) {
        (true, Some(Mark::Doubtful { by })) => Presence::Perhaps(doubt(name, by)),
        (true, _) => Presence::Here,
        (false, mark) => match kind {
            ObjectKind::Sequence if database.sequence_owner(&key).is_some() => Presence::Here,
            _ if is_on_namesake(database, kind, name, on) => Presence::Unknown(format!(
                "`{name}` is on a table of that name in what may be the same schema"
            )),
            _ => missing(database, mark),
        },
    }
}

/// Tells whether a trigger or policy is on a table of the same name whose schema cannot be told from
/// the one that is meant: one of the two is not known, or says none and a search path may name it.
fn is_on_namesake(
    database: &Database,
    kind: ObjectKind,
    name: &str,
    on: &Option<TableName>,
) -> bool {
    let Some(table) = on else { return false };
    let is_open = |table: &TableName| !matches!(table.schema, Some(Known::Is(_)));
    database.objects.iter().filter(|object| object.kind == kind).any(|object| {
        object.on.as_ref().is_some_and(|other| {
            object.name.eq_ignore_ascii_case(name)
                && other.name == table.name
                && (is_open(other) || is_open(table))
        })
    })
}

/// Tells whether a constraint is called as the conventions do that are copied from SQLAlchemy's
/// manual: `pk_users`, `fk_users_role_id_roles`, `ck_users_age`.
fn is_conventional(table: &TableName, name: &str) -> bool {
    let table = table.name.as_str().unwrap_or_default();
    let rest = ["pk_", "fk_", "uq_", "ck_"].iter().find_map(|prefix| name.strip_prefix(prefix));
    rest.and_then(|rest| rest.strip_prefix(table))
        .is_some_and(|rest| rest.is_empty() && !table.is_empty() || rest.starts_with('_'))
}

/// Tells whether the name of a constraint is only likely: the server gave it.
fn is_guess(database: &Database, held: &ConstraintState) -> bool {
    let is_taken = || {
        let name = held.constraint.name().and_then(Known::as_str).unwrap_or_default();
        database.tables().filter(|table| is_index(table, name)).count() > 1
    };
    let is_check = held.constraint.kind() == ConstraintKind::Check;
    match database.generated_names {
        GeneratedNames::AsPostgreSql => held.unnamed && is_taken(),
        GeneratedNames::ByConvention { checks } => held.unnamed || is_check && !checks,
        GeneratedNames::Unknown => held.unnamed,
    }
}

/// PostgreSQL folds names without quotes, as the reader does: what is left differs.
fn misspelt(database: &Database, origin: &Origin, spelt: &str) -> Presence {
    match (database.dialect, origin) {
        (Dialect::PostgreSql, Origin::Revision { guarded: false, .. }) => {
            Presence::Misspelt(spelt.to_owned())
        }
        _ => Presence::Unknown("two names differ in case alone".to_owned()),
    }
}

fn standing(mark: Option<&Mark>, origin: &Origin, name: &str) -> Presence {
    match (mark, origin) {
        (Some(Mark::Doubtful { by }), _) => Presence::Perhaps(doubt(name, by)),
        (_, Origin::Met) => {
            Presence::Perhaps(format!("no revision makes `{name}`, which others change"))
        }
        (_, Origin::Revision { .. }) => Presence::Here,
    }
}

fn missing(database: &Database, mark: Option<&Mark>) -> Presence {
    missing_in(mark, database.complete)
}

fn missing_in(mark: Option<&Mark>, complete: bool) -> Presence {
    match mark {
        Some(Mark::Gone { by }) => Presence::Gone(by.to_string()),
        Some(Mark::Doubtful { by }) => {
            Presence::Unknown(format!("`{by}` may have made or dropped it"))
        }
        None if complete => Presence::Never,
        None => Presence::Unknown("part of the history could not be read".to_owned()),
    }
}

/// Tells whether a name is a sequence's, which ALTER TABLE alters as well.
pub(in crate::schema) fn has_sequence(database: &Database, table: &TableName) -> bool {
    let name = table.name.as_str().unwrap_or_default();
    let presence = presence_of_object(database, ObjectKind::Sequence, name, &None);
    matches!(presence, Presence::Here | Presence::Perhaps(_))
}

/// Tells whether a table or view of a name is known.
pub(in crate::schema) fn is_relation(database: &Database, table: &TableName) -> bool {
    let name = table.name.as_str().unwrap_or_default();
    database.table(table).is_some()
        || database.view(table).is_some()
        || database.dialect == Dialect::PostgreSql && database.owner_of_index(name, None).is_some()
}
