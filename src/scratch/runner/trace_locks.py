"""What each statement of a migration locks, rewrites and scans, asked of PostgreSQL on the migration's own connection.

Only relations that stood there before count: nobody waits for what the migration made itself. The scratch session must
not run in UTC, since `timestamp` to `timestamptz` skips its rewrite there (measured on PostgreSQL 15 to 18).
"""
import time

LOCKS = """SELECT l.relation, l.mode FROM pg_catalog.pg_locks l
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted"""
RELATIONS = """SELECT c.oid, n.nspname||'.'||c.relname, c.relkind::text, c.relfilenode FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r','p','i','I','m','v') AND n.nspname NOT IN ('pg_catalog','pg_toast','information_schema')"""
SCANS = "SELECT relid, seq_scan FROM pg_catalog.pg_stat_xact_user_tables"
STRONG = ("AccessExclusiveLock", "ExclusiveLock", "ShareRowExclusiveLock", "ShareLock", "ShareUpdateExclusiveLock")


class Trace:
    """Records statements while it is on."""

    def __init__(self):
        self.on, self.before_all, self.by_connection, self.statements = False, {}, {}, []

    def install(self):
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "before_cursor_execute", self.before)
        event.listen(Engine, "after_cursor_execute", self.after)
        event.listen(Engine, "commit", self.released)
        event.listen(Engine, "rollback", self.released)

    def start(self, relations):
        self.on, self.statements, self.by_connection = True, [], {}
        self.before_all = {oid: (name, kind) for oid, name, kind, _ in relations if not name.endswith(".alembic_version")}

    def standing(self):
        return sorted({name for name, kind in self.before_all.values() if kind in "rpm"})

    def stop(self):
        self.on = False
        return self.statements

    def state(self, connection):
        return self.by_connection.setdefault(id(raw(connection)), {"held": {}, "number": 0, "files": None})

    def released(self, connection):
        if self.on:
            self.state(connection)["held"] = {}

    def before(self, connection, _cursor, statement, _parameters, _context, _many):
        if not self.on or connection.dialect.name != "postgresql":
            return
        state = self.state(connection)
        state["autocommit"] = getattr(raw(connection), "autocommit", False) is True
        state["files"], state["scans"] = None, {}
        if not state["autocommit"]:
            state["files"] = {oid: file for oid, _, _, file in query(connection, RELATIONS)}
            state["scans"] = dict(query(connection, SCANS))
        state["began"] = time.perf_counter()

    def after(self, connection, _cursor, statement, _parameters, _context, _many):
        if not self.on or connection.dialect.name != "postgresql":
            return
        state = self.state(connection)
        if "alembic_version" in statement or "pg_catalog." in statement:
            return
        took = time.perf_counter() - state.get("began", time.perf_counter())
        entry = {"sql": statement[:20000], "milliseconds": round(took * 1000, 1), "autocommit": state["autocommit"]}
        if state["files"] is not None:
            entry.update(self.difference(connection, state))
        self.statements.append(entry)

    def difference(self, connection, state):
        held_before = [{"table": name, "mode": mode} for name, mode in sorted({(self.before_all[oid][0], mode) for oid, mode in state["held"] if mode in STRONG and self.before_all[oid][1] in "rpm"})]
        taken = []
        for oid, mode in query(connection, LOCKS):
            if oid in self.before_all and (oid, mode) not in state["held"]:
                state["held"][(oid, mode)] = True
                if self.before_all[oid][1] in "rpm":
                    taken.append({"table": self.before_all[oid][0], "mode": mode})
        files = {oid: (name, kind, file) for oid, name, kind, file in query(connection, RELATIONS)}
        rewritten = [name for oid, (name, kind, file) in files.items() if kind in "rm" and oid in self.before_all and state["files"].get(oid, file) != file]
        scans = dict(query(connection, SCANS))
        scanned = [self.before_all[oid][0] for oid, times in scans.items() if oid in self.before_all and times > state["scans"].get(oid, 0)]
        return {"locks": sorted(taken, key=str), "rewritten": sorted(rewritten), "scanned": sorted(scanned), "held": held_before}


def raw(connection):
    proxied = connection.connection
    return getattr(proxied, "dbapi_connection", None) or proxied


def query(connection, sql):
    cursor = raw(connection).cursor()
    try:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]
    finally:
        cursor.close()
