"""What went wrong, in the words of the database, of Python, and of whoever sets the project up."""
import contextlib
import errno
import os
import re
import socket
import sys
import traceback

# What psycopg and libmysqlclient make of EPERM; psycopg2 makes nothing of it. Behind its own network nothing can be reached.
DENIED = (
    "Operation not permitted", "connection is bad: no error details available", "TCP/IP socket (1)", "Network is unreachable",
    "could not translate host name", "name resolution", "Name or service not known", "(101)",
)
HERE = os.path.dirname(os.path.realpath(__file__))
DENIED_NUMBERS = (errno.EPERM, errno.ENETUNREACH)


class NotLoaded(Exception):
    """The project, or its history, cannot be run here; the message says why, `at` says where."""

    def __init__(self, why, at=None):
        super().__init__(why)
        self.at = at


def is_violation(error):
    """Tells whether a constraint is violated, which rows of production may do as well."""
    from sqlalchemy.exc import IntegrityError

    return isinstance(error, IntegrityError) or "Cannot add a NOT NULL column" in str(error)


def words_of(error):
    """An error in words; MySQL's drivers raise `(number, words)`."""
    said = error.args
    if isinstance(error, OSError):  # names its file besides
        return str(error)
    return str(said[1]) if len(said) == 2 and isinstance(said[0], int) and isinstance(said[1], str) else str(error)


# Libraries whose errors speak of settings, wherever they are met.
SETTINGS = frozenset("oslo_config pydantic pydantic_settings pydantic_core environs decouple dynaconf starlette".split())


def is_of_settings(error):
    """Tells whether a setting is missing, in the middle of a migration too: nothing is known of the migration then."""
    if type(error).__module__.split(".")[0] in SETTINGS or type(error).__name__ == "ImproperlyConfigured":
        return True
    frames = traceback.extract_tb(error.__traceback__)
    return isinstance(error, KeyError) and bool(frames) and frames[-1].name == "__getitem__" and frames[-1].filename.endswith("os.py")


def is_of_a_migration(error):
    """Tells whether a migration was running, or the database spoke: nothing is known of migrations where env.py itself fails."""
    place = os.path.join("alembic", "runtime", "migration.py")
    for _ in range(20):
        if error is None or hasattr(error, "orig"):
            break
        frames = traceback.extract_tb(error.__traceback__)
        if any(frame.name == "run_migrations" and frame.filename.endswith(place) for frame in frames):
            break
        error = error.__cause__ or error.__context__  # what came of it while it was unwound
    return error is not None


def place_of(error, tree):
    """The innermost frame of an error that lies in the project."""
    tree = os.path.realpath(tree or os.getcwd())
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = os.path.realpath(frame.filename)
        if os.path.isabs(frame.filename) and path.startswith(tree + os.sep) and "site-packages" not in path:
            return {"path": os.path.relpath(path, tree), "line": frame.lineno, "code": frame.line}
    return None


def described(error, first, tree):
    """The error in the database's words, the statement, and the place in the project's code."""
    original = getattr(error, "orig", None) or error
    if "current transaction is aborted" in str(original) and first is not None:
        original = first
    message = re.sub(r"^<class '[\w.]+'>: ", "", words_of(original).strip()) or type(error).__name__  # asyncpg's, as SQLAlchemy words it
    message = re.sub(r"^module '\w+' has no attribute '(upgrade|downgrade)'$", r"the revision has no \1()", message)
    statement = getattr(error, "statement", None)
    return {
        "error": re.sub(r"<[\w.]+ object at 0x[0-9a-f]+>", "...", message)[:1200],
        "kind": type(original).__name__,
        "statement": " ".join(statement.split())[:600] if statement else None,
        "parameters": str(getattr(error, "params", None) or "")[:300] or None,
        "at": place_of(error, tree),
    }


def is_denied(error, job):
    """Tells whether an error comes of an internet socket that the kernel refused; libraries wrap that error, or lose it."""
    if job.get("network", "deny") != "deny":
        return False
    seen, left = [], [error]
    while left:
        at = left.pop()
        if not isinstance(at, BaseException) or any(at is other for other in seen):
            continue
        seen.append(at)
        if isinstance(at, socket.gaierror) or (isinstance(at, OSError) and at.errno in DENIED_NUMBERS):
            return True
        if any(words in str(at) for words in DENIED) or (type(at).__name__ == "OperationalError" and not str(at)):
            return True
        left += [at.__cause__, at.__context__, getattr(at, "orig", None), getattr(at, "reason", None), *at.args]
    return False


def explain(error, job):
    if isinstance(error, SystemExit):
        return "it ends the process with status %s: %s" % (error.code, last_words())
    message = words_of(getattr(error, "orig", None) or error).strip().splitlines()
    # `While importing 'app', an ImportError was raised:` and what was raised, many lines below.
    message = " ".join(message[:1] + message[-1:]) if len(message) > 1 and message[0].endswith(":") else "".join(message[:1])
    if is_denied(error, job):
        return "a network connection is opened, which is denied here (%s)" % message
    return "%s: %s%s%s" % (type(error).__name__, settings_error(error) or message[:600], cause_of(error), wrong_python(job))


def cause_of(error):
    """What an error was raised from, in the end, where the error does not say it."""
    first = error
    while first.__cause__ is not None:
        first = first.__cause__
    said = (words_of(first).strip().splitlines() or [""])[0][:300]
    return "" if first is error or not said or said in words_of(error) else " (%s: %s)" % (type(first).__name__, said)


def last_words():
    """The last line that the project has printed: standard error is a file beside this one."""
    with contextlib.suppress(OSError):
        sys.stderr.flush()
        with open(os.path.join(HERE, "stderr"), encoding="utf-8", errors="replace") as file:
            lines = [line.strip() for line in file.read()[-20000:].splitlines() if line.strip()]
        if lines:
            return re.sub(r"\x1b\[[0-9;]*m", "", lines[-1])[:300]
    return "it says nothing"


def settings_error(error):
    """All that a settings object misses (pydantic), and not only how much it is."""
    if type(error).__name__ != "ValidationError" or not callable(getattr(error, "errors", None)):
        return None
    try:
        missing = ["%s (%s)" % (".".join(str(part) for part in each["loc"]), each["msg"]) for each in error.errors()]
    except Exception:  # some other library's error of that name
        return None
    return "%s lacks %s" % (getattr(error, "title", "the settings"), ", ".join(missing[:20]))


def wrong_python(job):
    """Says that the project asks for another Python, where it does."""
    try:
        with open(os.path.join(job.get("tree") or ".", "pyproject.toml"), encoding="utf-8") as file:
            asked = re.search(r"""^\s*(?:requires-python|python)\s*=\s*["']([^"']+)["']""", file.read(), re.M)
    except OSError:
        return ""
    for sign, major, minor in re.findall(r"(>=|\^|~=|==|<=|<|~)\s*(\d+)\.(\d+)", asked.group(1) if asked else ""):
        bound, here = (int(major), int(minor)), sys.version_info[:2]
        if here < bound and sign in (">=", "^", "~=", "==", "~") or sign == "<" and here >= bound or sign == "==" and here != bound:
            return "; pyproject.toml asks for Python %s, and this is %s" % (asked.group(1), sys.version.split()[0])
    return ""
