# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "1d84e4e09a5f"
down_revision = None


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text()))


def downgrade():
    op.drop_column("orders", "note")

# file: 0002_revision.py
from alembic import op

revision = "4250c3222453"
down_revision = "1d84e4e09a5f"


def upgrade():
    op.execute("UPDATE users SET nick = '' WHERE nick IS NULL")  # expect: unbatched-data-migration?


def downgrade():
    pass  # nothing to undo
