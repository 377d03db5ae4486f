"""Writes what Alembic and SQLAlchemy take and have, version by version, as the text that the program embeds.

    generate.py OUT FOLDER...      each FOLDER holds `alembic-VERSION` and `sqlalchemy-VERSION`, as
                                   `pip install --no-deps --target` leaves them, and `deps`
    generate.py --describe NAME    one package of this interpreter, as JSON
    generate.py --check FOLDER     whether the text in FOLDER says what the packages of this interpreter say

A line `= name` opens a callable; each line below it is a range of versions (by number, from 0) and its parameters:
`name` must be given, `name=` may be, `*name` only by keyword, `/name` only by position, `*` takes all that are left,
`**` takes all other keywords. A line `. name` is a module or a class: its attributes, `name@2-5` where not all
versions have it.
"""

import importlib
import inspect
import json
import os
import pkgutil
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")

# Classes whose instances a migration holds.
INSTANCES = {
    "Connection": "sqlalchemy.engine:Connection",
    "Engine": "sqlalchemy.engine:Engine",
    "Session": "sqlalchemy.orm:Session",
    "MetaData": "sqlalchemy:MetaData",
    "Table": "sqlalchemy:Table",
    "Index": "sqlalchemy:Index",
    "Sequence": "sqlalchemy:Sequence",
    "Enum": "sqlalchemy:Enum",
    "TextClause": "sqlalchemy.sql.elements:TextClause",
    "Select": "sqlalchemy.sql.expression:Select",
    "Insert": "sqlalchemy.sql.expression:Insert",
    "Update": "sqlalchemy.sql.expression:Update",
    "Delete": "sqlalchemy.sql.expression:Delete",
}

# Modules whose classes and functions are called by the last part of their name.
CORE = ["sqlalchemy", "sqlalchemy.types", "sqlalchemy.schema", "sqlalchemy.sql", "sqlalchemy.sql.expression",
        "sqlalchemy.orm"]
DIALECTS = ["postgresql", "mysql", "sqlite", "mssql", "oracle"]
MODULES = CORE + ["sqlalchemy.dialects", "sqlalchemy.engine", "sqlalchemy.exc", "sqlalchemy.event", "sqlalchemy.pool",
                  "sqlalchemy.ext", "sqlalchemy.sql.functions", "sqlalchemy.sql.sqltypes", "sqlalchemy.engine.reflection",
                  "sqlalchemy.ext.compiler", "sqlalchemy.ext.declarative", "sqlalchemy.ext.mutable"] + [
                      f"sqlalchemy.dialects.{name}" for name in DIALECTS]


def parameters(function, bound):
    """Returns the parameters of a callable, without the one that it is bound to."""
    try:
        found = list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        return None
    if bound and found and found[0].kind in (found[0].POSITIONAL_ONLY, found[0].POSITIONAL_OR_KEYWORD):
        found = found[1:]
    words = []
    for one in found:
        default = "" if one.default is one.empty else "="
        private = one.name.startswith("__") and not one.name.endswith("__")
        words.append({
            one.POSITIONAL_ONLY: f"/{one.name}{default}",
            one.POSITIONAL_OR_KEYWORD: f"{'/' if private else ''}{one.name}{default}",
            one.VAR_POSITIONAL: "*",
            one.KEYWORD_ONLY: f"*{one.name}{default}",
            one.VAR_KEYWORD: "**",
        }[one.kind])
    return " ".join(words)


def constructor(kind):
    """Returns the parameters that calling a class takes."""
    for name in ("__init__", "__new__"):
        method = getattr(kind, name)
        if method is not getattr(object, name):
            return parameters(method, True)
    return ""


def called(thing):
    if inspect.isclass(thing):
        if issubclass(thing, BaseException) or type(thing).__call__ is not type.__call__:
            return None
        return constructor(thing)
    if inspect.isfunction(thing):
        return parameters(thing, False)
    return None


def module(name):
    try:
        return importlib.import_module(name)
    except Exception:
        return None


def names_of(thing):
    """Returns the names of a module or class: what it has, and the modules on disk below it; private ones are nobody's."""
    names = {name for name in dir(thing) if not name.startswith("_")}
    if hasattr(thing, "__path__"):
        names |= {found.name for found in pkgutil.iter_modules(thing.__path__)}
    return names


