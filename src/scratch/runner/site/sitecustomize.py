"""Guards a Python that a command of the project starts, as the runner guards its own."""
import importlib.util
import json
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))


def guard():
    with open(os.environ["SAFE_MIGRATION_JOB"], encoding="utf-8") as file:
        job = json.load(file)
    place = os.path.join(os.path.dirname(HERE), "runner.py")
    spec = importlib.util.spec_from_file_location("_safe_migration_runner", place)
    runner = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(runner)
    runner.package()
    from _safe_migration.guard import Guard
    from _safe_migration.project import remap_editable_installs

    remap_editable_installs(job.get("repository"), job.get("tree"))
    if importlib.util.find_spec("sqlalchemy"):
        Guard(job["scratch"]).install("deny", [])


try:
    guard()
except BaseException as error:
    sys.stderr.write("safe-migration: this Python cannot be guarded: %s\n" % error)
    sys.stderr.flush()
    os._exit(4)

# The one that this environment brings.
sys.path[:] = [path for path in sys.path if os.path.realpath(path) != HERE]
del sys.modules["sitecustomize"]
try:
    import sitecustomize  # noqa: F401
except ImportError:
    pass
