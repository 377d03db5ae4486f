# file: 0001_revision.py
from alembic import op

revision = "8f240f53fb82"
down_revision = None


def upgrade():
    op.create_check_constraint("c", "users", "a > 0", postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("c", "users", type_="check")

# upstream

# file: 0002_revision.py
from alembic import op

revision = "8f66609640fa"
down_revision = "8f240f53fb82"


def upgrade():
    op.execute("ALTER TABLE users VALIDATE CONSTRAINT c")


def downgrade():
    pass  # there is nothing to undo
