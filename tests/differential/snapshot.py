"""Holds what `verify` sees of a schema against what the database's own tools tell of it.

    snapshot.py sqlite STEPS SEED
    snapshot.py postgresql STEPS SEED SOCKET_FOLDER [FOLDER_OF_PG_DUMP]
    snapshot.py mysql STEPS SEED SOCKET

Random DDL is applied step by step; half of the time the statement before is undone, or undone almost. Where two states
differ for `pg_dump --schema-only`, `.schema` or SHOW CREATE, one after the other or far apart, they must differ for the
snapshot as well.
"""
import importlib
import importlib.util
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "scratch", "runner")


def catalogue_of(backend):
    """What the runner reads a database with, as the runner loads it."""
    spec = importlib.util.spec_from_file_location("_safe_migration", os.path.join(RUNNER, "__init__.py"), submodule_search_locations=[RUNNER])
    sys.modules["_safe_migration"] = importlib.util.module_from_spec(spec)
    return importlib.import_module("_safe_migration." + backend)


TABLES, COLUMNS = ["a", "b", "c"], ["x", "y", "z"]
TYPES = {
    "postgresql": ["integer", "bigint", "text", "varchar(20)", "numeric(8,2)", "timestamptz", "jsonb", "integer[]", "int4range", "d"],
    "sqlite": ["INTEGER", "TEXT", "VARCHAR(20)", "NUMERIC", "REAL"],
    "mysql": ["int", "bigint", "varchar(20)", "decimal(8,2)", "datetime(3)", "text"],
}
EVERYWHERE = [
    "CREATE TABLE {t} (id {int} PRIMARY KEY, x {type}, y {type} DEFAULT NULL)",
    "CREATE TABLE {t} (id {int} PRIMARY KEY, x {int} NOT NULL, y {int}, CONSTRAINT {t}_u UNIQUE (x, y))",
    "CREATE TABLE {t} (id {int} PRIMARY KEY, x {int}, CONSTRAINT {t}_c CHECK (x > {n}))",
    "DROP TABLE {t}", "ALTER TABLE {t} ADD COLUMN {c} {type}", "ALTER TABLE {t} ADD COLUMN {c} {int} DEFAULT {n}",
    "ALTER TABLE {t} DROP COLUMN {c}", "ALTER TABLE {t} RENAME COLUMN {c} TO {d}", "CREATE INDEX {t}_{c}_i ON {t} ({c})",
    "CREATE INDEX {t}_{c}_i ON {t} ({c} DESC)", "CREATE UNIQUE INDEX {t}_{c}_i ON {t} ({c}, {d})", "CREATE VIEW {t}_v AS SELECT {c} FROM {t} WHERE {c} > {n}",
    "DROP VIEW {t}_v",
]
STATEMENTS = {
    "sqlite": EVERYWHERE + [
        "CREATE TABLE {t} (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT COLLATE NOCASE)", "CREATE TABLE {t} (id TEXT PRIMARY KEY, y INT) WITHOUT ROWID",
        "CREATE TABLE {t} (id INTEGER PRIMARY KEY, x INT REFERENCES {u} (id) ON DELETE CASCADE, y INT)",
        "CREATE TABLE {t} (id INTEGER PRIMARY KEY, x INT, FOREIGN KEY (x) REFERENCES {u} (id) DEFERRABLE INITIALLY DEFERRED)",
        "DROP INDEX {t}_{c}_i", "CREATE INDEX {t}_{c}_i ON {t} (lower({c}))", "CREATE INDEX {t}_{c}_i ON {t} ({c}) WHERE {c} > {n}",
        "CREATE TRIGGER {t}_g AFTER UPDATE ON {t} BEGIN SELECT {n}; END", "DROP TRIGGER {t}_g", "ALTER TABLE {t} RENAME TO {u}",
        "ALTER TABLE {t} ADD COLUMN {c} INT AS (id * {n})", "CREATE INDEX {t}_{c}_i ON {t} ({c} COLLATE NOCASE)",
    ],
    "postgresql": EVERYWHERE + [
        "CREATE TABLE {t} (id serial PRIMARY KEY, x {type}, y integer REFERENCES {u} ON DELETE SET NULL)", "DROP TABLE {t} CASCADE",
        "CREATE TABLE {t} (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x integer)", "ALTER TABLE {t} ALTER {c} SET DEFAULT {n}",
        "ALTER TABLE {t} ALTER {c} DROP DEFAULT", "ALTER TABLE {t} ALTER {c} SET NOT NULL", "ALTER TABLE {t} ALTER {c} DROP NOT NULL",
        "ALTER TABLE {t} ALTER {c} TYPE text USING NULL", "ALTER TABLE {t} ALTER {c} SET STATISTICS {n}", "ALTER TABLE {t} ALTER {c} SET STORAGE PLAIN",
        "DROP INDEX {t}_{c}_i", "CREATE INDEX {t}_{c}_i ON {t} USING hash ({c})", "CREATE INDEX {t}_{c}_i ON {t} ({c}) INCLUDE ({d})",
        "CREATE INDEX {t}_{c}_i ON {t} ({c}) WHERE {c} IS NOT NULL", "COMMENT ON TABLE {t} IS '{n}'", "COMMENT ON COLUMN {t}.{c} IS '{n}'",
        "COMMENT ON TABLE {t} IS NULL", "GRANT SELECT ON {t} TO PUBLIC", "REVOKE SELECT ON {t} FROM PUBLIC", "GRANT UPDATE ({c}) ON {t} TO PUBLIC",
        "ALTER TABLE {t} ENABLE ROW LEVEL SECURITY", "ALTER TABLE {t} FORCE ROW LEVEL SECURITY", "ALTER TABLE {t} NO FORCE ROW LEVEL SECURITY",
        "CREATE POLICY p ON {t} USING (id > {n})", "DROP POLICY p ON {t}", "ALTER TABLE {t} REPLICA IDENTITY FULL", "ALTER TABLE {t} REPLICA IDENTITY DEFAULT",
        "ALTER TABLE {t} SET (fillfactor = {n})", "ALTER TABLE {t} RESET (fillfactor)", "ALTER TABLE {t} SET UNLOGGED", "ALTER TABLE {t} SET LOGGED",
        "CREATE FUNCTION f{n}(integer) RETURNS integer LANGUAGE sql AS 'SELECT {n}'", "DROP FUNCTION f{n}(integer)", "ALTER FUNCTION f{n}(integer) STABLE",
        "CREATE TRIGGER {t}_g BEFORE UPDATE ON {t} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()", "DROP TRIGGER {t}_g ON {t}",
        "ALTER TABLE {t} DISABLE TRIGGER {t}_g", "CREATE SEQUENCE q{n} CACHE {n}", "DROP SEQUENCE q{n}", "ALTER SEQUENCE q{n} CYCLE",
        "CREATE TYPE e{n} AS ENUM ('a', 'b')", "DROP TYPE e{n}", "ALTER TYPE e{n} RENAME VALUE 'a' TO 'c'", "CREATE STATISTICS {t}_s ON {c}, id FROM {t}",
        "DROP STATISTICS {t}_s", "CREATE MATERIALIZED VIEW {t}_m AS SELECT {c} FROM {t}", "DROP MATERIALIZED VIEW {t}_m", "ALTER VIEW {t}_v SET (security_barrier)",
        "ALTER TABLE {t} ADD CONSTRAINT {t}_k CHECK (id > {n}) NOT VALID", "ALTER TABLE {t} VALIDATE CONSTRAINT {t}_k", "ALTER TABLE {t} DROP CONSTRAINT {t}_k",
        "ALTER TABLE {t} ADD CONSTRAINT {t}_k UNIQUE (id) DEFERRABLE", "ALTER DOMAIN d SET DEFAULT '{n}'", "ALTER DOMAIN d DROP DEFAULT",
        "CREATE PUBLICATION u{n} FOR TABLE {t}", "DROP PUBLICATION u{n}", "CREATE RULE r AS ON DELETE TO {t} DO INSTEAD NOTHING", "DROP RULE r ON {t}",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC", "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC", "CLUSTER {t} USING {t}_pkey",
    ],
    "mysql": EVERYWHERE + [
        "CREATE TABLE {t} (id int PRIMARY KEY AUTO_INCREMENT, x {type} COMMENT '{n}')", "DROP INDEX {t}_{c}_i ON {t}", "ALTER TABLE {t} COMMENT '{n}'",
        "ALTER TABLE {t} MODIFY {c} {type} NOT NULL", "ALTER TABLE {t} MODIFY {c} {type} COMMENT '{n}'", "ALTER TABLE {t} ALTER {c} SET DEFAULT {n}",
        "ALTER TABLE {t} ALTER {c} DROP DEFAULT", "ALTER TABLE {t} ENGINE = MyISAM", "ALTER TABLE {t} ENGINE = InnoDB", "ALTER TABLE {t} CHARACTER SET latin1",
        "ALTER TABLE {t} CONVERT TO CHARACTER SET utf8mb4", "ALTER TABLE {t} ADD CONSTRAINT {t}_k CHECK (id > {n})", "ALTER TABLE {t} DROP CONSTRAINT {t}_k",
        "ALTER TABLE {t} ADD CONSTRAINT {t}_f FOREIGN KEY (id) REFERENCES {u} (id) ON DELETE CASCADE", "ALTER TABLE {t} DROP FOREIGN KEY {t}_f",
        "CREATE TRIGGER {t}_g BEFORE UPDATE ON {t} FOR EACH ROW SET NEW.id = NEW.id + {n}", "DROP TRIGGER {t}_g", "CREATE PROCEDURE f{n}() SELECT {n}",
        "DROP PROCEDURE f{n}", "CREATE FULLTEXT INDEX {t}_{c}_i ON {t} ({c})", "CREATE INDEX {t}_{c}_i ON {t} ({c}(3))", "CREATE SEQUENCE q{n} CACHE {n}", "DROP SEQUENCE q{n}",
    ],
}


