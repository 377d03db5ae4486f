# file: 0001_plan_history.py
"""Keep the plans of today"""
from alembic import op

revision = "08d6f3a1c7be"
down_revision = None


def upgrade():
    op.execute(
        "INSERT INTO plan_history (account_id, plan, reason) SELECT id, plan, 'new default' FROM accounts "
        "ON CONFLICT DO NOTHING"
    )


def downgrade():
    op.execute("DELETE FROM plan_history WHERE reason = 'new default'")

# file: 0002_default_plan.py
"""Change the default plan"""
from alembic import op

revision = "e58c04b9a7d2"
down_revision = "08d6f3a1c7be"


def upgrade():
    op.alter_column("accounts", "plan", server_default="basic")


def downgrade():
    op.alter_column("accounts", "plan", server_default="free")
