"""Each tenant sees its own invoices"""
from alembic import op

revision = "41c28fc779de"
down_revision = None


def upgrade():
    op.execute("ALTER TABLE invoices ENABLE ROW LEVEL SECURITY")


def downgrade():
    op.execute("ALTER TABLE invoices DISABLE ROW LEVEL SECURITY")
