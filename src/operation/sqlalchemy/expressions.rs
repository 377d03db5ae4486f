//! Expressions of SQLAlchemy: columns compared, functions, `and_`, `case` and their kin.

use std::rc::Rc;

use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::functions::exists_where;
use crate::operation::sqlalchemy::sql_expr::{Sent, Source, SqlExpr, SqlToken};
use crate::python::host::Arguments;
use crate::python::object::Object;
use crate::python::value::{Piece, Value};
use crate::sql::dialect::Dialect;
use crate::text::known::{DRAWN, Known};

impl MigrationHost {
    /// Returns a value as an expression, if it is one of SQLAlchemy's.
    pub fn clause_of(&mut self, value: &Value) -> Option<SqlExpr> {
        match value {
            Value::Host(_) => match self.thing(value).cloned()? {
                SaValue::Clause(clause) => Some(clause),
                SaValue::Column(column) => Some(SqlExpr::column(column.source, column.column.name)),
                SaValue::Query(query) => Some(SqlExpr::from(query)),
                SaValue::Source(Source::Query { query, .. }) => Some(SqlExpr::from(query)),
                SaValue::Table(_) | SaValue::Source(_) | SaValue::Mapped(_) => {
                    let source = self.source_of(value)?;
                    Some(SqlExpr::column(Some(source), Known::Is("*".to_owned())))
                }
                SaValue::Sequence(name) => Some(sequence_next(&name)),
                _ => None,
            },
            Value::Object(object) => {
                object.as_class()?;
                let source = self.source_of(value)?;
                Some(SqlExpr::column(Some(source), Known::Is("*".to_owned())))
            }
            _ => None,
        }
    }

    /// Returns a value as SQL inside a statement: an expression as it is, anything else as a
    /// literal or a bind.
    pub fn literal_of(&mut self, value: &Value) -> SqlExpr {
        if let Some(clause) = self.clause_of(value) {
            return clause;
        }
        match value {
            Value::None => SqlExpr::text("NULL"),
            Value::Bool(flag) => SqlExpr::text(if *flag { "true" } else { "false" }),
            Value::Int(number) => SqlExpr::text(&number.to_string()),
            Value::Float(number) => SqlExpr::text(&number.to_string()),
            Value::Str(text) => {
                let at = text.pieces.iter().find_map(|piece| match piece {
                    Piece::Known { at, .. } => at.clone(),
                    Piece::Hole { .. } => None,
                });
                let bit = match text.whole() {
                    Some(text) => SqlToken::Literal { text: text.into(), at, sent: Sent::Bound },
                    None => bind_of(self, value),
                };
                SqlExpr::of(vec![bit])
            }
            Value::Tuple(_) | Value::List(_) | Value::Set(_) => self.list_of(value),
            Value::Object(_) => match self.text(value) {
                Known::Is(text) => {
                    let sent = Sent::Bound;
                    SqlExpr::of(vec![SqlToken::Literal { text: text.into(), at: None, sent }])
                }
                Known::Unreadable => SqlExpr::of(vec![SqlToken::Bind]),
            },
            _ => SqlExpr::of(vec![bind_of(self, value)]),
        }
    }

    /// Tells whether every run generates a new value.
    pub fn is_drawn(&self, value: &Value) -> bool {
        self.why(Some(value)).contains(DRAWN)
    }

    /// Returns a list as `(a, b)`.
    pub(crate) fn list_of(&mut self, value: &Value) -> SqlExpr {
        if let Some(clause) = self.clause_of(value) {
            return clause;
        }
        match self.items(value) {
            Some((items, all)) if !items.is_empty() => {
                let mut parts: Vec<SqlExpr> =
                    items.iter().take(200).map(|item| self.literal_of(item)).collect();
                if !all || items.len() > 200 {
                    parts.push(SqlExpr::of(vec![SqlToken::Bind]));
                }
                let bits = SqlExpr::joined(parts, ", ").wrapped("(", ")").bits;
                SqlExpr::of(bits)
            }
            Some(_) => SqlExpr::text("(NULL)"),
            None => SqlExpr::of(vec![
                SqlToken::Text("(".into()),
                SqlToken::Bind,
                SqlToken::Text(")".into()),
            ]),
        }
    }

