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
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("mail", sa.Text()),
        sa.Column("day", sa.Date()),
        sa.UniqueConstraint("login", name="uq_login"),
        sa.UniqueConstraint("login", "team", name="uq_login_team"),
        sa.UniqueConstraint("mail", "day", name="uq_mail_day"),
    )
    op.create_index("ix_id", "users", ["id"], unique=True)
    op.create_index("ix_mail", "users", [sa.text("lower(mail)")], unique=True)
    op.create_index("ix_day", "users", ["day"], unique=True)


def downgrade():
    op.drop_table("users")

# upstream

# file: 0002_keys.py
"""Fewer keys"""
from alembic import op

revision = "77e0c4a1b95d"
down_revision = "10ab39f7c2de"


def upgrade():
    # A login is unique, so it is unique in its team; an id is the primary key.
    op.execute("SET lock_timeout = '3s'")
    op.drop_constraint("uq_login_team", "users", type_="unique")
    op.drop_index("ix_id", table_name="users")
    op.drop_index("ix_mail", table_name="users")  # expect: drop-constraint?
    # What stood in for it goes as well.
    op.drop_constraint("uq_mail_day", "users", type_="unique")  # expect: drop-constraint?
    op.drop_index("ix_day", table_name="users")  # expect: drop-constraint?
    op.create_index("ix_day", "users", ["day"])  # expect: index-without-concurrently


def downgrade():
    op.drop_index("ix_day", table_name="users")
    op.create_index("ix_day", "users", ["day"], unique=True)
    op.create_unique_constraint("uq_mail_day", "users", ["mail", "day"])
    op.execute("CREATE UNIQUE INDEX ix_mail ON users (lower(mail))")
    op.create_index("ix_id", "users", ["id"], unique=True)
    op.create_unique_constraint("uq_login_team", "users", ["login", "team"])
