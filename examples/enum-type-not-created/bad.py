"""Give orders a priority"""
from alembic import op
import sqlalchemy as sa

revision = "0b6fd94e1a27"
down_revision = None


def upgrade():
    op.add_column("orders", sa.Column("priority", sa.Enum("low", "high", name="order_priority")))


def downgrade():
    op.drop_column("orders", "priority")
    sa.Enum(name="order_priority").drop(op.get_bind(), checkfirst=True)
