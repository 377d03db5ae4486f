import sqlalchemy as sa
from alembic import op

revision = "947dab69c4cf"
down_revision = None


def upgrade():
    if not sa.inspect(op.get_bind()).has_table("a"):
        op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("x", sa.Integer()))
    op.create_index("ix_a_x", "a", ["x"])  # expect: index-without-concurrently


def downgrade():
    op.drop_table("a")
