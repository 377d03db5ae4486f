# file: 0001_users.py
"""Create the users table"""
from alembic import op
import sqlalchemy as sa

revision = "10ab39f7c2de"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
    )


def downgrade():
    op.drop_table("users")

# upstream

# file: 0002_states.py
"""States may be absent"""
from alembic import op

revision = "77e0c4a1b95d"
down_revision = "10ab39f7c2de"


def upgrade():
    op.alter_column("users", "state", nullable=True)
    op.execute("UPDATE users SET state = NULL WHERE id = 1")  # expect: overwrite-without-copy?
    # Found by reading all rows, while nobody can use the table.
    op.execute("UPDATE users SET state = NULL WHERE state = 'none'")  # expect: unbatched-data-migration?


def downgrade():
    op.execute("UPDATE users SET state = 'none' WHERE state IS NULL")
    op.alter_column("users", "state", nullable=False)
