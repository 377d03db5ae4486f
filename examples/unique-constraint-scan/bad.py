"""Addresses are unique"""
from alembic import op

revision = "c479d7829493"
down_revision = None


def upgrade():
    op.create_unique_constraint("uq_users_email", "users", ["email"])


def downgrade():
    op.drop_constraint("uq_users_email", "users", type_="unique")
