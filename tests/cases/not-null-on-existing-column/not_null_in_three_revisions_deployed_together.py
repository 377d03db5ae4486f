# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "ff3a095b3b57"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(255), nullable=True))


def downgrade():
    op.drop_column("users", "email")

# file: 0002_revision.py
from alembic import op

revision = "55a3ab23c5c7"
down_revision = "ff3a095b3b57"


def upgrade():
    op.execute("UPDATE users SET email = '' WHERE email IS NULL")  # expect: unbatched-data-migration?


def downgrade():
    pass  # the column goes with the revision before

# file: 0003_revision.py
from alembic import op

revision = "76c615d1677e"
down_revision = "55a3ab23c5c7"


def upgrade():
    op.alter_column("users", "email", nullable=False)  # expect: not-null-on-existing-column?


def downgrade():
    op.alter_column("users", "email", nullable=True)
