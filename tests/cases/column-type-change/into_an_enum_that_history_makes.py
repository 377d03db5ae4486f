# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "d212219e0e5d"
down_revision = None


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('glad', 'sad')")
    op.create_table(
        "diaries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("mood", sa.Text()),
    )


def downgrade():
    op.drop_table("diaries")
    op.execute("DROP TYPE mood")

# upstream

# file: 0002_revision.py
from alembic import op

revision = "7c87f78c7e77"
down_revision = "d212219e0e5d"


def upgrade():
    op.execute("ALTER TABLE diaries ALTER COLUMN mood TYPE mood USING mood::mood")  # expect: column-type-change


def downgrade():
    op.execute("ALTER TABLE diaries ALTER COLUMN mood TYPE text")
