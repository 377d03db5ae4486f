"""Find users by address"""
from alembic import op

revision = "646f24fc5776"
down_revision = None


def upgrade():
    op.create_index("idx_users_email", "users", ["email"])


def downgrade():
    op.drop_index("idx_users_email", table_name="users")
