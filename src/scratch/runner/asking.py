"""Connections of our own to the scratch databases, through the project's own driver."""
import asyncio


def ask(guard, use, database=None):
    """Calls `use(connection)` on a scratch database in a transaction, through the project's own driver."""
    import sqlalchemy
    from sqlalchemy.pool import NullPool

    drivername = guard.default_driver()
    if drivername.endswith("+aiosqlite"):
        drivername = "sqlite"
    url = guard.url(drivername, database)
    if drivername.endswith(("+asyncpg", "+aiomysql", "+asyncmy", "+psycopg_async")):
        return asyncio.run(waiting(url, use))
    engine = sqlalchemy.create_engine(url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            return use(connection)
    finally:
        engine.dispose()


async def waiting(url, use):
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(use)
    finally:
        await engine.dispose()
