"""Holds `drift` against what Alembic's `compare_metadata` says of the same schema.

    drift.py PROGRAM FOLDER URL VERSIONS[,VERSIONS] MODULE:EXPRESSION MODULE...

URL is that of an empty database that may be filled: the revisions in the folders VERSIONS are applied to it up to the heads,
without the env.py of the project. COMPARE_SERVER_DEFAULT=1 and INCLUDE_OBJECT=alembic/env.py:include_object in the environment say
what its env.py says; FLASK_CONFIG=app.config:Config names the settings of a Flask application. MODULE... and EXPRESSION are those of `model_columns.py`. Each line is one difference, and who
says it; the last line counts.
"""

import ast
import collections
import importlib
import json
import os
import subprocess
import sys

import model_columns


def upgraded(connection, versions):
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(versions[0], version_locations=versions)
    options = {"fn": lambda revision, _: script._upgrade_revs("heads", revision), "transaction_per_migration": True}
    context = MigrationContext.configure(connection, opts=options)
    with Operations.context(context), context.begin_transaction():
        context.run_migrations()
    connection.commit()


class Anything(dict):
    """The settings of an application that nobody set: an id for each name."""

    def __missing__(self, name):
        return "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


def enter_application():
    """Revisions of Flask applications ask the application that runs them."""
    if "flask" in sys.modules:
        application = sys.modules["flask"].Flask("drift")
        application.config = Anything(application.config)
        module, _, name = os.environ.get("FLASK_CONFIG", "").partition(":")
        settings = vars(getattr(importlib.import_module(module), name)) if module else {}
        application.config.update(settings)
        application.app_context().push()


def said_by_alembic(connection, metadata):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    schemas = {table.schema for table in metadata.tables.values()} - {None}
    options = {"include_schemas": bool(schemas), "compare_type": True}
    options["compare_server_default"] = "COMPARE_SERVER_DEFAULT" in os.environ
    if "INCLUDE_OBJECT" in os.environ:
        options["include_object"] = hook(os.environ["INCLUDE_OBJECT"])
    if schemas:
        options["include_name"] = lambda name, kind, _: kind != "schema" or name is None or name in schemas
    context = MigrationContext.configure(connection, opts=options)
    for difference in compare_metadata(context, metadata):
        yield from ((key(*each), repr(each)) for each in (difference if isinstance(difference, list) else [difference]))


def hook(place):
    """The function in a file, `alembic/env.py:include_object`, of which nothing else is run."""
    path, name = place.split(":")
    tree = ast.parse(open(path).read())
    kept = [node for node in tree.body if isinstance(node, ast.Import) or getattr(node, "name", "") == name]
    scope = {"Any": object}
    exec(compile(ast.Module(kept, []), path, "exec"), scope)
    return scope[name]


def columns(of):
    return ", ".join(sorted(getattr(column, "name", str(column)) for column in of)).lower()


def key(kind, *rest):
    if kind in ("add_table", "remove_table"):
        return kind, rest[0].fullname, ""
    if kind in ("add_column", "remove_column"):
        return kind, full(rest[0], rest[1]), rest[2].name
    if kind in ("add_table_comment", "remove_table_comment"):
        return "table_comment", rest[0].fullname, ""
    if kind.startswith("modify_"):
        return kind, full(rest[0], rest[1]), rest[2]
    if kind in ("add_index", "remove_index"):
        return kind, rest[0].table.fullname, columns(rest[0].expressions)
    if kind in ("add_constraint", "remove_constraint"):
        return kind.replace("constraint", "index"), rest[0].table.fullname, columns(rest[0].columns)
    if kind in ("add_fk", "remove_fk"):
        return kind, rest[0].parent.fullname, columns(rest[0].columns)
    return kind, "", repr(rest)[:60]


def full(schema, table):
    return f"{schema}.{table}" if schema else table


LABELS = [
    ("create table comment", "table_comment"),
    ("drop table comment", "table_comment"),
    ("add table", "add_table"),
    ("drop table", "remove_table"),
    ("add column", "add_column"),
    ("drop column", "remove_column"),
    ("add an index", "add_index"),
    ("remove an index", "remove_index"),
    ("add a foreign key", "add_fk"),
    ("remove a foreign key", "remove_fk"),
]


def said_by_us(program, folder):
    ran = subprocess.run([program, "drift", "--format", "json"], cwd=folder, capture_output=True, text=True)
    report = json.loads(ran.stdout)
    for finding in report["findings"]:
        label = json.dumps(finding).split("autogenerate` writes: ")[1]
        kind = next((kind for start, kind in LABELS if label.startswith(start)), None)
        if kind is None:
            named = [("nullable=", "nullable"), ("server_default=", "default"), ("comment=", "comment"), ("type_=", "type")]
            kind = "modify_" + next(kind for word, kind in named if word in label)
        of = finding["object"] or ""
        of = columns(of.split(", ")) if kind.endswith(("index", "fk")) else of
        yield (kind, finding["table"], of), finding["message"]
        if ", add an index" in label:
            yield ("add_index", finding["table"], of), finding["message"]
        if ", add a foreign key" in label:
            yield ("add_fk", finding["table"], of), finding["message"]
    for notice in report["notices"]:
        print("not compared:", notice)


def main():
    program, folder, url, versions, target, *names = sys.argv[1:]
    program, folder = os.path.abspath(program), os.path.abspath(folder)
    versions = [os.path.join(folder, each) for each in versions.split(",")]
    ours = dict(said_by_us(program, folder))
    metadata = model_columns.imported(folder, target, names)
    import sqlalchemy

    enter_application()
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        upgraded(connection, versions)
    with engine.connect() as connection:
        theirs = dict(said_by_alembic(connection, metadata))
    counts = collections.Counter()
    for each in sorted(ours.keys() | theirs.keys(), key=str):
        by = "both" if each in ours and each in theirs else "ours" if each in ours else "alembic"
        counts[by] += 1
        if by != "both":
            print(by, *each, "--", (ours.get(each) or theirs.get(each))[:240])
    print(dict(counts))


main()
