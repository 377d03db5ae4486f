//! Who needs a table, a column or a key.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::marks::is_doubtful_constraint;
use crate::schema::answer::needed::Needed;
use crate::schema::answer::needs::{about_table, in_use};
use crate::schema::answer::presence::{Presence, presence_of_object};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::{Database, table_key};
use crate::schema::table::{ConstraintState, Table, columns_of};
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::table::{Constraint, ForeignKey, IndexPart, TableName};
use crate::text::known::Known;
use crate::text::whole_word::has_word;

/// How the name of a column leaves a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaves {
    /// The column has another name.
    ByName,
    /// The column is dropped.
    Dropped,
}

/// What needs something, for people, and the names that the proof must have looked at.
pub(super) type Users = (Vec<String>, Vec<String>);

/// Returns the foreign keys of other tables that refer to a table. SQLite does not look.
pub(super) fn referrers_of(database: &Database, table: &TableName, engine: Engine) -> Users {
    if engine.dialect == Dialect::Sqlite {
        return Users::default();
    }
    let key = table_key(table);
    let to_it = |held: &ConstraintState| {
        matches!(&held.constraint,
        Constraint::ForeignKey(foreign) if table_key(&foreign.referent) == key)
    };
    users(database, key.as_deref(), &to_it)
}

/// Returns the foreign keys, own ones included, that rest on a primary key or unique constraint.
pub(super) fn referrers_of_key(
    database: &Database,
    table: &Table,
    constraint: &Constraint,
) -> Users {
    if !matches!(constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_)) {
        return Users::default();
    }
    let columns: Vec<String> = columns_of(constraint).into_iter().map(str::to_owned).collect();
    referrers_of_columns(database, table, &columns)
}

/// Tells whether another key or unique index over the same columns may carry the foreign keys.
pub(super) fn has_twin(table: &Table, constraint: &Constraint) -> bool {
    let columns: Vec<String> = columns_of(constraint).into_iter().map(str::to_owned).collect();
    has_twin_over(table, &columns)
}

