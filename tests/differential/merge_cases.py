"""Histories that two branches grow from, merged by the real git and read by the real Alembic.

Prints JSON: for each case the files of the base and of both sides, and the heads of what `git merge-tree` makes; none
where git stops at a conflict or Alembic at the graph.

    merge_cases.py FOLDER [NUMBER] [SEED]
"""
import json
import random
import subprocess
import sys
import warnings
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

warnings.simplefilter("ignore")
VERSIONS = "m/versions/"
HEX = "0123456789abcdef"


def revision(id, down):
    written = repr(down[0]) if len(down) == 1 else repr(tuple(down)) if down else "None"
    filler = "\n".join(f"# {id} line {number}" for number in range(8))
    return f'"""Do {id}"""\nrevision = "{id}"\ndown_revision = {written}\n\n{filler}\n\ndef upgrade():\n    pass\n'


def parents_of(files):
    """The parents of each revision, by id."""
    graph = {}
    for text in files.values():
        scope = {}
        exec(text.split("\n\n")[0], scope)
        down = scope["down_revision"]
        graph[scope["revision"]] = [] if down is None else [down] if isinstance(down, str) else list(down)
    return graph


def heads_of(files):
    graph = parents_of(files)
    named = {parent for down in graph.values() for parent in down}
    return sorted(set(graph) - named)


def grow(draw, files, steps, counter):
    files = dict(files)
    for _ in range(steps):
        kind = draw.choice(["add", "add", "add", "fork", "merge", "delete", "rename", "edit", "move"])
        names = sorted(files)
        graph = parents_of(files)
        heads = heads_of(files)
        if kind in ("add", "fork") or not names:
            id = "".join(draw.choice(HEX) for _ in range(12))
            below = heads if kind == "add" else sorted(graph)
            files[f"{id}_x.py"] = revision(id, [draw.choice(below)] if below else [])
        elif kind == "merge" and len(heads) > 1:
            id = "".join(draw.choice(HEX) for _ in range(12))
            files[f"{id}_merge.py"] = revision(id, draw.sample(heads, 2))
        elif kind == "delete":
            # A head, as people take back their last one.
            at = draw.choice(heads)
            files = {name: text for name, text in files.items() if f'revision = "{at}"' not in text}
        elif kind == "rename":
            old = draw.choice(names)
            counter[0] += 1
            files[f"n{counter[0]}_{old[-14:]}"] = files.pop(old)
        elif kind == "edit":
            name, line = draw.choice(names), draw.randrange(8)
            files[name] = files[name].replace(f"line {line}\n", f"line {line} {draw.choice(HEX)}\n")
        elif kind == "move" and len(heads) == 1 and len(names) > 2:
            # A new parent, as a rebase writes it.
            at = heads[0]
            name = next(name for name in names if f'revision = "{at}"' in files[name])
            other = draw.choice(sorted(set(graph) - {at}))
            files[name] = files[name].replace(
                files[name].split("\n")[2], f"down_revision = {other!r}")
    return files


def cases(number, seed):
    draw = random.Random(seed)
    for _ in range(number):
        counter = [0]
        base = grow(draw, {}, draw.randrange(2, 7), counter)
        yield base, grow(draw, base, draw.randrange(1, 5), counter), grow(draw, base, draw.randrange(1, 5), counter)


def import_all(folder, made):
    """Writes all commits of all cases in one stream; each case has the marks 3n+1, 3n+2, 3n+3."""
    stream = []
    for number, trees in enumerate(made):
        for part, files in enumerate(trees):
            mark = 3 * number + part + 1
            stream.append(f"commit refs/heads/c{mark}\nmark :{mark}\ncommitter A <a@example.com> {mark} +0000\ndata 1\nx\n")
            if part:
                stream.append(f"from :{3 * number + 1}\n")
            stream.append("deleteall\n")
            for name, text in files.items():
                data = text.encode()
                stream.append(f"M 100644 inline {VERSIONS}{name}\ndata {len(data)}\n{text}\n")
    git(folder, "fast-import", "--quiet", input="".join(stream))


def git(folder, *arguments, input=None, check=True):
    ran = subprocess.run(["git", "-C", folder, *arguments], input=input, capture_output=True, text=True)
    if check and ran.returncode:
        sys.exit(f"git {arguments[0]}: {ran.stderr}")
    return ran.stdout


def merged(folder, number):
    """The tree of the merge; nothing where git stops."""
    ours, theirs = f"c{3 * number + 2}", f"c{3 * number + 3}"
    ran = subprocess.run(["git", "-C", folder, "merge-tree", "--write-tree", ours, theirs], capture_output=True, text=True)
    return ran.stdout.split("\n")[0] if ran.returncode == 0 else None


def alembic_heads(folder, tree, number):
    place = Path(folder) / f"case{number}"
    (place / VERSIONS).mkdir(parents=True)
    index = {"GIT_INDEX_FILE": str(place / "index"), "PATH": "/usr/bin:/bin:/usr/local/bin"}
    for arguments in (["read-tree", tree], ["checkout-index", "-a", "-f", f"--prefix={place}/"]):
        subprocess.run(["git", "-C", folder, *arguments], env=index, check=True)
    config = Config()
    config.set_main_option("script_location", str(place / "m"))
    try:
        return sorted(set(ScriptDirectory.from_config(config).get_heads()))
    except Exception as error:  # KeyError for a missing parent, CycleDetected and others
        return None if error else []


def main():
    folder = sys.argv[1]
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    sys.dont_write_bytecode = True
    made = list(cases(number, seed))
    git(folder, "init", "-q")
    import_all(folder, made)
    told = []
    for at, trees in enumerate(made):
        tree = merged(folder, at)
        heads = alembic_heads(folder, tree, at) if tree else None
        told.append({"trees": [{VERSIONS + name: text for name, text in files.items()} for files in trees],
                     "clean": tree is not None, "heads": heads})
    json.dump(told, sys.stdout)


main()
