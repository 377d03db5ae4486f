//! What `execute` is given, whatever runs it.

use crate::operation::answers::of_environment;
use crate::operation::entity::Entity;
use crate::operation::migration_host::{Details, MigrationHost};
use crate::operation::operation::{Operation, Via};
use crate::operation::refusal::{Complaint, RefusalKind, Refuser};
use crate::operation::sa_value::{Connection, ConnectionKind, SaValue};
use crate::operation::sqlalchemy::sql_builder::SqlBuilder;
use crate::operation::sqlalchemy::sql_expr::{SqlExpr, SqlToken};
use crate::operation::sqlalchemy::{check, parameters, sent};
use crate::operation::step::RemarkKind;
use crate::operation::step::{Emitted, Role, SentText};
use crate::python::host::At;
use crate::python::value::{Piece, Str, Value};
use crate::sql::read::{count, queries, statements};
use crate::sql::row_change::RowChange;
use crate::sql::script::Hole;
use crate::sql::statement::{Placed, Statement};
use crate::text::cut;
use crate::text::known::{DRAWN, Known};

impl MigrationHost {
    /// Runs what `execute` is given, and returns its result.
    pub fn execute(
        &mut self,
        what: Option<&Value>,
        parameters: Option<&Value>,
        link: Connection,
        at: At<'_>,
    ) -> Value {
        let mut entity = Entity::default();
        match what {
            Some(Value::Str(text)) => {
                let text = text.clone();
                let escapes = link.kind != ConnectionKind::Driver;
                if link.via == Via::Op {
                    parameters::check_text(self, &text, Some(&[]), at);
                }
                if link.kind == ConnectionKind::Driver && link.via != Via::Cursor {
                    check_percent(self, &text, parameters, at);
                }
                self.execute_text(&text, escapes, parameters, link, at);
            }
            Some(value @ Value::Host(_)) => match self.thing(value).cloned() {
                Some(SaValue::Query(query)) => {
                    entity = query.rows_of(self.dialect);
                    self.execute_query(&query, parameters, link, at);
                }
                Some(SaValue::Clause(clause)) => {
                    let given = parameters::given(self, parameters);
                    parameters::check_clause(self, &clause, given.as_deref(), at);
                    if let [SqlToken::Raw(text)] = clause.bits.as_slice() {
                        parameters::check_lists(self, text, parameters, at);
                        parameters::check_dicts(self, parameters, at);
                    }
                    execute_clause(self, clause, parameters, link, at);
                }
                Some(SaValue::RawDdl(text)) => {
                    parameters::check_format(self, &text, at);
                    self.execute_text(&text, false, None, link, at);
                }
                Some(SaValue::Ddl(emitted)) => {
                    let details = Details { mode: Some(link.mode), ..Details::default() };
                    let operation = Operation::Execute { sql: None, via: link.via };
                    self.record(operation, emitted.to_vec(), details, at);
                }
                Some(SaValue::Sequence(_) | SaValue::Column(_)) => {}
                _ => {
                    let why = self.why(what);
                    self.unreadable(&format!("what is executed cannot be known: {why}"), at);
                }
            },
            Some(Value::None) => check::not_executable(self, link, "None", at),
            Some(Value::Int(_) | Value::Float(_) | Value::Bool(_)) => {
                check::not_executable(self, link, "a number", at);
            }
            Some(Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Set(_)) => {
                check::not_executable(self, link, "a list", at);
                let why = self.why(what);
                self.unreadable(&format!("what is executed cannot be known: {why}"), at);
            }
            other => {
                let why = self.why(other);
                self.unreadable(&format!("what is executed cannot be known: {why}"), at);
            }
        }
        let is_core = matches!(link.kind, ConnectionKind::Connection | ConnectionKind::Session);
        entity.placed = is_core && !entity.mapped && entity.table.is_none();
        self.value(SaValue::Result(entity))
    }

    /// Runs SQL text.
    pub fn execute_text(
        &mut self,
        text: &Str,
        escapes: bool,
        parameters: Option<&Value>,
        link: Connection,
        at: At<'_>,
    ) {
        let passage = SqlBuilder::of(text, escapes, self.dialect);
        execute_passage(self, passage, parameters, link, at);
    }

