from alembic import op

revision = "d1fd6e5ef38f"
down_revision = None


def upgrade():
    op.execute("COMMIT")  # expect: manual-transaction?
    op.execute("CREATE INDEX CONCURRENTLY ix ON users (a)")


def downgrade():
    op.execute("DROP INDEX ix")
