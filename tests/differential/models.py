"""Holds the models that were read against the MetaData of the project itself.

    models.py FILE FOLDER DIALECT MODULE:EXPRESSION MODULE...

FILE is what the test `models_of_a_folder_are_listed` writes of FOLDER; MODULE... are imported, and EXPRESSION is the
MetaData. What is not installed is a stub, so that SQLAlchemy alone is needed for most projects.
"""

import collections
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import types
from unittest.mock import MagicMock


class Class(type):
    """A class of a stub: whatever is asked of it is there."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return MagicMock(name=name)

    def __call__(cls, *args, **kwargs):
        try:
            return super().__call__(*args, **kwargs)
        except TypeError:
            return MagicMock()

    def __getitem__(cls, key):
        return cls

    def __setitem__(cls, key, value):
        pass


class Stub(types.ModuleType):
    __path__ = []
    __version__ = "1.0"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = Class(name, (object,), {}) if name[:1].isupper() else MagicMock(name=name)
        setattr(self, name, value)
        return value


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what nothing else does, outside of the project."""

    def __init__(self, folder):
        self.folder = folder

    def find_spec(self, name, path, target=None):
        root = os.path.join(self.folder, name.split(".")[0])
        if os.path.exists(root) or os.path.exists(root + ".py") or name.startswith(("sqlalchemy.", "alembic.")):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Stub(spec.name)

    def exec_module(self, module):
        pass


def real(folder, dialect, target, modules):
    sys.path.insert(0, folder)
    os.chdir(folder)
    sys.meta_path.append(Finder(folder))
    dialect = importlib.import_module(f"sqlalchemy.dialects.{dialect}").dialect()
    for name in modules:
        importlib.import_module(name)
    module, expression = target.split(":")
    metadata = eval(expression, vars(importlib.import_module(module)))
    columns = {}
    for table in metadata.tables.values():
        for column in table.columns:
            kind = column.type.compile(dialect=dialect)
            columns[table.fullname, column.name] = (plain(kind), "null" if column.nullable else "not null")
    return columns


def read(path):
    rows = (line.rstrip("\n").split("\t") for line in open(path))
    return {(row[1], row[2]): (plain(row[3]), row[4]) for row in rows if row[0] == "C"}


def plain(kind):
    return " ".join(kind.upper().replace('"', "").split())


def main():
    path, folder, dialect, target, *modules = sys.argv[1:]
    ours = read(path)
    theirs = real(folder, dialect, target, modules)
    misses = collections.Counter()
    for key, (kind, nullable) in theirs.items():
        own = ours.get(key)
        kinds = {
            "column": own is None,
            "type": own is not None and own[0] != kind,
            "nullability": own is not None and own[1] != nullable,
        }
        for miss in (name for name, is_one in kinds.items() if is_one):
            misses[miss] += 1
            print(miss, *key, "read", own, "is", (kind, nullable))
    right = len(theirs) - sum(misses.values())
    print(f"{len(theirs)} columns, {right} right, misses {dict(misses)}")


main()
