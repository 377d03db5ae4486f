//! Types of columns, canonical: aliases are resolved, so that two spellings of one type are equal.

use crate::sql::dialect::Dialect;
use crate::sql::table::ColumnType;
use crate::text::cut;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SqlType {
    /// The canonical name, lower case, without arguments: `varchar`, `integer`, `timestamp`. An
    /// enum whose labels are known is `enum`.
    pub base: String,
    /// The arguments, in order: `(10, 2)`; of an enum the labels, of a whole number `unsigned` if
    /// it is.
    pub arguments: Vec<String>,
    /// WITH TIME ZONE.
    pub timezone: bool,
    /// How many dimensions, if it is an array.
    pub array: u8,
}

/// What kind of values a type holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Whole numbers.
    Integer,
    /// NUMERIC.
    Decimal,
    /// REAL and DOUBLE.
    Float,
    /// Strings.
    Text,
    /// Strings padded to their length.
    Padded,
    /// BOOLEAN.
    Boolean,
    /// DATE.
    Date,
    /// TIMESTAMP and DATETIME.
    Timestamp,
    /// TIME.
    Time,
    /// INTERVAL.
    Interval,
    /// JSON and JSONB.
    Json,
    /// UUID.
    Uuid,
    /// INET and CIDR.
    Network,
    /// Bit strings.
    Bits,
    /// Bytes.
    Bytes,
    /// An enum whose labels are known.
    Enum,
    /// Another type that databases bring along.
    Builtin,
    /// A type of one's own.
    Own,
}

impl SqlType {
    /// Reads a type as PostgreSQL and most others write it.
    pub fn parse(text: &str) -> SqlType {
        SqlType::parse_for(text, Dialect::PostgreSql)
    }

    /// Reads a type as a dialect writes it.
    pub fn parse_for(text: &str, dialect: Dialect) -> SqlType {
        let (text, array) = without_dimensions(text.trim());
        let text = match dialect {
            Dialect::PostgreSql => without_default_schema(text),
            _ => text,
        };
        let lower = text.to_lowercase();
        let open = lower.find('(').unwrap_or(lower.len());
        let close = lower.rfind(')').unwrap_or(lower.len()).max(open);
        let arguments = text.get(open + 1..close).map(arguments).unwrap_or_default();
        let behind = lower.get(close + 1..).unwrap_or("");
        let words: Vec<&str> =
            cut::to(&lower, open).split_whitespace().chain(behind.split_whitespace()).collect();
        let mut read = canonical(&words.join(" "), arguments, dialect);
        read.array = array;
        read
    }

    /// Returns the type of a column; `None` where it cannot be known.
    pub fn of(column: &ColumnType, dialect: Dialect) -> Option<SqlType> {
        let has_enums = matches!(dialect, Dialect::PostgreSql | Dialect::MySql | Dialect::MariaDb);
        let native = column.labels.as_ref().filter(|labels| labels.native && has_enums);
        if let Some(labels) = native.and_then(|own| own.labels.get()) {
            let base = "enum".to_owned();
            let array = column.sql.as_str().map_or(0, |sql| without_dimensions(sql.trim()).1);
            return Some(SqlType { base, arguments: labels.clone(), timezone: false, array });
        }
        column.sql.as_str().map(|sql| SqlType::parse_for(sql, dialect))
    }

    /// Returns the argument at a place as a number.
    pub fn number(&self, at: usize) -> Option<u32> {
        self.arguments.get(at)?.parse().ok()
    }

    /// Returns the type of the elements of an array.
    pub fn element(&self) -> SqlType {
        SqlType { array: 0, ..self.clone() }
    }

