from alembic import op

revision = "b6b18591ea1d"
down_revision = None


def upgrade():
    # Deploy during maintenance window (low traffic)
    op.create_index("idx_users_email", "users", ["email"])  # expect: index-without-concurrently?


def downgrade():
    op.drop_index("idx_users_email", table_name="users")
