# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "17d6b3f9e2c8"
down_revision = None


def upgrade():
    for name in ["grants", "keys", "tokens"]:
        op.create_table(name, sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    for name in ["tokens", "keys", "grants"]:
        op.drop_table(name)

# upstream
# file: 2_states.py
import sqlalchemy as sa
from alembic import op

revision = "c5e80a4d71f3"
down_revision = "17d6b3f9e2c8"


def upgrade():
    op.execute("DELETE FROM grants")  # expect: delete-without-filter
    op.add_column("grants", sa.Column("state", sa.String(10), nullable=False))  # expect: not-null-without-default?
    op.execute("DELETE FROM keys WHERE id > 5")  # expect: delete-rows?
    op.add_column("keys", sa.Column("state", sa.String(10), nullable=False))  # expect: not-null-without-default
    op.execute("DELETE FROM tokens")  # expect: delete-without-filter
    op.execute("INSERT INTO tokens (id) VALUES (1)")  # expect: data-migration-without-downgrade?
    op.add_column("tokens", sa.Column("state", sa.String(10), nullable=False))  # expect: not-null-without-default


def downgrade():
    op.drop_column("tokens", "state")
    op.drop_column("keys", "state")
    op.drop_column("grants", "state")
