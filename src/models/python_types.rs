//! What SQLAlchemy makes of Python's types where an annotation alone says the type of a column.

use crate::sql::version::ServerVersion;

/// Returns the type for a Python type (`sqlalchemy.sql.sqltypes._type_map`, SQLAlchemy 2.0.44).
pub(crate) fn declarative(python: &str) -> Option<&'static str> {
    Some(match python {
        "int" => "sqlalchemy.Integer",
        "float" => "sqlalchemy.Float",
        "bool" => "sqlalchemy.Boolean",
        "str" => "sqlalchemy.String",
        "bytes" => "sqlalchemy.LargeBinary",
        "decimal.Decimal" => "sqlalchemy.Numeric",
        "datetime.date" => "sqlalchemy.Date",
        "datetime.datetime" => "sqlalchemy.DateTime",
        "datetime.time" => "sqlalchemy.Time",
        "datetime.timedelta" => "sqlalchemy.Interval",
        "uuid.UUID" => "sqlalchemy.Uuid",
        "typing.LiteralString" => "sqlalchemy.String",
        _ => return None,
    })
}

/// The version of SQLModel from which on a plain `datetime` has a time zone (0.0.44 has none).
const ZONED: ServerVersion = ServerVersion { major: 0, minor: 0, patch: 45 };

/// Returns the type for a Python type in a class of SQLModel (`sqlmodel.main.get_sqlalchemy_type`,
/// SQLModel 0.0.27 to 0.0.50).
pub(crate) fn sqlmodel(python: &str, version: Option<ServerVersion>) -> Option<&'static str> {
    Some(match python {
        "datetime.datetime" => match version {
            Some(version) if version >= ZONED => "sqlmodel.UtcDateTime",
            Some(_) => "sqlalchemy.DateTime",
            None => return None,
        },
        "pydantic.NaiveDatetime" => "sqlalchemy.DateTime",
        "str" => "sqlmodel.AutoString",
        "pathlib.Path"
        | "ipaddress.IPv4Address"
        | "ipaddress.IPv4Network"
        | "ipaddress.IPv6Address"
        | "ipaddress.IPv6Network"
        | "pydantic.EmailStr"
        | "pydantic.networks.EmailStr"
        | "pydantic.SecretStr"
        | "pydantic.AnyUrl"
        | "pydantic.HttpUrl" => "sqlmodel.AutoString",
        "pydantic.UUID4" | "pydantic.UUID1" => "sqlalchemy.Uuid",
        "typing.LiteralString" => return None,
        other => return declarative(other),
    })
}
