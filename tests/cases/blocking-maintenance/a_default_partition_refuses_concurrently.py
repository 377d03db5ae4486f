# file: 0001_events.py
from alembic import op

revision = "3e8d10b7c9f5"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE events (at date NOT NULL) PARTITION BY RANGE (at)")
    op.execute("CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")
    op.execute("CREATE TABLE events_rest PARTITION OF events DEFAULT")
    op.execute("CREATE TABLE visits (at date NOT NULL) PARTITION BY RANGE (at)")
    op.execute("CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")


def downgrade():
    op.execute("DROP TABLE events")
    op.execute("DROP TABLE visits")

# upstream

# file: 0002_detach_events.py
from alembic import op

revision = "f0b26a9d7e31"
down_revision = "3e8d10b7c9f5"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY")  # expect: blocking-maintenance


def downgrade():
    op.execute("ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")

# file: 0003_detach_visits.py
from alembic import op

revision = "65c9ae10d4b8"
down_revision = "f0b26a9d7e31"


def upgrade():
    op.execute("ALTER TABLE visits DETACH PARTITION visits_2024 CONCURRENTLY")  # expect: concurrently-in-transaction


def downgrade():
    op.execute("ALTER TABLE visits ATTACH PARTITION visits_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")

# file: 0004_no_default_any_more.py
from alembic import op

revision = "0a7d5f28b6c3"
down_revision = "65c9ae10d4b8"


def upgrade():
    op.execute("ALTER TABLE events DETACH PARTITION events_rest")  # expect: blocking-maintenance


def downgrade():
    op.execute("ALTER TABLE events ATTACH PARTITION events_rest DEFAULT")

# file: 0005_detach_visits_alone.py
from alembic import op

revision = "b4e1739c0f6d"
down_revision = "0a7d5f28b6c3"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE visits DETACH PARTITION visits_2024 CONCURRENTLY")


def downgrade():
    op.execute("ALTER TABLE visits ATTACH PARTITION visits_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")
