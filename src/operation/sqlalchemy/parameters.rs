//! Parameters in SQL text, as `text()` finds them (SQLAlchemy 1.3 to 2.1, `TextClause`).

use crate::operation::migration_host::MigrationHost;
use crate::operation::refusal::{Complaint, RefusalKind, Refuser};
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::sql_expr::{SqlExpr, SqlToken};
use crate::python::host::{Arguments, At};
use crate::python::value::{Piece, Str, Value};
use crate::sql::dialect::Dialect;
use crate::text::cut;
use crate::text::known::Known;

/// What stands for a part of a text that cannot be known.
const HOLE: char = '\u{FFFC}';

/// A parameter in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: String,
    /// Whether it stands in a string literal of SQL, where nobody means one.
    pub(crate) in_literal: bool,
}

/// Returns the parameters of a text: a colon with a word behind it, unless a colon, a backslash or
/// a letter stands before it or a colon behind it (`(?<![:\w\x5c]):([\w\$]+)(?![:\w\$])`). What
/// borders on something unknown is left out.
pub(crate) fn named(text: &Str) -> Vec<Parameter> {
    let mut letters: Vec<char> = Vec::new();
    for piece in text.pieces.iter() {
        match piece {
            Piece::Known { text, .. } => letters.extend(text.chars()),
            Piece::Hole { .. } => letters.push(HOLE),
        }
    }
    let is_word = |letter: &char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    let mut found = Vec::new();
    let mut quotes = 0usize;
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        quotes += usize::from(letter == '\'');
        let before = at.checked_sub(1).map(|before| letters[before]);
        let opens = letter == ':'
            && before
                .is_none_or(|before| !is_word(&before) && !matches!(before, ':' | '\\' | HOLE));
        if !opens {
            at += 1;
            continue;
        }
        let length = letters[at + 1..].iter().take_while(|letter| is_word(letter)).count();
        let taken = match letters.get(at + 1 + length) {
            Some(&HOLE) => 0,
            Some(':') => 0,
            _ => length,
        };
        if taken > 0 {
            let name = letters[at + 1..=at + taken].iter().collect();
            found.push(Parameter { name, in_literal: quotes % 2 == 1 });
        }
        at += 1 + taken;
    }
    found
}

/// The names that values are given for; nothing where they cannot be known.
pub(crate) fn given(host: &MigrationHost, parameters: Option<&Value>) -> Option<Vec<String>> {
    match parameters {
        None | Some(Value::None) => Some(Vec::new()),
        Some(Value::Dict(entries)) => {
            entries.borrow().iter().map(|(name, _)| host.text(name).into_option()).collect()
        }
        Some(rows) => match host.items(rows)? {
            (rows, true) => match rows.first() {
                None => Some(Vec::new()),
                row @ Some(Value::Dict(_)) => given(host, row),
                Some(_) => None,
            },
            (_, false) => None,
        },
    }
}

/// Returns what `bindparams` binds.
pub(crate) fn bound(arguments: &Arguments) -> SqlToken {
    let names = arguments.keywords.iter().map(|(name, _)| name.clone()).collect();
    SqlToken::Bound { names, open: arguments.open || !arguments.positional.is_empty() }
}

/// Checks that each name that `bindparams` binds is a parameter of the text.
pub(crate) fn check_bound(
    host: &mut MigrationHost,
    clause: &SqlExpr,
    arguments: &Arguments,
    at: At<'_>,
) {
    let [SqlToken::Raw(text), rest @ ..] = clause.bits.as_slice() else { return };
    if text.hole().is_some() || rest.iter().any(|bit| !matches!(bit, SqlToken::Bound { .. })) {
        return;
    }
    let known = named(text);
    let stray =
        arguments.keywords.iter().find(|(name, _)| known.iter().all(|known| known.name != *name));
    if let Some((name, _)) = stray {
        let error = format!(
            "ArgumentError: This text() construct doesn't define a bound parameter named '{name}'"
        );
        let complaint =
            Complaint::new(RefusalKind::UnboundParameter, Refuser::SqlAlchemy, name, error).remedy(
                format!("Write the cast as `CAST(:{name} AS type)`, or take the value out."),
            );
        host.refuse(complaint, at);
    }
}

/// Checks that each parameter of a text that is executed gets a value.
pub(crate) fn check_text(
    host: &mut MigrationHost,
    text: &Str,
    given: Option<&[String]>,
    at: At<'_>,
) {
    let Some(given) = given else { return };
    let missing = named(text).into_iter().find(|named| !given.contains(&named.name));
    if let Some(Parameter { name, in_literal }) = missing {
        let error = format!("StatementError: A value is required for bind parameter '{name}'");
        let remedy = match in_literal {
            true => format!("Escape the colon: `\\\\:{name}`, or `\\:{name}` in a raw string."),
            false => format!("Give it a value: `sa.text(\"...\").bindparams({name}=...)`."),
        };
        let complaint =
            Complaint::new(RefusalKind::UnboundParameter, Refuser::SqlAlchemy, name, error);
        host.refuse(complaint.remedy(remedy), at);
    }
}

