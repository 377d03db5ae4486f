"""Makes engines and calls drivers of MySQL in every way that could lead to ADDRESS; each must come out at the scratch database."""
import asyncio

import aiomysql
import asyncmy
import MySQLdb
import pymysql
from alembic import context
from sqlalchemy import create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine

THERE = "mysql+pymysql://prod:secret@ADDRESS/prod"
PARTS = {"host": "127.0.0.1", "port": PORT, "user": "prod", "password": "secret"}


def asked(connection):
    cursor = connection.cursor()
    cursor.execute("SELECT @@skip_networking")
    return cursor.fetchone()[0] == 1


for name, connection in {
    "pymysql": pymysql.connect(database="prod", **PARTS),
    "pymysql, its class": pymysql.connections.Connection(db="prod", read_default_file="/etc/mysql/my.cnf", **PARTS),
    "MySQLdb": MySQLdb.connect(database="prod", **PARTS),
    "MySQLdb, by position": MySQLdb.Connect("127.0.0.1", "prod", "secret", "prod", PORT),
}.items():
    assert asked(connection), name
    connection.close()


async def wait():
    for connection in (await aiomysql.connect(db="prod", **PARTS), await asyncmy.connect(database="prod", **PARTS)):
        async with connection.cursor() as cursor:
            await cursor.execute("SELECT @@skip_networking")
            assert (await cursor.fetchone())[0] == 1
        connection.close()
    for driver in ("aiomysql", "asyncmy"):
        engine = create_async_engine(THERE.replace("pymysql", driver))
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT @@skip_networking"))).scalar() == 1
        await engine.dispose()


asyncio.run(wait())
engines = {
    "an address": create_engine(THERE),
    "connect_args": create_engine(THERE, connect_args=dict(PARTS, unix_socket=None, ssl={"ca": "/etc/ca"})),
    "a file of settings": create_engine("mysql+mysqldb:///?read_default_file=/etc/mysql/my.cnf"),
    "a creator": create_engine(THERE, creator=lambda: pymysql.connect(**PARTS)),
    "a listener": create_engine(THERE.replace("pymysql", "mysqldb")),
}


@event.listens_for(engines["a listener"], "do_connect")
def sign_in(_dialect, _record, _arguments, parameters):
    parameters.update(PARTS, unix_socket="/run/mysqld/mysqld.sock")


for name, engine in engines.items():
    with engine.connect() as connection:
        assert connection.execute(text("SELECT @@skip_networking")).scalar() == 1, name
    engine.dispose()
with engines["an address"].connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
