//! Names as SQL reads them: quoted where it would read another name, or none.

use crate::sql::dialect::Dialect;
use crate::sql::table::TableName;
use crate::text::known::Known;

/// What stands for a name that people fill in.
const BLANK: &str = "...";

/// Words that PostgreSQL takes for no name of a table or a column: those of `pg_get_keywords()`
/// whose category is R or T, the same from 15 to 18. Other databases reserve others besides;
/// quoting one too many does no harm.
const RESERVED: &str = " all analyse analyze and any array as asc asymmetric authorization binary \
    both case cast check collate collation column concurrently constraint create cross \
    current_catalog current_date current_role current_schema current_time current_timestamp \
    current_user default deferrable desc distinct do else end except false fetch for foreign \
    freeze from full grant group having ilike in initially inner intersect into is isnull join key \
    lateral leading left like limit localtime localtimestamp natural not notnull null offset on \
    only or order outer overlaps placing primary references returning right select session_user \
    similar some symmetric system_user table tablesample then to trailing true union unique user \
    using variadic verbose when where window with ";

/// Returns a name as SQL.
pub fn ident(name: &str, dialect: Dialect) -> String {
    if name == BLANK || is_plain(name) {
        return name.to_owned();
    }
    match dialect {
        Dialect::MySql | Dialect::MariaDb => format!("`{}`", name.replace('`', "``")),
        Dialect::SqlServer => format!("[{}]", name.replace(']', "]]")),
        Dialect::PostgreSql | Dialect::Sqlite | Dialect::Oracle => {
            format!("\"{}\"", name.replace('"', "\"\""))
        }
    }
}

/// Returns a table as SQL, with its schema.
pub fn table(table: &TableName, dialect: Dialect) -> String {
    let part = |name: &Known<String>| ident(name.as_str().unwrap_or(BLANK), dialect);
    let schema = table.schema.as_ref().map(|schema| format!("{}.", part(schema)));
    format!("{}{}", schema.unwrap_or_default(), part(&table.name))
}

/// Returns names as SQL, with commas between them.
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>, dialect: Dialect) -> String {
    names.into_iter().map(|name| ident(name, dialect)).collect::<Vec<_>>().join(", ")
}

/// Tells whether SQL reads a name as it stands.
fn is_plain(name: &str) -> bool {
    let letters = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    letters && begins && !RESERVED.split_ascii_whitespace().any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_sql_would_read_others() {
        let table = [
            ("users", "users"),
            ("userId", "\"userId\""),
            ("order", "\"order\""),
            ("2fa", "\"2fa\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("größe", "\"größe\""),
            ("", "\"\""),
            ("...", "..."),
        ];
        for (name, sql) in table {
            assert_eq!(ident(name, Dialect::PostgreSql), sql);
        }
        assert_eq!(ident("order", Dialect::MySql), "`order`");
        assert_eq!(ident("order", Dialect::SqlServer), "[order]");
    }

    #[test]
    fn each_part_of_a_table_is_quoted_by_itself() {
        let events = TableName { schema: Some("app".into()), name: "Events".into() };
        assert_eq!(super::table(&events, Dialect::PostgreSql), "app.\"Events\"");
        assert_eq!(list(["id", "userId"], Dialect::PostgreSql), "id, \"userId\"");
    }
}
