"""A process that has loaded the project, and does one order after another on its scratch databases."""
import contextlib
import os
import sys
import time

from . import asking, baseline, failures, guard, listening, project, snapshot, trace_locks, trying
from .failures import NotLoaded

HERE = os.path.dirname(os.path.realpath(__file__))


class Session:
    def __init__(self, job, emit):
        self.base, self.job, self.emit = job, job, emit
        self.scratch = job["scratch"]
        self.clean, self.began = True, time.time()
        self.context_options, self.tables, self.hints = {}, 0, {}
        self.recording, self.statements, self.mentioned, self.reached, self.first_error = False, [], set(), [], None
        self.directories, self.acquainted, self.app = {}, False, None

    def load_tools(self):
        """Loads what is no part of the project, before its databases are there."""
        sys.path[:] = [path for path in sys.path if os.path.realpath(path or ".") != HERE]
        project.remap_editable_installs(self.job.get("repository"), self.job.get("tree"))
        os.environ.update(self.job.get("environment") or {})
        self.guard = guard.Guard(self.scratch)
        try:
            import alembic
            import sqlalchemy
        except ImportError as error:
            raise NotLoaded("%s lacks `%s`" % (sys.executable, error.name))
        self.versions = {"alembic": alembic.__version__, "sqlalchemy": sqlalchemy.__version__}

    def prepare(self):
        """Puts up the guard and makes ready to listen; then the project may be loaded."""
        self.guard.install(self.job.get("network", "deny"), self.job.get("canaries") or [])
        for path in reversed(self.job.get("sys_path") or ["."]):
            sys.path.insert(0, os.path.abspath(path))
        self.emit(event="ready", python=sys.version.split()[0], guard=self.guard.layers, **self.versions)
        project.keep_script_directories(self.directories)
        listening.to_context(self)
        listening.to_statements(self)
        self.trace = trace_locks.Trace()
        if self.scratch["backend"] == "postgresql":
            self.trace.install()

    # -- what the databases say ------------------------------------------------------------------------------------------

    def ask(self, use, database=None, reads=False):
        return asking.ask(self.guard, use, database, reads)

    def heads(self):
        """The revisions that the databases say they are at."""
        from alembic.runtime.migration import MigrationContext

        options = {name: self.context_options[name] for name in ("version_table", "version_table_schema") if self.context_options.get(name)}

        def read(connection):
            return MigrationContext.configure(connection, opts=options).get_current_heads()

        return sorted({head for database in self.scratch["databases"] for head in self.ask(read, database, reads=True)})

    def snapshot(self):
        """What the databases hold; the names of what lies in the second one and further begin with the database's."""
        first, *others = self.scratch["databases"]
        backend = self.scratch["backend"]
        whole = self.ask(lambda connection: snapshot.take(connection, backend), first, reads=True)
        for database in others:
            taken = self.ask(lambda connection: snapshot.take(connection, backend), database, reads=True)
            snapshot.add(whole, taken, os.path.basename(database))
        return whole

    # -- what a job asks for ---------------------------------------------------------------------------------------------

    def run(self, order):
        """Does one order. `clean` in the answer tells whether the process is as good as new after it."""
        from alembic import command

        self.job, self.command, self.clean = dict(self.base, **order), command, True
        try:
            with project.application(self):
                answer = self.done()
        finally:
            self.guard.let_go()
        return dict(answer, clean=self.clean)

    def done(self):
        mode = self.job["mode"]
        if mode in ("scout", "rehearse"):
            return getattr(trying, mode)(self)
        return {"probe": self.probe, "begin": self.begin, "forward": self.forward}[mode]()

    def acquaint(self):
        """Loads env.py and the revisions before rows are made up: the project's models say what columns hold."""
        if not self.acquainted:
            with contextlib.suppress(Exception):  # what is wrong with it the next leg says
                self.command.current(self.config())

    def probe(self):
        """Loads the history and env.py; runs no migration."""
        self.command.current(self.config())
        return {"heads": list(self.script().get_heads())}

    def begin(self):
        """Prepares an empty database: what was set up by hand in production, and a baseline."""
        from sqlalchemy import text

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

    def config(self):
        return project.config(self)

    def script(self):
        from alembic.script import ScriptDirectory

        return ScriptDirectory.from_config(self.config())

    # -- one run of Alembic ----------------------------------------------------------------------------------------------

    def leg(self, direction, target, traced=False):
        """One run of Alembic: `{"status", "seconds", "error"...}`."""
        self.emit(event="leg", direction=direction, target=target)
        self.recording, self.statements, self.mentioned, self.reached, self.first_error = True, [], set(), [], None
        began = time.time()
        outcome = {"status": "passed", "target": target}
        if traced and self.scratch["backend"] == "postgresql":
            self.trace.start(self.ask(lambda connection: trace_locks.query(connection, trace_locks.RELATIONS), reads=True))
        try:
            getattr(self.command, direction)(self.config(), target)
        except ImportError as error:  # what it needs is not there: nothing was tested
            raise NotLoaded(failures.explain(error, self.job), failures.place_of(error, self.job.get("tree")))
        except Exception as error:
            if failures.is_denied(error, self.job) or failures.is_of_settings(error) or not failures.is_of_a_migration(error):
                raise NotLoaded(failures.explain(error, self.job), failures.place_of(error, self.job.get("tree")))
            outcome.update(status="failed", **self.describe(error))
            outcome["violation"] = failures.is_violation(error)
        except SystemExit as error:
            if not failures.is_of_a_migration(error):
                raise NotLoaded(failures.explain(error, self.job), failures.place_of(error, self.job.get("tree")))
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

    def below(self, revision, parents):
        """What to downgrade to: the parent, or one step of this branch where others that leave from the parent are applied too."""
        return (parents or ["base"])[0] if len(self.heads()) < 2 else revision + "@-1"

    def describe(self, error):
        return failures.described(error, self.first_error, self.job.get("tree"))
