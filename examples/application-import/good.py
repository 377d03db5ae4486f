# file: 0001_rename_plan.py
"""Rename the basic plan"""
from alembic import op
import sqlalchemy as sa

revision = "c40e7a92d1b6"
down_revision = None


def upgrade():
    plans = sa.table("plans", sa.column("id"), sa.column("name"))
    op.execute(sa.update(plans).where(plans.c.id == 1).values(name="starter"))


def downgrade():
    plans = sa.table("plans", sa.column("id"), sa.column("name"))
    op.execute(sa.update(plans).where(plans.c.id == 1).values(name="basic"))
