# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "4687a2b8cbde"
down_revision = None


def upgrade():
    op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("x", sa.Integer()))


def downgrade():
    op.drop_table("a")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "11e2c80da484"
down_revision = "4687a2b8cbde"


def upgrade():
    op.create_table("b", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("y", sa.Integer()))
    op.add_column("b", sa.Column("z", sa.Integer()))


def downgrade():
    op.drop_table("b")

# file: 0003_revision.py
from alembic import op

revision = "5d1f0b6c2a11"
down_revision = "11e2c80da484"


def upgrade():
    op.execute("UPDATE a SET x = 1 WHERE x IS NULL")  # expect: unbatched-data-migration?


def downgrade():
    """What the column held before is NULL, which nothing tells from 1."""
