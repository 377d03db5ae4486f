"""Runs calls under the real Alembic and SQLAlchemy and says which are answered with an error.

    run_calls.py < calls      one call a line; prints `ok` or the error, one line each

Nothing reaches a database: the driver is one that takes every statement and answers nothing, so that what is
refused is refused by Python, by Alembic or by SQLAlchemy.
"""

import sys
import types
import warnings

import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import mysql, postgresql, registry
from sqlalchemy.dialects.postgresql.base import PGDialect

warnings.simplefilter("ignore")


class Cursor:
    description = None
    rowcount = 1
    lastrowid = 1
    arraysize = 1

    def execute(self, statement, parameters=None):
        pass

    def executemany(self, statement, parameters=None):
        pass

    def fetchone(self):
        return None

    def fetchall(self):
        return []

    fetchmany = fetchall

    def close(self):
        pass


class Raw:
    def cursor(self, *_, **__):
        return Cursor()

    def commit(self):
        pass

    rollback = close = commit


class Error(Exception):
    pass


dbapi = types.ModuleType("nothing")
dbapi.paramstyle = "pyformat"
dbapi.connect = lambda *_, **__: Raw()
for name in ("Error", "DatabaseError", "OperationalError", "InterfaceError", "DataError", "IntegrityError",
             "InternalError", "ProgrammingError", "NotSupportedError", "Warning"):
    setattr(dbapi, name, Error)
dbapi.Binary = bytes


class Dialect(PGDialect):
    driver = "nothing"
    default_paramstyle = "pyformat"
    supports_statement_cache = True
    default_isolation_level = "READ COMMITTED"

    @classmethod
    def import_dbapi(cls):
        return dbapi

    dbapi = import_dbapi

    def initialize(self, connection):
        self.default_schema_name = "public"
        self.server_version_info = (14, 0)

    def on_connect(self):
        return None

    def get_isolation_level_values(self, *_):
        return ("SERIALIZABLE", "READ COMMITTED", "AUTOCOMMIT")

    def set_isolation_level(self, *_):
        pass

    def get_isolation_level(self, *_):
        return "READ COMMITTED"

    def do_ping(self, _):
        return True


sys.modules["nothing_dialect"] = module = types.ModuleType("nothing_dialect")
module.Dialect = Dialect
registry.register("postgresql.nothing", "nothing_dialect", "Dialect")
HEADER = {"op": op, "sa": sa, "postgresql": postgresql, "mysql": mysql, "text": sa.text}


def run(source):
    engine = sa.create_engine("postgresql+nothing://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            try:
                exec(compile(source.replace("\\n", "\n"), "probe", "exec"), dict(HEADER))
            except Exception as error:
                message = str(error).split("\n")[0][:140]
                return f"{type(error).__name__}: {message}"
    return "ok"


import alembic

print(f"alembic=={alembic.__version__} sqlalchemy=={sa.__version__}")
for line in sys.stdin:
    print(run(line.rstrip("\n")))
