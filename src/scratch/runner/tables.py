"""The tables of a database and what their constraints say of each column, from the catalogues themselves: SQLAlchemy's
reflection stops at a domain, and leaves out types that it does not know."""
import re

COMPARED = re.compile(r"(?<![\w.])\(?[\"`]?(\w+)[\"`]?\)?(?:::[\w ]+)?\s*(<=|>=|<|>)\s*\(?[\"`]?([A-Za-z_]\w*)[\"`]?\)?(?![\w(])")


class Kind:
    """A type: its plain name, and what it is made of."""

    def __init__(self, name, length=None, scale=None, labels=(), of=None, shape="", checks=(), fields=()):
        self.name, self.length, self.scale, self.labels, self.of, self.shape = name, length, scale, list(labels), of, shape
        self.checks, self.fields = list(checks), list(fields)


class Column:
    def __init__(self, name, kind, nullable, default=None, generated=False, always=False):
        self.name, self.kind, self.nullable, self.default, self.generated, self.always = name, kind, nullable, default, generated, always


class Table:
    def __init__(self, name, sql):
        self.name, self.sql, self.columns, self.key, self.uniques, self.references, self.checks = name, sql, [], [], [], [], []

    def column(self, name):
        return next((column for column in self.columns if column.name == name), None)

    def may_be_null(self, names):
        """Whether a foreign key over these columns may refer to nothing."""
        return all(column.nullable for column in map(self.column, names) if column)

    def settle(self):
        """Reads what constraints say of columns together."""
        self.unique = {name for names in [self.key] + self.uniques for name in names}
        self.ranks, names = {}, {column.name for column in self.columns}
        for _ in range(3):
            for check in self.checks:
                for left, sign, right in COMPARED.findall(check):
                    if left in names and right in names:
                        low, high = (left, right) if sign[0] == "<" else (right, left)
                        self.ranks[high] = max(self.ranks.get(high, 0), self.ranks.get(low, 0) + 1)

    def checks_of(self, column):
        found = list(column.kind.checks)
        return found + [check for check in self.checks if re.search(r"(?<![\w'])%s(?![\w'])" % re.escape(column.name), check)]


def read(ask, backend):
    """Every table by its name, those referred to first."""
    found = {"postgresql": postgresql, "mysql": mysql, "sqlite": sqlite}[backend](ask)
    for table in found.values():
        table.settle()
    return found


def ordered(tables, names):
    """Some tables, those that others refer to first; a circle is entered where a reference may be NULL."""
    done, out = set(), []
    needs = {name: needed(tables, name) for name in tables}

    def visit(name, above):
        if name in done or name in above or name not in tables:
            return
        within = above | {name}
        for columns, parent, _ in tables[name].references:
            # What may be NULL waits where its table needs one that is not there yet.
            if not tables[name].may_be_null(columns) or not needs.get(parent, set()) & within:
                visit(parent, within)
        if name not in done:
            done.add(name)
            out.append(tables[name])

    for name in sorted(names):
        visit(name, frozenset())
    return [table for table in out if table.name in names]


def needed(tables, name):
    """The tables that must hold a row before one can."""
    found, left = set(), [name]
    while left:
        table = tables.get(left.pop())
        more = {parent for columns, parent, _ in (table.references if table else ()) if not table.may_be_null(columns)} - found
        found |= more
        left += more
    return found


# -- PostgreSQL ------------------------------------------------------------------------------------------------------------


def plain(schema, name):
    return ".".join(part if re.match(r"^[a-z_][a-z0-9_$]*$", part) else '"%s"' % part.replace('"', '""') for part in (schema, name))


