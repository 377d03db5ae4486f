# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "71c4e0f8a2d5"
down_revision = None


def upgrade():
    op.create_table(
        "kinds",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(20), unique=True),
        sa.Column("title", sa.String(20)),
    )


def downgrade():
    op.drop_table("kinds")

# upstream
# file: 2_seed.py
import sqlalchemy as sa
from alembic import op

revision = "f0a93b6d7e18"
down_revision = "71c4e0f8a2d5"

kinds = sa.table("kinds", sa.column("id", sa.Integer), sa.column("name"), sa.column("title"))


def upgrade():
    op.bulk_insert(kinds, [{"id": 1, "name": "a", "title": "A"}, {"id": 2, "name": "b", "title": "A"}])  # expect: data-migration-not-idempotent?
    op.execute("INSERT INTO kinds (id, name) VALUES (3, NULL), (4, NULL) ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO kinds (id, name) VALUES (5, 'e'), (5, 'f') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO kinds (id, name) VALUES (6, 'g'), (7, 'g')")  # expect: impossible-cast
    op.bulk_insert(kinds, [{"id": 8, "name": "h", "title": "H"}, {"id": 8, "name": "i", "title": "I"}])  # expect: impossible-cast


def downgrade():
    op.execute("DELETE FROM kinds WHERE id < 10")
