# file: 0001_plans.py
"""Create the plans table"""
from alembic import op
import sqlalchemy as sa

revision = "c40e7a92d1b6"
down_revision = None


def upgrade():
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
    )
    names = sa.table("plans", sa.column("name"))
    op.bulk_insert(names, [{"name": "basic"}])


def downgrade():
    op.drop_table("plans")
