"""Runs migrations on the scratch database, by order, with the project's own Python and Alembic.

`python runner.py JOB.json` reads one order a line from its standard input, each a JSON object that adds to the job, and
writes one JSON object a line to its standard output: events while it works, and a `result` for each order. Between two
orders the scratch databases may be made again. What the project prints goes to standard error. The process ends with 0 when
there are no more orders, whatever the migrations did; 3 when the project could not be loaded; 4 when it stopped for safety.
"""
import asyncio
import contextlib
import errno
import importlib.util
import json
import os
import queue
import re
import signal
import socket
import sys
import threading
import time
import traceback
from types import SimpleNamespace

HERE = os.path.dirname(os.path.realpath(__file__))
# What psycopg and libmysqlclient make of EPERM; psycopg2 makes nothing of it.
DENIED = ("Operation not permitted", "connection is bad: no error details available", "TCP/IP socket (1)")


def load(name):
    """Loads a file that stands beside this one, under a name that no project has."""
    full = "_safe_migration_" + name
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, os.path.join(HERE, name + ".py"))
        sys.modules[full] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[full])
    return sys.modules[full]


class NotLoaded(Exception):
    """The project, or its history, cannot be run here; the message says why, `at` says where."""

    def __init__(self, why, at=None):
        super().__init__(why)
        self.at = at


