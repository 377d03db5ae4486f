# file: ../../alembic.ini
[alembic]
script_location = %(here)s/alembic
sqlalchemy.url = postgresql+psycopg://app@db/shop

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "7f2b90c4d1e8"
down_revision = None


def upgrade():
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50)),
        sa.Column("count", sa.Integer()),
        sa.Column("day", sa.Date()),
        sa.Column("at", sa.DateTime()),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("is_new", sa.Boolean()),
        sa.Column("key", sa.Uuid()),
        sa.Column("data", sa.JSON()),
    )


def downgrade():
    op.drop_table("visits")

# upstream
# file: 2_values.py
import sqlalchemy as sa
from alembic import op

revision = "e8a41f06c3d9"
down_revision = "7f2b90c4d1e8"

visits = sa.table("visits", sa.column("id", sa.Integer), sa.column("count", sa.String), sa.column("name", sa.String))
plain = sa.table("visits", sa.column("id"), sa.column("count"))


def upgrade():
    bind = op.get_bind()
    op.execute(visits.update().where(visits.c.id == 1).values(count="5"))  # expect: impossible-cast
    op.execute(visits.delete().where(visits.c.count == "5"))  # expect: impossible-cast
    bind.execute(visits.insert().values(id=1, count="5"))  # expect: impossible-cast
    bind.execute(plain.delete().where(plain.c.count != "5"))  # expect: impossible-cast


def downgrade():
    op.execute(plain.update().where(plain.c.id == 1).values(count="5"))
    op.execute(visits.update().where(visits.c.id == 1).values(count=op.inline_literal("5")))
    op.execute(visits.delete().where(visits.c.id == 1, visits.c.count == op.inline_literal("5")))
    op.execute(visits.update().where(visits.c.id == 1).values(count=sa.cast("5", sa.Integer)))
    op.execute(visits.update().where(visits.c.name == "a").values(name=visits.c.name + "x"))
