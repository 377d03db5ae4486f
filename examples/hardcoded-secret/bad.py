"""Set the password of the reporting role"""
from alembic import op

revision = "90f4e6c1ba7d"
down_revision = None


def upgrade():
    op.execute("ALTER ROLE reporting WITH PASSWORD 'Tr0ub4dor-and-3'")


def downgrade():
    op.execute("ALTER ROLE reporting WITH PASSWORD NULL")
