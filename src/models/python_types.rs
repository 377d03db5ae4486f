//! What SQLAlchemy makes of Python's types where an annotation alone says the type of a column.

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

/// Returns the type for a Python type in a class of SQLModel (`sqlmodel.main.get_sqlalchemy_type`,
/// SQLModel 0.0.27).
pub(crate) fn sqlmodel(python: &str) -> Option<&'static str> {
    Some(match python {
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
