# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "2e6a2fd756d2"
down_revision = None


def upgrade():
    op.create_table(
        "a",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("b_id", sa.Integer()),
    )


def downgrade():
    op.drop_table("a")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "99de81094d05"
down_revision = "2e6a2fd756d2"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table("c", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a_id", sa.Integer(), sa.ForeignKey("a.id")))


def downgrade():
    op.drop_table("c")

# file: 0003_revision.py
from alembic import op

revision = "ff78fc5927f9"
down_revision = "99de81094d05"


def upgrade():
    op.create_index("ix_c_a_id", "c", ["a_id"])


def downgrade():
    op.drop_index("ix_c_a_id", table_name="c")
