from alembic import op

revision = "767563fcecf0"
down_revision = None


def upgrade():
    op.execute("DELETE FROM a")  # expect: delete-without-filter
    op.execute("DELETE FROM a WHERE 1 = 1")  # expect: delete-without-filter
    op.execute("DELETE FROM a WHERE kind = 'x'")  # expect: delete-rows?
    op.execute("TRUNCATE a, b")  # expect: truncate-table


def downgrade():
    pass  # the rows are gone
