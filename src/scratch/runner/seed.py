"""Puts a few made-up rows into the tables that a migration touches, so that it meets data.

Keys lie far above what a history inserts, and are always given: no sequence moves, and an INSERT of the migration that would
collide in production collides here as well. The plain pass writes rows that any sensible table could hold. The adversarial
pass adds NULLs wherever the schema lets them in, duplicates wherever nothing forbids them, and values at the bounds.
"""
import json

from . import conditions
from .values import INTEGERS, KEYS, NUMBERS, SPATIAL, TEXTS, Raw, candidates, meeting, of_kind

ROWS = 3
ATTEMPTS = 11
# Up to this attempt every column is filled; then columns with a default are left to it; then nullable ones are left out.
FULL, BARE = 7, 10
# What stands in the way of a row that refers to others.
REFERS = "a table that it refers to holds no row"
# The attempts that write what the adversarial pass is for; a row that no table takes is made plain, since others refer to it.
HARD = 3


class Writer:
    def __init__(self, connection, ask, backend, tables, hints=None, first=0):
        self.connection, self.ask, self.backend, self.tables = connection, ask, backend, tables
        self.hints, self.first = hints or {}, first
        self.candidates, self.ways = {}, {}

    def seed(self, ordered, numbers, hard=False):
        """Writes rows of some numbers; returns `{"tables", "filled", "partial": [...], "empty": [{"table", "why"}]}`."""
        if self.backend == "postgresql":  # a row must be refused when it is written, not when all are committed
            self.ask("SET CONSTRAINTS ALL IMMEDIATE")
        report = {"tables": len(ordered), "filled": 0, "partial": [], "empty": []}
        refused = {table.name: why for table, why in self.each(ordered, numbers, hard, report)}
        # What one of a circle lacks may be there by now.
        left = [table for table in ordered if table.name in refused]
        still = {table.name for table, _ in self.each(left, numbers, hard, report)} if len(left) < len(ordered) else set(refused)
        report["empty"] = [{"table": name, "why": why} for name, why in refused.items() if name in still]
        return report

    def each(self, tables, numbers, hard, report):
        """Fills some tables, and returns those that hold no row, with the reason."""
        for table in tables:
            done, why = self.fill(table, numbers, hard)
            if done == len(numbers):
                report["filled"] += 1
            elif done:
                report["partial"].append(table.name)
            elif not self.holds(table):
                yield table, why

    def holds(self, table):
        return bool(self.ask("SELECT 1 FROM %s LIMIT 1" % table.sql))

    def fill(self, table, numbers, hard):
        rows, why = [], None
        for at, number in enumerate(numbers):
            for row in self.proposed(table, number, at, rows, hard):
                if row is None:
                    why = why or REFERS
                    continue
                refused = self.write(table, row)
                if refused is None:
                    rows.append(row)
                    break
                why = why or refused  # of all that was tried the first is what other rows look like
        return len(rows), why or "no row could be made up"

    def proposed(self, table, number, at, rows, hard):
        """Rows to try, the likeliest first; nothing for one that lacks a row to refer to."""
        for attempt in range(self.first, ATTEMPTS):
            row = self.row(table, number, attempt)
            if row and hard and attempt < self.first + HARD:
                harden(table, row, at, rows, self.labelled(table))
            yield row
        if not table.checks or at and not rows:
            return
        ways = self.ways_of(table)
        # Each row meets the checks in another way, where there are several.
        for way in ways[number % len(ways) :] + ways[: number % len(ways)]:
            for attempt in (self.first, FULL):
                yield self.row(table, number, attempt, way)

    def ways_of(self, table):
        """The ways in which all checks of a table are met."""
        if table.name not in self.ways:
            found = conditions.together(table.checks, [column.name for column in table.columns])
            self.ways[table.name] = [way for way in found if way] or [{}]
        return self.ways[table.name]

    def reach(self, wanted, first):
        """Writes the rows that statements ask for, `{"table", "ways"}` each, as far as they can be written."""
        for each in wanted:
            table = self.tables.get(each["table"])
            for number, way in enumerate(each["ways"] if table else (), first):
                parts = {}
                if any(name in table.key and table.column(name).kind.name in INTEGERS for name, _, _ in way):
                    continue  # a small key is one that a sequence may give
                for name, sign, value in way:
                    parts.setdefault(name, []).append((sign, tuple(value) if isinstance(value, list) else value))
                for attempt in (self.first, FULL, BARE):
                    row = self.row(table, number, attempt, parts)
                    if row is not None and self.write(table, row) is None:
                        break

    def write(self, table, row):
        """Writes a row, and returns why the database does not take it."""
        quote = '"%s"' if self.backend != "mysql" else "`%s`"
        names = ", ".join(quote % name.replace('"', '""') for name in row)
        values = ", ".join(literal(value, self.backend) for value in row.values())
        system = " OVERRIDING SYSTEM VALUE" if any(column.always for column in table.columns if column.name in row) else ""
        sql = "INSERT INTO %s (%s)%s VALUES (%s)" % (table.sql, names, system, values) if row else "INSERT INTO %s DEFAULT VALUES" % table.sql
        if not row and self.backend == "mysql":
            sql = "INSERT INTO %s () VALUES ()" % table.sql
        savepoint = self.connection.begin_nested()
        try:
            self.ask(sql)
        except Exception as error:
            savepoint.rollback()
            original = getattr(error, "orig", error)
            said = str(original.args[1]) if len(original.args) == 2 and isinstance(original.args[0], int) else str(original)
            return (said.splitlines() or [type(error).__name__])[0][:160]
        savepoint.commit()
        return None

    def row(self, table, number, attempt, way=()):
        row = {}
        optional = [column.name for column in table.columns if column.nullable and table.checks_of(column)]
        left_out = {name for bit, name in enumerate(optional) if attempt % FULL >> bit & 1}
        for column in table.columns:
            if column.generated:
                continue
            if FULL <= attempt < BARE and column.default is not None and column.name not in table.unique and "nextval(" not in column.default:
                continue
            if attempt >= BARE and column.nullable or 0 < attempt < FULL and column.name in left_out:
                row[column.name] = None
                continue
            value = self.value(table, column, number, attempt)
            if value is None and column.default is not None:
                continue
            row[column.name] = value
        for name in way:
            column = table.column(name)
            if not column.generated:
                again = self.value(table, column, number, attempt + 1)
                row[name] = meeting(column.kind, way[name], number, (row.get(name), again), self.backend)
        for names, parent, parents in table.references:
            must = any(sign == "held" for name in names if name in way for sign, _ in way[name])
            if not self.refer(table, row, names, parent, parents, number + attempt % FULL, must):
                return None
        return row

    def refer(self, table, row, names, parent, parents, number, must=False):
        """Fills the columns of a foreign key from a row of the table that it refers to."""
        if any(name not in row for name in names):
            return True
        nullable = table.may_be_null(names)
        if all(row[name] is None for name in names) and nullable:
            return True
        if parent == table.name and all(name in row for name in parents):
            if nullable and number % 2 and not must:
                row.update(dict.fromkeys(names))
            else:
                row.update({name: row[there] for name, there in zip(names, parents) if name not in parents})
            return True
        quote = '"%s"' if self.backend != "mysql" else "`%s`"
        if parent not in self.tables:
            return False
        cells = ", ".join(("CAST(%s AS CHAR)" if self.backend == "mysql" else "%s::text" if self.backend == "postgresql" else "%s") % (quote % name) for name in parents)
        # Rows that were made up here come last: their keys are high.
        found = self.ask("SELECT %s FROM %s ORDER BY %s DESC LIMIT 50" % (cells, self.tables[parent].sql, ", ".join(str(at + 1) for at in range(len(parents)))))
        found = [each for each in found if None not in each]
        if not found:
            if nullable:
                row.update(dict.fromkeys(names))
            return nullable
        row.update(zip(names, found[number % len(found)]))
        return True

    def hint(self, table, column):
        names = (table.name, table.name.rpartition(".")[2])
        return next((found for found in (self.hints.get(name, {}).get(column.name) for name in names) if found), {})

    def labelled(self, table):
        """The columns that hold labels which only the project's code knows."""
        return {column.name for column in table.columns if self.hint(table, column).get("labels")}

    def value(self, table, column, number, attempt):
        hint = self.hint(table, column)
        if hint.get("labels") and not column.kind.labels:
            return hint["labels"][(number + attempt) % len(hint["labels"])]
        kind, checks = column.kind, table.checks_of(column)
        is_text, is_number = kind.name in TEXTS, kind.name in INTEGERS or kind.name in NUMBERS
        if checks and (is_text or is_number) and column.name not in table.ranks:
            key = (table.name, column.name)
            if key not in self.candidates:
                self.candidates[key] = candidates(column.name, checks)
            found = [value for value in self.candidates[key](number, is_text) if not (is_text and kind.length and len(value) > kind.length)]
            if kind.name in INTEGERS and column.name in table.unique:  # a key far above those of a history, where a check lets it in
                found = [of_kind(kind, column.name.lower(), number, attempt, True)] + found
                return found[attempt % len(found)]
            if found:
                # Of samples for a pattern each is right for every row; of what a check lists each row takes another.
                return found[(attempt if is_text and "~" in "".join(checks) else number + attempt) % len(found)]
        made = of_kind(kind, column.name.lower(), number, attempt, column.name in table.unique, table.ranks.get(column.name, 0))
        if self.backend == "mysql" and kind.name in SPATIAL:
            return Raw("ST_GeomFromText('%s')" % SPATIAL[kind.name])
        if self.backend == "sqlite" and kind.name == "blob":
            return Raw("x'%02x'" % number)
        if kind.name in ("json", "jsonb") and hint.get("json"):
            return json.dumps([] if hint["json"] == "list" else {"key": number})
        return made


def harden(table, row, at, rows, labelled):
    """The first row is NULL wherever it may be, the second at the bounds, the third repeats the second."""
    for column in table.columns:
        if column.name not in row or column.name in table.unique:
            continue
        if at == 0 and column.nullable:
            row[column.name] = None
        elif at == 1 and column.name not in labelled and column.kind.name in TEXTS and not table.checks_of(column) and not referring(table, column) and (column.kind.length or 0) in range(1, 256):
            row[column.name] = (str(row[column.name] or "") + "x" * column.kind.length)[: column.kind.length]
        elif at == 1 and column.kind.name in INTEGERS and column.kind.name not in KEYS and not table.checks_of(column) and not referring(table, column):
            row[column.name] = "100000"
        elif at == 2 and len(rows) > 1:
            row[column.name] = rows[1].get(column.name)


def referring(table, column):
    return any(column.name in names for names, _, _ in table.references)


def literal(value, backend):
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value)
    if isinstance(value, Raw):
        return str(value)
    text = str(value).replace("'", "''")
    return "'%s'" % (text.replace("\\", "\\\\") if backend == "mysql" else text)
