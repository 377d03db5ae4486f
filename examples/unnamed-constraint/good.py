"""Create the memberships table"""
from alembic import op
import sqlalchemy as sa

revision = "a5d2f8c01e96"
down_revision = None


def upgrade():
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team", sa.String(50), nullable=False),
        sa.Column("member", sa.String(50), nullable=False),
    )
    op.create_unique_constraint("uq_memberships_team_member", "memberships", ["team", "member"])


def downgrade():
    op.drop_table("memberships")
