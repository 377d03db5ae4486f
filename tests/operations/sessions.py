"""rows written through sessions and mapped classes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session, declarative_base, sessionmaker

revision = "a1"
down_revision = None

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column("user_name", sa.String)
    score = sa.Column(sa.Integer)
    orders = orm.relationship("Order")


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = {"schema": "sales"}
    id = sa.Column(sa.Integer, primary_key=True)
    user_id = sa.Column(sa.Integer, sa.ForeignKey("users.id"))


def upgrade():
    bind = op.get_bind()
    session = Session(bind=bind)
    for user in session.query(User).filter(User.name == None):  # noqa: E711
        user.name = "anonymous"
        session.add(user)
    session.commit()
    session.query(User).filter(User.id == 3).update({"score": 1})
    session.query(User).filter(User.score > 10).delete(synchronize_session=False)
    session.query(Order).delete()
    session.add(Order(user_id=4))
    session.add_all([User(name="a", score=1), User(name="b")])
    session.bulk_insert_mappings(User, [{"name": "x"}, {"name": "y"}])
    session.execute(sa.update(User).where(User.id == 1).values(name="z"))
    session.merge(User(id=1, name="q"))
    maker = sessionmaker(bind=bind)
    with maker() as other:
        for order in other.query(Order).all():
            order.user_id = 5
        other.flush()
    statement = insert(User.__table__).values([{"id": 1}, {"id": 2}])
    bind.execute(statement.on_conflict_do_nothing(index_elements=["id"]))
    for row in bind.execute(sa.select(User.id, User.name).where(User.score.is_(None))):
        bind.execute(sa.text("UPDATE users SET score = :s WHERE id = :id"), {"s": 1, "id": row.id})
        bind.execute(User.__table__.update().where(User.__table__.c.id == row.id).values(score=row[1]))
    mapped = automap_base()
    mapped.prepare(autoload_with=bind)
    things = mapped.classes.things
    session.query(things).filter(things.id.in_([1, 2])).update({things.x: 5}, synchronize_session=False)
    Base.metadata.create_all(bind=bind)


def downgrade():
    raise Exception("what was overwritten is gone")
