"""What a database of MySQL or MariaDB holds: SHOW CREATE of every object, read word by word."""
import re

from . import words as words_of

IGNORED = {
    "auto_increment": "where the counter stands; a downgrade that takes rows away does not set it back",
    "definer": "who ran the migration",
    "action_order": "a trigger that is dropped and made again comes last of its event",
}
# What the server names by number: such a constraint is matched by what it is.
NUMBERED = re.compile(r"^(.*_ibfk_\d+|.*_chk_\d+|CONSTRAINT_\d+)$", re.I)
CLAUSES = ("character", "collate", "not", "null", "default", "on", "auto_increment", "comment", "generated", "as", "check", "invisible",
           "virtual", "stored", "persistent", "unsigned", "zerofill", "primary", "unique", "key", "column_format", "storage", "srid", "visible")


def objects(ask):
    found = {}
    tables = ask("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = database() ORDER BY table_name")
    for name, kind in tables:
        quoted = "`%s`" % name.replace("`", "``")
        if kind == "VIEW":
            sql = ask("SHOW CREATE VIEW %s" % quoted)[0][1]
            found[("view", name)] = {"definition": words_of.text(without_definer(words_of.words(sql)))}
        elif kind == "SEQUENCE":
            sql = ask("SHOW CREATE SEQUENCE %s" % quoted)[0][1]
            found[("sequence", name)] = {"definition": words_of.text(words_of.words(sql))}
        else:
            table(found, name, ask("SHOW CREATE TABLE %s" % quoted)[0][1])
    for name, event, table_name, timing, statement, mode, order in ask(
        "SELECT trigger_name, event_manipulation, event_object_table, action_timing, action_statement, sql_mode, action_order "
        "FROM information_schema.triggers WHERE trigger_schema = database()"
    ):
        found[("trigger", "%s.%s" % (table_name, name))] = {"when": "%s %s" % (timing, event), "definition": words_of.text(words_of.words(statement)), "sql mode": mode}
    for name, kind in ask("SELECT routine_name, routine_type FROM information_schema.routines WHERE routine_schema = database()"):
        sql = ask("SHOW CREATE %s `%s`" % (kind, name.replace("`", "``")))[0][2]
        found[(kind.lower(), name)] = {"definition": words_of.text(without_definer(words_of.words(sql)))}
    # Without STARTS an event starts when it is created, in whatever zone: no further off than zones are.
    for name, starts_when_made in ask(
        "SELECT event_name, coalesce(abs(timestampdiff(SECOND, created, starts)) <= 54001 AND mod(abs(timestampdiff(SECOND, created, starts)) + 1, 900) <= 2, 0) FROM information_schema.events WHERE event_schema = database()"
    ):
        held = without_definer(words_of.words(ask("SHOW CREATE EVENT `%s`" % name.replace("`", "``"))[0][3]))
        if starts_when_made and "starts" in held:
            at = held.index("starts")
            del held[at : at + 2]
        found[("event", name)] = {"definition": words_of.text(held)}
    for charset, collation in ask("SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = database()"):
        found[("database", "defaults")] = {"character set": charset, "collation": collation}
    return found


def without_definer(held):
    if "definer" not in held:
        return held
    at = held.index("definer")
    end = at + 2  # DEFINER = `user`@`host`
    while end < len(held) and (held[end] == "@" or held[end].kind in ("quoted", "text") or held[end - 1] == "@"):
        end += 1
    return held[:at] + held[end:]


def table(found, name, sql):
    held = words_of.words(sql)
    opens = next(at for at, word in enumerate(held) if word == "(" and word.kind == "sign")
    closes = words_of.closing(held, opens)
    for part in words_of.parts(held[opens + 1 : closes]):
        if part[0].kind == "quoted":
            found[("column", "%s.%s" % (name, part[0]))] = column(part[1:])
        else:
            key(found, name, part)
    found[("table", name)] = options(held[closes + 1 :])


