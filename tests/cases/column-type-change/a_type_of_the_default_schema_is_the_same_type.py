# file: 1_jobs.py
import sqlalchemy as sa
from alembic import op

revision = "a1d5709ef3c2"
down_revision = None


def upgrade():
    op.execute("CREATE TYPE state AS ENUM ('waiting', 'done')")
    op.execute("CREATE TABLE jobs (id serial PRIMARY KEY, state public.state)")


def downgrade():
    op.execute("DROP TABLE jobs")
    op.execute("DROP TYPE state")

# upstream
# file: 2_state.py
import sqlalchemy as sa
from alembic import op

revision = "0be8c64d91f7"
down_revision = "a1d5709ef3c2"


def upgrade():
    op.execute("SET lock_timeout = '2s'")
    op.alter_column("jobs", "state", type_=sa.Enum("waiting", "done", name="state"))
    op.execute("ALTER TYPE public.state RENAME TO state_old")
    op.execute("CREATE TYPE state AS ENUM ('waiting', 'running', 'done')")
    op.execute("ALTER TABLE jobs ALTER COLUMN state TYPE public.state USING state::text::state")  # expect: column-type-change
    op.execute("DROP TYPE state_old")


def downgrade():  # expect: missing-downgrade?
    raise NotImplementedError("labels that are used cannot go")
