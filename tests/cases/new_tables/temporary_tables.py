from alembic import op

revision = "fc178c491aa8"
down_revision = None


def upgrade():
    op.execute("CREATE TEMPORARY TABLE t AS SELECT id FROM users")
    op.execute("CREATE INDEX ix_t ON t (id)")
    op.execute("DROP TABLE t")
    op.execute("ALTER TABLE users ADD COLUMN kept int")


def downgrade():
    op.execute("ALTER TABLE users DROP COLUMN kept")
