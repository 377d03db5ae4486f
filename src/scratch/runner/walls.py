"""Tries the walls that this process was started behind, one by one, before the project is loaded.

The program that started it names the walls that it put up in SAFE_MIGRATION_WALLS. Each of them is pushed against here; one that
is named and gives way is a safety stop.
"""
import ctypes
import os
import platform
import socket

VARIABLE = "SAFE_MIGRATION_WALLS"
IO_URING_SETUP = 425  # the same number on every architecture
UNSHARE = {"x86_64": 272, "aarch64": 97}
NEW_USER_NAMESPACE = 0x10000000
# This machine and, of the blocks for documentation (RFC 5737, RFC 3849), any other.
ELSEWHERE = [
    (socket.AF_INET, ("127.0.0.1", 9)), (socket.AF_INET, ("192.0.2.1", 9)), (socket.AF_INET6, ("::1", 9)), (socket.AF_INET6, ("2001:db8::1", 9)),
]


def named():
    """The walls that stand, by what the starting program says."""
    return [wall for wall in os.environ.get(VARIABLE, "").split(",") if wall]


def try_all(stop, canaries, network):
    """Calls `stop` with a sentence for a wall that gives way; returns the names of those that stand."""
    walls = named()
    if "namespaces" in walls or "landlock" in walls:
        for path in canaries:
            if can_append(path) or (("namespaces" in walls or "listed-sockets" in walls) and connects(path)):
                stop("the project's code can reach `%s`, which lies outside of its walls" % path)
    if "namespaces" in walls:
        if "landlock" in walls and writes_to_pipe("/safe-migration-%d" % os.getpid()):
            stop("the project's code can write to pipes that lie outside of its walls")
        if network == "deny" and (has_network() or any(leads_to(family, address) for family, address in ELSEWHERE)):
            stop("the project's code has a network, and its walls should give it none")
    if "seccomp" in walls:
        if network == "deny" and "namespaces" not in walls and opens(socket.AF_INET):
            stop("the filter of system calls lets the project's code open internet sockets")
        if "no-sockets" in walls and opens(socket.AF_UNIX):
            stop("the filter of system calls lets the project's code open sockets of this machine")
        if network == "deny" and "namespaces" not in walls and has_datagrams():
            stop("the filter of system calls lets the project's code send datagrams to sockets of this machine")
        if calls(IO_URING_SETUP, 1, 0):
            stop("the filter of system calls lets the project's code use io_uring")
        if calls(UNSHARE.get(platform.machine(), -1), NEW_USER_NAMESPACE):
            stop("the filter of system calls lets the project's code leave its namespaces")
    return walls


def can_append(path):
    """Tells whether a file can be opened for writing; nothing is written."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND))
        return True
    except OSError:
        return False


def writes_to_pipe(path):
    """Tells whether a pipe can be opened for writing; one that cannot be made there is not."""
    try:
        os.mkfifo(path)
    except OSError:
        return False
    try:
        os.close(os.open(path, os.O_RDWR))  # which waits for nobody (fifo(7))
        return True
    except OSError:
        return False
    finally:
        os.unlink(path)


def connects(path):
    """Tells whether a socket in the file system answers."""
    there = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        there.connect(path)
        return True
    except OSError:
        return False
    finally:
        there.close()


def has_datagrams():
    """Tells whether a socket is to be had that sends to any name; nothing is sent."""
    try:
        for there in socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM):
            there.close()
        return True
    except OSError:
        return opens(socket.AF_UNIX, socket.SOCK_DGRAM)


def has_network():
    """Tells whether this network namespace has an interface besides a loopback that is down."""
    return any(name != "lo" for _, name in interfaces())


def leads_to(family, address):
    """Tells whether there is a route to an address; nothing is sent."""
    try:
        there = socket.socket(family, socket.SOCK_DGRAM)
    except OSError:
        return False
    try:
        there.connect(address)
        return True
    except OSError:
        return False
    finally:
        there.close()


def interfaces():
    try:
        return socket.if_nameindex()
    except OSError:
        return []


def opens(family, kind=socket.SOCK_STREAM):
    try:
        socket.socket(family, kind).close()
        return True
    except OSError:
        return False


def calls(number, *arguments):
    """Tells whether a system call exists for this process: anything but ENOSYS and EPERM says that it does."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "syscall"):
        return False
    ctypes.set_errno(0)
    return libc.syscall(number, *arguments) >= 0 or ctypes.get_errno() not in (1, 38)
