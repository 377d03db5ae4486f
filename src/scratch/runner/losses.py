"""What an upgrade destroys without a statement that says so.

SQLite alters a table by copying it: DROP TABLE empties the children that refer to it with ON DELETE CASCADE, and what the
copy does not hold (a CHECK, a trigger, the direction of an index) is gone. MySQL's MODIFY forgets what it does not restate.
No downgrade brings that back, and none is asked to.
"""
import re

COPY = "_alembic_tmp_"
# Statements that reach rows of tables which they do not name.
UNKNOWN = ("call", "do", "select", "exec", "execute")
# What MySQL's MODIFY leaves out where it is not restated.
FORGOTTEN = ("comment", "default", "ON UPDATE", "auto_increment", "character set", "collation")
ATTRIBUTE_WORDS = {
    "NOT NULL": ("null", "nullable"), "default": ("default", "server_default"), "comment": ("comment",),
    "collation": ("collate", "collation"), "character set": ("charset", "character"), "generated": ("generated", "computed", "as"),
    "identity": ("identity",), "ON UPDATE": ("update",), "auto_increment": ("auto_increment", "autoincrement"),
    "AUTOINCREMENT": ("autoincrement",), "privileges": ("grant", "revoke", "owner"), "owner": ("owner",),
}


def batch_words(table, operation, args, options):
    """What a batch operation names, as a statement would."""
    said = [operation, str(table)]
    for value in list(args) + list(options.values()):
        said += [str(name) for name in (getattr(value, "name", None), value if isinstance(value, str) else None) if name]
        columns = getattr(value, "columns", None)
        if columns is not None and not callable(columns):  # `columns` of a text() is a method
            said += [str(column.name) for column in columns if getattr(column, "name", None)]
    given = [name for name, value in options.items() if is_given(name, value)]
    return " ".join(said + given)


def is_given(name, value):
    """`server_default=None` drops a default and `nullable=False` is a wish; otherwise neither None nor False says anything."""
    if name == "server_default":
        return value is not False
    return value is not None and (value is not False or name == "nullable")


def losses(before, after, statements, words, backend):
    """Returns `(objects, rows)`: what is gone of the first snapshot and no statement says."""
    if not statements:  # a driver that was called directly tells nothing
        return [], []
    said = [[str(word) for word in words(sql)] for sql in statements if COPY not in sql]
    copied = {name for sql in statements for name in re.findall(COPY + r'([^\s"`(]+)', sql)}
    said = [each for each in said if not (each[:2] == ["drop", "table"] and each[-1] in copied)]
    return lost_objects(before, after, said, backend, copied), lost_rows(before, after, said, copied)


def lost_objects(before, after, said, backend, copied):
    named = {word for each in said for word in each}
    if "cascade" in named:
        return []
    gone, built = names(before) - names(after), rebuilt(said)
    old, new = before["objects"], after["objects"]
    lost = []
    for key, was in sorted(old.items()):
        table = was["table"] or (key[1] if key[0] == "table" else None)
        if table is None or ("table", table) not in old or ("table", table) not in new:
            continue
        is_copied = bare(table) in copied
        if key[0] == "sequence":  # no server takes one away but with what is said: a column, its identity, the sequence
            continue
        if key[0] in ("column", "constraint") and bare(table) in built:  # its new form is written out, down to what it leaves away
            continue
        if backend == "mysql" and not is_copied and (key[0] != "column" or key not in new):  # MODIFY forgets, and nothing else does
            continue
        now, own = new.get(key), bare(key[1])
        # What rests on a column goes with it.
        here = gone | {bare(k[1]) for k in old if k[0] == "column" and old[k]["table"] == table and k not in new}
        definition = set(re.findall(r"\w+", was["held"].get("definition", "").lower()))
        if now is None:
            renamed = any(k[0] == key[0] and each["table"] == table and k not in old and each["held"] == was["held"] for k, each in new.items())
            if key[0] == "column" or own in named or definition & here or renamed or ("drop_constraint" in named and own not in definition and " " in own):
                continue
            lost.append(difference(key, table, "gone", []))
            continue
        if backend == "postgresql" and not is_copied:  # ALTER TABLE changes what it names there, and nothing else
            continue
        forgets = FORGOTTEN if backend == "mysql" and not is_copied else None
        respelt = backend != "sqlite"  # SQLite keeps what was written
        attributes = [
            {"name": name, "before": value, "after": now["held"].get(name)}
            for name, value in sorted(was["held"].items())
            if now["held"].get(name) != value and (forgets is None or name in forgets) and not is_said(key, name, own, definition, here, named, old, new if respelt else old, table)
        ]
        if attributes:
            lost.append(difference(key, table, "changed", attributes))
    return lost


