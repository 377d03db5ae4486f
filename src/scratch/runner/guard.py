"""Makes every database connection of this process go to the scratch database, and proves it.

Around all of them stand the walls of the operating system (`walls.py` tries them). Layers, from the one that redirects to the one
that proves:

1. `URL._instantiate_plugins`: the one point that `create_engine`, `engine_from_config`, their async twins, Flask-SQLAlchemy and
   SQLModel all pass, however and whenever their names were imported. The URL is rewritten; `creator`, `pool` and every connect
   argument that could lead elsewhere are dropped (SQLAlchemy 1.3 to 2.1).
2. The drivers' own ways to connect are wrapped when they are imported (`drivers.py`).
3. Environment variables that name a database are rewritten.
4. On Linux, a seccomp filter denies internet sockets to this process and its children (`network.py`).
5. Every new connection of every pool must show the random marker of the scratch database before any SQL runs on it.

Each layer is tried before the project is loaded; one that does not hold stops the run.
"""
import asyncio
import importlib.util
import os
import re
import sys
import weakref


class SafetyStop(BaseException):
    """A connection that is not the scratch database. `except Exception` in the project's code must not swallow it."""


class Elsewhere(SafetyStop):
    """The project asks for another kind of database than the scratch one."""

    def __init__(self, asked, scratch, how):
        super().__init__("%s, a %s database is asked for, and the scratch database is %s" % (how, asked, scratch))
        self.asked = asked


class NoDriver(Exception):
    """SQLAlchemy has nothing here to reach the scratch database with."""


HARMLESS_QUERY = frozenset(
    """options charset application_name prepared_statement_cache_size prepared_statement_name_func client_encoding plugin plugins
    async_fallback use_unicode sql_mode collation""".split()
)
FAMILIES = {"postgres": "postgresql", "cockroachdb": "postgresql", "mariadb": "mysql"}
REAL_URL = re.compile(r"^(postgres(ql)?|mysql|mariadb|cockroachdb|mssql|oracle)(\+\w+)?://", re.I)
PORTS = {"postgresql": 5432, "mysql": 3306}
# Drivers in the order in which connections of our own try them; those that wait and those that do not.
SYNCHRONOUS = {
    "postgresql": ("psycopg2", "psycopg", "pg8000"),
    "mysql": ("pymysql", "mysqldb", "mysqlconnector", "mariadbconnector"),
    "sqlite": ("pysqlite",),
}
ASYNCHRONOUS = {"postgresql": ("asyncpg", "psycopg"), "mysql": ("aiomysql", "asyncmy"), "sqlite": ("aiosqlite",)}
# Variables that libpq and MySQL's clients read.
CLIENT_VARIABLES = """PGHOST PGHOSTADDR PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE PGSERVICEFILE PGPASSFILE PGOPTIONS PGSSLMODE
    PGSSLROOTCERT PGSSLCERT PGSSLKEY PGSSLNEGOTIATION PGREQUIRESSL PGREQUIREAUTH PGREQUIREPEER PGCHANNELBINDING PGGSSENCMODE
    PGTARGETSESSIONATTRS PGLOADBALANCEHOSTS MYSQL_HOST MYSQL_TCP_PORT MYSQL_PWD MYSQL_UNIX_PORT MYSQL_HOME""".split()


