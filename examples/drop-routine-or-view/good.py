"""Active users are those who logged in"""
from alembic import op

revision = "b5b2e8617a61"
down_revision = None


def upgrade():
    op.execute("DROP VIEW IF EXISTS active_users")
    op.execute("CREATE VIEW active_users AS SELECT * FROM users WHERE last_login IS NOT NULL")


def downgrade():
    op.execute("DROP VIEW IF EXISTS active_users")
    op.execute("CREATE VIEW active_users AS SELECT * FROM users WHERE active")
