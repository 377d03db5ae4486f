# file: 1_users.py
from alembic import op

revision = "a1d5709ef3c2"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE users (id serial PRIMARY KEY, email text, name text)")


def downgrade():
    op.execute("DROP TABLE users")

# upstream
# file: 2_indexes.py
from alembic import op

revision = "0be8c64d91f7"
down_revision = "a1d5709ef3c2"


def upgrade():
    op.execute("SET lock_timeout = '2s'")
    op.execute("CREATE INDEX ON users (email)")  # expect: index-without-concurrently
    op.execute("CREATE INDEX ON users (email, name)")
    op.create_index(None, "users", ["name"])


def downgrade():
    op.execute("DROP INDEX users_email_idx")
    op.execute("DROP INDEX users_email_name_idx")
    op.execute("DROP INDEX ix_users_name")
