"""Memberships have a key"""
from alembic import op

revision = "296e4e970b25"
down_revision = None


def upgrade():
    op.create_primary_key("memberships_pkey", "memberships", ["group_id", "user_id"])


def downgrade():
    op.drop_constraint("memberships_pkey", "memberships", type_="primary")
