# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "88df2a347242"
down_revision = None


def upgrade():
    op.create_table(
        "a",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("x", sa.Integer()),
    )


def downgrade():
    op.drop_table("a")

# upstream

# file: 0002_revision.py
from alembic import op

revision = "51928ff7ba41"
down_revision = "88df2a347242"


def upgrade():
    op.create_index("ix_a_x", "a", ["x"])  # expect: index-without-concurrently


def downgrade():
    op.drop_index("ix_a_x", table_name="a")
