"""Calls drivers of PostgreSQL in every way that could lead to ADDRESS; each must come out at the scratch database."""
import asyncio

import asyncpg
import pg8000
import pg8000.dbapi
import pg8000.native
import psycopg
import psycopg2
import psycopg2._psycopg
import psycopg2.extras
import psycopg2.pool
from alembic import context
from psycopg.rows import dict_row
from sqlalchemy import create_engine

THERE = "postgresql://prod:secret@ADDRESS/prod"
WORDS = "host=127.0.0.1 hostaddr=127.0.0.1 port=PORT dbname=prod user=prod password=secret sslmode=require"
PARTS = {"host": "127.0.0.1", "port": PORT, "user": "prod", "password": "secret"}
MARKER = "SELECT current_setting('safe_migration.marker', true) AS marker"


def asked(connection):
    cursor = connection.cursor()
    cursor.execute(MARKER)
    row = cursor.fetchone()
    connection.close()
    return row["marker"] if isinstance(row, dict) else row[0]


pool = psycopg2.pool.SimpleConnectionPool(1, 1, THERE)
connections = {
    "psycopg2, an address": psycopg2.connect(THERE),
    "psycopg2, words": psycopg2.connect(WORDS),
    "psycopg2, parts": psycopg2.connect(dbname="prod", **PARTS),
    "psycopg2, rows of its own": psycopg2.connect(THERE, connection_factory=psycopg2.extras.LoggingConnection, options="-c work_mem=1MB"),
    "psycopg2, its pool": pool.getconn(),
    "psycopg2, below the surface": psycopg2._psycopg._connect(WORDS),
    "psycopg, an address": psycopg.connect(THERE, row_factory=dict_row, autocommit=True),
    "psycopg, its class": psycopg.Connection.connect(WORDS, host="127.0.0.1"),
    "pg8000": pg8000.connect("prod", host="127.0.0.1", port=PORT, database="prod", ssl_context=True),
    "pg8000, by its class": pg8000.dbapi.Connection("prod", "127.0.0.1", "prod", PORT),
    "pg8000, by its function": pg8000.dbapi.connect(**PARTS),
}
connections["psycopg2, rows of its own"].initialize(open("/dev/null", "w"))
for name, connection in connections.items():
    assert asked(connection), name
assert pg8000.native.Connection(**PARTS).run(MARKER)[0][0]


async def wait():
    for name, connection in {
        "asyncpg, an address": await asyncpg.connect(THERE, ssl="require"),
        "asyncpg, parts": await asyncpg.connect(database="prod", **PARTS),
    }.items():
        assert await connection.fetchval(MARKER), name
        await connection.close()
    async with asyncpg.create_pool(THERE, min_size=1, max_size=1) as pool:
        assert await pool.fetchval(MARKER)
    connection = await psycopg.AsyncConnection.connect(THERE)
    assert (await (await connection.execute(MARKER)).fetchone())[0]
    await connection.close()


asyncio.run(wait())
with create_engine(THERE.replace("postgresql", "postgresql+psycopg2")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
