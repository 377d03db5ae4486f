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

# file: 0002_longer_names.py
"""Make room for longer names"""
from alembic import op
import sqlalchemy as sa

revision = "84f1d7a03bc6"
down_revision = "30d8a1c7f92e"


def upgrade():
    op.alter_column("users", "name", type_=sa.String(100), existing_type=sa.String(50))


def downgrade():
    op.alter_column("users", "name", type_=sa.String(50), existing_type=sa.String(100))
