#!/usr/bin/env python3
"""One migration staged among 500: what this program takes, and what others take that teams run at the same place.

    benches/peers.py [PROGRAM]         prints a table in Markdown; the program is target/release/safe-migration
    benches/peers.py --install         installs the others and prints where: `cargo bench` asks for that

Installs the others from PyPI into target/bench-python; one that cannot be had is said to be missing. All run in turn,
and the fastest of each counts. They do different work: this says what each costs, not what it finds.
"""

import datetime
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

from instructions import ROOT, Repository, project, table

# What `cargo bench` needs, then what else the table of the README shows.
MEASURED = ["ruff", "alembic", "pytest-alembic", "pytest<9", "psycopg2-binary"]
PACKAGES = [*MEASURED, "squawk-cli", "alembic-guard", "django-zdm"]
TURNS = 15
REVISIONS = 500
ENGINE = """import pytest
import sqlalchemy


@pytest.fixture
def alembic_engine():
    return sqlalchemy.create_engine('sqlite://')
"""
OFFLINE = """from alembic import context

if context.is_offline_mode():
    context.configure(dialect_name='postgresql')
else:
    connection = context.config.attributes['connection']
    context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
"""


def installed(packages):
    """Makes a Python environment of the others; returns its folder of programs."""
    folder = ROOT / "target/bench-python"
    if not (folder / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    there = folder / "installed.txt"
    if there.exists() and set(packages) <= set(there.read_text().split()):
        return folder / "bin"
    failed = 0
    for package in packages:
        install = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
        if subprocess.run(install, capture_output=True).returncode:
            print(f"{package} cannot be installed here", file=sys.stderr)
            failed += 1
    if not failed:
        there.write_text("\n".join(packages))
    return folder / "bin"


def version(package, programs):
    show = [programs / "python", "-m", "pip", "show", package]
    lines = subprocess.run(show, capture_output=True, text=True).stdout.splitlines()
    return next((line.split()[1] for line in lines if line.startswith("Version:")), None)


def rows(program, programs, path, sql, revisions):
    """What is run: a title, the package, and the commands, one after another."""
    alembic = [programs / "alembic", "upgrade", revisions, "--sql"]
    single = ["--test-alembic", "-q", "-p", "no:cacheprovider", "-k", "single_head"]
    return [
        ("safe-migration check", None, [[program, "check"]]),
        ("git diff --cached --quiet", None, [["git", "diff", "--cached", "--quiet"]]),
        ("ruff check --no-cache FILE", "ruff", [[programs / "ruff", "check", "--no-cache", "--quiet", path]]),
        ("zdm FILE", "django-zdm", [[programs / "zdm", path]]),
        ("squawk, on SQL that is there", "squawk-cli", [[programs / "squawk", sql]]),
        ("alembic upgrade --sql, then squawk", "squawk-cli", [alembic, [programs / "squawk", sql]]),
        ("alembic-guard FILE", "alembic-guard", [[programs / "alembic-guard", path]]),
        ("alembic heads", "alembic", [[programs / "alembic", "heads"]]),
        ("pytest-alembic, single head alone", "pytest-alembic", [[programs / "pytest", *single, "tests"]]),
    ]


def once(commands, folder):
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    start = time.perf_counter()
    for command in commands:
        ran = subprocess.run(list(map(str, command)), cwd=folder, env=environment, capture_output=True)
        if ran.returncode > 2:
            return None
    return time.perf_counter() - start


def measured(table_rows, folder):
    """Runs all in turn; returns the fastest run of each, nothing for what does not run."""
    fastest = [float("inf")] * len(table_rows)
    for turn in range(TURNS + 1):
        for at, (_, _, commands) in enumerate(table_rows):
            took = once(commands, folder) if fastest[at] is not None else None
            fastest[at] = None if took is None else fastest[at] if turn == 0 else min(fastest[at], took)
    return fastest


def processor():
    names = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return f"{os.cpu_count()} cores of {names[0] if names else platform.processor()}"


def main():
    if sys.argv[1:] == ["--install"]:
        return print(installed(MEASURED))
    program = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/safe-migration").resolve()
    if not program.exists():
        subprocess.run(["cargo", "build", "--quiet", "--locked", "--release"], cwd=ROOT, check=True)
    programs = installed(PACKAGES)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "repository"
        path, text = table(REVISIONS)
        files = {
            **project(REVISIONS),
            "alembic/env.py": OFFLINE,
            "tests/conftest.py": ENGINE,
            "tests/test_none.py": "def test_none():\n    pass\n",
        }
        repository = Repository(folder, [files], {path: text})
        repository.git("checkout-index", "-a", "-q", "-f")
        ids = f"r{REVISIONS - 1:05}:r{REVISIONS:05}"
        render = [programs / "alembic", "upgrade", ids, "--sql"]
        sql = subprocess.run(render, cwd=folder, capture_output=True, text=True).stdout
        (folder / "staged.sql").write_text(sql)
        listed = [row for row in rows(program, programs, path, "staged.sql", ids)]
        took = measured(listed, folder)
        print(f"{datetime.date.today()}, {processor()}\n")
        print("| what runs | version | takes | times this program |\n| --- | --- | --: | --: |")
        for (title, package, _), time_taken in zip(listed, took):
            told = version(package, programs) if package else ""
            if time_taken is None or told is None:
                print(f"| `{title}` | {told or 'missing'} | not measured | |")
            else:
                print(f"| `{title}` | {told} | {time_taken * 1e3:.1f} ms | {time_taken / took[0]:.1f} |")


if __name__ == "__main__":
    main()
