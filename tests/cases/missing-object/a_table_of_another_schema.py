# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "d28e5f9a03c1"
down_revision = None


def upgrade():
    op.execute("CREATE SCHEMA acct")
    op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True), schema="acct")


def downgrade():
    op.drop_table("shops", schema="acct")
    op.execute("DROP SCHEMA acct")

# upstream
# file: 2_without_it.py
import sqlalchemy as sa
from alembic import op

revision = "6b4a0c7d8e95"
down_revision = "d28e5f9a03c1"


def upgrade():
    op.add_column("shops", sa.Column("note", sa.Text()))  # expect: missing-object?
    op.add_column("shops", sa.Column("size", sa.Text()), schema="acct")


def downgrade():  # expect: downgrade-incomplete?
    op.drop_column("shops", "size", schema="acct")
