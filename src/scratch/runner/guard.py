"""Makes every database connection of this process go to the scratch database, and proves it.

Layers, from the one that redirects to the one that proves:

1. `URL._instantiate_plugins`: the one point that `create_engine`, `engine_from_config`, their async twins, Flask-SQLAlchemy and
   SQLModel all pass, however and whenever their names were imported. The URL is rewritten; `creator`, `pool` and every connect
   argument that could lead elsewhere are dropped (SQLAlchemy 1.3 to 2.1).
2. The drivers' own `connect` functions are wrapped when they are imported.
3. Environment variables that name a database are rewritten.
4. On Linux, a seccomp filter denies internet sockets to this process and its children.
5. Every new connection of every pool must show the random marker of the scratch database before any SQL runs on it.
"""
import importlib.abc
import importlib.util
import os
import re
import sys
import weakref


class SafetyStop(BaseException):
    """A connection that is not the scratch database. `except Exception` in the project's code must not swallow it."""


HARMLESS_CONNECT_ARGS = frozenset(
    """options application_name server_settings command_timeout statement_cache_size prepared_statement_cache_size
    prepared_statement_name_func prepare_threshold charset init_command autocommit client_encoding check_same_thread
    detect_types isolation_level timeout row_factory cursor_factory json_serializer use_unicode sql_mode""".split()
)
HARMLESS_QUERY = frozenset(
    "options charset application_name prepared_statement_cache_size client_encoding plugin plugins async_fallback".split()
)
FAMILIES = {"postgres": "postgresql", "cockroachdb": "postgresql", "mariadb": "mysql"}
REAL_URL = re.compile(r"^(postgres(ql)?|mysql|mariadb|cockroachdb|mssql|oracle)(\+\w+)?://", re.I)
PG_VARIABLES = """PGHOST PGHOSTADDR PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE PGSERVICEFILE PGPASSFILE PGOPTIONS
    PGSSLMODE PGSSLROOTCERT PGSSLCERT PGSSLKEY MYSQL_HOST MYSQL_TCP_PORT MYSQL_PWD MYSQL_UNIX_PORT""".split()