    /// Adds the strings among bind parameters.
    pub(super) fn parameters(
        &mut self,
        parameters: Option<&Value>,
        strings: &mut Vec<SentText>,
        at: At<'_>,
    ) {
        let mut pending: Vec<Value> = parameters.into_iter().cloned().collect();
        let mut budget = 2_000usize;
        while let Some(value) = pending.pop() {
            let Some(left) = budget.checked_sub(1) else {
                return;
            };
            budget = left;
            match &value {
                Value::Str(text) => strings.extend(self.sent_text(text, Role::Value, at)),
                Value::Dict(entries) => {
                    pending.extend(entries.borrow().iter().map(|(_, value)| value.clone()))
                }
                value => {
                    pending.extend(self.items(value).map(|(items, _)| items).unwrap_or_default())
                }
            }
        }
    }

    /// Returns a string as one that reaches the database, if it is known.
    pub fn sent_text(&self, text: &Str, role: Role, at: At<'_>) -> Option<SentText> {
        let whole = text.whole()?;
        let site = text.pieces.iter().find_map(|piece| match piece {
            Piece::Known { at, .. } => at.clone(),
            Piece::Hole { .. } => None,
        });
        Some(SentText { text: whole, site: site.unwrap_or_else(|| self.site(at)), role })
    }
}

/// Returns where a bind stands in a text: `:name` or `%(name)s`.
fn binds(text: &str, name: &str) -> Vec<(usize, usize)> {
    let (colon, percent) = (format!(":{name}"), format!("%({name})s"));
    let is_word = |at: usize| {
        text.as_bytes().get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    let colons = text.match_indices(&colon).map(|(start, found)| (start, start + found.len()));
    let colons =
        colons.filter(|(start, end)| !is_word(*end) && !cut::to(text, *start).ends_with(':'));
    let percents = text.match_indices(&percent).map(|(start, found)| (start, start + found.len()));
    colons.chain(percents).collect()
}

/// How deep blocks are unfolded.
const DEEPEST: usize = 8;

/// Puts the statements of DO blocks in place of the block, so that each is reported where it
/// stands.
fn unfolded(placed: Vec<Placed>) -> Vec<Placed> {
    let mut flat = Vec::new();
    let mut pending: Vec<(Placed, usize)> =
        placed.into_iter().rev().map(|placed| (placed, 0)).collect();
    while let Some((placed, depth)) = pending.pop() {
        match placed.statement {
            Statement::Block { statements, guarded }
                if depth < DEEPEST && !statements.is_empty() =>
            {
                let conditional = placed.conditional || guarded;
                pending.extend(statements.into_iter().rev().map(|inner| {
                    let conditional = conditional || inner.conditional;
                    (Placed { conditional, ..inner }, depth + 1)
                }));
            }
            _ => flat.push(placed),
        }
    }
    flat
}

fn execute_clause(
    host: &mut MigrationHost,
    clause: SqlExpr,
    parameters: Option<&Value>,
    link: Connection,
    at: At<'_>,
) {
    let mut passage = SqlBuilder::new(host.dialect);
    if !matches!(clause.bits.first(), Some(SqlToken::Raw(_) | SqlToken::Hole(_))) {
        passage.push_text("SELECT ");
    }
    passage.push_fragment(&clause, &[], false);
    execute_passage(host, passage, parameters, link, at);
}

fn execute_passage(
    host: &mut MigrationHost,
    passage: SqlBuilder,
    parameters: Option<&Value>,
    link: Connection,
    at: At<'_>,
) {
    let whole_hole = passage
        .sql
        .holes()
        .iter()
        .any(|hole| hole.start == 0 && hole.end == passage.sql.text().len());
    if let Some(hole) = passage.sql.holes().first().filter(|_| whole_hole) {
        let why = format!("what is executed cannot be known: {}", hole.why);
        return host.unreadable(&why, at);
    }
    let site = host.site(at);
    let mut strings = passage.strings(&site);
    let mut passage = passage;
    mark_drawn(host, &mut passage, parameters);
    let mut emitted = Vec::new();
    record_queries(host, &passage, link, at);
    let read = statements(&passage.sql, host.dialect);
    let several = count(&passage.sql, host.dialect);
    if several > 1 {
        let with_parameters = parameters.is_some_and(|given| !given.is_none());
        let kind = RefusalKind::SeveralStatements { with_parameters };
        let error = "cannot run several statements in one call";
        let what = several.to_string();
        host.refuse(Complaint::new(kind, Refuser::Driver, what, error), at);
    }
    for placed in unfolded(read) {
        notice_environment(host, &placed, &passage, at);
        if placed.statement == Statement::Read {
            continue;
        }
        let inner = passage.site(placed.start, placed.end).filter(|inner| inner.path == site.path);
        let place = inner.unwrap_or_else(|| site.clone());
        strings.extend(sent::of_statement(&placed, &passage, &place));
        emitted.push(Emitted {
            statement: placed.statement,
            site: place,
            conditional: placed.conditional,
        });
    }
    if emitted.is_empty() {
        return;
    }
    host.parameters(parameters, &mut strings, at);
    let sql = Some(Known::Is(passage.shown.clone()));
    let details = Details { strings, mode: Some(link.mode), ..Details::default() };
    host.record_emitted(Operation::Execute { sql, via: link.via }, emitted, details, at);
}

/// Who writes the constants of a query.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    /// A person, as SQL.
    AsSql,
    /// The types of SQLAlchemy, from values of Python.
    ByPython,
}

