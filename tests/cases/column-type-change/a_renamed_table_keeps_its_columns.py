# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "ac962145a924"
down_revision = None


def upgrade():
    op.create_table(
        "logs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(20)),
    )


def downgrade():
    op.drop_table("logs")

# file: 0002_revision.py
from alembic import op

revision = "12a4589f606d"
down_revision = "ac962145a924"


def upgrade():
    op.rename_table("logs", "entries")


def downgrade():
    op.rename_table("entries", "logs")

# upstream

# file: 0003_revision.py
import sqlalchemy as sa
from alembic import op

revision = "3e6df47d9e02"
down_revision = "12a4589f606d"


def upgrade():
    op.alter_column("entries", "title", type_=sa.String(40))


def downgrade():
    op.alter_column("entries", "title", type_=sa.String(20))
