# file: 0001_make_orders.py
"""Make orders"""
import sqlalchemy as sa
from alembic import op

revision = "5f8e59d75353"
down_revision = None


def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), index=True, nullable=False),
    )


def downgrade():
    op.drop_table("orders")

# upstream

# file: 0002_new_orders_belong_to_users.py
"""New orders belong to users"""
from alembic import op

revision = "512129cf4605"
down_revision = "5f8e59d75353"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_foreign_key("fk_orders_user", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("fk_orders_user", "orders", type_="foreignkey")
