"""Drop the sessions table"""
import sqlalchemy as sa
from alembic import op

revision = "85d1a7c85e7d"
down_revision = None


def upgrade():
    op.drop_table("sessions")


def downgrade():
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
    )
