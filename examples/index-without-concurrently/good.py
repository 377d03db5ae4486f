"""Find users by address"""
from alembic import op

revision = "646f24fc5776"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("idx_users_email", "users", ["email"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("idx_users_email", table_name="users", postgresql_concurrently=True)
