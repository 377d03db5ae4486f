# file: 1_users.py
import sqlalchemy as sa
from alembic import op

revision = "a1d5709ef3c2"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.Text()),
        sa.Column("phone", sa.Text()),
    )


def downgrade():
    op.drop_table("users")

# upstream
# file: 2_email.py
import sqlalchemy as sa
from alembic import op

revision = "0be8c64d91f7"
down_revision = "a1d5709ef3c2"


def upgrade():
    op.execute("SET lock_timeout = '2s'")
    with (op.batch_alter_table("users")
          as batch_op):
        batch_op.drop_column("email")  # expect: drop-column
    with (
        op.batch_alter_table("users") as first,
        op.batch_alter_table("users") as second,
    ):
        second.drop_column("phone")  # expect: drop-column


def downgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("phone", sa.Text()))
        batch_op.add_column(sa.Column("email", sa.Text()))
