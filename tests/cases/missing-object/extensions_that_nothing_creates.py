# file: 1_users.py
import sqlalchemy as sa
from alembic import op

revision = "a1d5709ef3c2"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("email", sa.Text()))


def downgrade():
    op.drop_table("users")

# upstream
# file: 2_types.py
import sqlalchemy as sa
from alembic import op

revision = "0be8c64d91f7"
down_revision = "a1d5709ef3c2"


def upgrade():
    op.execute("ALTER TABLE users ADD COLUMN place vector(3)")  # expect: missing-object?
    op.execute("ALTER TABLE users ADD COLUMN other vector(3)")
    op.create_table(  # expect: missing-object?
        "keys",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuid_generate_v4()")),
    )


def downgrade():
    op.drop_table("keys")
    op.drop_column("users", "other")
    op.drop_column("users", "place")