class Runner:
    def __init__(self, job, emit):
        self.base, self.job, self.emit = job, job, emit
        self.scratch = job["scratch"]
        self.clean, self.began = True, time.time()
        self.context_options, self.tables, self.hints = {}, 0, {}
        self.recording, self.statements, self.first_error = False, [], None
        self.directories = {}

    # -- getting ready -------------------------------------------------------------------------------------------------

    def prepare(self):
        sys.path[:] = [path for path in sys.path if os.path.realpath(path or ".") != HERE]
        remap_editable_installs(self.job.get("repository"), self.job.get("tree"))
        os.environ.update(self.job.get("environment") or {})
        self.guard = load("guard").Guard(self.scratch, load("drivers"), load("network"), load("walls"))
        try:
            import alembic
            import sqlalchemy
        except ImportError as error:
            raise NotLoaded("%s lacks `%s`" % (sys.executable, error.name))
        self.guard.install(self.job.get("network", "deny"), self.job.get("canaries") or [])
        for path in reversed(self.job.get("sys_path") or ["."]):
            sys.path.insert(0, os.path.abspath(path))
        self.emit(event="ready", python=sys.version.split()[0], alembic=alembic.__version__, sqlalchemy=sqlalchemy.__version__,
                  guard=self.guard.layers)
        self.keep_script_directories()
        self.watch_context()
        self.record_statements()
        self.trace = load("trace_locks").Trace()
        if self.scratch["backend"] == "postgresql":
            self.trace.install()

    def keep_script_directories(self):
        """One ScriptDirectory for all commands: on long histories loading it is most of a command's time."""
        from alembic.script import ScriptDirectory

        load, kept = ScriptDirectory.from_config.__func__, self.directories

        def from_config(cls, config):
            key = (config.get_main_option("script_location"), config.get_main_option("version_locations"))
            if key not in kept:
                kept[key] = load(cls, config)
            return kept[key]

        ScriptDirectory.from_config = classmethod(from_config)

    def watch_context(self):
        """Notes how env.py configures Alembic, and makes the models' tables when a baseline asks for it."""
        from alembic.runtime.environment import EnvironmentContext

        configure, runner = EnvironmentContext.configure, self
        self.create_models = False

        def configured(context, connection=None, url=None, target_metadata=None, **options):
            runner.context_options = options
            many = target_metadata if isinstance(target_metadata, (list, tuple)) else [target_metadata]
            runner.tables = sum(len(metadata.tables) for metadata in many if hasattr(metadata, "tables"))
            runner.hints = hints_of(many)
            if runner.create_models and connection is not None:
                for metadata in many:
                    if metadata is not None:
                        metadata.create_all(connection)
                if hasattr(connection, "commit"):
                    connection.commit()
            return configure(context, connection=connection, url=url, target_metadata=target_metadata, **options)

        EnvironmentContext.configure = configured

    def record_statements(self):
        """Notes what is said to the databases, and the first error: what comes after it may only say that a transaction is lost."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        def before(_connection, _cursor, statement, _parameters, _context, _many):
            if self.recording and "alembic_version" not in statement and "pg_catalog." not in statement:
                self.statements.append(statement)

        def failed(context):
            if self.recording and self.first_error is None:
                self.first_error = context.original_exception

        event.listen(Engine, "before_cursor_execute", before)
        with contextlib.suppress(Exception):  # SQLAlchemy before 1.4 knows it by another signature
            event.listen(Engine, "handle_error", failed)
        with contextlib.suppress(ImportError, AttributeError):
            from alembic.operations.batch import BatchOperationsImpl

            flush, runner = BatchOperationsImpl.flush, self

            def flushed(batch):
                # What Alembic sends for a copy says nothing of what is asked for; the operations do.
                began, losses = len(runner.statements), load("losses")
                done = flush(batch)
                if runner.recording:
                    copies = [sql for sql in runner.statements[began:] if losses.COPY in sql]
                    asked = [losses.batch_words(batch.table_name, name, args, options) for name, args, options in batch.batch]
                    runner.statements[began:] = asked + copies
                return done

            BatchOperationsImpl.flush = flushed

    def config(self):
        from alembic.config import Config

        job = self.job
        extra = {"toml_file": job["toml"]} if job.get("toml") else {}
        config = Config(job.get("ini"), ini_section=job.get("section") or "alembic", stdout=sys.stderr, **extra)
        config.cmd_opts = SimpleNamespace(x=job.get("x") or None, config=job.get("ini"), name=job.get("section") or "alembic", raiseerr=False, quiet=False)
        for name, value in (job.get("options") or {}).items():
            config.set_main_option(name, value.replace("%", "%%"))
        if not config.get_main_option("script_location"):
            config.set_main_option("script_location", job["script_location"])
        if is_placeholder(config.get_main_option("sqlalchemy.url")):
            config.set_main_option("sqlalchemy.url", self.guard.url().replace("%", "%%"))
        return config

    @contextlib.contextmanager
    def application(self):
        """The application that env.py expects around it (Flask)."""
        if not self.job.get("flask_app"):
            yield
            return
        from flask.cli import ScriptInfo

        os.environ.setdefault("FLASK_RUN_FROM_CLI", "true")  # as `flask db` does: `app.run()` returns at once

        named = None if self.job["flask_app"] == "auto" else self.job["flask_app"]
        with ScriptInfo(app_import_path=named or os.environ.get("FLASK_APP")).load_app().app_context():
            yield

    # -- connections of our own ----------------------------------------------------------------------------------------

    def ask(self, use, database=None):
        """Calls `use(connection)` on a scratch database in a transaction, through the project's own driver."""
        import sqlalchemy
        from sqlalchemy.pool import NullPool

        drivername = self.guard.default_driver()
        if drivername.endswith("+aiosqlite"):
            drivername = "sqlite"
        url = self.guard.url(drivername, database)
        if drivername.endswith(("+asyncpg", "+aiomysql", "+asyncmy", "+psycopg_async")):
            return asyncio.run(self.ask_async(url, use))
        engine = sqlalchemy.create_engine(url, poolclass=NullPool)
        try:
            with engine.begin() as connection:
                return use(connection)
        finally:
            engine.dispose()

    async def ask_async(self, url, use):
        from sqlalchemy.ext.asyncio import create_async_engine
        from sqlalchemy.pool import NullPool

        engine = create_async_engine(url, poolclass=NullPool)
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(use)
        finally:
            await engine.dispose()

    def heads(self):
        """The revisions that the databases say they are at."""
        from alembic.runtime.migration import MigrationContext

        options = {name: self.context_options[name] for name in ("version_table", "version_table_schema") if self.context_options.get(name)}

        def read(connection):
            return MigrationContext.configure(connection, opts=options).get_current_heads()

        return sorted({head for database in self.scratch["databases"] for head in self.ask(read, database)})

    def snapshot(self):
        """What the databases hold; the names of what lies in the second one and further begin with the database's."""
        first, *others = self.scratch["databases"]
        snapshots, backend = load("snapshot"), self.scratch["backend"]
        whole = self.ask(lambda connection: snapshots.take(connection, backend, load), first)
        for database in others:
            taken = self.ask(lambda connection: snapshots.take(connection, backend, load), database)
            snapshots.add(whole, taken, os.path.basename(database))
        return whole

    # -- what a job asks for ---------------------------------------------------------------------------------------------

    def run(self, order):
        """Does one order. `clean` in the answer tells whether the process is as good as new after it."""
        from alembic import command

        self.job, self.command, self.clean = dict(self.base, **order), command, True
        try:
            with self.application():
                answer = getattr(self, self.job["mode"])()
        finally:
            self.guard.let_go()
        return dict(answer, clean=self.clean)

    def probe(self):
        """Loads the history and env.py; runs nothing."""
        return {"heads": list(self.script().get_heads())}

    def begin(self):
        """Prepares an empty database: what was set up by hand in production, and a baseline."""
        from sqlalchemy import text

        baseline = load("baseline")
        try:
            for sql in self.job.get("setup_sql") or []:
                self.ask(lambda connection: connection.execute(text(sql)))
            if self.job.get("baseline"):
                baseline.begin(self, self.job["baseline"])
        except baseline.Unfit as error:
            return {"failed": {"error": str(error)}}
        except ImportError:
            raise
        except Exception as error:
            self.clean = False
            return {"failed": self.describe(error)}
        return {}

    def forward(self):
        """Brings a database to the parents of what is rehearsed."""
        for target in self.job["targets"]:
            outcome = self.leg("upgrade", target)
            if outcome["status"] == "failed":
                return {"failed": outcome, "reached": self.heads(), "tables": self.tables}
        return self.not_there() or {"heads": self.heads()}

    def not_there(self):
        """Says why a database does not stand where a revision can be tried; nothing where it does."""
        heads = self.heads()
        applied, at = set(), ", ".join(heads) or "no revision"
        waiting, script = list(heads), self.script()
        while waiting:
            name = waiting.pop()
            if name not in applied:
                applied.add(name)
                waiting.extend(script.get_revision(name)._all_down_revisions)
        if not heads and self.job["targets"]:
            return {"beyond": "env.py ran and migrates nothing here: no database stands at a revision; it may look for tenants or schemas"}
        if self.job.get("revision") in applied:
            return {"beyond": "the database stands at %s and holds %s already" % (at, self.job["revision"])}
        missing = [target for target in self.job["targets"] if target not in applied]
        return {"beyond": "the database stands at %s and not at %s" % (at, ", ".join(missing))} if missing else None

    def script(self):
        from alembic.script import ScriptDirectory

        return ScriptDirectory.from_config(self.config())

    def scout(self):
        """Upgrade and downgrade without rows: what is touched, and what the new schema asks of rows that are there."""
        revision = self.job["revision"]
        before, there = self.snapshot(), self.read_tables()
        result = {"upgrade": self.leg("upgrade", revision["revision"])}
        said = list(self.statements)
        if result["upgrade"]["status"] == "passed" and self.expect(result, "upgrade", revision["revision"], present=True):
            after = self.snapshot()
            result["asked"] = self.asked(there, self.read_tables())
            changed = load("snapshot").objects(before, after)
            if len(revision["parents"]) < 2:
                result["downgrade"] = self.leg("downgrade", (revision["parents"] or ["base"])[0])
                said += self.statements
            result["touched"] = touched(there, said, changed)
        return result

    def read_tables(self):
        snapshots, tables, backend = load("snapshot"), load("tables"), self.scratch["backend"]
        return {database: self.ask(lambda connection: tables.read(snapshots.asker(connection), backend), database) for database in self.scratch["databases"]}

    def asked(self, there, after):
        """Foreign keys and checks that are new, over columns that were there."""
        found = []
        for database, tables in after.items():
            for name, table in tables.items():
                old = there[database].get(name)
                if old is None:
                    continue
                names = {column.name for column in old.columns}
                references = [each for each in table.references if each not in old.references and names.issuperset(each[0]) and each[1] in there[database]]
                checks = [check for check in table.checks if check not in old.checks]
                if references or checks:
                    found.append({"database": database, "table": name, "references": references, "checks": checks})
        return found

    def rehearse(self):
        """Upgrade, downgrade, upgrade again, with rows in the tables that are touched."""
        revision, result = self.job["revision"], {"seeded": None}
        self.emit(event="revision", revision=revision["revision"])
        snapshots, rows = load("snapshot"), load("rows")
        is_clock = snapshots.clock(self.began)
        if self.job.get("rows"):
            result["seeded"] = self.seeded([1, 2, 3])
        before = self.snapshot()
        result["upgrade"] = self.leg("upgrade", revision["revision"], traced=True)
        said = list(self.statements)
        if result["upgrade"]["status"] == "failed":
            with contextlib.suppress(Exception):  # a server that went away tells nothing more
                half = self.snapshot()
                result["half"] = {"objects": snapshots.objects(before, half), "rows": rows.differences(before["rows"], half["rows"], None, {}, is_clock)}
            return result
        if not self.expect(result, "upgrade", revision["revision"], present=True):
            return result
        upgraded = self.snapshot()
        lost, gone = load("losses").losses(before, upgraded, said, load("words").words, self.scratch["backend"])
        result["lost"] = {"objects": lost, "rows": gone}
        if len(revision["parents"]) > 1:
            return result
        late = self.written_late(upgraded) if self.job.get("adversarial") else {}
        parents = revision["parents"] or ["base"]
        result["downgrade"] = self.leg("downgrade", parents[0])
        if result["downgrade"]["status"] == "failed" or not self.expect(result, "downgrade", revision["revision"], present=False):
            return result
        after = self.snapshot()
        # What the upgrade destroyed in silence is its own; the downgrade is asked for the rest.
        excused = {(each["kind"], each["name"]) for each in lost}
        silent = {(each["table"], each["column"]) for each in gone} | {(each["table"], None) for each in gone}
        result["left"] = {
            "objects": [each for each in snapshots.objects(before, after) if (each["kind"], each["name"]) not in excused],
            "rows": [each for each in rows.differences(before["rows"], after["rows"], upgraded["rows"], late, is_clock) if (each["table"], each["column"]) not in silent],
        }
        if self.job.get("adversarial"):
            return result
        result["reupgrade"] = self.leg("upgrade", revision["revision"])
        if result["reupgrade"]["status"] == "failed":
            return result
        again = self.snapshot()
        undone = {each["table"] for each in result["left"]["rows"]}
        twice = rows.differences(upgraded["rows"], again["rows"], None, late, is_clock)
        result["redone"] = {"objects": snapshots.objects(upgraded, again), "rows": [each for each in twice if each["table"] in undone and each["what"] in ("values changed", "rows added")]}
        return result

    # -- rows ------------------------------------------------------------------------------------------------------------

    def wanted(self, database, tables):
        """The tables to fill: those that are touched, those that refer to them, and all that these refer to."""
        skip, touched = set(self.job.get("skip_tables") or ()), self.job.get("touched")
        def is_wanted(name):
            return not ({name, name.rpartition(".")[2]} & skip) and not is_of_alembic(tables[name])
        names = [name for name in tables if is_wanted(name)]
        if touched is not None:
            begun = {each["table"] for each in touched if each["database"] == database}
            begun |= {name for name in names if any(parent in begun for _, parent, _ in tables[name].references)}
            left = list(begun)
            while left:
                table = tables.get(left.pop())
                more = {parent for _, parent, _ in (table.references if table else ())} - begun
                begun |= more
                left += more
            names = [name for name in names if name in begun]
        return load("tables").ordered(tables, names)

    def seeded(self, numbers):
        report, seeds, snapshots = {"tables": 0, "filled": 0, "partial": [], "empty": []}, load("seed"), load("snapshot")
        for database, tables in self.read_tables().items():
            for each in self.job.get("asked") or ():
                if each["database"] == database and each["table"] in tables:
                    tables[each["table"]].references += [tuple(reference) for reference in each["references"]]
                    tables[each["table"]].checks += each["checks"]
            wanted = self.wanted(database, tables)
            for table in wanted:
                table.settle()

            def fill(connection):
                writer = seeds.Writer(connection, snapshots.asker(connection), self.scratch["backend"], tables, self.hints, self.job.get("first_attempt", 0))
                return writer.seed(wanted, numbers, hard=self.job.get("adversarial", False))

            for name, value in self.ask(fill, database).items():
                report[name] += value
        for statement in self.job.get("seed_sql") or []:
            self.ask(lambda connection: connection.execute(sql_text(statement)))
        return report

    def written_late(self, upgraded):
        """Rows that are written after the upgrade, by their keys: a downgrade may meet them too."""
        seeds, snapshots, rows, found = load("seed"), load("snapshot"), load("rows"), {}
        for database, tables in self.read_tables().items():
            wanted = self.wanted(database, tables)

            def fill(connection):
                writer = seeds.Writer(connection, snapshots.asker(connection), self.scratch["backend"], tables, self.hints, self.job.get("first_attempt", 0))
                writer.seed(wanted, [5, 6], hard=self.job.get("adversarial", False))
                return rows.take(snapshots.asker(connection), self.scratch["backend"])

            prefix = "" if database == self.scratch["databases"][0] else os.path.basename(database) + ":"
            for name, table in self.ask(fill, database).items():
                old = upgraded["rows"].get(prefix + name)
                if old and "rows" in old and "rows" in table:
                    columns = table["columns"]
                    held = set(rows.Held(old, old["key"], columns).cells)
                    found[prefix + name] = set(rows.Held(table, table["key"], columns).cells) - held
        return found

    def leg(self, direction, target, traced=False):
        """One run of Alembic: `{"status", "seconds", "error"...}`."""
        self.emit(event="leg", direction=direction, target=target)
        self.recording, self.statements, self.first_error = True, [], None
        began = time.time()
        outcome = {"status": "passed", "target": target}
        if traced and self.scratch["backend"] == "postgresql":
            trace_locks = load("trace_locks")
            self.trace.start(self.ask(lambda connection: trace_locks.query(connection, trace_locks.RELATIONS)))
        try:
            getattr(self.command, direction)(self.config(), target)
        except ImportError as error:  # what it needs is not there: nothing was tested
            raise NotLoaded(explain(error, self.job), place_of(error, self.job.get("tree")))
        except Exception as error:
            if is_denied(error, self.job) or not is_of_a_migration(error):
                raise NotLoaded(explain(error, self.job), place_of(error, self.job.get("tree")))
            outcome.update(status="failed", **self.describe(error))
            outcome["violation"] = is_violation(error)
        except SystemExit as error:
            outcome.update(status="failed", error="the process was told to exit with %s" % error.code)
        finally:
            self.recording = False
        self.clean = self.clean and outcome["status"] == "passed"
        if self.trace.on:
            outcome.update(trace=self.trace.stop(), standing=self.trace.standing())
        outcome["seconds"] = round(time.time() - began, 3)
        return outcome

    def expect(self, result, leg, revision, present):
        heads = self.heads()
        if (revision in heads) == present:
            return True
        self.clean = False
        result[leg].update(status="failed", error="after the %s the database says that it is at %s" % (leg, ", ".join(heads) or "no revision"))
        return False

    # -- what went wrong -------------------------------------------------------------------------------------------------

    def describe(self, error):
        """The error in the database's words, the statement, and the place in the project's code."""
        original = getattr(error, "orig", None) or error
        if "current transaction is aborted" in str(original) and self.first_error is not None:
            original = self.first_error
        message = re.sub(r"^<class '[\w.]+'>: ", "", words_of(original).strip()) or type(error).__name__  # asyncpg's, as SQLAlchemy words it
        statement = getattr(error, "statement", None)
        return {
            "error": re.sub(r"<[\w.]+ object at 0x[0-9a-f]+>", "...", message)[:1200],
            "kind": type(original).__name__,
            "statement": " ".join(statement.split())[:600] if statement else None,
            "parameters": str(getattr(error, "params", None) or "")[:300] or None,
            "at": place_of(error, self.job.get("tree")),
        }