/// Checks that no list is given where one value stands: `IN :ids` asks for `expanding`.
pub(crate) fn check_lists(host: &mut MigrationHost, text: &Str, given: Option<&Value>, at: At<'_>) {
    let (Some(Value::Dict(entries)), Some(whole)) = (given, text.whole()) else { return };
    let lower = whole.to_lowercase();
    let is_list = |value: &Value| {
        matches!(
            (host.dialect, value),
            (Dialect::PostgreSql | Dialect::Sqlite, Value::List(_) | Value::Set(_))
                | (Dialect::Sqlite, Value::Tuple(_))
        )
    };
    let stands_in = |name: &str| {
        let wanted = format!("in :{}", name.to_lowercase());
        lower.match_indices(&wanted).any(|(at, found)| {
            let behind = cut::from(&lower, at + found.len()).chars().next();
            !behind.is_some_and(|next| next.is_alphanumeric() || next == '_')
        })
    };
    let found = entries.borrow().iter().find_map(|(name, value)| {
        let name = host.text(name).into_option()?;
        (is_list(value) && stands_in(&name)).then_some(name)
    });
    let Some(name) = found else { return };
    let error = match host.dialect {
        Dialect::Sqlite => "OperationalError: near \"?\": syntax error",
        _ => "ProgrammingError: syntax error at or near \"ARRAY\"",
    };
    let complaint =
        Complaint::new(RefusalKind::WrongArguments, Refuser::Driver, format!(":{name}"), error);
    host.refuse(
        complaint.remedy(format!(
            "Say that it is a list: `.bindparams(sa.bindparam(\"{name}\", expanding=True))`."
        )),
        at,
    );
}

/// Checks that no value is a dict: the drivers of PostgreSQL, MySQL and SQLite send none without a
/// type (seen on psycopg2 2.9, psycopg 3.2, PyMySQL 1.1 and sqlite3).
pub(crate) fn check_dicts(host: &mut MigrationHost, given: Option<&Value>, at: At<'_>) {
    let Some(Value::Dict(entries)) = given else { return };
    let found = entries.borrow().iter().find_map(|(name, value)| {
        matches!(value, Value::Dict(_)).then(|| host.text(name).into_option()).flatten()
    });
    let Some(name) = found else { return };
    let error = "ProgrammingError: can't adapt type 'dict'";
    let complaint =
        Complaint::new(RefusalKind::WrongArguments, Refuser::Driver, format!(":{name}"), error);
    host.refuse(complaint.remedy("Send it as text: `json.dumps(...)`."), at);
}

/// Checks that each parameter of an expression that is executed gets a value.
pub(crate) fn check_clause(
    host: &mut MigrationHost,
    clause: &SqlExpr,
    given: Option<&[String]>,
    at: At<'_>,
) {
    let mut names = given.map(<[String]>::to_vec);
    for bit in &clause.bits {
        match bit {
            SqlToken::Bound { open: true, .. } => names = None,
            SqlToken::Bound { names: bound, .. } => {
                if let Some(names) = &mut names {
                    names.extend(bound.iter().cloned());
                }
            }
            _ => {}
        }
    }
    let texts: Vec<Str> = raw(clause).cloned().collect();
    for text in &texts {
        check_text(host, text, names.as_deref(), at);
    }
}

/// Checks the text of a default or a condition: DDL has no parameters, and SQLAlchemy writes NULL
/// for what looks like one.
pub(crate) fn check_ddl(host: &mut MigrationHost, value: Option<&Value>, at: At<'_>) {
    let texts: Vec<Str> = match value {
        Some(Value::Str(text)) => vec![text.clone()],
        Some(value) => match host.thing(value) {
            Some(SaValue::Clause(clause)) => raw(clause).cloned().collect(),
            _ => return,
        },
        None => return,
    };
    let Some(Parameter { name, .. }) = texts.iter().flat_map(named).next() else { return };
    let error = format!("`:{name}` is sent as `NULL`");
    let complaint = Complaint::new(RefusalKind::UnboundParameter, Refuser::Nobody, &name, error)
        .remedy(format!("Escape the colon: `\\\\:{name}`, or `\\:{name}` in a raw string."));
    host.refuse(complaint, at);
}

fn raw(clause: &SqlExpr) -> impl Iterator<Item = &Str> {
    clause.bits.iter().filter_map(|bit| match bit {
        SqlToken::Raw(text) => Some(text),
        _ => None,
    })
}

/// Checks the text of `sa.DDL(...)`, which is formatted with `%`.
pub(crate) fn check_format(host: &mut MigrationHost, text: &Str, at: At<'_>) {
    let Known::Is(whole) = Known::from(text.whole()) else { return };
    let mut rest = whole.as_str();
    while let Some(start) = rest.find('%') {
        let behind = cut::from(rest, start + 1);
        if let Some(after) = behind.strip_prefix('%') {
            rest = after;
            continue;
        }
        let end = behind.char_indices().nth(1).map_or(behind.len(), |(end, _)| end);
        let error = match behind.strip_prefix('(').and_then(|named| named.split(')').next()) {
            // A target of the event gives these.
            Some("table" | "schema" | "fullname") => return,
            Some(name) => format!("KeyError: '{name}'"),
            None => "ValueError: unsupported format character, or not enough arguments".to_owned(),
        };
        let what = format!("%{}", cut::to(behind, end));
        let complaint =
            Complaint::new(RefusalKind::UnboundParameter, Refuser::SqlAlchemy, what, error)
                .remedy("Write `%%` for a percent sign in `sa.DDL(...)`.");
        return host.refuse(complaint, at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_as_sqlalchemy_finds_them() {
        let rows = [
            ("SELECT :a, :b_1", "a b_1"),
            ("SELECT '{\"days\":28}'", "28*"),
            ("SELECT '{\"days\": 28}'", ""),
            ("SELECT a::text, '12:30', 'x:y', 'https://z'", ""),
            (r"SELECT '\:x'", ""),
            ("SELECT :p::text", ""),
            ("SELECT :name::text, ':x::y'", ""),
            ("SELECT a ~ '^(?:abc)$'", "abc*"),
            ("SELECT a[1:2], b[x:y]", ""),
        ];
        for (text, expected) in rows {
            let found: Vec<String> = named(&Str::known(text, None))
                .into_iter()
                .map(|found| format!("{}{}", found.name, if found.in_literal { "*" } else { "" }))
                .collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