class Sqlite:
    def __init__(self):
        self.catalogue, self.connection = catalogue_of("sqlite"), sqlite3.connect(":memory:", isolation_level=None)

    def run(self, sql):
        self.connection.execute(sql)

    def ask(self, sql):
        return self.connection.execute(sql).fetchall()

    def told(self):
        return sorted(str(row) for row in self.ask("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> 'sqlite_sequence'"))


class PostgreSql:
    def __init__(self, place, programs=None):
        import psycopg2

        self.catalogue, self.place = catalogue_of("postgresql"), place
        self.connection = psycopg2.connect(host=place, user="postgres", dbname="differential")
        self.connection.autocommit = True
        self.run("CREATE DOMAIN d AS text")
        beside = os.path.join(programs or "", "pg_dump")
        self.dump = beside if os.path.exists(beside) else shutil.which("pg_dump")

    def run(self, sql):
        self.connection.cursor().execute(sql)

    def ask(self, sql):
        cursor = self.connection.cursor()
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else []
        if "set_config('search_path'" in sql:
            cursor.execute("SET search_path = pg_catalog")
        return rows

    def told(self):
        dump = subprocess.run([self.dump, "-h", self.place, "-U", "postgres", "-s", "differential"], stdout=subprocess.PIPE, check=True).stdout.decode()
        self.run("SET search_path = public")
        return [line for line in dump.splitlines() if line and not line.startswith(("--", "\\"))]


