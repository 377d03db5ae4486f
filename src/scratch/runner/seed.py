"""Puts a few synthetic rows into every table, so that a migration meets data.

The plain pass writes rows that any sensible table could hold. The adversarial pass adds NULLs wherever the schema lets
them in, and duplicates wherever nothing forbids them: what production may hold and a migration must not assume away.
"""
import datetime
import decimal
import hashlib
import json
import re
import uuid
import warnings

ROWS = 3
ATTEMPTS = 10
# Up to this attempt every column is filled; then columns with a default are left to it; then nullable ones are left out.
FULL, BARE = 6, 9
# The attempts that write what the adversarial pass is for; a row that no table takes is made plain, since others refer to it.
HARD = 3


def seed(connection, shapes, adversarial=False, first=0):
    """Writes rows, beginning with the kind of values that is the `first`; returns `{"tables", "full", "partial": [...], "uncovered": [{"table", "why"}]}`."""
    if connection.dialect.name == "postgresql":  # a row must be refused when it is written, not when all are committed
        from sqlalchemy import text

        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    wanted = {}
    for constraint in (each for shape in shapes for each in shape.foreign_keys):
        for _, place, name in constraint:
            wanted.setdefault(place, set()).add(name)
    report = {"tables": len(shapes), "full": 0, "partial": [], "uncovered": []}
    written = {}
    for shape in shapes:
        name = shape.table.fullname
        done, why = seed_table(connection, shape, written, adversarial, first)
        if done and name in wanted:
            written[name] = read_back(connection, shape.table, wanted[name])
        if done == ROWS:
            report["full"] += 1
        elif done:
            report["partial"].append(name)
        else:
            report["uncovered"].append({"table": name, "why": why})
    return report


