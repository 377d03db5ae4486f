import sqlalchemy as sa
from alembic import op

revision = "f60ceabb3630"
down_revision = None


def upgrade():
    op.create_table(
        "a",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("x", sa.Integer()),
    )
    op.drop_column("a", "x")
    op.add_column("users", sa.Column("tmp", sa.Integer()))
    op.drop_column("users", "tmp")
    op.drop_table("a")
    op.add_column("users", sa.Column("kept", sa.Integer()))


def downgrade():
    op.drop_column("users", "kept")
