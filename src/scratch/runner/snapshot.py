"""What a database holds at one moment, and what two moments tell apart.

Objects come from the catalogues (`postgresql.py`, `sqlite.py`, `mysql.py`), each with its attributes in words; rows from
`rows.py`. Queries go through the project's own SQLAlchemy and driver.
"""
import datetime
import importlib
import re
import time

from . import rows
from .words import words

# Seconds by which a clock may differ from ours.
SLACK = 3


class Asker:
    """Asks in plain SQL, whatever the driver makes of colons and percent signs."""

    def __init__(self, connection):
        self.connection = connection

    def __call__(self, sql):
        from sqlalchemy import text

        result = self.connection.execute(text(sql.replace(":", "\\:")))
        return [tuple(row) for row in result.fetchall()] if result.returns_rows else []

    def repeatedly(self, name, sql):
        """Asks PostgreSQL what it is asked many times; planning takes longer than the answer."""
        prepared = "_safe_migration_" + name
        if not self("SELECT 1 FROM pg_catalog.pg_prepared_statements WHERE name = '%s'" % prepared):
            self("PREPARE %s AS %s" % (prepared, sql))
        return self("EXECUTE %s" % prepared)


def take(connection, backend):
    catalogue = importlib.import_module("." + backend, __package__)
    ask = Asker(connection)
    held = catalogue.objects(ask)
    objects = {key: {"table": table_of(key, attributes, backend), "held": attributes} for key, attributes in held.items()}
    whole = {
        "objects": objects,
        "orders": catalogue.orders(ask),
        "positions": {name: int(value) for name, value in catalogue.positions(ask).items()},
        "counters": {name: int(value) for name, value in catalogue.counters(ask).items()},
        "rows": rows.take(ask, backend),
    }
    return without_versions(whole)


def without_versions(whole):
    """A project names Alembic's table as it likes (`version_table`): its only column is `version_num`."""
    for name in [name for name, columns in whole["orders"].items() if columns == "version_num"]:
        whole["objects"] = {key: each for key, each in whole["objects"].items() if each["table"] != name and key != ("table", name)}
        whole["rows"].pop(name, None)
        whole["orders"].pop(name)
    return whole


def table_of(key, attributes, backend):
    """The table that an object belongs to."""
    kind, name = key
    if kind == "table" or kind in ("view", "materialized view", "function", "procedure", "type", "schema"):
        return None
    if backend != "postgresql":
        return name.split(".", 1)[0] if "." in name else None
    if kind == "index":
        found = re.search(r" ON (?:ONLY )?(\S+) USING ", attributes.get("definition", ""))
        return found.group(1) if found else None
    if kind == "sequence":
        schema = name.rpartition(".")[0]
        return "%s.%s" % (schema, attributes["owned by"].rpartition(".")[0]) if "owned by" in attributes else None
    if kind == "column":
        return re.match(r'^(.*)\.(?:"(?:[^"]|"")*"|[^."]+)$', name).group(1)
    return name.rpartition(" on ")[2] if " on " in name else None


def add(whole, other, database):
    """Adds the snapshot of another database, under its name."""
    for (kind, name), each in other["objects"].items():
        table = "%s:%s" % (database, each["table"]) if each["table"] else None
        whole["objects"][(kind, "%s:%s" % (database, name))] = dict(each, table=table)
    for part in ("orders", "positions", "counters", "rows"):
        whole[part].update({"%s:%s" % (database, name): each for name, each in other[part].items()})


# -- objects -----------------------------------------------------------------------------------------------------------------


def objects(before, after, between=None):
    """Objects that differ, each once: what belongs to a table that is gone or new goes without saying.

    A sequence that went with its table and the rows in it, as `between` tells, may begin again.
    """
    old, new = before["objects"], after["objects"]
    found = []
    for key in sorted(set(old) | set(new)):
        was, now = old.get(key), new.get(key)
        attributes = changed(was["held"] if was else {}, now["held"] if now else {}) if was and now else []
        if was and now and not attributes:
            continue
        change = "gone" if now is None else "added" if was is None else "changed"
        found.append({"kind": key[0], "name": key[1], "table": (was or now)["table"], "change": change, "attributes": attributes})
    for name, position in sorted(before["positions"].items()):
        table = old.get(("sequence", name), {}).get("table")
        went = bool(between and table and ("table", table) not in between["objects"])
        if after["positions"].get(name, position) < position and not went:
            attributes = [{"name": "position", "before": str(position), "after": str(after["positions"][name])}]
            found.append({"kind": "sequence", "name": name, "table": None, "change": "changed", "attributes": attributes})
    tables = {(each["name"], each["change"]) for each in found if each["kind"] == "table"}
    own = {("index", "%s.%s" % ((each["table"] or "").rpartition(".")[0], each["name"].partition(" on ")[0]), each["change"]) for each in found if each["kind"] == "constraint"}
    return [each for each in found if (each["table"], each["change"]) not in tables and (each["kind"], each["name"], each["change"]) not in own]


def moved(before, upgraded, after, statements):
    """Sequences that a migration moved on and its downgrade did not move back: `{"name", "before", "after", "how"}` each.

    `set` where a statement sets it, `given` where values were only taken from it. No row that is made up takes one.
    """
    said = [{str(word) for word in words(statement)} for statement in statements]
    found = []
    for part in ("positions", "counters"):
        for name, position in sorted(before[part].items()):
            now, bare = after[part].get(name, position), name.rpartition(".")[2].strip('"').lower()
            if now <= position or name not in upgraded[part]:
                continue
            is_set = any({"setval", "restart", "auto_increment", "sqlite_sequence"} & each and any(bare in word.lower() for word in each) for each in said)
            found.append({"name": name, "before": str(position), "after": str(now), "how": "set" if is_set else "given"})
    return found


def changed(was, now):
    names = sorted(set(was) | set(now), key=lambda name: (name == "definition", name))
    return [{"name": name, "before": was.get(name), "after": now.get(name)} for name in names if was.get(name) != now.get(name)]


# -- clocks ------------------------------------------------------------------------------------------------------------------

MOMENT = re.compile(r"^'?(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?)?(?:[+-]\d\d(?::?\d\d)?|Z)?'?$")


def clock(began):
    """Tells whether a value is a moment of this run, read off a clock in whatever zone: nobody can restore it, nor wants to."""

    def is_clock(_was, now):
        match = MOMENT.match(now or "")
        if not match:
            return bool(re.match(r"^\d{10}(\.\d+)?$", now or "")) and began - SLACK <= float(now) <= time.time() + SLACK
        parts = [int(part) for part in match.groups() if part is not None]
        try:
            moment = datetime.datetime(*parts, tzinfo=datetime.timezone.utc).timestamp()
        except ValueError:
            return False
        if len(parts) == 3:
            return abs(moment - time.time()) < 2 * 86400
        off = moment - began
        if abs(off) > 15 * 3600:
            return False
        # Zones lie a quarter of an hour apart, or several of them.
        beyond = off - 900 * round(off / 900)
        return -SLACK <= beyond <= time.time() - began + SLACK

    return is_clock
