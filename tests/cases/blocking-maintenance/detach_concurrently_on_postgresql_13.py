# file: ../../safe-migration.toml
server-version = "13"

# file: 0001_revision.py
from alembic import op

revision = "7c41f9ab0e52"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE visits DETACH PARTITION visits_2024 CONCURRENTLY")  # expect: blocking-maintenance


def downgrade():
    op.execute("ALTER TABLE visits ATTACH PARTITION visits_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")