def options(held):
    """`ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='x'`, what stands there without a value, and partitions behind it."""
    read, at, alone = {}, 0, []
    while at < len(held):
        if held[at] == "=" and at:
            if held[at - 1] not in IGNORED:
                read[str(held[at - 1])] = str(held[at + 1]).strip("'")
            alone = alone[:-1]
            at = words_of.closing(held, at + 1) + 1 if held[at + 1] == "(" else at + 2
        elif held[at] == "partition" or held[at] == "/":
            read["partitions"] = words_of.text(held[at:])
            break
        else:
            alone += [held[at]] if held[at] not in ("default", ",") else []
            at += 1
    if alone:
        read["options"] = words_of.text(alone)
    return read


def column(held):
    read, kind = {}, []
    while held and not (held[0].kind == "name" and held[0] in CLAUSES and held[0] not in ("unsigned", "zerofill")):
        end = words_of.closing(held, 0) + 1 if held[0] == "(" else 1
        kind, held = kind + held[:end], held[end:]
    read["type"] = words_of.text(kind)
    while held:
        word, held = held[0], held[1:]
        if word == "not" and held[:1] == ["null"]:
            read["NOT NULL"], held = "yes", held[1:]
        elif word == "null":
            pass
        elif word == "character":
            read["character set"], held = str(held[1]), held[2:]
        elif word == "collate":
            read["collation"], held = str(held[0]), held[1:]
        elif word == "comment":
            read["comment"], held = str(held[0]), held[1:]
        elif word == "default" or (word == "on" and held[:1] == ["update"]):
            held = held[1:] if word == "on" else held
            end = 1
            if held[0] == "(":
                end = words_of.closing(held, 0) + 1
            elif held[1:2] == ["("]:
                end = words_of.closing(held, 1) + 1
            elif held[0] in ("-", "+"):
                end = 2
            default, held = words_of.text(held[:end]), held[end:]
            if word == "on" or default != "null":
                read["ON UPDATE" if word == "on" else "default"] = default
        elif word == "check" or word == "as" or word == "generated":
            at = next(at for at, each in enumerate(held) if each == "(")
            end = words_of.closing(held, at) + 1
            read["CHECK" if word == "check" else "generated"], held = words_of.text(held[at:end]), held[end:]
        elif word in ("virtual", "stored", "persistent"):
            read["generated"] = "%s %s" % (read.get("generated", ""), word)
        else:
            read[str(word)] = "yes"
    return read


def key(found, name, part):
    label = None
    if part[0] == "constraint":
        label, part = str(part[1]), part[2:]
    if part[0] == "primary":
        kind, label = "constraint", "PRIMARY KEY"
    elif part[0] in ("foreign", "check"):
        kind = "constraint"
    else:
        kind = "index"
        at = next(at for at, word in enumerate(part) if word.kind == "quoted")
        label, part = str(part[at]), part[:at] + part[at + 1 :]
    definition = words_of.text(part)
    if label is None or NUMBERED.match(label):
        label = definition
    found[(kind, "%s.%s" % (name, label))] = {"definition": definition}


def orders(ask):
    return dict(
        ask("SELECT table_name, group_concat(column_name ORDER BY ordinal_position SEPARATOR ', ') FROM information_schema.columns WHERE table_schema = database() GROUP BY table_name")
    )


def positions(ask):
    """Where each sequence of MariaDB stands: the value that it would not give again."""
    names = [name for (name,) in ask("SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_type = 'SEQUENCE'")]
    return {name: ask("SELECT (next_not_cached_value - increment) * sign(increment) FROM `%s`" % name.replace("`", "``"))[0][0] for name in names}


def counters(ask):
    """The number that each table with AUTO_INCREMENT gave last."""
    return dict(ask("SELECT table_name, auto_increment - 1 FROM information_schema.tables WHERE table_schema = database() AND auto_increment IS NOT NULL"))
