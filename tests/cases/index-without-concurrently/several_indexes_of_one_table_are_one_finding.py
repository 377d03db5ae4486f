from alembic import op

revision = "524bcfaae9dd"
down_revision = None


def upgrade():
    op.create_index("ix_users_a", "users", ["a"])  # expect: index-without-concurrently
    op.create_index("ix_users_b", "users", ["b"])
    op.create_index("ix_orders_a", "orders", ["a"])  # expect: index-without-concurrently


def downgrade():
    op.drop_index("ix_users_a", table_name="users")
    op.drop_index("ix_users_b", table_name="users")
    op.drop_index("ix_orders_a", table_name="orders")
