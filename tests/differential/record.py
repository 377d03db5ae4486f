"""Runs revisions offline with the real Alembic and records every operation as it is invoked.

    record.py ROOT DIALECT < paths        one JSON object per revision file and direction

Modules of the project are loaded from ROOT where that works; every other module that is not installed becomes a
permissive fake. Nothing reaches a database or the network. A revision that fails offline is tried again over a
connection whose queries answer nothing.
"""

import contextlib
import importlib.abc
import importlib.machinery
import inspect
import io
import json
import os
import re
import signal
import sys
import types
import warnings
from unittest.mock import MagicMock

import alembic
import alembic.context
import sqlalchemy as sa
from alembic.operations import Operations, ops
from alembic.operations.base import AbstractOperations
from alembic.operations.batch import BatchOperationsImpl
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspection
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.orm import Session
from sqlalchemy.sql import elements, schema

warnings.simplefilter("ignore")
sys.dont_write_bytecode = True
LIBRARIES = tuple(os.path.dirname(module.__file__) + os.sep for module in (sa, alembic))
STATE = {"path": "", "ops": [], "lenient": False, "autocommit": 0, "dialect": None}


# --- what a project imports ------------------------------------------------------------------------------------


class FakeType(sa.types.UserDefinedType):
    cache_ok = True

    def __init__(self, name="FAKE", *_, **__):
        self.__dict__["fake_name"] = name

    def get_col_spec(self, **_):
        return "FAKE"

    def literal_processor(self, dialect):
        return lambda value: repr(str(value))

    def __call__(self, *_, **__):
        return self

    def __iter__(self):
        return iter(())


class FakeBase:
    def __init__(self, *_, **__):
        pass


class FakeClass:
    def __init__(self, name):
        self.__dict__["__name__"] = name

    def __call__(self, *_, **__):
        return FakeType(self.__name__)

    def __mro_entries__(self, bases):
        return (FakeBase,)

    def __iter__(self):
        return iter(())

    def __getattr__(self, name):
        if name.startswith("__") and name not in ("__table__", "__tablename__"):
            raise AttributeError(name)
        return MagicMock(name=name)


class FakeObject(MagicMock):
    """What a fake module holds under a name in lower case; it may be a module of types itself."""

    def _get_child_mock(self, **given):
        name = given.get("name") or ""
        return FakeClass(name) if name[:1].isupper() else MagicMock(**given)


class FakeModule(types.ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if FINDER.locate(self.__name__ + "." + name):
            value = importlib.import_module(self.__name__ + "." + name)
        elif name[:1].isupper() and not (name.isupper() and len(name) > 4):
            value = FakeClass(name)
        else:
            value = FakeObject(name=name)
        setattr(self, name, value)
        return value


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, roots):
        self.roots = roots

    def locate(self, name):
        for root in self.roots:
            path = os.path.join(root, *name.split("."))
            for candidate in (path + ".py", os.path.join(path, "__init__.py")):
                if os.path.isfile(candidate):
                    return candidate
        return None

    def find_spec(self, name, path=None, target=None):
        if name.startswith(("__", "_")) or name.split(".")[0] in ("org", "java", "lib2to3"):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return FakeModule(spec.name)

    def exec_module(self, module):
        module.__path__ = []
        path = self.locate(module.__name__)
        if path is None:
            return
        module.__file__ = path
        try:
            with open(path, encoding="utf8") as file:
                exec(compile(file.read(), path, "exec"), module.__dict__)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            for name in [name for name in module.__dict__ if not name.startswith("__")]:
                del module.__dict__[name]


def import_roots(root, paths):
    """The checkout, its usual source folders, and every folder above a revision that is no package itself."""
    roots = [root] + [os.path.join(root, name) for name in ("src", "lib", "server", "python", "backend")]
    for path in paths:
        folder = os.path.dirname(os.path.join(root, path))
        while len(folder) > len(root):
            if not os.path.exists(os.path.join(folder, "__init__.py")):
                roots.append(folder)
            folder = os.path.dirname(folder)
    return list(dict.fromkeys(folder for folder in roots if os.path.isdir(folder)))


# --- operations as rows -----------------------------------------------------------------------------------------


def text_of(value):
    if value is None:
        return None
    if isinstance(value, str):
        return str(value)
    if isinstance(value, elements.TextClause):
        return value.text
    try:
        return str(value.compile(dialect=STATE["dialect"], compile_kwargs={"literal_binds": True}))
    except Exception:
        try:
            return str(value.compile(dialect=STATE["dialect"]))
        except Exception:
            return None


def type_of(value):
    if value is None or value is False:
        return None
    value = value() if isinstance(value, type) else value
    if isinstance(value, sa.types.NullType):
        return None
    if isinstance(value, (FakeType, MagicMock)):
        return {"name": None, "sql": None}
    try:
        sql = value.compile(dialect=STATE["dialect"])
    except Exception:
        sql = None
    return {"name": type(value).__name__, "sql": sql}


