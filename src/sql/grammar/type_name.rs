//! Types as SQL writes them.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::token::TokenKind;
use crate::sql::table::{Checked, ColumnType, EnumType};
use crate::text::known::Known;

/// Reads a type, and moves behind it. `None` where no name is next.
pub fn type_name(cursor: &mut Cursor<'_>) -> Option<ColumnType> {
    let from = cursor.position();
    let token = cursor.token(0)?;
    if !matches!(token.kind, TokenKind::Word | TokenKind::Quoted) {
        return None;
    }
    let plain = token.kind == TokenKind::Word;
    let name = cursor.path().into_option().unwrap_or_else(|| "…".to_owned());
    let labels = words_and_arguments(cursor, &name.to_ascii_lowercase());
    dimensions(cursor);
    let read = cursor.over(&cursor.tokens[from..cursor.position()]);
    let sql = read.sql().map(|sql| written(&sql, plain && !name.contains('.')));
    let labels = labels.map(|labels| EnumType {
        name: None,
        schema: None,
        labels,
        native: true,
        created_with_table: true,
        disowned: false,
        checked: Checked::No,
    });
    Some(ColumnType { name, sql, labels })
}

/// Reads the words that belong to a type, its arguments, and the labels of MySQL's ENUM.
fn words_and_arguments(cursor: &mut Cursor<'_>, name: &str) -> Option<Known<Vec<String>>> {
    match name {
        "double" => cursor.eat("PRECISION"),
        "national" => {
            cursor.eat_any(&["CHARACTER", "CHAR", "VARCHAR"]);
            cursor.eat("VARYING")
        }
        "character" | "char" | "nchar" | "bit" => cursor.eat("VARYING"),
        "long" => cursor.eat_any(&["VARCHAR", "VARBINARY"]),
        "interval" => interval(cursor),
        _ => false,
    };
    let arguments = cursor.group();
    match name {
        "timestamp" | "time" => {
            cursor.eat_any(&["WITH TIME ZONE", "WITHOUT TIME ZONE", "WITH LOCAL TIME ZONE"]);
        }
        "interval" => {
            interval(cursor);
            cursor.group();
        }
        _ => {}
    }
    while cursor.eat_any(&["UNSIGNED", "SIGNED", "ZEROFILL"]) {}
    if !matches!(name, "enum" | "set") {
        return None;
    }
    let labels = arguments?.list().into_iter().map(|mut item| item.string()?.into_option());
    Some(labels.collect::<Option<Vec<String>>>().into())
}

fn interval(cursor: &mut Cursor<'_>) -> bool {
    const FIELDS: [&str; 6] = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];
    let found = cursor.eat_any(&FIELDS);
    if found && cursor.eat("TO") {
        cursor.eat_any(&FIELDS);
    }
    found
}

/// Reads `[]`, `[3]` and `ARRAY`.
fn dimensions(cursor: &mut Cursor<'_>) {
    cursor.eat("ARRAY");
    while cursor.is_mark(b'[') {
        cursor.pass();
    }
}

/// Writes a type as the nouns want it: upper case, a space behind each comma and no other that is
/// not needed. Names of one's own keep their case.
fn written(sql: &str, plain: bool) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut quoted = false;
    for character in sql.chars() {
        quoted ^= character == '\'';
        match character {
            ' ' if !quoted && (out.ends_with(['(', ' ', ',', '[']) || out.is_empty()) => {}
            '(' | ')' | ',' | '[' | ']' if !quoted => {
                out.truncate(out.trim_end().len());
                out.push(character);
                if character == ',' {
                    out.push(' ');
                }
            }
            _ if quoted || !plain => out.push(character),
            _ => out.extend(character.to_uppercase()),
        }
    }
    let base = out.split(['(', '[', ' ']).next().unwrap_or("");
    if plain && !is_builtin(base) { sql.to_lowercase() } else { out }
}

/// Tells whether a word, upper case, begins the name of a type that databases bring along.
fn is_builtin(word: &str) -> bool {
    const NAMES: &str = " ARRAY BIGINT BIGSERIAL BINARY BIT BLOB BOOL BOOLEAN BOX BPCHAR BYTEA \
        CHAR CHARACTER CIDR CIRCLE CITEXT CLOB DATE DATERANGE DATETIME DATETIME2 DATETIMEOFFSET \
        DEC DECIMAL DOUBLE ENUM FIXED FLOAT FLOAT4 FLOAT8 GEOGRAPHY GEOMETRY HSTORE IMAGE INET INT \
        INT2 INT4 INT8 INT4RANGE INT8RANGE INTEGER INTERVAL JSON JSONB JSONPATH LINE LONG LONGBLOB \
        LONGTEXT LSEG LTREE MACADDR MACADDR8 MEDIUMBLOB MEDIUMINT MEDIUMTEXT MONEY NAME NATIONAL \
        NCHAR NTEXT NUMBER NUMERIC NUMRANGE NVARCHAR OID PATH PG_LSN POINT POLYGON RAW REAL \
        REGCLASS ROWVERSION SERIAL SERIAL2 SERIAL4 SERIAL8 SET SMALLDATETIME SMALLINT SMALLMONEY \
        SMALLSERIAL SQL_VARIANT STRING TEXT TIME TIMESTAMP TIMESTAMPTZ TIMETZ TINYBLOB TINYINT \
        TINYTEXT TSQUERY TSRANGE TSTZRANGE TSVECTOR UNIQUEIDENTIFIER UUID VARBINARY VARBIT VARCHAR \
        VARCHAR2 VECTOR XML YEAR ";
    NAMES.split(' ').any(|name| name == word)
}