def describe_alembic():
    from alembic.operations import BatchOperations, Operations
    from alembic.operations import ops

    import alembic.config, alembic.command  # noqa: the program has them loaded
    import alembic.runtime.environment
    import alembic.runtime.migration

    calls, names = {}, {}
    for wing, kind in (("op", Operations), ("batch", BatchOperations)):
        names[wing] = {name for name in dir(kind) if not name.startswith("_")}
        for name in sorted(names[wing]):
            method = inspect.getattr_static(kind, name)
            bound = not isinstance(method, (staticmethod,))
            function = getattr(kind, name)
            if callable(function) and not isinstance(method, property):
                signature = parameters(function, bound and not inspect.ismethod(function))
                if signature is not None:
                    calls[f"{wing}.{name}"] = signature
    for name in dir(ops):
        kind = getattr(ops, name)
        if inspect.isclass(kind) and name.endswith("Op") and kind.__module__ == ops.__name__:
            calls[name] = constructor(kind)
    for name in ("alembic", "alembic.context", "alembic.operations", "alembic.operations.ops", "alembic.util",
                 "alembic.ddl", "alembic.runtime", "alembic.config", "alembic.migration", "alembic.command"):
        found = module(name)
        if found:
            names[name] = names_of(found)
    names["alembic.op"] = names.pop("op") | names_of(module("alembic.op"))
    # While env.py runs, the module has the attributes of the class for which it stands, too: `context.config`.
    kind = alembic.runtime.environment.EnvironmentContext
    names["alembic.context"] |= {name for name in dir(kind) if not name.startswith("_")}
    from alembic.runtime.migration import MigrationContext
    calls["MigrationContext.autocommit_block"] = parameters(MigrationContext.autocommit_block, True) \
        if hasattr(MigrationContext, "autocommit_block") else None
    return calls, names


def describe_sqlalchemy():
    import sqlalchemy

    calls, names = {}, {}
    for name in MODULES:
        found = module(name)
        if found:
            names[name] = names_of(found)
    for name in CORE:
        found = module(name)
        for word in sorted(getattr(found, "__all__", None) or names_of(found)):
            thing = getattr(found, word, None)
            if not word.startswith("_") and word not in calls:
                signature = called(thing)
                if signature is not None:
                    calls[word] = signature
    for dialect in DIALECTS:
        found = module(f"sqlalchemy.dialects.{dialect}")
        for word in names_of(found):
            thing = getattr(found, word, None)
            if not word.startswith("_") and inspect.isclass(thing):
                signature = called(thing)
                if signature is not None:
                    calls[f"{dialect}.{word}"] = signature
    for name, place in INSTANCES.items():
        home, _, kind = place.partition(":")
        kind = getattr(module(home), kind)
        names[name] = names_of(kind)
        if hasattr(kind, "__getattr__"):
            del names[name]
        for word in sorted(name for name in dir(kind) if not name.startswith("_")):
            method = inspect.getattr_static(kind, word, None)
            if inspect.isfunction(method):
                signature = parameters(method, True)
                if signature is not None:
                    calls[f"{name}.{word}"] = signature
    return calls, names


def describe(package):
    calls, names = {"alembic": describe_alembic, "sqlalchemy": describe_sqlalchemy}[package]()
    return {
        "version": importlib.import_module(package).__version__,
        "calls": {name: signature for name, signature in calls.items() if signature is not None},
        "names": {name: sorted(words) for name, words in names.items()},
    }


def key(version):
    return [int(part) for part in version.split(".")]


def ranges(numbers):
    """Writes numbers as ranges: 0-3,7."""
    written, numbers = [], sorted(numbers)
    while numbers:
        first = last = numbers.pop(0)
        while numbers and numbers[0] == last + 1:
            last = numbers.pop(0)
        written.append(f"{first}-{last}")
    return ",".join(written)


