from alembic import op

revision = "2cc769ba9749"
down_revision = None


def upgrade():
    op.execute("CREATE MATERIALIZED VIEW totals AS SELECT 1 AS id")
    op.execute("CREATE UNIQUE INDEX ix_totals ON totals (id)")
    op.execute("REFRESH MATERIALIZED VIEW totals")


def downgrade():
    op.execute("DROP MATERIALIZED VIEW totals")