def postgresql(ask):
    kinds = Kinds(ask)
    tables, numbers = {}, {}
    for oid, schema, name in ask("""SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r','p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"""):
        full = plain(schema, name)
        tables[full] = numbers[oid] = Table(full, '"%s"."%s"' % (schema.replace('"', '""'), name.replace('"', '""')))
    places = {}
    for oid, number, name, kind, modifier, missing, default, identity, generated in ask(
        """SELECT a.attrelid, a.attnum, a.attname::text, a.atttypid, a.atttypmod, NOT a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
        a.attidentity::text, coalesce(to_jsonb(a)->>'attgenerated', '') FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d
        ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384 ORDER BY 1, 2"""
    ):
        if oid in numbers:
            of = kinds.of(kind, modifier)
            column = Column(name, of, missing and not kinds.refuses_null(kind), default, generated != "", identity == "a")
            numbers[oid].columns.append(column)
            places[(oid, number)] = name
    for oid, kind, columns, parent, parents, definition in ask(
        """SELECT conrelid, contype::text, conkey::int4[], confrelid, confkey::int4[], pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint
        WHERE contype IN ('p','u','f','c','x') AND conparentid = 0""" if kinds.version >= 110000 else
        """SELECT conrelid, contype::text, conkey::int4[], confrelid, confkey::int4[], pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint
        WHERE contype IN ('p','u','f','c','x')"""
    ):
        table, names = numbers.get(oid), [places.get((oid, number)) for number in columns or []]
        if table is None:
            continue
        if kind == "f" and parent in numbers:
            table.references.append((names, numbers[parent].name, [places.get((parent, number)) for number in parents]))
        elif kind == "p":
            table.key = names
        elif kind == "c":
            table.checks.append(definition)
        elif kind in "ux":
            table.uniques.append(names)
    # As text: pg8000 reads no array that begins at 0, as an int2vector does.
    for oid, columns in ask("SELECT indrelid, indkey::text FROM pg_catalog.pg_index WHERE indisunique AND NOT indisprimary"):
        if oid in numbers:
            numbers[oid].uniques.append([places[(oid, number)] for number in map(int, columns.split()) if (oid, number) in places])
    return tables


