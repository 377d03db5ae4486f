"""Makes every database connection of this process go to the scratch database, and proves it.

Around all of them stand the walls of the operating system (`walls.py` tries them). Layers, from the one that redirects to the one
that proves:

1. `URL._instantiate_plugins`: the one point that `create_engine`, `engine_from_config`, their async twins, Flask-SQLAlchemy and
   SQLModel all pass, however and whenever their names were imported. The URL is rewritten; `creator`, `pool` and every connect
   argument that could lead elsewhere are dropped (SQLAlchemy 1.3 to 2.1).
2. The drivers' own ways to connect are wrapped when they are imported (`drivers.py`).
3. Environment variables that name a database are rewritten.
4. On Linux, this process and its children are in a network of their own, which leads nowhere; where the kernel gives none, a
   seccomp filter denies internet sockets (`network.py`).
5. Every new connection of every pool must show the random marker of the scratch database before any SQL runs on it.

Each layer is tried before the project is loaded; one that does not hold stops the run.
"""
import os
import re
import weakref

from . import drivers, network, proof, walls
from .addresses import FAMILIES, Addresses, SafetyStop

REAL_URL = re.compile(r"^(postgres(ql)?|mysql|mariadb|cockroachdb|mssql|oracle)(\+\w+)?://", re.I)
# Variables that libpq and MySQL's clients read.
CLIENT_VARIABLES = """PGHOST PGHOSTADDR PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE PGSERVICEFILE PGPASSFILE PGOPTIONS PGSSLMODE
    PGSSLROOTCERT PGSSLCERT PGSSLKEY PGSSLNEGOTIATION PGREQUIRESSL PGREQUIREAUTH PGREQUIREPEER PGCHANNELBINDING PGGSSENCMODE
    PGTARGETSESSIONATTRS PGLOADBALANCEHOSTS MYSQL_HOST MYSQL_TCP_PORT MYSQL_PWD MYSQL_UNIX_PORT MYSQL_HOME""".split()


class Guard(Addresses):
    """The layers, and what they did."""

    def __init__(self, scratch):
        super().__init__(scratch)
        self.engines = weakref.WeakSet()
        self.seen, self.own = 0, {}
        self.layers = {"redirect": False, "marker": False, "drivers": False, "environment": False, "network": "none"}

    def stop(self, why):
        raise SafetyStop(why)

    # -- the layers ----------------------------------------------------------------------------------------------------

    def install(self, wanted, canaries):
        for name in CLIENT_VARIABLES:
            os.environ.pop(name, None)
        self.try_walls(wanted, canaries)
        self.redirect_engines()
        self.know_engines()
        self.demand_marker()
        drivers.install(self)
        self.deny_network(wanted)
        proof.prove(self)
        self.scrub_environment()

    def redirect_engines(self):
        from sqlalchemy.engine.url import URL

        original = getattr(URL, "_instantiate_plugins", None)
        if original is None:
            self.stop(proof.unguarded())
        guard = self

        def modern(url, kwargs):
            url, plugins, kwargs = original(url, kwargs)
            if guard.is_in_memory(url):
                return url, plugins, harmless(kwargs, drivers.HARMLESS)
            drivername, parts = guard.rewrite(url, bool(kwargs.get("_is_async")))
            return URL.create(drivername, **parts), plugins, harmless(kwargs, drivers.HARMLESS)

        def classic(url, kwargs):
            plugins = original(url, kwargs)
            if not guard.is_in_memory(url):
                _, parts = guard.rewrite(url, None)
                for name in ("username", "password", "host", "port", "database", "query"):
                    setattr(url, name, parts[name])
            harmless(kwargs, drivers.HARMLESS)
            return plugins

        URL._instantiate_plugins = modern if hasattr(URL, "create") else classic

    def know_engines(self):
        # Not by `Engine.__init__`: SQLAlchemy reads from its signature which arguments `create_engine` takes.
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "engine_connect", lambda connection, *_: self.engines.add(connection.engine))

    def let_go(self):
        """Lets every engine forget its connections: the databases behind them are about to be made again."""
        for engine in list(self.engines) + list(self.own.values()):
            if getattr(engine.dialect, "is_async", False):  # its event loop is gone, and nothing can be closed on it
                engine.pool = engine.pool.recreate()
            else:
                engine.dispose()
        self.own.clear()

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

    def try_walls(self, wanted, canaries):
        standing = walls.try_all(self.stop, canaries, wanted)
        self.layers["walls"] = " and ".join(standing) or "none on this system"

    def deny_network(self, wanted):
        if wanted != "deny":
            self.layers["network"] = "allowed"
        elif "namespaces" in walls.named():  # sockets may be made, as on a machine without a network, and lead nowhere
            self.layers["network"] = "namespace"
        elif network.deny():
            self.layers["network"] = "seccomp"
        elif network.can_deny():
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
        there = drivers.parts_of(address)
        return self.url(scheme, self.database_named(there.get("host"), there.get("port"), there.get("database")))


def harmless(kwargs, known):
    """Drops what could lead an engine elsewhere."""
    for name in ("creator", "async_creator", "pool"):
        kwargs.pop(name, None)
    if kwargs.get("connect_args"):
        kept = {name: value for name, value in kwargs["connect_args"].items() if name in known}
        kwargs["connect_args"] = kept
    return kwargs
