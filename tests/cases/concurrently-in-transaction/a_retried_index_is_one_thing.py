from alembic import op

revision = "d0e416fa7ffe"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix", table_name="users", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix", "users", ["a"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix", table_name="users", postgresql_concurrently=True)