    /// Returns what kind of values it holds.
    pub fn family(&self) -> Family {
        match self.base.as_str() {
            "tinyint" | "smallint" | "mediumint" | "integer" | "bigint" => Family::Integer,
            "numeric" | "money" => Family::Decimal,
            "real" | "double" => Family::Float,
            "varchar" | "text" | "citext" | "tinytext" | "mediumtext" | "longtext" | "name" => {
                Family::Text
            }
            "char" => Family::Padded,
            "boolean" => Family::Boolean,
            "date" => Family::Date,
            "timestamp" => Family::Timestamp,
            "time" => Family::Time,
            "interval" => Family::Interval,
            "json" | "jsonb" => Family::Json,
            "uuid" => Family::Uuid,
            "inet" | "cidr" => Family::Network,
            "bit" | "varbit" => Family::Bits,
            "bytea" | "blob" | "binary" | "varbinary" | "tinyblob" | "mediumblob" | "longblob" => {
                Family::Bytes
            }
            "enum" => Family::Enum,
            "macaddr" | "macaddr8" | "xml" | "hstore" | "ltree" | "tsvector" | "tsquery"
            | "point" | "line" | "lseg" | "box" | "path" | "polygon" | "circle" | "geometry"
            | "geography" | "int4range" | "int8range" | "numrange" | "tsrange" | "tstzrange"
            | "daterange" | "oid" | "regclass" | "vector" | "set" | "year" | "sql_variant" => {
                Family::Builtin
            }
            _ => Family::Own,
        }
    }
}

/// Tells whether two names on PostgreSQL are of one type: `public.mood` is `mood`.
pub fn is_same_name(one: &str, other: &str) -> bool {
    without_default_schema(one).eq_ignore_ascii_case(without_default_schema(other))
}

/// Returns the name of a type without a schema that is searched anyway: `public.mood` is `mood`.
pub fn without_default_schema(name: &str) -> &str {
    match name.split_once('.') {
        Some((schema, rest)) => match schema.trim_matches('"').to_lowercase().as_str() {
            "public" | "pg_catalog" => rest,
            _ => name,
        },
        None => name,
    }
}

/// Cuts `[]`, `[3]` and `ARRAY` off.
pub fn without_dimensions(text: &str) -> (&str, u8) {
    let mut text = text;
    let mut array = 0;
    loop {
        let cut = match text.strip_suffix(']') {
            Some(inner) => inner.rfind('[').map(|at| cut::to(inner, at)),
            None => text
                .len()
                .checked_sub(6)
                .filter(|&at| {
                    text.get(at..).is_some_and(|word| word.eq_ignore_ascii_case(" array"))
                })
                .map(|at| cut::to(text, at)),
        };
        match cut {
            Some(cut) if array < u8::MAX => {
                text = cut.trim_end();
                array += 1;
            }
            _ => return (text, array),
        }
    }
}

/// Cuts arguments at commas outside quotes.
fn arguments(text: &str) -> Vec<String> {
    let mut arguments = vec![String::new()];
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '\'' => quoted = !quoted,
            ',' if !quoted => {
                arguments.push(String::new());
                continue;
            }
            _ if quoted || !character.is_whitespace() => {}
            _ => continue,
        }
        if character != '\'' {
            arguments.last_mut().expect("the list begins with one").push(character);
        }
    }
    arguments
}

