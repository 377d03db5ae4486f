"""Denies internet sockets to this process and its children, by the kernel (Linux, seccomp)."""
import ctypes
import platform
import socket
import struct
import sys

# Machine: the architecture as seccomp sees it, the number of the system call `socket`.
KNOWN = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER_MODE = 38, 22, 2


def can_deny():
    """Tells whether the filter below is written for this system."""
    return sys.platform.startswith("linux") and platform.machine() in KNOWN


def deny():
    """Makes socket(AF_INET) and socket(AF_INET6) fail with EPERM, tries one, and tells whether it failed."""
    if not can_deny():
        return False
    architecture, socket_call = KNOWN[platform.machine()]
    load, jump_if_equal, answer = 0x20, 0x15, 0x06
    rows = [
        (load, 0, 0, 4), (jump_if_equal, 0, 6, architecture),
        (load, 0, 0, 0), (jump_if_equal, 0, 4, socket_call),
        (load, 0, 0, 16), (jump_if_equal, 1, 0, 2), (jump_if_equal, 0, 1, 10),
        (answer, 0, 0, 0x00050000 | 1), (answer, 0, 0, 0x7FFF0000),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rows), ctypes.addressof(program)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return libc.prctl(SET_SECCOMP, FILTER_MODE, ctypes.byref(header), 0, 0) == 0 and is_denied()


def is_denied():
    """Tells whether the kernel refuses an internet socket; none is connected."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.socket(family, socket.SOCK_STREAM).close()
        except PermissionError:
            continue
        except OSError:  # a system without IPv6
            continue
        return False
    return True
