# file: 0001_plans.py
"""Create the plans table"""
from alembic import op
import sqlalchemy as sa

revision = "10ab39f7c2de"
down_revision = None


def upgrade():
    op.create_table(
        "plans",
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("price", sa.Numeric(10, 2), nullable=False),
        sa.Column("note", sa.Text()),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
    )


def downgrade():
    op.drop_table("payments")
    op.drop_table("plans")

# upstream

# file: 0002_change.py
"""Seed the plans"""
from alembic import op
import sqlalchemy as sa

revision = "77e0c4a1b95d"
down_revision = "10ab39f7c2de"


def upgrade():
    bind = op.get_bind()
    if not bind.scalar(sa.text("SELECT count(*) FROM plans")):
        bind.execute(sa.text("INSERT INTO plans (code, price) VALUES ('basic', 5)"))


def downgrade():
    op.execute("DELETE FROM plans WHERE code = 'basic'")
