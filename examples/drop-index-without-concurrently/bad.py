"""Nobody looks users up by name"""
from alembic import op

revision = "a96ad5346ada"
down_revision = None


def upgrade():
    op.drop_index("idx_users_name", table_name="users")


def downgrade():
    with op.get_context().autocommit_block():
        op.create_index("idx_users_name", "users", ["name"], postgresql_concurrently=True)
