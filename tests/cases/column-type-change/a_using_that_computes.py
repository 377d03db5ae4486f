# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "215623c604fe"
down_revision = None


def upgrade():
    op.create_table(
        "logs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("size", sa.String(20)),
    )


def downgrade():
    op.drop_table("logs")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "2c4c304f6875"
down_revision = "215623c604fe"


def upgrade():
    op.alter_column("logs", "size", type_=sa.Text(), postgresql_using="trim(size)")  # expect: column-type-change


def downgrade():
    op.alter_column("logs", "size", type_=sa.String(20))
