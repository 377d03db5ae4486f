# file: 0001_revision.py
from alembic import op

revision = "091c9aed088d"
down_revision = None


def upgrade():
    op.create_check_constraint("c", "users", "email IS NOT NULL", postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("c", "users", type_="check")

# file: 0002_revision.py
from alembic import op

revision = "a9417a289646"
down_revision = "091c9aed088d"


def upgrade():
    op.execute("ALTER TABLE users VALIDATE CONSTRAINT c")


def downgrade():
    pass  # there is nothing to undo

# upstream

# file: 0003_revision.py
from alembic import op

revision = "589dc85d92d5"
down_revision = "a9417a289646"


def upgrade():
    op.alter_column("users", "email", nullable=False)


def downgrade():
    op.alter_column("users", "email", nullable=True)
