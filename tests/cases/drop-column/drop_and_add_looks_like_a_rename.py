# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "8dd9e17dfaeb"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50)),
    )


def downgrade():
    op.drop_table("users")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "23412e7df772"
down_revision = "8dd9e17dfaeb"


def upgrade():
    op.add_column("users", sa.Column("title", sa.String(50)))
    op.drop_column("users", "name")  # expect: drop-column


def downgrade():
    op.drop_column("users", "title")
    op.add_column("users", sa.Column("name", sa.String(50)))
