//! SELECT, INSERT, UPDATE and DELETE in the making, and the SQL they become.

use std::rc::Rc;

use crate::operation::entity::Entity;
use crate::operation::sqlalchemy::sql_builder::SqlBuilder;
use crate::operation::sqlalchemy::sql_expr::{Declared, Source, SqlExpr, SqlToken};
use crate::operation::step::Role;
use crate::sql::dialect::Dialect;
use crate::sql::functions::{FunctionKind, function_kind};
use crate::sql::read::statements;
use crate::sql::row_change::{OnConflict, RowChange};
use crate::sql::statement::Statement;
use crate::text::known::Known;

/// A statement in the making.
#[derive(Clone, Debug)]
pub struct Query {
    /// What it does.
    pub verb: Verb,
    /// The table that is written to.
    pub target: Option<Source>,
    /// What SELECT selects.
    pub columns: Vec<SqlExpr>,
    /// What is set or inserted, by column.
    pub values: Vec<(Known<String>, SqlExpr)>,
    /// Whether all of `values` is known.
    pub complete: bool,
    /// How many rows an INSERT has.
    pub rows: Known<usize>,
    /// INSERT ... SELECT.
    pub select: Option<Rc<Query>>,
    /// WHERE.
    pub filters: Vec<SqlExpr>,
    /// FROM, what columns name besides.
    pub froms: Vec<Source>,
    /// Joins: the words, what is joined, and ON.
    pub joins: Vec<(&'static str, Source, Option<SqlExpr>)>,
    /// GROUP BY, ORDER BY, LIMIT, ON CONFLICT, in order.
    pub tail: Vec<SqlExpr>,
    /// UNION and its kin.
    pub combined: Vec<(&'static str, Rc<Query>)>,
    /// What keeps a second INSERT from adding the rows again.
    pub again: OnConflict,
    /// Whether rows come out as objects of this mapped class' table.
    pub entity: Entity,
    /// What each thing that is selected is, in order.
    pub selected: Vec<Entity>,
    /// The columns that the table written to has in Python, where that is known.
    pub exact: Option<Vec<String>>,
    /// The columns that the object of Python declares for the table written to.
    pub declared: Rc<[(String, Declared)]>,
    /// Whether the query belongs to a session, whose methods run it.
    pub session: Option<crate::operation::sa_value::Connection>,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// SELECT.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

impl Query {
    /// Makes an empty statement.
    pub fn new(verb: Verb, target: Option<Source>) -> Self {
        Query {
            verb,
            target,
            columns: Vec::new(),
            values: Vec::new(),
            complete: true,
            rows: Known::Is(1),
            select: None,
            filters: Vec::new(),
            froms: Vec::new(),
            joins: Vec::new(),
            tail: Vec::new(),
            combined: Vec::new(),
            again: OnConflict::Nothing,
            entity: Default::default(),
            selected: Vec::new(),
            exact: None,
            declared: Rc::default(),
            session: None,
        }
    }

    /// Returns the columns that every run writes another value to.
    pub fn generated(&self) -> Vec<String> {
        let generated = self.values.iter().filter(|(_, value)| match value.bits.as_slice() {
            [SqlToken::Drawn] => true,
            [SqlToken::Text(text), ..] => text.split_once('(').is_some_and(|(name, _)| {
                function_kind(&name.to_ascii_lowercase()) == FunctionKind::Volatile
            }),
            _ => false,
        });
        generated.filter_map(|(column, _)| column.as_str().map(str::to_owned)).collect()
    }

    /// Returns what the rows of a SELECT are, with what it asks of the columns of their table.
    pub fn rows_of(&self, dialect: Dialect) -> Entity {
        let mut entity = self.entity.clone();
        if self.selected.len() > 1 && self.selected.iter().any(|item| item.mapped) {
            entity.items.clone_from(&self.selected);
        }
        let Some(table) =
            entity.table.clone().filter(|_| entity.mapped && !self.filters.is_empty())
        else {
            return entity;
        };
        // The filter is read as that of a DELETE of the same rows.
        let mut same = Query::new(Verb::Delete, Some(Source::Table(table)));
        same.filters = self.filters.clone();
        entity.tests = statements(&same.write(dialect).sql, dialect)
            .into_iter()
            .find_map(|placed| match placed.statement {
                Statement::Rows(RowChange::Delete(delete)) => Some(delete.filter.tests),
                _ => None,
            })
            .unwrap_or_default();
        entity
    }

    /// Returns what stands in FROM, the target apart, without what encloses the query.
    fn sources(&self, enclosing: &[Source]) -> Vec<Source> {
        let mut found: Vec<Source> = Vec::new();
        let values = self.values.iter().map(|(_, value)| value);
        let joined = self.joins.iter().filter_map(|(_, _, on)| on.as_ref());
        let named = self
            .columns
            .iter()
            .chain(values)
            .chain(&self.filters)
            .chain(joined)
            .flat_map(SqlExpr::sources);
        for source in self.froms.iter().chain(named) {
            let joins = self.joins.iter().any(|(_, joined, _)| joined.same(source));
            let target = self.target.as_ref().is_some_and(|target| target.same(source));
            let outside = enclosing.iter().any(|outer| outer.same(source));
            if !joins && !target && !outside && !found.iter().any(|other| other.same(source)) {
                found.push(source.clone());
            }
        }
        found
    }

    /// Writes the statement out as SQL.
    pub fn write(&self, dialect: Dialect) -> SqlBuilder {
        let mut out = SqlBuilder::new(dialect);
        self.write_within(&mut out, &[]);
        out
    }

    /// Writes the statement out as a part of another one.
    pub fn write_within(&self, out: &mut SqlBuilder, enclosing: &[Source]) {
        let sources = self.sources(enclosing);
        let mut scope: Vec<Source> = enclosing.to_vec();
        scope.extend(self.target.iter().cloned());
        scope.extend(sources.iter().cloned());
        scope.extend(self.joins.iter().map(|(_, source, _)| source.clone()));
        let qualified = scope.len() > 1;
        match self.verb {
            Verb::Select => self.write_select(out, &sources, &scope, qualified),
            Verb::Insert => self.write_insert(out, &scope),
            Verb::Update => self.write_update(out, &sources, &scope, qualified),
            Verb::Delete => self.write_delete(out, &sources, &scope, qualified),
        }
        for part in &self.tail {
            out.push_text(" ");
            out.push_fragment(part, &scope, qualified);
        }
        for (word, other) in &self.combined {
            out.push_text(&format!(" {word} "));
            other.write_within(out, enclosing);
        }
    }

    fn write_select(
        &self,
        out: &mut SqlBuilder,
        sources: &[Source],
        scope: &[Source],
        qualified: bool,
    ) {
        out.push_text("SELECT ");
        if self.columns.is_empty() {
            out.push_text("*");
        }
        for (number, column) in self.columns.iter().enumerate() {
            if number > 0 {
                out.push_text(", ");
            }
            out.push_fragment(column, scope, qualified);
            let plain = column.as_column().is_some();
            if let Some(label) = column.label.as_ref().filter(|_| !plain) {
                out.push_text(" AS ");
                out.push_name(label);
            }
        }
        if !sources.is_empty() || !self.joins.is_empty() {
            out.push_text(" FROM ");
            self.write_sources(out, sources);
        }
        self.write_joins(out, scope);
        self.write_filters(out, scope, qualified);
    }

    fn write_insert(&self, out: &mut SqlBuilder, scope: &[Source]) {
        out.push_text(if self.again == OnConflict::Conflict && self.tail.is_empty() {
            "INSERT IGNORE INTO "
        } else {
            "INSERT INTO "
        });
        self.write_target(out);
        if !self.values.is_empty() {
            out.push_text(" (");
            for (number, (name, _)) in self.values.iter().enumerate() {
                if number > 0 {
                    out.push_text(", ");
                }
                out.push_known(name);
            }
            out.push_text(")");
        }
        match &self.select {
            Some(select) => {
                out.push_text(" ");
                select.write_within(out, &[]);
            }
            None if self.values.is_empty() => out.push_text(" DEFAULT VALUES"),
            None => {
                out.push_text(" VALUES (");
                out.with_role(Role::Value, |out| {
                    for (number, (_, value)) in self.values.iter().enumerate() {
                        if number > 0 {
                            out.push_text(", ");
                        }
                        out.push_fragment(value, scope, false);
                    }
                });
                out.push_text(")");
            }
        }
    }

    fn write_update(
        &self,
        out: &mut SqlBuilder,
        sources: &[Source],
        scope: &[Source],
        qualified: bool,
    ) {
        out.push_text("UPDATE ");
        self.write_target(out);
        out.push_text(" SET ");
        if self.values.is_empty() {
            out.push_hole("what is set cannot be known");
        }
        out.with_role(Role::Value, |out| {
            for (number, (name, value)) in self.values.iter().enumerate() {
                if number > 0 {
                    out.push_text(", ");
                }
                out.push_known(name);
                out.push_text(" = ");
                out.push_fragment(value, scope, qualified);
            }
        });
        if !sources.is_empty() || !self.joins.is_empty() {
            out.push_text(" FROM ");
            self.write_sources(out, sources);
            self.write_joins(out, scope);
        }
        self.write_filters(out, scope, qualified);
    }

    fn write_delete(
        &self,
        out: &mut SqlBuilder,
        sources: &[Source],
        scope: &[Source],
        qualified: bool,
    ) {
        out.push_text("DELETE FROM ");
        self.write_target(out);
        if !sources.is_empty() || !self.joins.is_empty() {
            out.push_text(" USING ");
            self.write_sources(out, sources);
            self.write_joins(out, scope);
        }
        self.write_filters(out, scope, qualified);
    }

    fn write_target(&self, out: &mut SqlBuilder) {
        match &self.target {
            Some(target) => out.push_source(target),
            None => out.push_hole("the table cannot be known"),
        }
    }

    fn write_sources(&self, out: &mut SqlBuilder, sources: &[Source]) {
        // A join needs something to its left; SQLAlchemy finds it, and here it is the target or
        // what is named first.
        for (number, source) in sources.iter().enumerate() {
            if number > 0 {
                out.push_text(", ");
            }
            out.push_source(source);
        }
    }

    fn write_joins(&self, out: &mut SqlBuilder, scope: &[Source]) {
        for (words, source, on) in &self.joins {
            out.push_text(&format!(" {words} "));
            out.push_source(source);
            match on {
                Some(on) => {
                    out.push_text(" ON ");
                    out.push_fragment(on, scope, true);
                }
                None if *words != "CROSS JOIN" => out.push_text(" ON true"),
                None => {}
            }
        }
    }

    fn write_filters(&self, out: &mut SqlBuilder, scope: &[Source], qualified: bool) {
        for (number, filter) in self.filters.iter().enumerate() {
            out.push_text(if number == 0 { " WHERE " } else { " AND " });
            let mut filter = filter.clone();
            if self.filters.len() > 1 && filter.compound {
                filter = SqlExpr::of(filter.within());
            }
            out.with_role(Role::Compared, |out| out.push_fragment(&filter, scope, qualified));
        }
    }
}

impl From<Rc<Query>> for SqlExpr {
    fn from(query: Rc<Query>) -> Self {
        SqlExpr::of(vec![SqlToken::Query(query)])
    }
}
