"""Runs migrations on the scratch database, by order, with the project's own Python and Alembic.

`python runner.py JOB.json` reads one order a line from its standard input, each a JSON object that adds to the job, and
writes one JSON object a line to its standard output: events while it works, and a `result` for each order. Between two
orders the scratch databases may be made again. What the project prints goes to standard error. The process ends with 0 when
there are no more orders, whatever the migrations did; 3 when the project could not be loaded; 4 when it stopped for safety.
"""
import importlib.util
import json
import os
import queue
import signal
import sys
import threading
import time

HERE = os.path.dirname(os.path.realpath(__file__))
# No project has a package of this name.
PACKAGE = "_safe_migration"


def package():
    """Makes the files that stand beside this one a package, wherever they lie."""
    spec = importlib.util.spec_from_file_location(PACKAGE, os.path.join(HERE, "__init__.py"), submodule_search_locations=[HERE])
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)


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
    package()
    from _safe_migration.addresses import Elsewhere, NoDriver, SafetyStop
    from _safe_migration.failures import NotLoaded, explain, place_of
    from _safe_migration.proposals import proposal
    from _safe_migration.session import Session

    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    # The project must neither read our orders nor write among our answers.
    orders, out = listen(os.dup(0)), os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)

    def emit(**entry):
        out.write(json.dumps(entry, default=str) + "\n")
        out.flush()

    runner = Session(job, emit)
    try:
        runner.load_tools()
        for number, order in enumerate(orders):
            if number == 0:  # by now there are databases
                runner.prepare()
            emit(event="result", **runner.run(json.loads(order)))
        return 0
    except Elsewhere as error:
        emit(event="result", elsewhere=str(error), asked=error.asked)
        return 4
    except SafetyStop as error:
        emit(event="result", safety=str(error))
        return 4
    except (NotLoaded, NoDriver) as error:
        emit(event="result", not_loaded=str(error), at=getattr(error, "at", None), proposal=proposal(str(error), getattr(error, "at", None), job.get("tree")))
        return 3
    except BaseException as error:
        why, at = explain(error, job), place_of(error, job.get("tree"))
        emit(event="result", not_loaded=why, at=at, proposal=proposal(why, at, job.get("tree")))
        return 3


if __name__ == "__main__":
    ended = main()
    sys.stderr.flush()
    os._exit(ended)  # nothing of the project has anything left to say, and taking it all apart takes a while
