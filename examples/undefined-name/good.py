"""Keep the facts of each part
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "5d0c7be41a96"
down_revision = None


def upgrade():
    op.create_table(
        "part_facts",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("body", postgresql.JSONB(), nullable=False),
    )


def downgrade():
    op.drop_table("part_facts")
