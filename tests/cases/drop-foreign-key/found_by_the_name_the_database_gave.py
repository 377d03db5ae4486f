# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "fee0a5eb8e45"
down_revision = None


def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), index=True),
    )


def downgrade():
    op.drop_table("orders")

# upstream

# file: 0002_revision.py
from alembic import op

revision = "eb2b37470a9c"
down_revision = "fee0a5eb8e45"


def upgrade():
    op.drop_constraint("orders_user_id_fkey", "orders")  # expect: drop-foreign-key?


def downgrade():
    op.create_foreign_key("orders_user_id_fkey", "orders", "users", ["user_id"], ["id"])