def sql_text(statement):
    from sqlalchemy import text

    return text(statement)


def is_placeholder(url):
    """What `alembic init` writes, and other addresses that lead nowhere."""
    return not url or url.startswith("driver://") or "://user:pass@localhost/dbname" in url


def is_of_alembic(table):
    """A project names Alembic's table as it likes (`version_table`): its only column is `version_num`."""
    return [column.name for column in table.columns] == ["version_num"]


def is_violation(error):
    """Tells whether a constraint is violated, which rows of production may do as well."""
    from sqlalchemy.exc import IntegrityError

    return isinstance(error, IntegrityError) or "Cannot add a NOT NULL column" in str(error)


def touched(there, said, changed):
    """The tables that statements name or that changed; nothing where it cannot be told."""
    words, losses = load("words").words, load("losses")
    spoken = [[str(word) for word in words(statement)] for statement in said]
    if any(each and each[0] in losses.UNKNOWN and not losses.reads_only(each) for each in spoken) and not any(each[:1] == ["do"] for each in spoken):
        return None
    named = {word for each in spoken for word in each}
    for each in changed:
        named |= {losses.bare(name) for name in (each["name"], each["table"] or "") if name}
    return [{"database": database, "table": name} for database, tables in there.items() for name in tables if losses.bare(name) in named]


