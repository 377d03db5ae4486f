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
        sa.Column("mail", sa.Text()),
        sa.Column("name", sa.Text()),
    )


def downgrade():
    op.drop_table("users")

# upstream

# file: 0002_mails.py
"""A constraint that goes puts no value back"""
from alembic import op

revision = "77e0c4a1b95d"
down_revision = "10ab39f7c2de"


def upgrade():
    op.execute("UPDATE users SET mail = NULL WHERE mail = '' AND id BETWEEN 1 AND 100")  # expect: data-migration-without-downgrade?
    op.execute("ALTER TABLE users ADD CONSTRAINT mail_is_not_empty CHECK (mail <> '') NOT VALID")


def downgrade():
    op.drop_constraint("mail_is_not_empty", "users", type_="check")