class MySql:
    def __init__(self, place):
        import pymysql

        self.catalogue = catalogue_of("mysql")
        self.connection = pymysql.connect(unix_socket=place, user="root", autocommit=True)
        self.run("CREATE OR REPLACE DATABASE differential")
        self.run("USE differential")

    def run(self, sql):
        self.connection.cursor().execute(sql)

    def ask(self, sql):
        cursor = self.connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall())

    def told(self):
        found = []
        for name, kind in self.ask("SHOW FULL TABLES"):
            found.append(re.sub(r" AUTO_INCREMENT=\d+", "", str(self.ask("SHOW CREATE %s `%s`" % ({"VIEW": "VIEW", "SEQUENCE": "SEQUENCE"}.get(kind, "TABLE"), name)))))
        found += [str(self.ask("SHOW CREATE TRIGGER `%s`" % row[0])[0][:3]) for row in self.ask("SHOW TRIGGERS")]
        found += [str(self.ask("SHOW CREATE PROCEDURE `%s`" % row[1])[0][:3]) for row in self.ask("SHOW PROCEDURE STATUS WHERE db = 'differential'")]
        return sorted(found)


class Ask:
    """Asks as the runner does; nothing is prepared."""

    def __init__(self, ask):
        self.ask = ask

    def __call__(self, sql):
        return self.ask(sql)

    def repeatedly(self, _name, sql):
        return self.ask(sql)


