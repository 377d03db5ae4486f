"""Puts revision graphs, odd and random, to Alembic and prints what it makes of them, as one JSON list.

Usage: graph_cases.py FOLDER. Each case is written to FOLDER/NNN as a project of its own (alembic.ini, m/, m/versions/).
"""

import json
import os
import random
import sys
import warnings

from alembic.config import Config
from alembic.script import ScriptDirectory


def rev(revision, down="None", labels="None", depends="None"):
    return (
        f"revision = {revision!r}\ndown_revision = {down}\n"
        f"branch_labels = {labels}\ndepends_on = {depends}\n"
    )


A, B, C = rev("a1"), rev("b1", "'a1'"), rev("c1", "'a1'")

CASES = {
    "linear": {"a.py": A, "b.py": B},
    "two heads": {"a.py": A, "b.py": B, "c.py": C},
    "merge tuple": {"a.py": A, "b.py": B, "c.py": C, "m.py": rev("m1", "('b1','c1')")},
    "merge list": {"a.py": A, "b.py": B, "c.py": C, "m.py": rev("m1", "['b1','c1']")},
    "merge set": {"a.py": A, "b.py": B, "c.py": C, "m.py": rev("m1", "{'b1','c1'}")},
    "merge over several lines": {
        "a.py": A, "b.py": B, "c.py": C,
        "m.py": "revision = 'm1'\ndown_revision = (\n    # both\n    'b1',\n    'c1',\n)\n",
    },
    "merge without parentheses": {"a.py": A, "b.py": B, "c.py": C, "m.py": "revision='m1'\ndown_revision='b1', 'c1'\n"},
    "merge generator": {"a.py": A, "b.py": B, "c.py": C, "m.py": rev("m1", "(x for x in ['b1','c1'])")},
    "redundant merge": {"a.py": A, "b.py": B, "m.py": rev("m1", "('a1','b1')")},
    "empty tuple": {"a.py": rev("a1", "()")},
    "empty string": {"a.py": rev("a1", "''")},
    "empty list then child": {"a.py": rev("a1", "[]"), "b.py": rev("b1", "('a1',)")},
    "tuple containing None": {"a.py": A, "b.py": rev("b1", "('a1',None)")},
    "partial id": {"a.py": rev("abcdef123456"), "b.py": rev("b1", "'abcdef'")},
    "label as down_revision": {"a.py": rev("a1", "None", "'lbl'"), "b.py": rev("b1", "'lbl'")},
    "label in depends_on": {"a.py": rev("a1", "None", "'lbl'"), "b.py": rev("b1", "None", "'o'", "'lbl'")},
    "partial id in depends_on": {"a.py": rev("abcdef123456", "None", "'lbl'"), "b.py": rev("b1", "None", "'o'", "'abcdef'")},
    "depends_on list": {"a.py": A, "b.py": rev("b1", "None", "None", "['a1']")},
    "empty depends_on": {"a.py": A, "b.py": rev("b1", "'a1'", "None", "''")},
    "depends_on hides a real head": {"a.py": A, "b.py": B, "c.py": rev("c1", "'a1'", "None", "'b1'")},
    "duplicate": {"a.py": A, "b.py": B, "c.py": B},
    "duplicate with child": {"a.py": A, "b.py": B, "c.py": B, "d.py": rev("d1", "'b1'")},
    "duplicate base": {"a.py": A, "aa.py": A, "b.py": B},
    "missing parent": {"a.py": A, "b.py": rev("b1", "'zz'")},
    "missing depends_on": {"a.py": A, "b.py": rev("b1", "'a1'", "None", "'zz'")},
    "self loop": {"a.py": rev("a1", "'a1'")},
    "self loop through depends_on": {"a.py": rev("a1", "None", "None", "'a1'")},
    "two-cycle beside a base": {"a.py": rev("a1", "'b1'"), "b.py": B, "c.py": rev("c1")},
    "two-cycle": {"a.py": rev("a1", "'b1'"), "b.py": B},
    "three-cycle with tail": {
        "a.py": rev("a1", "'c1'"), "b.py": B, "c.py": rev("c1", "'b1'"), "d.py": rev("d1", "'c1'"), "e.py": rev("e1"),
    },
    "cycle through depends_on": {"a.py": rev("a1", "None", "None", "'b1'"), "b.py": B},
    "illegal character": {"a.py": rev("a-1")},
    "dot and underscore": {"a.py": rev("2024.01_x")},
    "int revision": {"a.py": "revision = 1\ndown_revision = None\n"},
    "int down_revision": {"a.py": A, "b.py": rev("b1", "1")},
    "bool down_revision": {"a.py": rev("a1", "False")},
    "None revision": {"a.py": "revision = None\ndown_revision = None\n"},
    "label used twice": {"a.py": rev("a1", "None", "'l'"), "b.py": rev("b1", "None", "'l'")},
    "label equal to a revision": {"a.py": rev("a1", "None", "'b1'"), "b.py": B},
    "label on a line": {"a.py": A, "b.py": rev("b1", "'a1'", "('l', 'k')"), "c.py": rev("c1", "'b1'")},
    "labels on branches": {
        "a.py": A, "b.py": rev("b1", "'a1'", "'left'"), "c.py": rev("c1", "'a1'", "'right'"), "d.py": rev("d1", "'b1'"),
    },
    "label below a branch point": {"a.py": A, "b.py": rev("b1", "'a1'", "'l'"), "c.py": rev("c1", "'b1'"), "d.py": rev("d1", "'b1'")},
    "label and merge": {
        "a.py": A, "b.py": rev("b1", "'a1'", "'l'"), "c.py": C, "m.py": rev("m1", "('b1','c1')"), "n.py": rev("n1", "'m1'"),
    },
    "label with dependent": {"a.py": rev("a0"), "b.py": rev("a1", "'a0'", "'l'"), "c.py": rev("x1", "None", "None", "'a1'")},
    "annotated": {
        "a.py": "from typing import *\nrevision: str = 'a1'\ndown_revision: Union[str, Sequence[str], None] = None\n"
        "branch_labels: Union[str, Sequence[str], None] = ('l',)\n"
    },
    "annotated without value": {"a.py": "revision: str\nrevision = 'a1'\ndown_revision: str = None\n"},
    "no labels, no depends_on": {"a.py": "revision='a1'\ndown_revision=None\n"},
    "no down_revision": {"a.py": "revision='a1'\n"},
    "no revision, no hex name": {"helpers.py": "down_revision=None\n"},
    "no revision, hex name": {"abc123.py": "down_revision=None\n"},
    "helper": {"a.py": A, "utils.py": "X=1\n"},
    "helper with underscore": {"a.py": A, "_utils.py": "X=1\n"},
    "init files": {"a.py": A, "__init__.py": "", "__init__x.py": "X=1"},
    "lock of emacs": {"a.py": A, ".#a.py": "garbage("},
    "hidden": {"a.py": A, ".b.py": B},
    "other suffixes": {"a.py": A, "b.py~": "x", "c.py.bak": "x", "D.PY": rev("d1")},
    "folder, not recursive": {"a.py": A, "sub/b.py": B},
    "folder, recursive": ({"a.py": A, "sub/b.py": B, "sub/0/c.py": C, "b/d.py": rev("d1", "'a1'")}, {"recursive_version_locations": "true"}),
    "folder, recursive in capitals": ({"a.py": A, "sub/b.py": B}, {"recursive_version_locations": "True"}),
    "two locations": (
        {"a.py": A, "../other/b.py": B, "../other/0.py": C},
        {"version_locations": "%(here)s/m/other %(here)s/m/versions", "path_separator": "space"},
    ),
    "two locations, legacy separator": (
        {"a.py": A, "../other/b.py": B}, {"version_locations": "%(here)s/m/other, %(here)s/m/versions"},
    ),
    "one location twice": (
        {"a.py": A}, {"version_locations": "%(here)s/m/versions;%(here)s/m/versions", "path_separator": ";"},
    ),
    "syntax error": {"a.py": A, "b.py": "def (:\n"},
    "computed": {"a.py": "import hashlib\nrevision='a'+'1'\ndown_revision=None\n", "b.py": "revision=f'b{1}'\ndown_revision='a1'\n"},
    "unpacked": {"a.py": "PREV=None\nrevision, down_revision = 'a1', PREV\n"},
    "constants": {"a.py": "ID = 'a1'\nrevision = ID\ndown_revision = None\n", "b.py": "P = 'a1'\nrevision = 'b1'\ndown_revision = (P,)\n"},
    "assigned twice": {"a.py": A, "b.py": "revision = 'x'\nrevision = 'b1'\ndown_revision = None\ndown_revision = 'a1'\n"},
    "assigned below a function": {"a.py": A, "b.py": "revision = 'x'\ndown_revision = None\ndef f():\n    pass\nrevision = 'b1'\n"},
    "assigned in an if": {"a.py": A, "b.py": "revision = 'x'\ndown_revision = 'a1'\nif True:\n    revision = 'b1'\n"},
    "class first": {"a.py": "class X:\n    revision = 'no'\nrevision = 'a1'\ndown_revision = None\n"},
    "names in a string": {"a.py": "'''\nrevision = 'no'\ndown_revision = 'zz'\n'''\n" + A},
    "names in a later string": {"a.py": A + "def upgrade():\n    op.execute('''\nrevision = 'no'\n''')\n"},
    "parentheses without comma": {"a.py": A, "b.py": rev("b1", "('a1')")},
    "other quotes": {"a.py": 'revision = """a1"""\ndown_revision = None  # first\n', "b.py": "revision = u'b1'\ndown_revision = r'a1'\n"},
    "side by side": {"a.py": "revision = 'a' '1'\ndown_revision = None\n"},
    "escape": {"a.py": "revision = 'a\\x31'\ndown_revision = None\n"},
    "semicolon": {"a.py": "revision = 'a1'; down_revision = None\n"},
    "continued line": {"a.py": "revision = \\\n    'a1'\ndown_revision = None\n"},
    "carriage returns": {"a.py": A.replace("\n", "\r\n"), "b.py": B.replace("\n", "\r\n")},
    "byte order mark": {"a.py": "\ufeff" + A},
    "two bases": {"a.py": A, "b.py": rev("b1")},
    "long id": {"a.py": rev("x" * 40)},
    "no files": {},
}


