"""Create the webhooks table"""
from alembic import op
import sqlalchemy as sa

revision = "ce902b7d4f61"
down_revision = None


def upgrade():
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("url", sa.String(200)),
    )


def downgrade():
    op.drop_table("webhooks")
