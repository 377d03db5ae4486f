# file: 0001_users.py
"""Create the users table"""
from alembic import op
import sqlalchemy as sa

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(50)))


def downgrade():
    op.drop_table("users")

# upstream

# file: 0001_users.py
"""Create the users table"""
from alembic import op
import sqlalchemy as sa

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(100)))


def downgrade():
    op.drop_table("users")
