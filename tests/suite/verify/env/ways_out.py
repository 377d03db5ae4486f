"""Tries every way out of the walls that its author knew, and fails with the names of those that are open."""
import ctypes
import ctypes.util
import os
import socket
import sqlite3
import struct
import subprocess
import sys
import threading

OUTSIDE = os.environ["WAYS_OUTSIDE"]  # a folder with the sockets `s` and `d`, a file `canary` and a database `prod.db`
WORK_TREE = os.environ["WAYS_WORK_TREE"]
PORT = int(os.environ["WAYS_PORT"])
READ = os.environ["WAYS_READ"]  # a folder that the interpreter reads, with the same sockets
SOCKET, DATAGRAMS, CANARY = (os.path.join(OUTSIDE, name) for name in ("s", "d", "canary"))


def connect(family, address, kind=socket.SOCK_STREAM):
    there = socket.socket(family, kind)
    there.settimeout(2)
    there.connect(address)
    there.close()


def append(path):
    with open(path, "a") as file:
        file.write("escaped")


def succeeds(*command):
    ran = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
    if ran.returncode:
        raise OSError(ran.returncode)


def call(number, *arguments):
    if ctypes.CDLL(None, use_errno=True).syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno())


def in_thread(way):
    failed = []

    def run():
        try:
            way()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def sqlite_writes():
    connection = sqlite3.connect(os.path.join(OUTSIDE, "prod.db"))
    connection.execute("CREATE TABLE escaped (x)")
    connection.commit()


def by_libpq():
    library = ctypes.CDLL(ctypes.util.find_library("pq") or "libpq.so.5")
    library.PQconnectdb.restype = ctypes.c_void_p
    connection = library.PQconnectdb(("host=%s dbname=prod" % OUTSIDE).encode())
    library.PQstatus.argtypes = [ctypes.c_void_p]
    if library.PQstatus(connection) != 0:
        raise OSError("refused")


def by_service_file():
    path = os.path.abspath("pg_service.conf")
    with open(path, "w") as file:
        file.write("[prod]\nhost=127.0.0.1\nport=%d\ndbname=prod\n" % PORT)
    os.environ["PGSERVICEFILE"] = path
    succeeds("psql", "service=prod", "-c", "SELECT 1")


def by_pair(name):
    ours, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.sendto(b"escaped", name)


def by_pipe(path):
    pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    os.write(pipe, b"escaped")
    os.close(pipe)


def by_moved_pipe():
    os.link(os.path.join(READ, "p"), "linked-pipe")
    by_pipe("linked-pipe")


def by_linked_socket():
    os.symlink(SOCKET, "linked-socket")
    connect(socket.AF_UNIX, "linked-socket")


def by_orphan():
    """A process whose parent is gone says by a pipe what became of it."""
    code = "import os, sys\nif os.fork(): os._exit(0)\nos.setsid()\n%s" % (PYTHON % ("socket.AF_UNIX", SOCKET))
    ran = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, timeout=20)
    if ran.stderr:
        raise OSError("refused")


def by_changing_name(allowed):
    """Connects to an allowed name that a thread changes while somebody looks at it."""
    library = ctypes.CDLL(None, use_errno=True)
    names = [struct.pack("=H108s", socket.AF_UNIX, name.encode()) for name in (allowed, SOCKET)]
    name = ctypes.create_string_buffer(names[0], 110)
    ended = threading.Event()

    def change():
        while not ended.is_set():
            for other in names:
                ctypes.memmove(name, other, 110)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(60):
            with socket.socket(socket.AF_UNIX) as there:
                if library.connect(there.fileno(), name, 110) == 0 and there.getpeername() == SOCKET:
                    return
    finally:
        ended.set()
        thread.join()
    raise OSError("never")


def by_link():
    os.symlink(CANARY, "link")
    append("link")


def through_processes():
    for pid in (name for name in os.listdir("/proc") if name.isdigit()):
        try:
            return append("/proc/%s/root%s" % (pid, CANARY))
        except OSError:
            continue
    raise OSError("none")


