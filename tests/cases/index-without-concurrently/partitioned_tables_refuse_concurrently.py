# file: 0001_revision.py
from alembic import op

revision = "3cd92a74bdcf"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE events (id int, at date) PARTITION BY RANGE (at)")


def downgrade():
    op.execute("DROP TABLE events")

# upstream

# file: 0002_revision.py
from alembic import op

revision = "91474628639c"
down_revision = "3cd92a74bdcf"


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_events_id", "events", ["id"], postgresql_concurrently=True)  # expect: index-without-concurrently


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_events_id", table_name="events", if_exists=True)
