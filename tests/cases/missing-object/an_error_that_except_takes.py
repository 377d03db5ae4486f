# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "a7e20c5f81d9"
down_revision = None


def upgrade():
    op.create_table("apikeys", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))


def downgrade():
    op.drop_table("apikeys")

# upstream
# file: 2_try.py
import sqlalchemy as sa
from alembic import op

revision = "3cd8f50b6e1a"
down_revision = "a7e20c5f81d9"


def upgrade():
    try:
        op.drop_index("ix_apikeys_name", table_name="apikeys")  # expect: missing-object
    except Exception as error:
        print(error)
    try:
        op.drop_constraint("uq_apikeys_name", "apikeys")  # expect: missing-object
    except Exception:
        pass
    op.add_column("apikeys", sa.Column("used_at", sa.DateTime()))


def downgrade():  # expect: downgrade-incomplete?
    op.drop_column("apikeys", "used_at")
