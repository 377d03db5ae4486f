# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "59b01e9343b8"
down_revision = None


def upgrade():
    op.create_table(
        "logs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime()),
    )


def downgrade():
    op.drop_table("logs")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "8721a76f1548"
down_revision = "59b01e9343b8"


def upgrade():
    op.alter_column("logs", "at", type_=sa.DateTime(timezone=True))  # expect: column-type-change?


def downgrade():
    op.alter_column("logs", "at", type_=sa.DateTime())
