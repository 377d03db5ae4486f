"""Proves that what code connects to comes out at the scratch database, by connecting to what does not exist."""
import asyncio
import sys

from .addresses import ASYNCHRONOUS, SYNCHRONOUS, NoDriver, SafetyStop


def prove(guard):
    """Makes an engine for a host that does not exist and connects: it must come out at the scratch database."""
    for drivername in known(guard, SYNCHRONOUS):
        if arrives(guard, drivername, False):
            guard.installed["plain"] = drivername
            break
    for drivername in known(guard, ASYNCHRONOUS):
        if not guard.installed and can_wait() and arrives(guard, drivername, True):
            guard.installed["waits"] = drivername
    if not guard.installed:
        names = ", ".join(dict.fromkeys(SYNCHRONOUS[guard.backend] + ASYNCHRONOUS[guard.backend]))
        raise NoDriver("no driver for %s is installed beside SQLAlchemy (%s)" % (guard.backend, names))
    guard.redirected, guard.databases, guard.driver = [], {}, None
    guard.layers.update(redirect=True, marker=True, drivers=True)


def known(guard, drivers):
    return ["%s+%s" % (guard.backend, name) for name in drivers[guard.backend]]


def arrives(guard, drivername, waits):
    """Tells whether a driver is there; stops when what it connects to is not the scratch database."""
    from sqlalchemy.exc import ArgumentError

    address = "sqlite:////nowhere/prod.db" if guard.backend == "sqlite" else "%s://u:p@prod.invalid/prod" % drivername
    before = guard.seen
    try:
        asyncio.run(connect_waiting(address, drivername)) if waits else connect(address)
    except (ImportError, ArgumentError):  # the driver, or SQLAlchemy's dialect for it, is not there
        return False
    if guard.seen == before:
        guard.stop(unguarded())
    return True


def misled():
    raise SafetyStop(unguarded())


def connect(address):
    """Connects to what an address comes out at, by every way that must not lead elsewhere."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    away = {} if address.startswith("sqlite") else {"host": "prod.invalid", "port": 1}
    engine = create_engine(address, poolclass=NullPool, creator=misled, connect_args=away)
    if "prod" in (engine.url.host, engine.url.database):
        misled()
    try:
        engine.connect().close()
    finally:
        engine.dispose()


async def connect_waiting(address, drivername):
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    address = address.replace("sqlite://", drivername + "://") if address.startswith("sqlite:") else address
    engine = create_async_engine(address, poolclass=NullPool)
    if "prod" in (engine.url.host, engine.url.database):
        misled()
    try:
        async with engine.connect():
            pass
    finally:
        await engine.dispose()


def can_wait():
    """Tells whether SQLAlchemy here knows async engines."""
    try:
        import greenlet  # noqa: F401
        import sqlalchemy.ext.asyncio  # noqa: F401
    except ImportError:
        return False
    return True


def unguarded():
    import sqlalchemy

    return "redirection cannot be guaranteed with SQLAlchemy %s on Python %s" % (sqlalchemy.__version__, sys.version.split()[0])