class Guard:
    """The layers, and what they did."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.redirected = []
        self.driver = None
        self.installed = None
        self.databases = {}
        self.engines = weakref.WeakSet()
        self.layers = {"redirect": False, "marker": False, "drivers": False, "environment": False, "network": "none"}

    # -- where a URL leads ---------------------------------------------------------------------------------------------

    def database_for(self, url):
        """Maps each database of the project to a scratch database of its own; the first one gets the first."""
        names = self.scratch["databases"]
        if url.database in names and self.is_ours(url):
            return url.database
        key = (url.host, url.port, url.database)
        if key not in self.databases:
            self.databases[key] = names[min(len(self.databases), len(names) - 1)]
        return self.databases[key]

    def is_ours(self, url):
        place = self.scratch.get("socket_dir") or self.scratch.get("socket")
        if not place:
            return url.database in self.scratch["databases"]
        return any(place in str(part) for part in [url.host] + list(dict(url.query).values()))

    def rewrite(self, url):
        """Returns the drivername and the parts of the scratch URL for a URL of the project."""
        backend = url.get_backend_name()
        family = FAMILIES.get(backend, backend)
        if family != self.scratch["backend"]:
            raise SafetyStop(
                "the project asked for a %s database and the scratch database is %s" % (backend, self.scratch["backend"])
            )
        database = self.database_for(url)
        if not self.is_ours(url):
            self.redirected.append("%s to `%s`" % (url.drivername, database))
        self.driver = self.driver or url.drivername
        return url.drivername, self.parts(url.drivername, database, url.query)

    def parts(self, drivername, database, query=()):
        scratch = self.scratch
        kept = {key: value for key, value in dict(query).items() if key in HARMLESS_QUERY}
        if scratch["backend"] == "sqlite":
            kept = {key: value for key, value in dict(query).items() if key in ("timeout", "check_same_thread")}
            return dict(username=None, password=None, host=None, port=None, database=database, query=kept)
        parts = dict(username=scratch["user"], password=None, host=None, port=None, database=database, query=kept)
        if scratch["backend"] == "mysql":
            parts["host"] = "localhost"
            kept["unix_socket"] = scratch["socket"]
        elif drivername.endswith("+pg8000"):
            kept["unix_sock"] = "%s/.s.PGSQL.%s" % (scratch["socket_dir"], scratch["port"])
        else:
            kept["host"] = scratch["socket_dir"]
            if not drivername.endswith("+asyncpg"):
                kept["port"] = str(scratch["port"])
        return parts

    def default_driver(self):
        """The drivername for connections of our own: the project's, or one that is installed before it has named one."""
        return self.driver or self.installed or {"postgresql": "postgresql", "mysql": "mysql+pymysql", "sqlite": "sqlite"}[self.scratch["backend"]]

    def url(self, drivername=None):
        drivername = drivername or self.default_driver()
        parts = self.parts(drivername, self.scratch["databases"][0])
        query = "&".join("%s=%s" % item for item in parts["query"].items())
        user = "%s@" % parts["username"] if parts["username"] else ""
        return "%s://%s%s/%s%s" % (drivername, user, parts["host"] or "", parts["database"], "?" + query if query else "")

    # -- the layers ----------------------------------------------------------------------------------------------------

    def install(self, network):
        self.scrub_environment()
        self.redirect_engines()
        self.know_engines()
        self.demand_marker()
        self.wrap_drivers()
        if network == "deny":
            self.layers["network"] = "seccomp" if deny_internet_sockets() else "none"
        self.prove_redirection()

    def redirect_engines(self):
        import sqlalchemy
        from sqlalchemy.engine.url import URL

        version = tuple(int(part) for part in re.findall(r"\d+", sqlalchemy.__version__)[:2])
        original = getattr(URL, "_instantiate_plugins", None)
        if original is None:
            raise SafetyStop("redirection cannot be guaranteed with SQLAlchemy %s" % sqlalchemy.__version__)
        guard = self

        def modern(url, kwargs):
            url, plugins, kwargs = original(url, kwargs)
            drivername, parts = guard.rewrite(url)
            return URL.create(drivername, **parts), plugins, harmless(kwargs)

        def classic(url, kwargs):
            plugins = original(url, kwargs)
            _, parts = guard.rewrite(url)
            for name in ("username", "password", "host", "port", "database", "query"):
                setattr(url, name, parts[name])
            harmless(kwargs)
            return plugins

        URL._instantiate_plugins = modern if version >= (1, 4) else classic

    def know_engines(self):
        from sqlalchemy.engine import Engine

        made, guard = Engine.__init__, self

        def init(engine, *args, **kwargs):
            made(engine, *args, **kwargs)
            guard.engines.add(engine)

        Engine.__init__ = init

    def let_go(self):
        """Lets every engine forget its connections: the databases behind them are about to be made anew."""
        for engine in list(self.engines):
            if getattr(engine.dialect, "is_async", False):  # its event loop is gone, and nothing can be closed on it
                engine.pool = engine.pool.recreate()
            else:
                engine.dispose()

    def demand_marker(self):
        from sqlalchemy import event
        from sqlalchemy.pool import Pool

        def check(connection, _record):
            cursor = connection.cursor()
            try:
                self.check_marker(cursor)
            finally:
                cursor.close()
            if hasattr(connection, "rollback"):
                connection.rollback()

        event.listen(Pool, "connect", check)
        self.layers["marker"] = True

    def check_marker(self, cursor):
        scratch = self.scratch
        if scratch["backend"] == "sqlite":
            cursor.execute("PRAGMA database_list")
            ours = {os.path.realpath(path) for path in scratch["databases"]}
            for row in cursor.fetchall():
                if row[2] and os.path.realpath(row[2]) not in ours:
                    raise SafetyStop("a connection led to `%s`, which is not the scratch database" % row[2])
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA journal_mode=MEMORY")
            return
        if scratch["backend"] == "postgresql":
            cursor.execute("SELECT current_setting('safe_migration.marker', true)")
            wanted = scratch["marker"]
        else:
            cursor.execute("SELECT @@socket")
            wanted = scratch["socket"]
        row = cursor.fetchone()
        if not row or row[0] != wanted:
            raise SafetyStop("a connection led to a server that does not carry the marker of the scratch database")

    def wrap_drivers(self):
        wrappers = {
            "postgresql": {"psycopg2": wrap_connect, "psycopg": wrap_psycopg, "asyncpg": wrap_connect, "pg8000": wrap_connect},
            "mysql": {"pymysql": wrap_connect, "MySQLdb": wrap_connect, "mysql.connector": wrap_connect, "aiomysql": wrap_connect},
            "sqlite": {},
        }[self.scratch["backend"]]
        # A driver of another database has no business here at all.
        others = {"psycopg2", "psycopg", "asyncpg", "pg8000", "pymysql", "MySQLdb"} - set(wrappers)
        wrappers = dict(wrappers, **{name: refuse_connect for name in others})
        for name, wrap in wrappers.items():
            if name in sys.modules:
                wrap(self, sys.modules[name])
        sys.meta_path.insert(0, Wrapper(self, wrappers))
        self.layers["drivers"] = True

    def scrub_environment(self):
        url = self.url()
        for name in list(os.environ):
            if name in PG_VARIABLES:
                del os.environ[name]
            elif REAL_URL.match(os.environ[name]):
                os.environ[name] = url
        if self.scratch["backend"] == "postgresql":
            os.environ.update(
                PGHOST=self.scratch["socket_dir"], PGPORT=str(self.scratch["port"]), PGUSER=self.scratch["user"],
                PGDATABASE=self.scratch["databases"][0],
            )
        for name in ("DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL", "DB_URL"):
            os.environ.setdefault(name, url)
        self.layers["environment"] = True

    def prove_redirection(self):
        """Makes an engine for a host that does not exist; it must come out as the scratch database."""
        import sqlalchemy

        candidates = {
            "postgresql": ["postgresql+psycopg2", "postgresql+psycopg", "postgresql+pg8000", "postgresql+asyncpg"],
            "mysql": ["mysql+pymysql", "mysql+mysqldb", "mysql+aiomysql", "mysql+mysqlconnector"],
            "sqlite": ["sqlite"],
        }[self.scratch["backend"]]
        kept, databases = list(self.redirected), dict(self.databases)
        for drivername in candidates:
            address = "sqlite:////nowhere/prod.db" if drivername == "sqlite" else drivername + "://u:p@prod.invalid/prod"
            try:
                engine = sqlalchemy.create_engine(address)
            except ImportError:
                continue
            if "prod" in (engine.url.host, engine.url.database) or not self.is_ours(engine.url):
                raise SafetyStop("redirection cannot be guaranteed with SQLAlchemy %s" % sqlalchemy.__version__)
            self.layers["redirect"] = True
            self.installed = drivername
            break
        self.redirected, self.databases, self.driver = kept, databases, None
        if not self.layers["redirect"]:
            raise SafetyStop("no driver for %s is installed beside SQLAlchemy" % self.scratch["backend"])


