# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "aec1b089fca5"
down_revision = None


def upgrade():
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(50)),
        sa.Column("price", sa.Numeric(10, 2)),
    )


def downgrade():
    op.drop_table("notes")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "387f02bc8ea8"
down_revision = "aec1b089fca5"


def upgrade():
    op.alter_column("notes", "title", type_=sa.String(100))
    op.alter_column("notes", "title", type_=sa.Text())
    op.alter_column("notes", "price", type_=sa.Numeric(12, 2))


def downgrade():
    op.alter_column("notes", "price", type_=sa.Numeric(10, 2))
    op.alter_column("notes", "title", type_=sa.String(50))