def shapes(connection, skip=()):
    """Tables, those referred to first."""
    from sqlalchemy import MetaData, inspect

    inspector, metadata = inspect(connection), MetaData()
    schemas = [None]
    if connection.dialect.name == "postgresql":
        default = inspector.default_schema_name
        hidden = ("information_schema", "pg_catalog", "pg_toast", default)
        schemas += [name for name in inspector.get_schema_names() if name not in hidden and not name.startswith("pg_")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # types that SQLAlchemy does not know, tables that refer to each other
        for schema in schemas:
            metadata.reflect(bind=connection, schema=schema, resolve_fks=False)
        tables = metadata.sorted_tables
    wanted = [table for table in tables if not is_of_alembic(table) and table.name not in skip]
    return [Shape(table, connection.dialect.name) for table in wanted]


def is_of_alembic(table):
    """A project names Alembic's table as it likes (`version_table`): its only column is `version_num`."""
    return table.name.startswith("alembic_version") or [column.name for column in table.columns] == ["version_num"]


class Shape:
    """A table, and what its constraints say of its columns."""

    def __init__(self, table, dialect):
        from sqlalchemy import CheckConstraint, UniqueConstraint

        self.table = table
        for column in table.columns:
            if hasattr(column.type, "none_as_null"):  # else None is the JSON `null`, which is not NULL
                column.type.none_as_null = True
        self.columns = [column for column in table.columns if not is_made_by_the_database(column, dialect)]
        self.foreign_keys = [
            [(element.parent, *element.target_fullname.rpartition(".")[::2]) for element in constraint.elements]
            for constraint in table.foreign_key_constraints
        ]
        self.checks = [str(check.sqltext) for check in table.constraints if isinstance(check, CheckConstraint)]
        self.unique = {column.name for column in table.primary_key.columns}
        for each in list(table.constraints) + list(table.indexes):
            if isinstance(each, UniqueConstraint) or getattr(each, "unique", False):
                self.unique.update(column.name for column in each.columns)
        self.candidates = {column.name: candidates(column, self.checks_of(column)) for column in self.columns}
        # Checks over several columns are mostly about which of them are NULL.
        self.optional = [column.name for column in self.columns if column.nullable and self.checks_of(column)]

    def checks_of(self, column):
        kind = column.type
        own = [str(getattr(kind, "check", None) or "")] if is_domain(kind) else []
        return own + [check for check in self.checks if re.search(r"(?<![\w'])%s(?![\w'])" % re.escape(column.name), check)]


def seed_table(connection, shape, written, adversarial, first):
    """Returns how many rows were written, and why one was not."""
    name, why = shape.table.fullname, "no row could be made up"
    written[name] = rows = []
    for number in range(ROWS):  # most tables take the first that comes to mind
        rows.append(row_for(shape, number, first, written, adversarial, rows))
    if write(connection, shape.table, rows) is None:
        return ROWS, why
    written[name] = rows = []
    for number in range(ROWS):
        for attempt in range(first, ATTEMPTS):
            row = row_for(shape, number, attempt, written, adversarial, rows)
            refused = write(connection, shape.table, [row])
            if refused is None:
                rows.append(row)
                break
            why = refused
    return len(rows), why


def write(connection, table, rows):
    """Writes rows, and returns why the database does not take them."""
    savepoint = connection.begin_nested()
    try:
        for row in rows:
            connection.execute(table.insert(), [row] if row else [])
    except Exception as error:
        savepoint.rollback()
        return (str(getattr(error, "orig", error)).splitlines() or [type(error).__name__])[0][:160]
    savepoint.commit()
    return None


def row_for(shape, number, attempt, written, adversarial, rows):
    row = make_row(shape, number, attempt, written)
    if adversarial and attempt < HARD:
        harden(shape, row, number, rows)
    return row


def read_back(connection, table, wanted):
    """What others may refer to: keys are often made by the database."""
    from sqlalchemy import select

    columns = [column for column in table.columns if column.name in wanted]
    try:
        query = select(*columns)
    except Exception:  # SQLAlchemy 1.3
        query = select(columns)
    found = connection.execute(query.limit(ROWS)).fetchall()
    return [dict(zip([column.name for column in columns], tuple(row))) for row in found]


def make_row(shape, number, attempt, written):
    row = {}
    left_out = shape.optional[:]
    if left_out and attempt >= 2:
        left_out.pop((attempt - 2) % len(left_out))
    for column in shape.columns:
        default = default_of(column)
        if default and (attempt >= FULL or re.search(r"uuid|now\(|current_|nextval", default, re.I)):
            continue
        if column.nullable and (attempt >= BARE or 2 <= attempt < FULL and column.name in left_out):
            row[column.name] = None
            continue
        value = made_up(column, number + 1, attempt, shape.candidates[column.name])
        if value is None and column.server_default is not None:
            continue
        row[column.name] = value
    for constraint in shape.foreign_keys:
        refer(constraint, row, number, written)
    return row


def refer(constraint, row, number, written):
    """Fills the columns of a foreign key from one row of the table that it refers to."""
    rows = written.get(constraint[0][1]) or []
    for column, _, name in constraint:
        if column.name in row and row[column.name] is None and column.nullable:
            continue
        if rows:
            row[column.name] = rows[number % len(rows)].get(name)
        elif column.nullable:
            row[column.name] = None


def default_of(column):
    """The server's default as text; empty where there is none."""
    default = getattr(column.server_default, "arg", None)
    return "" if default is None else str(default)


def is_made_by_the_database(column, dialect):
    """Generated columns, identities and keys that count by themselves."""
    if getattr(column, "computed", None) is not None or getattr(column, "identity", None) is not None:
        return True
    if column.foreign_keys or not column.primary_key or len(column.table.primary_key.columns) > 1:
        return False
    if "nextval" in default_of(column) or column.autoincrement is True:
        return True
    # On SQLite an INTEGER PRIMARY KEY is the number of the row.
    return column.server_default is None and type_name(column) == "INTEGER" and dialect == "sqlite"


def harden(shape, row, number, rows):
    """Row 2 is NULL wherever it may be, row 3 repeats the first one wherever it may."""
    for column in shape.table.columns:
        if column.name not in row or column.primary_key:
            continue
        if number == 1 and column.nullable:
            row[column.name] = None
        elif number == 2 and rows and column.name not in shape.unique:
            row[column.name] = rows[0].get(column.name)


# -- what CHECK constraints take --------------------------------------------------------------------------------------------


def candidates(column, checks):
    """A function that names values for a row which the checks seem to take; nothing where they say nothing."""
    if not checks:
        return None
    text = " AND ".join(checks)
    patterns = [(no, fold, pattern.replace("''", "'")) for no, fold, pattern in re.findall(r"(!?)~(\*?)\s*\(?'((?:[^']|'')*)'", text)]
    plain = re.sub(r"!?~\*?\s*\(?'(?:[^']|'')*'", "", text)
    literals = [literal.replace("''", "'") for literal in re.findall(r"'((?:[^']|'')*)'", plain)]
    numbers = [int(number) for number in re.findall(r"(?<![\w.'])(-?\d+)(?![\w.'])", plain)]
    lengths = [int(number) for number in re.findall(r"length\D{0,80}?(\d+)", plain)]

    def values(number, is_text):
        if not is_text:
            return [each for bound in numbers for each in (bound, bound + number, bound - number)]
        if patterns:
            return [sample for sample in samples(number) if all(fits(sample, pattern) for pattern in patterns)]
        return literals + ["a" * (bound + more) for bound in lengths for more in (0, 1, -1)]

    return values


def fits(sample, pattern):
    refused, folded, expression = pattern
    try:
        return bool(re.search(expression, sample, re.I if folded else 0)) != bool(refused)
    except re.error:  # a pattern that only the database reads
        return True


def samples(number):
    """Words of many kinds, different for each row."""
    digest = hashlib.sha512(b"%d" % number).hexdigest()
    words = ["a%d" % number, "example%d" % number, "example-%d" % number, "example_%d" % number, "Example %d" % number]
    words += ["https://example.com/%d" % number, "user%d@example.com" % number, "%d.example.com" % number, "/path/%d" % number]
    words += [str(number), "1.0.%d" % number, "10.0.0.%d" % number, "2024-01-%02d" % number, "+4420794600%02d" % number]
    words += [digest[:length] for length in (8, 16, 32, 40, 56, 64, 96, 128)] + ["#%06x" % number, str(uuid.UUID(int=number))]
    words += ["ABC"[number % 3], "abc"[number % 3], "A%d" % number, "EXAMPLE%d" % number, "en", "US", "USD", "{}", "[]"]
    return words + [word.upper() for word in words[14:22]]


# -- what columns hold ------------------------------------------------------------------------------------------------------


def type_name(column):
    return type(column.type).__name__.upper()


def is_domain(kind):
    return type(kind).__name__.upper() == "DOMAIN" and hasattr(kind, "data_type")


def made_up(column, number, attempt, from_checks):
    from sqlalchemy import types

    kind = column.type.data_type if is_domain(column.type) else column.type
    is_text = isinstance(kind, types.String) and not getattr(kind, "enums", None)
    if from_checks and (is_text or isinstance(kind, types.Integer)):
        found = from_checks(number, is_text)
        length = getattr(kind, "length", None)
        found = [value for value in found if not (is_text and length and len(value) > length)]
        if found:
            return found[(attempt if is_text and len(found) > ROWS else number + attempt) % len(found)]
    return of_type(kind, column.name.lower(), number, attempt)


def of_type(kind, name, number, attempt):
    from sqlalchemy import types

    label, again = type(kind).__name__.upper(), attempt % 2
    labels = getattr(kind, "enums", None)
    if labels:
        return labels[(number + attempt) % len(labels)]
    if "UUID" in label or label == "GUID":
        made = uuid.UUID(int=number + 1000 * attempt)
        return made if getattr(kind, "as_uuid", False) else str(made)
    if isinstance(kind, types.Boolean):
        return bool((number + again) % 2)
    if isinstance(kind, types.Integer):
        return number + 1000 * again
    if isinstance(kind, types.Numeric):
        return numeric(kind, number)
    if isinstance(kind, types.DateTime):
        moment = datetime.datetime(2024, 1 + again, number, 10)
        return moment.replace(tzinfo=datetime.timezone.utc) if getattr(kind, "timezone", False) else moment
    if isinstance(kind, types.Date):
        return datetime.date(2024, 1 + again, number)
    if isinstance(kind, types.Time):
        return datetime.time(10, number)
    if isinstance(kind, types.Interval) or label == "INTERVAL":
        return datetime.timedelta(days=number)
    if isinstance(kind, types.JSON) or label in ("JSON", "JSONB"):
        return [] if again else {"key": number}
    if isinstance(kind, types.ARRAY):
        return []
    if isinstance(kind, types.LargeBinary) or label == "BYTEA":
        return bytes([number])
    if isinstance(kind, types.String):
        return string(kind.length, name, number, attempt)
    if isinstance(kind, types.NullType):  # a type of an extension, most of which read text
        return samples(number)[attempt % 8]
    return {"INET": "10.0.0.%d" % number, "CIDR": "10.0.%d.0/24" % number, "MACADDR": "08:00:2b:01:02:%02x" % number,
            "TSVECTOR": "word%d" % number, "BIT": "1" * (getattr(kind, "length", None) or 1), "OID": number,
            "HSTORE": {"key": str(number)}, "YEAR": 2000 + number, "SET": ""}.get(label)


def numeric(kind, number):
    if not kind.asdecimal:
        return number + 0.5
    precision, scale = kind.precision, kind.scale or 0
    if precision is not None and precision <= scale:
        return decimal.Decimal(number) / (10 ** (scale or 1))
    return decimal.Decimal(number) + (decimal.Decimal("0.5") if scale or precision is None else 0)


# What a text column of some name is likely to hold: a later revision may give it the type of that.
LIKELY = [
    (r"mail", lambda number: "user%d@example.com" % number),
    (r"ur[il]|link|href|homepage|website", lambda number: "https://example.com/%d" % number),
    (r"(^|_)ip(_|$|v[46]|addr)", lambda number: "10.0.0.%d" % number),
    (r"uuid|guid", lambda number: str(uuid.UUID(int=number))),
    (r"json", lambda number: json.dumps({"a": number})),
    (r"colou?r", lambda number: "#%06x" % number),
    (r"(^|_)(date|at|time|timestamp)$", lambda number: "2024-01-%02d 10:00:00" % number),
    (r"(^|_)(amount|price|count|quantity|total|size|year|port)$", str),
]


def string(length, name, number, attempt):
    if length in (32, 36) and (name == "id" or name.endswith("_id")) and attempt % 2 == 0:
        made = uuid.UUID(int=number)  # what models keep in a CHAR(32) or CHAR(36)
        return made.hex if length == 32 else str(made)
    likely = next((make for pattern, make in LIKELY if re.search(pattern, name)), None)
    shapes = [
        likely(number) if likely else "%s-%d" % (name, number),
        "abcdefghij"[number] + str(number),
        str(uuid.UUID(int=number)),
        json.dumps({"a": number}),
        "10.0.0.%d" % number,
        str(number),
    ]
    made = shapes[attempt % len(shapes)]
    if length and len(made) > length:
        made = ("%x" % number).rjust(min(length, 6), "a")[-length:]
    return made
