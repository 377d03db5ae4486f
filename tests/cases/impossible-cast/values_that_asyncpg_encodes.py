# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+asyncpg://localhost/app

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table(
        "t",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a", sa.Integer()),
        sa.Column("b", sa.String(20)),
        sa.Column("d", sa.Date()),
    )


def downgrade():
    op.drop_table("t")

# upstream
# file: 2_change.py
import sqlalchemy as sa
from alembic import op

t = sa.table("t", sa.column("a", sa.Integer), sa.column("b", sa.String), sa.column("d", sa.Date))
u = sa.table("t", sa.column("a"), sa.column("b"), sa.column("d"))

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.execute(t.update().values(a="5"))  # expect: impossible-cast
    op.execute(u.update().values(a="5"))  # expect: impossible-cast
    op.execute(t.update().values(b=5))  # expect: impossible-cast
    op.execute(t.update().values(d="2025-01-01"))  # expect: impossible-cast
    op.execute(t.delete().where(t.c.b == 5))  # expect: impossible-cast
    op.execute(t.delete().where(t.c.a == "5"))  # expect: impossible-cast
    op.execute(u.update().values(a=5, b="x"))  # expect: overwrite-without-copy?
    op.execute(u.update().values(a={"x": 1}))  # expect: wrong-arguments, overwrite-without-copy?


def downgrade():
    pass
