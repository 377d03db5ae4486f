//! Names that the naming convention of the metadata gives to constraints and indexes (SQLAlchemy 1.3
//! to 2.1, `sqlalchemy/sql/naming.py`).

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{Check, Constraint, ConstraintKind, Index, IndexPart, TableName};
use crate::sql::table_change::TableChange;
use crate::text::cut;
use crate::text::known::Known;

/// The templates by kind: `{"uq": "uq_%(table_name)s_%(column_0_name)s"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamingConvention(pub Rc<BTreeMap<String, String>>);

/// How SQLAlchemy sends names.
pub struct Sending<'a> {
    /// Tells of names that `op.f` or `conv` makes: no convention changes them.
    pub is_final: &'a dyn Fn(&str) -> bool,
    /// The dialect, which bounds their length.
    pub dialect: Dialect,
}

/// What a template may ask of a constraint.
struct Named<'a> {
    table: &'a TableName,
    columns: Vec<&'a str>,
    referred: Option<&'a TableName>,
    referred_columns: Vec<&'a str>,
    given: Option<&'a str>,
}

impl NamingConvention {
    /// The convention of a `MetaData` that is given none (`DEFAULT_NAMING_CONVENTION`).
    pub fn of_sqlalchemy() -> Self {
        let index = ("ix".to_owned(), "ix_%(column_0_label)s".to_owned());
        NamingConvention(Rc::new(BTreeMap::from([index])))
    }

    /// Gives an index that is dropped by no name the one that Alembic drops: it makes an index over
    /// a column `x` of the table (`DropIndexOp.to_index`; seen on Alembic 1.20).
    pub fn name_dropped(&self, statement: &mut Statement, sending: &Sending<'_>) {
        if let Statement::Table(TableChange::DropIndex { name, table: Some(table), .. }) = statement
            && name.is_none()
        {
            let columns = vec!["x"];
            let named =
                Named { table, columns, referred: None, referred_columns: Vec::new(), given: None };
            *name = self.name("ix", &named, sending);
        }
    }

    /// Gives the constraints and indexes of a statement the names that the convention makes.
    /// `is_final` tells of names that `op.f` keeps as they are.
    pub fn apply(&self, statement: &mut Statement, sending: &Sending<'_>) {
        if self.0.is_empty() {
            return;
        }
        match statement {
            Statement::Table(TableChange::AddConstraint { table, constraint }) => {
                self.name_constraint(table, constraint, sending);
            }
            Statement::Table(TableChange::CreateTable(create)) => {
                let table = create.table.clone();
                for constraint in &mut create.constraints {
                    self.name_constraint(&table, constraint, sending);
                }
                for index in &mut create.indexes {
                    self.name_index(&table, index, sending);
                }
                let checks = create.columns.iter_mut().flat_map(|column| &mut column.checks);
                checks.for_each(|check| self.name_check(&table, check, sending));
            }
            Statement::Table(TableChange::AddColumn { table, column, .. }) => {
                let checks = column.checks.iter_mut();
                checks.for_each(|check| self.name_check(table, check, sending));
            }
            Statement::Table(TableChange::CreateIndex { table, index }) => {
                self.name_index(table, index, sending);
            }
            Statement::Table(TableChange::DropConstraint {
                table, name, kind: Some(kind), ..
            }) => {
                let Some(Known::Is(given)) = name.as_ref() else { return };
                let named = Named {
                    table,
                    columns: Vec::new(),
                    referred: None,
                    referred_columns: Vec::new(),
                    given: Some(given)
                        .filter(|given| !(sending.is_final)(given))
                        .map(String::as_str),
                };
                if let Some(full) =
                    named.given.and_then(|_| self.name(word(*kind), &named, sending))
                {
                    *name = Some(full);
                }
            }
            _ => {}
        }
    }

    /// A check of a column is one of its table.
    fn name_check(&self, table: &TableName, check: &mut Check, sending: &Sending<'_>) {
        let mut constraint = Constraint::Check(check.clone());
        self.name_constraint(table, &mut constraint, sending);
        if let Constraint::Check(named) = constraint {
            *check = named;
        }
    }

