# file: 3c8f1e70a2d9_make_hosts_and_runs.py
"""Make hosts and runs"""
from alembic import op
import sqlalchemy as sa

revision = "3c8f1e70a2d9"
down_revision = None


def upgrade():
    op.create_table("hosts", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("host_id", sa.Integer(), sa.ForeignKey("hosts.id"), index=True, nullable=False),
    )


def downgrade():
    op.drop_table("hosts")
    op.drop_table("runs")