def hints_of(many):
    """What the models say of a column and the database does not: the labels of an enum, whether JSON is a list."""
    found = {}
    for metadata in many:
        for table in getattr(metadata, "tables", {}).values():
            for column in table.columns:
                with contextlib.suppress(Exception):  # models may be anything
                    hint = hint_of(column)
                    if hint:
                        found.setdefault(table.fullname, {})[column.name] = hint
    return found


def hint_of(column):
    kind = getattr(column.type, "impl", column.type)
    labels = getattr(column.type, "enums", None) or getattr(kind, "enums", None)
    if labels:
        return {"labels": [str(label) for label in labels]}
    default = getattr(column.default, "arg", None)
    made = getattr(default, "__wrapped__", default)
    if "JSON" in type(kind).__name__.upper():
        return {"json": "list" if made is list or isinstance(made, list) else "dict"} if made is not None else {}
    return {}


def words_of(error):
    """An error in words; MySQL's drivers raise `(number, words)`."""
    said = error.args
    return str(said[1]) if len(said) == 2 and isinstance(said[0], int) and isinstance(said[1], str) else str(error)


def is_of_a_migration(error):
    """Tells whether a migration was running, or the database spoke: nothing is known of migrations where env.py itself fails."""
    place = os.path.join("alembic", "runtime", "migration.py")
    for _ in range(20):
        if error is None or hasattr(error, "orig"):
            break
        frames = traceback.extract_tb(error.__traceback__)
        if any(frame.name == "run_migrations" and frame.filename.endswith(place) for frame in frames):
            break
        error = error.__cause__ or error.__context__  # what came of it while it was unwound
    return error is not None


