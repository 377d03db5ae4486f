"""Create the tags table"""
from alembic import op
import sqlalchemy as sa

revision = "3f9c1b7d2e60"
down_revision = None


def upgrade():
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
    )


def downgrade():
    op.drop_table("tags")
