# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "2f7b90d4e16c"
down_revision = None


def upgrade():
    op.create_table("roles", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(64)))


def downgrade():
    op.drop_table("roles")

# upstream
# file: 2_read.py
import sqlalchemy as sa
from alembic import op

revision = "b6c3058fa97e"
down_revision = "2f7b90d4e16c"

metadata = sa.MetaData()


def roles_table():
    return sa.Table(
        "roles",
        metadata,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(64)),
        sa.Column("auto_assign", sa.Boolean()),
        extend_existing=True,
    )


def upgrade():
    conn = op.get_bind()
    plain = sa.table("roles", sa.column("id"), sa.column("name"))
    conn.execute(sa.select(plain).where(plain.c.name == "owner"))
    roles = roles_table()
    conn.execute(sa.select(roles.c.name).where(roles.c.id == 1))
    conn.execute(sa.select(roles).where(roles.c.name == "owner")).all()  # expect: missing-object


def downgrade():
    pass
