from alembic import op

revision = "357b3fd80a89"
down_revision = None


def upgrade():
    op.execute("REINDEX TABLE users")  # expect: blocking-maintenance
    op.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")  # expect: blocking-maintenance?
    op.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE NOWAIT")
    op.execute("ALTER TABLE users SET LOGGED")  # expect: table-rewrite


def downgrade():
    op.execute("ALTER TABLE users SET UNLOGGED")
