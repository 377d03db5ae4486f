"""Values that the columns of a table take: by their types, by what CHECK constraints say, by what their names promise."""
import hashlib
import importlib
import json
import re
import uuid
import zlib

# What the number of a row is added to in a key, by type.
KEYS = {"int2": 30000, "smallint": 30000, "tinyint": 100, "mediumint": 8000000}
KEY = 900000


class Raw(str):
    """SQL as it stands."""


# -- what CHECK constraints take --------------------------------------------------------------------------------------------


def candidates(name, checks):
    """A function that names values for a row which the checks seem to take."""
    text = " AND ".join(checks)
    bounds = [] if re.search(r"\bOR\b", text, re.I) else bounds_of(name, text)
    patterns = [(no, fold, pattern.replace("''", "'")) for no, fold, pattern in re.findall(r"(!?)~(\*?)\s*\(?'((?:[^']|'')*)'", text)]
    plain = re.sub(r"!?~\*?\s*\(?'(?:[^']|'')*'", "", text)
    literals = [literal.replace("''", "'") for literal in re.findall(r"'((?:[^']|'')*)'", plain)]
    numbers = [int(number) for number in re.findall(r"(?<![\w.'])(-?\d+)(?![\w.'])", plain)]
    lengths = [int(number) for number in re.findall(r"length\D{0,80}?(\d+)", plain)]

    def values(number, is_text):
        if not is_text:
            found = [each for bound in numbers for each in (bound + number, bound, bound - number)]
            return [str(each) for each in found if all(keeps(each, sign, bound) for sign, bound in bounds)]
        if patterns:
            made = [example(expression, number) for refused, _, expression in patterns if not refused]
            return [sample for sample in samples(number) + made if sample and all(fits(sample, pattern) for pattern in patterns)]
        return [each for each in literals if each] + [str(number).rjust(bound + more, "a")[-(bound + more):] for bound in lengths for more in (0, 1, -1)]

    return values


def bounds_of(name, text):
    """Comparisons of a column with a number: `(sign, number)` each."""
    column, number = r"[\(\"`]*\b%s\b[\)\"`]*(?:::\w+)?" % re.escape(name), r"[\('\"]*(-?\s*\d+)"
    found = [(sign, int(bound.replace(" ", ""))) for sign, bound in re.findall(column + r"\s*(<=|>=|<>|!=|=|<|>)\s*" + number, text, re.I)]
    for low, high in re.findall(column + r"\s+BETWEEN\s+" + number + r"\)?\s+AND\s+" + number, text, re.I):
        found += [(">=", int(low.replace(" ", ""))), ("<=", int(high.replace(" ", "")))]
    return found


def keeps(value, sign, bound):
    return {"<": value < bound, ">": value > bound, "<=": value <= bound, ">=": value >= bound, "=": value == bound}.get(sign, value != bound)


def fits(sample, pattern):
    refused, folded, expression = pattern
    try:
        return bool(re.search(expression, sample, re.I if folded else 0)) != bool(refused)
    except re.error:  # a pattern that only the database reads
        return True


