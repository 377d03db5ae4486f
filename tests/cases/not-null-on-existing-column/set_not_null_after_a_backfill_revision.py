# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "abc5df99266e"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(255), nullable=True))


def downgrade():
    op.drop_column("users", "email")

# file: 0002_revision.py
from alembic import op

revision = "725a6d01b60f"
down_revision = "abc5df99266e"


def upgrade():
    op.execute("UPDATE users SET email = '' WHERE email IS NULL AND id < 5000")


def downgrade():
    pass  # the column goes with the revision before

# upstream

# file: 0003_revision.py
from alembic import op

revision = "64a9a9773778"
down_revision = "725a6d01b60f"


def upgrade():
    op.alter_column("users", "email", nullable=False)  # expect: not-null-on-existing-column?


def downgrade():
    op.alter_column("users", "email", nullable=True)
