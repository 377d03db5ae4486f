# file: 0001_revision.py
from alembic import op

revision = "3666b5550f5e"
down_revision = None


def upgrade():
    op.create_check_constraint("c", "users", "email IS NOT NULL", postgresql_not_valid=True)


def downgrade():
    op.drop_constraint("c", "users", type_="check")

# upstream

# file: 0002_revision.py
from alembic import op

revision = "82d66e0c36c5"
down_revision = "3666b5550f5e"


def upgrade():
    op.alter_column("users", "email", nullable=False)  # expect: not-null-on-existing-column


def downgrade():
    op.alter_column("users", "email", nullable=True)
