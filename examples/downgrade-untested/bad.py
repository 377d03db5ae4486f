"""add nickname

Committed as it was written: whether the downgrade works is not known.
"""
# evidence: none
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