class Guard:
    """The layers, and what they did."""

    def __init__(self, scratch, drivers, network, walls):
        self.scratch, self.drivers, self.network, self.walls = scratch, drivers, network, walls
        self.backend = scratch["backend"]
        self.redirected = []
        self.driver = None
        self.installed = {}
        self.databases = {}
        self.engines = weakref.WeakSet()
        self.seen = 0
        self.layers = {"redirect": False, "marker": False, "drivers": False, "environment": False, "network": "none"}

    def stop(self, why):
        raise SafetyStop(why)

    def stop_elsewhere(self, asked, how):
        raise Elsewhere(asked, self.backend, how)

    # -- where a URL leads ---------------------------------------------------------------------------------------------

    def database_named(self, host, port, name):
        """Maps each database of the project to a scratch database of its own; the first one gets the first."""
        names = self.scratch["databases"]
        if name in names:
            return name
        key = (host or "localhost", str(port or PORTS.get(self.backend)), name)
        if key not in self.databases:
            self.databases[key] = names[min(len(self.databases), len(names) - 1)]
        return self.databases[key]

    def is_place(self, place):
        ours = self.scratch.get("socket_dir") or self.scratch.get("socket")
        return bool(ours) and str(place or "").startswith(ours)

    def is_ours(self, url):
        if self.backend == "sqlite":
            return url.database in self.scratch["databases"]
        query = dict(url.query)
        return any(self.is_place(query.get(name)) for name in ("host", "unix_socket", "unix_sock"))

    def family_of(self, url):
        backend = url.get_backend_name()
        return FAMILIES.get(backend, backend)

    def is_in_memory(self, url):
        """A SQLite database that lives in the process, beside a scratch database of another kind, is nobody's."""
        return self.family_of(url) == "sqlite" != self.backend and url.database in (None, "", ":memory:")

    def rewrite(self, url, waits):
        """Returns the drivername and the parts of the scratch URL for a URL of the project; `waits` for an async engine."""
        if self.family_of(url) != self.backend:
            self.stop_elsewhere(self.family_of(url), "through SQLAlchemy")
        ours = self.is_ours(url)
        database = self.database_named(url.host, url.port, url.database)
        if not ours:
            self.redirected.append("%s to `%s`" % (url.drivername, database))
        drivername = self.fitting(url.drivername, waits) if ours else url.drivername
        self.driver = self.driver or drivername
        return drivername, self.parts(drivername, database, url.query)

    def fitting(self, drivername, waits):
        """The driver for an address that is ours: code that makes an async engine of it needs another one."""
        named = drivername.partition("+")[2]
        if waits is None or named in (ASYNCHRONOUS if waits else SYNCHRONOUS)[self.backend]:
            return drivername
        if not waits and named not in ASYNCHRONOUS[self.backend]:
            return drivername
        return self.waiting_driver(drivername) if waits else self.installed.get("plain", drivername)

    def waiting_driver(self, otherwise):
        there = (name for name in ASYNCHRONOUS[self.backend] if importlib.util.find_spec(name))
        name = self.installed.get("waits") or next(("%s+%s" % (self.backend, name) for name in there), None)
        return name or otherwise

    def parts(self, drivername, database, query=()):
        scratch = self.scratch
        kept = {key: value for key, value in dict(query).items() if key in HARMLESS_QUERY}
        if self.backend == "sqlite":
            kept = {key: value for key, value in dict(query).items() if key in ("timeout", "check_same_thread")}
            return dict(username=None, password=None, host=None, port=None, database=database, query=kept)
        parts = dict(username=scratch["user"], password=None, host=None, port=None, database=database, query=kept)
        if self.backend == "mysql":
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
        return self.driver or self.installed.get("plain") or self.installed.get("waits") or self.backend

    def url(self, drivername=None, database=None):
        """The address of a scratch database. Code that takes addresses apart finds a host in it, which nobody listens to."""
        drivername = drivername or self.default_driver()
        database = database or self.scratch["databases"][0]
        if self.backend == "sqlite":
            return "%s:///%s" % (drivername, database)
        parts = self.parts(drivername, database)
        query = "&".join("%s=%s" % item for item in parts["query"].items())
        password = ":scratch" if self.backend == "postgresql" else ""
        return "%s://%s%s@localhost/%s?%s" % (drivername, parts["username"], password, database, query)

    # -- the layers ----------------------------------------------------------------------------------------------------

    def install(self, network, canaries):
        for name in CLIENT_VARIABLES:
            os.environ.pop(name, None)
        self.try_walls(network, canaries)
        self.redirect_engines()
        self.know_engines()
        self.demand_marker()
        self.drivers.install(self)
        self.deny_network(network)
        self.prove()
        self.scrub_environment()

    def redirect_engines(self):
        from sqlalchemy.engine.url import URL

        original = getattr(URL, "_instantiate_plugins", None)
        if original is None:
            self.stop(unguarded())
        guard = self

        def modern(url, kwargs):
            url, plugins, kwargs = original(url, kwargs)
            if guard.is_in_memory(url):
                return url, plugins, harmless(kwargs, guard.drivers)
            drivername, parts = guard.rewrite(url, bool(kwargs.get("_is_async")))
            return URL.create(drivername, **parts), plugins, harmless(kwargs, guard.drivers)

        def classic(url, kwargs):
            plugins = original(url, kwargs)
            if not guard.is_in_memory(url):
                _, parts = guard.rewrite(url, None)
                for name in ("username", "password", "host", "port", "database", "query"):
                    setattr(url, name, parts[name])
            harmless(kwargs, guard.drivers)
            return plugins

        URL._instantiate_plugins = modern if hasattr(URL, "create") else classic

    def know_engines(self):
        # Not by `Engine.__init__`: SQLAlchemy reads from its signature which arguments `create_engine` takes.
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "engine_connect", lambda connection, *_: self.engines.add(connection.engine))

    def let_go(self):
        """Lets every engine forget its connections: the databases behind them are about to be made again."""
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
                self.check_marker(cursor, "sqlite" in type(connection).__module__)
            finally:
                cursor.close()
            if hasattr(connection, "rollback"):
                connection.rollback()
            self.seen += 1

        # SQLAlchemy 1.3 asks the server for its version on the first connection before `connect` is heard.
        event.listen(Pool, "first_connect", check)
        event.listen(Pool, "connect", check)

    def check_marker(self, cursor, is_sqlite):
        scratch = self.scratch
        if is_sqlite:
            self.check_files(cursor)
            return
        if self.backend == "postgresql":
            cursor.execute("SELECT current_setting('safe_migration.marker', true)")
            wanted = scratch["marker"]
        else:
            cursor.execute("SELECT @@socket")
            wanted = scratch["socket"]
        row = cursor.fetchone()
        shown = (list(row.values()) if hasattr(row, "values") else list(row or [None]))[0]
        if isinstance(shown, bytes):  # a database whose encoding is SQL_ASCII tells bytes
            shown = shown.decode("ascii", "replace")
        if shown != wanted:
            self.stop("a connection led to a server that does not carry the marker of the scratch database")

    def check_files(self, cursor):
        ours = {os.path.realpath(path) for path in self.scratch["databases"]} if self.backend == "sqlite" else set()
        cursor.execute("PRAGMA database_list")
        for row in cursor.fetchall():
            path = (list(row.values()) if hasattr(row, "values") else list(row))[2]
            if path and os.path.realpath(path) not in ours:
                self.stop("a connection led to `%s`, which is not the scratch database" % path)
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA journal_mode=MEMORY")

    def try_walls(self, network, canaries):
        standing = self.walls.try_all(self.stop, canaries, network)
        self.layers["walls"] = " and ".join(standing) or "none on this system"

    def deny_network(self, network):
        if network != "deny":
            self.layers["network"] = "allowed"
        elif self.network.deny():
            self.layers["network"] = "seccomp"
        elif self.network.can_deny():
            self.stop("the kernel does not let internet sockets be denied to the project")

    def scrub_environment(self):
        for name, value in list(os.environ.items()):
            if REAL_URL.match(value):
                os.environ[name] = self.instead_of(value)
        if self.backend == "postgresql":
            os.environ.update(
                PGHOST=self.scratch["socket_dir"], PGPORT=str(self.scratch["port"]), PGUSER=self.scratch["user"],
                PGDATABASE=self.scratch["databases"][0],
            )
        if self.backend == "mysql":
            os.environ["MYSQL_UNIX_PORT"] = self.scratch["socket"]
        for name in ("DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL", "DB_URL"):
            os.environ.setdefault(name, self.url())
        self.layers["environment"] = True

    def instead_of(self, address):
        """The address that stands for one of the project in its environment: the same driver, another place."""
        scheme = address.partition("://")[0]
        family = scheme.partition("+")[0].lower()
        if FAMILIES.get(family, family) != self.backend:
            return scheme + "://scratch.invalid/none"
        there = self.drivers.parts_of(address)
        return self.url(scheme, self.database_named(there.get("host"), there.get("port"), there.get("database")))

    # -- the proof -------------------------------------------------------------------------------------------------------

    def prove(self):
        """Makes an engine for a host that does not exist and connects: it must come out at the scratch database."""
        for drivername in self.known(SYNCHRONOUS):
            if self.arrives(drivername, False):
                self.installed["plain"] = drivername
                break
        for drivername in self.known(ASYNCHRONOUS):
            if not self.installed and can_wait() and self.arrives(drivername, True):
                self.installed["waits"] = drivername
        if not self.installed:
            names = ", ".join(dict.fromkeys(SYNCHRONOUS[self.backend] + ASYNCHRONOUS[self.backend]))
            raise NoDriver("no driver for %s is installed beside SQLAlchemy (%s)" % (self.backend, names))
        self.redirected, self.databases, self.driver = [], {}, None
        self.layers.update(redirect=True, marker=True, drivers=True)

    def known(self, drivers):
        return ["%s+%s" % (self.backend, name) for name in drivers[self.backend]]

    def arrives(self, drivername, waits):
        """Tells whether a driver is there; stops when what it connects to is not the scratch database."""
        from sqlalchemy.exc import ArgumentError

        address = "sqlite:////nowhere/prod.db" if self.backend == "sqlite" else "%s://u:p@prod.invalid/prod" % drivername
        before = self.seen
        try:
            asyncio.run(connect_waiting(address, drivername)) if waits else connect(address)
        except (ImportError, ArgumentError):  # the driver, or SQLAlchemy's dialect for it, is not there
            return False
        if self.seen == before:
            self.stop(unguarded())
        return True


