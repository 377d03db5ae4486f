# file: ../env.py
from alembic import context  # expect: missing-lock-timeout?

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

# file: 0001_revision.py
from alembic import op

revision = "cb41a5ba6a3b"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("ALTER POLICY own ON orders USING (true)")
    op.execute("SET LOCAL lock_timeout = '0'")
    op.execute("ALTER POLICY own ON drafts USING (true)")  # expect: brief-exclusive-lock?
    op.execute("ALTER TRIGGER noted ON drafts RENAME TO noticed")


def downgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("ALTER TRIGGER noticed ON drafts RENAME TO noted")
