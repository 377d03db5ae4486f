# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: ../../docker-compose.yml
services:
  db:
    image: mysql:5.7

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
    )
    op.create_check_constraint("ck", "t", "a > 0")


def downgrade():
    op.drop_table("t")

# upstream
# file: 2_newer.py
import sqlalchemy as sa
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.execute("ALTER TABLE t RENAME COLUMN b TO c")  # expect: operation-not-supported, rename-column
    op.add_column("t", sa.Column("u", sa.String(36), server_default=sa.text("(uuid())")))  # expect: operation-not-supported
    op.create_index("ix_t_c", "t", [sa.text("(lower(c))")])  # expect: operation-not-supported
    op.drop_constraint("ck", "t", type_="check")  # expect: operation-not-supported
    op.execute("WITH q AS (SELECT 1 AS x) DELETE FROM t WHERE id IN (SELECT x FROM q)")  # expect: operation-not-supported, delete-rows?


def downgrade():  # expect: missing-downgrade
    pass
