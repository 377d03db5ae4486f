"""The rows that statements ask for: what a DELETE or an UPDATE wants of columns, so that such rows can be made."""
import re

from . import losses
from .conditions import plain, ways_of
from .words import parts, words

# How many statements of a revision are looked at, how many letters of one, and how many rows are made for a table.
MOST, LONGEST, ROWS = 60, 4000, 6
PLACE = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`)|%\((\w+)\)s|%s|\?|\$(\d+)|(?<![:\w]):([A-Za-z_]\w*)""")
ENDS = ("returning", "order", "limit")


def note(noted, statement, parameters):
    """Notes a statement that changes rows, with its parameters in their places."""
    if len(noted) < MOST and re.match(r"\s*(delete|update)\b", statement, re.I):
        noted.append(filled(statement[:LONGEST], parameters))


def filled(statement, parameters):
    if isinstance(parameters, (list, tuple)) and parameters and isinstance(parameters[0], (list, tuple, dict)):
        parameters = parameters[0]
    waiting = iter(parameters) if isinstance(parameters, (list, tuple)) else iter(())

    def value(match):
        whole, named, numbered, coloned = match.groups()
        if whole or not parameters:
            return match.group()
        if numbered:
            held = parameters[int(numbered) - 1] if isinstance(parameters, (list, tuple)) and len(parameters) >= int(numbered) else None
        elif named or coloned:
            held = parameters.get(named or coloned) if isinstance(parameters, dict) else None
        else:
            held = next(waiting, None)
        return literal(held)

    return PLACE.sub(value, statement)


def literal(value):
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "true", False: "false"}[value]
    return repr(value) if isinstance(value, (int, float)) else "'%s'" % str(value).replace("'", "''")


def wanted(noted, there):
    """The rows that statements want: `{"database", "table", "ways"}` for each table that has some."""
    found, written = {}, set()
    for statement in noted:
        spoken = words(statement)
        name, condition, others = target(spoken), asked(spoken), changed(spoken)
        earlier = set(written)
        written |= {(name, column, value) for column, value in others.items()}
        for database, tables in there.items():
            for table in tables.values():
                if condition and name == losses.bare(table.name):
                    ways = ways_of(condition, [column.name for column in table.columns])
                    ways = [way for way in ways if any(sign not in ("held", "null") for _, sign, _ in way)]
                    # What the revision itself wrote before stands there for its sake alone.
                    ways = [way for way in ways if not any(sign == "=" and (name, column.lower(), value) in earlier for column, sign, value in way)]
                    # What an UPDATE writes must not stand there already, or nothing shows.
                    added = [(column.name, "<>", others[column.name]) for column in table.columns if column.name in others]
                    found.setdefault((database, table.name), []).extend(way + [each for each in added if each[0] not in {part[0] for part in way}] for way in ways)
    return [{"database": database, "table": table, "ways": ways[:ROWS]} for (database, table), ways in found.items() if ways]


def target(spoken):
    """The table that a statement changes, without its schema."""
    left = [word for word in spoken[1:6] if word not in ("from", "only", "ignore", "low_priority", "quick")]
    if not left:
        return None
    return left[2] if left[1:2] == ["."] and len(left) > 2 else left[0]


def changed(spoken):
    """The columns that an UPDATE sets to something plain, and to what."""
    if spoken[:1] != ["update"] or "set" not in spoken:
        return {}
    told = spoken[spoken.index("set") + 1 :]
    told = told[: told.index("where")] if "where" in told else told
    plain_ones = [part for part in parts(told) if len(part) == 3 and part[1] == "=" and (part[2].kind in ("text", "number") or part[2] in ("true", "false"))]
    return {str(part[0]): plain(part[2]) for part in plain_ones}


def asked(spoken):
    """The words of the condition."""
    if "where" not in spoken:
        return []
    condition = spoken[spoken.index("where") + 1 :]
    return condition[: next((at for at, word in enumerate(condition) if word in ENDS and word.kind == "name"), len(condition))]
