"""Renders revisions as the SQL that Alembic would send to PostgreSQL, each for itself.

    render.py ROOT [LOCATION...] < paths        one JSON object per revision file: what its `upgrade()` writes, with the line of each

Revisions below a LOCATION run outside of a transaction, which their env.py says. Revisions run as `record.py` runs them: offline, nothing is reached. A revision that asks the database something cannot
be rendered offline, so it runs a second time against answers of nothing: queries have no rows, no table is there yet.
"""

import contextlib
import io
import json
import os
import signal
import sys
from unittest.mock import NonCallableMock

import record
import sqlalchemy as sa
from alembic.ddl.impl import DefaultImpl
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.orm import Session

ENVIRONMENT = os.environ
RENDERED = {"to": None}


class Unset(dict):
    """An environment in which every variable is there; those that are not set are empty."""

    def __missing__(self, name):
        return ""


class Script:
    """The buffer of an offline migration, which remembers the line that each piece comes from."""

    def __init__(self):
        self.pieces = []
        self.lost = 0

    def write(self, text):
        if text.strip():
            self.pieces.append({"line": record.where(), "sql": text.strip()})

    def flush(self):
        pass

    def add(self, statement, given):
        """A statement that the revision executes itself; the values it is given stand in the text."""
        try:
            self.write(text_of(statement, given) + ";")
        except Exception:
            self.lost += 1


def text_of(statement, given):
    if isinstance(statement, str):
        return statement.rstrip().rstrip(";")
    rows = given[0] if given else None
    if isinstance(statement, sa.sql.elements.TextClause):
        values = dict(rows[0] if isinstance(rows, (list, tuple)) and rows else rows or {})
        names = statement._bindparams
        statement = statement.bindparams(**{name: values.get(name) for name in names if name in values})
    elif rows:
        statement = statement.values(rows)
    compiled = statement.compile(dialect=record.STATE["dialect"], compile_kwargs={"literal_binds": True})
    return str(compiled).rstrip().rstrip(";")


def execute(self, statement, *given, **_):
    caller = sys._getframe(1).f_code.co_filename
    if caller.startswith(record.LIBRARIES):
        record.plain_execute(self, statement)
    else:
        RENDERED["to"].add(statement, given)
    return record.Nothing() if record.STATE["lenient"] else None


def session_method(name):
    def method(self, *given, **_):
        if name in ("execute", "scalars", "scalar") and given:
            RENDERED["to"].add(given[0], given[1:])
        if not record.STATE["lenient"]:
            raise RuntimeError("a session asks the database")
        return None if name == "scalar" else record.Nothing()

    return method


plain_send = DefaultImpl._exec


def send(self, construct, *given, **named):
    """One statement whose values have no text is passed over where the rest shall still be seen."""
    try:
        return plain_send(self, construct, *given, **named)
    except sa.exc.CompileError:
        if not record.STATE["lenient"]:
            raise
        RENDERED["to"].lost += 1
        return record.Nothing()


def render(path, lenient, inside):
    """What one revision writes, and why it could not be run to its end."""
    os.environ = Unset(ENVIRONMENT) if lenient else ENVIRONMENT
    script = Script()
    RENDERED["to"] = script
    record.STATE.update(path=path, ops=[], lenient=lenient, autocommit=0, session=False)
    context = MigrationContext.configure(
        dialect_name="postgresql",
        opts={"as_sql": True, "output_buffer": script, "literal_binds": True, "target_metadata": sa.MetaData(),
              "transactional_ddl": inside},
    )
    record.STATE["dialect"] = context.dialect
    error = None
    signal.alarm(8)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            with Operations.context(context) as op:
                record.call(path, "upgrade", op)
    except BaseException as raised:
        if isinstance(raised, KeyboardInterrupt):
            raise
        error = f"{type(raised).__name__}: {raised}"[:300]
    finally:
        signal.alarm(0)
    return {"pieces": script.pieces, "lost": script.lost, "error": error}


def main():
    root, plain = os.path.abspath(sys.argv[1]), tuple(sys.argv[2:])
    paths = [line.strip() for line in sys.stdin if line.strip()]
    record.prepare(root, paths)
    record.MockConnection.execute = execute
    DefaultImpl._exec = send
    NonCallableMock.__repr__ = lambda self: "fake"
    for name in ("execute", "scalars", "scalar"):
        setattr(Session, name, session_method(name))
    for path in paths:
        inside = not path.startswith(plain)
        found = {"how": "offline", "inside": inside, **render(os.path.join(root, path), False, inside)}
        if found["error"] is not None:
            again = render(os.path.join(root, path), True, inside)
            found = {**found, "how": "failed" if again["error"] else "answered", "asked": found["error"], **again}
        print(json.dumps({"path": path, **found}, default=str), flush=True)


if __name__ == "__main__":
    main()
