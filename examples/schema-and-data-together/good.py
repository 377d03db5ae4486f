# file: 0001_default_plan.py
"""Let new accounts have the basic plan"""
from alembic import op

revision = "e58c04b9a7d2"
down_revision = None


def upgrade():
    op.alter_column("accounts", "plan", server_default="basic")


def downgrade():
    op.alter_column("accounts", "plan", server_default="free")

# file: 0002_basic_plan.py
"""Move everybody to the basic plan"""
from alembic import op

revision = "08d6f3a1c7be"
down_revision = "e58c04b9a7d2"


def upgrade():
    op.execute("UPDATE accounts SET plan = 'basic' WHERE plan = 'free' OR plan = 'trial'")


def downgrade():
    op.execute("UPDATE accounts SET plan = 'free' WHERE plan = 'basic'")
