"""SQL as words: what two spellings of one statement share."""
import re

WORD = re.compile(
    r"""\s+|--[^\n]*|/\*.*?\*/|(?P<text>[xX]?'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])"""
    r"""|(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[^\W\d][\w$]*)|(?P<sign><>|!=|<=|>=|==|\|\||<<|>>|::|->>|->|.)""",
    re.S,
)


class Word(str):
    """A word; `is_name` where it is quoted or might be a keyword."""

    kind = "sign"


def words(sql):
    """The words of a statement: names without quotes and in lower case, everything else as it stands."""
    found = []
    for match in WORD.finditer(sql or ""):
        kind = match.lastgroup
        if kind is None:
            continue
        text = match.group()
        if kind == "quoted":
            text = text[1:-1].replace('""', '"').replace("``", "`")
            # A quoted name that no unquoted one could spell keeps its letters.
        word = Word(text.lower() if kind in ("quoted", "name") else text)
        word.kind = kind
        found.append(word)
    return found


def text(found):
    """Words as one line that can be read."""
    line = " ".join(found)
    return re.sub(r"(?<=\() | (?=[(),])", "", line).replace(",", ", ").replace("  ", " ")


def without_parentheses(found):
    """Words without parentheses around all of them."""
    while len(found) > 2 and found[0] == "(" and closing(found, 0) == len(found) - 1:
        found = found[1:-1]
    return found


def closing(found, at):
    """Where the parenthesis at a place closes."""
    depth = 0
    for end in range(at, len(found)):
        depth += {"(": 1, ")": -1}.get(found[end], 0) if found[end].kind == "sign" else 0
        if depth == 0:
            return end
    return len(found) - 1


def parts(found):
    """Words divided at the commas that stand in no parentheses."""
    depth, part = 0, []
    for word in found:
        if word.kind == "sign":
            depth += {"(": 1, ")": -1}.get(word, 0)
            if word == "," and depth == 0:
                yield part
                part = []
                continue
        part.append(word)
    if part:
        yield part
