# file: 0001_tables.py
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "1d5f0a93c7e2"
down_revision = None


def upgrade():
    mood = postgresql.ENUM("ok", "sad", name="mood")
    mood.create(op.get_bind())
    kind = postgresql.ENUM(name="mood", create_type=False)
    op.create_table(
        "days",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("words", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("moods", postgresql.ARRAY(mood), nullable=False, server_default="{}"),
        sa.Column("noon", postgresql.ARRAY(kind), server_default="{ok,sad}"),
        sa.Column("night", postgresql.ARRAY(kind), server_default="{tired}"),
        sa.Column("dawn", postgresql.ARRAY(kind), server_default="ok"),
    )


def downgrade():
    op.drop_table("days")
    op.execute("DROP TYPE mood")

# upstream
# file: 0002_moods.py
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "8b06e3d2f914"
down_revision = "1d5f0a93c7e2"


def upgrade():
    op.execute("UPDATE days SET moods = '{}' WHERE moods IS NULL")  # expect: unbatched-data-migration?
    op.execute("UPDATE days SET moods = '{ok}' WHERE id = 1")  # expect: overwrite-without-copy?
    op.execute("UPDATE days SET moods = '{tired}' WHERE id = 2")  # expect: impossible-cast
    op.alter_column("days", "words", type_=postgresql.ARRAY(postgresql.ENUM(name="mood")), postgresql_using="words::mood[]")  # expect: lossy-type-change


def downgrade():
    op.alter_column("days", "words", type_=postgresql.ARRAY(sa.String()), postgresql_using="words::varchar[]")

# file: 0003_more_moods.py
import sqlalchemy as sa
from alembic import op

revision = "e7c02b58a146"
down_revision = "8b06e3d2f914"


def upgrade():
    # The usual way to take a label away.
    op.execute("ALTER TABLE days ALTER COLUMN moods DROP DEFAULT")  # expect: default-removed?
    op.execute("ALTER TYPE mood RENAME TO mood_old")
    op.execute("CREATE TYPE mood AS ENUM ('ok', 'sad', 'calm')")
    op.execute("ALTER TABLE days ALTER COLUMN moods TYPE mood[] USING moods::text[]::mood[]")  # expect: column-type-change


def downgrade():  # expect: missing-downgrade
    op.execute("SELECT 1")
