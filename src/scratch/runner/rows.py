"""The rows of a database as text, each table with its columns and its key.

Values are compared by identity: a value that moved to another row, a key that refers elsewhere, a moment that shifted by a
time zone differ, whatever the sums are. A large table is reduced to a checksum of each column.
"""
import hashlib

# How many tables are asked in one statement, and up to how many rows a table is compared row by row.
AT_ONCE, MANY = 25, 5000


def quoted(name):
    return '"%s"' % name.replace('"', '""')


# Whether values are read as literals already.
LITERAL = {"now": False}


def take(ask, backend):
    """`{table: {"columns": [...], "key": [...], "rows": [[text]...]}}`; a large table has `count` and `sums` instead of rows."""
    LITERAL["now"] = backend == "sqlite"
    return {"postgresql": postgresql, "mysql": mysql, "sqlite": sqlite}[backend](ask)


def table(columns, key, rows):
    rows = [list(row) for row in rows]
    if len(rows) <= MANY:
        return {"columns": columns, "key": key, "rows": rows}
    sums = {name: str(sum(digest(row[at]) for row in rows)) for at, name in enumerate(columns)}
    return {"columns": columns, "key": key, "count": len(rows), "sums": sums}


def digest(cell):
    return int(hashlib.md5(repr(cell).encode("utf-8", "replace")).hexdigest()[:15], 16)


def postgresql(ask):
    ask("SELECT set_config('timezone', 'UTC', true), set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true)")
    tables = {}
    for schema, name, column, kind, in_key in ask(
        """SELECT n.nspname, c.relname, a.attname::text, format_type(a.atttypid, a.atttypmod), EXISTS (SELECT 1 FROM pg_catalog.pg_index i
        WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey::int2[]))
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r','p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        ORDER BY 1, 2, a.attnum"""
    ):
        tables.setdefault((schema, name), []).append((column, kind, in_key))
    found, left = {}, list(tables.items())
    while left:
        some, left = left[:AT_ONCE], left[AT_ONCE:]
        queries = []
        for number, ((schema, name), columns) in enumerate(some):
            # The text of JSON is as it was written; what it means is what is compared.
            cells = ", ".join("%s%s" % (quoted(column), "::jsonb::text" if kind == "json" else "::text") for column, kind, _ in columns)
            queries.append("SELECT %d AS n, ARRAY[%s]::text[] AS r FROM %s.%s" % (number, cells, quoted(schema), quoted(name)))
        held = {}
        for number, row in ask(" UNION ALL ".join(queries)):
            held.setdefault(number, []).append(row)
        for number, ((schema, name), columns) in enumerate(some):
            names, key = [column for column, _, _ in columns], [column for column, _, in_key in columns if in_key]
            full = ".".join(part if part.isidentifier() and part == part.lower() else quoted(part) for part in (schema, name))
            found[full] = table(names, key, held.get(number, []))
    return found


def mysql(ask):
    ask("SET time_zone = '+00:00'")
    found, tables = {}, {}
    for name, column, kind, key in ask(
        """SELECT c.table_name, c.column_name, c.data_type, c.column_key FROM information_schema.columns c JOIN information_schema.tables t
        ON t.table_schema = c.table_schema AND t.table_name = c.table_name
        WHERE c.table_schema = database() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position"""
    ):
        tables.setdefault(name, []).append((column, kind, key == "PRI"))
    for name, columns in tables.items():
        cells = ", ".join(
            ("hex(`%s`)" if kind in ("bit", "binary", "varbinary", "geometry") or kind.endswith("blob") else "cast(`%s` AS char)") % column for column, kind, _ in columns
        )
        found[name] = table([column for column, _, _ in columns], [column for column, _, key in columns if key], ask("SELECT %s FROM `%s`" % (cells, name)))
    return found


def sqlite(ask):
    found = {}
    for name, sql in ask("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"):
        if (sql or "").lower().startswith("create virtual"):
            continue
        columns = ask("PRAGMA table_info(%s)" % quoted(name))
        names = [row[1] for row in columns]
        key = [row[1] for row in sorted(columns, key=lambda row: row[5]) if row[5]]
        cells = ask("SELECT %s FROM %s" % (", ".join("quote(%s)" % quoted(column) for column in names), quoted(name)))
        found[name] = table(names, key, [[None if cell == "NULL" else cell for cell in row] for row in cells])
    return found


# -- comparing ---------------------------------------------------------------------------------------------------------------


class Held:
    """The rows of a table by their key; whole rows where there is none."""

    def __init__(self, table, key, columns):
        at = [table["columns"].index(name) for name in key]
        self.cells, self.count = {}, len(table["rows"])
        for row in table["rows"]:
            values = dict(zip(table["columns"], row))
            base = tuple(row[each] for each in at) if key else tuple(values.get(name) for name in columns)
            number = 0
            while (base, number) in self.cells:
                number += 1
            self.cells[(base, number)] = values

    def get(self, row, column):
        return self.cells.get(row, {}).get(column)


