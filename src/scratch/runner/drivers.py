"""Leads drivers that are called directly to the scratch database.

What opens a connection in a driver is wrapped as soon as the driver is imported: its address is replaced, whatever the code
asked for, and a driver of another kind of database is refused.
"""
import importlib.abc
import inspect
import re
import sys
from urllib.parse import unquote, urlsplit

# What may be said to a driver beside an address.
HARMLESS = frozenset(
    """options application_name fallback_application_name client_encoding server_settings command_timeout statement_cache_size
    prepared_statement_cache_size prepared_statement_name_func max_cached_statement_lifetime max_cacheable_statement_size
    prepare_threshold connection_class record_class connection_factory cursor_factory row_factory context autocommit loop timeout
    startup_params charset collation use_unicode sql_mode init_command conv client_flag cursorclass cursor_cls binary_prefix
    local_infile max_allowed_packet read_timeout write_timeout connect_timeout raise_on_warnings use_pure echo
    max_prepared_statements tcp_keepalive check_same_thread detect_types isolation_level json_serializer cached_statements factory""".split()
)
FAMILY = {
    "psycopg2": "postgresql", "psycopg": "postgresql", "asyncpg": "postgresql", "pg8000": "postgresql",
    "pymysql": "mysql", "MySQLdb": "mysql", "aiomysql": "mysql", "asyncmy": "mysql", "mysql.connector": "mysql", "mariadb": "mysql",
    "pyodbc": "mssql", "pymssql": "mssql", "oracledb": "oracle", "cx_Oracle": "oracle",
}


def wrap_psycopg2(guard, module):
    extensions, original = module.extensions, module._connect

    def connect(dsn, connection_factory=None, **options):
        led = arguments(guard, "psycopg2", extensions.parse_dsn(dsn))
        return original(extensions.make_dsn(**led), connection_factory=connection_factory, **options)

    module._connect = module._psycopg._connect = connect


def wrap_psycopg(guard, module):
    from psycopg.conninfo import conninfo_to_dict

    for cls in (module.Connection, module.AsyncConnection):
        original = cls.connect.__func__

        def connect(klass, conninfo="", _original=original, **given):
            return _original(klass, "", **arguments(guard, "psycopg", dict(conninfo_to_dict(conninfo), **given)))

        cls.connect = classmethod(connect)
    module.connect = module.Connection.connect


def wrap_asyncpg(guard, module):
    original = module.connect

    def connect(dsn=None, **given):
        return original(**arguments(guard, "asyncpg", dict(parts_of(dsn), **given)))

    module.connect = connect


def wrap_pg8000(guard, module):
    names = ("user", "host", "database", "port", "password")
    wrap_class(guard, "pg8000", getattr(module, "CoreConnection", None) or module.Connection, names)


def wrap_pymysql(guard, module):
    wrap_class(guard, "pymysql", module.Connection, ("host", "user", "password", "database", "port"))


def wrap_mysqldb(guard, module):
    wrap_class(guard, "MySQLdb", module.Connection, ("host", "user", "password", "database", "port"))


def wrap_aiomysql(guard, module):
    wrap_class(guard, "aiomysql", module.Connection, ("host", "user", "password", "db", "port"))


def wrap_asyncmy(guard, module):
    wrap_class(guard, "asyncmy", module.Connection, ())


def wrap_class(guard, driver, cls, names):
    """Wraps what makes a connection; `names` are those of its positional arguments."""
    original = cls.__init__
    needed = required(original)

    def __init__(self, *args, **given):
        led = arguments(guard, driver, dict(zip(names, args), **given))
        original(self, **dict(dict.fromkeys(needed), **led))

    cls.__init__ = __init__


def required(function):
    """The arguments without which a method cannot be called (pg8000 before 1.14 demands every one)."""
    try:
        rows = list(inspect.signature(function).parameters.values())[1:]
    except ValueError:  # a method that is compiled and tells nothing
        return []
    return [row.name for row in rows if row.default is row.empty and row.kind is row.POSITIONAL_OR_KEYWORD]


def wrap_function(guard, module):
    """Wraps `module.connect`, of a driver that takes its address by name."""
    driver, original = module.__name__, module.connect

    def connect(*args, **given):
        return original(**arguments(guard, driver, dict(parts_of(args[0] if args else None), **given)))

    module.connect = connect


WRAPPERS = {
    "psycopg2": wrap_psycopg2, "psycopg": wrap_psycopg, "asyncpg.connection": wrap_asyncpg, "pg8000.core": wrap_pg8000,
    "pymysql.connections": wrap_pymysql, "MySQLdb.connections": wrap_mysqldb, "aiomysql.connection": wrap_aiomysql,
    "asyncmy.connection": wrap_asyncmy, "mysql.connector": wrap_function, "mariadb": wrap_function, "pyodbc": wrap_function,
    "pymssql": wrap_function, "oracledb": wrap_function, "cx_Oracle": wrap_function,
}


class Finder(importlib.abc.MetaPathFinder):
    """Finds a driver as the others do, and wraps it when it has been loaded."""

    def __init__(self, guard):
        self.guard = guard

    def find_spec(self, name, path, target=None):
        if name not in WRAPPERS:
            return None
        others = [finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec")]
        spec = next((spec for spec in (finder.find_spec(name, path, target) for finder in others) if spec), None)
        if spec is None or spec.loader is None:
            return None
        guard, execute = self.guard, spec.loader.exec_module

        def exec_module(module):
            execute(module)
            WRAPPERS[name](guard, module)

        try:
            spec.loader.exec_module = exec_module
        except AttributeError:
            guard.stop("the driver `%s` cannot be wrapped" % name)
        return spec


def install(guard):
    """Wraps the drivers that are loaded, and the others when they will be."""
    for name, wrap in WRAPPERS.items():
        if name in sys.modules:
            wrap(guard, sys.modules[name])
    sys.meta_path.insert(0, Finder(guard))


def arguments(guard, driver, given):
    """The arguments of a driver that lead to the scratch database, for those that code has given."""
    scratch = guard.scratch
    if FAMILY[driver] != scratch["backend"]:
        guard.stop_elsewhere(FAMILY[driver], "`%s` is called" % driver)
    database = guard.database_named(given.get("host"), given.get("port"), given.get("dbname") or given.get("database") or given.get("db"))
    if not any(guard.is_place(given.get(name)) for name in ("host", "unix_socket", "unix_sock")):
        guard.redirected.append("%s to `%s`" % (driver, database))
    led = {name: value for name, value in given.items() if name in HARMLESS}
    led["user"] = scratch["user"]
    if FAMILY[driver] == "mysql":
        led["unix_socket"] = scratch["socket"]
        led["db" if driver == "aiomysql" else "database"] = database
    elif driver == "pg8000":
        led.update(database=database, port=scratch["port"], unix_sock="%s/.s.PGSQL.%s" % (scratch["socket_dir"], scratch["port"]))
    else:
        led.update(host=scratch["socket_dir"], port=scratch["port"])
        led["database" if driver == "asyncpg" else "dbname"] = database
    return led


def parts_of(address):
    """Host, port and database of an address that is a URL or a line of `name=value`."""
    address = str(address or "")
    if "://" not in address:
        return dict(re.findall(r"(\w+)\s*=\s*'?([^\s';]+)", address))
    try:
        url = urlsplit(address)
        return {"host": url.hostname, "port": url.port, "database": unquote(url.path.lstrip("/")) or None}
    except ValueError:
        return {}
