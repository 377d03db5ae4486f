# file: 1_tables.py
from alembic import op

revision = "0d9b6f3c2e71"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at)")
    op.execute("CREATE TABLE visits (id bigint, page text)")
    op.execute("CREATE MATERIALIZED VIEW counted AS SELECT page, count(*) AS n FROM visits GROUP BY page")
    op.execute("CREATE MATERIALIZED VIEW keyed AS SELECT id, page FROM visits")
    op.execute("CREATE UNIQUE INDEX keyed_id ON keyed (id)")
    op.execute("CREATE MATERIALIZED VIEW empty AS SELECT id FROM visits WITH NO DATA")
    op.execute("CREATE UNIQUE INDEX empty_id ON empty (id)")


def downgrade():
    op.execute("DROP MATERIALIZED VIEW empty")
    op.execute("DROP MATERIALIZED VIEW keyed")
    op.execute("DROP MATERIALIZED VIEW counted")
    op.execute("DROP TABLE visits")
    op.execute("DROP TABLE events")

# upstream
# file: 2_keys.py
from alembic import op

revision = "a52e81d7c094"
down_revision = "0d9b6f3c2e71"


def upgrade():
    op.execute("ALTER TABLE events ADD CONSTRAINT events_key UNIQUE (id)")  # expect: invalid-sql
    op.execute("CREATE TABLE logs (id int PRIMARY KEY, at date) PARTITION BY RANGE (at)")  # expect: invalid-sql
    op.execute("CREATE TABLE hits (id int, at date, PRIMARY KEY (at, id)) PARTITION BY RANGE (at)")
    op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY counted")  # expect: invalid-sql
    op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY keyed")
    op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY empty")  # expect: invalid-sql


def downgrade():
    op.execute("DROP TABLE hits")
    op.execute("DROP TABLE logs")
    op.execute("ALTER TABLE events DROP CONSTRAINT events_key")
