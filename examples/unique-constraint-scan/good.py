# file: 0001_an_index_that_keeps_addresses_unique.py
"""An index that keeps addresses unique"""
from alembic import op

revision = "c479d7829493"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("uq_users_email", "users", ["email"], unique=True, postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("uq_users_email", table_name="users", postgresql_concurrently=True)

# upstream

# file: 0002_the_index_becomes_the_constraint.py
"""The index becomes the constraint"""
from alembic import op

revision = "546d0a880b7e"
down_revision = "c479d7829493"


def upgrade():
    op.execute("ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email")


def downgrade():
    op.drop_constraint("uq_users_email", "users", type_="unique")
    op.create_index("uq_users_email", "users", ["email"], unique=True)
