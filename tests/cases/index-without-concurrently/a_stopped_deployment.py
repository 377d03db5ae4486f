# file: ../../safe-migration.toml
deployment = "stopped"

# file: 0001_revision.py
from alembic import op

revision = "9e5d2b3549b0"
down_revision = None


def upgrade():
    op.alter_column("users", "name", new_column_name="full_name")
    op.create_index("ix_users_full_name", "users", ["full_name"])  # expect: index-without-concurrently?
    op.alter_column("users", "age", nulable=True)  # expect: unknown-argument


def downgrade():
    op.drop_index("ix_users_full_name", table_name="users")
    op.alter_column("users", "full_name", new_column_name="name")