def random_case(seed):
    """A graph of up to 24 revisions with branches, merges, dependencies and labels."""
    dice = random.Random(seed)
    files, made = {}, []
    for number in range(dice.randint(3, 24)):
        parents = dice.sample(made, min(len(made), dice.choice([0, 1, 1, 1, 1, 1, 2, 2, 3])))
        others = [one for one in made if one not in parents]
        depends = repr(dice.choice(others)) if others and dice.random() < 0.2 else "None"
        labels = repr(f"label{number}") if dice.random() < 0.12 else "None"
        name = f"r{number:02}"
        files[f"{dice.randint(0, 999):03}_{name}.py"] = rev(name, repr(tuple(parents)), labels, depends)
        made.append(name)
    return files


CASES.update({f"random {seed}": random_case(seed) for seed in range(120)})


def write(folder, files, options):
    versions = os.path.join(folder, "m", "versions")
    os.makedirs(versions)
    for name, source in files.items():
        path = os.path.normpath(os.path.join(versions, name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(source)
    with open(os.path.join(folder, "m", "env.py"), "w", encoding="utf-8") as file:
        file.write("from alembic import context\n")
    ini = os.path.join(folder, "alembic.ini")
    with open(ini, "w", encoding="utf-8") as file:
        lines = {"script_location": "%(here)s/m", **options}
        file.write("[alembic]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items()))
    return ini


def ask(ini):
    script = ScriptDirectory.from_config(Config(ini))
    graph = script.revision_map
    heads = list(script.get_heads())
    try:
        order = [one.revision for one in script.walk_revisions()]
    except Exception:  # with one id in two files Alembic knows its heads and cannot walk to them
        order = []
    return {
        "heads": heads,
        "real_heads": sorted(script.get_heads(consider_depends_on=True)),
        "bases": list(script.get_bases()),
        "order": order[::-1],
        "labels": {one: sorted(graph.get_revision(one).branch_labels) for one in set(order)},
    }


def main(folder):
    sys.dont_write_bytecode = True
    answers = []
    for number, (name, case) in enumerate(CASES.items()):
        files, options = case if isinstance(case, tuple) else (case, {})
        place = os.path.join(folder, f"{number:03}")
        ini = write(place, files, options)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                answer = {"answer": ask(ini)}
            except Exception as error:
                answer = {"error": type(error).__name__, "text": str(error)}
        told = [str(one.message) for one in caught]
        answers.append({"name": name, "folder": place, "warnings": told, **answer})
    json.dump(answers, sys.stdout)


main(sys.argv[1])