def harmless(kwargs):
    """Drops what could lead an engine elsewhere."""
    for name in ("creator", "async_creator", "pool"):
        kwargs.pop(name, None)
    if kwargs.get("connect_args"):
        kept = {name: value for name, value in kwargs["connect_args"].items() if name in HARMLESS_CONNECT_ARGS}
        kwargs["connect_args"] = kept
    return kwargs


# -- drivers that are called directly ------------------------------------------------------------------------------------


class Wrapper(importlib.abc.MetaPathFinder):
    """Wraps a driver as soon as it is imported."""

    def __init__(self, guard, wrappers):
        self.guard, self.wrappers, self.busy = guard, wrappers, set()

    def find_spec(self, name, path, target=None):
        if name not in self.wrappers or name in self.busy:
            return None
        self.busy.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.busy.discard(name)
        if spec is None or spec.loader is None:
            return None
        wrap, guard, execute = self.wrappers[name], self.guard, spec.loader.exec_module

        def exec_module(module):
            execute(module)
            wrap(guard, module)

        try:
            spec.loader.exec_module = exec_module
        except AttributeError:
            raise SafetyStop("the driver `%s` could not be wrapped" % name)
        return spec


def arguments_for(guard, module_name, kwargs):
    """The arguments of a driver's `connect` that lead to the scratch database."""
    scratch = guard.scratch
    kept = {name: value for name, value in kwargs.items() if name in HARMLESS_CONNECT_ARGS or name in ("loop", "context", "connection_factory", "connection_class", "record_class", "async_")}
    if scratch["backend"] == "mysql":
        kept.update(user=scratch["user"], unix_socket=scratch["socket"])
        kept["db" if module_name == "aiomysql" else "database"] = database_named(guard, kwargs)
        return kept
    kept["user"] = scratch["user"]
    if module_name == "pg8000":
        kept.update(database=database_named(guard, kwargs), unix_sock="%s/.s.PGSQL.%s" % (scratch["socket_dir"], scratch["port"]))
        kept.pop("application_name", None)
    else:
        kept.update(host=scratch["socket_dir"], port=scratch["port"])
        kept["database" if module_name == "asyncpg" else "dbname"] = database_named(guard, kwargs)
    return kept


