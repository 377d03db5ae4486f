"""Guards a Python that a command of the project starts, as the runner guards its own."""
import importlib.util
import json
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))


def load(name):
    spec = importlib.util.spec_from_file_location("_safe_migration_" + name, os.path.join(os.path.dirname(HERE), name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def guard():
    with open(os.environ["SAFE_MIGRATION_JOB"], encoding="utf-8") as file:
        job = json.load(file)
    load("runner").remap_editable_installs(job.get("repository"), job.get("tree"))
    if importlib.util.find_spec("sqlalchemy"):
        load("guard").Guard(job["scratch"], load("drivers"), load("network"), load("walls")).install("deny", [])


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
