# file: 0001_new_users_have_an_address.py
"""New users have an address"""
from alembic import op

revision = "11596d12e380"
down_revision = None


def upgrade():
    op.create_check_constraint("users_email_not_null", "users", "email IS NOT NULL", postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("users_email_not_null", "users", type_="check")

# upstream

# file: 0002_every_user_has_an_address.py
"""Every user has an address"""
from alembic import op

revision = "41a3ef8990f8"
down_revision = "11596d12e380"


def upgrade():
    op.execute("ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null")
    op.alter_column("users", "email", nullable=False)
    op.drop_constraint("users_email_not_null", "users", type_="check")


def downgrade():
    op.create_check_constraint("users_email_not_null", "users", "email IS NOT NULL", postgresql_not_valid=True)
    op.alter_column("users", "email", nullable=True)
