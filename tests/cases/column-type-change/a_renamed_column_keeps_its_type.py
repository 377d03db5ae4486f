# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "77a728bfd68a"
down_revision = None


def upgrade():
    op.create_table(
        "logs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("size", sa.Integer()),
    )


def downgrade():
    op.drop_table("logs")

# file: 0002_revision.py
from alembic import op

revision = "4da7344f9d5b"
down_revision = "77a728bfd68a"


def upgrade():
    op.alter_column("logs", "size", new_column_name="bytes")


def downgrade():
    op.alter_column("logs", "bytes", new_column_name="size")

# upstream

# file: 0003_revision.py
import sqlalchemy as sa
from alembic import op

revision = "6436ed0ab1a2"
down_revision = "4da7344f9d5b"


def upgrade():
    op.alter_column("logs", "bytes", type_=sa.BigInteger())  # expect: column-type-change


def downgrade():
    op.alter_column("logs", "bytes", type_=sa.Integer())
