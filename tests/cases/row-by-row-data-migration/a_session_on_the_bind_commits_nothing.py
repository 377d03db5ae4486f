# file: 0001_people.py
"""Create the people table"""
from alembic import op
import sqlalchemy as sa

revision = "8c2d11f09ae4"
down_revision = None


def upgrade():
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text()),
    )


def downgrade():
    op.drop_table("people")

# upstream

# file: 0002_slugs.py
"""Give everybody a slug"""
from alembic import op
from sqlalchemy import orm
import sqlalchemy as sa

revision = "b7f30e5d92c6"
down_revision = "8c2d11f09ae4"

Base = orm.declarative_base()
Session = orm.sessionmaker()


class Person(Base):
    __tablename__ = "people"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.Text)
    slug = sa.Column(sa.Text)


def upgrade():
    session = Session(bind=op.get_bind())
    # Only what is empty is filled.
    for person in session.query(Person).filter(Person.slug == None):
        person.slug = slug_of(person)  # expect: row-by-row-data-migration?
    # What stood there is gone.
    for person in session.query(Person).all():
        person.name = person.name.strip()  # expect: overwrite-without-copy?
    # The session shares the transaction of the migration: this ends nothing.
    session.commit()


def downgrade():
    session = Session(bind=op.get_bind())
    for person in session.query(Person):
        person.slug = None
    session.rollback()  # expect: manual-transaction?


def slug_of(person):
    return "-".join(person.name.lower().split())
