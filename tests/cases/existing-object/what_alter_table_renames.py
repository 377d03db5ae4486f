# file: 0001_pages.py
"""ALTER TABLE renames sequences and indexes of PostgreSQL as well: the old name is free again"""
import sqlalchemy as sa
from alembic import op

revision = "5e0b7d3f91c2"
down_revision = None


def upgrade():
    op.execute("CREATE SEQUENCE numbers")
    op.create_table("pages", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("n", sa.Integer()))
    op.create_index("ix_pages_n", "pages", ["n"])


def downgrade():
    op.drop_table("pages")
    op.execute("DROP SEQUENCE numbers")

# upstream

# file: 0002_names.py
from alembic import op

revision = "c3d8a6e4b017"
down_revision = "5e0b7d3f91c2"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.rename_table("numbers", "counts")
    op.rename_table("ix_pages_n", "ix_n")
    op.execute("CREATE SEQUENCE numbers")
    op.execute("DROP SEQUENCE numbers")


def downgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.rename_table("ix_n", "ix_pages_n")
    op.rename_table("counts", "numbers")

# file: 0003_again.py
from alembic import op

revision = "d81f5b2c6a90"
down_revision = "c3d8a6e4b017"


def upgrade():
    op.execute("CREATE SEQUENCE counts")  # expect: existing-object


def downgrade():  # expect: missing-downgrade
    pass