def rebuilt(said):
    """The tables that statements make by hand in place of what was called so before."""
    made, found = set(), set()
    for each in said:
        if each[:2] == ["create", "table"]:
            name = each[5:] if each[2:5] == ["if", "not", "exists"] else each[2:]
            made |= set(name[2:3] if name[1:2] == ["."] else name[:1])
        elif each[:2] == ["alter", "table"] and "rename" in each and "to" in each and set(each[2:5]) & made:
            found.add(each[-1])
    dropped = {word for each in said if each[:2] in (["drop", "table"], ["alter", "table"]) for word in each[2:]}
    return found | (made & dropped)


def is_said(key, name, own, definition, gone, named, old, new, table):
    """Tells whether a statement asks for another value of an attribute."""
    if name in ("storage", "statistics target", "declared here", "position", "populated"):
        return True
    if name == "definition":
        # What a definition rests on may be spelt otherwise now.
        types = [k for k in old if k[0] == "column" and old[k]["table"] == table and bare(k[1]) in definition and new.get(k, {}).get("held") != old[k]["held"]]
        return own in named or bool(definition & gone) or bool(types)
    if own not in named:
        return False
    return name in ("type", "kind") or any(word in named for word in ATTRIBUTE_WORDS.get(name, (name.lower(),)))


def difference(key, table, change, attributes):
    return {"kind": key[0], "name": key[1], "table": table, "change": change, "attributes": attributes}


def names(snapshot):
    return {bare(name) for kind, name in snapshot["objects"] if kind in ("column", "table", "type", "function", "view", "schema")}


def bare(name):
    """The last part of a name: of `ck on public.users` and `users.ck`, `ck`."""
    name = name.partition(" on ")[0]
    return (name if "(" in name else name.rpartition(".")[2] if "." in name else name).strip('"').lower()


def lost_rows(before, after, said, copied):
    """Rows that went, or lost a value, in tables that no statement names."""
    if any(each and each[0] in UNKNOWN and not reads_only(each) for each in said):
        return []
    found = []
    for name, old in sorted(before["rows"].items()):
        new = after["rows"].get(name)
        if new is None or not old.get("rows") or "rows" not in new or not old["key"]:
            continue
        reached = {bare(name)} | parents(before, name)
        if any(reached & set(each) and each[0] in ("delete", "update", "truncate", "insert", "replace", "merge", "with") for each in said):
            continue
        if any(bare(name) in each for each in said) or bare(name) in copied:
            continue
        there = {tuple(row[new["columns"].index(column)] for column in old["key"]): row for row in new["rows"]} if all(column in new["columns"] for column in old["key"]) else {}
        at = [old["columns"].index(column) for column in old["key"]]
        lost = [row for row in old["rows"] if tuple(row[each] for each in at) not in there]
        if lost:
            found.append({"table": name, "column": None, "what": "rows lost", "rows": len(lost), "key": None, "before": None, "after": None, "kept": False})
            continue
        for number, column in enumerate(old["columns"]):
            if column in new["columns"]:
                now = new["columns"].index(column)
                nulled = [row for row in old["rows"] if row[number] is not None and there[tuple(row[each] for each in at)][now] is None]
                if nulled:
                    found.append({"table": name, "column": column, "what": "values changed", "rows": len(nulled), "key": None, "before": nulled[0][number], "after": None, "kept": False})
    return found


def reads_only(each):
    """SELECTs that Alembic and migrations read with; a function that is called may do anything."""
    calls = [word for word, after in zip(each, each[1:]) if after == "(" and word not in ("count", "max", "min", "sum", "coalesce", "exists", "in", "and", "or", "where", "lower", "upper", "length", "cast", "case", "as", "on", "from", "select", "values", "distinct", "any", "version", "current_schema", "pg_catalog")]
    return each[0] == "select" and not calls


def parents(snapshot, name):
    """The tables that a table refers to, and those that they refer to."""
    found, left = set(), [bare(name)]
    while left:
        table = left.pop()
        for key, each in snapshot["objects"].items():
            definition = each["held"].get("definition", "").lower()
            if each["table"] and bare(each["table"]) == table and "references" in definition:
                parent = re.search(r'references\s+([\w."`]+)', definition)
                parent = bare(parent.group(1).split("(")[0]) if parent else None
                if parent and parent not in found:
                    found.add(parent)
                    left.append(parent)
    return found


def takes_away(said, table):
    """Tells whether a statement deletes rows of a table that it chooses."""
    return any(each[:1] == ["delete"] and bare(table) in each for each in said)
