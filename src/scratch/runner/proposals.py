"""What settings would let a project load that does not: its own tests and examples say it."""
import os
import re

# Names of the environment in what Python says, and not words of its own.
NAME = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|(?<=KeyError: ')[A-Z][A-Z0-9]{2,}(?=')|(?<=lacks )\w+(?= \()|(?<=, )\w+(?= \((?:Field|Input))")
SKIPPED = frozenset(".git node_modules vendor dist build docs site-packages static".split())
FILES = re.compile(
    r"^(conftest\.py|pytest\.ini|tox\.ini|setup\.cfg|pyproject\.toml|\.flaskenv|Makefile|justfile|Dockerfile|\.env\.?(test|testing|example|sample|template|dist|ci)?|env\.template"
    r"|(docker-)?compose[\w.-]*\.ya?ml)$"
)
# How a file gives a variable its value.
GIVEN = [
    re.compile(r"""environ(?:\[|\.setdefault\(|\.update\(\{)\s*["'](\w+)["']\s*(?:\]\s*=|,|:)\s*["']([^"'\n]*)["']"""),
    re.compile(r"""(?:setenv|set_env|setdefault)\(\s*["'](\w+)["']\s*,\s*["']([^"'\n]*)["']"""),
    re.compile(r"""["'](?:[RD]:)*([A-Z][A-Z0-9_]{2,})=([^"'\n]*)["']"""),
    re.compile(r"""^\s*(?:-\s+|export\s+|ENV\s+|D:)?([A-Z][A-Z0-9_]{2,})\s*(?:=|:\s)\s*["']?([^"'\s#]*)["']?""", re.M),
]
MOST = 8
DATABASE = re.compile(r"DATABASE|SQLALCHEMY|POSTGRES|MYSQL|MARIADB|(^|_)DB(_|$)|PASSW")


def proposal(why, at, tree):
    """One line that says what to set, and where it stands in the project; nothing where nothing is found."""
    if not tree:
        return None
    if "NoAppException" in why and "ImportError" not in why:
        return application(tree)
    left_out = generated(why, tree)
    if left_out:
        return 'git does not track it, so it is no part of the copy: copy = ["%s"]' % left_out
    # `os.environ.get("NAME").lower()` says nothing of the name; the line does.
    asked = re.findall(r"""(?:environ|getenv)\W+(?:get\W+)?["'](\w+)["']""", (at or {}).get("code") or "")
    names = {name.upper() for name in NAME.findall(why) + asked}
    for path in files(tree) if names else ():
        given = values(os.path.join(tree, path))
        # Settings that are read below a prefix are asked for without it.
        meant = names & set(given) or {each for each in given for name in names if "_" in name and each.endswith("_" + name)}
        if meant:
            # Whoever sets one sets what else the project needs, and databases are ours to set.
            kin = {name.partition("_")[0] for name in meant}
            first = [name for name in given if name in meant or name.partition("_")[0] in kin and not DATABASE.search(name)]
            first = sorted(first, key=lambda name: name not in meant)[:MOST]
            pairs = ", ".join('"%s=%s"' % (name, given[name].replace("\\", "\\\\").replace('"', '\\"')) for name in first)
            return "as %s has it: environment = [%s]" % (path, pairs)
    if names and (asked or is_of_environment(why)):
        return "environment = [%s]" % ", ".join('"%s=..."' % name for name in sorted(names)[:MOST])
    return None


def generated(why, tree):
    """The file of a module that is not there because `.gitignore` names it: something generates it."""
    missing = re.search(r"cannot import name '(\w+)' from '([\w.]+)'", why)
    module = ".".join(reversed(missing.groups())) if missing else None
    if module is None:
        missing = re.search(r"No module named '([\w.]+)'", why)
        module = missing.group(1) if missing else None
    try:
        with open(os.path.join(tree, ".gitignore"), encoding="utf-8", errors="replace") as file:
            ignored = [line.strip().lstrip("/") for line in file]
    except OSError:
        return None
    path = (module or "").replace(".", "/") + ".py"
    return next((line for line in ignored if module and (line == path or line.endswith("/" + path))), None)


def is_of_environment(why):
    return bool(re.search(r"environ|KeyError|lacks|setting|variable|config", why, re.I))


def files(tree):
    """The files that set variables for tests first, then examples."""
    found = []
    for folder, folders, names in os.walk(tree):
        deep = os.path.relpath(folder, tree).count(os.sep)
        folders[:] = sorted(name for name in folders if name not in SKIPPED) if deep < 2 else []
        is_tests = re.search(r"(^|/)tests?(/|$)", os.path.relpath(folder, tree)) is not None
        for name in sorted(names):
            if FILES.match(name) or is_tests and name in ("__init__.py", "settings.py", "config.py") or folder.endswith("workflows") and name.endswith(".yml"):
                found.append(os.path.relpath(os.path.join(folder, name), tree))
    return sorted(found, key=lambda path: (not path.endswith(("conftest.py", "__init__.py", "pytest.ini", "tox.ini")), "test" not in path, path))


def values(path):
    """The variables that a file sets to something plain."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(200000)
    except OSError:
        return {}
    patterns = GIVEN[:2] if path.endswith(".py") else GIVEN
    found = {}
    for pattern in patterns:
        for name, value in pattern.findall(text):
            if value and not re.search(r"[$<>{}]", value):
                found.setdefault(name, value)
    return found


# -- Flask -------------------------------------------------------------------------------------------------------------------


APPLICATION = re.compile(r"^(app|application|\w+)(?:\s*:\s*\w+)?\s*=\s*(?:\w+\.)*(?:\w*Flask\w*|create_app|make_app|create_application)\(", re.M)
FACTORY = re.compile(r"^def (create_app|make_app|create_application)\(", re.M)


def in_tree(named, tree):
    """A path as a container has it, as the tree has it."""
    parts = named.strip("/").split("/") if named.startswith("/") else []
    shorter = ["/".join(parts[at:]) for at in range(len(parts))]
    return next((path for path in shorter if os.path.exists(os.path.join(tree, path.partition(":")[0]))), named)


def application(tree):
    """Where the application seems to be: what the project says to `flask`, else a module that makes one."""
    for path in files(tree):
        named = values(os.path.join(tree, path)).get("FLASK_APP")
        if named:
            return 'as %s has it: flask-app = "%s"' % (path, in_tree(named, tree))
    found = []
    for folder, folders, names in os.walk(tree):
        deep = os.path.relpath(folder, tree).count(os.sep)
        folders[:] = sorted(name for name in folders if name not in SKIPPED and "test" not in name) if deep < 4 else []
        for name in names:
            if name in ("wsgi.py", "app.py", "application.py", "main.py", "__init__.py"):
                found.append(os.path.relpath(os.path.join(folder, name), tree))
    ordered = sorted(found, key=lambda path: (not path.endswith("wsgi.py"), path.count("/"), path))
    # An application that is there comes before a function that makes one, which may want arguments.
    for looked_for in (APPLICATION, FACTORY):
        for path in ordered:
            with open(os.path.join(tree, path), encoding="utf-8", errors="replace") as file:
                made = looked_for.search(file.read(200000))
            if made:
                module = re.sub(r"(/__init__)?\.py$", "", path).replace("/", ".")
                return 'as %s makes one: flask-app = "%s:%s"' % (path, module, made.group(1))
    return None
