# file: ../../pyproject.toml
[project]
name = "shop"
version = "1.0"
dependencies = ["sqlalchemy==2.1.3"]

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "6e0b17fd95c2"
down_revision = None


def upgrade():
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.Enum("open", "done", name="state")),
    )


def downgrade():
    op.drop_table("checks")
    op.execute("DROP TYPE state")

# upstream
# file: 2_second.py
import sqlalchemy as sa
from alembic import op

revision = "b30f8ae5c164"
down_revision = "6e0b17fd95c2"


def upgrade():
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.Enum("open", "done", name="state", create_type=False)),
    )


def downgrade():
    op.drop_table("batches")
