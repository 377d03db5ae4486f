"""Orders tell when they changed"""
from alembic import op

revision = "99bf69c7c9df"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()")


def downgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("DROP TRIGGER orders_touch ON orders")
