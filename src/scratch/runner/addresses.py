"""Where an address of the project leads: to a scratch database, and nowhere else."""
import importlib.util


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
PORTS = {"postgresql": 5432, "mysql": 3306}
# Drivers in the order in which connections of our own try them; those that wait and those that do not.
SYNCHRONOUS = {
    "postgresql": ("psycopg2", "psycopg", "pg8000"),
    "mysql": ("pymysql", "mysqldb", "mysqlconnector", "mariadbconnector"),
    "sqlite": ("pysqlite",),
}
ASYNCHRONOUS = {"postgresql": ("asyncpg", "psycopg"), "mysql": ("aiomysql", "asyncmy"), "sqlite": ("aiosqlite",)}


class Addresses:
    """The scratch databases, and which of the project's each of them stands for."""

    def __init__(self, scratch):
        self.scratch, self.backend = scratch, scratch["backend"]
        self.redirected, self.installed, self.databases = [], {}, {}
        self.driver = None

    def stop_elsewhere(self, asked, how):
        raise Elsewhere(asked, self.backend, how)

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