def place_of(error, tree):
    """The innermost frame of an error that lies in the project."""
    tree = os.path.realpath(tree or os.getcwd())
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = os.path.realpath(frame.filename)
        if os.path.isabs(frame.filename) and path.startswith(tree + os.sep) and "site-packages" not in path:
            return {"path": os.path.relpath(path, tree), "line": frame.lineno, "code": frame.line}
    return None


def remap_editable_installs(repository, tree):
    """Editable installs import the working tree; what is tested is the staged one."""
    if not repository or not tree:
        return
    old, new = os.path.realpath(repository), os.path.realpath(tree)

    def mapped(path):
        real = os.path.realpath(path) if path else path
        if real and (real == old or real.startswith(old + os.sep)) and not real.startswith(os.path.realpath(sys.prefix) + os.sep):
            there = new + real[len(old):]
            return there if os.path.exists(there) else path
        return path

    sys.path[:] = [mapped(path) for path in sys.path]
    for finder in list(sys.meta_path):
        mapping = getattr(sys.modules.get(getattr(finder, "__module__", "")), "MAPPING", None)
        if isinstance(mapping, dict):
            for name, path in list(mapping.items()):
                mapping[name] = mapped(path)


def listen(lifeline):
    """Reads orders as they come, one a line. The pipe closes when the program that gives them is gone, however that came:
    then this process and its children end, whatever they do."""
    orders = queue.Queue()

    def watch():
        rest = b""
        while True:
            read = os.read(lifeline, 65536)
            if not read:
                break
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                orders.put(line.decode("utf-8"))
        orders.put(None)
        time.sleep(2)  # who has nothing to do ends by itself
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    return iter(orders.get, None)


