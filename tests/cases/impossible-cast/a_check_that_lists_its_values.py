# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "08d5c7e9b1f3"
down_revision = None


def upgrade():
    op.create_table(
        "runs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("status", sa.String(20)),
        sa.Column("kind", sa.String(20)),
        sa.CheckConstraint("status IN ('SCHEDULED', 'FINISHED')", name="runs_status_check"),
        sa.CheckConstraint("kind IN ('a', 'b') OR id = 'x'", name="runs_kind_check"),
    )


def downgrade():
    op.drop_table("runs")

# upstream
# file: 2_seed.py
from alembic import op

revision = "e2a6914fb0d8"
down_revision = "08d5c7e9b1f3"


def upgrade():
    op.execute("INSERT INTO runs (id, status) VALUES ('one', 'FINISHED') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO runs (id, status) VALUES ('two', NULL) ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO runs (id, kind) VALUES ('x', 'c') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO runs (id, status) VALUES ('three', 'KILLED') ON CONFLICT DO NOTHING")  # expect: impossible-cast


def downgrade():
    op.execute("DELETE FROM runs WHERE id IN ('one', 'two', 'three', 'x')")
