"""Fill in the display name"""
from alembic import op

revision = "2f70a9e4d8c5"
down_revision = None


def upgrade():
    op.execute("UPDATE users SET display_name = login WHERE display_name IS NULL")


def downgrade():
    op.execute("UPDATE users SET display_name = NULL WHERE display_name = login")