def main():
    if not getattr(sys, "pycache_prefix", None):  # Python 3.7 knows no folder for bytecode but those of the packages
        sys.dont_write_bytecode = True
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    # The project must neither read our orders nor write among our answers.
    orders, out = listen(os.dup(0)), os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)

    def emit(**entry):
        out.write(json.dumps(entry, default=str) + "\n")
        out.flush()

    runner, guard = Runner(job, emit), load("guard")
    try:
        runner.prepare()
        for order in orders:
            emit(event="result", **runner.run(json.loads(order)))
        return 0
    except guard.Elsewhere as error:
        emit(event="result", elsewhere=str(error), asked=error.asked)
        return 4
    except guard.SafetyStop as error:
        emit(event="result", safety=str(error))
        return 4
    except (NotLoaded, guard.NoDriver) as error:
        emit(event="result", not_loaded=str(error), at=getattr(error, "at", None))
        return 3
    except BaseException as error:
        emit(event="result", not_loaded=explain(error, job), at=place_of(error, job.get("tree")), traceback=traceback.format_exc()[-3000:])
        return 3


def is_denied(error, job):
    """Tells whether an error comes of an internet socket that the kernel refused; libraries wrap that error, or lose it."""
    if job.get("network", "deny") != "deny":
        return False
    seen, left = [], [error]
    while left:
        at = left.pop()
        if not isinstance(at, BaseException) or any(at is other for other in seen):
            continue
        seen.append(at)
        if isinstance(at, socket.gaierror) or (isinstance(at, PermissionError) and at.errno == errno.EPERM):
            return True
        if any(words in str(at) for words in DENIED) or (type(at).__name__ == "OperationalError" and not str(at)):
            return True
        left += [at.__cause__, at.__context__, getattr(at, "orig", None), getattr(at, "reason", None), *at.args]
    return False


