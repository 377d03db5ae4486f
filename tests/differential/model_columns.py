"""Holds the models that were read against the MetaData of the project itself.

    model_columns.py PROGRAM FOLDER DIALECT MODULE:EXPRESSION MODULE...

PROGRAM lists what it reads of the checkout around FOLDER (`operations --models`); MODULE... are imported from FOLDER, and
EXPRESSION is the MetaData. What is not installed is a stub, so that SQLAlchemy alone is needed for most projects.
"""

import __future__

import collections
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import re
import subprocess
import sys
import types
from unittest.mock import MagicMock


class Fake(MagicMock):
    """A name of a stub: whatever is asked of it is there, and a class may extend it."""

    def __mro_entries__(self, bases):
        return (type("Fake", (), {"__getattr__": answer}),)

    def __or__(self, other):
        return self

    __ror__ = __or__

    def __instancecheck__(self, instance):
        return False

    def __subclasscheck__(self, subclass):
        return False


def answer(instance, name):
    if name.startswith("_"):
        raise AttributeError(name)
    return Fake(name=name)


class Stub(types.ModuleType):
    __path__ = []
    __version__ = "1.0"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = Fake(name=name)
        setattr(self, name, value)
        return value


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what nothing else does and the project imports; what an installed package does without is not there."""

    def __init__(self, folder):
        self.folder = folder

    def find_spec(self, name, path, target=None):
        root = os.path.join(self.folder, name.split(".")[0])
        if os.path.exists(root) or os.path.exists(root + ".py") or not self.is_asked_by_project():
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def is_asked_by_project(self):
        frame = sys._getframe(1)
        while frame and ("importlib" in frame.f_code.co_filename or frame.f_code.co_filename == __file__):
            frame = frame.f_back
        return frame is not None and frame.f_code.co_filename.startswith(self.folder)

    def create_module(self, spec):
        return Stub(spec.name)

    def exec_module(self, module):
        pass


class Source(importlib.machinery.SourceFileLoader):
    """Loads modules with their annotations left alone, as Python 3.14 does; older ones evaluate them."""

    def source_to_code(self, data, path, *, _optimize=-1):
        # Python 3.14 takes `except A, B:`, which older ones do not.
        data = re.sub(rb"except ([\w.]+(?:, [\w.]+)+):", rb"except (\1):", bytes(data))
        flags = __future__.annotations.compiler_flag
        return compile(data, path, "exec", flags=flags, dont_inherit=True, optimize=_optimize)


def leave_annotations(folder):
    hook = importlib.machinery.FileFinder.path_hook((Source, [".py"]))

    def own(path):
        if not path.startswith(folder):
            raise ImportError(path)
        return hook(path)

    sys.path_hooks.insert(0, own)
    sys.path_importer_cache.clear()


def imported(folder, target, modules):
    if "LEAVE_ANNOTATIONS" in os.environ:
        leave_annotations(folder)
    sys.path.insert(0, folder)
    os.chdir(folder)
    sys.meta_path.append(Finder(folder))
    for name in modules:
        importlib.import_module(name)
    module, expression = target.split(":")
    return eval(expression, vars(importlib.import_module(module)))


def real(folder, dialect, target, modules):
    metadata = imported(folder, target, modules)
    dialect = importlib.import_module(f"sqlalchemy.dialects.{dialect}").dialect()
    columns = {}
    for table in metadata.tables.values():
        for column in table.columns:
            kind = column.type.compile(dialect=dialect)
            columns[table.fullname, column.name] = (plain(kind), "null" if column.nullable else "not null")
    return columns


def read(program, folder):
    ran = subprocess.run([program, "operations", "--models", "--format", "json"], cwd=folder, capture_output=True)
    columns = {}
    for project in json.loads(ran.stdout)["projects"]:
        for table in project["tables"]:
            name = ".".join(filter(None, [table["schema"], table["table"]]))
            for column in table["columns"]:
                kind = plain((column["type"] or {}).get("sql") or "?")
                nullable = {True: "null", False: "not null"}.get(column["nullable"], "?")
                columns.setdefault((name, column["name"]), (kind, nullable))
    return columns


def plain(kind):
    return " ".join(kind.upper().replace('"', "").split())


def main():
    program, folder, dialect, target, *modules = sys.argv[1:]
    ours = read(os.path.abspath(program), folder)
    theirs = real(os.path.abspath(folder), dialect, target, modules)
    misses = collections.Counter()
    right = 0
    for key, (kind, nullable) in theirs.items():
        own = ours.get(key)
        kinds = {
            "column": own is None,
            "type": own is not None and own[0] != kind,
            "nullability": own is not None and own[1] != nullable,
        }
        wrong = [name for name, is_one in kinds.items() if is_one]
        misses.update(wrong)
        right += not wrong
        for miss in wrong:
            print(miss, *key, "read", own, "is", (kind, nullable))
    tables = {table for table, _ in theirs}
    for key in sorted(key for key in ours.keys() - theirs.keys() if key[0] in tables):
        misses["more"] += 1
        print("more", *key, "read", ours[key])
    print(f"{len(tables)} tables, {len(theirs)} columns, {right} right, misses {dict(misses)}")


if __name__ == "__main__":
    main()
