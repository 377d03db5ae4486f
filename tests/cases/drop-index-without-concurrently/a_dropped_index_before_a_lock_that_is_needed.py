import sqlalchemy as sa
from alembic import op

revision = "3337cea1aacd"
down_revision = None


def upgrade():
    # The table is locked for the column anyway.
    op.drop_index("ix_users_name", table_name="users")
    op.add_column("users", sa.Column("nick", sa.Text()))
    # Nothing else locks these.
    op.drop_index("ix_teams_name", table_name="teams")  # expect: drop-index-without-concurrently?
    op.drop_index("ix_teams_code", table_name="teams")


def downgrade():
    op.create_index("ix_teams_code", "teams", ["code"])
    op.create_index("ix_teams_name", "teams", ["name"])
    op.drop_column("users", "nick")
    op.create_index("ix_users_name", "users", ["name"])
