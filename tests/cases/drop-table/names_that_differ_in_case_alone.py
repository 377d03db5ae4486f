# file: 0001_tables.py
"""PostgreSQL keeps `Attendee` beside `attendee`"""
import sqlalchemy as sa
from alembic import op

revision = "7b3c91e0d5a4"
down_revision = None


def upgrade():
    op.create_table("Attendee", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("Attendee")

# upstream

# file: 0002_the_other.py
import sqlalchemy as sa
from alembic import op

revision = "e5f2207c81bb"
down_revision = "7b3c91e0d5a4"


def upgrade():
    op.create_table("attendee", sa.Column("id", sa.Integer(), primary_key=True), comment="Who comes.")
    op.drop_table("Attendee")  # expect: drop-table


def downgrade():
    op.create_table("Attendee", sa.Column("id", sa.Integer(), primary_key=True))
    op.drop_table("attendee")

# file: 0003_more.py
import sqlalchemy as sa
from alembic import op

revision = "0cd48ae96f13"
down_revision = "e5f2207c81bb"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("attendee", sa.Column("title", sa.Text()))


def downgrade():
    op.drop_column("attendee", "title")
