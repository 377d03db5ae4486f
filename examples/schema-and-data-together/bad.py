"""Change the default plan and keep the plans of today"""
from alembic import op

revision = "e58c04b9a7d2"
down_revision = None


def upgrade():
    op.alter_column("accounts", "plan", server_default="basic")
    op.execute("INSERT INTO plan_history (account_id, plan) SELECT id, plan FROM accounts ON CONFLICT DO NOTHING")


def downgrade():
    op.execute("DELETE FROM plan_history WHERE account_id > 0")
    op.alter_column("accounts", "plan", server_default="free")
