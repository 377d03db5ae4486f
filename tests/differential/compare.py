"""Holds `safe-migration operations` against the real Alembic.

    compare.py [--dialect NAME] [--root FOLDER] RECORDED OURS [--details N]

RECORDED holds the lines that `record.py` prints, OURS the object of `operations --format json`. Prints a table and every
kind of difference, and exits with 1 where less than 99 % is right or 1 % and more is invented.
"""

import argparse
import collections
import difflib
import json
import re

UNREADABLE = "<unreadable>"


def squeezed(sql):
    return re.sub(r"\s+", " ", (sql or "").replace("\\:", ":")).strip().rstrip(";").strip()


def key(row):
    """What two rows must share to be the same operation."""
    op, columns = row["op"], row.get("columns") or []
    if op in ("add_column", "drop_column", "alter_column"):
        column = columns[0] if columns else None
        column = column["name"] if isinstance(column, dict) else column
        return (op, row.get("table"), column)
    if op == "create_table":
        return (op, row.get("table"), tuple(column["name"] for column in columns))
    if op == "execute":
        return (op, row.get("via") if row.get("via") == "op" else "bind", shape(row))
    if op in ("create_index", "create_unique_constraint", "create_primary_key"):
        return (op, row.get("table"), tuple(columns) if isinstance(columns, list) else columns)
    if op == "create_foreign_key":
        return (op, row.get("table"), tuple(columns), (row.get("referent") or {}).get("table"))
    if op in ("drop_constraint", "drop_index"):
        return (op, row.get("name"))
    return (op, row.get("table"))


def shape(row):
    """SQL by its text, expressions by what they write to."""
    if row.get("sql") is not None:
        return squeezed(row["sql"])
    if "verb" in row:
        known = row["verb"] in ("insert", "update", "delete")
        return f"{row['verb']} {row.get('table')}" if known else "other None"
    effects = row.get("effects") or []
    if effects:
        return f"{effects[0]['op']} {effects[0].get('table')}"
    return "expression"


def alike(ours, theirs):
    """Tells whether two keys may be one operation, where parts of ours cannot be known."""
    if ours == theirs:
        return True
    if len(ours) != len(theirs) or ours[0] != theirs[0]:
        return False
    for mine, other in zip(ours[1:], theirs[1:]):
        if "MagicMock" in str(other):
            continue
        if mine == UNREADABLE or mine == other:
            continue
        if isinstance(mine, str) and isinstance(other, str) and "…" in mine:
            pattern = ".*".join(re.escape(part) for part in mine.split("…"))
            if re.fullmatch(pattern, other, flags=re.S):
                continue
        if isinstance(mine, str) and mine.startswith("unreadable"):
            continue
        if isinstance(mine, tuple) and isinstance(other, tuple) and len(mine) == len(other):
            if all(a == b or a == UNREADABLE or not plain(a) or not plain(b) for a, b in zip(mine, other)):
                continue
        return False
    return True


def plain(name):
    return isinstance(name, str) and re.fullmatch(r"\w+", name) is not None


def normal(field, value):
    if isinstance(value, dict) and "sql" in value:
        sql = value.get("sql")
        return re.sub(r"\s*,\s*", ", ", sql.lower()) if sql else value.get("name")
    if field == "server_default" and isinstance(value, str):
        return squeezed(value).lower().strip("()")
    if field in ("condition",) and isinstance(value, str):
        return squeezed(value)
    return value


def differences(ours, theirs, prefix=""):
    found = []
    for field, value in theirs.items():
        if field in ("op", "line", "sql", "via", "verb", "effects", "unrecorded", "schema", "constraints"):
            continue
        if "MagicMock" in str(value) or field == "table" and "verb" in theirs:
            continue
        if field == "autocommit" and theirs.get("via") == "bind":
            continue
        mine = ours.get(field)
        if field == "columns" and value and isinstance(value[0], dict):
            for left, right in zip(mine or [], value):
                found += differences(left, right, f"{prefix}column ")
            if len(mine or []) != len(value):
                found.append((f"{prefix}number of columns", len(mine or []), len(value)))
            continue
        if field == "referent" or field == "foreign_key":
            if (mine or {}).get("table") != (value or {}).get("table"):
                found.append((prefix + field, mine, value))
            continue
        mine, value = normal(field, mine), normal(field, value)
        if mine == UNREADABLE or value is None and field in ("type", "existing_type", "rows", "condition"):
            continue
        if field in ("type", "existing_type") and mine is not None and plain(mine) and not mine.islower():
            continue
        if mine != value:
            found.append((prefix + field, mine, value))
    if "constraints" in theirs:
        left = sorted(map(repr, (key(row) for row in ours.get("constraints") or [])))
        right = sorted(map(repr, (key({"table": theirs.get("table"), **row}) for row in theirs["constraints"])))
        if left != right:
            found.append((prefix + "constraints", left, right))
    return found


