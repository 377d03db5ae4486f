//! Expressions of SQLAlchemy: columns compared, functions, `and_`, `case` and their kin.

use crate::operation::fragment::Bit;
use crate::operation::fragment::Fragment;
use crate::operation::fragment::Source;
use crate::operation::thing::Thing;
use crate::operation::world::World;
use crate::python::host::Arguments;
use crate::python::object::Object;
use crate::python::value::Piece;
use crate::python::value::Value;
use crate::text::known::{DRAWN, Known};
use std::rc::Rc;

impl World {
    /// Returns a value as an expression, if it is one of SQLAlchemy's.
    pub fn clause_of(&mut self, value: &Value) -> Option<Fragment> {
        match value {
            Value::Host(_) => match self.thing(value).cloned()? {
                Thing::Clause(clause) => Some(clause),
                Thing::Column(column) => Some(Fragment::column(column.source, column.column.name)),
                Thing::Query(query) => Some(Fragment::from(query)),
                Thing::Source(Source::Query { query, .. }) => Some(Fragment::from(query)),
                Thing::Table(_) | Thing::Source(_) | Thing::Mapped(_) => {
                    let source = self.source_of(value)?;
                    Some(Fragment::column(Some(source), Known::Is("*".to_owned())))
                }
                Thing::Sequence(name) => Some(sequence_next(&name)),
                _ => None,
            },
            Value::Object(object) => {
                object.as_class()?;
                let source = self.source_of(value)?;
                Some(Fragment::column(Some(source), Known::Is("*".to_owned())))
            }
            _ => None,
        }
    }

    /// Returns a value as SQL inside a statement: an expression as it is, anything else as a literal or a bind.
    pub fn literal_of(&mut self, value: &Value) -> Fragment {
        if let Some(clause) = self.clause_of(value) {
            return clause;
        }
        match value {
            Value::None => Fragment::text("NULL"),
            Value::Bool(flag) => Fragment::text(if *flag { "true" } else { "false" }),
            Value::Int(number) => Fragment::text(&number.to_string()),
            Value::Float(number) => Fragment::text(&number.to_string()),
            Value::Str(text) => {
                let at = text.pieces.iter().find_map(|piece| match piece {
                    Piece::Known { at, .. } => at.clone(),
                    Piece::Hole { .. } => None,
                });
                let bit = match text.whole() {
                    Some(text) => Bit::Literal { text: text.into(), at },
                    None => self.bind_of(value),
                };
                Fragment::of(vec![bit])
            }
            Value::Tuple(_) | Value::List(_) | Value::Set(_) => self.list_of(value),
            Value::Object(_) => match self.text(value) {
                Known::Is(text) => Fragment::of(vec![Bit::Literal { text: text.into(), at: None }]),
                Known::Unreadable => Fragment::of(vec![Bit::Bind]),
            },
            _ => Fragment::of(vec![self.bind_of(value)]),
        }
    }

    /// Returns a value that cannot be known.
    fn bind_of(&self, value: &Value) -> Bit {
        if self.is_drawn(value) { Bit::Drawn } else { Bit::Bind }
    }

    /// Tells whether every run draws a value anew.
    pub fn is_drawn(&self, value: &Value) -> bool {
        self.why(Some(value)).contains(DRAWN)
    }

    /// Returns a list as `(a, b)`.
    pub(crate) fn list_of(&mut self, value: &Value) -> Fragment {
        if let Some(clause) = self.clause_of(value) {
            return clause;
        }
        match self.items(value) {
            Some((items, all)) if !items.is_empty() => {
                let mut parts: Vec<Fragment> = items.iter().take(200).map(|item| self.literal_of(item)).collect();
                if !all || items.len() > 200 {
                    parts.push(Fragment::of(vec![Bit::Bind]));
                }
                let bits = Fragment::joined(parts, ", ").wrapped("(", ")").bits;
                Fragment::of(bits)
            }
            Some(_) => Fragment::text("(NULL)"),
            None => Fragment::of(vec![Bit::Text("(".into()), Bit::Bind, Bit::Text(")".into())]),
        }
    }

    /// Answers an operator one side of which is an expression.
    pub fn operate(&mut self, operator: &str, left: &Value, right: &Value) -> Option<Fragment> {
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
        Some(Fragment::compound(a, sql, b))
    }

    /// Answers `~` and `-` on an expression.
    pub fn negate(&mut self, operator: &str, operand: Fragment) -> Fragment {
        let word = if operator == "~" { "NOT " } else { "-" };
        let mut bits = vec![Bit::Text(word.into())];
        bits.extend(operand.within());
        Fragment { bits, compound: true, label: None }
    }

