from alembic import op

revision = "7a5b9747c1ee"
down_revision = None


def upgrade():
    op.execute("DROP VIEW v")
    op.execute("CREATE VIEW v AS SELECT 1")
    op.execute("DROP FUNCTION f()")  # expect: drop-routine-or-view?
    op.execute("DROP EXTENSION hstore")  # expect: drop-routine-or-view?


def downgrade():  # expect: downgrade-incomplete?
    op.execute("CREATE EXTENSION hstore")
