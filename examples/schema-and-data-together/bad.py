"""Drop the default of the plan and move everybody"""
from alembic import op

revision = "e58c04b9a7d2"
down_revision = None


def upgrade():
    op.alter_column("accounts", "plan", server_default="basic")
    op.execute("UPDATE accounts SET plan = 'basic' WHERE plan = 'free' OR plan = 'trial'")


def downgrade():
    op.alter_column("accounts", "plan", server_default="free")
    op.execute("UPDATE accounts SET plan = 'free' WHERE plan = 'basic'")
