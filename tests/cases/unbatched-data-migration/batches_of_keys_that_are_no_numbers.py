# file: 0001_users.py
"""Create the users table"""
from alembic import op
import sqlalchemy as sa

revision = "10ab39f7c2de"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.Text()),
        sa.Column("login", sa.Text()),
    )


def downgrade():
    op.drop_table("users")

# upstream

# file: 0002_whole.py
"""Fill the names in one statement"""
from alembic import op

revision = "77e0c4a1b95d"
down_revision = "10ab39f7c2de"


def upgrade():
    op.execute("UPDATE users SET name = login WHERE name IS NULL")  # expect: unbatched-data-migration?


def downgrade():
    op.execute("UPDATE users SET name = NULL WHERE name = login")

# file: 0003_batched.py
"""Fill the names, a range of keys at a time"""
from alembic import op
import sqlalchemy as sa

revision = "5c02be91d7fa"
down_revision = "77e0c4a1b95d"


def upgrade():
    keys = op.get_bind().scalars(sa.text("SELECT id FROM users ORDER BY id")).all()
    with op.get_context().autocommit_block():
        for part in (keys[at : at + 5000] for at in range(0, len(keys), 5000)):
            op.get_bind().execute(sa.text("UPDATE users SET name = login WHERE id BETWEEN :first AND :last AND name IS NULL"), {"first": part[0], "last": part[-1]})


def downgrade():
    op.execute("UPDATE users SET name = NULL WHERE name = login")
