"""Conditions read: what columns must hold so that a CHECK is met, or a statement reaches a row.

A condition is divided into ways of being true, each a list of `(column, sign, value)`; the signs are `null`, `held`, `=`,
`<>`, `<`, `>`, `<=`, `>=`, `length` (with such a sign and a number), `~`. What cannot be read asks for nothing: a row that is
made on a wrong guess is refused by the database, and the next way is tried.
"""
import itertools
import random
import re

from .words import closing, words

# An array's brackets, which would be a quoted name elsewhere.
BRACKETS = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")|[\[\]]""")
# How many ways of one condition are looked at, and in how many orders.
MANY, TURNS = 48, 6
# How many combinations of parts are looked at in one order.
STEPS = 2000
SIGNS = {"=": "<>", "<>": "=", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}
TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
LENGTHS = ("length", "char_length", "character_length", "octet_length")
# Functions of a text that is its own result here.
SAME = ("lower", "upper", "trim", "btrim", "ltrim", "rtrim", "coalesce", "ifnull", "cast", "nullif")
# Words that a type is written with after its first.
OF_TYPES = ("varying", "precision", "with", "without", "time", "zone")
ENDS = ("and", "or", "xor", "then", "when", "else", "end")


def ways(condition, columns, wanted=True):
    """The ways in which a condition is true, at most `MANY`."""
    found = words(BRACKETS.sub(rounded, condition))
    if found and found[0] == "check" and len(found) > 1:
        found = found[1 : closing(found, 1) + 1]
    return ways_of(found, columns, wanted)


def ways_of(found, columns, wanted=True):
    """The ways in which a condition of these words is true."""
    try:
        node = Reader(found, columns).whole()
    except (IndexError, ValueError, RecursionError):
        return [[]]
    return list(itertools.islice(solved(node, wanted), MANY))


