"""Longer titles"""
import sqlalchemy as sa
from alembic import op

revision = "0146c1c8db7f"
down_revision = None


def upgrade():
    with op.batch_alter_table("articles") as batch_op:
        batch_op.add_column(sa.Column("subtitle", sa.String(200), nullable=True))


def downgrade():
    with op.batch_alter_table("articles") as batch_op:
        batch_op.drop_column("subtitle")
