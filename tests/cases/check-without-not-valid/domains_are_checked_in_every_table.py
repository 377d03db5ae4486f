# file: 0001_revision.py
from alembic import op

revision = "cb41a5ba6a3b"
down_revision = None


def upgrade():
    op.execute("ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE > 0)")  # expect: check-without-not-valid?
    op.execute("ALTER DOMAIN amount ADD CONSTRAINT whole CHECK (VALUE = round(VALUE)) NOT VALID")
    op.execute("CREATE DOMAIN rate AS numeric")
    op.execute("ALTER DOMAIN rate ADD CHECK (VALUE < 1)")


def downgrade():
    op.execute("DROP DOMAIN rate")
    op.execute("ALTER DOMAIN amount DROP CONSTRAINT whole")
    op.execute("ALTER DOMAIN amount DROP CONSTRAINT positive")
