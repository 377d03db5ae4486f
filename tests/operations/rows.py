"""objects that stand in the rows of a result, however they are taken out"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import inspect, orm
from sqlalchemy.orm import Session, declarative_base

revision = "a1"
down_revision = None

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String)


class Order(Base):
    __tablename__ = "orders"
    id = sa.Column(sa.Integer, primary_key=True)
    state = sa.Column(sa.String)


def in_pages(query):
    session = inspect(query).session
    result = session.execute(query)
    while True:
        rows = result.fetchmany(100)
        if not rows:
            break
        for row in rows:
            yield row[0]
        session.commit()


def upgrade():
    session = Session(bind=op.get_bind())
    for user in in_pages(session.query(User).filter(User.name == "x")):
        user.name = "in pages"
    for row in session.execute(sa.select(User)).all():
        row[0].name = "by place"
    for (user,) in session.execute(sa.select(User)):
        user.name = "unpacked"
    for row in session.execute(sa.select(User)):
        row.User.name = "by the name of the class"
    for page in session.execute(sa.select(User)).scalars().partitions(100):
        for user in page:
            user.name = "in a partition"
    for user, order in session.query(User, Order):
        user.name = "the first of two"
        order.state = "the second of two"
    for number, order in session.query(User.id, Order):
        order.state = f"of {number}"
    row = session.query(User.id, Order).first()
    row.Order.state = "by its name"
    row[1].state = "by its place"
    for order in session.query(User).with_entities(Order):
        order.state = "other entities"
    for user in session.query(User)[0:10]:
        user.name = "a slice"
    for user in session.query(User).session.query(User):
        user.name = "of the session of a query"
    for row in session.execute(sa.select(User.id, User.name)):
        print(row[0], row.name)
    session.delete(session.execute(sa.select(Order)).first()[0])


def downgrade():
    pass