def example(expression, number):
    """A text that a regular expression takes, another one for each row; nothing where Python does not read it."""
    try:
        parser = getattr(re, "_parser", None) or importlib.import_module("sre_parse")
        return "".join(spelt(parser.parse(expression), number))
    except (re.error, ImportError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return None


def spelt(items, number):
    for kind, held in items:
        kind = str(kind)
        if kind == "LITERAL":
            yield chr(held)
        elif kind == "RANGE":
            yield chr(held[0] + number % (held[1] - held[0] + 1))
        elif kind == "IN":
            yield from spelt(held[:1], number)
        elif kind == "CATEGORY":
            yield {"CATEGORY_DIGIT": str(number % 10), "CATEGORY_SPACE": " "}.get(str(held), "a")
        elif kind.endswith("_REPEAT"):
            for _ in range(max(held[0], min(held[1], 1), min(held[1], held[0] + number % 3))):
                yield from spelt(held[2], number)
        elif kind == "SUBPATTERN":
            yield from spelt(held[-1], number)
        elif kind == "BRANCH":
            yield from spelt(held[1][number % len(held[1])], number)
        elif kind not in ("AT", "ASSERT", "ASSERT_NOT"):
            yield "a"


def samples(number):
    """Words of many kinds, different for each row."""
    digest = hashlib.sha512(b"%d" % number).hexdigest()
    words = ["a%d" % number, "example%d" % number, "example-%d" % number, "example_%d" % number, "Example %d" % number]
    words += ["https://example.com/%d" % number, "user%d@example.com" % number, "%d.example.com" % number, "/path/%d" % number]
    words += [str(number), "1.0.%d" % number, "10.0.0.%d" % number, "2024-01-%02d" % number, "+4420794600%02d" % number]
    words += [digest[:length] for length in (8, 16, 32, 40, 56, 64, 96, 128)] + ["#%06x" % number, str(uuid.UUID(int=number))]
    words += ["ABC"[number % 3], "abc"[number % 3], "A%d" % number, "EXAMPLE%d" % number, "en", "US", "USD", "{}", "[]"]
    return words + [word.upper() for word in words[14:22]]


def meeting(kind, parts, number, others, backend):
    """A value that meets what a condition asks of a column (`conditions.py`); one of others where that says too little."""
    asked = {sign: value for sign, value in parts}
    if "null" in asked:
        return None
    if "=" in asked:
        return truth(asked["="], backend)
    if "length" in asked:
        sign, bound = asked["length"]
        return str(number).rjust(max(0, bound + {"<": -1, ">": 1, "<>": 1}.get(sign, 0)), "a")[-bound - 1 :]
    if "~" in asked:
        made = [example(asked["~"], number)] + samples(number)
        return next((sample for sample in made if sample and fits(sample, ("", "", asked["~"]))), others[0])
    if asked.get("<>") in ("true", "false"):
        return truth("false" if asked["<>"] == "true" else "true", backend)
    bounds = [(sign, bound) for sign, bound in parts if sign in ("<>", "<", ">", "<=", ">=")]
    if bounds and (kind.name in INTEGERS or kind.name in NUMBERS):
        numbers = [int(float(bound)) for _, bound in bounds if re.match(r"^-?[\d.]+$", str(bound))]
        found = [number] + [each for bound in numbers for each in (bound + number, bound - number, bound, bound + 1, bound - 1)]
        return next((str(each) for each in found if all(keeps(each, sign, int(float(bound))) for sign, bound in bounds)), others[0]) if numbers else others[0]
    for sign, bound in bounds:
        if sign != "<>" and re.match(r"^\d{4}-\d\d-\d\d", str(bound)):
            return beyond(bound, sign)
    refused = [str(value) for sign, value in parts if sign == "<>"]
    return next((value for value in others if value is not None and str(value) not in refused), others[0])


def truth(value, backend):
    """A literal as a server writes it: only PostgreSQL has words for what is true."""
    return {"true": "1", "false": "0"}.get(value, value) if backend != "postgresql" else value


def beyond(bound, sign):
    """A moment a year before or after another one, or that one."""
    return "%04d%s" % (int(bound[:4]) + {"<": -1, ">": 1}.get(sign, 0), bound[4:].replace("-02-29", "-02-28"))


# -- what columns hold ------------------------------------------------------------------------------------------------------

TEXTS = frozenset("text varchar bpchar char name citext tinytext mediumtext longtext character nchar nvarchar clob string unicode".split() + ["character varying", "varying character", "native character"])
INTEGERS = frozenset("int2 int4 int8 int integer bigint smallint tinyint mediumint year".split() + ["int unsigned", "unsigned big int"])
SPATIAL = {
    "point": "POINT(1 1)", "geometry": "POINT(1 1)", "linestring": "LINESTRING(0 0, 1 1)", "polygon": "POLYGON((0 0, 1 0, 1 1, 0 0))",
    "multipoint": "MULTIPOINT(0 0, 1 1)", "multilinestring": "MULTILINESTRING((0 0, 1 1))",
    "multipolygon": "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)))", "geometrycollection": "GEOMETRYCOLLECTION(POINT(1 1))",
}
NUMBERS = frozenset("numeric decimal float4 float8 float double real money".split() + ["double precision"])


def of_kind(kind, name, number, attempt, in_key, rank=0):
    """A value of a type as text that a server reads; nothing where none comes to mind."""
    again, label = attempt % 2, kind.name.lower()
    if kind.shape == "array":
        inner = of_kind(kind.of, name, number, attempt, False)
        return "{}" if inner is None or again else "{%s}" % json.dumps(str(inner))
    if kind.shape == "multirange":
        return "{%s}" % of_kind(kind.of, name, number, attempt, in_key)
    if kind.shape == "range":
        low, high = (of_kind(kind.of, name, number, attempt, False, each) for each in (0, 1))
        return "[%s,%s)" % tuple(json.dumps(str(each)) for each in (low, high))
    if kind.shape == "composite":
        fields = [of_kind(field, name, number, attempt, False) for field in kind.fields]
        return "(%s)" % ",".join("" if field is None else json.dumps(str(field)).replace('\\"', '""') for field in fields)
    if kind.labels:
        return kind.labels[(number + attempt) % len(kind.labels)]
    if label in INTEGERS or label.endswith("int") and label != "point":
        if label == "year":
            return str(2000 + number)
        return str(KEYS.get(label, KEY) + number + 10 * again if in_key else number + 10 * again + 20 * rank)
    if label == "bit" or label == "varbit":
        return Raw("b'%s'" % ("1" * (kind.length or 1)))
    if label in NUMBERS:
        return numeric(kind, number + 20 * rank, in_key)
    if label in ("bool", "boolean"):
        # Columns differ from each other: that all are true in one row and false in the next shows little.
        is_true = (number + again + zlib.crc32(name.encode())) % 2
        return ("01" if kind.name == "boolean" else ("false", "true"))[is_true]
    if label in TEXTS or label.startswith(("varchar", "char", "text", "nvarchar")):
        return string(kind.length, name, number, attempt, in_key)
    if label == "uuid":
        return str(uuid.UUID(int=(KEY if in_key else 0) * 2**80 + number + 1000 * again))
    if label in ("json", "jsonb"):
        return "[]" if again else json.dumps({"key": number})
    day = "2024-%02d-%02d" % (1 + again + 2 * min(rank, 5), number)
    simple = {
        "date": day, "timestamp": "%s 10:00:00" % day, "datetime": "%s 10:00:00" % day, "timestamptz": "%s 10:00:00+00" % day,
        "time": "%02d:00:00" % (10 + rank), "timetz": "%02d:00:00+00" % (10 + rank), "interval": "%d days" % (number + 20 * rank),
        "bytea": "\\x%02x" % number, "inet": "10.0.0.%d" % number, "cidr": "10.0.%d.0/24" % number, "macaddr": "08:00:2b:01:02:%02x" % number,
        "macaddr8": "08:00:2b:01:02:03:04:%02x" % number, "point": "(%d,1)" % number, "line": "{1,2,%d}" % number,
        "lseg": "[(0,0),(%d,1)]" % number, "box": "((0,0),(%d,1))" % number, "path": "[(0,0),(%d,1)]" % number,
        "polygon": "((0,0),(%d,1),(2,2))" % number, "circle": "<(0,0),%d>" % number, "tsvector": "word%d" % number, "tsquery": "word%d" % number,
        "xml": "<a>%d</a>" % number, "oid": str(number), "pg_lsn": "0/%d" % number, "hstore": '"key"=>"%d"' % number, "ltree": "a.b%d" % number,
        "cube": "(%d)" % number, "vector": "[%s]" % ",".join(["1"] * (kind.length or 3)), "geometry": "POINT(%d 0)" % number,
        "geography": "POINT(%d 0)" % number, "char": "a", "regclass": "pg_class", "jsonpath": "$.a", "txid_snapshot": "10:20:10",
        "blob": "b%d" % number, "tinyblob": "b%d" % number, "mediumblob": "b%d" % number, "longblob": "b%d" % number, "binary": "b%d" % number,
        "varbinary": "b%d" % number, "inet4": "10.0.0.%d" % number, "inet6": "::%d" % number, "set": "",
    }
    if label in simple:
        return simple[label]
    return samples(number)[attempt % 8] if label else number


def numeric(kind, number, in_key):
    precision, scale = kind.length, kind.scale or 0
    if kind.name == "money":
        return "%d.50" % number
    if in_key:
        number += min(KEY, 10 ** ((precision or 9) - scale - 1))
    if kind.name in ("numeric", "decimal") and precision is not None:
        if precision <= scale:
            return "0.%0*d" % (scale, number)
        return "%d.5" % number if scale else str(number)
    return "%d.5" % number


# What a text column of some name is likely to hold: a later revision may give it the type of that.
LIKELY = [
    (r"mail", lambda number: "user%d@example.com" % number),
    (r"ur[il]|link|href|homepage|website", lambda number: "https://example.com/%d" % number),
    (r"(^|_)ip(_|$|v[46]|addr)", lambda number: "10.0.0.%d" % number),
    (r"uuid|guid", lambda number: str(uuid.UUID(int=number))),
    (r"json", lambda number: json.dumps({"a": number})),
    (r"colou?r", lambda number: "#%06x" % number),
    (r"(^|_)(date|at|time|timestamp)$", lambda number: "2024-01-%02d 10:00:00" % number),
    (r"(^|_)(amount|price|count|quantity|total|size|year|port)$", str),
]


def string(length, name, number, attempt, in_key):
    if length in (32, 36) and (name == "id" or name.endswith("_id")) and attempt % 2 == 0:
        made = uuid.UUID(int=(KEY if in_key else 0) * 2**80 + number)  # what models keep in a CHAR(32) or CHAR(36)
        return made.hex if length == 32 else str(made)
    likely = next((make for pattern, make in LIKELY if re.search(pattern, name)), None)
    shapes = [
        likely(number) if likely else "%s-%d" % (name, KEY + number if in_key else number),
        "abcdefghij"[number % 10] + str(number),
        str(uuid.UUID(int=number)),
        json.dumps({"a": number}),
        "10.0.0.%d" % number,
        str(number),
    ]
    made = shapes[attempt % len(shapes)]
    if length and len(made) > length:
        made = ("%x" % number).rjust(min(length, 6), "a")[-length:]
    return made
