"""Give orders a state"""
from alembic import op
import sqlalchemy as sa

revision = "2d7a90f1c6eb"
down_revision = None


def upgrade():
    state = sa.Enum("open", "closed", name="order_state")
    state.create(op.get_bind(), checkfirst=True)
    op.add_column("orders", sa.Column("state", state))
    op.add_column("orders", sa.Column("kind", sa.Enum("a", "b", name="order_kind", native_enum=False)))
    op.add_column("orders", sa.Column("source", sa.Enum("web", "shop", name="order_source")))  # expect: enum-type-not-created


def downgrade():
    op.drop_column("orders", "source")
    op.drop_column("orders", "kind")
    op.drop_column("orders", "state")
    sa.Enum(name="order_state").drop(op.get_bind(), checkfirst=True)