fn canonical(name: &str, arguments: Vec<String>, dialect: Dialect) -> SqlType {
    let name = name.split(" collate ").next().unwrap_or(name);
    let name = name.split(" character set ").next().unwrap_or(name).trim_end_matches(" zerofill");
    let (name, unsigned) =
        name.strip_suffix(" unsigned").map_or((name, false), |name| (name, true));
    let zoned = name.ends_with("with time zone") || name.ends_with("with local time zone");
    let name = name
        .trim_end_matches("with time zone")
        .trim_end_matches("without time zone")
        .trim_end_matches("with local time zone")
        .trim_end();
    let name = name.strip_prefix("pg_catalog.").unwrap_or(name);
    let of_server = dialect == Dialect::SqlServer;
    let tiny = arguments.first().is_some_and(|argument| argument == "1");
    let (base, timezone) = match name {
        "int" | "int4" | "integer" | "serial" | "serial4" => ("integer", false),
        "int8" | "bigint" | "bigserial" | "serial8" => ("bigint", false),
        "int2" | "smallint" | "smallserial" | "serial2" => ("smallint", false),
        "tinyint" if tiny && dialect.is_mysql() => ("boolean", false),
        "varchar"
        | "character varying"
        | "char varying"
        | "nvarchar"
        | "varchar2"
        | "nvarchar2"
        | "national character varying"
        | "national varchar"
        | "string"
        | "sysname" => ("varchar", false),
        "char" | "character" | "bpchar" | "nchar" | "national character" | "national char" => {
            ("char", false)
        }
        "ntext" | "clob" | "nclob" | "long" => ("text", false),
        "float" if dialect.is_mysql() => ("real", false),
        "float"
            if arguments
                .first()
                .and_then(|bits| bits.parse().ok())
                .is_some_and(|bits: u32| bits <= 24) =>
        {
            ("real", false)
        }
        "float8" | "double precision" | "double" | "float" | "binary_double" => ("double", false),
        "float4" | "real" | "binary_float" => ("real", false),
        "bool" | "boolean" => ("boolean", false),
        "bit" if of_server => ("boolean", false),
        "decimal" | "dec" | "numeric" | "number" | "fixed" => ("numeric", false),
        "timestamptz" => ("timestamp", true),
        "timestamp" | "datetime" | "datetime2" | "smalldatetime" => ("timestamp", zoned),
        "datetimeoffset" => ("timestamp", true),
        "timetz" => ("time", true),
        "time" => ("time", zoned),
        "bit varying" => ("varbit", false),
        "uniqueidentifier" => ("uuid", false),
        "image" => ("blob", false),
        "smallmoney" => ("money", false),
        other => (other, false),
    };
    let no_arguments = matches!(
        base,
        "integer" | "bigint" | "smallint" | "mediumint" | "tinyint" | "boolean" | "double" | "real"
    );
    let arguments = match (base, arguments.is_empty(), fraction(name, dialect)) {
        ("timestamp" | "time", true, Some(digits)) => vec![digits.to_owned()],
        _ => arguments,
    };
    SqlType {
        base: base.to_owned(),
        arguments: number_arguments(no_arguments, unsigned, arguments),
        timezone,
        array: 0,
    }
}

/// Returns how many digits of a second a type holds that says none; nothing where that is six
/// (manual of MySQL 8.4, 13.2.6; Transact-SQL reference, date and time types).
fn fraction(name: &str, dialect: Dialect) -> Option<&'static str> {
    match (dialect, name) {
        (Dialect::MySql | Dialect::MariaDb, _) => Some("0"),
        (Dialect::SqlServer, "datetime2" | "datetimeoffset" | "time") => Some("7"),
        (Dialect::SqlServer, "datetime") => Some("3"),
        (Dialect::SqlServer, "smalldatetime") => Some("0"),
        _ => None,
    }
}

/// The arguments of a whole number say how wide it is shown, which is of no matter; `unsigned` is.
fn number_arguments(is_number: bool, unsigned: bool, arguments: Vec<String>) -> Vec<String> {
    match (is_number, unsigned) {
        (true, true) => vec!["unsigned".to_owned()],
        (true, false) => Vec::new(),
        (false, _) => arguments,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_type_are_equal() {
        let same = [
            ("int", "INTEGER"),
            ("int8", "bigint"),
            ("serial", "int4"),
            ("varchar(50)", "CHARACTER VARYING (50)"),
            ("numeric(10,2)", "DECIMAL(10, 2)"),
            ("timestamptz", "TIMESTAMP WITH TIME ZONE"),
            ("timestamp(3) with time zone", "TIMESTAMP(3)WITH TIME ZONE"),
            ("timestamp", "TIMESTAMP WITHOUT TIME ZONE"),
            ("float8", "double precision"),
            ("float(10)", "real"),
            ("bool", "BOOLEAN"),
            ("text[]", "TEXT ARRAY"),
            ("int[3][]", "integer[][]"),
            ("varchar(10) collate \"C\"", "varchar(10)"),
        ];
        for (left, right) in same {
            assert_eq!(SqlType::parse(left), SqlType::parse(right));
        }
        assert_ne!(SqlType::parse("varchar(50)"), SqlType::parse("varchar(51)"));
        assert_ne!(SqlType::parse("timestamp"), SqlType::parse("timestamptz"));
        assert_eq!(SqlType::parse("enum('a, b','c')").arguments, ["a, b", "c"]);
        assert_eq!(SqlType::parse_for("TINYINT(1)", Dialect::MySql).base, "boolean");
    }
}
