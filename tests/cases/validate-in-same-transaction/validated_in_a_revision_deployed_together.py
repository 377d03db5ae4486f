# file: 0001_revision.py
from alembic import op

revision = "40044f118ade"
down_revision = None


def upgrade():
    op.create_check_constraint("c", "users", "a > 0", postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("c", "users", type_="check")

# file: 0002_revision.py
from alembic import op

revision = "797765dfe368"
down_revision = "40044f118ade"


def upgrade():
    op.execute("ALTER TABLE users VALIDATE CONSTRAINT c")  # expect: validate-in-same-transaction


def downgrade():
    pass  # there is nothing to undo
