# file: 0001_a.py
import sqlalchemy as sa
from alembic import op

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_table("plans", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("plans")

# upstream

# file: 0002_b.py
from alembic import op

revision = "84f1d7a03bc6"
down_revision = "30d8a1c7f92e"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("INSERT INTO plans (id) VALUES (1)")  # expect: data-migration-not-idempotent


def downgrade():
    op.execute("DELETE FROM plans WHERE id = 1")
