# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "6f0fb1d39a20"
down_revision = None


def upgrade():
    op.add_column("metrics", sa.Column("value_new", sa.BigInteger(), nullable=True))


def downgrade():
    op.drop_column("metrics", "value_new")

# file: 0002_revision.py
from alembic import op

revision = "4e93b705e691"
down_revision = "6f0fb1d39a20"


def upgrade():
    op.execute("UPDATE metrics SET value_new = value WHERE value_new IS NULL")  # expect: unbatched-data-migration?


def downgrade():
    pass  # the column goes with the revision before

# file: 0003_revision.py
import sqlalchemy as sa
from alembic import op

revision = "9adbe93f4aa4"
down_revision = "4e93b705e691"


def upgrade():
    # Backup plan: metrics.value is kept in the nightly backups for 90 days
    op.drop_column("metrics", "value")  # expect: drop-column?
    op.alter_column("metrics", "value_new", new_column_name="value")


def downgrade():
    op.alter_column("metrics", "value", new_column_name="value_new")
    op.add_column("metrics", sa.Column("value", sa.Integer()))
