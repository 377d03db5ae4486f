#!/usr/bin/env python3
"""Draws docs/report.svg and docs/graph.svg from what the program says of a small project.

    cargo build && python3 docs/pictures.py target/debug/safe-migration
"""

import html
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

COLORS = {"31": "#e5484d", "32": "#46a758", "33": "#f5a524", "34": "#5b8def", "35": "#b47ede", "36": "#3fb5c5"}

REVISION = '''"""{message}"""
from alembic import op
import sqlalchemy as sa

revision = "{id}"
down_revision = {parent!r}


def upgrade():
    {upgrade}


def downgrade():
    {downgrade}
'''

REVISIONS = [
    ("5c1d0a7e93b2", None, "users", 'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))',
     'op.drop_table("users")'),
    ("9f3b62d8c014", "5c1d0a7e93b2", "teams", 'op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True))',
     'op.drop_table("teams")'),
    ("b7e4180c52fa", "5c1d0a7e93b2", "plans", 'op.create_table("plans", sa.Column("id", sa.Integer, primary_key=True))',
     'op.drop_table("plans")'),
    ("2d60fb19ac73", ("9f3b62d8c014", "b7e4180c52fa"), "merge teams and plans", "pass", "pass"),
]

BAD = ("8be42d07c1f6", "2d60fb19ac73", "Add e-mail",
       'op.add_column("users", sa.Column("email", sa.String(255), nullable=False))\n'
       '    op.create_index("ix_users_email", "users", ["email"])',
       'op.drop_column("users", "email")')

ENV = '''from alembic import context
from sqlalchemy import create_engine, text

engine = create_engine("postgresql+psycopg://localhost/shop")
with engine.connect() as connection:
    connection.execute(text("SET lock_timeout = '5s'"))
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
'''


def write(root, row):
    (id, parent, message, upgrade, downgrade) = row
    text = REVISION.format(id=id, parent=parent, message=message, upgrade=upgrade, downgrade=downgrade)
    name = re.sub(r"\W+", "_", message.lower())
    (root / "alembic/versions" / f"{id}_{name}.py").write_text(text)


def project(root):
    (root / "alembic/versions").mkdir(parents=True)
    (root / "alembic.ini").write_text("[alembic]\nscript_location = alembic\n")
    (root / "alembic/env.py").write_text(ENV)
    (root / "safe-migration.toml").write_text('testing = "off"\n')
    for row in REVISIONS:
        write(root, row)
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "shop"], ["checkout", "-q", "-b", "work"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    write(root, BAD)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)


def width(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 0 if unicodedata.combining(letter) or letter == "\ufe0f" else 1
               for letter in text)


def svg(command, said):
    lines = [f"$ {command}", *said.rstrip("\n").split("\n")]
    columns = max(width(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines)
    rows = []
    for number, line in enumerate(lines):
        style, column, spans = "", 0, []
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b["):
                for code in part[2:-1].split(";"):
                    if code in ("0", ""):
                        style = ""
                    elif code == "1":
                        style += "font-weight:bold;"
                    elif code == "2":
                        style += "opacity:.6;"
                    elif code in COLORS:
                        style += f"fill:{COLORS[code]};"
            elif part:
                spans.append(f'<tspan x="{16 + column * 8.4:.1f}" style="{style}">{html.escape(part)}</tspan>')
                column += width(part)
        rows.append(f'<text y="{30 + number * 18}" xml:space="preserve">{"".join(spans)}</text>')
    size = (int(columns * 8.4) + 32, len(lines) * 18 + 28)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" role="img" '
            f'aria-label="{html.escape(command)}">\n<rect width="100%" height="100%" rx="8" fill="#16181d"/>\n'
            f'<g fill="#d7dae0" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14">\n'
            + "\n".join(rows) + "\n</g>\n</svg>\n")


def main():
    program = os.path.abspath(sys.argv[1])
    docs = pathlib.Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "shop"
        project(root)
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "COLUMNS": "104", "LANG": "C.UTF-8"}
        for name, words in (("report", ["check"]), ("graph", ["graph", "--verbose"])):
            ran = subprocess.run([program, *words, "--color", "always"], cwd=root, env=environment, capture_output=True, text=True)
            (docs / f"{name}.svg").write_text(svg(" ".join(["safe-migration", *words]), ran.stdout))


if __name__ == "__main__":
    main()
