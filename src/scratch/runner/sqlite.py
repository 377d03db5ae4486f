"""What a SQLite database holds: the SQL that it keeps of each object, read word by word.

A batch operation writes a table again: names lose their quotes or get some, a constraint of a column becomes one of the
table, a type changes its case. So what is compared is what the words mean, and of a constraint without a name its content.
"""
import re

from . import words as words_of

IGNORED = {
    "sqlite_sequence": "where AUTOINCREMENT stands, which no downgrade brings back",
    "sqlite_stat": "statistics that ANALYZE gathers",
    "rootpage": "where an object lies in the file",
}
NUMERIC = re.compile(r".*(INT|REAL|FLOA|DOUB|NUM|DEC|BOOL)", re.I)
COLUMN_WORDS = ("constraint", "primary", "not", "null", "unique", "check", "default", "collate", "references", "generated", "as")


def objects(ask):
    found = {}
    tables = {}
    for kind, name, table, sql in ask("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid"):
        if name.startswith("sqlite_") and sql is None or name.startswith("sqlite_stat") or name == "sqlite_sequence":
            continue
        if kind == "table":
            tables[name] = sql
        else:
            read_other(found, kind, name, table, sql)
    for name, sql in tables.items():
        read_table(found, name, sql)
    return found


def read_other(found, kind, name, table, sql):
    held = words_of.words(sql)
    # CREATE TEMP TRIGGER IF NOT EXISTS "main"."name": what it is called says nothing new.
    at = next((at for at, word in enumerate(held) if word == name.lower()), 0)
    definition = words_of.text([word for word in held[:at] if word in ("unique", "temp", "temporary")] + held[at + 1 :])
    found[(kind, "%s.%s" % (table, name) if kind in ("index", "trigger") else name)] = {"definition": definition}


def read_table(found, name, sql):
    held = words_of.words(sql)
    if "virtual" in held[:3]:
        found[("virtual table", name)] = {"definition": words_of.text(held)}
        return
    opens = next((at for at, word in enumerate(held) if word == "(" and word.kind == "sign"), None)
    if opens is None:  # CREATE TABLE ... AS SELECT is kept with its columns, so that this is nothing we know
        found[("table", name)] = {"definition": words_of.text(held)}
        return
    closes = words_of.closing(held, opens)
    table = Table(found, name)
    for part in words_of.parts(held[opens + 1 : closes]):
        table.part(part)
    # The number of the row, which is never NULL.
    for key in [("column", "%s.%s" % (name, column)) for column in table.keys if len(table.keys) == 1]:
        if found.get(key, {}).get("type") == "INTEGER":
            found[key].pop("NOT NULL", None)
    options = words_of.text(held[closes + 1 :])
    found[("table", name)] = dict({"options": options} if options else {}, **table.own)