def undoing(statements):
    """Which statements undo a statement: those that speak of the same thing the other way round. `DROP` undoes `CREATE`, and so on."""
    opposite = [("CREATE ", "DROP "), (" ADD ", " DROP "), (" SET ", " RESET "), (" SET ", " DROP "), ("GRANT ", "REVOKE "), ("ENABLE", "DISABLE"), (" FORCE ", " NO FORCE "),
                (" UNLOGGED", " LOGGED"), ("NOT VALID", "VALIDATE"), ("FULL", "DEFAULT"), (" IS '{n}'", " IS NULL"), (" SET ", " SET "), ("COMMENT ", "COMMENT "), ("MODIFY", "MODIFY")]

    def thing(sql):
        return set(re.findall(r"\{[tcdnu]\}(?:_\w)?|TABLE|VIEW|COLUMN|INDEX|TYPE|TRIGGER|POLICY|SEQUENCE|DOMAIN|PUBLICATION|RULE|STATISTICS|FUNCTION|PROCEDURE|CONSTRAINT|DEFAULT|STORAGE|SECURITY", sql.split("(")[0].split("=")[0]))

    return {one: [other for other in statements if any(there in one and back in other or back in one and there in other for there, back in opposite)
                  and len(thing(one) & thing(other)) >= max(1, len(thing(one) | thing(other)) - 1)] for one in statements}


class Draw:
    """Statements by chance: half of the time the one before is undone, in half of those almost: with another name or number."""

    def __init__(self, backend, seed):
        self.backend, self.dice, self.last = backend, random.Random(seed), None
        self.back = undoing(STATEMENTS[backend])

    def names(self):
        dice = self.dice
        return {"t": dice.choice(TABLES), "u": dice.choice(TABLES), "c": dice.choice(COLUMNS), "d": dice.choice(COLUMNS), "n": dice.choice([10, 20, 30]),
                "type": dice.choice(TYPES[self.backend]), "int": "INTEGER" if self.backend == "sqlite" else "integer"}

    def next(self):
        form, names = self.dice.choice(STATEMENTS[self.backend]), self.names()
        if self.last and self.back[self.last[0]] and self.dice.random() < 0.5:
            form, names = self.dice.choice(self.back[self.last[0]]), dict(self.last[1])
            if self.dice.random() < 0.5:
                other = self.dice.choice(sorted(names))
                names[other] = self.names()[other]
        return form, names


def main(backend, steps, seed, *place):
    database = {"sqlite": Sqlite, "postgresql": PostgreSql, "mysql": MySql}[backend](*place)
    ask, draw = Ask(database.ask), Draw(backend, seed)
    done, differ, missed, returned, held = 0, 0, [], 0, {}
    whole = lambda: (sorted((key, sorted(held.items())) for key, held in database.catalogue.objects(ask).items()), sorted(database.catalogue.orders(ask).items()))
    told, seen = database.told(), whole()
    while done < steps:
        form, names = draw.next()
        sql = form.format(**names)
        draw.last = None
        try:
            database.run(sql)
        except Exception:  # most of what is drawn does not apply
            continue
        draw.last = (form, names)
        done += 1
        now, sees = database.told(), whole()
        if now != told:
            differ += 1
            if sees == seen:
                missed.append(sql)
        elif sees != seen and backend != "postgresql":
            missed.append("not told, and seen: %s" % sql)
        # A state that was there before: what was undone looks as it did, and what was undone almost does not.
        before = held.setdefault(repr(sees), (now, done))
        returned += before[1] != done and sees != seen
        if before[0] != now:
            missed.append("as after %d statements, and told otherwise: %s" % (before[1], sql))
        told, seen = now, sees
    print("%s: %d statements, %d told, %d led back to a state from before, %d not seen" % (backend, done, differ, returned, len(missed)))
    for sql in missed[:20]:
        print("  " + sql)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:]))