def default_of(value):
    if value is None:
        return None
    value = getattr(value, "arg", value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return text_of(value)


def name_of(value):
    return str(value) if isinstance(value, str) else None


def key_of(key):
    spec = key._colspec if isinstance(key._colspec, str) else key._get_colspec()
    parts = str(spec).split(".")
    return {"table": parts[-2] if len(parts) > 1 else parts[0], "columns": parts[-1:] if len(parts) > 1 else []}


def column_of(column):
    keys = [key_of(key) for key in column.foreign_keys]
    generated = column.computed is not None or column.identity is not None
    return {
        "name": str(column.name) if column.name is not None else None,
        "type": type_of(column.type),
        "nullable": column.nullable,
        "server_default": None if generated else default_of(column.server_default),
        "primary_key": column.primary_key,
        "foreign_key": keys[0] if keys else None,
        "unique": bool(column.unique),
        "index": bool(column.index),
    }


def names_of(columns):
    return [str(getattr(column, "name", column)) for column in columns]


def constraint_of(constraint):
    columns = getattr(constraint, "_pending_colargs", None) or list(getattr(constraint, "columns", []))
    kinds = {
        sa.PrimaryKeyConstraint: "create_primary_key",
        sa.UniqueConstraint: "create_unique_constraint",
        sa.CheckConstraint: "create_check_constraint",
    }
    row = {"name": name_of(constraint.name)}
    if isinstance(constraint, sa.ForeignKeyConstraint):
        row["op"] = "create_foreign_key"
        row["columns"] = [str(column) for column in constraint.column_keys]
        row["referent"] = {
            "table": key_of(constraint.elements[0])["table"],
            "columns": [column for key in constraint.elements for column in key_of(key)["columns"]],
        }
        return row
    row["op"] = next((op for kind, op in kinds.items() if isinstance(constraint, kind)), "create_exclude_constraint")
    if row["op"] in ("create_primary_key", "create_unique_constraint"):
        row["columns"] = names_of(columns)
    if row["op"] == "create_check_constraint":
        row["condition"] = text_of(constraint.sqltext)
    return row


def index_parts(columns):
    return [column if isinstance(column, str) else (text_of(column) or "<expression>") for column in columns]


def row_of(operation):
    o = operation
    if isinstance(o, ops.AddColumnOp):
        return {"op": "add_column", "table": o.table_name, "schema": o.schema, "columns": [column_of(o.column)]}
    if isinstance(o, ops.DropColumnOp):
        return {"op": "drop_column", "table": o.table_name, "schema": o.schema, "columns": [str(o.column_name)]}
    if isinstance(o, ops.AlterColumnOp):
        row = {"op": "alter_column", "table": o.table_name, "schema": o.schema, "columns": [str(o.column_name)]}
        if o.modify_nullable is not None:
            row["nullable"] = bool(o.modify_nullable)
        if o.modify_type is not None:
            row["type"] = type_of(o.modify_type)
        if o.existing_type is not None:
            row["existing_type"] = type_of(o.existing_type)
        if o.modify_server_default is not False:
            row["server_default"] = default_of(o.modify_server_default)
        if o.modify_name is not None:
            row["new_name"] = o.modify_name
        return row
    if isinstance(o, ops.CreateTableOp):
        return {
            "op": "create_table",
            "table": o.table_name,
            "schema": o.schema,
            "columns": [column_of(part) for part in o.columns if isinstance(part, sa.Column)],
            "constraints": [constraint_of(part) for part in o.columns if isinstance(part, schema.Constraint)],
        }
    if isinstance(o, ops.DropTableOp):
        return {"op": "drop_table", "table": o.table_name, "schema": o.schema}
    if isinstance(o, ops.RenameTableOp):
        return {"op": "rename_table", "table": o.table_name, "schema": o.schema, "new_name": o.new_table_name}
    if isinstance(o, ops.CreateIndexOp):
        return {
            "op": "create_index",
            "table": o.table_name,
            "schema": o.schema,
            "name": name_of(o.index_name),
            "columns": index_parts(o.columns),
            "unique": bool(o.unique),
            "concurrently": bool(o.kw.get("postgresql_concurrently")),
        }
    if isinstance(o, ops.DropIndexOp):
        row = {"op": "drop_index", "table": o.table_name, "schema": o.schema, "name": name_of(o.index_name)}
        return {**row, "concurrently": bool(o.kw.get("postgresql_concurrently"))}
    if isinstance(o, ops.CreateForeignKeyOp):
        return {
            "op": "create_foreign_key",
            "table": o.source_table,
            "schema": o.kw.get("source_schema"),
            "name": name_of(o.constraint_name),
            "columns": names_of(o.local_cols),
            "referent": {"table": o.referent_table, "columns": names_of(o.remote_cols)},
        }
    if isinstance(o, ops.CreateUniqueConstraintOp):
        op = "create_unique_constraint"
        return {"op": op, "table": o.table_name, "name": name_of(o.constraint_name), "columns": names_of(o.columns)}
    if isinstance(o, ops.CreatePrimaryKeyOp):
        op = "create_primary_key"
        return {"op": op, "table": o.table_name, "name": name_of(o.constraint_name), "columns": names_of(o.columns)}
    if isinstance(o, ops.CreateCheckConstraintOp):
        return {"op": "create_check_constraint", "table": o.table_name, "name": name_of(o.constraint_name)}
    if isinstance(o, ops.DropConstraintOp):
        row = {"op": "drop_constraint", "table": o.table_name, "name": name_of(o.constraint_name)}
        return {**row, "constraint_type": o.constraint_type}
    if isinstance(o, ops.BulkInsertOp):
        rows = len(o.rows) if hasattr(o.rows, "__len__") else None
        return {"op": "bulk_insert", "table": getattr(o.table, "name", None), "rows": rows}
    if isinstance(o, ops.ExecuteSQLOp):
        return {"op": "execute", "via": "op", **executed(o.sqltext)}
    if isinstance(o, ops.CreateTableCommentOp):
        return {"op": "create_table_comment", "table": o.table_name}
    if isinstance(o, ops.DropTableCommentOp):
        return {"op": "drop_table_comment", "table": o.table_name}
    if type(o).__name__ == "CreateExcludeConstraintOp":
        return {"op": "create_exclude_constraint", "table": o.table_name, "name": name_of(o.constraint_name)}
    return {"op": type(o).__name__}


def executed(statement):
    """The text of SQL, or for an expression its kind and its table."""
    if isinstance(statement, (str, elements.TextClause, sa.DDL)):
        return {"sql": statement.statement if isinstance(statement, sa.DDL) else text_of(statement)}
    table = getattr(getattr(statement, "table", None), "name", None)
    return {"sql": None, "verb": type(statement).__name__.lower(), "table": name_of(table)}


def reads(row):
    if row.get("verb") is not None:
        return row["verb"] in ("select", "compoundselect", "sequence", "textualselect", "exists")
    sql = re.sub(r"--[^\n]*|/\*.*?\*/", " ", row.get("sql") or "", flags=re.S).strip().lower()
    if sql.startswith("pragma"):
        return "=" not in sql
    return sql.startswith(("select", "show", "explain")) and not re.search(r"\bsetval|set_config|create_", sql)


# --- Alembic with ears ------------------------------------------------------------------------------------------


def where():
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename == STATE["path"]:
            return frame.f_lineno
        frame = frame.f_back
    return None


def note(row):
    if row.get("verb") == "magicmock":
        STATE["session"] = True
        return
    row["line"] = where()
    row["autocommit"] = STATE["autocommit"] > 0
    if not (row["op"] == "execute" and reads(row)):
        STATE["ops"].append(row)


plain_invoke = AbstractOperations.invoke


def invoke(self, operation):
    try:
        note(row_of(operation))
    except Exception as error:
        STATE["ops"].append({"op": type(operation).__name__, "unrecorded": str(error), "line": where()})
    return plain_invoke(self, operation)


plain_autocommit = MigrationContext.autocommit_block


@contextlib.contextmanager
def autocommit_block(self):
    STATE["autocommit"] += 1
    try:
        with plain_autocommit(self):
            yield
    finally:
        STATE["autocommit"] -= 1


class Nothing:
    """A result without rows."""

    rowcount = 0

    def __iter__(self):
        return iter(())

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ("fetchall", "all", "keys", "fetchmany"):
            return lambda *_, **__: []
        if name in ("scalar", "first", "fetchone", "scalar_one_or_none", "one_or_none", "one", "scalar_one", "get"):
            return lambda *_, **__: None
        if name in ("count", "update", "delete"):
            return lambda *_, **__: 0
        return lambda *_, **__: self


class NoTables:
    """An inspector of an empty database."""

    default_schema_name = "public"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith("has_"):
            return lambda *_, **__: False
        if name == "get_pk_constraint":
            return lambda *_, **__: {"constrained_columns": [], "name": None}
        return lambda *_, **__: []


plain_execute = MockConnection.execute


def execute(self, statement, *_, **__):
    caller = sys._getframe(1).f_code.co_filename
    if not caller.startswith(LIBRARIES):
        note({"op": "execute", "via": "bind", **executed(statement)})
        if not STATE["lenient"]:
            raise RuntimeError("the answer of a query is asked for offline")
        return Nothing()
    if isinstance(statement, str):
        statement = sa.text(statement.replace(":", "\\:"))
    with contextlib.suppress(Exception):
        plain_execute(self, statement)
    return Nothing()


def missing(self, name):
    if name.startswith("__") or not STATE["lenient"]:
        raise AttributeError(f"a connection that is not there has no `{name}`")
    if name == "exec_driver_sql":
        return lambda sql, *_, **__: self.execute(sa.text(sql.replace(":", "\\:")))
    if name == "scalar":
        return lambda *given, **__: (self.execute(*given), None)[1]
    if name in ("in_transaction", "in_nested_transaction", "closed", "invalidated"):
        return lambda *_, **__: False
    if name in ("execution_options", "connect"):
        return lambda *_, **__: self
    return MagicMock(name="connection." + name)


plain_metadata = sa.MetaData.__init__


def metadata(self, *given, bind=None, **named):
    """Takes `bind=`, which revisions of the years before SQLAlchemy 2 say."""
    plain_metadata(self, *given, **named)


def listen():
    AbstractOperations.invoke = invoke
    MigrationContext.autocommit_block = autocommit_block
    MockConnection.execute = execute
    MockConnection.__getattr__ = missing
    MockConnection.__enter__ = lambda self: self
    MockConnection.__exit__ = lambda self, *_: False
    alembic.context.is_offline_mode = lambda: not STATE["lenient"]
    sa.MetaData.__init__ = metadata
    inspection._registrars[MockConnection] = lambda _: NoTables() if STATE["lenient"] else None
    Inspector.from_engine = staticmethod(lambda *_, **__: NoTables())
    plain_flush = BatchOperationsImpl.flush

    def flush(self):
        with contextlib.suppress(Exception):
            plain_flush(self)

    BatchOperationsImpl.flush = flush
    for name in ("query", "execute", "scalars", "get"):
        answer = session_method(name)
        setattr(Session, name, answer)
    for name in ("commit", "flush", "add", "add_all", "merge", "delete", "rollback", "scalar", "bulk_save_objects",
                 "bulk_insert_mappings", "bulk_update_mappings"):
        setattr(Session, name, session_method(name))


def session_method(name):
    def method(self, *given, **_):
        STATE["session"] = True
        if name in ("execute", "scalars", "scalar") and given:
            note({"op": "execute", "via": "session", **executed(given[0])})
        return None if name in ("get", "scalar", "commit", "flush") else Nothing()

    return method


# --- running ----------------------------------------------------------------------------------------------------


def run(path, direction, dialect, lenient):
    STATE.update(path=path, ops=[], lenient=lenient, autocommit=0, session=False)
    out = io.StringIO()
    context = MigrationContext.configure(
        dialect_name=dialect,
        opts={"as_sql": True, "output_buffer": out, "literal_binds": True, "target_metadata": sa.MetaData()},
    )
    STATE["dialect"] = context.dialect
    error = None
    signal.alarm(8)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            with Operations.context(context) as op:
                call(path, direction, op)
    except BaseException as raised:
        if isinstance(raised, KeyboardInterrupt):
            raise
        error = f"{type(raised).__name__}: {raised}"[:300]
    finally:
        signal.alarm(0)
    return {"ops": STATE["ops"], "error": error, "session": STATE["session"]}


def call(path, direction, op):
    module = types.ModuleType("revision_" + re.sub(r"\W", "_", os.path.basename(path)))
    module.__file__ = path
    sys.modules[module.__name__] = module
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec"), module.__dict__)
    function = getattr(module, direction, None)
    if function is None:
        raise LookupError(f"there is no {direction}()")
    given = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL) or parameter.default is not parameter.empty:
            continue
        given[name] = op if name == "op" else MagicMock(name=name)
    function(**given)


def stop(*_):
    raise TimeoutError("it takes too long")


def prepare(root, paths):
    """Listens to Alembic, fakes what is not installed, and lets nothing outside be reached."""
    global FINDER
    signal.signal(signal.SIGALRM, stop)
    listen()
    FINDER = Finder(import_roots(root, paths))
    sys.meta_path.append(FINDER)
    import socket
    import subprocess

    def refuse(*_, **__):
        raise PermissionError("nothing outside is reached while operations are recorded")

    subprocess.Popen = refuse
    socket.socket.connect = refuse
    os.system = refuse
    os.chdir(root)


def main():
    root, dialect = os.path.abspath(sys.argv[1]), sys.argv[2]
    paths = [line.strip() for line in sys.stdin if line.strip()]
    prepare(root, paths)
    for path in paths:
        for direction in ("upgrade", "downgrade"):
            found = run(os.path.join(root, path), direction, dialect, False)
            if found["error"] is not None:
                strict, found = found, run(os.path.join(root, path), direction, dialect, True)
                found["lenient"] = True
                found["strict_error"] = strict["error"]
            print(json.dumps({"path": path, "direction": direction, **found}, default=str), flush=True)


if __name__ == "__main__":
    main()
