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

# file: 0002_names.py
"""What is written is altered back"""
from alembic import op

revision = "5c02be91d7fa"
down_revision = "10ab39f7c2de"


def upgrade():
    op.execute("UPDATE users SET name = mail WHERE name IS NULL AND id BETWEEN 1 AND 100")
    op.alter_column("users", "name", server_default="")


def downgrade():
    op.alter_column("users", "name", server_default=None)
