"""Add the address of users, to be filled"""
import sqlalchemy as sa
from alembic import op

revision = "a9bd5ae1fb0f"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(255), nullable=True))


def downgrade():
    op.drop_column("users", "email")
