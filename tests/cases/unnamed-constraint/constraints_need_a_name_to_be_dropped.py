"""Tie refunds to payments"""
from alembic import op
import sqlalchemy as sa

revision = "d19c7e5b04fa"
down_revision = None


def upgrade():
    op.create_table("refunds", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("number", sa.String(20)))
    op.create_unique_constraint(None, "refunds", ["number"])  # expect: unnamed-constraint?


def downgrade():
    op.drop_constraint(None, "refunds", type_="unique")  # expect: unnamed-constraint
    op.drop_table("refunds")
