"""Drop the view of active users"""
from alembic import op

revision = "b5b2e8617a61"
down_revision = None


def upgrade():
    op.execute("DROP VIEW active_users")


def downgrade():
    op.execute("CREATE VIEW active_users AS SELECT * FROM users WHERE active")
