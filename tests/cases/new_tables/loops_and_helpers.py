import sqlalchemy as sa
from alembic import op
def add_index(table):
    op.create_index(f"ix_{table}", table, ["x"])  # expect: index-without-concurrently

revision = "4d20f810bb51"
down_revision = None


def upgrade():
    for name in ("a", "b"):
        op.add_column(name, sa.Column("x", sa.Integer(), nullable=False))  # expect: not-null-without-default
    add_index("c")


def downgrade():
    op.drop_index("ix_c", table_name="c")
    for name in ("a", "b"):
        op.drop_column(name, "x")