    fn name_index(&self, table: &TableName, index: &mut Index, sending: &Sending<'_>) {
        // What is generated for `index=True` was left open.
        let is_open = matches!(index.name, None | Some(Known::Unreadable));
        let parts = index.columns.get().map(Vec::as_slice).unwrap_or_default();
        let columns: Option<Vec<&str>> = parts
            .iter()
            .map(|part| match part {
                IndexPart::Column(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let Some(columns) = columns.filter(|columns| is_open && !columns.is_empty()) else {
            return;
        };
        let named =
            Named { table, columns, referred: None, referred_columns: Vec::new(), given: None };
        if let Some(name) = self.name("ix", &named, sending) {
            index.name = Some(name);
        }
    }

    fn name_constraint(
        &self,
        table: &TableName,
        constraint: &mut Constraint,
        sending: &Sending<'_>,
    ) {
        let given = match constraint.name() {
            Some(Known::Unreadable) => return,
            Some(Known::Is(given)) if (sending.is_final)(given) => return,
            Some(Known::Is(given)) => Some(given.as_str()),
            None => None,
        };
        fn plain(columns: &Known<Vec<Known<String>>>) -> Vec<&str> {
            let columns = columns.get().map(Vec::as_slice).unwrap_or_default();
            columns.iter().filter_map(Known::as_str).collect()
        }
        let (word, columns, referred, referred_columns) = match &*constraint {
            Constraint::PrimaryKey(key) => ("pk", plain(&key.columns), None, Vec::new()),
            Constraint::Unique(key) => ("uq", plain(&key.columns), None, Vec::new()),
            Constraint::Check(_) => ("ck", Vec::new(), None, Vec::new()),
            Constraint::ForeignKey(key) => {
                ("fk", plain(&key.columns), Some(&key.referent), plain(&key.referent_columns))
            }
            _ => return,
        };
        let named = Named { table, columns, referred, referred_columns, given };
        let Some(name) = self.name(word, &named, sending) else { return };
        match constraint {
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => key.name = Some(name),
            Constraint::Check(check) => check.name = Some(name),
            Constraint::ForeignKey(key) => key.name = Some(name),
            _ => {}
        }
    }

    /// Returns the name by a template; nothing where the convention leaves the name as it is.
    fn name(&self, kind: &str, named: &Named<'_>, sending: &Sending<'_>) -> Option<Known<String>> {
        let template = self.0.get(kind)?;
        let takes_name = template.contains("%(constraint_name)s");
        if takes_name != named.given.is_some() {
            return None;
        }
        Some(render(template, named).map(|name| as_sent(&name, sending.dialect)).into())
    }
}

/// Returns a name as SQLAlchemy sends it: one that `op.f` or a convention makes is cut where it is
/// longer than the server takes, and ends in a digest then
/// (`IdentifierPreparer._truncate_and_render_maxlen_name`, SQLAlchemy 1.3 to 2.1).
pub fn as_sent(name: &str, dialect: Dialect) -> String {
    match dialect.longest_name() {
        Some(longest) if name.chars().count() > longest => {
            let head: String = name.chars().take(longest - 8).collect();
            let digest = format!("{:x}", md5::compute(name));
            format!("{head}_{}", cut::from(&digest, digest.len() - 4))
        }
        _ => name.to_owned(),
    }
}

/// Cuts the names of `op.f` in a statement that are too long.
pub fn cut_names(statement: &mut Statement, sending: &Sending<'_>) {
    let cut = |name: &mut Option<Known<String>>| {
        if let Some(Known::Is(given)) = name
            && (sending.is_final)(given)
        {
            *given = as_sent(given, sending.dialect);
        }
    };
    let Statement::Table(change) = statement else { return };
    match change {
        TableChange::AddConstraint { constraint, .. } => cut(constraint.name_mut()),
        TableChange::CreateIndex { index, .. } => cut(&mut index.name),
        TableChange::CreateTable(create) => {
            create.constraints.iter_mut().map(Constraint::name_mut).for_each(cut);
            create.indexes.iter_mut().for_each(|index| cut(&mut index.name));
        }
        TableChange::DropConstraint { name, .. } | TableChange::DropIndex { name, .. } => cut(name),
        _ => {}
    }
}

/// The word of a convention for a kind of constraint.
fn word(kind: ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::PrimaryKey => "pk",
        ConstraintKind::Unique => "uq",
        ConstraintKind::Check => "ck",
        ConstraintKind::ForeignKey => "fk",
        _ => "",
    }
}

/// Fills a template in; nothing where a part of it is not known.
fn render(template: &str, named: &Named<'_>) -> Option<String> {
    let mut name = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("%(") {
        name.push_str(before);
        let (token, behind) = behind.split_once(")s")?;
        name.push_str(&value(token, named)?);
        rest = behind;
    }
    name.push_str(rest);
    (!name.contains('%')).then_some(name)
}

fn value(token: &str, named: &Named<'_>) -> Option<String> {
    let table = named.table.name.as_str()?;
    match token {
        "table_name" => return Some(table.to_owned()),
        "constraint_name" => return named.given.map(str::to_owned),
        "referred_table_name" => return named.referred?.name.as_str().map(str::to_owned),
        _ => {}
    }
    let (columns, token) = match token.strip_prefix("referred_") {
        Some(token) => (&named.referred_columns, token),
        None => (&named.columns, token),
    };
    let (position, what) = token.strip_prefix("column_")?.rsplit_once('_')?;
    let of = |column: &&str| match what {
        "name" | "key" => Some((*column).to_owned()),
        "label" => Some(format!("{table}_{column}")),
        _ => None,
    };
    let all = || columns.iter().map(of).collect::<Option<Vec<String>>>();
    match position {
        _ if columns.is_empty() => None,
        "0_N" => Some(all()?.join("_")),
        "0N" => Some(all()?.concat()),
        number => columns.get(number.parse::<usize>().ok()?).and_then(of),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENDING: Sending<'_> = Sending { is_final: &|_| false, dialect: Dialect::PostgreSql };

    #[test]
    fn a_name_that_is_too_long_ends_in_a_digest() {
        // What SQLAlchemy 2.1.9 renders for `CREATE INDEX` on PostgreSQL.
        let long =
            format!("ix_{}_{}", "measurements".repeat(3), "measurement_identifier".repeat(2));
        assert_eq!(
            as_sent(&long, Dialect::PostgreSql),
            "ix_measurementsmeasurementsmeasurements_measurement_ide_5bf7"
        );
        assert_eq!(as_sent(&long, Dialect::Sqlite), long);
        assert_eq!(as_sent("ix_users_name", Dialect::PostgreSql), "ix_users_name");
    }

    #[test]
    fn templates_are_filled_in_as_sqlalchemy_fills_them_in() {
        let templates = [
            ("uq", "uq_%(table_name)s_%(column_0_name)s"),
            ("fk", "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"),
            ("ck", "ck_%(table_name)s_%(constraint_name)s"),
            ("ix", "ix_%(column_0_label)s"),
            ("pk", "pk_%(table_name)s_%(custom)s"),
        ];
        let convention = NamingConvention(Rc::new(
            templates.iter().map(|(kind, text)| ((*kind).to_owned(), (*text).to_owned())).collect(),
        ));
        let (table, referred) = (TableName::plain("orders"), TableName::plain("users"));
        let name = |kind: &str, given| {
            let named = Named {
                table: &table,
                columns: vec!["user_id", "day"],
                referred: Some(&referred),
                referred_columns: vec!["id"],
                given,
            };
            convention.name(kind, &named, &SENDING)
        };
        let is = |text: &str| Some(Known::Is(text.to_owned()));
        assert_eq!(name("uq", None), is("uq_orders_user_id"));
        assert_eq!(name("uq", Some("mine")), None);
        assert_eq!(name("fk", None), is("fk_orders_user_id_users"));
        assert_eq!(name("ck", Some("positive")), is("ck_orders_positive"));
        assert_eq!(name("ck", None), None);
        assert_eq!(name("ix", None), is("ix_orders_user_id"));
        assert_eq!(name("pk", None), Some(Known::Unreadable));
    }
}
