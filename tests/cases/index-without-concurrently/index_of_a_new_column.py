import sqlalchemy as sa
from alembic import op

revision = "aac515df92c8"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(255), index=True))  # expect: index-without-concurrently


def downgrade():
    op.drop_index("ix_users_email", table_name="users")
    op.drop_column("users", "email")
