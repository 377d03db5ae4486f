"""Puts a few synthetic rows into every table, so that a migration meets data.

The plain pass writes rows that any sensible table could hold. The adversarial pass adds NULLs wherever the schema lets
them in, and duplicates wherever nothing forbids them: what production may hold and a migration must not assume away.
"""
import datetime
import decimal
import json
import re
import uuid

ROWS = 3
ATTEMPTS = 6


def seed(connection, adversarial=False, skip=()):
    """Returns `{"tables", "full", "partial": [...], "uncovered": [{"table", "why"}]}`."""
    import sqlalchemy

    tables = reflect(connection, skip)
    report = {"tables": len(tables), "full": 0, "partial": [], "uncovered": []}
    written = {}
    for table in tables:
        done, why = seed_table(connection, table, written, adversarial)
        if done == ROWS:
            report["full"] += 1
        elif done:
            report["partial"].append(table.fullname)
        else:
            report["uncovered"].append({"table": table.fullname, "why": why})
    del sqlalchemy
    return report


def reflect(connection, skip):
    """Tables, those referred to first."""
    from sqlalchemy import MetaData, inspect

    inspector, metadata = inspect(connection), MetaData()
    schemas = [None]
    if connection.dialect.name == "postgresql":
        default = inspector.default_schema_name
        hidden = ("information_schema", "pg_catalog", "pg_toast", default)
        schemas += [name for name in inspector.get_schema_names() if name not in hidden and not name.startswith("pg_")]
    for schema in schemas:
        metadata.reflect(bind=connection, schema=schema, resolve_fks=False)
    wanted = [table for table in metadata.sorted_tables if not table.name.startswith("alembic_version") and table.name not in skip]
    return wanted


def seed_table(connection, table, written, adversarial):
    rows, why = [], "no row could be made up"
    checks = check_literals(connection, table)
    unique = unique_columns(connection, table)
    for number in range(ROWS):
        for attempt in range(ATTEMPTS):
            row = make_row(table, number, attempt, written, checks)
            if adversarial:
                harden(table, row, number, rows, unique)
            savepoint = connection.begin_nested()
            try:
                connection.execute(table.insert().values(**{}) if not row else table.insert(), [row] if row else [])
            except Exception as error:  # the database says what it does not take; try another shape
                savepoint.rollback()
                why = str(getattr(error, "orig", error)).splitlines()[0][:160]
                continue
            savepoint.commit()
            rows.append(row)
            break
    written[table.fullname] = rows
    return len(rows), why


def make_row(table, number, attempt, written, checks):
    row = {}
    for column in table.columns:
        if column.computed is not None or getattr(column, "identity", None) is not None:
            continue
        if is_numbered_by_the_database(column):
            continue
        default = default_of(column)
        if default and (attempt >= 3 or re.search(r"uuid|now\(|current_|nextval", default, re.I)):
            continue
        if column.nullable and attempt >= 4:
            continue
        value = referred(column, number, written)
        if value is None:
            value = made_up(column, number + 1, attempt, checks.get(column.name, []))
        if value is None and column.server_default is not None:
            continue
        row[column.name] = value
    return row


def default_of(column):
    """The server's default as text; empty where there is none."""
    default = getattr(column.server_default, "arg", None)
    return "" if default is None else str(default)


def is_numbered_by_the_database(column):
    if column.foreign_keys or not column.primary_key or len(column.table.primary_key.columns) > 1:
        return False
    default = default_of(column)
    return "nextval" in default or column.autoincrement is True or (
        column.server_default is None and type_name(column) in ("INTEGER", "BIGINT") and column.autoincrement in (True, "auto")
    )


def referred(column, number, written):
    for key in column.foreign_keys:
        target = key.target_fullname
        table, _, name = target.rpartition(".")
        rows = written.get(table) or written.get(table.split(".")[-1]) or []
        values = [row.get(name) for row in rows if row.get(name) is not None]
        if values:
            return values[number % len(values)]
        if rows:
            return number % len(rows) + 1
    return None


def harden(table, row, number, rows, unique):
    """Row 2 is NULL wherever it may be, row 3 repeats the first one wherever it may."""
    for column in table.columns:
        if column.name not in row or column.primary_key or column.foreign_keys:
            continue
        if number == 1 and column.nullable:
            row[column.name] = None
        elif number == 2 and rows and column.name not in unique:
            row[column.name] = rows[0].get(column.name)


