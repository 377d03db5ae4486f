"""add nickname

Tried with `safe-migration verify` before it is committed: the evidence is kept by the content of the file.
"""
# evidence: passed
import sqlalchemy as sa
from alembic import op

revision = "4b1f0c2d9e77"
down_revision = None


def upgrade():
    op.create_table(
        "nickname",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
    )


def downgrade():
    op.drop_table("nickname")