def database_named(guard, kwargs):
    for name in ("dbname", "database", "db"):
        if kwargs.get(name) in guard.scratch["databases"]:
            return kwargs[name]
    return guard.scratch["databases"][0]


def leads_to_scratch(guard, args, kwargs):
    place = guard.scratch.get("socket_dir") or guard.scratch.get("socket")
    return any(place in str(value) for value in list(args) + list(kwargs.values()))


def wrap_connect(guard, module):
    name, original = module.__name__, module.connect

    def connect(*args, **kwargs):
        if not leads_to_scratch(guard, args, kwargs):
            guard.redirected.append("%s.connect" % name)
        return original(**arguments_for(guard, name, kwargs)) if not leads_to_scratch(guard, args, kwargs) else original(*args, **kwargs)

    module.connect = connect
    for alias in ("Connect", "Connection"):
        if name in ("pymysql",) and callable(getattr(module, alias, None)) and alias == "Connect":
            setattr(module, alias, connect)


def wrap_psycopg(guard, module):
    for cls in (module.Connection, module.AsyncConnection):
        original = cls.connect.__func__

        def connect(klass, conninfo="", _original=original, **kwargs):
            if leads_to_scratch(guard, [conninfo], kwargs):
                return _original(klass, conninfo, **kwargs)
            guard.redirected.append("psycopg.connect")
            return _original(klass, "", **arguments_for(guard, "psycopg", kwargs))

        cls.connect = classmethod(connect)
    module.connect = module.Connection.connect


def refuse_connect(guard, module):
    name = module.__name__

    def connect(*_args, **_kwargs):
        raise SafetyStop("`%s.connect` was called, and the scratch database is %s" % (name, guard.scratch["backend"]))

    if hasattr(module, "connect"):
        module.connect = connect
    for cls in ("Connection", "AsyncConnection"):
        if name == "psycopg" and hasattr(module, cls):
            getattr(module, cls).connect = classmethod(lambda klass, *args, **kwargs: connect())


def deny_internet_sockets():
    """Makes socket(AF_INET) and socket(AF_INET6) fail with EPERM for this process and its children (Linux only)."""
    import ctypes
    import platform
    import struct

    known = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}.get(platform.machine())
    if sys.platform != "linux" or not known:
        return False
    architecture, socket_call = known
    load, jump_if_equal, answer = 0x20, 0x15, 0x06
    rows = [
        (load, 0, 0, 4), (jump_if_equal, 0, 6, architecture),
        (load, 0, 0, 0), (jump_if_equal, 0, 4, socket_call),
        (load, 0, 0, 16), (jump_if_equal, 1, 0, 2), (jump_if_equal, 0, 1, 10),
        (answer, 0, 0, 0x00050000 | 1), (answer, 0, 0, 0x7FFF0000),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rows), ctypes.addressof(program)))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0):
        return False
    return libc.prctl(set_seccomp, filter_mode, ctypes.byref(header), 0, 0) == 0
