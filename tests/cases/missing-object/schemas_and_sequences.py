# file: 1_schemas.py
import sqlalchemy as sa
from alembic import op

revision = "d2f61b8a3e05"
down_revision = None


def upgrade():
    op.execute("CREATE SCHEMA billing")
    op.execute("CREATE SEQUENCE numbers")
    op.execute("CREATE SEQUENCE old_numbers")
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_index("ix_users_id", "users", ["id"])


def downgrade():
    op.drop_table("users")
    op.execute("DROP SEQUENCE old_numbers")
    op.execute("DROP SEQUENCE numbers")
    op.execute("DROP SCHEMA billing")

# file: 2_gone.py
from alembic import op

revision = "70e9c4d1b6a3"
down_revision = "d2f61b8a3e05"


def upgrade():
    op.execute("DROP SEQUENCE old_numbers")


def downgrade():
    op.execute("CREATE SEQUENCE old_numbers")

# upstream
# file: 3_tables.py
import sqlalchemy as sa
from alembic import op

revision = "4c85a0f7e2d9"
down_revision = "70e9c4d1b6a3"


def upgrade():
    op.create_table("bills", sa.Column("id", sa.Integer(), primary_key=True), schema="billing")
    op.create_table("stock", sa.Column("id", sa.Integer(), primary_key=True), schema="store")  # expect: missing-object?
    op.create_table("shelf", sa.Column("id", sa.Integer(), primary_key=True), schema="store")
    op.add_column("users", sa.Column("number", sa.Integer(), server_default=sa.text("nextval('numbers')"), nullable=True))  # expect: table-rewrite
    op.execute("CREATE TABLE tickets (id int DEFAULT nextval('old_numbers'))")  # expect: missing-object
    op.execute("CREATE TABLE seats (id int DEFAULT nextval('users_id_seq'::regclass))")
    op.drop_index(None, table_name="users")  # expect: missing-object


def downgrade():  # expect: downgrade-incomplete?
    op.execute("DROP TABLE seats")
    op.execute("DROP TABLE tickets")
    op.drop_column("users", "number")
    op.drop_table("shelf", schema="store")
    op.drop_table("stock", schema="store")
    op.drop_table("bills", schema="billing")
