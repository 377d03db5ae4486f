"""The project: its packages, its Alembic, the application that env.py expects around it."""
import contextlib
import functools
import os
import sys
from types import SimpleNamespace

HERE = os.path.dirname(os.path.realpath(__file__))


def keep_script_directories(kept):
    """One ScriptDirectory for all commands: on long histories loading it is most of a command's time."""
    from alembic.script import ScriptDirectory

    load = ScriptDirectory.from_config.__func__

    def from_config(cls, config):
        key = (config.get_main_option("script_location"), config.get_main_option("version_locations"))
        if key not in kept:
            kept[key] = load(cls, config)
        return kept[key]

    ScriptDirectory.from_config = classmethod(from_config)


def config(runner):
    from alembic.config import Config

    job = runner.job
    extra = {"toml_file": job["toml"]} if job.get("toml") else {}
    # env.py of `alembic init` hands the file to the logging module: there is one where the project has none.
    stock = None if extra else os.path.join(HERE, "stock.ini")
    config = Config(job.get("ini") or stock, ini_section=job.get("section") or "alembic", stdout=sys.stderr, **extra)
    config.cmd_opts = SimpleNamespace(x=job.get("x") or None, config=job.get("ini"), name=job.get("section") or "alembic", raiseerr=False, quiet=False)
    for name, value in (job.get("options") or {}).items():
        config.set_main_option(name, value.replace("%", "%%"))
    if not config.get_main_option("script_location"):
        config.set_main_option("script_location", job["script_location"])
    if is_placeholder(config.get_main_option("sqlalchemy.url")):
        config.set_main_option("sqlalchemy.url", runner.guard.url().replace("%", "%%"))
    return config


def is_placeholder(url):
    """What `alembic init` writes, and other addresses that lead nowhere."""
    return not url or url.startswith("driver://") or "://user:pass@localhost/dbname" in url


@contextlib.contextmanager
def application(runner):
    """The application that env.py expects around it (Flask)."""
    if not runner.job.get("flask_app"):
        yield
        return
    from flask.cli import ScriptInfo

    os.environ.setdefault("FLASK_RUN_FROM_CLI", "true")  # as `flask db` does: `app.run()` returns at once

    named = None if runner.job["flask_app"] == "auto" else runner.job["flask_app"]
    if runner.app is None:  # as in a process of `flask`, there is one: a second one may meet what the first has left
        with nothing_migrates():
            runner.app = ScriptInfo(app_import_path=named or os.environ.get("FLASK_APP")).load_app()
        know_migrate(runner.app, runner.job["script_location"])
    with runner.app.app_context():
        yield


@contextlib.contextmanager
def nothing_migrates():
    """An application that migrates itself when it is loaded does not do so here: what is to be tried would be there before it is."""
    from alembic import command

    loading, held = [True], {name: getattr(command, name) for name in ("upgrade", "downgrade", "stamp")}

    def later(do):
        @functools.wraps(do)
        def unless_loading(*args, **options):
            return None if loading else do(*args, **options)

        return unless_loading

    for name, do in held.items():
        setattr(command, name, later(do))
    try:
        yield
    finally:
        loading.clear()
        for name, do in held.items():
            setattr(command, name, do)


def know_migrate(app, directory):
    """A command of the project may be what puts Flask-Migrate into the application; its env.py asks for it all the same."""
    held = app.extensions.get("sqlalchemy")
    if "migrate" in app.extensions or held is None:
        return
    with contextlib.suppress(ImportError):
        from flask_migrate import Migrate

        Migrate(app, getattr(held, "db", held), directory=directory)


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
