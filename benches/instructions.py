#!/usr/bin/env python3
"""Counts the instructions of six fixed workloads, and holds them against `instructions.txt` beside this file.

    benches/instructions.py            fails where one takes over a tenth more than is written there
    BLESS=1 benches/instructions.py    writes what they take now

Time on a shared machine says little about a change; the number of instructions is the same on a busy one (Valgrind's
callgrind, without a simulation of caches). The program is the one that tests run, built without optimization: what
counts is growth. Counts of another compiler are not compared.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
COUNTS = ROOT / "benches/instructions.txt"
PROGRAM = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "debug/safe-migration"
MOST = 1.10

INI = "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql+psycopg://localhost/app\n"
ENV = """from alembic import context

context.configure(url='postgresql://')
with context.begin_transaction():
    context.run_migrations()
"""


def revision(number, upgrade, downgrade):
    """A migration that follows the one before it, at its path."""
    parent = f"'r{number - 1:05}'" if number else "None"
    body = "\n    ".join(upgrade)
    back = "\n    ".join(downgrade)
    text = (
        f'"""table {number}"""\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \'r{number:05}\'\n'
        f"down_revision = {parent}\nbranch_labels = None\ndepends_on = None\n\n\n"
        f"def upgrade():\n    {body}\n\n\ndef downgrade():\n    {back}\n"
    )
    return f"alembic/versions/r{number:05}.py", text


def table(number):
    """A migration that makes a table and fills it."""
    make = (
        f"op.create_table('table_{number}', sa.Column('id', sa.Integer(), nullable=False), "
        "sa.Column('name', sa.String(80)), "
        f"sa.Column('made', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False), "
        f"sa.PrimaryKeyConstraint('id', name='table_{number}_pkey'))"
    )
    fill = f"op.execute(\"UPDATE table_{number} SET name = 'x' WHERE name IS NULL\")"
    return revision(number, [make, fill], [f"op.drop_table('table_{number}')"])


def project(revisions):
    return dict([("alembic.ini", INI), ("alembic/env.py", ENV), *map(table, range(revisions))])


def tracked(files):
    return {f"src/d{number // 1000:03}/d{number // 50 % 20:02}/f{number}.txt": "text\n" for number in range(files)}


def long(number, operations):
    """A migration that adds many columns to the first table."""
    add = [f"op.add_column('table_0', sa.Column('c{at}', sa.Integer()))" for at in range(operations)]
    return revision(number, add, [f"op.drop_column('table_0', 'c{at}')" for at in range(operations)])


class Repository:
    """A repository of one commit for each dictionary of files; the last one is staged, not committed."""

    def __init__(self, folder, commits, staged=None):
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")
        stream = []
        for number, files in enumerate(commits):
            stream.append(f"commit refs/heads/main\ncommitter a <a@example.org> {number} +0000\ndata 1\nm\n")
            stream += [f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in files.items()]
        self.git("-c", "core.compression=1", "fast-import", "--quiet", given="".join(stream))
        self.git("read-tree", "HEAD")
        for path, text in (staged or {}).items():
            blob = self.git("hash-object", "-w", "--stdin", given=text).strip()
            self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        self.git("write-tree")

    def git(self, *arguments, given=""):
        command = ["git", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment(), input=given, capture_output=True, text=True, check=True
        )
        return done.stdout

    def count(self, *arguments):
        """Returns how many instructions the program takes for these arguments."""
        valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(PROGRAM), *arguments]
        ran = subprocess.run(valgrind, cwd=self.folder, env=environment(), capture_output=True, text=True)
        found = re.search(r"Collected : (\d+)", ran.stderr)
        if ran.returncode > 1 or not found:
            sys.exit(f"error: {' '.join(arguments)} ended with {ran.returncode}\n{ran.stdout}{ran.stderr}")
        return int(found.group(1))


def environment():
    """Nothing of this machine's settings, and always as many bytes."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def workloads(folder):
    """Runs the six, one after another, and returns what each takes."""
    many = Repository(folder / "many", [tracked(20_000) | project(3)], {"src/d000/d00/f0.txt": "other\n"})
    yield "nothing relevant staged among 20,000 files", many.count("check")
    one = Repository(folder / "one", [project(200)], dict([table(200)]))
    yield "one migration staged among 200, for the first time", one.count("check")
    yield "one migration staged among 200, with records of it", one.count("check")
    yield "every one of 40 revisions", Repository(folder / "all", [project(40)]).count("check", "--all")
    later = [dict([table(number)]) if number % 5 == 0 else {"README": f"{number}\n"} for number in range(40)]
    yield "an audit of 40 commits", Repository(folder / "audit", [project(0), *later]).count("audit")
    staged = dict([long(1, 150)])
    yield "a migration of 300 operations", Repository(folder / "long", [project(1)], staged).count("check")


def main():
    if not shutil.which("valgrind"):
        sys.exit("error: valgrind is not installed\n hint: apt-get install valgrind")
    if not PROGRAM.exists():
        subprocess.run(["cargo", "build", "--quiet", "--locked"], cwd=ROOT, check=True)
    compiler = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        now = dict(workloads(pathlib.Path(folder)))
    if os.environ.get("BLESS"):
        rows = [f"{count:>13} {work}\n" for work, count in now.items()]
        COUNTS.write_text(f"# instructions, by {compiler}; written by BLESS=1 benches/instructions.py\n" + "".join(rows))
    written = COUNTS.read_text().splitlines()
    known = {work.strip(): int(count) for count, _, work in (row.strip().partition(" ") for row in written[1:])}
    grown = 0
    for work, count in now.items():
        ratio = count / known.get(work, 1)
        over = ratio > MOST
        grown += over
        print(f"{count:>13} {ratio:6.3f} times what is written  {work}{'  (over 1.1)' if over else ''}")
    if f"by {compiler};" not in written[0]:
        print(f"not compared: {written[0].strip('# ')}, and this is {compiler}")
    elif grown:
        sys.exit(f"error: {grown} of {len(now)} take over a tenth more instructions\n"
                 " hint: mend it; where it is worth that, write them with BLESS=1 and say why in the commit")


if __name__ == "__main__":
    main()
