# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "e783457d46d2"
down_revision = None


def upgrade():
    op.create_table(
        "a",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("x", sa.Integer()),
    )


def downgrade():
    op.drop_table("a")

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "f672a4b9dbc6"
down_revision = "e783457d46d2"


def upgrade():
    op.create_index("ix_a_x", "a", ["x"])
    op.add_column("a", sa.Column("y", sa.Text(), nullable=False))


def downgrade():
    op.drop_column("a", "y")
    op.drop_index("ix_a_x", table_name="a")