    /// Answers an operator one side of which is an expression.
    pub fn operate(&mut self, operator: &str, left: &Value, right: &Value) -> Option<SqlExpr> {
        if self.clause_of(left).is_none() && self.clause_of(right).is_none() {
            return None;
        }
        let (a, b) = (self.literal_of(left), self.literal_of(right));
        let sql = match operator {
            "==" if right.is_none() => return Some(suffixed(a, " IS NULL")),
            "!=" | "<>" if right.is_none() => return Some(suffixed(a, " IS NOT NULL")),
            "==" => "=",
            "!=" => "<>",
            "&" => "AND",
            "|" => "OR",
            "+" if matches!(left, Value::Str(_)) || matches!(right, Value::Str(_)) => "||",
            "//" => "/",
            "**" => "^",
            operator => operator,
        };
        Some(SqlExpr::compound(a, sql, b))
    }

    /// Answers `~` and `-` on an expression.
    pub fn negate(&mut self, operator: &str, operand: SqlExpr) -> SqlExpr {
        let word = if operator == "~" { "NOT " } else { "-" };
        let mut bits = vec![SqlToken::Text(word.into())];
        bits.extend(operand.within());
        SqlExpr { bits, compound: true, label: None }
    }

    /// Calls a method of an expression; nothing where there is no such method.
    pub fn clause_method(
        &mut self,
        clause: SqlExpr,
        name: &str,
        arguments: &Arguments,
    ) -> Option<SqlExpr> {
        let first = arguments.positional.first().cloned().unwrap_or(Value::None);
        let binary = |world: &mut Self, operator: &str| {
            let right = world.literal_of(&first);
            SqlExpr::compound(clause.clone(), operator, right)
        };
        Some(match name {
            "is_" | "is_distinct_from" if name == "is_distinct_from" => {
                binary(self, "IS DISTINCT FROM")
            }
            "isnot_distinct_from" | "is_not_distinct_from" => binary(self, "IS NOT DISTINCT FROM"),
            "is_" => binary(self, "IS"),
            "isnot" | "is_not" => binary(self, "IS NOT"),
            "in_" | "notin_" | "not_in" => {
                let list = match self.thing(&first) {
                    Some(SaValue::Query(_) | SaValue::Source(_) | SaValue::Clause(_)) => {
                        self.literal_of(&first)
                    }
                    _ => self.list_of(&first),
                };
                SqlExpr::compound(clause, if name == "in_" { "IN" } else { "NOT IN" }, list)
            }
            "like" | "contains" | "startswith" | "endswith" => binary(self, "LIKE"),
            "ilike" | "icontains" | "istartswith" | "iendswith" => {
                binary(self, ilike(self.dialect, "ILIKE", "LIKE"))
            }
            "notlike" | "not_like" => binary(self, "NOT LIKE"),
            "notilike" | "not_ilike" => binary(self, ilike(self.dialect, "NOT ILIKE", "NOT LIKE")),
            "regexp_match" | "match" => binary(self, "~"),
            "has_key" | "has_any" | "has_all" => binary(self, "?"),
            "contained_by" => binary(self, "<@"),
            "overlap" | "overlaps" => binary(self, "&&"),
            "concat" => binary(self, "||"),
            "between" => {
                let low = self.literal_of(&first);
                let high = arguments
                    .positional
                    .get(1)
                    .map_or_else(|| SqlExpr::text("NULL"), |v| self.literal_of(v));
                let range = SqlExpr::joined(vec![low, high], " AND ");
                SqlExpr::compound(clause, "BETWEEN", SqlExpr { compound: false, ..range })
            }
            "cast" => self.cast(clause, &first),
            "desc" | "nulls_last" | "nullslast" | "nulls_first" | "nullsfirst" | "asc" => {
                let words = match name {
                    "desc" => " DESC",
                    "asc" => " ASC",
                    "nulls_last" | "nullslast" => " NULLS LAST",
                    _ => " NULLS FIRST",
                };
                SqlExpr { compound: false, ..suffixed(clause, words) }
            }
            "label" => SqlExpr { label: self.text(&first).into_option(), ..clause },
            "collate" => match self.text(&first) {
                Known::Is(collation) => suffixed(clause, &format!(" COLLATE \"{collation}\"")),
                Known::Unreadable => clause,
            },
            "distinct" => {
                let mut bits = vec![SqlToken::Text("DISTINCT ".into())];
                bits.extend(clause.bits);
                SqlExpr { bits, compound: false, label: clause.label }
            }
            "where" => exists_where(self, &clause, &arguments.positional).unwrap_or(clause),
            "over" | "filter" | "within_group" | "self_group" | "bindparams" | "params"
            | "compile" | "columns" | "execution_options" | "correlate" | "scalar_subquery"
            | "as_scalar" | "correlate_except" => clause,
            "any_" | "all_" => clause.wrapped(if name == "any_" { "ANY (" } else { "ALL (" }, ")"),
            "any" | "has" => SqlExpr::of(vec![SqlToken::Hole("a relationship is followed".into())]),
            "next_value" => clause,
            _ => return None,
        })
    }

