# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql://localhost/app

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "6a0d94c27fb3"
down_revision = None


def upgrade():
    op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("auth", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("password", sa.Text()))


def downgrade():
    op.drop_table("auth")
    op.drop_table("people")

# upstream
# file: 2_missing.py
import sqlalchemy as sa
from alembic import op

revision = "e48f1b7c0d52"
down_revision = "6a0d94c27fb3"

people = sa.table("people", sa.column("id", sa.Integer))
auth = sa.table("auth", sa.column("id", sa.Integer), sa.column("password", sa.Text))


def upgrade():
    missing = sa.select(people.c.id, sa.literal("")).where(~sa.exists().where(auth.c.id == people.c.id))
    op.execute(auth.insert().from_select(["id", "password"], missing))
    every = sa.select(people.c.id, sa.literal(""))
    op.execute(auth.insert().from_select(["id", "password"], every))  # expect: data-migration-not-idempotent?


def downgrade():
    op.execute(sa.delete(auth).where(auth.c.password == ""))
