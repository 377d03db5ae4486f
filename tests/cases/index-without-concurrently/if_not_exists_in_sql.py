from alembic import op

revision = "abcd3dcc342d"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE IF NOT EXISTS a (id int)")
    op.execute("CREATE INDEX ix_a ON a (id)")  # expect: index-without-concurrently


def downgrade():
    op.execute("DROP TABLE a")
