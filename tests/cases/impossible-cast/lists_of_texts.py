# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg://localhost/app

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("n", sa.Integer()),
        sa.Column("name", sa.String(20)),
        sa.Column("ok", sa.Boolean()),
    )


def downgrade():
    op.drop_table("users")

# upstream
# file: 2_lists.py
import sqlalchemy as sa
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"

users = sa.table("users", sa.column("n"), sa.column("name", sa.String), sa.column("ok"))
declared = sa.table("users", sa.column("n", sa.Integer), sa.column("ok", sa.Boolean))


def upgrade():
    op.execute(users.delete().where(users.c.n.in_(["5", "6"])))  # expect: impossible-cast
    op.execute(users.delete().where(users.c.n.not_in(["5"])))  # expect: impossible-cast
    op.execute(users.delete().where(users.c.n.in_([5, 6])))  # expect: delete-rows?
    op.execute(users.delete().where(users.c.name.in_(["5"])))  # expect: delete-rows?
    op.execute(declared.delete().where(declared.c.n.in_([])))  # expect: delete-rows?
    op.execute(users.update().values(ok=1))  # expect: impossible-cast
    op.execute(declared.update().values(ok=1))  # expect: overwrite-without-copy?
    op.execute(declared.update().values(ok=2))  # expect: wrong-arguments, overwrite-without-copy?


def downgrade():
    pass
