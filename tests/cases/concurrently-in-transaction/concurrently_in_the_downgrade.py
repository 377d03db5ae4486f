from alembic import op

revision = "af8673fc70bf"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix", "users", ["a"], postgresql_concurrently=True)


def downgrade():
    op.drop_index("ix", table_name="users", postgresql_concurrently=True)  # expect: concurrently-in-transaction
