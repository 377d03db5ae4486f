"""What a database starts from where its history does not begin with an empty one: the models' tables, a dump, a command."""
import os
import re
import shlex
import subprocess
import sys

from . import extensions

COPY = re.compile(r"^COPY (?P<table>\S+(?: \([^)]*\))?) FROM stdin;\s*$", re.I)
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Unfit(Exception):
    """The baseline is of no use; the message says why."""


def begin(runner, spec):
    """Fills an empty database, and sees to it that it says at which revision it stands."""
    kind, revision = spec["kind"], spec.get("revision")
    if kind == "models":
        runner.create_models = True
        runner.command.stamp(runner.config(), "heads")
        runner.create_models = False
        if not runner.tables:
            raise Unfit("env.py hands no models to Alembic: target_metadata is None, or has no tables")
        return
    if kind == "sql":
        load_sql(runner, spec["path"])
    else:
        run(runner, spec["command"])
    if revision:
        runner.command.stamp(runner.config(), revision, purge=True)
        return
    runner.command.current(runner.config())  # env.py says where the version table lies
    if not runner.heads():
        if kind == "sql":
            raise Unfit("the dump does not say at which revision it stands")
        runner.command.stamp(runner.config(), "heads")


# -- a command -------------------------------------------------------------------------------------------------------------


def run(runner, command):
    """Runs a command of the project, which can reach the scratch database and no other: the kernel denies it internet
    sockets, and a Python in it is guarded as this one is."""
    if runner.guard.layers["network"] not in ("namespace", "seccomp"):
        raise Unfit("a command can be run only where the kernel can deny it internet sockets")
    here = os.path.dirname(os.path.realpath(__file__))
    environment = dict(os.environ, SAFE_MIGRATION_JOB=os.path.join(here, "job.json"))
    paths = [os.path.join(here, "site")] + [path for path in runner.job.get("sys_path") or []]
    environment["PYTHONPATH"] = os.pathsep.join(paths + [path for path in [os.environ.get("PYTHONPATH")] if path])
    environment["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")
    words = shlex.split(command)
    try:
        done = subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        raise Unfit("`%s` cannot be run: %s" % (words[0] if words else "", error.strerror))
    told = done.stdout.decode("utf-8", "replace").strip().splitlines()
    sys.stderr.write("\n".join(told) + "\n")
    if done.returncode:
        raise Unfit("`%s` ends with %s: %s" % (command, done.returncode, told[-1] if told else "it says nothing"))


# -- a dump ----------------------------------------------------------------------------------------------------------------


def load_sql(runner, path):
    with open(path, encoding="utf-8") as file:
        sql = file.read()
    backend = runner.scratch["backend"]
    if backend == "sqlite":
        import sqlite3

        connection = sqlite3.connect(runner.scratch["databases"][0])
        try:
            connection.executescript(sql)
        finally:
            connection.close()
    elif backend == "postgresql":
        sql = "\n".join(plain_lines(sql))
        runner.ask(lambda connection: run_script(connection, sql))
    else:
        for statement in mysql_statements(sql):
            runner.ask(lambda connection: connection.exec_driver_sql(statement.replace("%", "%%")))


def run_script(connection, sql):
    """Hands many statements at once to a PostgreSQL driver."""
    proxied = connection.connection
    raw = getattr(proxied, "dbapi_connection", None) or proxied
    if hasattr(raw, "run_async"):
        cursor = raw.cursor()
        ready = extensions.said(cursor, sql)
        raw.run_async(lambda driver: driver.execute(ready))
        return
    cursor = raw.cursor()
    try:
        cursor.execute(extensions.said(cursor, sql))
    finally:
        cursor.close()


def plain_lines(sql):
    """The lines of a dump without what only psql understands; rows of COPY as INSERTs."""
    table = None
    for line in sql.splitlines():
        if table is not None:
            if line == "\\.":
                table = None
            else:
                yield "INSERT INTO %s VALUES (%s);" % (table, ", ".join(literal(cell) for cell in line.split("\t")))
            continue
        copied = COPY.match(line)
        if copied:
            table = copied.group("table")
        elif not line.startswith("\\"):
            yield line


def literal(cell):
    if cell == "\\N":
        return "NULL"
    value = re.sub(r"\\(.)", lambda found: ESCAPES.get(found.group(1), found.group(1)), cell)
    return "'%s'" % value.replace("'", "''")


def mysql_statements(sql):
    """Divides a dump into statements: at the delimiter, outside of strings and comments."""
    delimiter, statement, at = ";", "", 0
    while at < len(sql):
        if not statement.strip():
            changed = re.compile(r"\s*DELIMITER\s+(\S+)[ \t]*(\n|$)", re.I).match(sql, at)
            if changed:
                delimiter, at, statement = changed.group(1), changed.end(), ""
                continue
        whole = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`[^`]*`|/\*.*?\*/|(?:--[ \t]|#)[^\n]*|--(?=\n)", re.S).match(sql, at)
        if whole:
            statement, at = statement + whole.group(), whole.end()
        elif sql.startswith(delimiter, at):
            if statement.strip():
                yield statement.strip()
            statement, at = "", at + len(delimiter)
        else:
            statement, at = statement + sql[at], at + 1
    if re.sub(r"(--[^\n]*|#[^\n]*|/\*(?!!).*?\*/|\s)", "", statement, flags=re.S):
        yield statement.strip()
