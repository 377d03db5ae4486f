"""Connections of our own to the scratch databases, through the project's own driver."""
import asyncio

# Drivers whose connection is kept between two questions of one order: each new one costs the server a process.
KEPT = ("postgresql+psycopg2", "postgresql+psycopg")


def ask(guard, use, database=None, reads=False):
    """Calls `use(connection)` on a scratch database in a transaction, through the project's own driver.

    The connection of what only `reads` is kept: what a text of the project sets for its session must reach no other question.
    """
    import sqlalchemy
    from sqlalchemy.pool import NullPool

    drivername = guard.default_driver()
    if drivername.endswith("+aiosqlite"):
        drivername = "sqlite"
    url = guard.url(drivername, database)
    if drivername.endswith(("+asyncpg", "+aiomysql", "+asyncmy", "+psycopg_async")):
        return asyncio.run(waiting(url, use))
    is_kept = reads and drivername in KEPT
    if (url, is_kept) not in guard.own:
        pool = {"pool_size": 1, "pool_pre_ping": True} if is_kept else {"poolclass": NullPool}
        guard.own[(url, is_kept)] = sqlalchemy.create_engine(url, **pool)
    with guard.own[(url, is_kept)].begin() as connection:
        if drivername == "postgresql+psycopg":
            # A statement that the driver prepares by itself fails when what it returns has another type since.
            connection.connection.dbapi_connection.prepare_threshold = None
        return use(connection)


async def waiting(url, use):
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(use)
    finally:
        await engine.dispose()
