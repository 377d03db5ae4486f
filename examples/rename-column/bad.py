"""Names are full names"""
from alembic import op

revision = "1445fdea6f91"
down_revision = None


def upgrade():
    op.alter_column("users", "name", new_column_name="full_name")


def downgrade():
    op.alter_column("users", "full_name", new_column_name="name")