    /// Calls a method of an expression; nothing where there is no such method.
    pub fn clause_method(&mut self, clause: Fragment, name: &str, arguments: &Arguments) -> Option<Fragment> {
        let first = arguments.positional.first().cloned().unwrap_or(Value::None);
        let binary = |world: &mut Self, operator: &str| {
            let right = world.literal_of(&first);
            Fragment::compound(clause.clone(), operator, right)
        };
        Some(match name {
            "is_" | "is_distinct_from" if name == "is_distinct_from" => binary(self, "IS DISTINCT FROM"),
            "isnot_distinct_from" | "is_not_distinct_from" => binary(self, "IS NOT DISTINCT FROM"),
            "is_" => binary(self, "IS"),
            "isnot" | "is_not" => binary(self, "IS NOT"),
            "in_" | "notin_" | "not_in" => {
                let list = match self.thing(&first) {
                    Some(Thing::Query(_) | Thing::Source(_) | Thing::Clause(_)) => self.literal_of(&first),
                    _ => self.list_of(&first),
                };
                Fragment::compound(clause, if name == "in_" { "IN" } else { "NOT IN" }, list)
            }
            "like" | "contains" | "startswith" | "endswith" => binary(self, "LIKE"),
            "ilike" | "icontains" | "istartswith" | "iendswith" => binary(self, "ILIKE"),
            "notlike" | "not_like" => binary(self, "NOT LIKE"),
            "notilike" | "not_ilike" => binary(self, "NOT ILIKE"),
            "regexp_match" | "match" => binary(self, "~"),
            "has_key" | "has_any" | "has_all" => binary(self, "?"),
            "contained_by" => binary(self, "<@"),
            "overlap" | "overlaps" => binary(self, "&&"),
            "concat" => binary(self, "||"),
            "between" => {
                let low = self.literal_of(&first);
                let high = arguments.positional.get(1).map_or_else(|| Fragment::text("NULL"), |v| self.literal_of(v));
                let range = Fragment::joined(vec![low, high], " AND ");
                Fragment::compound(clause, "BETWEEN", Fragment { compound: false, ..range })
            }
            "cast" => self.cast(clause, &first),
            "desc" | "nulls_last" | "nullslast" | "nulls_first" | "nullsfirst" | "asc" => {
                let words = match name {
                    "desc" => " DESC",
                    "asc" => " ASC",
                    "nulls_last" | "nullslast" => " NULLS LAST",
                    _ => " NULLS FIRST",
                };
                Fragment { compound: false, ..suffixed(clause, words) }
            }
            "label" => Fragment { label: self.text(&first).into_option(), ..clause },
            "collate" => match self.text(&first) {
                Known::Is(collation) => suffixed(clause, &format!(" COLLATE \"{collation}\"")),
                Known::Unreadable => clause,
            },
            "distinct" => {
                let mut bits = vec![Bit::Text("DISTINCT ".into())];
                bits.extend(clause.bits);
                Fragment { bits, compound: false, label: clause.label }
            }
            "over" | "filter" | "within_group" | "self_group" | "bindparams" | "params" | "compile" | "columns"
            | "execution_options" | "correlate" | "scalar_subquery" | "as_scalar" | "correlate_except" | "where" => {
                clause
            }
            "any_" | "all_" => clause.wrapped(if name == "any_" { "ANY (" } else { "ALL (" }, ")"),
            "any" | "has" => Fragment::of(vec![Bit::Hole("a relationship is followed".into())]),
            "next_value" => clause,
            _ => return None,
        })
    }

    /// Makes `CAST(expression AS type)`.
    pub fn cast(&mut self, clause: Fragment, kind: &Value) -> Fragment {
        let kind = self.column_type(kind).map_or(Known::Unreadable, |kind| kind.sql);
        let mut bits = vec![Bit::Text("CAST(".into())];
        bits.extend(clause.bits);
        bits.push(Bit::Text(" AS ".into()));
        bits.push(match kind {
            Known::Is(sql) => Bit::Text(sql.into()),
            Known::Unreadable => Bit::Hole("the type cannot be known".into()),
        });
        bits.push(Bit::Text(")".into()));
        Fragment::of(bits)
    }

    /// Answers `clause[key]`: a part of JSON or of an array.
    pub fn clause_item(&mut self, clause: Fragment, key: &Value) -> Fragment {
        match key {
            Value::Str(_) => {
                let key = self.literal_of(key);
                Fragment::compound(clause, "->", key)
            }
            Value::Tuple(_) | Value::List(_) => Fragment::compound(clause, "#>", Fragment::of(vec![Bit::Bind])),
            key => {
                let key = self.literal_of(key);
                Fragment::of(clause.within().into_iter().chain(key.wrapped("[", "]").bits).collect())
            }
        }
    }

    /// Returns what FROM would name for a value: a table, an alias, a mapped class, a subquery.
    pub fn source_of(&mut self, value: &Value) -> Option<Source> {
        match value {
            Value::Host(_) => match self.thing(value).cloned()? {
                Thing::Table(table) => Some(Source::Table(table.create.table.clone())),
                Thing::Source(source) => Some(source),
                Thing::Mapped(table) => Some(Source::Table(table)),
                Thing::Query(query) => Some(Source::Query { query, alias: Rc::from("anon_1") }),
                Thing::Column(column) => column.source,
                Thing::Clause(clause) => clause.sources().next().cloned(),
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
fn suffixed(clause: Fragment, text: &str) -> Fragment {
    let mut bits = clause.within();
    bits.push(Bit::Text(text.into()));
    Fragment { bits, compound: true, label: None }
}

/// Returns `nextval('name')`.
fn sequence_next(name: &Known<String>) -> Fragment {
    match name {
        Known::Is(name) => Fragment::text(&format!("nextval('{name}')")),
        Known::Unreadable => Fragment::hole("the sequence cannot be known"),
    }
}