def write(package, described):
    lines = [f"# {package} " + " ".join(one["version"] for one in described)]
    everything = set(range(len(described)))
    for name in sorted({name for one in described for name in one["calls"]}):
        signatures = {}
        for number, one in enumerate(described):
            if name in one["calls"]:
                signatures.setdefault(one["calls"][name], set()).add(number)
        core = [one["calls"].get(name.rpartition(".")[2]) for one in described if name in one["calls"]]
        is_core = name.split(".")[0] in DIALECTS and core == [one["calls"][name] for one in described if name in one["calls"]]
        if is_core or all(signature == "* **" for signature in signatures):
            continue
        lines.append(f"= {name}")
        lines += [f"{ranges(numbers)} {signature}".rstrip() for signature, numbers in signatures.items()]
    for name in sorted({name for one in described for name in one["names"]}):
        having = {number for number, one in enumerate(described) if name in one["names"]}
        words = {}
        for number, one in enumerate(described):
            for word in one["names"].get(name, ()):
                words.setdefault(word, set()).add(number)
        written = [word if numbers >= having else f"{word}@{ranges(numbers)}" for word, numbers in sorted(words.items())]
        place = name if having == everything else f"{name}@{ranges(having)}"
        lines.append(f". {place} " + " ".join(written))
    return "\n".join(lines) + "\n"


def numbers(text):
    found = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last) + 1))
    return found


def read(path, version):
    """Reads what a text says of the version that is nearest to one from below."""
    lines = open(path).read().splitlines()
    known = lines[0].split()[2:]
    number = max(i for i, one in enumerate(known) if i == 0 or key(one) <= key(version))
    calls, names, name = {}, {}, None
    for line in lines[1:]:
        if line.startswith("= "):
            name = line[2:]
        elif line.startswith(". "):
            place, *words = line[2:].split()
            place, _, having = place.partition("@")
            if having and number not in numbers(having):
                continue
            parts = [word.partition("@") for word in words]
            names[place] = {word for word, _, some in parts if not some or number in numbers(some)}
        else:
            having, _, signature = line.partition(" ")
            if number in numbers(having):
                calls[name] = signature
    return known[number], calls, names


def check(folder):
    wrong = []
    for package in ("alembic", "sqlalchemy"):
        said = describe(package)
        version, calls, names = read(os.path.join(folder, f"{package}.txt"), said["version"])
        if version != said["version"]:
            print(f"{package} {said['version']} is not among the versions that were asked: {version} is taken")
            continue
        for name, signature in calls.items():
            if said["calls"].get(name) != signature:
                wrong.append(f"{package} {version} {name}: {signature!r}, and it is {said['calls'].get(name)!r}")
        for place, words in names.items():
            differing = words ^ set(said["names"].get(place, ()))
            if differing:
                wrong.append(f"{package} {version} {place}: {sorted(differing)}")
    if wrong:
        print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


def main():
    if sys.argv[1] == "--check":
        return check(sys.argv[2])
    if sys.argv[1] == "--describe":
        json.dump(describe(sys.argv[2]), sys.stdout)
        return
    out, folders = sys.argv[1], sys.argv[2:]
    for package in ("alembic", "sqlalchemy"):
        found = []
        for folder in folders:
            for entry in os.listdir(folder):
                if entry.startswith(f"{package}-"):
                    found.append((entry.rsplit("-", 1)[1], os.path.join(folder, entry), os.path.join(folder, "deps")))
        described = []
        for version, path, deps in sorted(found, key=lambda one: key(one[0])):
            # Alembic is described over a SQLAlchemy of its time.
            partner = "sqlalchemy-1.4.54" if key(version) < [1, 12] else "sqlalchemy-2.0.58"
            places = [path] + [os.path.join(folder, partner) for folder in folders if package == "alembic"] + [deps]
            ran = subprocess.run([sys.executable, __file__, "--describe", package], capture_output=True, text=True,
                                 env={**os.environ, "PYTHONPATH": os.pathsep.join(places)})
            if ran.returncode:
                sys.exit(f"{package} {version}: {ran.stderr}")
            described.append(json.loads(ran.stdout))
            assert described[-1]["version"] == version, (version, described[-1]["version"])
        with open(os.path.join(out, f"{package}.txt"), "w") as file:
            file.write(write(package, described))


if __name__ == "__main__":
    main()
