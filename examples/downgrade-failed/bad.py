"""add mood

The downgrade compares text with a number: it fails with `operator does not exist: text = integer`.
"""
# evidence: downgrade fails: operator does not exist: text = integer
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
    op.execute("DELETE FROM diary WHERE mood = 7")
    op.drop_index("ix_diary_mood", table_name="diary")
    op.drop_table("diary")