class Kinds:
    """The types of a PostgreSQL database."""

    def __init__(self, ask):
        self.version = int(ask("SHOW server_version_num")[0][0])
        self.rows = {row[0]: row[1:] for row in ask(
            """SELECT t.oid, t.typname::text, t.typtype::text, t.typcategory::text, t.typelem, t.typbasetype, t.typtypmod, t.typnotnull,
            coalesce(r.rngsubtype, 0), t.typrelid, n.nspname::text FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid WHERE n.nspname <> 'information_schema' AND n.nspname <> 'pg_toast'""")}
        self.labels, self.checks, self.fields, self.multi = {}, {}, {}, {}
        for oid, label in ask("SELECT enumtypid, enumlabel::text FROM pg_catalog.pg_enum ORDER BY enumtypid, enumsortorder"):
            self.labels.setdefault(oid, []).append(label)
        for oid, check in ask("SELECT contypid, pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint WHERE contypid <> 0 AND contype = 'c'"):
            self.checks.setdefault(oid, []).append(check)
        for oid, kind, modifier in ask("SELECT c.reltype, a.atttypid, a.atttypmod FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind = 'c' ORDER BY c.oid, a.attnum"):
            self.fields.setdefault(oid, []).append((kind, modifier))
        if self.version >= 140000:
            self.multi = dict(ask("SELECT rngmultitypid, rngtypid FROM pg_catalog.pg_range"))

    def refuses_null(self, oid):
        row = self.rows.get(oid)
        return bool(row and row[1] == "d" and (row[6] or self.refuses_null(row[4])))

    def of(self, oid, modifier=-1, depth=0):
        row = self.rows.get(oid)
        if row is None or depth > 6:
            return Kind("unknown")
        name, shape, category, element, base, base_modifier, _, subtype, _, _ = row
        if shape == "d":
            kind = self.of(base, base_modifier, depth + 1)
            kind.checks += [re.sub(r"\bVALUE\b", "value", check) for check in self.checks.get(oid, [])]
            return kind
        if shape == "e":
            return Kind("enum", labels=self.labels.get(oid, []))
        if shape == "r":
            return Kind(name, shape="range", of=self.of(subtype, -1, depth + 1))
        if shape == "m":
            return Kind(name, shape="multirange", of=self.of(self.multi.get(oid, 0), -1, depth + 1))
        if shape == "c":
            return Kind(name, shape="composite", fields=[self.of(kind, mod, depth + 1) for kind, mod in self.fields.get(oid, [])])
        if category == "A" and element:
            return Kind(name, shape="array", of=self.of(element, modifier, depth + 1))
        length, scale = None, None
        if modifier >= 0:
            if name in ("varchar", "bpchar"):
                length = modifier - 4
            elif name == "numeric":
                length, scale = (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF
            else:
                length = modifier
        return Kind(name, length, scale)


# -- MySQL and MariaDB -------------------------------------------------------------------------------------------------------


def mysql(ask):
    tables = {}
    for name, column, data, full, nullable, default, extra, length, precision, scale in ask(
        """SELECT c.table_name, c.column_name, c.data_type, c.column_type, c.is_nullable, c.column_default, c.extra, c.character_maximum_length,
        c.numeric_precision, c.numeric_scale FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema
        AND t.table_name = c.table_name WHERE c.table_schema = database() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position"""
    ):
        labels = [label.replace("''", "'") for label in re.findall(r"'((?:[^']|'')*)'", full)] if data in ("enum", "set") else []
        kind = Kind(data, length if length is not None else precision, scale, labels)
        if data == "bit":
            kind.length = precision
        kind.unsigned = "unsigned" in full
        generated = "GENERATED" in (extra or "").upper() and "DEFAULT_GENERATED" not in (extra or "").upper()
        table = tables.setdefault(name, Table(name, "`%s`" % name.replace("`", "``")))
        table.columns.append(Column(column, kind, nullable == "YES", None if default in (None, "NULL") else default, generated))
    for name, index, unique, columns in ask(
        """SELECT table_name, index_name, non_unique, group_concat(column_name ORDER BY seq_in_index) FROM information_schema.statistics
        WHERE table_schema = database() GROUP BY table_name, index_name, non_unique"""
    ):
        if name in tables and not int(unique):
            names = (columns or "").split(",")
            if index == "PRIMARY":
                tables[name].key = names
            else:
                tables[name].uniques.append(names)
    for name, _, parent, columns, parents in ask(
        """SELECT table_name, constraint_name, referenced_table_name, group_concat(column_name ORDER BY ordinal_position),
        group_concat(referenced_column_name ORDER BY ordinal_position) FROM information_schema.key_column_usage
        WHERE table_schema = database() AND referenced_table_name IS NOT NULL GROUP BY table_name, constraint_name, referenced_table_name"""
    ):
        if name in tables:
            tables[name].references.append((columns.split(","), parent, parents.split(",")))
    if ask("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'information_schema' AND table_name = 'CHECK_CONSTRAINTS'")[0][0]:
        by_table = ask("SELECT count(*) FROM information_schema.columns WHERE table_schema = 'information_schema' AND table_name = 'CHECK_CONSTRAINTS' AND column_name = 'TABLE_NAME'")[0][0]
        if by_table:
            for name, check in ask("SELECT table_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema = database()"):
                if name in tables:
                    tables[name].checks.append(check.replace("`", ""))
    return tables


# -- SQLite ------------------------------------------------------------------------------------------------------------------


def sqlite(ask):
    tables = {}
    for name, sql in ask("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"):
        if (sql or "").lower().startswith("create virtual"):
            continue
        table = tables[name] = Table(name, '"%s"' % name.replace('"', '""'))
        key = {}
        for _, column, kind, not_null, default, primary, hidden in [row[:7] for row in ask('PRAGMA table_xinfo(%s)' % table.sql)]:
            described = re.match(r"^\s*([A-Za-z_ ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*$", kind or "")
            word, length, scale = described.groups() if described else (kind, None, None)
            of = Kind((word or "").lower(), int(length) if length else None, int(scale) if scale else None)
            table.columns.append(Column(column, of, not not_null and not (primary and (word or "").upper() == "INTEGER"), default, bool(hidden)))
            if primary:
                key[primary] = column
        table.key = [key[at] for at in sorted(key)]
        for row in ask("PRAGMA index_list(%s)" % table.sql):
            if row[2]:
                table.uniques.append([part[2] for part in ask('PRAGMA index_info("%s")' % row[1].replace('"', '""')) if part[2]])
        links = {}
        for number, _, parent, here, there, *_ in ask("PRAGMA foreign_key_list(%s)" % table.sql):
            names = links.setdefault(number, ([], parent, []))
            names[0].append(here)
            names[2].append(there)
        table.references = list(links.values())
        table.checks = checks(sql or "")
    for table in tables.values():
        for _, parent, names in table.references:
            if None in names and parent in tables:
                names[:] = tables[parent].key
    return tables


def checks(sql):
    """CHECK constraints, which no pragma tells, out of the table's own SQL."""
    found, at = [], 0
    while True:
        match = re.compile(r"\bCHECK\s*\(", re.I).search(sql, at)
        if not match:
            return found
        depth, end = 1, match.end()
        while end < len(sql) and depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        found.append(sql[match.start() : end])
        at = end
