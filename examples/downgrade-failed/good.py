"""add mood

The downgrade takes away what the upgrade makes, by the names that the upgrade gives.
"""
# evidence: passed
import sqlalchemy as sa
from alembic import op

revision = "7c2a91d04f3b"
down_revision = None

def upgrade():
    op.create_table(
        "diary",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("mood", sa.Text(), nullable=False),
    )
    op.create_index("ix_diary_mood", "diary", ["mood"])


def downgrade():
    op.drop_index("ix_diary_mood", table_name="diary")
    op.drop_table("diary")