def explain(error, job):
    message = words_of(getattr(error, "orig", None) or error).strip().splitlines()
    # `While importing 'app', an ImportError was raised:` and what was raised, many lines below.
    message = " ".join(message[:1] + message[-1:]) if len(message) > 1 and message[0].endswith(":") else "".join(message[:1])
    if is_denied(error, job):
        return "a network connection is opened, which is denied here (%s)" % message
    return "%s: %s%s" % (type(error).__name__, settings_error(error) or message[:600], wrong_python(job))


def settings_error(error):
    """All that a settings object misses (pydantic), and not only how much it is."""
    if type(error).__name__ != "ValidationError" or not callable(getattr(error, "errors", None)):
        return None
    try:
        missing = ["%s (%s)" % (".".join(str(part) for part in each["loc"]), each["msg"]) for each in error.errors()]
    except Exception:  # some other library's error of that name
        return None
    return "%s lacks %s" % (getattr(error, "title", "the settings"), ", ".join(missing[:20]))


def wrong_python(job):
    """Says that the project asks for another Python, where it does."""
    try:
        with open(os.path.join(job.get("tree") or ".", "pyproject.toml"), encoding="utf-8") as file:
            asked = re.search(r"""^\s*(?:requires-python|python)\s*=\s*["']([^"']+)["']""", file.read(), re.M)
    except OSError:
        return ""
    for sign, major, minor in re.findall(r"(>=|\^|~=|==|<=|<|~)\s*(\d+)\.(\d+)", asked.group(1) if asked else ""):
        bound, here = (int(major), int(minor)), sys.version_info[:2]
        if here < bound and sign in (">=", "^", "~=", "==", "~") or sign == "<" and here >= bound or sign == "==" and here != bound:
            return "; pyproject.toml asks for Python %s, and this is %s" % (asked.group(1), sys.version.split()[0])
    return ""


if __name__ == "__main__":
    sys.exit(main())
