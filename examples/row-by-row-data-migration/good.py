"""Store the domain of e-mail addresses"""
from alembic import op

revision = "b7e3d1085fa9"
down_revision = None


def upgrade():
    op.execute("UPDATE users SET domain = split_part(email, '@', 2) WHERE domain IS NULL")


def downgrade():
    op.execute("UPDATE users SET domain = NULL")
