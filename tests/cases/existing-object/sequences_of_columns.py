# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "2c9e7a40f5b8"
down_revision = None


def upgrade():
    op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True))
    op.rename_table("people", "persons")


def downgrade():
    op.rename_table("persons", "people")
    op.drop_table("people")
    op.drop_table("shops")

# upstream
# file: 2_sequences.py
import sqlalchemy as sa
from alembic import op

revision = "97b1f3c6d0e4"
down_revision = "2c9e7a40f5b8"


def upgrade():
    op.execute("CREATE SEQUENCE shops_id_seq")  # expect: existing-object
    op.execute("CREATE SEQUENCE people_id_seq")  # expect: existing-object
    op.execute("CREATE SEQUENCE persons_id_seq")


def downgrade():  # expect: downgrade-incomplete?
    op.execute("DROP SEQUENCE persons_id_seq")
