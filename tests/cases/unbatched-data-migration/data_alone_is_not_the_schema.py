from alembic import op

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.execute("UPDATE users SET b = 'x' WHERE b IS NULL")  # expect: unbatched-data-migration?


def downgrade():
    pass