class Table:
    def __init__(self, found, name):
        self.found, self.name, self.own, self.keys = found, name, {}, []

    def part(self, part):
        named = part[0] == "constraint" and part[0].kind == "name"
        first = part[2] if named else part[0]
        if first.kind == "name" and first in ("primary", "unique", "check", "foreign"):
            self.constraint(str(part[1]) if named else None, part[2:] if named else part)
        else:
            self.column(part)

    def add(self, kind, name, definition):
        definition = words_of.text(words_of.words(definition))
        label = name or definition
        key, number = (kind, "%s.%s" % (self.name, label)), 1
        while key in self.found:
            number += 1
            key = (kind, "%s.%s (%d)" % (self.name, label, number))
        self.found[key] = {"definition": definition}

    def constraint(self, name, part):
        if part[0] == "primary":
            self.keys += [str(word) for word in part[3:-1:2]]
        if part[0] == "foreign" and "references" in part:
            at = part.index("references")
            self.refers(name, words_of.text(part[:at]), part[at + 1 :])
        else:
            self.add("constraint", name, words_of.text(part))

    def refers(self, name, head, rest):
        """A foreign key: its actions come in any order, and NO ACTION is what there is without one."""
        parent, at = [str(rest[0])], 1
        if rest[1:2] == ["("]:
            at = words_of.closing(rest, 1) + 1
            parent = [words_of.text(rest[:at])]
        actions, clause = [], []
        for word in rest[at:] + ["on"]:
            if word in ("on", "match", "deferrable", "not", "initially") and clause and clause[-1] != "not":
                actions, clause = actions + [" ".join(clause)], []
            clause.append(str(word))
        known = sorted(action for action in actions if action not in ("on delete no action", "on update no action", "not deferrable", "initially immediate"))
        self.add("constraint", name, " ".join([head, "references"] + parent + known))

    def column(self, part):
        name, rest, held = part[0], part[1:], {}
        kind = []
        while rest and not (rest[0].kind == "name" and rest[0] in COLUMN_WORDS):
            end = words_of.closing(rest, 0) + 1 if rest[0] == "(" else 1
            kind, rest = kind + rest[:end], rest[end:]
        held["type"] = words_of.text(kind).upper() or "none"
        label = None
        while rest:
            word, rest = rest[0], rest[1:]
            if word == "constraint":
                label, rest = str(rest[0]), rest[1:]
                continue
            taken = self.clause(str(name), word, rest, held, label)
            rest, label = rest[taken:], None
        self.found[("column", "%s.%s" % (self.name, name))] = held

    def clause(self, name, word, rest, held, label):
        """Reads one constraint of a column; returns how many words it takes."""
        if word == "not" and rest[:1] == ["null"]:
            held["NOT NULL"] = "yes"
            return 1 + self.conflict(rest[1:], held, "NOT NULL")
        if word == "null":
            return self.conflict(rest, {}, "NULL")
        if word == "default":
            end = words_of.closing(rest, 0) + 1 if rest[0] == "(" else 2 if rest[0] in ("+", "-") else 1
            default = words_of.text(words_of.without_parentheses(rest[:end]))
            # A number in quotes is that number in a column of numbers.
            is_number = NUMERIC.match(held["type"]) and re.match(r"^'[+-]?\d+(\.\d+)?'$", default)
            held["default"] = default.strip("'") if is_number else default
            return end
        if word == "collate":
            held["collation"] = str(rest[0]).upper()
            return 1
        if word == "primary":
            self.keys.append(name)
            taken, direction = 1, []
            if rest[1:2] in (["asc"], ["desc"]):
                direction, taken = [rest[1]] if rest[1] == "desc" else [], 2
            how = {}
            taken += self.conflict(rest[taken:], how, "conflict")
            if rest[taken : taken + 1] == ["autoincrement"]:
                self.own["AUTOINCREMENT"], taken = "yes", taken + 1
            self.add("constraint", label, " ".join(["primary key (%s)" % " ".join([name] + [str(word) for word in direction])] + list(how.values())))
            return taken
        if word == "unique":
            how = {}
            taken = self.conflict(rest, how, "conflict")
            self.add("constraint", label, " ".join(["unique (%s)" % name] + list(how.values())))
            return taken
        if word == "check":
            end = words_of.closing(rest, 0) + 1
            self.add("constraint", label, "check" + words_of.text(rest[:end]))
            return end
        if word == "references":
            end = self.reference(rest)
            self.refers(label, "foreign key (%s)" % name, rest[:end])
            return end
        if word in ("generated", "as"):
            at = next(at for at, each in enumerate(rest) if each == "(")
            end = words_of.closing(rest, at) + 1
            how = str(rest[end]) if rest[end : end + 1] in (["stored"], ["virtual"]) else "virtual"
            held["generated"] = "%s %s" % (words_of.text(rest[at:end]), how)
            return end + (rest[end : end + 1] in (["stored"], ["virtual"]))
        held["also"] = " ".join(filter(None, [held.get("also"), str(word)]))
        return 0

    def conflict(self, rest, held, key):
        if rest[:2] == ["on", "conflict"]:
            held[key] = " ".join(filter(None, [held.get(key), "on conflict %s" % rest[2]]))
            return 3
        return 0

    def reference(self, rest):
        """How many words a REFERENCES clause takes."""
        end = 1
        if rest[end : end + 1] == ["("]:
            end = words_of.closing(rest, end) + 1
        while end < len(rest):
            if rest[end] == "on" and rest[end + 1 : end + 2] in (["delete"], ["update"]):
                end += 4 if rest[end + 2] in ("set", "no") else 3
            elif rest[end] == "match":
                end += 2
            elif rest[end] == "deferrable" or rest[end : end + 2] == ["not", "deferrable"]:
                end += 1 + (rest[end] == "not")
            elif rest[end] == "initially":
                end += 2
            else:
                break
        return end


def orders(ask):
    found = {}
    for (name,) in ask("SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"):
        found[name] = ", ".join(row[1] for row in ask('PRAGMA table_info("%s")' % name.replace('"', '""')))
    return found


def positions(ask):
    return {}


def counters(ask):
    """The number that each table with AUTOINCREMENT gave last."""
    there = ask("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
    return dict(ask("SELECT name, seq FROM sqlite_sequence")) if there else {}
