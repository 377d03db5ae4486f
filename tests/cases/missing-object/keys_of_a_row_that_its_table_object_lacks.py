# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5e8d1a07c3f9"
down_revision = None


def upgrade():
    op.create_table("kinds", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(20)))


def downgrade():
    op.drop_table("kinds")

# upstream
# file: 2_seed.py
import sqlalchemy as sa
from alembic import op

revision = "a94b2c6e70d1"
down_revision = "5e8d1a07c3f9"


def upgrade():
    kinds = sa.table("kinds", sa.column("id", sa.Integer), sa.column("name", sa.String))
    op.bulk_insert(kinds, [{"id": 1, "name": "a", "nick": "passed over"}])  # expect: data-migration-not-idempotent?
    more = sa.table("kinds", sa.column("id", sa.Integer), sa.column("nick", sa.String))
    op.bulk_insert(more, [{"id": 2, "nick": "b"}])  # expect: missing-object


def downgrade():
    op.execute("DELETE FROM kinds WHERE id IN (1, 2)")
