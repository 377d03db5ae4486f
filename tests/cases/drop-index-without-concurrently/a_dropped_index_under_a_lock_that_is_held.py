import sqlalchemy as sa
from alembic import op

revision = "3337cea1aacd"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("nick", sa.Text()))
    op.drop_index("ix_users_name", table_name="users")


def downgrade():
    op.create_index("ix_users_name", "users", ["name"])
    op.drop_column("users", "nick")