/// Records the queries of a text: they change nothing, but what they name must be there.
pub(super) fn record_queries(
    host: &mut MigrationHost,
    passage: &SqlBuilder,
    link: Connection,
    at: At<'_>,
) {
    record_all(host, passage, Written::AsSql, link, at);
}

/// Records the queries of a statement that is built.
pub(super) fn record_built_queries(
    host: &mut MigrationHost,
    passage: &SqlBuilder,
    link: Connection,
    at: At<'_>,
) {
    record_all(host, passage, Written::ByPython, link, at);
}

fn record_all(
    host: &mut MigrationHost,
    passage: &SqlBuilder,
    written: Written,
    link: Connection,
    at: At<'_>,
) {
    let site = host.site(at);
    let place = |start, end| {
        let inner = passage.site(start, end).filter(|inner| inner.path == site.path);
        inner.unwrap_or_else(|| site.clone())
    };
    let emitted = queries(&passage.sql, host.dialect).into_iter().map(|(mut query, start, end)| {
        if let (Written::ByPython, RowChange::Select { scopes, .. }) = (written, &mut query) {
            scopes.forget_constants();
        }
        Emitted { statement: Statement::Rows(query), site: place(start, end), conditional: false }
    });
    let emitted: Vec<Emitted> = emitted.collect();
    host.record_queries(link.via, emitted, link.mode, at);
}

/// A schema that hangs on the environment is another one in every place.
fn notice_environment(host: &mut MigrationHost, placed: &Placed, passage: &SqlBuilder, at: At<'_>) {
    if !matches!(placed.statement, Statement::Table(_)) {
        return;
    }
    // The name of a schema says where, not what.
    let inside = |hole: &&Hole| {
        let qualifies =
            cut::from(passage.sql.text(), hole.end).trim_start_matches('"').starts_with('.');
        placed.start <= hole.start && hole.end <= placed.end && !qualifies
    };
    let named =
        passage.sql.holes().iter().filter(inside).find_map(|hole| of_environment(&hole.why));
    if let Some(what) = named {
        host.remark(RemarkKind::EnvironmentValue, &what, at);
    }
}

/// A driver formats the SQL that it is given with its parameters, an empty set of them too.
fn check_percent(host: &mut MigrationHost, text: &Str, parameters: Option<&Value>, at: At<'_>) {
    let is_single = |whole: &str| whole.replace("%%", "").contains('%');
    let is_odd = |whole: &str| {
        let whole = whole.replace("%%", "");
        whole.split('%').skip(1).any(|rest| !rest.starts_with(['s', 'b', 't', '(']))
    };
    if parameters.is_some() && text.whole().is_some_and(|whole| is_odd(&whole)) {
        let error = "the driver takes every `%` for a parameter, `%s` or `%(name)s`";
        let complaint = Complaint::new(RefusalKind::PercentSign, Refuser::Driver, "%", error);
        host.refuse(complaint.remedy("Write `%%` for a percent sign."), at);
    }
    if parameters.is_none() && text.whole().is_some_and(|whole| is_single(&whole)) {
        let error = "TypeError: dict is not a sequence";
        let complaint = Complaint::new(RefusalKind::PercentSign, Refuser::Driver, "%", error);
        host.refuse(complaint.remedy("Write `%%`, or run it with `op.execute`."), at);
    }
}

/// Says of the binds of a text that every run draws another value for them.
fn mark_drawn(host: &MigrationHost, passage: &mut SqlBuilder, parameters: Option<&Value>) {
    let rows = match parameters {
        Some(Value::Dict(_)) => parameters.into_iter().cloned().collect(),
        Some(parameters) => host.items(parameters).map(|(rows, _)| rows).unwrap_or_default(),
        None => return,
    };
    // Each row of executemany has the same names.
    let Some(Value::Dict(entries)) = rows.first() else { return };
    for (name, _) in entries.borrow().iter().filter(|(_, value)| host.is_drawn(value)) {
        if let Known::Is(name) = host.text(name) {
            for (start, end) in binds(passage.sql.text(), &name) {
                passage.sql.mark_hole(start, end, DRAWN);
            }
        }
    }
}