def misled():
    raise SafetyStop(unguarded())


def connect(address):
    """Connects to what an address comes out at, by every way that must not lead elsewhere."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    away = {} if address.startswith("sqlite") else {"host": "prod.invalid", "port": 1}
    engine = create_engine(address, poolclass=NullPool, creator=misled, connect_args=away)
    if "prod" in (engine.url.host, engine.url.database):
        misled()
    try:
        engine.connect().close()
    finally:
        engine.dispose()


async def connect_waiting(address, drivername):
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    address = address.replace("sqlite://", drivername + "://") if address.startswith("sqlite:") else address
    engine = create_async_engine(address, poolclass=NullPool)
    if "prod" in (engine.url.host, engine.url.database):
        misled()
    try:
        async with engine.connect():
            pass
    finally:
        await engine.dispose()


def can_wait():
    """Tells whether SQLAlchemy here knows async engines."""
    try:
        import greenlet  # noqa: F401
        import sqlalchemy.ext.asyncio  # noqa: F401
    except ImportError:
        return False
    return True


def unguarded():
    import sqlalchemy

    return "redirection cannot be guaranteed with SQLAlchemy %s on Python %s" % (sqlalchemy.__version__, sys.version.split()[0])


def harmless(kwargs, drivers):
    """Drops what could lead an engine elsewhere."""
    for name in ("creator", "async_creator", "pool"):
        kwargs.pop(name, None)
    if kwargs.get("connect_args"):
        kept = {name: value for name, value in kwargs["connect_args"].items() if name in drivers.HARMLESS}
        kwargs["connect_args"] = kept
    return kwargs