def differences(before, after, between=None, late=(), is_clock=lambda old, new: False):
    """What became of rows, told of each table and column once: `{"table", "column", "what", "rows", "key", "before", "after", "kept"}`.

    `between` is what the upgrade left: a difference that it had not is the downgrade's (`kept`). `late` are rows that were
    written after it: `{table: set of rows}`.
    """
    found = []
    for name, old in sorted(before.items()):
        new, middle = after.get(name), (between or {}).get(name)
        count = old["count"] if "count" in old else len(old["rows"])
        if new is None:
            if count:
                found.append(one(name, None, "table lost", count, kept=middle is not None))
            continue
        if "rows" not in old or "rows" not in new:
            found.extend(sums(name, old, new))
            continue
        found.extend(of_table(name, old, new, middle, dict(late).get(name, ()), is_clock))
    return found


def one(table, column, what, rows, key=None, before=None, after=None, kept=False):
    return {"table": table, "column": column, "what": what, "rows": rows, "key": key, "before": shown(before), "after": shown(after), "kept": kept}


def shown(value):
    if value is None:
        return None
    text = str(value) if LITERAL["now"] else "'%s'" % value
    return text if len(text) <= 60 else text[:57] + "...'"


def sums(name, old, new):
    counts = [table.get("count", len(table.get("rows", ()))) for table in (old, new)]
    if counts[0] != counts[1]:
        return [one(name, None, "rows lost" if counts[1] < counts[0] else "rows added", abs(counts[0] - counts[1]))]
    if "sums" not in old or "sums" not in new:
        return []
    return [one(name, column, "values changed", counts[0]) for column, value in old["sums"].items() if new["sums"].get(column, value) != value]


def of_table(name, old, new, middle, late, is_clock):
    columns = [column for column in old["columns"] if column in new["columns"]]
    if old["rows"]:
        for column in old["columns"]:
            if column not in new["columns"]:
                yield one(name, column, "column lost", len(old["rows"]))
    key = old["key"] if all(column in new["columns"] for column in old["key"]) else []
    here, there = Held(old, key, columns), Held(new, key, columns)
    passed = None
    if middle and "rows" in middle and all(column in middle["columns"] for column in key):
        passed = Held(middle, key, [column for column in columns if column in middle["columns"]])
    lost = [row for row in here.cells if row not in there.cells]
    extra = [row for row in there.cells if row not in here.cells and row not in late]
    if not key:  # a row that was written later may be spelt with other columns by now
        extra = extra[: max(0, len(extra) - len(late))]
    if not key and lost and extra and len(lost) == len(extra):
        yield from paired(name, columns, lost, extra, is_clock)
        return
    if lost:
        yield one(name, None, "rows lost", len(lost), key_of(key, lost[0]), kept=passed is not None and lost[0] in passed.cells)
    if extra:
        yield one(name, None, "rows added", len(extra), key_of(key, extra[0]))
    if key:
        for column in columns:
            yield from of_column(name, key, column, here, there, passed, is_clock)


def of_column(name, key, column, here, there, passed, is_clock):
    changed = []
    for row, values in here.cells.items():
        if row not in there.cells:
            continue
        was, now = values[column], there.get(row, column)
        if was == now or is_clock(was, now):
            continue
        between = passed.get(row, column) if passed else None
        if was is None and between is not None and now is not None:
            continue  # the upgrade filled what was NULL, and nobody misses that
        kept = bool(passed) and row in passed.cells and column in passed.cells[row] and between == was
        changed.append((row, was, now, kept, None not in (between, now) and between != was and not is_same(between, now)))
    if changed:
        # What the downgrade itself wrote is shown before what it only did not bring back.
        row, was, now, _, rewritten = max(changed, key=lambda each: each[4])
        found = one(name, column, "values changed", len(changed), key_of(key, row), was, now, kept=all(each[3] for each in changed))
        yield dict(found, rewritten=rewritten)


def is_same(one, other):
    """Whether two values are the same, however they are written."""
    if one == other:
        return True
    try:
        return float(one) == float(other)
    except (TypeError, ValueError):
        return False


def paired(name, columns, lost, extra, is_clock):
    """Rows without a key that changed: each is held against one that is new."""
    for at, column in enumerate(columns):
        old, new = sorted(str(row[0][at]) for row in lost), sorted(str(row[0][at]) for row in extra)
        if old != new and not all(is_clock(was, now) for was, now in zip(old, new)):
            yield one(name, column, "values changed", len(lost), None, lost[0][0][at], extra[0][0][at])
            return
    yield one(name, None, "values moved", len(lost))


def key_of(key, row):
    return ", ".join("%s = %s" % pair for pair in zip(key, row[0])) or None