/// Tells whether several keys or unique indexes are over the same columns.
pub(super) fn has_twin_over(table: &Table, columns: &[String]) -> bool {
    let keys = table.constraints.iter().filter(|held| {
        matches!(held.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
            && same_columns(&columns_of(&held.constraint), columns)
    });
    let indexes = table.indexes.iter().filter(|index| {
        let parts = index.columns.get().into_iter().flatten();
        let plain: Vec<&str> = parts
            .filter_map(|part| match part {
                IndexPart::Column(name) => Some(name.as_str()),
                IndexPart::Expression(_) | IndexPart::Unreadable => None,
            })
            .collect();
        index.unique != Known::Is(false) && same_columns(&plain, columns)
    });
    keys.count() + indexes.count() > 1
}

/// Returns the foreign keys that refer to exactly these columns of a table.
pub(super) fn referrers_of_columns(
    database: &Database,
    table: &Table,
    columns: &[String],
) -> Users {
    let key = table.key();
    let to_it = |held: &ConstraintState| match &held.constraint {
        Constraint::ForeignKey(foreign) => {
            table_key(&foreign.referent).as_deref() == Some(key.as_str())
                && needs(foreign, table, columns)
        }
        _ => false,
    };
    users(database, None, &to_it)
}

/// Returns what keeps a column from being dropped.
pub(super) fn users_of_column(
    database: &Database,
    table: &TableName,
    column: &str,
    engine: Engine,
) -> Users {
    let Some(held) = database.table(table) else { return Users::default() };
    match engine.dialect {
        Dialect::PostgreSql => of_postgresql(database, held, table, column),
        Dialect::Sqlite => {
            let mut by = of_sqlite(held, column);
            let views = views_reading(database, table, column);
            by.extend(views.iter().map(|view| format!("view `{view}`")));
            (by, views)
        }
        Dialect::MySql | Dialect::MariaDb => of_mysql(database, held, column, engine),
        Dialect::SqlServer => (of_sql_server(held, column), Vec::new()),
        Dialect::Oracle => Users::default(),
    }
}

fn of_postgresql(database: &Database, held: &Table, table: &TableName, column: &str) -> Users {
    let key = held.key();
    let to_it = |other: &ConstraintState| match &other.constraint {
        Constraint::ForeignKey(foreign) => {
            table_key(&foreign.referent).as_deref() == Some(key.as_str())
                && refers(foreign, held, column)
                // Its own key goes along if it is over the column itself.
                && !(held.constraints.iter().any(|own| std::ptr::eq(own, other))
                    && other.covers(column))
        }
        _ => false,
    };
    let (mut by, mut names) = users(database, None, &to_it);
    by.extend(computed_by(held, column));
    let views = views_reading(database, table, column);
    by.extend(views.iter().map(|view| format!("view `{view}`")));
    names.extend(views);
    by.extend(of_table_reading(database, table, column));
    (by, names)
}

/// The policies of a table that read a column, and the triggers that are OF it.
fn of_table_reading(database: &Database, table: &TableName, column: &str) -> Vec<String> {
    let key = table_key(table);
    let own = database.objects.iter().filter(|object| {
        let is_it = |name: &str| name.eq_ignore_ascii_case(column);
        let reads = match object.kind {
            ObjectKind::Policy => {
                object.uses.mentions.scopes.columns.iter().any(|it| is_it(&it.name))
            }
            ObjectKind::Trigger => object.uses.mentions.columns.iter().any(|name| is_it(name)),
            _ => false,
        };
        reads
            && object.on.as_ref().and_then(table_key) == key
            && presence_of_object(database, object.kind, &object.name, &object.on) == Presence::Here
    });
    own.map(|object| format!("{} `{}`", object.kind.title(), object.name)).collect()
}

fn of_mysql(database: &Database, held: &Table, column: &str, engine: Engine) -> Users {
    let own = held.constraints.iter().filter(|own| {
        matches!(own.constraint, Constraint::ForeignKey(_))
            && own.covers(column)
            && !is_doubtful_constraint(database, held, own)
    });
    let mut by: Vec<String> = own.map(title).collect();
    by.extend(computed_by(held, column));
    let key = held.key();
    let to_it = |other: &ConstraintState| match &other.constraint {
        Constraint::ForeignKey(foreign) => {
            table_key(&foreign.referent).as_deref() == Some(key.as_str())
                && refers(foreign, held, column)
        }
        _ => false,
    };
    let (others, names) = users(database, None, &to_it);
    by.extend(others);
    // MariaDB keeps a column that a key of several holds (MDEV-13613), MySQL narrows the key.
    let is_wide = |own: &&ConstraintState| {
        matches!(own.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
            && own.covers(column)
            && columns_of(&own.constraint).len() > 1
    };
    if engine.dialect == Dialect::MariaDb {
        by.extend(held.constraints.iter().filter(is_wide).map(title));
        let unique = held.indexes.iter().filter(|index| index.unique == Known::Is(true));
        by.extend(unique.filter_map(|index| {
            let parts = index.columns.get()?;
            let holds = |part: &IndexPart| {
                matches!(part, IndexPart::Column(name) if name.eq_ignore_ascii_case(column))
            };
            let name = index.name.as_ref().and_then(Known::as_str)?;
            (parts.len() > 1 && parts.iter().any(holds)).then(|| format!("index `{name}`"))
        }));
    }
    (by, names)
}

/// A view, a generated column, a policy or a trigger that reads a column keeps its type.
pub(super) fn column_is_not_read(
    database: &Database,
    table: &TableName,
    column: &str,
    engine: Engine,
) -> Answer {
    if engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    let views = views_reading(database, table, column);
    let by = views.iter().map(|view| format!("view `{view}`")).collect();
    let words = "cannot alter type of a column used by a view or rule";
    in_use(Needed::ColumnType(words), by, views).or(|| {
        let held = database.table(table);
        let by = held.map(|held| computed_by(held, column)).unwrap_or_default();
        let words = "cannot alter type of a column used by a generated column";
        in_use(Needed::ColumnType(words), by, Vec::new())
    })
}

/// MySQL renames no column that a CHECK reads, and drops none that it reads besides another
/// (error 3959 of MySQL 8.0.16, which began to hold checks).
pub(super) fn column_is_not_checked(
    database: &Database,
    table: &TableName,
    column: &str,
    leaves: Leaves,
    engine: Engine,
) -> Answer {
    let Some(held) = database.table(table) else { return Answer::Applied };
    if engine.dialect != Dialect::MySql || !engine.version.is_at_least(8) {
        return Answer::Applied;
    }
    let reads_another = |words: &str| {
        held.columns.iter().any(|other| other.name != column && has_word(words, &other.name))
    };
    let check = held.constraints.iter().find(|own| match &own.constraint {
        Constraint::Check(check) => check.condition.as_str().is_some_and(|condition| {
            let words = without_strings(condition);
            has_word(&words, column) && (leaves == Leaves::ByName || reads_another(&words))
        }),
        _ => false,
    });
    let Some(check) = check else { return Answer::Applied };
    let name = check.constraint.name().and_then(Known::as_str).unwrap_or("…").to_owned();
    let what = Needed::CheckedColumn { check: name.clone(), column: column.to_owned() };
    let by = vec![format!("check `{name}`")];
    about_table(in_use(what, by, Vec::new()), table, engine)
}

/// Refuses to take away, for the time of a copy, a table that a view or the trigger of another table
/// reads (seen on SQLite 3.40; since 3.26).
pub fn copy_is_not_read(database: &Database, table: &TableName) -> Answer {
    let Some(name) = table.name.as_str() else { return Answer::Applied };
    let reading = database.objects.iter().find(|object| {
        let is_read = match object.kind {
            ObjectKind::View => true,
            ObjectKind::Trigger => object.on.as_ref().and_then(table_key) != table_key(table),
            _ => false,
        };
        is_read && reads(&object.uses.tables, name)
    });
    let Some(object) = reading else { return Answer::Applied };
    let by = vec![format!("{} `{}`", object.kind.title(), object.name)];
    let refusal = Refusal::proved(DatabaseError::InUse { what: Needed::Copied(table.clone()), by });
    refusal.about(name).about(object.name.clone()).into()
}

/// Returns the views that read a table.
pub(super) fn views_over(database: &Database, table: &TableName) -> Vec<String> {
    let Some(name) = table.name.as_str() else { return Vec::new() };
    let views = database.objects.iter().filter(|object| is_view(object.kind));
    let over = views.filter(|object| reads(&object.uses.tables, name));
    over.map(|object| object.name.clone()).collect()
}

/// Returns the views that read a column for sure: no other table that they read has one of its
/// name.
fn views_reading(database: &Database, table: &TableName, column: &str) -> Vec<String> {
    let Some(name) = table.name.as_str() else { return Vec::new() };
    let is_it = |used: &String| used.eq_ignore_ascii_case(column);
    let is_without = |read: &TableName| {
        read.name.as_str().is_some_and(|read| read.eq_ignore_ascii_case(name))
            || database
                .table(read)
                .is_some_and(|other| other.complete && other.column(column).is_none())
    };
    let views = database.objects.iter().filter(|object| {
        is_view(object.kind)
            && reads(&object.uses.tables, name)
            && object.uses.tables.iter().all(is_without)
            && object.uses.names.iter().any(is_it)
    });
    views.map(|object| object.name.clone()).collect()
}

fn users(
    database: &Database,
    but: Option<&str>,
    is_it: &dyn Fn(&ConstraintState) -> bool,
) -> Users {
    let mut users = Users::default();
    for table in database.tables().filter(|table| Some(table.key().as_str()) != but) {
        let certain = |held: &&ConstraintState| !is_doubtful_constraint(database, table, held);
        for held in table.constraints.iter().filter(|held| is_it(held)).filter(certain) {
            users.0.push(format!("{} of `{}`", title(held), table.title()));
            users.1.push(table.name.clone());
        }
    }
    users
}

/// Returns a condition of MySQL without the strings in it.
fn without_strings(condition: &str) -> String {
    condition.split(['\'', '"']).step_by(2).collect::<Vec<_>>().join(" ")
}

/// The generated columns that read a column.
fn computed_by(held: &Table, column: &str) -> Vec<String> {
    let generated = held.computed_of(column).filter(|other| other.name != column);
    generated.map(|other| format!("column `{}.{}`", held.title(), other.name)).collect()
}

fn of_sqlite(held: &Table, column: &str) -> Vec<String> {
    let mut by = computed_by(held, column);
    for own in held.constraints.iter() {
        match &own.constraint {
            Constraint::PrimaryKey(_) if own.covers(column) => {
                by.push("the primary key".to_owned())
            }
            Constraint::Unique(key) if own.covers(column) => {
                let alone = key.columns.get().is_some_and(|columns| columns.len() == 1);
                by.push(match alone && own.inline {
                    true => "a unique constraint".to_owned(),
                    false => format!("table `{}`", held.title()),
                });
            }
            // REFERENCES in a column goes with it.
            Constraint::ForeignKey(_) if own.covers(column) && !own.inline => {
                by.push(format!("table `{}`", held.title()));
            }
            Constraint::Check(check)
                if check.condition.as_str().is_some_and(|text| has_word(text, column)) =>
            {
                by.push(format!("table `{}`", held.title()));
            }
            _ => {}
        }
    }
    for index in &held.indexes {
        let parts = index.columns.get().into_iter().flatten();
        let mut uses = parts.map(|part| match part {
            IndexPart::Column(name) => name.eq_ignore_ascii_case(column),
            IndexPart::Expression(sql) => has_word(sql, column),
            IndexPart::Unreadable => false,
        });
        let filter = index.predicate.as_ref().and_then(Known::as_str);
        let filters = filter.is_some_and(|text| has_word(text, column));
        if uses.any(|uses| uses) || filters {
            let name = index.name.as_ref().and_then(Known::as_str).unwrap_or("…");
            by.push(format!("index `{name}`"));
        }
    }
    by
}

fn of_sql_server(held: &Table, column: &str) -> Vec<String> {
    let mut by = Vec::new();
    if let Some(own) = held.column(column)
        && matches!(own.default, Known::Is(Some(_)))
    {
        by.push(format!("the default of `{}.{column}`", held.title()));
    }
    let constraints = held.constraints.iter().filter(|own| own.covers(column));
    by.extend(constraints.map(title));
    for index in &held.indexes {
        let parts = index.columns.get().into_iter().flatten();
        let mut plain = parts.filter_map(|part| match part {
            IndexPart::Column(name) => Some(name),
            _ => None,
        });
        if plain.any(|name| name.eq_ignore_ascii_case(column)) {
            let name = index.name.as_ref().and_then(Known::as_str).unwrap_or("…");
            by.push(format!("index `{name}`"));
        }
    }
    by
}

fn title(held: &ConstraintState) -> String {
    let name = held.constraint.name().and_then(Known::as_str).unwrap_or("…");
    match held.constraint {
        Constraint::ForeignKey(_) => format!("foreign key `{name}`"),
        _ => format!("constraint `{name}`"),
    }
}

fn reads(tables: &[TableName], name: &str) -> bool {
    tables.iter().any(|read| read.name.as_str().is_some_and(|read| read.eq_ignore_ascii_case(name)))
}

fn is_view(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::View | ObjectKind::MaterializedView)
}

fn same_columns(one: &[&str], other: &[String]) -> bool {
    one.len() == other.len()
        && one.iter().all(|name| other.iter().any(|other| other.eq_ignore_ascii_case(name)))
}

/// Tells whether a foreign key refers to a column; no columns mean the primary key.
fn refers(foreign: &ForeignKey, referent: &Table, column: &str) -> bool {
    columns_needed(foreign, referent).iter().any(|name| name.eq_ignore_ascii_case(column))
}

/// Tells whether a foreign key refers to exactly these columns.
fn needs(foreign: &ForeignKey, referent: &Table, columns: &[String]) -> bool {
    let needed = columns_needed(foreign, referent);
    !needed.is_empty() && same_columns(&needed, columns)
}

fn columns_needed<'a>(foreign: &'a ForeignKey, referent: &'a Table) -> Vec<&'a str> {
    let Some(named) = foreign.referent_columns.get() else { return Vec::new() };
    let own = referent.primary_key().and_then(|key| key.columns.get());
    let needed = if named.is_empty() {
        own.into_iter().flatten()
    } else {
        Some(named).into_iter().flatten()
    };
    needed.filter_map(Known::as_str).collect()
}
