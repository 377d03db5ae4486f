# file: ../../safe-migration.toml
[sizes]
plans = 12
users = 4000000

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "6d0c28f1b79e"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("plans", sa.Column("note", sa.Text))
    op.execute("UPDATE plans SET state = 'kept' WHERE rank > 3")  # expect: overwrite-without-copy?
    op.execute("UPDATE users SET state = 'kept' WHERE rank > 3")  # expect: overwrite-without-copy?


def downgrade():
    op.execute("UPDATE plans SET state = 'old' WHERE rank > 3")
    op.execute("UPDATE users SET state = 'old' WHERE rank > 3")
    op.drop_column("plans", "note")
