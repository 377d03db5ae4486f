# file: ../../safe-migration.toml
[sizes]
users = 300

# file: 0001_revision.py
from alembic import op

revision = "3b22477b3250"
down_revision = None


def upgrade():
    op.create_index("ix_users_name", "users", ["name"])  # expect: index-without-concurrently?


def downgrade():
    op.drop_index("ix_users_name", table_name="users")
