//! Runs statements that are built with SQLAlchemy: `table.insert()`, `update(...)`.

use crate::operation::migration_host::{Details, MigrationHost};
use crate::operation::operation::Operation;
use crate::operation::sa_value::Connection;
use crate::operation::sqlalchemy::check;
use crate::operation::sqlalchemy::execute::record_built_queries;
use crate::operation::sqlalchemy::query::{Query, Verb};
use crate::operation::sqlalchemy::texts;
use crate::operation::step::{Role, SentText};
use crate::python::host::{Arguments, At};
use crate::python::value::Value;
use crate::sql::read::statements;
use crate::sql::row_change::{
    Assigned, Assignment, Delete, Filter, Insert, Mentions, RowChange, RowSource, Update,
};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::known::Known;

impl MigrationHost {
    /// Runs a statement of SQLAlchemy.
    pub fn execute_query(
        &mut self,
        query: &Query,
        parameters: Option<&Value>,
        link: Connection,
        at: At<'_>,
    ) {
        check::values(self, query, at);
        let mut query = query.clone();
        if let Some(parameters) = parameters.filter(|parameters| !parameters.is_none())
            && query.verb == Verb::Insert
            && query.values.is_empty()
        {
            self.add_values(&mut query, &Arguments::positional(vec![parameters.clone()]));
            // Parameters that the object of Python has no column for are passed over.
            if let Some(names) = query.exact.take() {
                let is_column =
                    |name: &Known<String>| name.get().is_none_or(|name| names.contains(name));
                query.values.retain(|(name, _)| is_column(name));
                query.exact = Some(names);
            }
        }
        let passage = query.write(self.dialect);
        let site = self.site(at);
        let mut strings = passage.strings(&site);
        let read = statements(&passage.sql, self.dialect);
        let mut emitted: Vec<Statement> =
            read.into_iter().map(|placed| with_texts(placed.statement, &query)).collect();
        if query.verb == Verb::Select
            && emitted.iter().all(|statement| *statement == Statement::Read)
        {
            if query.complete {
                record_built_queries(self, &passage, link, at);
            }
            return;
        }
        emitted.retain(|statement| *statement != Statement::Read);
        let understood = emitted.iter().all(|statement| {
            !matches!(statement, Statement::Unreadable { .. } | Statement::Other { .. })
        });
        let values_only = query.verb == Verb::Insert && query.select.is_none();
        if (values_only || !understood || emitted.is_empty()) && query.verb != Verb::Select {
            emitted = vec![plain_statement(&query, &strings)];
        }
        if let [Statement::Rows(RowChange::Update(update))] = emitted.as_mut_slice()
            && !query.complete
        {
            update.set = Known::Unreadable;
        }
        self.parameters(parameters.filter(|_| query.verb != Verb::Insert), &mut strings, at);
        let details = Details { strings, mode: Some(link.mode), ..Details::default() };
        self.record(Operation::Execute { sql: None, via: link.via }, emitted, details, at);
    }
}

/// The types of SQLAlchemy make values of what Python holds: what the text shows is none, but for
/// texts that are sent as they are.
fn with_texts(mut statement: Statement, query: &Query) -> Statement {
    if let Statement::Rows(change) = &mut statement {
        let mentions = match change {
            RowChange::Insert(insert) => &mut insert.mentions,
            RowChange::Update(update) => &mut update.mentions,
            RowChange::Delete(delete) => &mut delete.mentions,
            _ => return statement,
        };
        mentions.written = texts::written(query, &query.declared);
        mentions.compared = texts::compared(query, &query.declared);
        mentions.scopes.forget_constants();
    }
    statement
}

/// Returns what is known of a statement without reading its SQL.
fn plain_statement(query: &Query, strings: &[SentText]) -> Statement {
    let table = query.target.as_ref().and_then(|target| target.table()).cloned();
    let table = table.unwrap_or_else(TableName::unreadable);
    let literals = |role: Role| {
        strings.iter().filter(|text| text.role == role).map(|text| text.text.clone()).collect()
    };
    let mut columns: Vec<String> = Vec::new();
    for (column, _) in &query.values {
        if let Known::Is(column) = column
            && !columns.contains(column)
        {
            columns.push(column.clone());
        }
    }
    let known = query.complete && query.values.iter().all(|(column, _)| column.is_known());
    let filter = match query.filters.is_empty() {
        true => Filter::none(),
        false => Filter::unreadable(),
    };
    match query.verb {
        Verb::Delete => Statement::Rows(RowChange::Delete(Delete {
            table,
            filter,
            reads: Vec::new(),
            mentions: Mentions::default(),
        })),
        Verb::Update => {
            let set = columns
                .into_iter()
                .map(|column| Assignment { column: Known::Is(column), value: Assigned::Unreadable })
                .collect();
            let set = if known { Known::Is(set) } else { Known::Unreadable };
            Statement::Rows(RowChange::Update(Update {
                table,
                set,
                filter,
                reads: Vec::new(),
                literals: literals(Role::Value),
                mentions: Mentions::default(),
            }))
        }
        Verb::Insert | Verb::Select => Statement::Rows(RowChange::Insert(Insert {
            table,
            columns: Some(if known && !columns.is_empty() {
                Known::Is(columns)
            } else {
                Known::Unreadable
            }),
            again: query.again,
            rows: match (&query.select, query.complete) {
                (Some(_), _) => RowSource::Select,
                (None, true) => RowSource::Values(query.rows.clone()),
                (None, false) => RowSource::Unknown,
            },
            reads: Vec::new(),
            literals: literals(Role::Value),
            generated: query.generated(),
            drawn_places: Vec::new(),
            mentions: Mentions {
                written: texts::written(query, &query.declared),
                ..Mentions::default()
            },
            conflict: None,
        })),
    }
}
