//! Types of the values that queries compute: PostgreSQL has an operator for some pairs of types, and
//! reads a quoted text as the type that the operator wants (`pg_operator`, tried on 15.18).

use crate::schema::answer::compared::has_own_operator;
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::scopes::column_of;
use crate::schema::answer::types::cast_name;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::sql::casts::CastType;
use crate::sql::literal;
use crate::sql::object_change::ObjectKind;
use crate::sql::operators::{Operand, Operation, is_comparison, operate};
use crate::sql::returned::returned;
use crate::sql::scope::{NamedColumn, Scopes, Value};
use crate::sql::table::ColumnType;
use crate::sql::types::SqlType;
use crate::sql::value::{self, Fit};

/// What is known of the type of a value.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// It is of a type.
    Of(CastType),
    /// It is a quoted text, which has no type by itself; NULL has no text.
    Untyped(Option<String>),
    /// Nothing.
    Unknown,
}

/// The queries of a statement, and the database that they are put to.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The database.
    pub(super) database: &'a Database,
    /// The queries.
    pub(super) scopes: &'a Scopes,
    /// The server.
    pub(super) engine: Engine,
}

/// Refuses operators that PostgreSQL does not have for what stands on their sides.
pub(super) fn operators_are_there(asked: Asked<'_>) -> Answer {
    let all = asked.scopes.computed.iter().map(|value| match asked.meaning(value) {
        Ok(_) => Answer::Applied,
        Err(refusal) => (*refusal).into(),
    });
    Answer::first(all)
}

impl Asked<'_> {
    /// Tells what a value is of; an error where an operator in it is refused.
    pub(super) fn meaning(self, value: &Value) -> Result<Meaning, Box<Refusal>> {
        let of = |kind: Option<CastType>| kind.map_or(Meaning::Unknown, Meaning::Of);
        Ok(match value {
            Value::Column(named) => of(self.column(named)),
            Value::Constant(sql) if sql.eq_ignore_ascii_case("null") => Meaning::Untyped(None),
            Value::Constant(sql) => match literal::text(sql) {
                Some(text) => Meaning::Untyped(Some(text)),
                None => of(literal::constant_type(sql)),
            },
            Value::Cast(kind) => {
                of(cast_name(self.database, &ColumnType::of_sql(kind), self.engine))
            }
            Value::Call(name) => {
                let is_own = self.database.object(ObjectKind::Routine, name).is_some();
                of(returned(name).filter(|_| !is_own).and_then(CastType::builtin_type))
            }
            Value::Chain { operators, operands } => {
                let Some((first, others)) = operands.split_first() else {
                    return Ok(Meaning::Unknown);
                };
                let mut left = self.meaning(first)?;
                for (operator, operand) in operators.iter().zip(others) {
                    let right = self.meaning(operand)?;
                    left = self.operated(operator, &left, &right, value)?;
                }
                left
            }
            Value::Chosen(values) => self.chosen(values)?,
            Value::Other => Meaning::Unknown,
        })
    }

    /// What is chosen among values of one type is of it; texts are read as the others.
    fn chosen(self, values: &[Value]) -> Result<Meaning, Box<Refusal>> {
        let mut kinds: Vec<CastType> = Vec::new();
        for value in values {
            match self.meaning(value)? {
                Meaning::Of(kind) => kinds.push(kind),
                Meaning::Untyped(_) => {}
                Meaning::Unknown => return Ok(Meaning::Unknown),
            }
        }
        let first = kinds.first().cloned();
        let is_one = kinds.windows(2).all(|pair| pair[0] == pair[1]);
        Ok(first.filter(|_| is_one).map_or(Meaning::Unknown, Meaning::Of))
    }

    fn column(self, named: &NamedColumn) -> Option<CastType> {
        let (_, column) = column_of(self.database, self.scopes, named, self.engine)?;
        cast_name(self.database, column.kind.as_ref()?, self.engine)
    }

    fn operated(
        self,
        operator: &str,
        left: &Meaning,
        right: &Meaning,
        value: &Value,
    ) -> Result<Meaning, Box<Refusal>> {
        let gives = match (operand(left), operand(right)) {
            (Some(one), Some(other)) => operate(operator, one, other),
            _ => Operation::Unknown,
        };
        let what = match gives {
            Operation::Gives(kind, read) => {
                let texts = [left, right].into_iter().filter_map(|side| match side {
                    Meaning::Untyped(text) => text.as_deref(),
                    Meaning::Of(_) | Meaning::Unknown => None,
                });
                let unread = texts.zip(&read).find_map(|(text, kind)| unread(text, kind));
                return match unread {
                    Some(words) => {
                        Err(self.refused(value, |column| DatabaseError::BadValue { column, words }))
                    }
                    None => Ok(Meaning::Of(kind)),
                };
            }
            Operation::Unknown if is_comparison(operator) => {
                return Ok(CastType::builtin_type("bool").map_or(Meaning::Unknown, Meaning::Of));
            }
            Operation::Unknown => return Ok(Meaning::Unknown),
            Operation::Missing => "does not exist",
            Operation::Ambiguous => "is not unique",
        };
        if let (Meaning::Of(one), Meaning::Of(other)) = (left, right)
            && has_own_operator(self.database, one, other)
        {
            return Ok(Meaning::Unknown);
        }
        let words = format!("operator {what}: {} {operator} {}", shown(left), shown(right));
        Err(self.refused(value, |column| DatabaseError::NoOperator { column, words }))
    }

    /// Makes the refusal, about the first column and the tables of all.
    fn refused(self, value: &Value, error: impl FnOnce(String) -> DatabaseError) -> Box<Refusal> {
        let (mut columns, mut pending) = (Vec::new(), vec![value]);
        while let Some(next) = pending.pop() {
            match next {
                Value::Column(named) => columns.push(named),
                Value::Chain { operands: values, .. } | Value::Chosen(values) => {
                    pending.extend(values.iter().rev());
                }
                _ => {}
            }
        }
        let first = columns.first().map_or_else(|| "the expression".into(), |it| it.name.clone());
        let refusal = Refusal::proved(error(first));
        let refusal = columns.into_iter().fold(refusal, |refusal, named| {
            match column_of(self.database, self.scopes, named, self.engine) {
                Some((table, _)) => refusal.about(table.name.clone()),
                None => refusal,
            }
        });
        Box::new(refusal)
    }
}

fn operand(meaning: &Meaning) -> Option<Operand<'_>> {
    match meaning {
        Meaning::Of(kind) => Some(Operand::Of(kind)),
        Meaning::Untyped(_) => Some(Operand::Untyped),
        Meaning::Unknown => None,
    }
}

fn shown(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Of(kind) => literal::shown(kind).into_owned(),
        Meaning::Untyped(_) | Meaning::Unknown => "unknown".to_owned(),
    }
}

/// Returns the error for a text that is no value of the type that an operator wants.
fn unread(text: &str, kind: &CastType) -> Option<String> {
    match value::of_postgresql(text, &SqlType::parse(&literal::shown(kind))) {
        Fit::Fails(words) => Some(words),
        Fit::Fits | Fit::Unknown => None,
    }
}
