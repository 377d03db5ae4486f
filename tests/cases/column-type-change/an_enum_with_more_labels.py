# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "d212219e0e5d"
down_revision = None


def upgrade():
    op.create_table(
        "diaries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("mood", sa.Enum("glad", "sad", name="mood")),
    )


def downgrade():
    op.drop_table("diaries")
    op.execute("DROP TYPE mood")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "7c87f78c7e77"
down_revision = "d212219e0e5d"


def upgrade():
    op.execute("ALTER TYPE mood RENAME TO mood_old")
    sa.Enum("glad", "sad", "so so", name="mood").create(op.get_bind())
    op.execute("ALTER TABLE diaries ALTER COLUMN mood TYPE mood USING mood::text::mood")  # expect: column-type-change
    op.execute("DROP TYPE mood_old")


def downgrade():
    op.execute("ALTER TYPE mood RENAME TO mood_new")
    sa.Enum("glad", "sad", name="mood").create(op.get_bind())
    op.execute("ALTER TABLE diaries ALTER COLUMN mood TYPE mood USING mood::text::mood")
    op.execute("DROP TYPE mood_new")
