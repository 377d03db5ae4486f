"""Drop the sessions table, which no release has read since spring"""
import sqlalchemy as sa
from alembic import op

revision = "85d1a7c85e7d"
down_revision = None


def upgrade():
    # Backup plan: pg_dump of sessions in the nightly backups, kept for 90 days
    op.drop_table("sessions")


def downgrade():
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
    )
