# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "11ac5ea401be"
down_revision = None


def upgrade():
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(50)),
    )


def downgrade():
    op.drop_table("notes")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "3d4a06455ab1"
down_revision = "11ac5ea401be"


def upgrade():
    op.alter_column("notes", "title", type_=sa.String(20))  # expect: lossy-type-change


def downgrade():
    op.alter_column("notes", "title", type_=sa.String(50))