def unique_columns(connection, table):
    from sqlalchemy import inspect

    names = {column.name for column in table.primary_key.columns}
    inspector = inspect(connection)
    try:
        for constraint in inspector.get_unique_constraints(table.name, schema=table.schema):
            names.update(constraint["column_names"])
    except NotImplementedError:
        pass
    for index in table.indexes:
        if index.unique:
            names.update(column.name for column in index.columns)
    return names


def check_literals(connection, table):
    """Values that CHECK constraints name, by column: the likeliest ones to pass."""
    from sqlalchemy import inspect

    try:
        checks = inspect(connection).get_check_constraints(table.name, schema=table.schema)
    except NotImplementedError:
        return {}
    values = {}
    for check in checks:
        text = check["sqltext"]
        found = [literal.replace("''", "'") for literal in re.findall(r"'((?:[^']|'')*)'", text)]
        numbers = [int(number) for number in re.findall(r"(?<![\w.'])(\d+)(?![\w.'])", text)]
        for column in table.columns:
            if re.search(r"\b%s\b" % re.escape(column.name), text):
                values.setdefault(column.name, []).extend(found or [each for number in numbers for each in (number, number + 1, number - 1)])
    return values


def type_name(column):
    return type(column.type).__name__.upper()


def made_up(column, number, attempt, from_checks):
    from sqlalchemy import types

    kind, name = column.type, column.name.lower()
    if from_checks:
        candidate = from_checks[(number + attempt) % len(from_checks)]
        if isinstance(candidate, str) == isinstance(kind, types.String):
            return candidate
    labels = getattr(kind, "enums", None)
    if labels:
        return labels[(number + attempt) % len(labels)]
    if "UUID" in type_name(column) or type_name(column) == "GUID":
        made = uuid.UUID(int=number + 1000 * attempt)
        return made if getattr(kind, "as_uuid", False) else str(made)
    if isinstance(kind, types.Boolean):
        return bool(number % 2)
    if isinstance(kind, types.Integer):
        return number
    if isinstance(kind, types.Numeric):
        return numeric(kind, number)
    if isinstance(kind, types.DateTime):
        moment = datetime.datetime(2024, 1, number, 10)
        return moment.replace(tzinfo=datetime.timezone.utc) if getattr(kind, "timezone", False) else moment
    if isinstance(kind, types.Date):
        return datetime.date(2024, 1, number)
    if isinstance(kind, types.Time):
        return datetime.time(10, number)
    if isinstance(kind, types.Interval) or type_name(column) == "INTERVAL":
        return datetime.timedelta(days=number)
    if isinstance(kind, types.JSON) or type_name(column) in ("JSON", "JSONB"):
        return [] if attempt % 2 else {"key": number}
    if isinstance(kind, types.ARRAY):
        return []
    if isinstance(kind, types.LargeBinary) or type_name(column) == "BYTEA":
        return bytes([number])
    if isinstance(kind, types.String):
        return string(kind, name, number, attempt)
    return {"INET": "10.0.0.%d" % number, "CIDR": "10.0.%d.0/24" % number, "MACADDR": "08:00:2b:01:02:%02x" % number,
            "TSVECTOR": "word%d" % number, "BIT": "1", "OID": number, "CITEXT": string(types.String(), name, number, attempt)}.get(type_name(column))


def numeric(kind, number):
    if not kind.asdecimal:
        return number + 0.5
    precision, scale = kind.precision, kind.scale or 0
    if precision is not None and precision <= scale:
        return decimal.Decimal(number) / (10 ** (scale or 1))
    return decimal.Decimal(number) + (decimal.Decimal("0.5") if scale or precision is None else 0)


def string(kind, name, number, attempt):
    if kind.length in (32, 36) and (name == "id" or name.endswith("_id")) and attempt % 2 == 0:
        made = uuid.UUID(int=number)  # what models keep in a CHAR(32) or CHAR(36)
        return made.hex if kind.length == 32 else str(made)
    shapes = [
        "user%d@example.com" % number if "mail" in name else "https://example.com/%d" % number if re.search("ur[il]", name) else "%s-%d" % (name, number),
        "abcdefghij"[number] + str(number),
        str(uuid.UUID(int=number)),
        json.dumps({"a": number}),
        "10.0.0.%d" % number,
        str(number),
    ]
    made = shapes[attempt % len(shapes)]
    if kind.length and len(made) > kind.length:
        made = ("%x" % number).rjust(min(kind.length, 6), "a")[-kind.length :]
    return made
