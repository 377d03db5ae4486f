"""Let the reporting role log in; its password is set where the secrets are kept"""
from alembic import op

revision = "90f4e6c1ba7d"
down_revision = None


def upgrade():
    op.execute("ALTER ROLE reporting WITH LOGIN")


def downgrade():
    op.execute("ALTER ROLE reporting WITH NOLOGIN")
