"""add mood

The downgrade formats text as a date: it fails with `function to_char(text, unknown) does not exist`.
"""
# evidence: downgrade fails: function to_char(text, unknown) does not exist
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
    op.execute("DELETE FROM diary WHERE to_char(mood, 'YYYY') = '2024'")
    op.drop_index("ix_diary_mood", table_name="diary")
    op.drop_table("diary")