def together(conditions, columns):
    """Ways in which several conditions are true at once: `{column: [(sign, value)...]}` each, at most `MANY`."""
    each, found = [ways(condition, columns) for condition in conditions], []
    # The first ways by themselves differ in what stands last alone.
    for turn in range(TURNS):
        if turn:
            for alternatives in each:
                random.Random(turn).shuffle(alternatives)
        for way in itertools.islice(joined(each, 0, {}, iter(range(STEPS))), MANY // TURNS):
            if way not in found:
                found.append(way)
    return found


def joined(each, at, held, steps):
    """What is left of all combinations where no column is asked for two things, as far as the steps lead."""
    if at == len(each):
        yield held
        return
    for way in each[at]:
        if next(steps, None) is None:
            return
        more = {name: list(parts) for name, parts in held.items()}
        for name, sign, value in way:
            if (sign, value) not in more.setdefault(name, []):
                more[name].append((sign, value))
        if all(may_be(parts) for parts in more.values()):
            yield from joined(each, at + 1, more, steps)


def may_be(parts):
    """Whether one value can meet all of it, as far as that is plain."""
    signs = {sign for sign, _ in parts}
    if "null" in signs:
        return signs == {"null"}
    same = {str(value) for sign, value in parts if sign == "="}
    other = {str(value) for sign, value in parts if sign == "<>"}
    return len(same) < 2 and not same & other


def rounded(match):
    return match.group(1) or {"[": "(", "]": ")"}[match.group()]


# -- solving -----------------------------------------------------------------------------------------------------------------


def solved(node, wanted):
    """The ways in which a node is true, or false."""
    kind = node[0]
    if kind == "not":
        yield from solved(node[1], not wanted)
    elif kind in ("and", "or"):
        if (kind == "and") == wanted:
            yield from product([list(itertools.islice(solved(each, wanted), MANY)) for each in node[1]])
        else:
            for each in node[1]:
                yield from solved(each, wanted)
    elif kind == "same":  # both true or both false
        yield from solved(("or", [("and", [node[1], node[2]]), ("and", [("not", node[1]), ("not", node[2])])]), wanted)
    elif kind == "case":
        taken, branches = [], []
        for condition, result in node[1]:
            branches.append(("and", taken + [condition, result]))
            taken = taken + [("not", condition)]
        yield from solved(("or", branches), wanted)
    elif kind == "count":  # so many of these are true
        _, nodes, sign, number = node
        for chosen in itertools.product((True, False), repeat=len(nodes)) if len(nodes) < 9 else ():
            if holds(sum(chosen), sign, number) == wanted:
                yield from product([list(itertools.islice(solved(each, is_true), MANY)) for each, is_true in zip(nodes, chosen)])
    elif kind == "is":
        _, column, sign, value = node
        turned = {"null": "held", "held": "null", "~": "~"}
        if wanted:
            yield [(column, sign, value)]
        elif sign in turned:
            yield [(column, turned[sign], value)] if sign != "~" else []
        elif sign == "length":
            yield [(column, sign, (SIGNS[value[0]], value[1]))]
        else:
            yield [(column, SIGNS[sign], value)]
    else:
        yield []


def holds(number, sign, bound):
    return {"=": number == bound, "<>": number != bound, "<": number < bound, ">": number > bound, "<=": number <= bound, ">=": number >= bound}[sign]


def product(each):
    for parts in itertools.product(*each):
        yield [one for part in parts for one in part]


# -- reading -----------------------------------------------------------------------------------------------------------------


class Reader:
    """Reads the words of a condition."""

    def __init__(self, found, columns):
        self.words, self.at, self.columns = found, 0, {name.lower(): name for name in columns}

    def whole(self):
        node = self.disjunction()
        if self.at < len(self.words):
            raise ValueError(self.words[self.at])
        return logic(node)

    def peek(self, ahead=0):
        return self.words[self.at + ahead] if self.at + ahead < len(self.words) else None

    def is_next(self, *wanted):
        here = self.words[self.at : self.at + len(wanted)]
        if [str(word) for word in here] == list(wanted) and all(word.kind != "text" for word in here):
            self.at += len(wanted)
            return True
        return False

    def disjunction(self):
        nodes = [self.conjunction()]
        while self.is_next("or"):
            nodes.append(self.conjunction())
        return nodes[0] if len(nodes) == 1 else ("or", [logic(node) for node in nodes])

    def conjunction(self):
        nodes = [self.negation()]
        while True:
            if self.is_next("xor"):
                nodes[-1] = ("not", ("same", logic(nodes[-1]), logic(self.negation())))
            elif self.is_next("and") or self.is_next("&", "&"):
                nodes.append(self.negation())
            else:
                return nodes[0] if len(nodes) == 1 else ("and", [logic(node) for node in nodes])

    def negation(self):
        if self.is_next("not") or self.is_next("!"):
            return ("not", logic(self.negation()))
        return self.comparison()

    def comparison(self):
        left = self.sum()
        while True:
            if self.is_next("is"):
                left = self.state(left)
                continue
            refused = self.is_next("not")
            if self.is_next("in"):
                node = member(left, self.listed())
            elif self.is_next("between"):
                low = self.sum()
                self.is_next("and")
                node = ("and", [compared(left, ">=", low), compared(left, "<=", self.sum())])
            elif self.is_next("like") or self.is_next("ilike") or self.is_next("regexp") or self.is_next("glob"):
                node = likened(left, self.words[self.at - 1], self.sum())
            elif refused:
                raise ValueError("not")
            else:
                sign = self.sign()
                if sign is None:
                    return left
                node = self.against(left, sign)
            left = ("not", node) if refused else node

    def sign(self):
        for sign in ("<>", "!=", "<=", ">=", "==", "=", "<", ">"):
            if self.is_next(sign):
                return {"!=": "<>", "==": "="}.get(sign, sign)
        for sign in (("!", "~", "*"), ("!", "~"), ("~", "*"), ("~", "~"), ("~",)):
            if self.is_next(*sign):
                return "~" if sign[0] == "~" else "!~"
        return None

    def against(self, left, sign):
        if self.peek() in ("any", "all") and self.peek(1) == "(":
            every = self.words[self.at] == "all"
            self.at += 1
            listed = self.listed()
            return ("and", [compared(left, sign, each) for each in listed]) if every else ("or", [compared(left, sign, each) for each in listed])
        right = self.sum()
        if sign in ("~", "!~"):
            node = ("is", left[1], "~", right[1]) if left[0] == "column" and right[0] == "value" else ("free",)
            return ("not", node) if sign == "!~" else node
        return compared(left, sign, right)

    def state(self, left):
        refused = self.is_next("not")
        if self.is_next("null"):
            node = ("is", left[1], "null", None) if left[0] == "column" else ("free",)
        elif self.is_next("true") or self.is_next("false"):
            node = logic(left) if self.words[self.at - 1] == "true" else ("not", logic(left))
        elif self.is_next("distinct", "from"):
            right = self.sum()
            node = ("is", left[1], "null", None) if right == ("value", None) and left[0] == "column" else compared(left, "=", right)
            refused = not refused
        else:
            raise ValueError("is")
        return ("not", node) if refused else node

    def listed(self):
        """What stands in parentheses, divided at commas; `ARRAY[...]` and casts around it do not count."""
        end, found = closing(self.words, self.at), []
        inner = self.words[self.at + 1 : end]
        self.at = end + 1
        while inner and inner[0] == "(" and closing(inner, 0) > len(inner) - 8:
            inner = inner[1 : closing(inner, 0)]
        for word in inner:
            if word.kind in ("text", "number"):
                negative = found and found[-1] == "-"
                found = found[:-1] if negative else found
                found.append(("value", ("-" if negative else "") + plain(word)))
            elif word == "-":
                found.append("-")
        found = [each for each in found if each != "-"]
        if not found:
            raise ValueError("in")
        return found

    def sum(self):
        nodes = [self.primary()]
        while self.peek() in ("+", "-", "*", "/", "%", "|", "||", "&", "->", "->>", "#", "@", "?"):
            sign = self.words[self.at]
            self.at += 1
            nodes.append(self.primary() if sign == "+" else ("free", self.primary()))
        if len(nodes) == 1:
            return nodes[0]
        return ("sum", [logic(node) for node in nodes]) if all(is_logic(node) for node in nodes) else ("free",)

    def primary(self):
        word = self.words[self.at]
        self.at += 1
        if word == "(" and word.kind == "sign":
            node = self.disjunction()
            if not self.is_next(")"):
                raise ValueError(self.peek())
        elif word == "-" and word.kind == "sign":
            node = ("value", "-" + str(self.primary()[1]))
        elif word.kind in ("text", "number"):
            node = ("value", plain(word))
        elif word.kind == "name" and word in ("null", "true", "false"):
            node = ("value", None if word == "null" else str(word))
        elif word.kind == "name" and word == "case":
            node = self.case()
        elif word.kind in ("name", "quoted"):
            node = self.named(word)
        else:
            raise ValueError(word)
        return self.cast(node)

    def named(self, word):
        while self.is_next("."):  # of a qualified name the last part
            word = self.words[self.at]
            self.at += 1
        if self.peek() == "(":
            return self.called(word)
        if word.kind == "name" and self.peek() is not None and self.words[self.at].kind == "text" and word in ("e", "n", "b", "x", "_utf8mb4", "_utf8", "_latin1", "date", "timestamp"):
            self.at += 1
            return ("value", plain(self.words[self.at - 1]))
        return ("column", self.columns[word.lower()]) if word.lower() in self.columns else ("free",)

    def called(self, name):
        end, arguments = closing(self.words, self.at), []
        inner = Reader(self.words[self.at + 1 : end], self.columns.values())
        self.at = end + 1
        while inner.at < len(inner.words):
            try:
                arguments.append(inner.disjunction())
            except (IndexError, ValueError):
                return ("free",)
            if not inner.is_next(","):
                break
        held = [each for each in arguments if each[0] == "column"]
        if name in ("num_nonnulls", "num_nulls"):
            state = "held" if name == "num_nonnulls" else "null"
            return ("sum", [("is", each[1], state, None) for each in held])
        if name in LENGTHS and held:
            return ("length", held[0][1])
        return held[0] if name in SAME and held else ("free",)

    def case(self):
        branches = []
        subject = None if self.peek() == "when" else self.sum()
        while self.is_next("when"):
            condition = self.disjunction()
            condition = logic(condition) if subject is None else compared(subject, "=", condition)
            if not self.is_next("then"):
                raise ValueError("case")
            branches.append((condition, self.disjunction()))
        branches.append((("and", []), self.disjunction() if self.is_next("else") else ("value", "true")))
        if not self.is_next("end"):
            raise ValueError("case")
        if all(is_logic(result) or result[0] == "value" for _, result in branches):
            return ("case", [(condition, logic(result)) for condition, result in branches])
        return ("free",)

    def cast(self, node):
        """A cast and a collation change nothing here."""
        while True:
            if self.is_next("::"):
                self.at += 1
                while self.is_next("."):
                    self.at += 1
                while self.peek() in OF_TYPES:
                    self.at += 1
                if self.peek() == "(":
                    self.at = closing(self.words, self.at) + 1
                while self.peek() in OF_TYPES:
                    self.at += 1
                while self.is_next("(", ")"):
                    pass
            elif self.is_next("collate"):
                self.at += 1
                while self.is_next("."):
                    self.at += 1
            else:
                return node


def plain(word):
    """A literal without its quotes."""
    return word[1:-1].replace("''", "'") if word.kind == "text" and word[0] == "'" else str(word)


def is_logic(node):
    return node[0] in ("and", "or", "not", "same", "is", "case", "count")


def logic(node):
    """A node as something true or false: a column of booleans, a constant."""
    if node[0] == "column":
        return ("is", node[1], "=", "true")
    if node[0] == "value":
        truth = str(node[1]).lower()
        return ("and", []) if truth in ("true", "1") else ("or", []) if truth in ("false", "0") else ("free",)
    return node if is_logic(node) else ("free",)


def compared(left, sign, right):
    """One operand compared with another."""
    if left[0] in ("value",) and right[0] != "value":
        left, right, sign = right, left, TURNED.get(sign, sign)
    if left[0] == "sum" and right[0] == "value":
        return ("count", left[1], sign, int(right[1])) if str(right[1]).lstrip("-").isdigit() else ("free",)
    if left[0] == "length" and right[0] == "value":
        return ("is", left[1], "length", (sign, int(right[1]))) if str(right[1]).isdigit() else ("free",)
    if is_logic(left) or is_logic(right):
        if sign not in ("=", "<>") or "free" in (left[0], right[0]):
            return ("free",)
        node = ("same", logic(left), logic(right))
        return node if sign == "=" else ("not", node)
    if left[0] == "column" and right[0] == "value":
        return ("free",) if right[1] is None else ("is", left[1], sign, right[1])
    return ("free",)


def member(left, listed):
    return ("or", [compared(left, "=", each) for each in listed])


def likened(left, sign, right):
    """A text that a pattern of LIKE takes; other patterns are only noted where they are expressions."""
    if left[0] != "column" or right[0] != "value" or right[1] is None:
        return ("free",)
    if sign == "regexp":
        return ("is", left[1], "~", right[1])
    return ("is", left[1], "=", right[1].replace("*" if sign == "glob" else "%", "").replace("?" if sign == "glob" else "_", "a"))
