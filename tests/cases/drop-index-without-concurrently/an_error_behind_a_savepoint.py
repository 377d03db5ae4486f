# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "c05d81f7b3ea"
down_revision = None


def upgrade():
    op.create_table("apikeys", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))


def downgrade():
    op.drop_table("apikeys")

# upstream
# file: 2_savepoint.py
from alembic import op

revision = "f91b4e07d2c5"
down_revision = "c05d81f7b3ea"


def upgrade():
    try:
        with op.get_bind().begin_nested():
            op.drop_index("ix_apikeys_name", table_name="apikeys")  # expect: drop-index-without-concurrently?
    except Exception as error:
        print(error)


def downgrade():  # expect: missing-downgrade
    pass