PYTHON = "import socket; s = socket.socket(%s); s.settimeout(2); s.connect(%r)"
# getpid by the table of 32-bit programs, which numbers other calls otherwise: push rbx; mov eax, 20; int 0x80; pop rbx; ret.
OLD_CALL = """
import ctypes, mmap, platform, sys
if platform.machine() != "x86_64":
    sys.exit(1)
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex("53b814000000cd805bc3"))
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
WAYS = {
    "a Unix socket": lambda: connect(socket.AF_UNIX, SOCKET),
    "an abstract socket": lambda: connect(socket.AF_UNIX, "\0safe-migration-ways-%d" % PORT),
    "a Unix socket for datagrams": lambda: connect(socket.AF_UNIX, DATAGRAMS, socket.SOCK_DGRAM),
    "a datagram of a pair": lambda: by_pair(DATAGRAMS),
    "a Unix socket beside the packages": lambda: connect(socket.AF_UNIX, os.path.join(READ, "s")),
    "datagrams to one beside the packages": lambda: by_pair(os.path.join(READ, "d")),
    "a pipe": lambda: by_pipe(os.path.join(OUTSIDE, "p")),
    "a pipe beside the packages": lambda: by_pipe(os.path.join(READ, "p")),
    "a pipe beside the packages, for reading too": lambda: os.close(os.open(os.path.join(READ, "p"), os.O_RDWR)),
    "a link to a pipe": by_moved_pipe,
    "a link to a Unix socket": by_linked_socket,
    "a process without a parent": by_orphan,
    "an internet socket": lambda: connect(socket.AF_INET, ("127.0.0.1", PORT)),
    "an IPv6 socket": lambda: connect(socket.AF_INET6, ("::1", PORT)),
    "a datagram": lambda: connect(socket.AF_INET, ("127.0.0.1", PORT), socket.SOCK_DGRAM),
    "a raw packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close(),
    "a vsock socket": lambda: socket.socket(40, socket.SOCK_STREAM).close(),
    "a socket in a thread": lambda: in_thread(lambda: connect(socket.AF_INET, ("127.0.0.1", PORT))),
    "a child Python, internet": lambda: succeeds(sys.executable, "-S", "-c", PYTHON % ("socket.AF_INET", ("127.0.0.1", PORT))),
    "a child Python, Unix": lambda: succeeds(sys.executable, "-S", "-c", PYTHON % ("socket.AF_UNIX", SOCKET)),
    "an isolated child Python": lambda: succeeds(sys.executable, "-I", "-c", PYTHON % ("socket.AF_UNIX", SOCKET)),
    "a shell": lambda: succeeds("sh", "-c", "echo escaped >> '%s'" % CANARY),
    "psql on a Unix socket": lambda: succeeds("psql", "-h", OUTSIDE, "-d", "prod", "-c", "SELECT 1"),
    "psql with a service file": by_service_file,
    "libpq by ctypes": by_libpq,
    "a file beside the project": lambda: append(CANARY),
    "a file of the work tree": lambda: append(os.path.join(WORK_TREE, "alembic.ini")),
    "a new file of the work tree": lambda: append(os.path.join(WORK_TREE, ".git", "hooks", "pre-commit")),
    "a SQLite file beside the project": sqlite_writes,
    "a link in the copy": by_link,
    "the root of another process": through_processes,
    "the user's home": lambda: os.listdir(os.environ["WAYS_HOME"]),
    "the system": lambda: append("/etc/hosts"),
    "a program of the system": lambda: append("/usr/bin/env"),
    "io_uring": lambda: call(425, 4, 0),
    "ptrace": lambda: call(101, 16, 1, 0, 0),
    "a system call of 32 bits": lambda: succeeds(sys.executable, "-S", "-c", OLD_CALL),
    "the memory of another process": lambda: call(310, 1, 0, 0, 0, 0, 0),
    "shared memory": lambda: call(30, int(os.environ["WAYS_SHARED"]), 0, 0),
    "new namespaces": lambda: call(272, 0x10000000),
    "new namespaces by clone": lambda: call(435, 0, 0),
    "a mount": lambda: call(165, b"x", b"/tmp", b"tmpfs", 0, 0),
    "the mounts of another process": lambda: call(308, 0, 0),
    "the kernel's keys": lambda: call(250, 0, -3, 0),
    "a signal to a process outside": lambda: os.kill(int(os.environ["WAYS_PID"]), 0),
    "a terminal": lambda: os.close(os.open("/dev/tty", os.O_WRONLY)),
    "a disk": lambda: os.mknod("disk", 0o60600, os.makedev(254, 0)),
}


def try_all(ways):
    found = []
    for name, way in ways.items():
        try:
            way()
        except (OSError, AttributeError, subprocess.SubprocessError, sqlite3.Error, ValueError):
            continue
        except BaseException as error:  # the guard's own stop
            if type(error).__name__ not in ("SafetyStop", "Elsewhere"):
                raise
            continue
        found.append(name)
    return found


def server_ways(engine):
    from sqlalchemy import text

    quoted = CANARY.replace("'", "''")
    statements = {
        "COPY TO PROGRAM": ["COPY (SELECT 1) TO PROGRAM 'echo escaped >> %s'" % quoted],
        "COPY TO a file": ["COPY (SELECT 'escaped') TO '%s'" % quoted],
        "COPY FROM a file": ["CREATE TEMP TABLE t (x text)", "COPY t FROM '%s'" % quoted],
        "pg_read_file": ["SELECT pg_read_file('%s')" % quoted],
        "lo_export": ["SELECT lo_export(lo_from_bytea(0, 'escaped'), '%s')" % quoted],
        "dblink, internet": ["CREATE EXTENSION dblink", "SELECT dblink_connect('host=127.0.0.1 port=%d dbname=prod connect_timeout=2')" % PORT],
        "dblink, Unix": ["CREATE EXTENSION dblink", "SELECT dblink_connect('host=%s dbname=prod')" % OUTSIDE],
        "postgres_fdw": [
            "CREATE EXTENSION postgres_fdw",
            "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '%d', dbname 'prod')" % PORT,
            "CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (user 'u', password 'p')",
            "CREATE FOREIGN TABLE f (x int) SERVER s", "SELECT * FROM f",
        ],
        "file_fdw": ["CREATE EXTENSION file_fdw", "CREATE SERVER s FOREIGN DATA WRAPPER file_fdw",
                     "CREATE FOREIGN TABLE f (x text) SERVER s OPTIONS (filename '%s')" % quoted, "SELECT * FROM f"],
    }
    statements.update({
        "a superuser of one's own": ["CREATE ROLE escaped SUPERUSER"],
        "this role as a superuser": ["ALTER ROLE CURRENT_USER SUPERUSER"],
        "the superuser's role": ["SET ROLE safe_migration"],
        "the superuser's password": ["ALTER ROLE safe_migration PASSWORD NULL"],
        "the server's settings": ["ALTER SYSTEM SET archive_command = 'echo escaped'"],
        "an untrusted language": ["CREATE LANGUAGE plpython3u"],
        "a function in C": ["CREATE FUNCTION f(int) RETURNS int LANGUAGE c AS '/usr/lib/x86_64-linux-gnu/libc.so.6', 'system'"],
        "the server's folder": ["SELECT pg_ls_dir('.')"],
        "the programs of a server": ["SET ROLE pg_execute_server_program"],
        "an extension by the function for them": ["SELECT pg_catalog.safe_migration_extension('dblink', 'public', false, false)"],
        "what a function of the superuser finds first": [
            "CREATE FUNCTION public.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS $$SELECT 'ALTER ROLE postgres SUPERUSER'$$",
            "SET search_path = public, pg_catalog", "SELECT pg_catalog.safe_migration_extension('pg_buffercache', 'public', false, false)",
            "SELECT 1 / (SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER AND rolsuper)",
        ],
    })
    found = []
    for name, rows in statements.items():
        commits = rows[0].startswith("ALTER SYSTEM")  # which runs in no transaction
        with (engine.execution_options(isolation_level="AUTOCOMMIT") if commits else engine).connect() as connection:
            try:
                for row in rows:
                    connection.execute(text(row))
                found.append(name)
            except Exception:
                pass
            connection.rollback()
    return found + other_databases(engine)


def other_databases(engine):
    """Databases beside this one, the superuser without a password, and what is beside the server's socket."""
    kept = dict(engine.raw_connection().get_dsn_parameters())
    found = []
    try:
        by_changing_name("%s/.s.PGSQL.%s" % (kept["host"], kept["port"]))
        found.append("a name that changes")
    except OSError:
        pass
    for name, user, database in [
        ("the superuser without a password", "safe_migration", kept["dbname"]), ("the server's own database", kept["user"], "postgres"),
    ]:
        try:
            succeeds("psql", "-w", "-h", kept["host"], "-p", kept["port"], "-U", user, "-d", database, "-c", "SELECT 1")
            found.append(name)
        except (OSError, subprocess.SubprocessError):
            pass
    # Where this is not to be had, nothing was tried.
    succeeds("psql", "-w", "-h", kept["host"], "-p", kept["port"], "-U", kept["user"], "-d", kept["dbname"], "-c", "SELECT 1")
    return found


from alembic import context  # noqa: E402
from sqlalchemy import create_engine  # noqa: E402

reached = try_all(WAYS)
engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
if engine.dialect.name == "postgresql":
    reached += server_ways(engine)
if reached:
    raise RuntimeError("reached: " + "; ".join(reached))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
