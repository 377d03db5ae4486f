"""Makes engines in every way that could lead to ADDRESS; each must come out at the scratch database."""
import asyncio

import asyncpg
import psycopg2
from alembic import context
from sqlalchemy import create_engine, engine_from_config, event, pool, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

THERE = "postgresql+psycopg2://prod:secret@ADDRESS/prod"
AWAY = {"host": "127.0.0.1", "port": PORT, "dbname": "prod", "sslmode": "require", "password": "secret"}


def connect_away(*_arguments):
    return psycopg2.connect("host=127.0.0.1 port=PORT dbname=prod user=prod password=secret")


async def connect_away_waiting(*_arguments):
    return await asyncpg.connect("postgresql://prod:secret@ADDRESS/prod")


engines = {
    "an address": create_engine(THERE),
    "an address of parts": create_engine(URL.create("postgresql+psycopg2", "prod", "secret", "127.0.0.1", PORT, "prod")),
    "several hosts": create_engine("postgresql+psycopg2://u:p@/prod?host=127.0.0.1:PORT&host=localhost:PORT"),
    "a query": create_engine("postgresql+psycopg2:///prod?host=127.0.0.1&port=PORT&sslmode=require"),
    "a service": create_engine("postgresql+psycopg2:///?service=production"),
    "nothing at all": create_engine("postgresql+psycopg2://"),
    "settings": engine_from_config({"sqlalchemy.url": THERE, "sqlalchemy.pool_size": "2"}),
    "connect_args with a host": create_engine(THERE, connect_args=AWAY),
    "connect_args with an address in digits": create_engine(THERE, connect_args={"hostaddr": "127.0.0.1", "port": PORT}),
    "connect_args with a dsn": create_engine("postgresql+psycopg2://", connect_args={"dsn": THERE.replace("+psycopg2", "")}),
    "a creator": create_engine(THERE, creator=connect_away),
    "a pool made before": create_engine(THERE, pool=pool.QueuePool(connect_away)),
    "a pool class": create_engine(THERE, poolclass=pool.StaticPool),
    "psycopg": create_engine("postgresql+psycopg://prod:secret@ADDRESS/prod", connect_args={"hostaddr": "127.0.0.1"}),
    "pg8000": create_engine("postgresql+pg8000://prod:secret@ADDRESS/prod", connect_args={"ssl_context": True}),
    "a listener that connects": create_engine(THERE),
    "a listener that changes the address": create_engine(THERE),
    "the address of another engine": create_engine(create_engine(THERE).url),
}
event.listen(engines["a listener that connects"], "do_connect", connect_away)


@event.listens_for(engines["a listener that changes the address"], "do_connect")
def sign_in(_dialect, _record, _arguments, parameters):
    parameters.update(AWAY, hostaddr="127.0.0.1", password="a token of the cloud")


def is_scratch(connection):
    return bool(connection.execute(text("SELECT current_setting('safe_migration.marker', true)")).scalar())


for name, engine in engines.items():
    with engine.connect() as connection:
        assert is_scratch(connection), name
    engine.dispose()


async def wait():
    there = THERE.replace("psycopg2", "asyncpg")
    for name, engine in {
        "asyncpg": create_async_engine(there, connect_args={"host": "127.0.0.1", "port": PORT, "ssl": "require"}),
        "an async creator": create_async_engine(there, async_creator=connect_away_waiting),
        "psycopg, waiting": create_async_engine(there.replace("asyncpg", "psycopg")),
    }.items():
        async with engine.connect() as connection:
            assert await connection.run_sync(is_scratch), name
        await engine.dispose()


asyncio.run(wait())
with engines["an address"].connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
