"""Rows for a rehearsal: which tables get them, and when."""
import os

from . import rows
from .seed import REFERS, Writer
from .snapshot import Asker
from .tables import ordered, read


# The number of the first row that is made for a statement; 1 to 3 are those of before it, 5 and 6 come late.
REACHING = 7


def read_tables(runner):
    backend = runner.scratch["backend"]
    return {database: runner.ask(lambda connection: read(Asker(connection), backend), database, reads=True) for database in runner.scratch["databases"]}


def wanted(job, database, tables):
    """The tables to fill: those that are touched, those that refer to them, and all that these refer to."""
    skip, touched = set(job.get("skip_tables") or ()), job.get("touched")
    def is_wanted(name):
        return not ({name, name.rpartition(".")[2]} & skip) and not is_of_alembic(tables[name])
    names = [name for name in tables if is_wanted(name)]
    if touched is not None:
        begun = {each["table"] for each in touched if each["database"] == database}
        begun |= {name for name in names if any(parent in begun for _, parent, _ in tables[name].references)}
        left = list(begun)
        while left:
            table = tables.get(left.pop())
            more = {parent for _, parent, _ in (table.references if table else ())} - begun
            begun |= more
            left += more
        names = [name for name in names if name in begun]
    return ordered(tables, names)


def writer_of(runner, connection, tables):
    hints = without(runner.attached.over(runner.hints), set(runner.job.get("spoken") or ()))
    return Writer(connection, Asker(connection), runner.scratch["backend"], tables, hints, runner.job.get("first_attempt", 0))


def without(hints, spoken):
    """The hints without labels that the revision itself brings in: no row held them before it."""
    for columns in hints.values():
        for name, hint in columns.items():
            left = [label for label in hint.get("labels", ()) if label not in spoken]
            if left:
                columns[name] = dict(hint, labels=left)
    return hints


def seeded(runner, numbers):
    report = {"tables": 0, "filled": 0, "partial": [], "empty": []}
    for database, tables in read_tables(runner).items():
        for each in runner.job.get("asked") or ():
            if each["database"] == database and each["table"] in tables:
                tables[each["table"]].references += [tuple(reference) for reference in each["references"]]
                tables[each["table"]].checks += each["checks"]
        chosen = wanted(runner.job, database, tables)
        for table in chosen:
            table.settle()

        def fill(connection):
            writer = writer_of(runner, connection, tables)
            done = writer.seed(chosen, numbers, hard=runner.job.get("adversarial", False))
            if runner.job.get("adversarial"):
                names = {table.name for table in chosen}
                writer.reach([each for each in runner.job.get("wanted") or () if each["database"] == database and each["table"] in names], REACHING)
            return done

        for name, value in runner.ask(fill, database).items():
            report[name] += value
        touched = runner.job.get("touched")
        if touched is not None:  # others are filled for their sake
            own = {each["table"] for each in touched if each["database"] == database}
            blame(tables, report["empty"])
            report["empty"] = [each for each in report["empty"] if each["table"] in own or each["table"] not in tables]
    for statement in runner.job.get("seed_sql") or []:
        runner.ask(lambda connection: connection.execute(sql_text(statement)))
    return report


def blame(tables, empty):
    """Says of a table that lacks rows of another which that is, and why it has none."""
    why = {each["table"]: each["why"] for each in empty}
    for each in empty:
        name, seen = each["table"], set()
        while why.get(name) == REFERS and name not in seen:
            seen.add(name)
            name = next((parent for columns, parent, _ in tables[name].references if parent in why and not tables[name].may_be_null(columns)), name)
        if name != each["table"]:
            each["why"] = "%s: `%s`, %s" % (REFERS, name, why[name])


def written_late(runner, upgraded):
    """Rows that are written after the upgrade, by their keys: a downgrade may meet them too."""
    found = {}
    for database, tables in read_tables(runner).items():
        chosen = wanted(runner.job, database, tables)

        def fill(connection):
            writer = writer_of(runner, connection, tables)
            writer.seed(chosen, [5, 6], hard=runner.job.get("adversarial", False))
            return rows.take(Asker(connection), runner.scratch["backend"])

        prefix = "" if database == runner.scratch["databases"][0] else os.path.basename(database) + ":"
        for name, table in runner.ask(fill, database).items():
            old = upgraded["rows"].get(prefix + name)
            if old and "rows" in old and "rows" in table:
                columns = table["columns"]
                held = set(rows.Held(old, old["key"], columns).cells)
                found[prefix + name] = set(rows.Held(table, table["key"], columns).cells) - held
    return found


def sql_text(statement):
    from sqlalchemy import text

    return text(statement)


def is_of_alembic(table):
    """A project names Alembic's table as it likes (`version_table`): its only column is `version_num`."""
    return [column.name for column in table.columns] == ["version_num"]
