# file: 0001_make_the_jobs_table.py
"""Make the jobs table"""
import sqlalchemy as sa
from alembic import op

revision = "9cb85bdc09f5"
down_revision = None


def upgrade():
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.String(20), server_default="new", nullable=False),
    )


def downgrade():
    op.drop_table("jobs")

# upstream

# file: 0002_jobs_are_queued.py
"""Jobs are queued"""
from alembic import op

revision = "3fe0b1a47e16"
down_revision = "9cb85bdc09f5"


def upgrade():
    op.alter_column("jobs", "state", server_default="queued")


def downgrade():
    op.alter_column("jobs", "state", server_default="new")
