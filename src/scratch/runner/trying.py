"""A revision, tried: upgrade, downgrade, upgrade again, with rows and without."""
import contextlib

from . import losses, reached, rows, snapshot
from .filling import read_tables, seeded, written_late
from .words import words


def scout(runner):
    """Upgrade and downgrade without rows: what is touched, and what the new schema asks of rows that are there."""
    revision = runner.job["revision"]
    before, there = runner.snapshot(), read_tables(runner)
    result = {"upgrade": runner.leg("upgrade", revision["revision"])}
    said, forth, noted = list(runner.statements), set(runner.mentioned), list(runner.reached)
    if result["upgrade"]["status"] == "passed" and runner.expect(result, "upgrade", revision["revision"], present=True):
        after = runner.snapshot()
        result["asked"] = asked(there, read_tables(runner))
        result["wanted"] = reached.wanted(noted, there)
        changed = snapshot.objects(before, after)
        if len(revision["parents"]) < 2:
            result["downgrade"] = runner.leg("downgrade", runner.below(**revision))
            said += runner.statements
            # What both directions speak of is new with this revision, or gone with it.
            result["spoken"] = sorted(forth & runner.mentioned)[:200]
        result["touched"] = touched(there, said, changed)
    return result


def asked(there, after):
    """Foreign keys and checks that are new, over columns that were there."""
    found = []
    for database, tables in after.items():
        for name, table in tables.items():
            old = there[database].get(name)
            if old is None:
                continue
            names = {column.name for column in old.columns}
            references = [each for each in table.references if each not in old.references and names.issuperset(each[0]) and each[1] in there[database]]
            checks = [check for check in table.checks if check not in old.checks]
            if references or checks:
                found.append({"database": database, "table": name, "references": references, "checks": checks})
    return found


def touched(there, said, changed):
    """The tables that statements name or that changed; nothing where it cannot be told."""
    spoken = [[str(word) for word in words(statement)] for statement in said]
    if any(each and each[0] in losses.UNKNOWN and not losses.reads_only(each) for each in spoken) and not any(each[:1] == ["do"] for each in spoken):
        return None
    named = {word for each in spoken for word in each}
    for each in changed:
        named |= {losses.bare(name) for name in (each["name"], each["table"] or "") if name}
    return [{"database": database, "table": name} for database, tables in there.items() for name in tables if losses.bare(name) in named]


def rehearse(runner):
    """Upgrade, downgrade, upgrade again, with rows in the tables that are touched."""
    revision, result = runner.job["revision"], {"seeded": None}
    runner.emit(event="revision", revision=revision["revision"])
    is_clock = snapshot.clock(runner.began)
    if runner.job.get("rows"):
        runner.acquaint()
        result["seeded"] = seeded(runner, [1, 2, 3])
    before = runner.snapshot()
    result["upgrade"] = runner.leg("upgrade", revision["revision"], traced=True)
    said = list(runner.statements)
    if result["upgrade"]["status"] == "failed":
        with contextlib.suppress(Exception):  # a server that went away tells nothing more
            half = runner.snapshot()
            result["half"] = {"objects": snapshot.objects(before, half), "rows": rows.differences(before["rows"], half["rows"], None, {}, is_clock)}
        return result
    if not runner.expect(result, "upgrade", revision["revision"], present=True):
        return result
    upgraded = runner.snapshot()
    lost, gone = losses.losses(before, upgraded, said, words, runner.scratch["backend"])
    result["lost"] = {"objects": lost, "rows": gone}
    if len(revision["parents"]) > 1:
        return result
    late = written_late(runner, upgraded) if runner.job.get("adversarial") else {}
    result["downgrade"] = runner.leg("downgrade", runner.below(**revision))
    if result["downgrade"]["status"] == "failed" or not runner.expect(result, "downgrade", revision["revision"], present=False):
        return result
    after = runner.snapshot()
    # What the upgrade destroyed in silence is its own; the downgrade is asked for the rest.
    excused = {(each["kind"], each["name"]) for each in lost}
    silent = {(each["table"], each["column"]) for each in gone} | {(each["table"], None) for each in gone}
    result["left"] = {
        "objects": [each for each in snapshot.objects(before, after, upgraded) if (each["kind"], each["name"]) not in excused],
        "rows": [each for each in rows.differences(before["rows"], after["rows"], upgraded["rows"], late, is_clock) if (each["table"], each["column"]) not in silent],
    }
    hard = runner.job.get("adversarial", False)
    note_restored(result["left"]["rows"], before, upgraded, said, hard)
    if hard:
        return result
    result["left"]["moved"] = snapshot.moved(before, upgraded, after, said + runner.statements)
    result["reupgrade"] = runner.leg("upgrade", revision["revision"])
    if result["reupgrade"]["status"] == "failed":
        return result
    again = runner.snapshot()
    # What the downgrade left as the upgrade wrote it is what a second run meets.
    undone = {each["table"] for each in result["left"]["rows"]}
    moved = {(each["table"], each["column"]) for each in rows.differences(upgraded["rows"], after["rows"], None, late, is_clock)}
    twice = [
        each for each in rows.differences(upgraded["rows"], again["rows"], None, late, is_clock)
        if each["table"] in undone and (each["table"], each["column"]) not in moved and each["what"] in ("values changed", "rows added")
    ]
    result["redone"] = {"objects": snapshot.objects(upgraded, again), "rows": twice}
    return result


def note_restored(found, before, upgraded, said, hard):
    """Marks rows that a downgrade writes back, where the upgrade deletes such rows and none of those made up was one."""
    spoken = [[str(word) for word in words(statement)] for statement in said]
    changes = {(each["table"], each["what"]) for each in found}
    for each in found:
        old, new = keys(before, each["table"]), keys(upgraded, each["table"])
        is_added = each["what"] == "rows added" and losses.takes_away(spoken, each["table"])
        each["restored"] = is_added and old is not None and new is not None and old <= new
        # A row that was made for the statement has another key than the one that comes back for it.
        if hard and {(each["table"], "rows lost"), (each["table"], "rows added")} <= changes and each["what"] in ("rows lost", "rows added"):
            each["restored"] = losses.takes_away(spoken, each["table"])


def keys(taken, table):
    """The keys of the rows of a table, where they are known."""
    held = taken["rows"].get(table)
    if not held or not held.get("key") or "rows" not in held:
        return None
    places = [held["columns"].index(name) for name in held["key"] if name in held["columns"]]
    return {tuple(row[at] for at in places) for row in held["rows"]}