def pair(ours, theirs):
    """Pairs rows in order: equal keys first, then those between them that may be the same."""
    left, right = [key(row) for row in ours], [key(row) for row in theirs]
    matcher = difflib.SequenceMatcher(None, [repr(k) for k in left], [repr(k) for k in right], autojunk=False)
    pairs, mine, other = [], set(range(len(ours))), set(range(len(theirs)))
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            pairs.append((block.a + step, block.b + step))
            mine.discard(block.a + step)
            other.discard(block.b + step)
    for b in sorted(other):
        for a in sorted(mine):
            if alike(left[a], right[b]):
                pairs.append((a, b))
                mine.discard(a)
                other.discard(b)
                break
    # A row in a loop stands for many.
    for b in sorted(other):
        for a, row in enumerate(ours):
            if row.get("repeated") and alike(left[a], right[b]):
                pairs.append((a, b))
                mine.discard(a)
                other.discard(b)
                break
    return pairs, mine, other


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("recorded")
    parser.add_argument("ours")
    parser.add_argument("--details", type=int, default=12)
    arguments = parser.parse_args()
    with open(arguments.ours, encoding="utf8") as file:
        ours = {row["path"]: row for row in json.load(file)["migrations"]}
    count = collections.Counter()
    wrong, absent, invented, why = (collections.defaultdict(list) for _ in range(4))
    with open(arguments.recorded, encoding="utf8") as file:
        recorded = [json.loads(line) for line in file]
    for run in recorded:
        migration = ours.get(run["path"])
        if migration is None:
            count["files not read"] += 1
            continue
        mine = migration[run["direction"]]
        complete = run["error"] is None and not run["session"]
        count["directions"] += 1
        count["run to the end"] += complete
        theirs = [row for row in run["ops"] if "unrecorded" not in row]
        unread = [row for row in mine if row["op"] == "unreadable"]
        count["unreadable"] += len(unread)
        for row in unread:
            why[row["why"]].append((run["path"], row["line"]))
        told = [row for row in mine if row["op"] not in ("unreadable", "create_type", "drop_type")]
        pairs, extra, left = pair(told, theirs)
        for a, b in pairs:
            count["found"] += 1
            found = differences(told[a], theirs[b])
            if found:
                for field, left_value, right_value in found:
                    place = (run["path"], theirs[b]["line"], f"ours {left_value!r}, theirs {right_value!r}")
                    wrong[f"{theirs[b]['op']}: {field}"].append(place)
            else:
                count["right"] += 1
        for b in left:
            excused = bool(unread)
            count["absent, but something is unreadable" if excused else "absent"] += 1
            place = (run["path"], theirs[b]["line"], f"{run['direction']} {key(theirs[b])}"[:200])
            if not excused:
                absent[theirs[b]["op"]].append(place)
        for a in extra:
            row = told[a]
            if not complete or row.get("conditional") or row.get("repeated") or row.get("via") == "session":
                continue
            if any(effect["op"] == "unreadable" for effect in row.get("effects", [])):
                continue
            count["invented"] += 1
            invented[row["op"]].append((run["path"], row["line"], f"{run['direction']} {key(row)}"[:200]))
        count["recorded"] += len(theirs)
        count["ours"] += len(told)
    report(count, wrong, absent, invented, why, arguments.details)
    judged = count["recorded"] - count["absent, but something is unreadable"]
    right = count["right"] / max(1, judged)
    too_many = count["invented"] / max(1, count["ours"])
    print(f"\nright {right:.2%} of {judged}, invented {too_many:.2%} of {count['ours']}")
    raise SystemExit(0 if right >= 0.99 and too_many < 0.01 else 1)


def report(count, wrong, absent, invented, why, details):
    for name, number in count.items():
        print(f"{number:7}  {name}")
    for title, kinds in (("wrong", wrong), ("absent", absent), ("invented", invented), ("unreadable", why)):
        for kind, places in sorted(kinds.items(), key=lambda item: -len(item[1]))[:10]:
            print(f"\n{title}: {kind}, {len(places)} times")
            for place in places[:details if title != "unreadable" else 2]:
                print("    " + "  ".join(str(part) for part in place))


main()
