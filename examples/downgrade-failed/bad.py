"""add mood

The downgrade leaves the type behind: the second upgrade fails with `type "mood" already exists`.
"""
import sqlalchemy as sa
from alembic import op

revision = "7c2a91d04f3b"
down_revision = None

mood = sa.Enum("calm", "merry", name="mood")


def upgrade():
    op.create_table(
        "diary",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("mood", mood),
    )


def downgrade():
    op.drop_table("diary")
