"""Each tenant sees its own invoices"""
from alembic import op

revision = "41c28fc779de"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("CREATE POLICY invoices_by_tenant ON invoices USING (tenant_id = current_setting('app.tenant')::int)")
    op.execute("ALTER TABLE invoices ENABLE ROW LEVEL SECURITY")


def downgrade():
    op.execute("ALTER TABLE invoices DISABLE ROW LEVEL SECURITY")
    op.execute("DROP POLICY invoices_by_tenant ON invoices")
