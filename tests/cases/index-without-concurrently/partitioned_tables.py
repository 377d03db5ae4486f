# file: 0001_revision.py
from alembic import op

revision = "f0bcc5fb0a95"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE events (id int, at date) PARTITION BY RANGE (at)")


def downgrade():
    op.execute("DROP TABLE events")

# upstream

# file: 0002_revision.py
from alembic import op

revision = "874057477359"
down_revision = "f0bcc5fb0a95"


def upgrade():
    op.create_index("ix_events_id", "events", ["id"])  # expect: index-without-concurrently


def downgrade():
    op.drop_index("ix_events_id", table_name="events")
