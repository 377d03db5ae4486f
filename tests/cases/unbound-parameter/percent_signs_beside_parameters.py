# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/app

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
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    bind = op.get_bind()
    bind.exec_driver_sql("DELETE FROM t WHERE b LIKE '%@old' AND a = %s", (1,))  # expect: unbound-parameter, delete-rows?
    bind.exec_driver_sql("DELETE FROM t WHERE b LIKE '%%@old' AND a = %(a)s", {"a": 1})  # expect: delete-rows?


def downgrade():
    pass
