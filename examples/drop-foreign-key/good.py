"""Orders outlive their users"""
from alembic import op

revision = "5a42394b3bf8"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_constraint("fk_orders_user", "orders", type_="foreignkey")


def downgrade():
    # Irreversible: by then an order may refer to a user who is gone, so the key stays NOT VALID
    op.create_foreign_key("fk_orders_user", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True)