    /// Makes `CAST(expression AS type)`.
    pub fn cast(&mut self, clause: SqlExpr, kind: &Value) -> SqlExpr {
        let kind = self.column_type(kind).map_or(Known::Unreadable, |kind| kind.sql);
        let mut bits = vec![SqlToken::Text("CAST(".into())];
        bits.extend(clause.bits);
        bits.push(SqlToken::Text(" AS ".into()));
        bits.push(match kind {
            Known::Is(sql) => SqlToken::Text(sql.into()),
            Known::Unreadable => SqlToken::Hole("the type cannot be known".into()),
        });
        bits.push(SqlToken::Text(")".into()));
        SqlExpr::of(bits)
    }

    /// Returns what FROM would name for a value: a table, an alias, a mapped class, a subquery.
    pub fn source_of(&mut self, value: &Value) -> Option<Source> {
        match value {
            Value::Host(_) => match self.thing(value).cloned()? {
                SaValue::Table(table) => Some(Source::Table(table.create.table.clone())),
                SaValue::Source(source) => Some(source),
                SaValue::Mapped(table) => Some(Source::Table(table)),
                SaValue::Query(query) => Some(Source::Query { query, alias: Rc::from("anon_1") }),
                SaValue::Column(column) => column.source,
                SaValue::Clause(clause) => clause.sources().next().cloned(),
                _ => None,
            },
            Value::Object(object) => {
                let class = match &**object {
                    Object::Class(_) => object.clone(),
                    Object::Instance(instance) => instance.class.clone()?,
                    _ => return None,
                };
                self.table_of_class(&class).map(|table| Source::Table(table.create.table.clone()))
            }
            _ => None,
        }
    }
}

/// Puts text behind a fragment.
fn suffixed(clause: SqlExpr, text: &str) -> SqlExpr {
    let mut bits = clause.within();
    bits.push(SqlToken::Text(text.into()));
    SqlExpr { bits, compound: true, label: None }
}

/// Returns `nextval('name')`.
fn sequence_next(name: &Known<String>) -> SqlExpr {
    match name {
        Known::Is(name) => SqlExpr::text(&format!("nextval('{name}')")),
        Known::Unreadable => SqlExpr::hole("the sequence cannot be known"),
    }
}

/// Returns a value that cannot be known.
fn bind_of(host: &MigrationHost, value: &Value) -> SqlToken {
    if host.is_drawn(value) { SqlToken::Drawn } else { SqlToken::Bind }
}

/// Answers `clause[key]`: a part of JSON or of an array.
pub fn clause_item(host: &mut MigrationHost, clause: SqlExpr, key: &Value) -> SqlExpr {
    match key {
        Value::Str(_) => {
            let key = host.literal_of(key);
            SqlExpr::compound(clause, "->", key)
        }
        Value::Tuple(_) | Value::List(_) => {
            SqlExpr::compound(clause, "#>", SqlExpr::of(vec![SqlToken::Bind]))
        }
        key => {
            let key = host.literal_of(key);
            SqlExpr::of(clause.within().into_iter().chain(key.wrapped("[", "]").bits).collect())
        }
    }
}

/// The operator of PostgreSQL, or what SQLAlchemy writes elsewhere over `lower(...)`.
fn ilike(dialect: Dialect, own: &'static str, elsewhere: &'static str) -> &'static str {
    if dialect == Dialect::PostgreSql { own } else { elsewhere }
}
