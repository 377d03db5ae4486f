"""Keywords that nobody knows"""
from alembic import op

revision = "a60de3c1f59b"
down_revision = None


def upgrade():
    op.alter_column("users", "name", nulable=True)  # expect: unknown-argument
    op.alter_column("users", "name", whatever=True)  # expect: unknown-argument?
    op.drop_index("ix_users_name", table_name="users", concurrently=True)  # expect: unknown-argument
    op.create_check_constraint("ck", "users", "id > 0", not_valid=True)  # expect: unknown-argument
    op.create_foreign_key("fk", "users", "users", ["id"], ["id"], use_alter=True, postgresql_not_valid=True)


def downgrade():
    op.create_index("ix_users_name", "users", ["name"])
    op.drop_constraint("ck", "users", type_="check")
    op.drop_constraint("fk", "users", type_="foreignkey")
