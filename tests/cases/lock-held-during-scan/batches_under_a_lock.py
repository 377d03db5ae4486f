from alembic import op
import sqlalchemy as sa

revision = "90f3c7e2ab1d"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("users", sa.Column("email", sa.Text))
    op.execute("UPDATE users SET email = login WHERE id BETWEEN 1 AND 500")
    op.execute("UPDATE users SET email = login WHERE id > 500")  # expect: unbatched-data-migration?
    bind = op.get_bind()
    rows = 1
    while rows:
        rows = bind.execute(
            sa.text("UPDATE users SET email = login WHERE id IN (SELECT id FROM users WHERE email IS NULL LIMIT 500)")  # expect: lock-held-during-scan?
        ).rowcount


def downgrade():
    op.drop_column("users", "email")
