# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "9b30e7d1c64f"
down_revision = None


def upgrade():
    op.execute("CREATE TYPE state AS ENUM ('new', 'done')")
    op.execute("CREATE TABLE jobs (id integer PRIMARY KEY, state state NOT NULL DEFAULT 'new')")
    op.execute("CREATE TYPE kind AS ENUM ('a', 'b')")
    op.execute("CREATE TABLE tasks (id integer PRIMARY KEY, kind kind DEFAULT 'a', other kind)")


def downgrade():
    op.execute("DROP TABLE tasks")
    op.execute("DROP TYPE kind")
    op.execute("DROP TABLE jobs")
    op.execute("DROP TYPE state")

# upstream
# file: 2_text.py
import sqlalchemy as sa
from alembic import op

revision = "0e6f2d95b8a7"
down_revision = "9b30e7d1c64f"


def upgrade():
    op.alter_column("jobs", "state", type_=sa.String(9), postgresql_using="state::text")  # expect: column-type-change
    op.execute("DROP TYPE state")  # expect: object-in-use
    op.alter_column("tasks", "other", type_=sa.String(9), postgresql_using="other::text")  # expect: column-type-change
    op.alter_column("tasks", "kind", type_=sa.String(9), postgresql_using="kind::text")  # expect: column-type-change
    op.alter_column("tasks", "kind", server_default="a")
    op.execute("DROP TYPE kind")


def downgrade():
    op.execute("CREATE TYPE kind AS ENUM ('a', 'b')")
    op.execute("ALTER TABLE tasks ALTER COLUMN kind DROP DEFAULT")
    op.execute("ALTER TABLE tasks ALTER COLUMN kind TYPE kind USING kind::kind")
    op.execute("ALTER TABLE tasks ALTER COLUMN other TYPE kind USING other::kind")
    op.execute("ALTER TABLE tasks ALTER COLUMN kind SET DEFAULT 'a'")
    op.execute("CREATE TYPE state AS ENUM ('new', 'done')")
    op.execute("ALTER TABLE jobs ALTER COLUMN state DROP DEFAULT")
    op.execute("ALTER TABLE jobs ALTER COLUMN state TYPE state USING state::state")
    op.execute("ALTER TABLE jobs ALTER COLUMN state SET DEFAULT 'new'")
