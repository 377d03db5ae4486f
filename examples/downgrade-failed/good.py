"""add mood

The downgrade takes away all that the upgrade makes, so that the second upgrade finds what the first one found.
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
    mood.drop(op.get_bind())
