# file: 0001_add.py
from alembic import op

revision = "3fa70d9c16be"
down_revision = None


def upgrade():
    op.create_check_constraint("c", "users", "a > 0", postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("c", "users", type_="check")

# file: 0002_index.py
from alembic import op

revision = "b2e84c0fd693"
down_revision = "3fa70d9c16be"


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_users_a", "users", ["a"], postgresql_concurrently=True)  # expect: autocommit-leaves-version-behind


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_users_a", table_name="users", postgresql_concurrently=True)

# file: 0003_validate.py
from alembic import op

revision = "e91d6a35f07c"
down_revision = "b2e84c0fd693"


def upgrade():
    op.execute("ALTER TABLE users VALIDATE CONSTRAINT c")


def downgrade():
    pass  # there is nothing to undo
